"""Both models under both labellings: all that they estimate, beside the truth."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from pages._data.model import singular_words
from pages._ui.cache import KEEP
from pages._ui.words import code, number, plain
from pages.learn._nesting.settings import BRACKETS, CROSSED, LABELLINGS, NESTED, SCHOOL, World
from sim import Fit, satterthwaite

METHOD = "method1"
TITLES = {
    "reused": "Labels used again: a, b, c … in every school",
    "unique": "A name of its own: 1a, 1b … 2a, 2b …",
}
SHORT = {NESTED: "school/class", CROSSED: "school + class"}
SAME = 1e-5  # relative: two optima of one criterion agree better than this
SMALL_P = 0.001
TABLE_WIDTH = 340  # px


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that both models have.

    Parameters
    ----------
    name : as a student reads it; Markdown.
    truth : None where there is none.
    values : of `NESTED` and of `CROSSED`.
    form : how it is printed.
    """

    name: str
    truth: float | None
    values: tuple[float, float]
    form: Literal["count", "criterion", "number", "p"] = "number"

    @property
    def same(self) -> bool:
        """Whether the two models agree."""
        a, b = self.values
        return abs(a - b) <= SAME * max(1.0, abs(a), abs(b))

    def printed(self, value: float) -> str:
        """A value as the table has it."""
        if self.form == "count":
            return f"{value:.0f}"
        if self.form == "criterion":
            return f"{value:.1f}"
        if self.form == "p":
            return "< 0.001" if value < SMALL_P else f"{value:.3f}"
        return number(value, 3)

    @property
    def difference(self) -> str:
        """The second value less the first, with as many decimals as they have."""
        if self.same:
            return "same"
        if self.form == "p":
            return "smaller" if self.values[1] < self.values[0] else "larger"
        # A zero has as many decimals as one likes.
        printed = [self.printed(value) for value in self.values if value] or ["0"]
        decimals = min(len(text.partition(".")[2]) for text in printed)
        gap = f"{self.values[1] - self.values[0]:+.{decimals}f}"
        return "close" if float(gap) == 0 else gap.replace("-", "−")


def class_sd(fit: Fit) -> float:
    """The SD of what the model takes for classes."""
    table = fit.varcorr
    return float(table.loc[~table["grp"].isin([SCHOOL, "Residual"]), "sdcor"].iloc[0])


def school_sd(fit: Fit) -> float:
    """The SD of schools."""
    table = fit.varcorr
    return float(table.loc[table["grp"] == SCHOOL, "sdcor"].iloc[0])


def n_classes(fit: Fit) -> int:
    """How many classes the model believes in."""
    return next(n for name, n in fit.ngroups.items() if name != SCHOOL)


@st.cache_resource(max_entries=400, ttl=KEEP, show_spinner=False)
def _tests(key: str, _fit: Fit) -> pd.DataFrame:
    return satterthwaite(_fit)


def method_tests(world: World, labelling: str) -> tuple[pd.Series, pd.Series]:
    """The method's t-test by `NESTED` and by `CROSSED`, with Satterthwaite's df."""
    nested, crossed = (
        _tests(f"{world.key} {labelling} {bracket}", world.fits[labelling, bracket]).loc[METHOD]
        for bracket in BRACKETS
    )
    return nested, crossed


def quantities(world: World, labelling: str) -> list[Quantity]:
    """All that the two models say about one labelling, beside the truth."""
    nested, crossed = (world.fits[labelling, bracket] for bracket in BRACKETS)
    truth = world.truth
    sd = {name: truth.sd[name, "(Intercept)"] for name in ("class", SCHOOL)}
    found = [
        Quantity("classes", world.n_classes, (n_classes(nested), n_classes(crossed)), "count"),
        Quantity("REML criterion", None, (nested.criterion, crossed.criterion), "criterion"),
        Quantity("residual SD", truth.sigma, (nested.sigma, crossed.sigma)),
        Quantity("SD of classes", sd["class"], (class_sd(nested), class_sd(crossed))),
        Quantity("SD of schools", sd[SCHOOL], (school_sd(nested), school_sd(crossed))),
    ]
    for name in nested.fixef.index:
        values = float(nested.fixef[name]), float(crossed.fixef[name])
        found.append(Quantity(code(name), truth.fixef[name], values))
        if name != "(Intercept)":
            errors = float(nested.std_error[name]), float(crossed.std_error[name])
            found.append(Quantity(f"std. error of {code(name)}", None, errors))
        if name == METHOD:
            tests = method_tests(world, labelling)
            df, p = (tuple(float(t[column]) for t in tests) for column in ("df", "p_value"))
            found.append(Quantity(f"df of {code(name)}", None, (df[0], df[1])))
            found.append(Quantity(f"p-value of {code(name)}", None, (p[0], p[1]), "p"))
    return found


def estimates_table(world: World, labelling: str) -> pd.DataFrame:
    """Truth and both models, and whether the models agree; Markdown."""
    rows = [
        (
            quantity.name,
            "–" if quantity.truth is None else quantity.printed(quantity.truth),
            *(quantity.printed(value) for value in quantity.values),
            quantity.difference,
        )
        for quantity in quantities(world, labelling)
    ]
    columns = ["", "truth", *(code(SHORT[bracket]) for bracket in BRACKETS), "change"]
    return pd.DataFrame(rows, columns=columns).set_index("")


def messages(world: World, labelling: str) -> list[str]:
    """What lme4 would print under each fit of a labelling; Markdown."""
    said = []
    for bracket in BRACKETS:
        fit = world.fits[labelling, bracket]
        words = [plain(text) for text in dict.fromkeys((*fit.design.messages, *fit.messages))]
        if fit.is_singular:
            words.append(singular_words(fit))
        if words:
            said.append(f"{code(bracket)}: {' '.join(words)}")
    return said


def show_tables(world: World) -> None:
    """Draw a table for each labelling, the one on the screen first."""
    order = sorted(LABELLINGS, key=lambda labels: labels != world.labelling)
    grid = st.grid(2, min_column_width=TABLE_WIDTH, gap="large")
    for labels in order:
        with grid.cell():
            st.markdown(f"**{TITLES[labels]}**")
            st.table(
                estimates_table(world, labels),
                alt=f"Truth and both models where labels are {labels}",
            )
            for text in messages(world, labels):
                st.info(text, icon=":material/info:")
    st.caption("Degrees of freedom and p-values by Satterthwaite's method, as lmerTest has them.")
