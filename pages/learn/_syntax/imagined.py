"""Twelve imaginary participants: the lines a formula allows, at spreads the visitor sets."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.controls import number_and_next
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.words import number
from pages.learn._syntax.reading import Reading
from sim.errors import short
from sim.lmm.columns import Factor, read_column
from sim.lmm.expressions import term_text
from sim.syntax.wording import Varying

LINES = 12
MOST_PANELS = 4
MOST_LEVELS = 6
# In the unit of the spreads.
RISE = 2.0  # of the average line
STEEP = 1.5  # what a slope of 1 rises over the whole axis
LOW, HIGH = -2.6, 5.0  # of the axis, if the lines stay within


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the imaginary lines differ, in an imaginary unit of the response.

    Parameters
    ----------
    level, slope : SDs.
    together : correlation of the two.
    draw : which twelve.
    """

    level: float
    slope: float
    together: float
    draw: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: the lines of a grouping factor over one variable.

    Parameters
    ----------
    group : what there are twelve of; empty if nothing varies.
    variable : along the axis; empty if there is none.
    level, slope, correlated : what may differ.
    levels : of a factor on the axis; empty for a number.
    ends : of a number on the axis, 0 among them.
    has_effect : whether the average line rises: there is a fixed effect.
    """

    group: str
    variable: str
    level: bool
    slope: bool
    correlated: bool
    levels: tuple[str, ...]
    ends: tuple[float, float]
    has_effect: bool


def panels_of(reading: Reading) -> list[Panel]:
    """The pictures of a formula, one for each grouping factor and each slope."""
    fixed = [term_text(term) for term in reading.explanation.formula.fixed.terms]
    found = []
    for varying in reading.explanation.varying:
        single = [name for name in varying.slopes if ":" not in name] or list(varying.slopes)
        for name in single or [fixed[0] if fixed else ""]:
            found.append(_panel(reading, varying, name, name in fixed))
    if not found:
        first = fixed[0] if fixed else ""
        nobody = Varying("", False, (), False, "")
        found.append(_panel(reading, nobody, first, bool(fixed)))
    return found[:MOST_PANELS]


def _panel(reading: Reading, varying: Varying, variable: str, has_effect: bool) -> Panel:
    levels, ends = _scale(reading, variable)
    slope = variable in varying.slopes
    return Panel(
        varying.group, variable, varying.level, slope, varying.correlated and slope,
        levels, ends, has_effect,
    )  # fmt: skip


def _scale(reading: Reading, variable: str) -> tuple[tuple[str, ...], tuple[float, float]]:
    """Levels of a factor, or both ends of a number with 0 among them."""
    frame = reading.source.frame
    name = variable.removeprefix("factor(").removesuffix(")") if variable else ""
    name = name.strip("`")
    if frame is None or name not in frame.columns:
        return (), ((-2.0, 2.0) if variable.startswith(("scale(", "center(")) else (0.0, 10.0))
    column = read_column(frame[name])
    if isinstance(column, Factor):
        return tuple(short(level, 12) for level in column.levels[:MOST_LEVELS]), (0.0, 1.0)
    values = column.values[np.isfinite(column.values)]
    if variable.startswith("factor("):
        levels = [f"{value:g}" for value in np.unique(values)[:MOST_LEVELS]]
        return tuple(levels), (0.0, 1.0)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return (), (low, high) if high > low else (0.0, 1.0)


def choose_spread(panels: list[Panel]) -> Spread:
    """A slider for every spread that the formula estimates, and another twelve."""
    level, slope, together = 1.0, 1.0, 0.0
    if any(panel.level for panel in panels):
        level = _slider("SD of the intercepts", "level", 0.0, 2.0, 1.0)
    steep = [panel for panel in panels if panel.slope]
    if steep:
        what = "differences" if all(panel.levels for panel in steep) else "slopes"
        slope = _slider(f"SD of the {what}", "slope", 0.0, 2.0, 1.0)
    if any(panel.correlated for panel in panels):
        together = _slider("Correlation of the two", "together", -1.0, 1.0, 0.0)
    draw = 1
    if any(panel.level or panel.slope for panel in panels):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            draw = number_and_next("Draw number", "draw", 0, "Twelve others", width=150)
    return Spread(level, slope, together, draw)


def _slider(label: str, key: str, low: float, high: float, value: float) -> float:
    chosen: float = st.slider(
        label, low, high, value, 0.1, format="%.1f", key=key, bind="query-params"
    )
    return chosen


def _standard(draw: int, k: int, place: int) -> np.ndarray:
    """Columns of mean 0, SD 1 and no correlation, shape (12, k), so that the sliders are exact."""
    z = np.random.default_rng([draw, place]).normal(size=(LINES, k))
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    scaled: np.ndarray = q * np.sqrt(LINES - 1)
    return scaled


def lines_of(
    panel: Panel, spread: Spread, place: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places on the axis, the average there, and the twelve lines.

    Parameters
    ----------
    place : of the panel; each shows another twelve.

    Returns
    -------
    x : shape (m,). average : shape (m,). lines : shape (12, m).
    """
    m = max(2, len(panel.levels))
    x = np.arange(m, dtype=float) if panel.levels else np.array(panel.ends)
    z = _standard(spread.draw, m, place)
    level = spread.level * z[:, :1] if panel.level else np.zeros((LINES, 1))
    together = spread.together if panel.correlated else 0.0
    steps = together * z[:, :1] + np.sqrt(1.0 - together**2) * z[:, 1:]
    steps = spread.slope * steps if panel.slope else np.zeros_like(steps)
    if panel.levels:
        average = np.zeros(m)
        if panel.has_effect:
            average[1:] = RISE * np.resize([1.0, 0.4], m - 1)
        lines = average + level + np.hstack([np.zeros((LINES, 1)), steps])
        return x, average, lines
    along = x / (panel.ends[1] - panel.ends[0])
    average = RISE * along if panel.has_effect else np.zeros(2)
    return x, average, average + level + steps[:, :1] * along * STEEP


def _differences(panel: Panel) -> str:
    if panel.level and panel.slope:
        return "differ in level and slope"
    if panel.level:
        return "differ in level only"
    return "differ in slope only" if panel.slope else "are all the same line"


def imagined_picture(panel: Panel, spread: Spread, response: str, place: int = 0) -> Picture:
    """The twelve lines and their average."""
    x, average, lines = lines_of(panel, spread, place)
    rows = [("line", i, x[j], y[j]) for i, y in enumerate(lines) for j in range(len(x))]
    rows += [("average", -1, at, y) for at, y in zip(x, average, strict=True)]
    data = pd.DataFrame(rows, columns=["layer", "line", "x", "y"])
    low = min(LOW, float(lines.min()) - 0.3)
    high = max(HIGH, float(lines.max()) + 0.3)
    x_axis = axis("x", _padded(panel, x), short(panel.variable, 30) or None)
    if panel.levels:
        x_axis["axis"] |= {"values": x.tolist(), "labelExpr": _label_expression(panel.levels)}
    if not panel.variable:
        x_axis["axis"] = None
    y_axis = axis("y", (low, high), short(response, 30), labels=False, tickSize=0)
    encoding = {"x": x_axis, "y": y_axis, "detail": {"field": "line", "type": "nominal"}}
    layers = [
        layer(
            "line",
            {"type": "line", "strokeWidth": 2, "opacity": 0.75, "point": bool(panel.levels)},
            encoding | {"color": colour("simulated")},
        ),
        layer(
            "average",
            {"type": "line", "strokeWidth": 4, "strokeDash": [8, 5]},
            encoding | {"color": colour("truth")},
        ),
    ]
    title = f"Lines by {short(panel.group, 24)}" if panel.group else "One line for all"
    alt = f"{title}: twelve imaginary ones, which {_differences(panel)}."
    if panel.slope and not panel.level and not panel.levels:
        alt += f" They meet where {panel.variable} is 0."
    if panel.level:
        alt += f" SD of the intercepts {number(spread.level, 2)}."
    if panel.slope:
        alt += f" SD of the slopes {number(spread.slope, 2)}."
    if panel.correlated:
        alt += f" Correlation {number(spread.together, 2)}."
    return picture(layers, data, alt, title=title, height=300)


def _padded(panel: Panel, x: np.ndarray) -> tuple[float, float]:
    if panel.levels:
        return -0.4, float(x[-1]) + 0.4
    return float(x[0]), float(x[-1])


def _label_expression(levels: tuple[str, ...]) -> str:
    """Names of levels under an axis; as code points, so that no name is read as an expression."""
    names = ", ".join(
        "'" + "".join(f"\\u{ord(c):04x}" if ord(c) < 65_536 else "?" for c in name) + "'"
        for name in levels
    )
    return f"[{names}][datum.value]"
