"""Who belongs to whom: nested and crossed groups, and what a/b, b/a and a + b then mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from sim.errors import DataError, LimitError, short
from sim.limits import MAX_ROWS
from sim.lmm.columns import Factor, Numbers, as_factor, is_missing, read_column, take_rows
from sim.lmm.expressions import name_text
from sim.lmm.problem import IntArray

Kind = Literal["same", "nested", "crossed", "partially crossed"]
Labels = Literal["unique", "partly reused", "reused"]

MAX_FACTORS = 20
MAX_CELLS = 1_000_000  # of a table of counts


@dataclass(frozen=True, slots=True)
class Relation:
    """How two columns of groups stand to each other, rows without one of them left out.

    Attributes
    ----------
    a, b : the columns.
    kind : "same" (both divide the rows alike), "nested" (each `inner` belongs to one `outer`),
        "crossed" (every combination occurs) or "partially crossed" (only some do).
    inner, outer : which lies in which, if nested; else empty.
    n_a, n_b, n_pairs : how many groups, and how many combinations occur.
    a_labels : whether each label of `a` stands in one group of `b` ("unique"), in several
        ("reused"), or some do ("partly reused").
    b_labels : the same the other way round.
    balanced : every combination that occurs has as many rows.
    n_rows, n_missing : rows counted, and left out.
    """

    a: str
    b: str
    kind: Kind
    inner: str
    outer: str
    n_a: int
    n_b: int
    n_pairs: int
    a_labels: Labels
    b_labels: Labels
    balanced: bool
    n_rows: int
    n_missing: int

    @property
    def words(self) -> str:
        """The relation in a sentence, and what the data cannot tell."""
        a, b = self.a, self.b
        if self.kind == "same":
            return f"{a} and {b} divide the rows alike: {self.n_a} groups under two names."
        if self.kind == "nested":
            n = min(self.n_a, self.n_b), max(self.n_a, self.n_b)
            return (
                f"{self.inner} is nested in {self.outer}: each of the {n[1]} groups of "
                f"{self.inner} belongs to one of the {n[0]} of {self.outer}."
            )
        doubt = (
            "or labels are used again, and the same label in another group means something else."
        )
        if self.kind == "crossed":
            return (
                f"Every group of {a} meets every group of {b} ({self.n_a} by {self.n_b}). Either "
                f"they are crossed, {doubt}"
            )
        return (
            f"{self.n_pairs} of the {self.n_a * self.n_b} combinations of {a} and {b} occur. "
            f"Either they are partially crossed, {doubt}"
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What random intercepts for two columns mean on the data at hand.

    Attributes
    ----------
    bracket : as typed: "(1 | a/b)".
    groups : grouping factors as lme4 names them, with the number of groups of each.
    words : what it takes to be one group.
    same_as : other readings that are the same model on these data.
    problem : why lmer refuses it; empty if it does not.
    """

    bracket: str
    groups: tuple[tuple[str, int], ...]
    words: str
    same_as: tuple[str, ...]
    problem: str


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


def candidate_factors(data: pd.DataFrame) -> tuple[str, ...]:
    """Name the columns that may hold groups.

    Text, categories and TRUE/FALSE with two groups or more and some group met twice; whole
    numbers if there are at least two rows for each value on average.
    """
    _check_frame(data)
    found = []
    for position, name in enumerate(data.columns):
        if not isinstance(name, str) or list(data.columns).count(name) > 1:
            continue
        try:
            column = read_column(data.iloc[:, position])
        except DataError:
            continue
        if isinstance(column, Numbers) and not _whole(column):
            continue
        factor = as_factor(column)
        levels = len(np.unique(factor.codes[factor.codes >= 0]))
        most = len(data) / 2 if isinstance(column, Numbers) else len(data) - 1
        if 2 <= levels <= most:
            found.append(name)
    return tuple(found)


def _whole(column: Numbers) -> bool:
    values = column.values[~np.isnan(column.values)]
    return column.whole or (len(values) > 0 and bool((values == np.round(values)).all()))


def relation(data: pd.DataFrame, a: str, b: str) -> Relation:
    """Find out how two columns of groups stand to each other.

    Raises
    ------
    DataError : a column is not in the data, or no row has a value in both.
    LimitError : too many rows.
    """
    pairs = _Pairs.of(data, a, b)
    n_a, n_b = len(pairs.first.levels), len(pairs.second.levels)
    n = len(pairs.rows)
    in_b = np.bincount(pairs.a, minlength=n_a)  # groups of b in which a label of a stands
    in_a = np.bincount(pairs.b, minlength=n_b)
    inner = b if in_a.max() == 1 else a if in_b.max() == 1 else ""
    kind: Kind = "partially crossed"
    if n == n_a == n_b:
        kind, inner = "same", ""
    elif inner:
        kind = "nested"
    elif n == n_a * n_b:
        kind = "crossed"
    return Relation(
        a, b, kind, inner, {a: b, b: a}.get(inner, ""), n_a, n_b, n,
        _labels(in_b), _labels(in_a), bool(np.ptp(pairs.rows) == 0),
        int(pairs.rows.sum()), len(data) - int(pairs.rows.sum()),
    )  # fmt: skip


def _labels(places: IntArray) -> Labels:
    if places.max() == 1:
        return "unique"
    return "reused" if places.min() > 1 else "partly reused"


def relations(data: pd.DataFrame, factors: Sequence[str] | None = None) -> tuple[Relation, ...]:
    """Find the relation of every pair of columns.

    Parameters
    ----------
    factors : up to 20 columns; if none are named, the first 20 that may hold groups.

    Raises
    ------
    DataError, LimitError : as in `relation`; too many columns.
    """
    names = candidate_factors(data)[:MAX_FACTORS] if factors is None else tuple(factors)
    if len(names) > MAX_FACTORS:
        raise LimitError(
            f"{len(names)} columns are too many to compare pair by pair.",
            f"Choose up to {MAX_FACTORS}.",
        )
    return tuple(relation(data, a, b) for a, b in combinations(names, 2))


def counts(data: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """Count the rows of every combination: groups of `a` are rows, groups of `b` columns.

    Raises
    ------
    LimitError : more than a million combinations.
    """
    pairs = _Pairs.of(data, a, b)
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
    pairs = _Pairs.of(data, a, b)
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


def readings(found: Relation) -> tuple[Reading, ...]:
    """Say what (1 | a/b), (1 | b/a) and (1 | a) + (1 | b) mean on the data of a relation."""
    a, b = name_text(found.a), name_text(found.b)
    nested, other = f"(1 | {a}/{b})", f"(1 | {b}/{a})"
    beside = f"(1 | {a}) + (1 | {b})"
    b_in_a = found.n_pairs == found.n_b
    a_in_b = found.n_pairs == found.n_a
    alike = {
        nested: [beside] * b_in_a + [other] * (a_in_b and b_in_a),
        other: [beside] * a_in_b + [nested] * (a_in_b and b_in_a),
        beside: [nested] * b_in_a + [other] * a_in_b,
    }
    within = _within(found.a, found.b, found.n_a, found.n_pairs, b_in_a)
    around = _within(found.b, found.a, found.n_b, found.n_pairs, a_in_b)
    sizes: tuple[tuple[str, tuple[tuple[str, int], ...], str], ...] = (
        (nested, ((f"{b}:{a}", found.n_pairs), (found.a, found.n_a)), within),
        (other, ((f"{a}:{b}", found.n_pairs), (found.b, found.n_b)), around),
        (beside, ((found.a, found.n_a), (found.b, found.n_b)), _beside(found)),
    )
    return tuple(
        Reading(bracket, groups, words, tuple(alike[bracket]), _refusal(groups, found.n_rows))
        for bracket, groups, words in sizes
    )


def _within(outer: str, inner: str, n_outer: int, n_pairs: int, unique: bool) -> str:
    names = (
        f"every label of {inner} stands in one group of {outer} anyway"
        if unique
        else f"the same label of {inner} in two groups of {outer} means two different things"
    )
    return (
        f"{inner} within {outer}: {outer} has {n_outer} groups and {inner} has {n_pairs}; {names}."
    )


def _beside(found: Relation) -> str:
    a, b = found.a, found.b
    side = f"{a} and {b} side by side: {a} has {found.n_a} groups and {b} has {found.n_b}"
    if found.b_labels == "unique":
        return f"{side}; every label of {b} stands in one group of {a} anyway."
    return f"{side}; the same label of {b} means the same thing in every group of {a}."


def _refusal(groups: tuple[tuple[str, int], ...], n_rows: int) -> str:
    for name, count in groups:
        if count < 2:
            return f"grouping factors must have > 1 sampled level: '{name}' has only one."
    crowded = [name for name, count in groups if count >= n_rows]
    if not crowded:
        return ""
    return (
        "number of levels of each grouping factor must be < number of observations "
        f"(problems: {', '.join(crowded)})."
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The combinations of two columns that occur: codes of both, and their rows."""

    first: Factor
    second: Factor
    a: IntArray
    b: IntArray
    rows: IntArray

    def sums(self, codes: IntArray) -> IntArray:
        return np.bincount(codes, self.rows).astype(np.intp)

    @classmethod
    def of(cls, data: pd.DataFrame, a: str, b: str) -> "_Pairs":
        _check_frame(data)
        if a == b:
            raise DataError(f"'{a}' is named twice.", "Choose two different columns.")
        columns = [_column(data, a), _column(data, b)]
        missing = np.zeros(len(data), dtype=bool)
        for column in columns:
            gap = is_missing(column)
            missing |= False if gap is None else gap
        if missing.all():
            raise DataError(f"No row has both '{a}' and '{b}'.", "Choose other columns.")
        kept = np.flatnonzero(~missing) if missing.any() else None
        first, second = (as_factor(take_rows(column, kept)) for column in columns)
        width = len(second.levels)
        used, rows = np.unique(first.codes * width + second.codes, return_counts=True)
        return cls(first, second, used // width, used % width, rows.astype(np.intp))


def _column(data: pd.DataFrame, name: str) -> Factor:
    count = list(data.columns).count(name)
    if count > 1:
        raise DataError(f"Several columns are called '{name}'.", "Give each its own name.")
    if not count:
        known = ", ".join(sorted(short(column) for column in data.columns)[:20])
        raise DataError(
            f"Column '{short(name)}' is not in the data, which has {known or 'no columns'}.",
            "Choose one of these.",
        )
    return as_factor(read_column(data[name]))


def _check_frame(data: pd.DataFrame) -> None:
    if not isinstance(data, pd.DataFrame) or len(data) == 0:
        raise DataError("The data have no rows.", "Choose data with at least a few rows.")
    if len(data) > MAX_ROWS:
        raise LimitError(
            f"The data have {len(data):,} rows; this server takes up to {MAX_ROWS:,}.",
            "Use a part of them.",
        )
