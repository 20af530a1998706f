"""Both models under both labellings: a table, and a picture of what they estimate."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture, padded
from pages._ui.frame import show
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.words import code, number, plain
from pages.learn._nesting.settings import BRACKETS, CROSSED, LABELLINGS, NESTED, SCHOOL, World
from pages.learn._playground.model import singular_words
from sim import Fit

METHOD = "method1"
TITLES = {
    "reused": "Labels used again: a, b, c … in every school",
    "unique": "A name of its own: 1a, 1b … 2a, 2b …",
}
SHORT = {NESTED: "school/class", CROSSED: "school + class"}
PANEL_HEIGHT = 230
SAME = 1e-5  # relative: two optima of one criterion agree better than this
ERRORS = 2  # standard errors on either side


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that both models estimate.

    Parameters
    ----------
    name : as a student reads it; Markdown.
    truth : None where there is none.
    values : of `NESTED` and of `CROSSED`.
    """

    name: str
    truth: float | None
    values: tuple[float, float]

    @property
    def same(self) -> bool:
        """Whether the two models agree."""
        a, b = self.values
        return abs(a - b) <= SAME * max(1.0, abs(a), abs(b))


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


def quantities(world: World, labelling: str) -> list[Quantity]:
    """All that the two models say about one labelling, beside the truth."""
    fits = tuple(world.fits[labelling, bracket] for bracket in BRACKETS)
    truth = world.truth
    found = [
        Quantity("classes", world.n_classes, (n_classes(fits[0]), n_classes(fits[1]))),
        Quantity("REML criterion", None, (fits[0].criterion, fits[1].criterion)),
        Quantity("residual SD", truth.sigma, (fits[0].sigma, fits[1].sigma)),
        Quantity("SD of classes", truth.sd["class", "(Intercept)"],
                 (class_sd(fits[0]), class_sd(fits[1]))),
        Quantity("SD of schools", truth.sd[SCHOOL, "(Intercept)"],
                 (school_sd(fits[0]), school_sd(fits[1]))),
    ]  # fmt: skip
    for name in fits[0].fixef.index:
        values = tuple(float(fit.fixef[name]) for fit in fits)
        errors = tuple(float(fit.std_error[name]) for fit in fits)
        found.append(Quantity(code(name), truth.fixef[name], (values[0], values[1])))
        found.append(Quantity(f"std. error of {code(name)}", None, (errors[0], errors[1])))
    return found


def _cell(quantity: Quantity, value: float) -> str:
    if quantity.name == "classes":
        return f"{value:.0f}"
    return f"{value:.1f}" if quantity.name == "REML criterion" else number(value, 3)


def estimates_table(world: World, labelling: str) -> pd.DataFrame:
    """Truth and both models, and whether the models agree; Markdown."""
    rows = []
    for quantity in quantities(world, labelling):
        truth = "–" if quantity.truth is None else number(quantity.truth, 3)
        if quantity.name == "classes":
            truth = str(world.n_classes)
        difference = quantity.values[1] - quantity.values[0]
        agree = "same" if quantity.same else f"{_cell(quantity, difference)}".replace("-", "−")
        if not quantity.same and difference > 0:
            agree = f"+{agree}"
        cells = [_cell(quantity, value) for value in quantity.values]
        rows.append((quantity.name, truth, *cells, agree))
    columns = ["", "truth", *(code(SHORT[bracket]) for bracket in BRACKETS), "difference"]
    return pd.DataFrame(rows, columns=columns).set_index("")


def _panel(world: World, name: str, truth: float, ends: list[tuple[str, float, float, float]],
           title: str, unit: str) -> Picture:  # fmt: skip
    lines = [line for line, *_ in ends]
    values = np.array([numbers for _, *numbers in ends])
    domain = padded([values, np.array([truth])], 0.08)
    if name != METHOD:
        domain = (0.0, max(domain[1], 0.1))
    rows = pd.DataFrame([
        {"layer": "fit", "line": line, "x": x, "low": low, "high": high,
         "label": f"{line}: {number(x)}"}
        for line, low, x, high in ends
    ])  # fmt: skip
    rows["start"] = domain[0]
    rule = pd.DataFrame([{"layer": "truth", "x": truth}])
    x = axis("x", domain, unit, ticks=5)
    y = {"field": "line", "type": "nominal", "sort": lines, "axis": None,
         "scale": {"domain": lines, "padding": 0.5}}  # fmt: skip
    start = {**axis("start", domain, unit, ticks=5)}
    layers = [
        layer("truth", {"type": "rule", "strokeDash": [8, 5], "strokeWidth": 3},
              {"x": x, "color": colour("truth")}),
        layer("fit", {"type": "rule", "strokeWidth": 3},
              {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y,
               "color": colour("fitted")}),
        layer("fit", {"type": "point", "filled": True, "size": 110, "opacity": 1},
              {"x": x, "y": y, "color": colour("fitted")}),
        layer("fit", {"type": "text", "align": "left", "dy": -15, "dx": 2, "fontSize": 13},
              {"x": start, "y": y, "text": {"field": "label", "type": "nominal"},
               "color": colour("fitted")}),
    ]  # fmt: skip
    said = "; ".join(f"{line} {number(v)}" for line, _, v, _ in ends)
    alt = f"{title}: {said}. The truth is {number(truth)}."
    return picture(layers, pd.concat([rows, rule], ignore_index=True), alt, title=title,
                   height=PANEL_HEIGHT)  # fmt: skip


def panels(world: World) -> list[Picture]:
    """SDs and the effect of the method from all four fits, with the truth."""
    lines = [
        (f"{labels}, {SHORT[bracket]}", world.fits[labels, bracket])
        for labels in LABELLINGS
        for bracket in BRACKETS
    ]
    truth = world.truth
    sds = (
        ("SD of classes", class_sd, truth.sd["class", "(Intercept)"]),
        ("SD of schools", school_sd, truth.sd[SCHOOL, "(Intercept)"]),
        ("Residual SD", lambda fit: fit.sigma, truth.sigma or 0.0),
    )
    drawn = []
    for title, value, true in sds:
        ends = [(line, value(fit), value(fit), value(fit)) for line, fit in lines]
        drawn.append(_panel(world, title, true, ends, title, "points"))
    ends = []
    for line, fit in lines:
        estimate, margin = float(fit.fixef[METHOD]), ERRORS * float(fit.std_error[METHOD])
        ends.append((line, estimate - margin, estimate, estimate + margin))
    title = "Effect of the method ± 2 SE"
    return [*drawn, _panel(world, METHOD, truth.fixef[METHOD], ends, title, "points")]


def show_panels(world: World) -> list[Picture]:
    """Draw them side by side."""
    pictures = panels(world)
    grid = st.grid(len(pictures), min_column_width=230, gap="small")
    for drawn in pictures:
        with grid.cell():
            show(drawn)
    st.caption("Red: the four fits. Dashed: the truth.")
    return pictures


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
    for column, labels in zip(st.columns(2, gap="large"), order, strict=True):
        with column:
            st.markdown(f"**{TITLES[labels]}**")
            st.table(
                estimates_table(world, labels),
                alt=f"Truth and both models where labels are {labels}",
            )
            for text in messages(world, labels):
                st.info(text, icon=":material/info:")
