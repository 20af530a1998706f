"""What pictures are made of: Vega-Lite layers in the colours of the roles."""

from typing import Any

import altair as alt
import pandas as pd

from pages._ui.charts import Picture
from pages._ui.theme import ROLES, Role, lab_theme

Layer = dict[str, Any]


def colour(role: Role) -> Layer:
    """A constant colour; the palette is the visitor's theme."""
    return {"datum": role, "type": "nominal", "scale": {"domain": list(ROLES)}, "legend": None}


def axis(
    field: str, domain: tuple[float, float], title: str | None, *, ticks: int = 6, **axis: Any
) -> Layer:
    """A numeric axis that starts and ends where told."""
    scale = {"domain": list(domain), "nice": False, "zero": False}
    settings = {"tickCount": ticks, **axis}
    return {"field": field, "type": "quantitative", "scale": scale, "title": title} | {
        "axis": settings
    }


def layer(name: str, mark: Layer, encoding: Layer) -> Layer:
    """Marks for the rows whose column `layer` has this name."""
    return {
        "transform": [{"filter": f"datum.layer == '{name}'"}],
        "mark": mark,
        "encoding": encoding,
    }


def picture(
    layers: list[Layer], data: pd.DataFrame, alt_text: str, *, title: str = "", height: int = 300
) -> Picture:
    """Layers over each other, with shared axes."""
    spec: Layer = {"$schema": alt.SCHEMA_URL, "height": height, "layer": layers}
    spec["config"] = dict(lab_theme()["config"])
    if title:
        spec["title"] = title
    return Picture(spec, data, alt_text)
