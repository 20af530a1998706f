"""Pictures of the way from separate regressions to one line, a frame at every step."""

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, padded
from pages._ui.lines import drawn_rows
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import count, number
from pages.learn._pooling.lines import line_layers, points
from pages.learn._pooling.settings import Study
from pages.learn._pooling.spread import term_name
from sim.pooling import PoolingPath

STEP = 2  # percent of pooling
MAX_PEOPLE = 60
HEIGHT = 300


def _line_rows(study: Study, lines: np.ndarray, layer_name: str) -> pd.DataFrame:
    """Both ends of each line over the whole axis; lines (g, 2) without nan."""
    measured = study.both.measured
    at = np.array([measured.x.min(), measured.x.max()])
    y = lines[:, :1] + lines[:, 1:] * at
    names = np.repeat(np.arange(len(lines)).astype(str), 2)
    return pd.DataFrame(
        {"participant": names, "x": np.tile(at, len(lines)), "y": y.ravel(), "layer": layer_name}
    )


def _kept(study: Study) -> np.ndarray:
    """Positions of the participants that are drawn."""
    n = len(study.people)
    return np.unique(np.linspace(0, n - 1, min(n, MAX_PEOPLE)).round().astype(int))


def lines_picture(study: Study, path: PoolingPath, step: int) -> Picture:
    """Everybody's line at one step, over the data."""
    kept = _kept(study)
    lines = path.coefficients[step][kept]
    has = ~np.isnan(lines).any(axis=1)
    rows = points(study, study.both).assign(layer="point")
    rows = rows.iloc[drawn_rows(rows["participant"])]
    data = pd.concat(
        [
            rows,
            _line_rows(study, lines[has], "partial"),
            _line_rows(study, path.fixef[step][None], "complete"),
        ]
    )
    layers = line_layers(study, study.both, ["partial", "complete"], small=False, size=16)
    layers[0]["mark"]["opacity"] = 0.35
    for part in layers[1:]:
        del part["encoding"]["tooltip"]
    layers[1]["mark"]["opacity"] = 0.75
    alt = (
        f"{count(int(has.sum()), 'line')} at {step * STEP} percent pooling; the average line has "
        f"intercept {number(path.fixef[step, 0], 4)} and slope {number(path.fixef[step, 1], 3)}."
    )
    return picture(layers, data.reset_index(drop=True), alt, title="The lines", height=HEIGHT)


def points_picture(study: Study, path: PoolingPath, step: int) -> Picture:
    """The same lines as points: intercepts and slopes, with the way they have come."""
    kept = _kept(study)
    every = path.coefficients[:, kept]
    last = np.broadcast_to(path.fixef[-1], every[0].shape)
    now = pd.DataFrame(
        {
            "x": every[step, :, 0],
            "y": every[step, :, 1],
            "layer": "now",
            "participant": np.asarray(study.people, dtype=object)[kept],
        }
    ).dropna()
    # Every other step of the way is enough for a smooth curve.
    trail = every[::2].reshape(-1, 2)
    who = np.tile(np.arange(len(kept)), len(every[::2]))
    when = np.repeat(np.arange(len(every[::2])), len(kept))
    ways = pd.DataFrame(
        {"x": trail[:, 0], "y": trail[:, 1], "line": who.astype(str), "order": when, "layer": "way"}
    ).dropna()
    x = axis("x", padded([every[..., 0], last[:, 0]]), term_name(study, 0), grid=False)
    y = axis("y", padded([every[..., 1], last[:, 1]]), term_name(study, 1), grid=False)
    both = {"x": x, "y": y}
    tips = [{"field": "participant", "type": "nominal", "title": "participant"}]
    way = both | {"detail": {"field": "line", "type": "nominal"}}
    way |= {"order": {"field": "order", "type": "quantitative"}}
    dot = {"type": "point", "filled": True, "size": 80, "opacity": 0.9}
    layers = [
        layer("way", {"type": "line", "strokeWidth": 1.2, "color": AXIS_GREY, "opacity": 0.7}, way),
        layer("now", dot, both | {"color": colour("fitted"), "tooltip": tips}),
    ]
    spread = now[["x", "y"]].std().to_numpy()
    # Where all lines are one, what is left is rounding.
    spread = np.where(spread < 1e-9 * now[["x", "y"]].abs().max().to_numpy(), 0.0, spread)
    alt = (
        f"The lines as points at {step * STEP} percent pooling: SD of intercepts "
        f"{number(spread[0], 4)}, of slopes {number(spread[1], 3)}. Grey: their whole way."
    )
    data = pd.concat([ways, now], ignore_index=True)
    return picture(layers, data, alt, title="The lines as points", height=HEIGHT)


def weight_picture(study: Study, path: PoolingPath, step: int) -> Picture:
    """The weight of the own data along the way, a curve for each participant."""
    kept = _kept(study)
    weights = path.own_weight[:, kept]
    percent = np.arange(len(weights)) * STEP
    names = np.asarray(study.people, dtype=object)[kept]
    curves = pd.DataFrame(
        {
            "x": np.repeat(percent, len(kept)),
            "y": weights.ravel(),
            "participant": np.tile(names, len(percent)),
            "layer": "curve",
        }
    )
    # Participants measured alike share a curve, and are named together.
    now = pd.DataFrame({"x": percent[step], "y": weights[step], "participant": names})
    now["place"] = now["y"].round(3)
    now = now.groupby("place").agg(
        x=("x", "first"),
        y=("y", "first"),
        participant=("participant", lambda who: ", ".join(map(str, who))),
    )
    both = {
        "x": axis("x", (0.0, 100.0), "pooling (%)", grid=False),
        "y": axis("y", (0.0, 1.04), "weight of the own data", ticks=5),
    }
    tips = [
        {"field": "participant", "type": "nominal", "title": "participant"},
        {"field": "y", "type": "quantitative", "title": "weight", "format": ".2f"},
    ]
    detail = {"detail": {"field": "participant", "type": "nominal"}}
    rule = {"type": "rule", "color": AXIS_GREY, "strokeDash": [2, 3], "strokeWidth": 2}
    layers = [
        layer("rule", rule, {"x": both["x"]}),
        layer(
            "curve",
            {"type": "line", "strokeWidth": 1.6, "opacity": 0.7},
            both | detail | {"color": colour("actual")},
        ),
        layer(
            "now",
            {"type": "point", "filled": True, "size": 90},
            both | {"color": colour("fitted"), "tooltip": tips},
        ),
    ]
    data = pd.concat(
        [curves, now.assign(layer="now"), pd.DataFrame({"x": [percent[step]], "layer": ["rule"]})]
    )
    low, high = float(weights[step].min()), float(weights[step].max())
    alt = (
        f"Weight of the own data at {step * STEP} percent pooling: from {number(low, 2)} to "
        f"{number(high, 2)}. It falls from no pooling on the left to complete pooling on the right."
    )
    title = "Weight of the own data"
    return picture(layers, data.reset_index(drop=True), alt, title=title, height=HEIGHT)
