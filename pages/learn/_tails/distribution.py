"""Pictures of a null distribution: its rejection region, the statistic, the p-value as an area."""

import math

import numpy as np
import pandas as pd

from pages._ui.charts import Picture
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.words import number
from sim.inference.tails import (
    Kind,
    Region,
    Result,
    TailTest,
    density,
    null_distribution,
    rejection_region,
)

POINTS = 401
# An area keeps its shape with so many points, however small it is.
AREA_POINTS = 121
# F and PRE with one or two numerator df shoot up at zero: cut there.
MAX_HEIGHT = {"t": math.inf, "F": 1.1, "PRE": math.inf}


def axis_name(kind: Kind, df: tuple[float, ...]) -> str:
    """The statistic with its degrees of freedom."""
    inside = ", ".join(f"{value:g}" for value in df)
    return f"PRE with df {inside}" if kind == "PRE" else f"{kind}({inside})"


def shown_range(test: TailTest, statistic: float | None = None) -> tuple[float, float]:
    """Both ends of the axis: everything that matters is inside."""
    null, borders = null_distribution(test), rejection_region(test).critical_values
    values = [abs(value) for value in (*borders, statistic or 0.0)]
    if test.kind == "t":
        reach = max(4.5, 1.15 * max(values))
        return -reach, reach
    reach = max(1.3 * max(values), float(null.isf(0.01)))
    return 0.0, min(1.0, reach) if test.kind == "PRE" else reach


def _top(test: TailTest, ends: tuple[float, float]) -> float:
    at = np.linspace(*ends, 200)[4:-4]
    highest = float(density(test, at).max())
    # Room for the label above the curve.
    return min(MAX_HEIGHT[test.kind], 1.2 * highest)


def _area(test: TailTest, low: float, high: float, top: float, name: str) -> pd.DataFrame:
    at = np.linspace(low, high, AREA_POINTS)
    with np.errstate(divide="ignore"):
        y = np.minimum(density(test, at), top)
    return pd.DataFrame({"layer": name, "x": at, "y": y})


def outer_pieces(low: float, high: float, ends: tuple[float, float]) -> list[tuple[float, float]]:
    """The parts of the axis at or below low, and at or above high."""
    pieces = []
    if low > ends[0]:
        pieces.append((ends[0], min(low, ends[1])))
    if high < ends[1]:
        pieces.append((max(high, ends[0]), ends[1]))
    return pieces


def further_out(test: TailTest, statistic: float) -> Region:
    """Statistics that speak as loudly against the null hypothesis as this one, or louder."""
    if test.kind != "t" or test.hypothesis == "better":
        return Region(-math.inf, statistic)
    if test.hypothesis == "worse":
        return Region(statistic, math.inf)
    return Region(-abs(statistic), abs(statistic))


def _bar_rows(region: Region, ends: tuple[float, float]) -> pd.DataFrame:
    pieces = outer_pieces(region.lower, region.upper, ends)
    low, high = [piece[0] for piece in pieces], [piece[1] for piece in pieces]
    return pd.DataFrame({"layer": "bar", "x": low, "x2": high, "y": 0.0})


def _tail_rows(
    test: TailTest, region: Region, ends: tuple[float, float], top: float, name: str
) -> list[pd.DataFrame]:
    pieces = outer_pieces(region.lower, region.upper, ends)
    return [_area(test, *piece, top, f"{name}{i}") for i, piece in enumerate(pieces)]


def _layers(ends: tuple[float, float], top: float, title: str) -> list[Layer]:
    x = axis("x", ends, title)
    y = axis("y", (0.0, top), "density under the null hypothesis", labels=False, ticks=False)
    y["axis"]["grid"] = False
    both = {"x": x, "y": y}
    areas = []
    for i in (0, 1):
        area = {"type": "area", "opacity": 0.5, "clip": True}
        areas.append(layer(f"reject{i}", area, both | {"color": colour("simulated")}))
        area = {"type": "area", "opacity": 0.65, "clip": True}
        areas.append(layer(f"p{i}", area, both | {"color": colour("actual")}))
    curve = {"type": "line", "strokeWidth": 2.5, "clip": True}
    # A bar on the axis shows the region where its area is too thin to see.
    bar = {"type": "rule", "strokeWidth": 7, "opacity": 0.9}
    border = {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 2}
    rule = {"type": "rule", "strokeWidth": 4}
    text = {"type": "text", "fontSize": 15, "fontWeight": 600}
    return [
        *areas,
        layer("curve", curve, both | {"color": colour("simulated")}),
        layer("bar", bar, both | {"x2": {"field": "x2"}, "color": colour("simulated")}),
        layer("border", border, {"x": x, "color": colour("simulated")}),
        layer("observed", rule, {"x": x, "color": colour("actual")}),
        layer(
            "observed",
            text,
            {"x": x, "y": {"value": 12}, "text": {"field": "label"}, "color": colour("actual")},
        ),
    ]


def _label_to_left(kind: Kind, place: float) -> bool:
    """On which side of the statistic its label stands; place is from 0 to 1 on the axis."""
    if kind != "t":
        return place > 0.5
    # Outwards where there is room: the border of the region is on the other side.
    return place > 0.76 or 0.24 < place < 0.5


def distribution_picture(result: Result, *, title: str = "") -> Picture:
    """The null distribution with the rejection region, the statistic and its p-value."""
    test, statistic = result.test, result.statistic
    ends = shown_range(test, statistic)
    top = _top(test, ends)
    at = np.linspace(*ends, POINTS)
    with np.errstate(divide="ignore"):
        curve = np.minimum(density(test, at), 3 * top)
    rows = [pd.DataFrame({"layer": "curve", "x": at, "y": curve})]
    rows += _tail_rows(test, result.region, ends, top, "reject")
    rows.append(_bar_rows(result.region, ends))
    rows += _tail_rows(test, further_out(test, statistic), ends, top, "p")
    borders = list(result.region.critical_values)
    rows.append(pd.DataFrame({"layer": "border", "x": borders}))
    label = f"{test.kind} = {number(statistic)}"
    rows.append(pd.DataFrame({"layer": ["observed"], "x": [statistic], "label": [label]}))
    layers = _layers(ends, top, axis_name(test.kind, test.df))
    to_left = _label_to_left(test.kind, (statistic - ends[0]) / (ends[1] - ends[0]))
    layers[-1]["mark"] |= {"align": "right" if to_left else "left", "dx": -8 if to_left else 8}
    data = pd.concat(rows, ignore_index=True)
    return picture(layers, data, _alt(result), title=title, height=330)


def region_words(test: TailTest) -> str:
    """The rejection region in words: "t of 2.02 or more"."""
    region, kind = rejection_region(test), test.kind
    if kind != "t" or test.hypothesis == "better":
        return f"{kind} of {number(region.upper)} or more"
    if test.hypothesis == "worse":
        return f"t of {number(region.lower)} or less"
    return f"t of {number(region.upper)} or more, or of {number(region.lower)} or less"


def p_words(p: float) -> str:
    """A p-value as printed: "p = 0.013", "p < 0.0001"."""
    if p < 0.0001:
        return "p < 0.0001"
    return "p > 0.999" if p > 0.999 else f"p = {number(p, 2 if p < 0.1 else 3)}"


def _alt(result: Result) -> str:
    test = result.test
    verdict = "inside" if result.is_rejected else "outside"
    return (
        f"Distribution of {axis_name(test.kind, test.df)} when the null hypothesis is true. "
        f"Rejection region: {region_words(test)}. The observed {test.kind} = "
        f"{number(result.statistic)} lies {verdict} it; {p_words(result.p_value)}."
    )


def thumbnail(test: TailTest, region: Region, letter: str, words: str) -> Picture:
    """A small null distribution with some tail shaded, for the question before the answer."""
    ends = (-4.0, 4.0) if test.kind == "t" else shown_range(test)
    top = _top(test, ends)
    at = np.linspace(*ends, POINTS)
    with np.errstate(divide="ignore"):
        curve = np.minimum(density(test, at), 3 * top)
    rows = [pd.DataFrame({"layer": "curve", "x": at, "y": curve})]
    rows += _tail_rows(test, region, ends, top, "reject")
    rows.append(_bar_rows(region, ends))
    layers = _layers(ends, top, "")
    for part in layers:
        for channel in ("x", "y"):
            if "axis" in part["encoding"].get(channel, {}):
                part["encoding"][channel]["axis"] = {"labels": False, "ticks": False, "grid": False}
                part["encoding"][channel]["title"] = None
    data = pd.concat(rows, ignore_index=True)
    name = f"Picture {letter}: a {test.kind} distribution with {words} shaded."
    return picture(layers, data, name, title=letter, height=110)
