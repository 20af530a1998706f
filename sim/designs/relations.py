"""Nested or crossed: how two columns of groups stand to each other, told from data."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from sim.designs.pairs import Pairs, candidate_factors
from sim.errors import LimitError
from sim.lmm.problem import IntArray

Kind = Literal["same", "nested", "crossed", "partially crossed"]
Labels = Literal["unique", "partly reused", "reused"]

MAX_FACTORS = 20


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


def relation(data: pd.DataFrame, a: str, b: str) -> Relation:
    """Find out how two columns of groups stand to each other.

    Raises
    ------
    DataError : a column is not in the data, or no row has a value in both.
    LimitError : too many rows.
    """
    pairs = Pairs.of(data, a, b)
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
