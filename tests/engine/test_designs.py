"""Nested and crossed groups, told from data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.designs import (
    MAX_FACTORS,
    Relation,
    candidate_factors,
    counts,
    graph,
    readings,
    relation,
    relations,
)
from sim.errors import DataError, DesignError, LimitError
from sim.lmm.design import build_design
from sim.scenarios import generate
from sim.syntax.equivalent import equivalent


def schools(labels: str) -> pd.DataFrame:
    return generate("schools", np.random.default_rng(1), labels=labels, pupils=5)


def pairs(*rows: tuple[str, str], times: int = 2) -> pd.DataFrame:
    table = pd.DataFrame(list(rows) * times, columns=["a", "b"])
    return table.assign(y=np.random.default_rng(2).normal(size=len(table)))


NESTED = [("s1", "p"), ("s1", "q"), ("s2", "r"), ("s2", "t")]
REUSED = [("s1", "p"), ("s1", "q"), ("s2", "p"), ("s2", "q")]
PARTIAL = [("s1", "p"), ("s1", "q"), ("s2", "q"), ("s2", "r")]
SAME = [("s1", "p"), ("s2", "q"), ("s3", "r")]


def test_unique_labels_are_nested() -> None:
    found = relation(schools("unique"), "school", "class")
    assert (found.kind, found.inner, found.outer) == ("nested", "class", "school")
    assert (found.n_a, found.n_b, found.n_pairs) == (6, 24, 24)
    assert (found.a_labels, found.b_labels, found.balanced) == ("reused", "unique", True)
    assert found.words == (
        "class is nested in school: each of the 24 groups of class belongs to one of the 6 of "
        "school."
    )


def test_reused_labels_look_crossed_and_the_doubt_is_said() -> None:
    found = relation(schools("reused"), "school", "class")
    assert (found.kind, found.inner, found.outer) == ("crossed", "", "")
    assert (found.n_a, found.n_b, found.n_pairs) == (6, 4, 24)
    assert found.b_labels == "reused"
    assert "Either they are crossed, or labels are used again" in found.words


@pytest.mark.parametrize(
    ("rows", "kind", "inner", "labels"),
    [
        (NESTED, "nested", "b", ("reused", "unique")),
        ([(b, a) for a, b in NESTED], "nested", "a", ("unique", "reused")),
        (REUSED, "crossed", "", ("reused", "reused")),
        (PARTIAL, "partially crossed", "", ("reused", "partly reused")),
        (SAME, "same", "", ("unique", "unique")),
    ],
)
def test_kinds(rows: list[tuple[str, str]], kind: str, inner: str, labels: tuple[str, str]) -> None:
    found = relation(pairs(*rows), "a", "b")
    assert (found.kind, found.inner) == (kind, inner)
    assert (found.a_labels, found.b_labels) == labels


def test_a_table_of_who_belongs_to_whom() -> None:
    table = counts(pairs(*PARTIAL, times=3), "a", "b")
    assert table.index.tolist() == ["s1", "s2"]
    assert table.columns.tolist() == ["p", "q", "r"]
    assert table.to_numpy().tolist() == [[3, 3, 0], [0, 3, 3]]


def test_a_graph_takes_labels_or_combinations_for_groups() -> None:
    data = pairs(*REUSED)
    by_label = graph(data, "a", "b")
    assert [(n.factor, n.label, n.rows) for n in by_label.nodes] == [
        ("a", "s1", 4), ("a", "s2", 4), ("b", "p", 4), ("b", "q", 4),
    ]  # fmt: skip
    assert len(by_label.edges) == 4
    combined = graph(data, "a", "b", combined=True)
    assert [n.label for n in combined.nodes if n.factor == "b:a"] == [
        "p:s1", "q:s1", "p:s2", "q:s2",
    ]  # fmt: skip
    for drawn in (by_label, combined):
        keys = [node.key for node in drawn.nodes]
        assert len(set(keys)) == len(keys)
        assert {edge.a for edge in drawn.edges} | {edge.b for edge in drawn.edges} == set(keys)
        assert sum(edge.rows for edge in drawn.edges) == len(data)


def test_readings_of_reused_labels() -> None:
    within, around, beside = readings(relation(schools("reused"), "school", "class"))
    assert within.bracket == "(1 | school/class)"
    assert within.groups == (("class:school", 24), ("school", 6))
    assert within.same_as == ()
    assert within.words == (
        "class within school: school has 6 groups and class has 24; the same label of class in two "
        "groups of school means two different things."
    )
    assert around.groups == (("school:class", 24), ("class", 4))
    assert beside.groups == (("school", 6), ("class", 4))
    assert beside.words == (
        "school and class side by side: school has 6 groups and class has 4; the same label of "
        "class means the same thing in every group of school."
    )


def test_readings_of_unique_labels() -> None:
    within, around, beside = readings(relation(schools("unique"), "school", "class"))
    assert within.groups == (("class:school", 24), ("school", 6))
    assert within.same_as == ("(1 | school) + (1 | class)",)
    assert beside.same_as == ("(1 | school/class)",)
    assert around.same_as == ()
    assert around.groups == (("school:class", 24), ("class", 24))


def test_one_row_in_each_combination_is_refused_as_lme4_does() -> None:
    within, _, beside = readings(relation(pairs(*REUSED, times=1), "a", "b"))
    assert within.problem.endswith("must be < number of observations (problems: b:a).")
    assert beside.problem == ""


codes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(rows=codes, times=st.integers(1, 3))
def test_relations_hold_what_they_say(rows: list[tuple[int, int]], times: int) -> None:
    data = pairs(*[(f"s{i}", f"c{j}") for i, j in rows], times=times)
    found, mirrored = relation(data, "a", "b"), relation(data, "b", "a")
    assert (found.kind, found.inner, found.n_pairs) == (
        mirrored.kind, mirrored.inner, mirrored.n_pairs,
    )  # fmt: skip
    table = counts(data, "a", "b").to_numpy()
    met = table > 0
    assert found.n_pairs == met.sum()
    assert (found.kind == "crossed") <= bool(met.all())
    assert (found.inner == "b") <= bool((met.sum(axis=0) == 1).all())
    _check_readings(data, found)


def _check_readings(data: pd.DataFrame, found: Relation) -> None:
    """The groups are those of the engine, and what is called the same model is one."""
    said = readings(found)
    for reading in said:
        formula = f"y ~ 1 + {reading.bracket}"
        try:
            blocks = build_design(formula, data).blocks
        except DesignError as refusal:
            assert reading.problem
            assert refusal.problem.startswith(reading.problem[:40])
            continue
        assert reading.problem == ""
        assert {b.group: len(b.levels) for b in blocks} == dict(reading.groups)
        for other in said:
            if other is not reading and not other.problem:
                same = equivalent(formula, f"y ~ 1 + {other.bracket}", data).on_data
                assert same == (other.bracket in reading.same_as)


def test_every_pair_of_columns() -> None:
    data = schools("unique")
    found = {(r.a, r.b): r for r in relations(data)}
    assert set(found) == {("school", "class"), ("school", "method"), ("class", "method")}
    assert found["class", "method"].inner == "class"
    assert found["school", "method"].kind == "crossed"
    assert relations(data, ["school"]) == ()


def test_columns_that_may_hold_groups() -> None:
    data = pd.DataFrame(
        {
            "id": np.repeat(np.arange(6), 3),
            "day": np.tile([0, 1, 2], 6),
            "y": np.arange(18.0) / 7,
            "row": np.arange(18),
            "sex": list("mf") * 9,
            "one": "x",
            "name": [f"n{i}" for i in range(18)],
            "yes": [True, False] * 9,
            "when": pd.Timestamp("2026-01-01"),
        }
    )
    assert candidate_factors(data) == ("id", "day", "sex", "yes")


def test_rows_without_a_group_are_left_out() -> None:
    data = pairs(*PARTIAL)
    data.loc[[0, 1], "b"] = None
    found = relation(data, "a", "b")
    assert (found.n_rows, found.n_missing) == (6, 2)
    assert counts(data, "a", "b").to_numpy().sum() == 6


def test_numbers_are_groups_when_named() -> None:
    data = pd.DataFrame({"subject": [1.0, 1.0, 2.0, 2.0], "day": [0, 1, 0, 1]})
    assert relation(data, "subject", "day").kind == "crossed"
    assert counts(data, "subject", "day").index.tolist() == ["1", "2"]


def test_what_cannot_be_compared_is_refused() -> None:
    data = pairs(*NESTED)
    with pytest.raises(DataError, match="Column 'q' is not in the data, which has a, b, y"):
        relation(data, "a", "q")
    with pytest.raises(DataError, match="'a' is named twice"):
        relation(data, "a", "a")
    with pytest.raises(DataError, match="No row has both 'a' and 'b'"):
        relation(data.assign(b=None), "a", "b")
    with pytest.raises(DataError, match="The data have no rows"):
        relation(data.iloc[:0], "a", "b")
    with pytest.raises(DataError, match="Several columns are called 'a'"):
        relation(pd.concat([data, data["a"]], axis=1), "a", "b")
    with pytest.raises(LimitError, match="21 columns are too many"):
        relations(data, ["a"] * (MAX_FACTORS + 1))
    wide = pd.DataFrame({"a": np.arange(1500), "b": np.arange(1500)})
    with pytest.raises(LimitError, match="1,500 by 1,500 groups are too many"):
        counts(wide, "a", "b")
