"""A picture: a chart, its data and its words; and a statistic's distribution.

Altair checks a chart against its schema,
which takes 30 ms, so each kind of chart is built once and then gets its data and its axes. It is
kept as JSON, because reading that is faster than copying what it says.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa

from pages._ui.theme import in_role
from pages._ui.words import number

# Filled in by whoever draws the picture.
ROWS = alt.NamedData("rows")

LABEL_ROOM = 1.15  # of the highest bar


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
    data: pd.DataFrame | pa.Table
    alt: str

    def table(self) -> pa.Table:
        """The data for a browser."""
        if isinstance(self.data, pa.Table):
            return self.data
        columns = {str(name): column.to_numpy() for name, column in self.data.items()}
        return pa.table({name: pa.array(c, from_pandas=True) for name, c in columns.items()})

    def records(self) -> list[dict[str, Any]]:
        """The data as JSON can say them, a row each; None where a value is missing."""
        rows: list[dict[str, Any]] = self.table().to_pylist()
        return rows


def padded(values: Sequence[np.ndarray], share: float = 0.04) -> tuple[float, float]:
    """Both ends of all finite values, widened by a share of their range."""
    finite = np.concatenate([np.asarray(v, dtype=float).ravel() for v in values])
    finite = finite[np.isfinite(finite)]
    if finite.size == 0:
        return (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    margin = share * (high - low) or max(abs(high), 1.0) * share
    return (low - margin, high + margin)


def spec_of(layers: Sequence[alt.Chart], height: int) -> dict[str, Any]:
    """Layers over each other as Vega-Lite, without data.

    Altair's check against the whole schema is left out: it takes 40 ms a picture, and the tests
    draw them all.
    """
    spec: dict[str, Any] = alt.layer(*layers).properties(height=height).to_dict(validate=False)
    del spec["data"]
    return spec


@cache
def _histogram_template() -> str:
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
    return json.dumps(spec_of(layers, 300))


def histogram_picture(values: np.ndarray, actual: float, statistic: str, alt_text: str) -> Picture:
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
    spec = json.loads(_histogram_template())
    encoding = spec["layer"][0]["encoding"]["x"]
    encoding["scale"]["domain"] = [low, high]
    encoding["title"] = statistic
    # Room above the bars for the name of the line.
    top = LABEL_ROOM * max(1, int(counts.max(initial=0)))
    spec["layer"][0]["encoding"]["y"]["scale"]["domain"] = [0, top]
    if actual > (low + high) / 2:
        spec["layer"][2]["mark"] |= {"align": "right", "dx": -8}
    return Picture(spec, pd.concat([bars, rule], ignore_index=True), alt_text)
