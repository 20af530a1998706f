"""What the four fits estimate, drawn beside the truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture, padded
from pages._ui.frame import show
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.words import number
from pages.learn._nesting.estimates import METHOD, SHORT, class_sd, school_sd
from pages.learn._nesting.settings import BRACKETS, LABELLINGS, SCHOOL, World

HEIGHT = 320
ERRORS = 2  # standard errors on either side
MIN_WIDTH = 230  # px


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity.

    Parameters
    ----------
    title : above it.
    truth : in points.
    values, errors : of the four fits; errors are zero where none are drawn.
    domain : both ends of its axis.
    """

    title: str
    truth: float
    values: tuple[float, ...]
    errors: tuple[float, ...]
    domain: tuple[float, float]


LINES = tuple(f"{labels}: {SHORT[bracket]}" for labels in LABELLINGS for bracket in BRACKETS)


def _panels(world: World) -> list[Panel]:
    fits = [world.fits[labels, bracket] for labels in LABELLINGS for bracket in BRACKETS]
    truth = world.truth
    sds = (
        ("SD of classes", [class_sd(fit) for fit in fits], truth.sd["class", "(Intercept)"]),
        ("SD of schools", [school_sd(fit) for fit in fits], truth.sd[SCHOOL, "(Intercept)"]),
        ("Residual SD", [fit.sigma for fit in fits], truth.sigma or 0.0),
    )
    # One axis for all SDs, so that they compare.
    most = 1.06 * max(max(*values, true) for _, values, true in sds)
    drawn = [Panel(t, true, tuple(v), (0.0,) * len(v), (0.0, most)) for t, v, true in sds]
    effects = np.array([fit.fixef[METHOD] for fit in fits])
    errors = np.array([fit.std_error[METHOD] for fit in fits])
    true = truth.fixef[METHOD]
    domain = padded([effects - ERRORS * errors, effects + ERRORS * errors, np.array([true])], 0.06)
    title = f"Effect of the method ± {ERRORS} SE"
    return [*drawn, Panel(title, true, tuple(effects), tuple(errors), domain)]


def _rows(panel: Panel) -> pd.DataFrame:
    values, errors = np.array(panel.values), np.array(panel.errors)
    return pd.DataFrame(
        {
            "layer": "fit",
            "line": LINES,
            "x": values,
            "low": values - ERRORS * errors,
            "high": values + ERRORS * errors,
            "truth": panel.truth,
            "start": panel.domain[0],
            "label": [f"{name}  {number(x)}" for name, x in zip(LINES, values, strict=True)],
        }
    )


def _layers(panel: Panel) -> list[Layer]:
    x = axis("x", panel.domain, "points", ticks=5)
    y: Layer = {
        "field": "line",
        "type": "nominal",
        "sort": list(LINES),
        "axis": None,
        "scale": {"domain": list(LINES), "padding": 0.4},
    }
    low = {**x, "field": "low"}
    fitted: Layer = {"y": y, "color": colour("fitted")}
    text = {"field": "label", "type": "nominal"}
    start = {**x, "field": "start"}
    place = {"x": {**x, "field": "truth"}, "y": y}
    return [
        layer("fit", {"type": "tick", "size": 24, "thickness": 4, "opacity": 1},
              {**place, "color": colour("truth")}),
        layer("fit", {"type": "rule", "strokeWidth": 3},
              {**fitted, "x": low, "x2": {"field": "high"}}),
        layer("fit", {"type": "point", "filled": True, "size": 110, "opacity": 1},
              {**fitted, "x": x}),
        layer("fit", {"type": "text", "align": "left", "dy": -22, "fontSize": 14},
              {**fitted, "x": start, "text": text}),
    ]  # fmt: skip


def panel_pictures(world: World) -> list[Picture]:
    """SDs and the effect of the method from all four fits, with the truth."""
    drawn = []
    for panel in _panels(world):
        said = "; ".join(f"{name} {number(x)}" for name, x in zip(LINES, panel.values, strict=True))
        alt = f"{panel.title}: {said}. The truth is {number(panel.truth)} points."
        layers = _layers(panel)
        drawn.append(picture(layers, _rows(panel), alt, title=panel.title, height=HEIGHT))
    return drawn


def show_panels(world: World) -> list[Picture]:
    """Draw them side by side."""
    pictures = panel_pictures(world)
    grid = st.grid(len(pictures), min_column_width=MIN_WIDTH, gap="small")
    for drawn in pictures:
        with grid.cell():
            show(drawn)
    st.caption("Red: the four fits, labels reused or unique. Upright violet marks: the truth.")
    return pictures
