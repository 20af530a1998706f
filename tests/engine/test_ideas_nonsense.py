"""Nonsense given to pooling, explanations, equivalence and designs: errors of sim's own."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.designs import counts, graph, relation, relations
from sim.errors import SimError
from sim.pooling import pool
from sim.syntax.equivalent import equivalent
from sim.syntax.explain import explain
from tests.engine.nonsense import FORMULA, plain, refused
from tests.engine.test_hostile import FRAMES, TEXTS

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:30]))
def test_a_broken_formula_is_refused_or_explained_as_unfit(text: str) -> None:
    try:
        assert explain(text, plain()).problem
    except SimError as error:
        assert error.problem
        refused(lambda: equivalent(FORMULA, text, plain()))


@pytest.mark.parametrize("text", [None, 5, b"y ~ x", True, object])
def test_a_formula_that_is_not_text_is_refused(text: Any) -> None:
    refused(lambda: explain(text))
    refused(lambda: equivalent(text, FORMULA))
    refused(lambda: equivalent(FORMULA, text))


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: "x".join(map(str, frame.shape)))
def test_data_too_small(frame: pd.DataFrame) -> None:
    refused(lambda: pool(frame, "y", "x", "g"))
    try:
        assert explain(FORMULA, frame).problem
    except SimError as error:
        assert error.hint
    if "g" not in frame or len(frame) == 0:
        refused(lambda: relation(frame, "g", "f"))


@pytest.mark.parametrize("frame", [None, 5, "data", [1, 2], {"y": [1]}])
def test_data_that_are_no_data(frame: Any) -> None:
    for call in (
        lambda: pool(frame, "y", "x", "g"),
        lambda: relation(frame, "g", "f"),
        lambda: relations(frame),
        lambda: counts(frame, "g", "f"),
        lambda: graph(frame, "g", "f"),
    ):
        refused(call)
    if frame is not None:
        assert explain(FORMULA, frame).problem
        refused(lambda: equivalent(FORMULA, "y ~ 1 + (1 | g)", frame))


@pytest.mark.parametrize("name", [None, 5, "", "nope", "`", "a\\b", "y\n", ("g",), "x" * 5000])
def test_columns_that_are_no_columns(name: Any) -> None:
    refused(lambda: pool(plain(), name, "x", "g"))
    refused(lambda: pool(plain(), "y", name, "g"))
    refused(lambda: pool(plain(), "y", "x", name))
    refused(lambda: relation(plain(), "g", name))
    refused(lambda: relations(plain(), ["g", name]))


SPOILED = [
    plain(x=np.inf), plain(x=np.nan), plain(x=1e300), plain(y=np.nan), plain(y=3.0), plain(x=2.0),
    plain(g="s"), plain(g=np.arange(60)), plain(x="a"), plain(y="a"), plain(x=1e-200),
    plain(x=pd.Timestamp("2026-01-01")), plain(y=lambda d: d["x"]),
]  # fmt: skip


@pytest.mark.parametrize("frame", SPOILED, ids=range(len(SPOILED)))
def test_spoiled_columns(frame: pd.DataFrame) -> None:
    refused(lambda: pool(frame, "y", "x", "g"))


@pytest.mark.parametrize("same", [("y", "y", "g"), ("y", "x", "y")])
def test_one_column_in_two_parts(same: tuple[str, str, str]) -> None:
    refused(lambda: pool(plain(), *same))


def test_a_predictor_that_names_the_participants() -> None:
    frame = plain(g=np.repeat(np.arange(12), 5))
    try:
        assert pool(frame, "y", "g", "g").own["g"].isna().all()
    except SimError as error:
        assert error.problem


def test_nonsense_asked_of_a_pooling() -> None:
    fit = pool(plain(), "y", "x", "g")
    for values in (None, "a", [], [np.nan], [[1, 2]], object()):
        refused(lambda values=values: fit.predict("no", values))
    refused(lambda: fit.predict("most", [1.0]))  # type: ignore[arg-type]
