"""Why the actual panel stands out, or does not: tied to the statistics of the playground."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.cache import statistic_check
from pages._ui.charts import Picture, padded
from pages._ui.frame import show
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.words import count, inside, number, plain
from pages.practice._line_up.settings import Setting
from pages.practice._line_up.voting import Vote, p_text
from sim.checks.line_up import LineUp
from sim.checks.statistics import (
    STATISTICS,
    Check,
    Statistic,
    StatisticUnavailable,
    available,
)
from sim.errors import SimError

SIMULATIONS = 1_000
SURPRISE = 0.05
# Which plots show a statistic, the clearest one first.
SHOWN_BY = {
    "slope_sd": ("lines",),
    "slope_correlation": ("lines",),
    "group_sd_ratio": ("lines", "residuals"),
    "skewness": ("means",),
    "bimodality": ("means", "lines"),
    "participant_sd": ("means", "lines"),
    "largest_participant": ("means", "lines"),
}
STEPS = 3  # a value that stands for so many others on average is a step of a scale


@dataclass(frozen=True, slots=True)
class Reason:
    """One statistic of the actual data and of every panel.

    Parameters
    ----------
    name : key of `STATISTICS`.
    named : the statistic in the words of the data.
    check : the actual data among 1,000 simulated data sets.
    panels : shape (panels,), the statistic of each panel's data.
    """

    name: str
    named: Statistic
    check: Check
    panels: np.ndarray

    @property
    def label(self) -> str:
        return plain(inside(self.named.label))


def reasons_of(setting: Setting, found: LineUp) -> list[Reason]:
    """Every statistic that these data allow, the most unusual one first."""
    fit, roles = setting.outcome.fit, setting.dataset.roles
    used = setting.dataset.frame.iloc[np.asarray(fit.design.rows)]
    try:
        names = available(used, roles)
    except SimError:
        return []
    reasons = []
    for name in names:
        try:
            check = statistic_check(
                name, setting.outcome.key, 1, "new", SIMULATIONS, fit, used, roles
            )
            panels = STATISTICS[name].compute(found.responses, used, roles)
        except StatisticUnavailable:
            continue
        reasons.append(Reason(name, STATISTICS[name].named(roles), check, panels))
    return sorted(reasons, key=lambda reason: reason.check.p_two_sided)


def stands_out(reasons: list[Reason]) -> bool:
    """Whether the most unusual statistic is unusual for the best of so many."""
    return bool(reasons) and reasons[0].check.p_two_sided * len(reasons) <= SURPRISE


def extreme(reason: Reason, panel: int) -> Literal["largest", "smallest"] | None:
    """Whether a panel has the largest or the smallest value of all."""
    values = reason.panels
    mine = values[panel - 1]
    others = np.delete(values, panel - 1)
    others = others[np.isfinite(others)]
    if not np.isfinite(mine) or not others.size:
        return None
    return "largest" if mine > others.max() else "smallest" if mine < others.min() else None


def chance_words(setting: Setting, found: LineUp, panel: int) -> str:
    """What makes a simulated panel look special, as one of so many; Markdown."""
    for reason in reasons_of(setting, found):
        if side := extreme(reason, panel):
            return (
                f"Panel {panel} does have the {side} {reason.label} of the {found.panels} "
                f"({number(float(reason.panels[panel - 1]))}). One of them must."
            )
    return (
        f"By the numbers that this page computes, panel {panel} is not even the most extreme of "
        f"the {found.panels}: the eye finds patterns where there are none."
    )


def _where(reason: Reason) -> str:
    usable = reason.check.simulated[np.isfinite(reason.check.simulated)]
    low, high = np.quantile(usable, [0.05, 0.95])
    return (
        f"the {reason.label} is {number(reason.check.actual)} in the actual data, and "
        f"{number(float(low))} to {number(float(high))} in nine of ten data sets simulated from "
        f"this model (p {p_text(reason.check.p_two_sided)}, "
        f"{count(reason.check.n_usable, 'simulation')})"
    )


def _where_to_look(reason: Reason, setting: Setting, vote: Vote) -> str:
    plots = SHOWN_BY.get(reason.name, ("lines",))
    if setting.plot in plots:
        return f"It can be seen in this plot: look at panel {vote.actual} again."
    return f"There was something to see, but this plot hides it: take {plots[0]}."


def why_words(setting: Setting, reasons: list[Reason], vote: Vote) -> list[str]:
    """Paragraphs for the answer; Markdown."""
    if not reasons:
        return ["These data are too few for the numbers that could say why."]
    best = reasons[0]
    if stands_out(reasons):
        words = [f"**It stands out:** {_where(best)}. The model hardly ever makes such data."]
        if vote.is_hit:
            words.append("Your eye and this number agree.")
        else:
            words.append(_where_to_look(best, setting, vote))
        return [" ".join(words)]
    n = count(len(reasons), "number")
    words = [
        f"**It does not stand out:** of the {n} this page computes, the most unusual one is this: "
        f"{_where(best)}. The most unusual of {len(reasons)} is that far out quite often."
    ]
    if vote.is_hit:
        words.append(
            "You may have been lucky, as one in twenty is, or you saw something that these "
            "numbers do not measure. What was it?"
        )
    else:
        words.append(
            "There was little to find: in these respects the model makes data like the actual ones."
        )
    return [" ".join(words)]


def steps_words(setting: Setting) -> str:
    """A warning where recorded values stand in steps, which no simulation has; Markdown."""
    y = setting.outcome.fit.design.y
    if len(np.unique(y)) * STEPS > len(y):
        return ""
    return (
        f"The actual values stand in steps ({count(len(np.unique(y)), 'different value')} in "
        f"{count(len(y), 'row')}), the simulated ones do not: that alone can give the panel away, "
        "and says only that a normal distribution has no steps."
    )


def strip_picture(reason: Reason, found: LineUp, vote: Vote) -> Picture:
    """The statistic of all panels on one line, the actual one named."""
    rows = pd.DataFrame({"x": reason.panels, "panel": range(1, len(reason.panels) + 1)})
    rows = rows[np.isfinite(rows["x"])]
    is_actual = rows["panel"] == found.actual
    rows["layer"] = np.where(is_actual, "actual", "simulated")
    rows["words"] = [f"panel {n}: actual" for n in rows["panel"]]
    x = axis("x", padded([rows["x"].to_numpy()], 0.08), reason.named.label, ticks=5)
    low, high = x["scale"]["domain"]
    mark = {"type": "point", "filled": True, "size": 90, "opacity": 0.7}
    text = {"type": "text", "dy": -18, "fontSize": 15, "fontWeight": 600}
    actual = rows.loc[is_actual, "x"]
    place = (float(actual.iloc[0]) - low) / (high - low) if len(actual) else 0.5
    text["align"] = "left" if place < 0.2 else "right" if place > 0.8 else "center"
    y = {"value": 40}
    layers = [
        layer("simulated", mark, {"x": x, "y": y, "color": colour("simulated")}),
        layer("actual", mark | {"size": 220}, {"x": x, "y": y, "color": colour("actual")}),
        layer(
            "actual",
            text,
            {"x": x, "y": y, "text": {"field": "words"}, "color": colour("actual")},
        ),
    ]
    mine = vote.panel
    if mine != found.actual and np.isfinite(reason.panels[mine - 1]):
        chosen = rows[rows["panel"] == mine].assign(layer="chosen", words=f"{mine}: your choice")
        rows = pd.concat([rows, chosen], ignore_index=True)
        below = text | {"dy": 18, "align": "center"}
        shown = {"x": x, "y": y, "text": {"field": "words"}, "color": colour("simulated")}
        layers.append(layer("chosen", below, shown))
    return picture(layers, rows, _alt(reason, found), height=150)


def _alt(reason: Reason, found: LineUp) -> str:
    assert found.actual is not None
    mine = reason.panels[found.actual - 1]
    others = np.delete(reason.panels, found.actual - 1)
    others = others[np.isfinite(others)]
    above = int(np.count_nonzero(others > mine))
    return (
        f"{reason.named.label} of each panel as a point: {number(float(mine))} in the "
        f"actual one, {number(float(others.min()))} to {number(float(others.max()))} in the "
        f"simulated ones, {above} of {len(others)} above it."
    )


def see_why(setting: Setting, found: LineUp, vote: Vote, reasons: list[Reason]) -> None:
    """Draw the words, and one statistic of all panels."""
    for paragraph in why_words(setting, reasons, vote):
        st.markdown(paragraph)
    if steps := steps_words(setting):
        st.markdown(steps)
    if not reasons:
        return
    by_name = {reason.name: reason for reason in reasons}
    name = st.selectbox(
        "One point for each panel:",
        list(by_name),
        format_func=lambda key: by_name[key].named.label,
        key=f"why {setting.key}",
        width=420,
    )
    show(strip_picture(by_name[name], found, vote))
    st.caption(plain(by_name[name].named.explanation))
