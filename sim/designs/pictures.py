"""Who belongs to whom, as a table of counts and as a graph."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.designs.pairs import Pairs
from sim.errors import LimitError

MAX_CELLS = 1_000_000  # of a table of counts


@dataclass(frozen=True, slots=True)
class Node:
    """A group in the picture of who belongs to whom; `rows` of the data are in it."""

    key: str
    factor: str
    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class Edge:
    """Two groups, by the keys of their nodes, that share `rows` of the data."""

    a: str
    b: str
    rows: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Who belongs to whom: nodes of the first column, then of the second, and what joins them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def counts(data: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """Count the rows of every combination: groups of `a` are rows, groups of `b` columns.

    Raises
    ------
    LimitError : more than a million combinations.
    """
    pairs = Pairs.of(data, a, b)
    shape = len(pairs.first.levels), len(pairs.second.levels)
    if shape[0] * shape[1] > MAX_CELLS:
        raise LimitError(
            f"{shape[0]:,} by {shape[1]:,} groups are too many for a table.",
            "Choose columns with fewer groups.",
        )
    table = np.zeros(shape, dtype=np.intp)
    table[pairs.a, pairs.b] = pairs.rows
    return pd.DataFrame(
        table,
        index=pd.Index(pairs.first.levels, name=a),
        columns=pd.Index(pairs.second.levels, name=b),
    )


def graph(data: pd.DataFrame, a: str, b: str, combined: bool = False) -> Graph:
    """Draw who belongs to whom as nodes and edges.

    Parameters
    ----------
    combined : false takes a label of `b` for one group wherever it stands, as (1 | a) + (1 | b)
        does; true makes a group of every combination, as (1 | a/b) does.
    """
    pairs = Pairs.of(data, a, b)
    nodes = [
        Node(f"{a}={level}", a, level, int(rows))
        for level, rows in zip(pairs.first.levels, pairs.sums(pairs.a), strict=True)
    ]
    edges = []
    if not combined:
        nodes += [
            Node(f"{b}={level}", b, level, int(rows))
            for level, rows in zip(pairs.second.levels, pairs.sums(pairs.b), strict=True)
        ]
    for i, j, rows in zip(pairs.a.tolist(), pairs.b.tolist(), pairs.rows.tolist(), strict=True):
        outer, label = pairs.first.levels[i], pairs.second.levels[j]
        key = f"{b}={label}"
        if combined:
            key = f"{b}:{a}={label}:{outer}"
            nodes.append(Node(key, f"{b}:{a}", f"{label}:{outer}", rows))
        edges.append(Edge(f"{a}={outer}", key, rows))
    return Graph(tuple(nodes), tuple(edges))
