"""Pictures of resampled estimates, of their intervals, and of intervals from study to study."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages._ui.charts import Picture
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.words import count, number
from pages.learn._bootstrap.draws import Request, Result
from pages.learn._bootstrap.settings import INTERVAL_LABELS, World

HEIGHT = 330
BINS = 36
LABEL_SHARE = 0.3  # of the axis, on its left, for the names of the intervals
DEPTH = 0.62  # of the highest bar, below it, for the intervals


def effect_domain(results: Sequence[Result], world: World) -> tuple[float, float]:
    """Both ends of an effect axis that all panels share; a few far resamples are cut off."""
    values = [world.estimate] if world.truth is None else [world.estimate, world.truth]
    for result in results:
        finite = result.effect[np.isfinite(result.effect)]
        if len(finite):
            values += np.quantile(finite, [0.002, 0.998]).tolist()
        for found in result.intervals.values():
            values += [end for end in (found.low, found.high) if np.isfinite(end)]
    low, high = min(values), max(values)
    room = high - low or max(abs(high), 1.0)
    return low - LABEL_SHARE * room, high + 0.04 * room


def _shares(result: Result, edges: np.ndarray) -> np.ndarray:
    finite = result.effect[np.isfinite(result.effect)]
    return np.histogram(finite, edges)[0] / max(1, len(finite))


def scheme_pictures(results: Sequence[Result], world: World, request: Request) -> list[Picture]:
    """A histogram for each scheme on shared axes, with its four intervals below."""
    domain = effect_domain(results, world)
    edges = np.linspace(*domain, BINS + 1)
    top = max(float(_shares(result, edges).max()) for result in results) or 1.0
    return [_scheme_picture(result, world, request, edges, top) for result in results]


def _interval_rows(result: Result, request: Request, top: float) -> pd.DataFrame:
    rows = []
    for i, (label, kind) in enumerate(INTERVAL_LABELS.items()):
        found = result.intervals[kind]
        if np.isfinite(found.low):
            y = -top * DEPTH * (i + 0.65) / len(INTERVAL_LABELS)
            name = "chosen" if kind == request.interval else "interval"
            rows.append((name, found.low, found.high, y, label))
    return pd.DataFrame(rows, columns=["layer", "x", "x2", "y", "label"])


def _scheme_layers(x: Layer, y: Layer) -> list[Layer]:
    line = {"x": x, "x2": {"field": "x2"}, "y": y, "color": colour("fitted")}
    text = {"x": x, "y": y, "text": {"field": "label"}, "color": colour("fitted")}
    name = {"type": "text", "align": "right", "dx": -7, "fontSize": 12}
    bar = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"datum": 0}}
    return [
        layer("bar", {"type": "rect", "opacity": 0.75, "clip": True},
              bar | {"color": colour("simulated")}),
        layer("interval", {"type": "rule", "strokeWidth": 2.5, "opacity": 0.75}, line),
        layer("chosen", {"type": "rule", "strokeWidth": 7}, line),
        layer("interval", name, text),
        layer("chosen", name | {"fontWeight": 700}, text),
        layer("estimate", {"type": "rule", "strokeWidth": 2.5},
              {"x": x, "color": colour("actual")}),
        layer("truth", {"type": "rule", "strokeWidth": 3.5, "strokeDash": [8, 5]},
              {"x": x, "color": colour("truth")}),
    ]  # fmt: skip


def _scheme_picture(
    result: Result, world: World, request: Request, edges: np.ndarray, top: float
) -> Picture:
    shares = _shares(result, edges)
    bars = pd.DataFrame({"layer": "bar", "x": edges[:-1], "x2": edges[1:], "y": shares})
    rules = [("estimate", result.estimate)]
    if world.truth is not None:
        rules.append(("truth", world.truth))
    data = pd.concat(
        [
            bars[shares > 0],
            _interval_rows(result, request, top),
            pd.DataFrame(rules, columns=["layer", "x"]),
        ],
        ignore_index=True,
    )
    x = axis("x", (edges[0], edges[-1]), world.setting.axis, ticks=5, grid=False)
    y = axis("y", (-DEPTH * top, 1.06 * top), None, labels=False, ticks=False, grid=False)
    y["axis"]["domain"] = False
    return picture(
        _scheme_layers(x, y),
        data,
        _scheme_alt(result, world, request),
        title=result.scheme.title,
        height=HEIGHT,
    )


def interval_words(result: Result, request: Request) -> str:
    """The chosen interval: "7.3 to 13.4"."""
    found = result.intervals[request.interval]
    if not np.isfinite(found.low):
        return f"no interval ({found.note.rstrip('.')})"
    return f"{number(found.low)} to {number(found.high)}"


def _scheme_alt(result: Result, world: World, request: Request) -> str:
    label = next(k for k, v in INTERVAL_LABELS.items() if v == request.interval)
    text = (
        f"{result.scheme.title}: histogram of the {world.setting.what} in "
        f"{count(result.draws.n, 'resample')}. {label} interval, {request.percent}: "
        f"{interval_words(result, request)}; the estimate is {number(result.estimate)}."
    )
    return text if world.truth is None else f"{text} The truth is {number(world.truth)}."


def settling_picture(runs: Sequence[pd.DataFrame], world: World, kind: str) -> Picture:
    """Both ends of an interval as resamples are added, in several runs.

    Parameters
    ----------
    runs : one frame per run, columns n, low, high.
    """
    data = pd.concat(
        [
            run[["n", side]]
            .rename(columns={"n": "x", side: "y"})
            .assign(layer="end", run=f"{i}{side}")
            for i, run in enumerate(runs)
            for side in ("low", "high")
        ],
        ignore_index=True,
    )
    rules = [("estimate", world.estimate)]
    if world.truth is not None:
        rules.append(("truth", world.truth))
    data = pd.concat([data, pd.DataFrame(rules, columns=["layer", "y"])], ignore_index=True)
    finite = data["y"][np.isfinite(data["y"])]
    room = 0.06 * (finite.max() - finite.min() or 1.0)
    largest = int(data["x"].max())
    x = axis("x", (float(data["x"].min()), float(largest)), "resamples", grid=False, format=",d")
    x["scale"]["type"] = "log"
    x["axis"]["values"] = [20, 50, 100, 200, 500, 1_000]
    y = axis("y", (float(finite.min() - room), float(finite.max() + room)), world.setting.axis)
    layers = [
        layer("end", {"type": "line", "strokeWidth": 2},
              {"x": x, "y": y, "detail": {"field": "run", "type": "nominal"},
               "color": colour("fitted")}),
        layer("estimate", {"type": "rule", "strokeWidth": 2.5},
              {"y": y, "color": colour("actual")}),
        layer("truth", {"type": "rule", "strokeWidth": 3.5, "strokeDash": [8, 5]},
              {"y": y, "color": colour("truth")}),
    ]  # fmt: skip
    ends = [f"{number(run['low'].iloc[-1])} to {number(run['high'].iloc[-1])}" for run in runs]
    alt = (
        f"Both ends of the {kind} interval as resamples are added, in {count(len(runs), 'run')}. "
        f"The runs disagree at {int(data['x'].min())} resamples and meet at {largest:,}: "
        f"{'; '.join(ends)}."
    )
    return picture(layers, data, alt, height=280)


def coverage_picture(
    title: str, ends: Sequence[tuple[float, float]], truth: float, studies: int,
    domain: tuple[float, float], unit: str,
) -> Picture:  # fmt: skip
    """One interval for each study so far, from the bottom up; those that miss stand out.

    Parameters
    ----------
    ends : low and high of each study's interval.
    studies : how many there will be.
    domain, unit : of the effect, shared by the panels.
    """
    rows = [
        ("hit" if low <= truth <= high else "miss", low, high, i)
        for i, (low, high) in enumerate(ends, start=1)
    ]
    data = pd.DataFrame(rows, columns=["layer", "x", "x2", "y"])
    data["middle"] = (data["x"] + data["x2"]) / 2
    data = pd.concat([data, pd.DataFrame({"layer": ["truth"], "x": [truth]})], ignore_index=True)
    x = axis("x", domain, unit, ticks=5, grid=False)
    y = axis("y", (0.0, studies + 1.0), "study", ticks=4, grid=False)
    line = {"x": x, "x2": {"field": "x2"}, "y": y}
    cross = {"x": {**x, "field": "middle"}, "y": y, "color": colour("fitted")}
    layers = [
        layer("truth", {"type": "rule", "strokeWidth": 3, "strokeDash": [8, 5]},
              {"x": x, "color": colour("truth")}),
        layer("hit", {"type": "rule", "strokeWidth": 1.5, "opacity": 0.8, "clip": True},
              line | {"color": colour("simulated")}),
        layer("miss", {"type": "rule", "strokeWidth": 3, "clip": True},
              line | {"color": colour("fitted")}),
        layer("miss", {"type": "point", "shape": "cross", "filled": True, "size": 70,
                       "opacity": 1, "clip": True}, cross),
    ]  # fmt: skip
    hits = sum(row[0] == "hit" for row in rows)
    alt = (
        f"{title}: intervals of {count(len(rows), 'study', 'studies')}; {hits} hold the truth, "
        f"{number(truth)}, and {len(rows) - hits} miss it."
    )
    return picture(layers, data, alt, title=title, height=360)
