"""The criterion over the only theta of a model, and the steps of each optimiser on it."""

from copy import deepcopy
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pages._ui.charts import ROWS, Picture, padded, spec_of
from pages._ui.theme import AXIS_GREY, in_role
from pages._ui.words import count, number
from pages.learn._convergence.landscape import HEIGHT, LABEL, state_of, title_of
from sim.inference.allfit import AllFit, Attempt
from sim.inference.surface import criterion_at

POINTS = 200


def curve(found: AllFit, attempts: list[Attempt], whole: bool) -> pd.DataFrame:
    """The criterion along theta: from zero to the furthest step, or around the lowest point."""
    best = float(found.attempts[0].theta[0])
    far = max([float(np.nanmax(a.path)) for a in attempts if len(a.path)] + [1.0])
    end = min(far, 10.0) * 1.05 if whole else max(2.5 * best, 0.6)
    theta = np.linspace(0.0, end, POINTS)
    values = criterion_at(found.fit, theta[None])
    return pd.DataFrame({"x": theta, "y": values, "layer": "curve"})


@lru_cache(maxsize=1)
def _template() -> dict[str, Any]:
    axis = alt.Axis(tickCount=4, labelExpr=LABEL)
    scale = alt.Scale(domain=[0, 1], nice=False, zero=False)
    x = alt.X("x:Q", scale=scale, title="theta 1", axis=axis)
    y = alt.Y("y:Q", scale=scale, title="criterion", axis=alt.Axis(tickCount=4))
    base = alt.Chart(ROWS)

    def of(layer: str) -> alt.Chart:
        return base.transform_filter(f"datum.layer == '{layer}'")

    tips = [alt.Tooltip("step:Q", title="evaluation"), alt.Tooltip("y:Q", format=".4f")]
    ground = of("curve").mark_line(color=AXIS_GREY, strokeWidth=3).encode(x=x, y=y)
    dots = of("path").mark_point(filled=True, size=45, opacity=0.8).encode(x=x, y=y, tooltip=tips)
    ring = of("start").mark_point(shape="circle", size=150, strokeWidth=3, opacity=1)
    cross = of("goal").mark_point(shape="cross", filled=True, size=480, opacity=1)
    end = of("end").mark_point(shape="square", filled=True, size=70, opacity=1)
    layers = [
        ground,
        in_role(dots, "fitted"),
        in_role(ring.encode(x=x, y=y), "fitted"),
        in_role(cross.encode(x=x, y=y), "truth"),
        in_role(end.encode(x=x, y=y, tooltip=tips), "fitted"),
    ]
    return spec_of(layers, HEIGHT)


def curve_panel(found: AllFit, attempt: Attempt, ground: pd.DataFrame, step: int) -> Picture:
    """One optimiser's steps on the curve, up to a step."""
    spec = deepcopy(_template())
    end = float(ground["x"].iloc[-1])
    y_ends = padded([ground["y"].to_numpy(), np.array([found.best])])
    for layer in spec["layer"]:
        layer["encoding"]["x"]["scale"]["domain"] = [-0.03 * end, end]
        layer["encoding"]["y"]["scale"]["domain"] = list(y_ends)
    state = state_of(attempt, step)
    spec["title"] = title_of(attempt, state)
    taken = min(step, attempt.evaluations)
    walked = pd.DataFrame(
        {
            "x": np.clip(attempt.path[:taken, 0], 0.0, end),
            "y": np.clip(attempt.path_criterion[:taken], *y_ends),
            "step": np.arange(1, taken + 1),
            "layer": "path",
        }
    )
    best = float(found.attempts[0].theta[0])
    goal = pd.DataFrame({"x": [best], "y": [found.best], "layer": ["goal"]})
    ends = [ground, walked, goal]
    if taken:
        ends += [walked.head(1).assign(layer="start"), walked.tail(1).assign(layer="end")]
    alt_text = (
        f"Criterion over theta 1 and the steps of {attempt.label}: "
        f"{count(taken, 'evaluation')} of {attempt.evaluations:,}, {state}. "
        f"The lowest point is at {number(best)}."
    )
    return Picture(spec, pd.concat(ends, ignore_index=True), alt_text)
