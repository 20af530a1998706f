"""Who belongs to whom: a table of counts and a graph."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pages._ui.charts import Picture
from pages._ui.marks import Layer, colour, layer, picture
from pages._ui.theme import AXIS_GREY, LABEL_SIZE
from pages._ui.words import count
from sim.designs import Graph, counts, graph

MIN_WIDTH = 260  # px of a column that holds a picture
MAX_OUTER, MAX_INNER = 24, 60  # groups that can be told apart in a picture
CELL_WIDTH = 220  # px that a table has at least for all its columns
DIGIT, MARGIN = 8, 4  # px
HEAD, FOOT = 44, 8  # px above and below the nodes
LEFT, RIGHT = 0.26, 0.7  # of the width: where the two columns of nodes stand
GRAPH_HEIGHTS = 430, 720
NODE = 11  # px that a node needs
ROW, AROUND = 32, 80  # px of a row of the table, and of its title and axes
TABLE_HEIGHTS = 190, 740
MIN_ROW = 10  # px that a row with words in it needs


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the data that a picture shows.

    Parameters
    ----------
    frame : rows of the first groups only, if there are many.
    note : what is left out, as a sentence; empty if nothing is.
    """

    frame: pd.DataFrame
    note: str


def shown_part(data: pd.DataFrame, a: str, b: str) -> Shown:
    """Leave out groups that no picture can show."""
    kept = data[[a, b]].dropna()
    note = []
    for name, most in ((a, MAX_OUTER), (b, MAX_INNER)):
        column = kept[name]
        levels = pd.Index(column.drop_duplicates()).sort_values()
        if len(levels) > most:
            kept = kept[column.isin(levels[:most])]
            note.append(f"the first {most} of {len(levels):,} groups of {name}")
    words = f"The pictures show {' and '.join(note)}." if note else ""
    return Shown(kept, words)


def _row(n: int) -> int:
    """The height of a row: comfortable for a few, tight for many."""
    return int(np.clip(390 / n, MIN_ROW + 1, ROW))


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    long = table.stack().rename("rows").reset_index()
    long.columns = pd.Index(["x", "y", "rows"])
    long["layer"] = np.where(long["rows"] > 0, "met", "empty")
    return long.astype({"x": str, "y": str})


def counts_picture(data: pd.DataFrame, a: str, b: str, *, title: str = "") -> Picture:
    """A table of counts: groups of `a` are its columns, those of `b` its rows.

    Parameters
    ----------
    data : as `shown_part` leaves them.
    """
    table = counts(data, a, b)
    columns, rows = list(table.index), list(table.columns)
    height = int(np.clip(_row(len(rows)) * len(rows) + AROUND, *TABLE_HEIGHTS))
    row = (height - AROUND) / len(rows)
    digits = len(str(int(table.to_numpy().max())))
    fits = len(columns) * (digits * DIGIT + MARGIN) <= CELL_WIDTH and row >= MIN_ROW
    size = LABEL_SIZE if row > MIN_ROW + 4 else 10
    plain = {"domain": False, "ticks": False, "labelFlush": False, "labelBound": False}
    axis = {**plain, "orient": "top", "labelLimit": 70}
    scale = {"paddingInner": 0.08, "paddingOuter": 0}
    x = {"field": "x", "type": "ordinal", "sort": columns, "title": a, "axis": axis}
    y = {"field": "y", "type": "ordinal", "sort": rows, "title": b}
    place: Layer = {
        "x": {**x, "scale": {**scale, "domain": columns}},
        "y": {
            **y,
            "scale": {**scale, "domain": rows},
            "axis": {
                **plain,
                "labelLimit": 90,
                "labelOverlap": row < MIN_ROW,
                "labelFontSize": size,
            },
        },
    }
    tips = [
        {"field": "x", "type": "nominal", "title": a},
        {"field": "y", "type": "nominal", "title": b},
        {"field": "rows", "type": "quantitative"},
    ]
    layers = [
        layer("met", {"type": "rect", "opacity": 0.22 if fits else 0.6},
              {**place, "color": colour("actual"), "tooltip": tips}),
        layer("empty", {"type": "rect", "opacity": 0.1, "color": AXIS_GREY},
              {**place, "tooltip": tips}),
    ]  # fmt: skip
    if fits:
        text = {"field": "rows", "type": "quantitative"}
        layers += [
            layer("met", {"type": "text", "fontSize": size, "fontWeight": 600},
                  {**place, "text": text, "color": colour("actual")}),
            layer("empty", {"type": "text", "fontSize": size, "color": AXIS_GREY},
                  {**place, "text": text}),
        ]  # fmt: skip
    return picture(layers, _cells(table), _counts_words(table), title=title, height=height)


def _counts_words(table: pd.DataFrame) -> str:
    met = table.to_numpy() > 0
    a, b = table.index.name, table.columns.name
    filled = (
        "all of them filled"
        if met.all()
        else f"{int(met.sum())} of {met.size} filled, the others empty"
    )
    inside = int(met.sum(axis=0).max()), int(met.sum(axis=1).max())
    return (
        f"Table of counts: {count(len(table.columns), 'row')} for {b}, "
        f"{count(len(table), 'column')} for {a}, {filled}. A group of {b} meets up to {inside[0]} "
        f"of {a}, a group of {a} up to {inside[1]} of {b}."
    )


def _places(n: int, height: int) -> np.ndarray:
    return HEAD + (height - HEAD - FOOT) * (np.arange(n) + 0.5) / max(n, 1)


def _laid_out(drawn: Graph, a: str, height: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes with their places, and edges with both ends; inner groups lie near their outer ones."""
    nodes = pd.DataFrame([(n.key, n.factor, n.label, n.rows) for n in drawn.nodes],
                         columns=["key", "factor", "label", "rows"])  # fmt: skip
    edges = pd.DataFrame([(e.a, e.b, e.rows) for e in drawn.edges], columns=["a", "b", "rows"])
    outer = nodes["factor"] == a
    first = pd.Series(_places(int(outer.sum()), height), index=nodes.loc[outer, "key"])
    edges["y"] = edges["a"].map(first)
    middle = edges.groupby("b", sort=False)["y"].mean()
    inner = nodes.loc[~outer, "key"]
    order = inner.map(middle).sort_values(kind="stable").index
    second = pd.Series(_places(len(order), height), index=inner[order])
    nodes["y"] = nodes["key"].map(pd.concat([first, second]))
    nodes["x"] = np.where(outer, LEFT, RIGHT)
    nodes["layer"] = np.where(outer, "outer", "inner")
    edges["y2"] = edges["b"].map(second)
    return nodes, edges.assign(x=LEFT, x2=RIGHT, layer="edge")


def _graph_layers(height: int, size: int) -> list[Layer]:
    def where(field: str, domain: tuple[float, float], reverse: bool = False) -> Layer:
        scale = {"domain": list(domain), "nice": False, "zero": False, "reverse": reverse}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale}

    place = {"x": where("x", (0, 1)), "y": where("y", (0, height), reverse=True)}
    tips = [{"field": name, "type": "nominal"} for name in ("factor", "label", "rows")]
    # Who lies under the pointer shows its own lines only.
    pointed = (
        "!isArray(pointed.key) || indexof(pointed.key, datum.a) >= 0 "
        "|| indexof(pointed.key, datum.b) >= 0"
    )
    edge = {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "color": colour("actual"),
            "opacity": {"condition": {"test": pointed, "value": 0.55}, "value": 0.06}}  # fmt: skip
    node = {**place, "color": colour("actual"), "tooltip": tips}
    text = {**place, "text": {"field": "label", "type": "nominal"}}
    select = {"type": "point", "fields": ["key"], "on": "pointerover", "clear": "pointerout"}
    dots = layer("node", {"type": "point", "filled": True, "opacity": 1, "size": 90}, node)
    dots["transform"] = [{"filter": "datum.layer == 'outer' || datum.layer == 'inner'"}]
    dots["params"] = [{"name": "pointed", "select": select}]
    words = {"type": "text", "fontSize": size, "limit": 110, "color": AXIS_GREY}
    return [
        layer("edge", {"type": "rule", "strokeWidth": 1.6}, edge),
        dots,
        layer("outer", {**words, "align": "right", "dx": -9}, text),
        layer("inner", {**words, "align": "left", "dx": 9}, text),
        layer("head", {**words, "align": "center", "fontSize": LABEL_SIZE, "fontWeight": 600,
                       "limit": 130}, text),
    ]  # fmt: skip


def graph_picture(
    data: pd.DataFrame, a: str, b: str, *, combined: bool = False, title: str = ""
) -> Picture:
    """Groups of `a` on the left, of `b` on the right, a line where they share rows.

    Parameters
    ----------
    data : as `shown_part` leaves them.
    combined : a group for every combination, as (1 | a/b) has them.
    """
    drawn = graph(data, a, b, combined)
    inner_name = next((n.factor for n in reversed(drawn.nodes) if n.factor != a), b)
    n_outer = sum(n.factor == a for n in drawn.nodes)
    n_inner = len(drawn.nodes) - n_outer
    most = max(n_inner, n_outer)
    height = int(np.clip(NODE * most + HEAD + FOOT, *GRAPH_HEIGHTS))
    size = LABEL_SIZE if most <= 26 else 10
    nodes, edges = _laid_out(drawn, a, height)
    heads = pd.DataFrame({
        "layer": "head", "x": [LEFT, RIGHT], "y": 14.0,
        "label": [f"{a} ({n_outer})", f"{inner_name} ({n_inner})"],
    })  # fmt: skip
    rows = pd.concat([edges, nodes, heads], ignore_index=True)
    joined = edges.groupby("b").size().max()
    words = (
        f"Graph: {count(n_outer, 'group')} of {a} on the left, {count(n_inner, 'group')} of "
        f"{inner_name} on the right, {count(len(edges), 'line')}. "
        + (
            f"Each of {inner_name} belongs to one of {a}."
            if joined == 1
            else f"One of {inner_name} is joined to up to {joined} of {a}, so lines cross."
        )
    )
    return picture(
        _graph_layers(height, size), rows, f"{title}. {words}" if title else words,
        title=title, height=height,
    )  # fmt: skip
