"""Pictures of data with one line per participant.

A picture reads the columns `participant x y group`, whatever the user's columns are called: names
such as `a.b` or `y[1]` would be paths to Vega. Panels that stand beside each other differ in y
only, so all else is laid out once for all of them.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse

from pages._ui.charts import ROWS, Picture, spec_of
from pages._ui.theme import Role, in_role

GROUP_DASHES = ((1, 0), (4, 3), (1, 3), (8, 3, 2, 3))
GROUP_SHAPES = ("circle", "square", "triangle-up", "diamond")
GROUP_WORDS = (
    "Solid lines and circles",
    "Dashed lines and squares",
    "Dotted lines and triangles",
    "Dash-dotted lines and diamonds",
)

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
    return json.dumps(spec_of(layers, kind.height))


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


@dataclass(frozen=True, slots=True)
class Rows:
    """Who was measured where: all that a picture draws but the response.

    Parameters
    ----------
    table : columns participant, x, group, layer; the rows of the lines, then the points.
    lines : shape (rows of the lines, observations), what makes the lines' y from the
        observations'; None where the lines join the observations themselves.
    """

    table: pa.Table
    lines: sparse.csr_array | None

    def filled(self, y: np.ndarray) -> pa.Table:
        """The table with a response; y has shape (observations,)."""
        if self.lines is not None:
            y = np.concatenate([self.lines @ y, y])
        return self.table.append_column("y", pa.array(y, pa.float64(), from_pandas=True))


def _column(values: np.ndarray) -> pa.Array:
    numeric = values.dtype.kind in "fiu"
    return pa.array(values, pa.float64() if numeric else pa.string(), from_pandas=True)


def _means(frame: pd.DataFrame) -> tuple[np.ndarray, sparse.csr_array] | None:
    """First observation of each point of a line, and what averages y there; None if all differ."""
    codes = np.zeros(len(frame), dtype=np.int64)
    for name in ("participant", "x", "group"):
        own, levels = pd.factorize(frame[name].to_numpy())
        # A place that is not known is on no line.
        codes = np.where((own < 0) | (codes < 0), -1, codes * len(levels) + own)
    known = np.flatnonzero(codes >= 0)
    place, _ = pd.factorize(codes[known])
    _, first, counts = np.unique(place, return_index=True, return_counts=True)
    if counts.size and counts.max() == 1:
        return None
    shape = (counts.size, len(frame))
    return known[first], sparse.csr_array((1 / counts[place], (place, known)), shape=shape)


def _ends(frame: pd.DataFrame) -> tuple[np.ndarray, sparse.csr_array]:
    """Observations at both ends of each line, and what makes its least-squares y there."""
    x = frame["x"].to_numpy(dtype=float)
    ends: list[int] = []
    shares = []
    line, _ = pd.factorize(frame["participant"].astype(str) + "\0" + frame["group"].astype(str))
    for code in range(line.max(initial=-1) + 1):
        own = np.flatnonzero(line == code)
        centred = x[own] - x[own].mean()
        spread = float(centred @ centred)
        for at in (own[np.argmin(centred)], own[np.argmax(centred)]):
            share = np.zeros(len(x))
            tilt = (x[at] - x[own].mean()) / spread if spread > 0 else 0.0
            share[own] = 1 / own.size + tilt * centred
            ends.append(int(at))
            shares.append(share)
    return np.array(ends), sparse.csr_array(np.array(shares))


def line_rows(frame: pd.DataFrame, *, straight: bool = False) -> Rows:
    """Lay out lines and points; the mean where a participant has several y at one x.

    Parameters
    ----------
    frame : columns participant, x, group; one row per observation.
    straight : least-squares lines instead of joined points.
    """
    lines = _ends(frame) if straight else _means(frame)
    columns = {name: frame[name].to_numpy() for name in ("participant", "x", "group")}
    layer = np.full(len(frame), "both" if lines is None else "point", dtype=object)
    if lines is not None:
        first = lines[0]
        columns = {name: np.concatenate([own[first], own]) for name, own in columns.items()}
        layer = np.concatenate([np.full(len(first), "line", dtype=object), layer])
    table = {name: _column(own) for name, own in columns.items()} | {"layer": _column(layer)}
    return Rows(pa.table(table), None if lines is None else lines[1])


def _with_truth(table: pa.Table, truth: pd.DataFrame) -> pa.Table:
    """The table with the rows of the true mean line after it."""
    nobody = np.full(len(truth), "", dtype=object)
    layer = np.full(len(truth), "truth", dtype=object)
    columns = {"participant": nobody, "x": truth["x"].to_numpy(), "group": nobody, "layer": layer}
    columns |= {"y": truth["y"].to_numpy()}
    return pa.concat_tables([table, pa.table({n: _column(v) for n, v in columns.items()})])


def lines_picture(
    rows: Rows,
    y: np.ndarray,
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
    rows, y : where the observations are, and the response, shape (observations,).
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
    table = rows.filled(np.asarray(y, dtype=float))
    return Picture(spec, table if truth is None else _with_truth(table, truth), alt_text)
