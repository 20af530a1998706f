"""The panels of a line-up: small, on equal axes, without anything to hover over."""

import pandas as pd
import streamlit as st

from pages._ui.charts import GROUP_DASHES, GROUP_SHAPES, Picture, padded
from pages._ui.frame import show
from pages._ui.marks import Layer, axis, colour, layer, picture
from sim.checks.line_up import LineUp

PANEL_HEIGHT = 132


def panel_pictures(found: LineUp, alt_text: str, *, revealed: bool = False) -> list[Picture]:
    """One picture for each panel, in the order of their numbers.

    Parameters
    ----------
    alt_text : what all panels show, in words; the panel's number is put before it.
    revealed : draw the actual panel in the colour of actual data, the others as simulated. All
        have the colour of actual data before.
    """
    x, y = _axes(found)
    pictures = []
    for number, rows in found.rows.groupby("panel"):
        is_actual = number == found.actual
        role = "actual" if is_actual or not revealed else "simulated"
        layers = _layers(found, x, y, {"color": colour(role)})
        kind = "" if not revealed else "actual data, " if is_actual else "simulated, "
        data = _histogram(rows, x) if found.plot == "means" else rows.drop(columns="panel")
        pictures.append(
            picture(
                layers,
                data.assign(layer="panel"),
                f"Panel {number}: {kind}{alt_text}",
                height=PANEL_HEIGHT,
            )
        )
    return pictures


def show_panels(pictures: list[Picture], names: list[str] | None = None) -> None:
    """All panels, as many side by side as the screen has room for.

    Parameters
    ----------
    names : above the panels; their numbers if None.
    """
    grid = st.grid(5, min_column_width=130, gap="small")
    for i, drawn in enumerate(pictures):
        with grid.cell(), st.container(border=True):
            st.markdown(f"**{names[i] if names else i + 1}**")
            show(drawn)


def _axes(found: LineUp) -> tuple[Layer, Layer]:
    rows = found.rows
    quiet = {"labelFontSize": 10, "grid": False}
    if found.x_levels:
        scale = {"domain": list(found.x_levels), "padding": 0.35}
        x: Layer = {"field": "x", "type": "ordinal", "sort": list(found.x_levels), "scale": scale}
        x |= {"title": None, "axis": quiet}
    else:
        x = axis("x", padded([rows["x"].to_numpy(dtype=float)]), None, ticks=3, **quiet)
    if found.plot == "means":
        edges = _edges(x)
        largest = max(
            int(pd.cut(part["x"], edges).value_counts().max()) for _, part in rows.groupby("panel")
        )
        return x, axis("y", (0.0, 1.08 * largest), None, ticks=3, **quiet)
    return x, axis("y", padded([rows["y"].to_numpy(dtype=float)]), None, ticks=3, **quiet)


def _layers(found: LineUp, x: Layer, y: Layer, shade: Layer) -> list[Layer]:
    if found.plot == "means":
        bars = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"datum": 0}}
        return [layer("panel", {"type": "rect", "opacity": 0.85}, bars | shade)]
    both: Layer = {"x": x, "y": y} | shade
    point = {"type": "point", "filled": True, "size": 12, "opacity": 0.75}
    if found.groups:
        scale = {"domain": list(found.groups), "range": list(GROUP_SHAPES)}
        shape = {"field": "group", "type": "nominal", "scale": scale, "legend": None}
        both |= {"shape": shape}
    layers = [layer("panel", point, both)]
    if found.plot == "lines":
        line = {"type": "line", "strokeWidth": 1.2, "opacity": 0.7}
        detail = [{"field": name, "type": "nominal"} for name in ("participant", "group")]
        joined: Layer = {"x": x, "y": y, "detail": detail} | shade
        if found.groups:
            scale = {"domain": list(found.groups), "range": [list(d) for d in GROUP_DASHES]}
            joined["strokeDash"] = {
                "field": "group",
                "type": "nominal",
                "scale": scale,
                "legend": None,
            }
        layers.append(layer("panel", line, joined))
    return layers


def _edges(x: Layer) -> list[float]:
    low, high = x["scale"]["domain"]
    return [low + i * (high - low) / 14 for i in range(15)]


def _histogram(rows: pd.DataFrame, x: Layer) -> pd.DataFrame:
    edges = _edges(x)
    counts = pd.cut(rows["x"], edges).value_counts(sort=False).to_numpy()
    return pd.DataFrame({"x": edges[:-1], "x2": edges[1:], "y": counts})
