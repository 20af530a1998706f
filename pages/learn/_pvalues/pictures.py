"""Pictures: where the statistic falls among what chance alone would give, and counted errors."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy

from pages._ui.charts import Picture
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.words import count, number
from pages.learn._pvalues.five import ALPHA, Five, Test
from pages.learn._pvalues.world import METHODS
from sim.inference.error_rates import Rate

POINTS = 301
BARS = 40
DASHES = {"Wald z": [1, 0], "Satterthwaite": [7, 4], "Kenward–Roger": [2, 3]}
LETTERS = dict(zip(METHODS, ("z", "S", "K", "L", "B"), strict=True))


def p_words(p: float) -> str:
    """A p-value as printed: "p = 0.013", "p < 0.0001"."""
    if math.isnan(p):
        return "no p-value"
    if p < 0.0001:
        return "p < 0.0001"
    return "p > 0.999" if p > 0.999 else f"p = {p:.2g}" if p < 0.1 else f"p = {p:.3f}"


def df_words(df: float) -> str:
    """Degrees of freedom as printed; infinite for z."""
    if math.isinf(df):
        return "∞"
    return f"{df:.0f}" if df == round(df) else f"{df:.2f}"


def _reach(tests: Sequence[Test]) -> float:
    sizes = [abs(value) for test in tests for value in (test.statistic, test.critical)]
    return max(4.0, 1.12 * min(max(sizes), 60.0))


def tail_picture(five: Five) -> Picture:
    """What z and both t would be by chance, with the statistics of the data."""
    tests = [test for test in five.tests[:3] if not test.trouble]
    reach = _reach(tests)
    at = np.linspace(-reach, reach, POINTS)
    rows, layers = [], []
    x = axis("x", (-reach, reach), "z or t")
    y = axis("y", (0.0, 0.43), "density if there is no effect", labels=False, ticks=False)
    y["axis"]["grid"] = False
    for test in tests:
        y_at = scipy.stats.norm.pdf(at) if math.isinf(test.df) else scipy.stats.t.pdf(at, test.df)
        rows.append(pd.DataFrame({"layer": test.method, "x": at, "y": y_at}))
        mark = {"type": "line", "strokeWidth": 2.5, "strokeDash": DASHES[test.method]}
        layers.append(layer(test.method, mark, {"x": x, "y": y, "color": colour("simulated")}))
        name = f"needs {test.method}"
        needed = {"x": [-test.critical, test.critical], "y": [0.0, 0.0], "top": [0.07, 0.07]}
        rows.append(pd.DataFrame({"layer": name, **needed}))
        layers.append(
            layer(
                name,
                {"type": "rule", "strokeWidth": 2, "strokeDash": DASHES[test.method]},
                {"x": x, "y": y, "y2": {"field": "top"}, "color": colour("truth")},
            )
        )
    rows.append(_observed([test.statistic for test in tests], tests[0]))
    layers += _observed_layers(x, _is_left_of(tests[0].statistic, reach))
    parts = [
        f"{test.method}, {test.letter} = {number(test.statistic)}"
        f"{'' if math.isinf(test.df) else f' with {df_words(test.df)} df'}, {p_words(test.p)}"
        for test in tests
    ]
    alt = f"Distributions of z and t if there is no effect, and the data's: {'; '.join(parts)}."
    return picture(layers, pd.concat(rows, ignore_index=True), alt, height=300)


def _is_left_of(statistic: float, reach: float) -> bool:
    """Whether the label stands left of the mark: away from the curves, but inside the picture."""
    return statistic > 0.55 * reach or -0.55 * reach < statistic < 0.0


def _observed(values: Sequence[float], first: Test) -> pd.DataFrame:
    label = [f"{first.letter} = {number(first.statistic)}", *[""] * (len(values) - 1)]
    return pd.DataFrame({"layer": "observed", "x": list(values), "label": label})


def _observed_layers(x: Layer, to_left: bool) -> list[Layer]:
    shift = {"align": "right" if to_left else "left", "dx": -8 if to_left else 8}
    text = {"type": "text", "fontSize": 15, "fontWeight": 600, **shift}
    return [
        layer("observed", {"type": "rule", "strokeWidth": 4}, {"x": x, "color": colour("actual")}),
        layer(
            "observed",
            text,
            {"x": x, "y": {"value": 12}, "text": {"field": "label"}, "color": colour("actual")},
        ),
    ]


def ratio_picture(five: Five) -> Picture:
    """The likelihood ratio among those of simulated data, and under chi-squared."""
    boot, draws = five.bootstrap, five.bootstrap.draws
    needed = [five.of(METHODS[3]).critical, five.of(METHODS[4]).critical]
    largest = max(boot.statistic, *needed, float(draws.max(initial=0.0)))
    reach = 1.08 * min(largest, 3_000.0)
    shown = max(min(reach, 1.3 * float(draws.max(initial=6.0))), 8.0)
    edges = np.linspace(0.0, shown, BARS + 1)
    counts = np.histogram(draws, edges)[0] / max(len(draws), 1) / np.diff(edges)
    at = np.linspace(edges[1] / 8, shown, POINTS)
    top = 1.05 * max(float(counts.max(initial=0.0)), 0.2)
    curve = np.minimum(scipy.stats.chi2.pdf(at, boot.df), 2 * top)
    x = axis("x", (0.0, max(reach, shown)), "likelihood ratio χ²")
    y = axis("y", (0.0, top), "density if there is no effect", labels=False, ticks=False)
    y["axis"]["grid"] = False
    bars = {"x": x | {"field": "left"}, "x2": {"field": "right"}, "y": y, "y2": {"datum": 0}}
    layers = [
        layer("bar", {"type": "rect", "opacity": 0.6}, bars | {"color": colour("simulated")}),
        layer(
            "curve",
            {"type": "line", "strokeWidth": 2.5, "clip": True},
            {"x": x, "y": y, "color": colour("simulated")},
        ),
        *[
            layer(
                name,
                {"type": "rule", "strokeWidth": 2, "strokeDash": dash},
                {"x": x, "y": y, "y2": {"field": "top"}, "color": colour("truth")},
            )
            for name, dash in (("needs χ²", [1, 0]), ("needs draws", [2, 3]))
        ],
        *_observed_layers(x, boot.statistic > reach / 2),
    ]
    test = five.of(METHODS[3])
    rows = [
        pd.DataFrame({"layer": "bar", "left": edges[:-1], "right": edges[1:], "y": counts}),
        pd.DataFrame({"layer": "curve", "x": at, "y": curve}),
        pd.DataFrame({"layer": "needs χ²", "x": [needed[0]], "y": [0.0], "top": [top / 4]}),
        pd.DataFrame({"layer": "needs draws", "x": [needed[1]], "y": [0.0], "top": [top / 4]}),
        _observed([boot.statistic], test),
    ]
    alt = (
        f"Likelihood ratios of {count(boot.n_used, 'simulated data set')} without the effect: 5% "
        f"are above {number(needed[1])}; the chi-squared curve says {number(needed[0])}. The "
        f"data's is {number(boot.statistic)}."
    )
    return picture(layers, pd.concat(rows, ignore_index=True), alt, height=300)


def rates_picture(
    rates: Mapping[tuple[int, str], Rate], sizes: Sequence[int], noun: str
) -> Picture:
    """How often each method says significant when nothing is there, for each study size."""
    rows = []
    for (size, method), rate in rates.items():
        if rate.n:
            low, high = rate.interval()
            row = {"size": str(size), "method": LETTERS[method], "y": rate.estimate}
            rows.append({"layer": "rate", **row, "low": low, "high": high, "name": method})
    top = max([0.12, *(1.05 * float(row["high"]) for row in rows)])
    domain = [str(size) for size in sizes]
    x: dict[str, Any] = {
        "field": "size",
        "type": "ordinal",
        "sort": domain,
        "scale": {"domain": domain, "paddingInner": 0.25, "paddingOuter": 0.1},
        "title": f"{noun}s",
    }
    offset = {"field": "method", "type": "nominal", "sort": list(LETTERS.values())}
    offset["scale"] = {"domain": list(LETTERS.values())}  # type: ignore[assignment]
    y = axis("y", (0.0, min(top, 1.0)), "share that says “significant”", format="%")
    both = {"x": x, "xOffset": offset, "color": colour("simulated")}
    whisker = {"x": x, "xOffset": offset, "y": y | {"field": "low"}, "y2": {"field": "high"}}
    tips = [{"field": name, "type": "nominal"} for name in ("name", "size")]
    tips.append({"field": "y", "type": "quantitative", "format": ".1%", "title": "share"})
    layers = [
        layer(
            "five",
            {"type": "rule", "strokeDash": [8, 5], "strokeWidth": 2.5},
            {"y": y, "color": colour("truth")},
        ),
        layer(
            "rate",
            {"type": "rule", "strokeWidth": 9, "opacity": 0.35},
            whisker | {"color": colour("simulated")},
        ),
        layer(
            "rate",
            {"type": "text", "fontSize": 16, "fontWeight": 700},
            both | {"y": y, "text": {"field": "method"}, "tooltip": tips},
        ),
    ]
    data = pd.concat(
        [pd.DataFrame({"layer": ["five"], "y": [ALPHA]}), pd.DataFrame(rows)], ignore_index=True
    )
    return picture(layers, data, _rates_alt(rates, sizes, noun), height=340)


def _rates_alt(rates: Mapping[tuple[int, str], Rate], sizes: Sequence[int], noun: str) -> str:
    parts = []
    for size in sizes:
        shares = [
            f"{method} {100 * rates[size, method].estimate:.1f}%"
            for method in METHODS
            if (size, method) in rates and rates[size, method].n
        ]
        if shares:
            parts.append(f"{size} {noun}s: {', '.join(shares)}")
    return f"How often each method says significant when nothing is there. {'; '.join(parts)}."
