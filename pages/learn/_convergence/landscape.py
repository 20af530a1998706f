"""The criterion over two theta as a landscape, and the path of each optimiser over it."""

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.cache import KEEP
from pages._ui.charts import ROWS, Picture, spec_of
from pages._ui.theme import AXIS_GREY, in_role
from pages._ui.words import count, number
from pages.learn._convergence.contours import contour_lines
from pages.learn._convergence.results import compare
from sim.inference.allfit import AllFit, Attempt
from sim.inference.surface import Surface, surface

GRID = 50
HEIGHT = 300
# Heights of the lines above the lowest point.
BANDS = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
LABEL = (
    "datum.value == 0 ? '0' : abs(datum.value) < 0.001 ? format(datum.value, '.1~e') "
    ": format(datum.value, ',.4~r')"
)
MIN_LABELLED = 0.2  # of the picture's width
FAR_TIMES = 100.0  # beyond start and lowest point, on a logarithmic axis
MANY_TIMES = 30.0  # theta of such different sizes need a logarithmic axis


@dataclass(frozen=True, slots=True)
class Window:
    """The part of two axes that is shown.

    Parameters
    ----------
    first, second : which theta, counted from 0.
    x, y : both ends.
    log : both axes logarithmic.
    """

    first: int
    second: int
    x: tuple[float, float]
    y: tuple[float, float]
    log: bool


def pairs(found: AllFit) -> list[tuple[int, int]]:
    """Pairs of theta to look at, SDs first."""
    diagonal = [int(at) for at in found.fit.problem.diagonal]
    others = [at for at in range(len(found.fit.theta)) if at not in diagonal]
    order = [*diagonal, *others]
    return [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]


def _near(found: AllFit, at: int) -> tuple[float, float]:
    """Where theta moves the criterion by some units around the lowest point."""
    best = found.attempts[0]
    middle = float(best.theta[at])
    spread = _spread(found, at)
    low, high = middle - 4 * spread, middle + 4 * spread
    return (max(low, 0.0) if at in found.fit.problem.diagonal else low), high


def _spread(found: AllFit, at: int) -> float:
    """How far theta moves while the criterion rises by about one, the others at their best."""
    fit = found.fit
    theta = fit.theta
    problem = fit.problem
    diagonal = list(problem.diagonal)
    unit = 0.35 / float(problem.scale[diagonal.index(at)]) if at in diagonal else 0.0
    size = float(np.abs(theta).max() if at not in diagonal else theta[at])
    return max(0.25 * size, unit, 1e-12)


def whole_log(found: AllFit, first: int, second: int) -> bool:
    """Whether start and lowest point differ so much that only a logarithmic axis shows both."""
    diagonal = found.fit.problem.diagonal
    if first not in diagonal or second not in diagonal or found.fit.is_singular:
        return False
    ends = np.abs([found.attempts[0].theta[first], found.attempts[0].theta[second]])
    return bool(np.any(ends > MANY_TIMES) or np.any(ends < 1 / MANY_TIMES))


def _whole(found: AllFit, attempts: list[Attempt], at: int, log: bool) -> tuple[float, float]:
    best = float(found.attempts[0].theta[at])
    seen = [np.array([best]), *(a.path[:, at] for a in attempts if len(a.path))]
    values = np.concatenate(seen)
    values = values[np.isfinite(values)]
    if log:
        positive = values[values > min(1.0, abs(best)) / FAR_TIMES]
        # Excursions beyond that are shown on the edge: the valley would become a dot.
        low = max(float(positive.min()), min(1.0, best) / FAR_TIMES)
        high = min(float(positive.max()), max(1.0, best) * FAR_TIMES)
        return low / 3, high * 3
    # Far trials that an optimiser took back at once would leave no room for the rest.
    start = 1.0 if at in found.fit.problem.diagonal else 0.0
    low, high = min(start, best), max(start, best)
    room = max(high - low, 0.5 * abs(high), 0.1)
    low = max(low - room, float(values.min()))
    high = min(high + room, float(values.max()))
    margin = 0.06 * (high - low)
    # The boundary of an SD is in the picture, because searches end there.
    return (0.0 if at in found.fit.problem.diagonal else low - margin), high + margin


def window(found: AllFit, attempts: list[Attempt], first: int, second: int, whole: bool) -> Window:
    """Choose what to show."""
    if not whole:
        return Window(first, second, _near(found, first), _near(found, second), False)
    log = whole_log(found, first, second)
    x, y = (_whole(found, attempts, at, log) for at in (first, second))
    return Window(first, second, x, y, log)


def _points(ends: tuple[float, float], log: bool) -> np.ndarray:
    low, high = ends
    return np.geomspace(low, high, GRID) if log else np.linspace(low, high, GRID)


@st.cache_resource(max_entries=100, ttl=KEEP, show_spinner=False)
def heights(name: str, cure: str, shown: Window) -> Surface:
    """The criterion over a window, the other theta at their best."""
    x, y = (_points(ends, shown.log) for ends in (shown.x, shown.y))
    fit = compare(name, cure).fit
    return surface(fit, shown.first, shown.second, x, y, profiled=True)


def _ground(ground: Surface, best: float, shown: Window) -> pd.DataFrame:
    """Lines of equal height, each with one label."""
    x, y = (np.log(v) if shown.log else v for v in (ground.x, ground.y))
    lines = contour_lines(x, y, ground.criterion - best, BANDS)
    labels = _labels(lines, x, y)
    parts = [lines.assign(layer="ground"), labels.assign(layer="label")]
    frame = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    if shown.log:
        columns = ["x", "y", "x2", "y2"]
        frame[columns] = np.exp(frame[columns].astype(float))
    return frame.assign(text=[f"+{level:g}" for level in frame["level"]])


def _labels(lines: pd.DataFrame, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """The piece of each line that lies furthest to the upper right, off the edges."""
    right = (lines["x"] - x[0]) / (x[-1] - x[0])
    up = (lines["y"] - y[0]) / (y[-1] - y[0])
    inside = (right < 0.95) & (right > 0.03) & (up < 0.93) & (up > 0.05)
    # A label beside a tiny line would stand on the next one's.
    levels = lines["level"]
    width = right.groupby(levels).transform("max") - right.groupby(levels).transform("min")
    far = (right + up)[inside & (width > MIN_LABELLED)]
    return lines.loc[far.groupby(lines["level"][inside]).idxmax().to_numpy()]


def _inside(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """What lies outside stands on the edge."""
    return np.clip(np.where(np.isfinite(values), values, ends[0]), *ends)


def _marks(found: AllFit, attempt: Attempt, shown: Window, step: int) -> pd.DataFrame:
    path = attempt.path[:step]
    steps = np.arange(1, len(path) + 1)
    walked = pd.DataFrame(
        {
            "x": _inside(path[:, shown.first], shown.x),
            "y": _inside(path[:, shown.second], shown.y),
            "step": steps,
            "criterion": attempt.path_criterion[:step],
            "layer": "path",
        }
    )
    best = found.attempts[0].theta
    goal = pd.DataFrame(
        {
            "x": _inside(best[[shown.first]], shown.x),
            "y": _inside(best[[shown.second]], shown.y),
            "layer": "goal",
        }
    )
    ends = [goal, walked]
    if len(walked):
        ends += [walked.head(1).assign(layer="start"), walked.tail(1).assign(layer="end")]
    return pd.concat(ends, ignore_index=True)


def _scale(log: bool) -> alt.Scale:
    return alt.Scale(domain=[0.1, 1], type="log" if log else "linear", nice=False, zero=False)


@lru_cache(maxsize=4)
def _template(log: bool) -> dict[str, Any]:
    axis = alt.Axis(tickCount=4, labelExpr=LABEL)
    x = alt.X("x:Q", scale=_scale(log), title="", axis=axis)
    y = alt.Y("y:Q", scale=_scale(log), title="", axis=axis)
    base = alt.Chart(ROWS)
    ground = base.transform_filter("datum.layer == 'ground'")
    ground = ground.mark_rule(color=AXIS_GREY, opacity=0.8, strokeWidth=1.3, strokeCap="round")
    ground = ground.encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    label = base.transform_filter("datum.layer == 'label'")
    label = label.mark_text(color=AXIS_GREY, fontSize=12, dx=4, dy=-6, align="left")
    label = label.encode(x=x, y=y, text="text:N")
    path = base.transform_filter("datum.layer == 'path'")
    tips = [
        alt.Tooltip("step:Q", title="evaluation"),
        alt.Tooltip("criterion:Q", title="criterion", format=".4f"),
    ]
    line = path.mark_line(strokeWidth=1.6, opacity=0.75).encode(x=x, y=y, order="step:Q")
    dots = path.mark_point(filled=True, size=22, opacity=0.9).encode(x=x, y=y, tooltip=tips)
    goal = base.transform_filter("datum.layer == 'goal'")
    cross = goal.mark_point(shape="cross", filled=True, size=480, opacity=1).encode(x=x, y=y)
    start = base.transform_filter("datum.layer == 'start'")
    ring = start.mark_point(shape="circle", size=150, strokeWidth=3, opacity=1).encode(x=x, y=y)
    end = base.transform_filter("datum.layer == 'end'")
    square = end.mark_point(shape="square", filled=True, size=70, opacity=1).encode(
        x=x, y=y, tooltip=tips
    )
    layers = [
        ground,
        label,
        in_role(line, "fitted"),
        in_role(dots, "fitted"),
        in_role(ring, "fitted"),
        in_role(cross, "truth"),
        in_role(square, "fitted"),
    ]
    return spec_of(layers, HEIGHT)


def title_of(attempt: Attempt, state: str) -> dict[str, Any]:
    """Name and state above a panel, readable in both themes."""
    style = {"subtitleColor": AXIS_GREY, "subtitleFontSize": 14}
    return {"text": attempt.label, "subtitle": state, **style}


def state_of(attempt: Attempt, step: int) -> str:
    """How far an optimiser has come at a step."""
    if attempt.failure and not np.isfinite(attempt.criterion):
        return "no answer"
    if step < attempt.evaluations:
        return f"step {step} of {attempt.evaluations:,}"
    if attempt.reached:
        return f"found it in {attempt.evaluations:,}"
    return f"stopped {number(attempt.excess, 2)} too high"


def panel(found: AllFit, attempt: Attempt, shown: Window, ground: Surface, step: int) -> Picture:
    """One optimiser's path over the landscape, up to a step."""
    spec = deepcopy(_template(shown.log))
    names = [f"theta {at + 1}" for at in (shown.first, shown.second)]
    for layer in spec["layer"]:
        for channel, ends, title in zip("xy", (shown.x, shown.y), names, strict=True):
            layer["encoding"][channel]["scale"]["domain"] = list(ends)
            layer["encoding"][channel]["title"] = title
    state = state_of(attempt, step)
    spec["title"] = title_of(attempt, state)
    taken = min(step, attempt.evaluations)
    alt_text = (
        f"Path of {attempt.label} over the criterion, {names[0]} to the right and {names[1]} "
        f"upwards: {count(taken, 'evaluation')} of {attempt.evaluations:,}, {state}. The lowest "
        f"point is at {number(float(found.attempts[0].theta[shown.first]))} and "
        f"{number(float(found.attempts[0].theta[shown.second]))}."
    )
    data = pd.concat(
        [_ground(ground, found.best, shown), _marks(found, attempt, shown, step)],
        ignore_index=True,
    )
    return Picture(spec, data, alt_text)
