"""Pictures as one file, SVG or PNG, made on the server with nothing fetched."""

from collections.abc import Sequence
from typing import Any

import vl_convert

from pages._ui.charts import Picture
from pages._ui.theme import PRINT_CONFIG


def _with_legend(layer: dict[str, Any]) -> dict[str, Any]:
    """The layer with a legend for the groups: a file has no page around it that says it."""
    encoding = dict(layer["encoding"])
    for channel in ("strokeDash", "shape"):
        if channel in encoding:
            encoding[channel] = {**encoding[channel], "legend": {"title": "group"}}
    return {**layer, "encoding": encoding}


def _print_spec(pictures: Sequence[Picture], width: int, columns: int) -> dict[str, Any]:
    """Panels of the same width beside each other, light colours on white."""
    config: dict[str, Any] = dict(pictures[0].spec.get("config", {}))
    for name, value in PRINT_CONFIG.items():
        config[name] = {**config.get(name, {}), **value} if isinstance(value, dict) else value
    panels = []
    for picture in pictures:
        panel = {name: part for name, part in picture.spec.items() if name != "config"}
        panel["layer"] = [_with_legend(layer) for layer in panel["layer"]]
        panels.append({**panel, "width": width, "data": {"values": picture.records()}})
    schema = pictures[0].spec["$schema"]
    return {"$schema": schema, "concat": panels, "columns": columns, "config": config}


def as_svg(pictures: Sequence[Picture], *, width: int = 340, columns: int = 3) -> bytes:
    """The panels as one SVG; width is that of a panel, in px."""
    spec = _print_spec(pictures, width, columns)
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return svg.encode("utf-8")


def as_png(pictures: Sequence[Picture], *, width: int = 340, columns: int = 3) -> bytes:
    """The panels as one PNG at twice its size, sharp on a projector."""
    spec = _print_spec(pictures, width, columns)
    png: bytes = vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[])
    return png
