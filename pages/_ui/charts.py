"""Pictures of data: one line per participant, and a statistic's distribution.

Every chart reads the columns `participant x y group`, whatever the user's columns are called:
names such as `a.b` or `y[1]` would be paths to Vega. Altair checks a chart against its schema,
which takes 30 ms, so each kind of chart is built once and then gets its data and its axes. It is
kept as JSON, because reading that is faster than copying what it says.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pages._ui.theme import Role, in_role
from pages._ui.words import number

# Filled in by whoever draws the picture.
ROWS = alt.NamedData("rows")

GROUP_DASHES = ((1, 0), (4, 3), (1, 3), (8, 3, 2, 3))
GROUP_SHAPES = ("circle", "square", "triangle-up", "diamond")
GROUP_WORDS = (
    "Solid lines and circles",
    "Dashed lines and squares",
    "Dotted lines and triangles",
    "Dash-dotted lines and diamonds",
)

LABEL_ROOM = 1.15  # of the highest bar
MAX_DRAWN_ROWS = 4_000
MAX_DRAWN_PARTICIPANTS = 80


@dataclass(frozen=True, slots=True)
class Axes:
    """What all panels of one picture share.

    Parameters
    ----------
    x_title, y_title : names with units, as printed under the axes.
    levels : the levels of a factor on x, in order; None when x is a number.
    x_domain : both ends of a numeric x, in its unit; None for a factor.
    y_domain : both ends of y, in its unit.
    groups : levels marked by dash and shape; empty when nothing is marked.
    straight : draw each participant's least-squares line instead of joining the points, which
        would only zigzag where everybody was measured at other x.
    """

    x_title: str
    y_title: str
    levels: tuple[str, ...] | None
    x_domain: tuple[float, float] | None
    y_domain: tuple[float, float]
    groups: tuple[str, ...] = ()
    straight: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its data and what it shows in words.

    Parameters
    ----------
    spec : Vega-Lite without data.
    data : read by all layers.
    alt : what the picture shows now, for people who hear the page.
    """

    spec: dict[str, Any]
    data: pd.DataFrame
    alt: str


def padded(values: Sequence[np.ndarray], share: float = 0.04) -> tuple[float, float]:
    """Both ends of all finite values, widened by a share of their range."""
    finite = np.concatenate([np.asarray(v, dtype=float).ravel() for v in values])
    finite = finite[np.isfinite(finite)]
    if finite.size == 0:
        return (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    margin = share * (high - low) or max(abs(high), 1.0) * share
    return (low - margin, high + margin)


def drawn_rows(participants: pd.Series) -> np.ndarray:
    """Positions of the rows a browser can draw well: whole participants, evenly chosen."""
    codes, names = pd.factorize(participants)
    count = len(names)
    per_participant = max(1.0, len(participants) / max(count, 1))
    keep = int(min(count, MAX_DRAWN_PARTICIPANTS, max(2, MAX_DRAWN_ROWS // per_participant)))
    if keep >= count and len(participants) <= MAX_DRAWN_ROWS:
        return np.arange(len(participants))
    chosen = np.unique(np.linspace(0, count - 1, keep).round().astype(int))
    return np.flatnonzero(np.isin(codes, chosen))[:MAX_DRAWN_ROWS]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What decides the structure of a panel, apart from data, domains and titles."""

    role: Role
    factor: bool
    grouped: bool
    straight: bool
    compact: bool
    height: int


def _axes_encoding(kind: _Kind) -> tuple[alt.X, alt.Y]:
    y_scale = alt.Scale(domain=[0, 1], nice=False, zero=False)
    y = alt.Y("y:Q", scale=y_scale, title="", axis=alt.Axis(tickCount=4 if kind.compact else 6))
    if kind.factor:
        return alt.X("x:O", scale=alt.Scale(domain=["0"], padding=0.35), title=""), y
    x_scale = alt.Scale(domain=[0, 1], nice=False, zero=False)
    axis = alt.Axis(tickCount=3 if kind.compact else 6)
    return alt.X("x:Q", scale=x_scale, title="", axis=axis), y


@lru_cache(maxsize=64)
def _panel_template(kind: _Kind) -> str:
    x, y = _axes_encoding(kind)
    # Width and opacity keep twenty overlapping lines apart on a projector, and straight lines
    # visible in a cloud of points.
    width = (1.2 if kind.compact else 1.8) * (1.6 if kind.straight else 1)
    line = alt.Chart(ROWS).mark_line(opacity=0.9 if kind.straight else 0.6, strokeWidth=width)
    point = alt.Chart(ROWS).mark_point(
        filled=True, opacity=0.35 if kind.straight else 0.75, size=14 if kind.compact else 36
    )
    truth = alt.Chart(ROWS).mark_line(strokeDash=[8, 5], strokeWidth=4)
    line = line.encode(x=x, y=y, detail="participant:N")
    line = line.transform_filter("datum.layer == 'line' || datum.layer == 'both'")
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("participant", "x")]
    point = point.encode(x=x, y=y, tooltip=[*tooltip, alt.Tooltip("y:Q", format=".4~g")])
    point = point.transform_filter("datum.layer == 'point' || datum.layer == 'both'")
    truth = truth.encode(x=x, y=y).transform_filter("datum.layer == 'truth'")
    if kind.grouped:
        # Without a legend of its own: it would make this panel's axes shorter than the others'.
        scale = alt.Scale(domain=["0"], range=[list(dash) for dash in GROUP_DASHES])
        line = line.encode(strokeDash=alt.StrokeDash("group:N", scale=scale, legend=None))
        scale = alt.Scale(domain=["0"], range=list(GROUP_SHAPES))
        point = point.encode(shape=alt.Shape("group:N", scale=scale, legend=None))
    layers = [in_role(point, kind.role), in_role(line, kind.role), in_role(truth, "truth")]
    spec: dict[str, Any] = alt.layer(*layers).properties(height=kind.height).to_dict()
    del spec["data"]
    return json.dumps(spec)


def _fill_axes(spec: dict[str, Any], axes: Axes, compact: bool) -> None:
    x_domain = list(axes.levels) if axes.levels is not None else list(axes.x_domain or (0, 1))
    for layer in spec["layer"]:
        encoding = layer["encoding"]
        encoding["x"]["scale"]["domain"] = x_domain
        encoding["y"]["scale"]["domain"] = list(axes.y_domain)
        if axes.levels is not None:
            encoding["x"]["sort"] = x_domain
        encoding["x"]["title"] = None if compact else axes.x_title
        encoding["y"]["title"] = None if compact else axes.y_title
        for channel in ("strokeDash", "shape"):
            if channel in encoding:
                encoding[channel]["scale"]["domain"] = list(axes.groups)
        for tip in encoding.get("tooltip", []):
            tip["title"] = {"x": axes.x_title, "y": axes.y_title}.get(tip["field"], tip["field"])


def _straight_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Both ends of each participant's least-squares line."""
    ends = []
    for (participant, group), own in frame.groupby(["participant", "group"], sort=False):
        x, y = own["x"].to_numpy(dtype=float), own["y"].to_numpy(dtype=float)
        centred = x - x.mean()
        spread = float(centred @ centred)
        slope = float(centred @ y) / spread if spread > 0 else 0.0
        at = np.array([x.min(), x.max()])
        line = y.mean() + slope * (at - x.mean())
        ends.append(pd.DataFrame({"participant": participant, "group": group, "x": at, "y": line}))
    return pd.concat(ends, ignore_index=True)


def _panel_data(frame: pd.DataFrame, truth: pd.DataFrame | None, straight: bool) -> pd.DataFrame:
    """Rows for lines and points: the mean where a participant has several y at one x."""
    place = ["participant", "x", "group"]
    if straight:
        parts = [_straight_lines(frame).assign(layer="line"), frame.assign(layer="point")]
    elif frame.duplicated(place).any():
        means = frame.groupby(place, sort=False, observed=True)["y"].mean().reset_index()
        parts = [means.assign(layer="line"), frame.assign(layer="point")]
    else:
        parts = [frame.assign(layer="both")]
    if truth is not None:
        parts.append(truth.assign(participant="", group="", layer="truth"))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def lines_picture(
    frame: pd.DataFrame,
    axes: Axes,
    role: Role,
    alt_text: str,
    *,
    truth: pd.DataFrame | None = None,
    title: str = "",
    height: int = 320,
    compact: bool = False,
) -> Picture:
    """One line per participant.

    Parameters
    ----------
    frame : columns participant, x, y, group; one row per observation.
    axes : shared with the panels beside this one.
    role : which of the four colours.
    truth : columns x, y: the mean line the data came from; drawn dashed.
    title : above the picture; empty for none.
    height : px.
    compact : no axis titles and thinner marks, for many small panels.
    """
    kind = _Kind(role, axes.levels is not None, bool(axes.groups), axes.straight, compact, height)
    spec = json.loads(_panel_template(kind))
    _fill_axes(spec, axes, compact)
    if title:
        spec["title"] = title
    return Picture(spec, _panel_data(frame, truth, axes.straight), alt_text)


@lru_cache(maxsize=4)
def _histogram_template(height: int) -> str:
    x_scale = alt.Scale(domain=[0, 1], nice=False, zero=False)
    bars = alt.Chart(ROWS).transform_filter("datum.layer == 'bar'").mark_rect(opacity=0.75)
    bars = bars.encode(
        x=alt.X("left:Q", scale=x_scale, title="", axis=alt.Axis(tickCount=6)),
        x2="right:Q",
        y=alt.Y("count:Q", title="simulated data sets", scale=alt.Scale(domain=[0, 1], nice=False)),
        y2=alt.datum(0),
        tooltip=["left:Q", "right:Q", "count:Q"],
    )
    actual = alt.Chart(ROWS).transform_filter("datum.layer == 'actual'")
    rule = actual.mark_rule(strokeWidth=4).encode(x="left:Q")
    text = actual.mark_text(fontSize=16, dx=8, align="left", fontWeight=600)
    text = text.encode(x="left:Q", y=alt.value(10), text="label:N")
    layers = [in_role(bars, "simulated"), in_role(rule, "actual"), in_role(text, "actual")]
    spec: dict[str, Any] = alt.layer(*layers).properties(height=height).to_dict()
    del spec["data"]
    return json.dumps(spec)


def histogram_picture(
    values: np.ndarray, actual: float, statistic: str, alt_text: str, *, height: int = 300
) -> Picture:
    """Where the actual statistic falls among the simulated ones.

    Parameters
    ----------
    values : shape (n,), the statistic of each simulated data set; not-a-number left out.
    actual : the same statistic of the actual data.
    statistic : its name, under the axis.
    """
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(finite, bins=min(40, max(5, finite.size // 10)))
    bars = pd.DataFrame({"left": edges[:-1], "right": edges[1:], "count": counts, "layer": "bar"})
    rule = pd.DataFrame({"left": [actual], "layer": "actual", "label": f"actual {number(actual)}"})
    low, high = padded([finite, np.array([actual])])
    spec = json.loads(_histogram_template(height))
    encoding = spec["layer"][0]["encoding"]["x"]
    encoding["scale"]["domain"] = [low, high]
    encoding["title"] = statistic
    # Room above the bars for the name of the line.
    top = LABEL_ROOM * max(1, int(counts.max(initial=0)))
    spec["layer"][0]["encoding"]["y"]["scale"]["domain"] = [0, top]
    if actual > (low + high) / 2:
        spec["layer"][2]["mark"] |= {"align": "right", "dx": -8}
    return Picture(spec, pd.concat([bars, rule], ignore_index=True), alt_text)
