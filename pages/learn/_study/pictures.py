"""Pictures of a repeated study: how often each method is right, and interval under interval."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, padded
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.words import count, number
from pages.learn._study.settings import ALPHA
from pages.learn._study.words import method_label, percent
from sim.inference.counting import Study
from sim.study import PowerCurve

DRAWN_INTERVALS = 60
POWER_GOAL = 0.8


def rates_picture(studies: Mapping[str, Study]) -> Picture:
    """How often each method says "significant", in each world, with Monte-Carlo intervals."""
    rows = []
    for world, study in studies.items():
        for method in study.outcomes:
            rate = study.of(method).rejected
            if rate.n:
                low, high = rate.interval()
                role = "simulated" if world == "no effect" else "actual"
                rows.append(
                    {"layer": role, "method": method_label(method), "world": world,
                     "x": rate.estimate, "low": low, "high": high,
                     "label": percent(rate.estimate)}
                )  # fmt: skip
    order = [method_label(method) for method in next(iter(studies.values())).outcomes]
    y = {
        "field": "method", "type": "nominal", "sort": order, "title": None,
        "scale": {"domain": order}, "axis": {"labelLimit": 220, "domain": False, "ticks": False},
    }  # fmt: skip
    share, ends, ticks = "share “significant”", (0.0, 1.15), [0, 0.2, 0.4, 0.6, 0.8, 1]
    x = axis("x", ends, share, format="%", values=ticks)
    high = axis("high", ends, share, format="%", values=ticks)
    layers = [
        layer(
            "promise",
            {"type": "rule", "strokeDash": [8, 5], "strokeWidth": 2.5},
            {"x": x, "color": colour("truth")},
        )
    ]
    tooltip = [{"field": name, "type": "nominal"} for name in ("method", "world", "label")]
    for role, shape, shift in (("simulated", "circle", -7), ("actual", "diamond", 7)):
        both = {"y": y, "color": colour(role)}
        span = {"x": axis("low", ends, share, format="%", values=ticks), "x2": {"field": "high"}}
        mark = {"type": "point", "filled": True, "shape": shape, "size": 110, "opacity": 1}
        text = {"type": "text", "align": "left", "dx": 7, "fontSize": 14}
        layers += [
            layer(role, {"type": "rule", "strokeWidth": 3, "yOffset": shift}, both | span),
            layer(role, mark | {"yOffset": shift}, both | {"x": x, "tooltip": tooltip}),
            layer(role, text | {"yOffset": shift}, both | {"x": high, "text": {"field": "label"}}),
        ]
    data = pd.DataFrame([*rows, {"layer": "promise", "x": ALPHA}])
    said = "; ".join(f"{r['method']}, {r['world']}: {r['label']}" for r in rows)
    done = count(next(iter(studies.values())).done, "repetition")
    alt = f"Share of significant studies after {done}: {said}. Dashed line at 5%."
    return picture(layers, data, alt, height=max(300, 56 * len(order)))


def intervals_picture(study: Study) -> Picture:
    """The first repetitions' 95% intervals, the truth, and which of them miss it."""
    truth = 0.0 if study.truth is None else study.truth
    low, high = study.of().intervals()
    kept = np.flatnonzero(study.of().outcomes.usable)[:DRAWN_INTERVALS]
    low, high = low[kept], high[kept]
    missed = (low > truth) | (high < truth)
    data = pd.DataFrame(
        {
            "layer": np.where(missed, "miss", "hit"),
            "y": np.arange(1, len(kept) + 1),
            "low": low,
            "high": high,
            "estimate": study.of().outcomes.estimate[kept],
        }
    )
    ends = padded([low, high, np.array([truth])])
    y = axis("y", (DRAWN_INTERVALS + 1, 0), "repetition", ticks=4)
    x = axis("low", ends, f"{study.term}: 95% interval")
    middle = axis("estimate", ends, f"{study.term}: 95% interval")
    rule = {"type": "rule", "strokeWidth": 2}
    layers = []
    for name, role, opacity in (("hit", "simulated", 0.6), ("miss", "fitted", 1.0)):
        both = {"y": y, "color": colour(role)}  # type: ignore[arg-type]
        width = 2 if name == "hit" else 3.5
        layers += [
            layer(
                name,
                rule | {"opacity": opacity, "strokeWidth": width},
                both | {"x": x, "x2": {"field": "high"}},
            ),
            layer(
                name,
                {"type": "point", "filled": True, "size": 22, "opacity": opacity},
                both | {"x": middle},
            ),
        ]
    layers.append(
        layer(
            "truth",
            {"type": "rule", "strokeDash": [8, 5], "strokeWidth": 3},
            {"x": middle, "color": colour("truth")},
        )
    )
    data = pd.concat(
        [data, pd.DataFrame({"layer": ["truth"], "estimate": [truth]})], ignore_index=True
    )
    alt = (
        f"95% intervals of the first {count(len(kept), 'repetition')}, one under the other: "
        f"{count(int(missed.sum()), 'misses', 'miss')} the true value {number(truth)}."
    )
    return picture(layers, data, alt, height=400)


def curve_picture(curve: PowerCurve, methods: Sequence[str], now: int) -> Picture:
    """Power over the number of participants, as far as it is known."""
    frames = []
    for method in methods:
        table = curve.table(method).dropna()
        name = "lmer" if method == "lmer" else "means"
        frames.append(table.rename(columns={curve.parameter: "x"}).assign(layer=name))
    data = pd.concat(frames, ignore_index=True)
    sizes = list(curve.studies)
    ends = (0.0, 1.04 * max(sizes))
    x = axis("x", ends, curve.parameter)
    y = axis("estimate", (0, 1), "power", format="%")
    span = axis("conf_low", (0, 1), "power", format="%")
    layers = [
        layer(
            "goal",
            {"type": "rule", "strokeDash": [8, 5], "strokeWidth": 2},
            {"y": y, "color": colour("truth")},
        ),
        layer(
            "now",
            {"type": "rule", "strokeDash": [2, 4], "strokeWidth": 2},
            {"x": x, "color": colour("truth")},
        ),
    ]
    # One colour, the one of "the effect is there" in the picture above.
    for role, shape, dash in (("means", "circle", [5, 3]), ("lmer", "diamond", [1, 0])):
        both = {"x": x, "color": colour("actual")}
        filled = role == "lmer"
        tooltip = [
            {"field": "x", "type": "quantitative", "title": curve.parameter},
            {"field": "estimate", "type": "quantitative", "format": ".1%", "title": "power"},
            {"field": "n", "type": "quantitative", "title": "repetitions"},
        ]
        layers += [
            layer(
                role,
                {"type": "area", "opacity": 0.18 if filled else 0.1},
                both | {"y": span, "y2": {"field": "conf_high"}},
            ),
            layer(role, {"type": "line", "strokeWidth": 2.5, "strokeDash": dash}, both | {"y": y}),
            layer(
                role,
                {"type": "point", "filled": filled, "size": 80, "shape": shape, "opacity": 1},
                both | {"y": y, "tooltip": tooltip},
            ),
        ]
    marks = pd.DataFrame(
        [{"layer": "goal", "estimate": POWER_GOAL}, {"layer": "now", "x": float(now)}]
    )
    table = curve.table("lmer").dropna()
    points = zip(table[curve.parameter], table["estimate"], strict=True)
    said = ", ".join(f"{percent(power)} with {size:g}" for size, power in points)
    alt = f"Power of lmer over {curve.parameter}: {said}. Dashed line at 80%."
    return picture(layers, pd.concat([data, marks], ignore_index=True), alt, height=360)
