"""Pictures of quiz items, in the colours of the learn pages."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import scipy

from pages._ui.charts import Picture, padded
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY, Role
from pages._ui.words import number
from quizzes.item import Picture as ItemPicture

# A model's lines for an average participant are drawn like its fitted lines.
COLOURS: Mapping[str, Role] = MappingProxyType(
    {"actual": "actual", "simulated": "simulated", "fitted": "fitted", "population": "fitted"}
)
POINTS = 301


def drawings(shown: ItemPicture, height: int = 280) -> list[Picture]:
    """The pictures of an item, one for each of its panels, with shared axes.

    Parameters
    ----------
    height : of each, in pixels.
    """
    return _DRAW[shown.form](shown, height)


def _frame(shown: ItemPicture) -> pd.DataFrame:
    frame = pd.DataFrame({name: list(values) for name, values in shown.columns.items()})
    for name, default in (("role", "actual"), ("panel", ""), ("participant", "")):
        if name not in frame:
            frame[name] = default
    return frame


def _panels(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), part) for name, part in frame.groupby("panel", sort=False)]


def _x_axis(values: pd.Series, title: str) -> Layer:
    """A number's axis, or one place for each level of a factor in the order of the data."""
    if pd.api.types.is_numeric_dtype(values.infer_objects()):
        return axis("x", padded([values.to_numpy(dtype=float)]), title)
    levels = [str(level) for level in dict.fromkeys(values)]
    scale = {"domain": levels, "padding": 0.35}
    return {"field": "x", "type": "ordinal", "sort": levels, "scale": scale, "title": title}


def _scatter(shown: ItemPicture, height: int, *, joined: bool) -> list[Picture]:
    frame = _frame(shown)
    x = _x_axis(frame["x"], shown.settings.get("x_title", ""))
    if x["type"] == "ordinal":
        frame["x"] = frame["x"].astype(str)
    y = axis("y", padded([frame["y"].to_numpy(dtype=float)]), shown.settings.get("y_title", ""))
    both = {"x": x, "y": y, "detail": {"field": "participant", "type": "nominal"}}
    layers = []
    for role in dict.fromkeys(frame["role"]):
        shade = {"color": colour(COLOURS[role])}
        is_model = role in ("fitted", "population")
        if joined or is_model:
            line = {"type": "line", "strokeWidth": 3 if role == "population" else 1.8}
            layers.append(layer(role, line | {"opacity": 0.75}, both | shade))
        if not is_model:
            point = {"type": "point", "filled": True, "size": 36, "opacity": 0.7}
            layers.append(layer(role, point, both | shade))
    frame["layer"] = frame["role"]
    return [
        picture(layers, part, shown.alt, title=title, height=height)
        for title, part in _panels(frame)
    ]


def _lines(shown: ItemPicture, height: int) -> list[Picture]:
    return _scatter(shown, height, joined=True)


def _points(shown: ItemPicture, height: int) -> list[Picture]:
    return _scatter(shown, height, joined=False)


def _residuals(shown: ItemPicture, height: int) -> list[Picture]:
    pictures = _scatter(shown, height, joined=False)
    # A rule without a colour is black, also on the dark page.
    mark = {"type": "rule", "strokeDash": [4, 4], "color": AXIS_GREY}
    zero = {"mark": mark, "encoding": {"y": {"datum": 0}}}
    for drawn in pictures:
        drawn.spec["layer"].insert(0, zero)
    return pictures


def _histogram(shown: ItemPicture, height: int) -> list[Picture]:
    frame = _frame(shown)
    values = frame["value"].to_numpy(dtype=float)
    mark = shown.settings.get("mark")
    domain = padded([values, np.array([] if mark is None else [mark])])
    largest = max(len(part) for _, part in _panels(frame))
    edges = np.linspace(values.min(), values.max(), min(31, max(6, largest // 5)) + 1)
    x = axis("left", domain, shown.settings.get("x_title", ""))
    pictures = []
    for title, part in _panels(frame):
        counts, _ = np.histogram(part["value"], bins=edges)
        role = str(part["role"].iloc[0])
        bars = pd.DataFrame({"left": edges[:-1], "right": edges[1:], "count": counts})
        rows = [bars.assign(layer="bar")]
        # Room above the bars for the name of the mark.
        top = 1.25 * counts.max() if mark is not None else 1.05 * counts.max()
        y = axis("count", (0.0, float(top)), "how many")
        encoding = {"x": x, "x2": {"field": "right"}, "y": y, "y2": {"datum": 0}}
        encoding["color"] = colour(COLOURS[role])
        layers = [layer("bar", {"type": "rect", "opacity": 0.8}, encoding)]
        if mark is not None:
            label = shown.settings.get("mark_title", number(mark))
            rows.append(pd.DataFrame({"left": [mark], "layer": "mark", "label": [label]}))
            layers += _marked(x, mark, domain)
        data = pd.concat(rows, ignore_index=True)
        pictures.append(picture(layers, data, shown.alt, title=title, height=height))
    return pictures


def _marked(x: Layer, at: float, domain: tuple[float, float]) -> list[Layer]:
    """A vertical line with its name, on the side where there is room."""
    to_left = at > sum(domain) / 2
    text = {"type": "text", "fontSize": 15, "fontWeight": 600, "dx": -8 if to_left else 8}
    text["align"] = "right" if to_left else "left"
    shade = {"color": colour("truth")}
    return [
        layer("mark", {"type": "rule", "strokeWidth": 4}, {"x": x} | shade),
        layer("mark", text, {"x": x, "y": {"value": 10}, "text": {"field": "label"}} | shade),
    ]


def _intervals(shown: ItemPicture, height: int) -> list[Picture]:
    frame = _frame(shown).assign(layer="interval")
    ends = frame[["low", "high"]].to_numpy(dtype=float).ravel()
    reference = shown.settings.get("reference")
    domain = padded([ends, np.array([] if reference is None else [reference])])
    x = axis("low", domain, shown.settings.get("x_title", ""))
    order = [str(label) for label in dict.fromkeys(frame["label"])]
    y = {"field": "label", "type": "nominal", "sort": order, "title": None}
    y["axis"] = {"labelLimit": 220, "labelFontSize": 14}
    shade = {"color": colour("actual")}
    point = {"type": "point", "filled": True, "size": 90, "opacity": 1}
    layers = [
        layer("interval", {"type": "rule", "strokeWidth": 3}, _span(x, y) | shade),
        layer("interval", point, {"x": x | {"field": "estimate"}, "y": y} | shade),
    ]
    if reference is not None:
        rule = {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 2}
        line = {"x": {"datum": reference}, "color": colour("truth")}
        layers.insert(0, {"mark": rule, "encoding": line})
    tall = max(110, 44 * len(order) + 40)
    return [picture(layers, frame, shown.alt, height=min(height, tall))]


def _span(x: Layer, y: Layer) -> Layer:
    return {"x": x, "x2": {"field": "high"}, "y": y}


def _bars(shown: ItemPicture, height: int) -> list[Picture]:
    frame = _frame(shown).assign(layer="bar")
    order = [str(label) for label in dict.fromkeys(frame["label"])]
    x = {"field": "label", "type": "nominal", "sort": order, "axis": {"labelLimit": 140}}
    x["title"] = shown.settings.get("x_title") or None
    y = {"field": "value", "type": "quantitative", "title": shown.settings.get("y_title", "")}
    y["scale"] = {"zero": True}
    encoding = {"x": x, "y": y, "color": colour(COLOURS[str(frame["role"].iloc[0])])}
    bars = layer("bar", {"type": "bar", "width": {"band": 0.6}}, encoding)
    return [picture([bars], frame, shown.alt, height=height)]


def _membership(shown: ItemPicture, height: int) -> list[Picture]:
    """Parents above, children below, a line for everybody who belongs together."""
    edges = _frame(shown)[["parent", "child"]].astype(str).drop_duplicates()
    parents, children = (list(dict.fromkeys(edges[name])) for name in ("parent", "child"))
    place = {("parent", name): (i + 0.5) / len(parents) for i, name in enumerate(parents)}
    place |= {("child", name): (i + 0.5) / len(children) for i, name in enumerate(children)}
    rows = [
        {"layer": "edge", "x": place["parent", p], "x2": place["child", c], "y": 1.0, "y2": 0.0}
        for p, c in edges.itertuples(index=False)
    ]
    rows += [
        {"layer": kind, "x": at, "y": 1.0 if kind == "parent" else 0.0, "label": name}
        for (kind, name), at in place.items()
    ]
    x: Layer = {"field": "x", "type": "quantitative", "axis": None}
    x["scale"] = {"domain": [0, 1], "nice": False}
    y: Layer = {"field": "y", "type": "quantitative", "axis": None}
    y["scale"] = {"domain": [-0.35, 1.35], "nice": False}
    layers = [
        layer(
            "edge",
            {"type": "rule", "strokeWidth": 2, "opacity": 0.6},
            {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
            | {"color": colour("simulated")},
        )
    ]
    for kind, offset in (("parent", -20), ("child", 20)):
        shade = {"color": colour("actual")}
        point = {"type": "point", "filled": True, "size": 160, "opacity": 1}
        text = {"type": "text", "fontSize": 14, "fontWeight": 600, "dy": offset}
        layers.append(layer(kind, point, {"x": x, "y": y} | shade))
        layers.append(layer(kind, text, {"x": x, "y": y, "text": {"field": "label"}} | shade))
    titles = [shown.settings.get(f"{kind}_title", "") for kind in ("parent", "child")]
    title = " above, ".join(filter(None, titles)) + (" below" if all(titles) else "")
    return [picture(layers, pd.DataFrame(rows), shown.alt, title=title, height=min(height, 230))]


def distribution(family: str, df: tuple[float, ...]) -> Any:
    """SciPy's distribution of a null hypothesis."""
    names = {"t": "t", "F": "f", "normal": "norm", "chi2": "chi2"}
    return getattr(scipy.stats, names[family])(*df)


def borders(family: str, df: tuple[float, ...], statistic: float | None) -> tuple[float, float]:
    """Where the left and the right part of a distribution begin.

    At the statistic and its mirror image, or at the 2.5% in each tail without one.
    """
    null = distribution(family, df)
    if statistic is None:
        return float(null.ppf(0.025)), float(null.isf(0.025))
    if family in ("t", "normal"):
        return -abs(statistic), abs(statistic)
    below = float(null.cdf(statistic))
    smaller = min(below, 1 - below)
    return float(null.ppf(smaller)), float(null.isf(smaller))


def distribution_drawing(
    family: str,
    df: tuple[float, ...],
    statistic: float | None,
    region: tuple[str, ...],
    alt_text: str,
    height: int = 260,
) -> Picture:
    """A null distribution with shaded parts and the observed statistic."""
    null = distribution(family, df)
    two_sided = family in ("t", "normal")
    reach = max(float(null.isf(0.0005 if two_sided else 0.01)), 1.2 * abs(statistic or 0.0))
    ends = (-reach, reach) if two_sided else (0.0, reach)
    at = np.linspace(*ends, POINTS)
    with np.errstate(divide="ignore"):
        density = null.pdf(at)
    top = min(1.15 * float(np.nanmax(density[8:-8])), 1.1 if family == "F" else np.inf)
    density = np.minimum(density, 2 * top)
    low, high = borders(family, df, statistic)
    inside = {"left": at <= low, "middle": (at >= low) & (at <= high), "right": at >= high}
    rows = [pd.DataFrame({"layer": "curve", "x": at, "y": density})]
    rows += [
        pd.DataFrame({"layer": part, "x": at[inside[part]], "y": density[inside[part]]})
        for part in region
    ]
    x = axis("x", ends, {"normal": "z", "chi2": "χ²"}.get(family, family))
    y = axis("y", (0.0, top), None, labels=False)
    y["axis"] |= {"grid": False, "tickCount": 0}
    shade = {"x": x, "y": y, "color": colour("simulated")}
    area = {"type": "area", "opacity": 0.6, "clip": True}
    layers = [layer(part, area, shade) for part in region]
    layers.append(layer("curve", {"type": "line", "strokeWidth": 2.5, "clip": True}, shade))
    if statistic is not None:
        label = f"{family if family in ('t', 'F') else x['title']} = {number(statistic)}"
        rows.append(pd.DataFrame({"layer": "mark", "x": [statistic], "label": [label]}))
        marks = _marked(x, statistic, ends)
        layers += [m | {"encoding": m["encoding"] | {"color": colour("actual")}} for m in marks]
    return picture(layers, pd.concat(rows, ignore_index=True), alt_text, height=height)


def _distribution(shown: ItemPicture, height: int) -> list[Picture]:
    settings = shown.settings
    drawn = distribution_drawing(
        settings["family"],
        tuple(settings["df"]),
        settings.get("statistic"),
        tuple(settings["region"]),
        shown.alt,
        height,
    )
    return [drawn]


_DRAW: Mapping[str, Callable[[ItemPicture, int], list[Picture]]] = MappingProxyType(
    {
        "lines": _lines,
        "points": _points,
        "means": _histogram,
        "residuals": _residuals,
        "distribution": _distribution,
        "histogram": _histogram,
        "intervals": _intervals,
        "bars": _bars,
        "membership": _membership,
    }
)
