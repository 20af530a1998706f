"""Pictures of items as SVG, in the colours of a light or a dark phone."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import vl_convert

from pages._ui.charts import Picture
from pages._ui.item_pictures import distribution_drawing, drawings
from pages._ui.line_ups import panel_pictures, panels_svg
from pages._ui.theme import DARK_PALETTE, LIGHT_PALETTE
from quizzes import Item
from quizzes.kinds.line_up import draw_panels

SCHEMES = {
    "light": {"palette": LIGHT_PALETTE, "ink": "#18222c", "grid": "#e3e9ee"},
    "dark": {"palette": DARK_PALETTE, "ink": "#e8eef3", "grid": "#2a3640"},
}
WIDTH = 360
PANELS_A_ROW = 4


def has_picture(item: Item) -> bool:
    """Whether there is something to draw."""
    return item.picture is not None or item.kind in ("line_up", "region")


def picture_alt(item: Item) -> str:
    """What is drawn, for people who hear the page; gives nothing away."""
    if item.kind == "line_up":
        return f"{item.body.panels} numbered panels. The question says what they show."
    return " ".join(drawn.alt for drawn in _drawings(item)[:1])


class _Asked:
    """An item as a key: quick to hash, and equal only to the same item."""

    __slots__ = ("item",)

    def __init__(self, item: Item) -> None:
        self.item = item

    def __hash__(self) -> int:
        return hash((self.item.id, self.item.seed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and other.item == self.item


def svg(item: Item, scheme: str) -> bytes:
    """Return the picture of an item; drawn once for an item and a scheme."""
    return _svg(_Asked(item), scheme)


@lru_cache(maxsize=256)
def _svg(asked: _Asked, scheme: str) -> bytes:
    if asked.item.kind == "line_up":
        panels = panel_pictures(draw_panels(asked.item.body), "")
        return panels_svg(panels, PANELS_A_ROW)
    spec = _spec(_drawings(asked.item), scheme)
    made: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return made.encode("utf-8")


def _drawings(item: Item) -> list[Picture]:
    pictures = drawings(item.picture, 220) if item.picture is not None else []
    if item.kind == "region":
        body = item.body
        words = "The distribution if the null hypothesis is true, nothing shaded."
        pictures.append(distribution_drawing(body.family, body.df, body.statistic, (), words, 190))
    return pictures


def _spec(pictures: Sequence[Picture], scheme: str) -> dict[str, Any]:
    colours = SCHEMES[scheme]
    ink = {"labelColor": colours["ink"], "titleColor": colours["ink"], "titleFontWeight": "normal"}
    config = dict(pictures[0].spec.get("config", {}))
    for name, more in {
        "range": {"category": list(colours["palette"])},
        "axis": ink | {"gridColor": colours["grid"]},
        "title": {"color": colours["ink"]},
        "rule": {"color": colours["ink"]},
    }.items():
        config[name] = {**config.get(name, {}), **more}
    config |= {"background": "transparent", "font": "Liberation Sans, Arial, sans-serif"}
    panels = []
    for drawn in pictures:
        data = drawn.data.astype(object).where(drawn.data.notna(), None)
        panel = {
            name: part for name, part in drawn.spec.items() if name not in ("config", "$schema")
        }
        panels.append(panel | {"width": WIDTH, "data": {"values": data.to_dict("records")}})
    schema = pictures[0].spec["$schema"]
    return {"$schema": schema, "vconcat": panels, "config": config}
