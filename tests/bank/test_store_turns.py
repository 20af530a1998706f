"""Questions put, answers kept, and what is refused."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.item import Mark
from quizzes.store import (
    Store,
    StoreError,
    answer_turn,
    answered_turns,
    delete_record,
    keep_answer,
    latest_turn,
    new_secret,
    open_turn,
    record_csv,
    record_json,
    record_rows,
)
from quizzes.turn import local_day
from tests.bank.databases import NOW, RIGHT, WRONG, item
from tests.bank.one_by_one import find_turn, has_record


def test_a_turn_is_kept_as_it_was_put(store: Store) -> None:
    secret = new_secret()
    assert latest_turn(store, secret) is None
    put = open_turn(store, secret, item(seed=2**63 - 1), NOW)
    assert find_turn(store, secret, put.id) == put
    assert latest_turn(store, secret) == put
    assert put.answer is None
    assert answered_turns(store, secret) == ()


def test_a_question_is_kept_together_with_its_answer_or_not_at_all(store: Store) -> None:
    secret = new_secret()
    for response, mark in ((object(), RIGHT), ("x", Mark(None, "Unread.", malformed=True))):
        with pytest.raises(StoreError):
            keep_answer(store, secret, item(), response, mark, NOW)
    assert latest_turn(store, secret) is None and not has_record(store, secret)
    kept = keep_answer(store, secret, item(), "178", WRONG, NOW, sure=False, offset_minutes=-60)
    assert kept.answer is not None and kept.shown_at == kept.answer.answered_at == NOW
    assert (kept.answer.response, kept.answer.sure) == ("178", False)
    assert answered_turns(store, secret) == (kept,) and has_record(store, secret)
    # As if it had been put first.
    put = open_turn(store, secret, item(), NOW)
    again = answer_turn(store, secret, put.id, "178", WRONG, NOW, sure=False, offset_minutes=-60)
    assert replace(again, id=kept.id) == kept


def test_an_item_without_a_seed_and_with_one_of_numpy(store: Store) -> None:
    secret = new_secret()
    assert open_turn(store, secret, item(seed=None), NOW).seed is None
    seed: Any = np.random.default_rng(1).integers(2**62)
    put = open_turn(store, secret, item(seed=seed), NOW + timedelta(seconds=1))
    assert put.seed == int(seed)
    assert latest_turn(store, secret) == put


def test_an_answer_is_kept_whole(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    late = NOW + timedelta(minutes=3)
    kept = answer_turn(store, secret, put.id, "178", WRONG, late, sure=False, offset_minutes=-60)
    answer = kept.answer
    assert answer is not None
    assert (answer.response, answer.score, answer.sure) == ("178", 0.0, False)
    assert (answer.misconception, answer.is_right) == ("df-is-rows", False)
    assert (answer.answered_at, answer.day) == (late, date(2026, 11, 22))
    assert find_turn(store, secret, put.id) == kept
    assert answered_turns(store, secret) == (kept,)


def test_the_first_answer_counts(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    first = answer_turn(store, secret, put.id, 17, RIGHT, NOW, sure=True)
    again = answer_turn(store, secret, put.id, 178, WRONG, NOW + timedelta(days=1), sure=False)
    assert again == first
    assert answered_turns(store, secret) == (first,)


def test_a_poll_has_no_score(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    kept = answer_turn(store, secret, put.id, "the slopes", Mark(None, "Thanks."), NOW)
    assert kept.answer is not None
    assert kept.answer.score is None
    assert not kept.answer.is_right


def test_answers_come_back_in_their_order(store: Store) -> None:
    secret = new_secret()
    put = [open_turn(store, secret, item(f"pvalues/{n}"), NOW) for n in range(4)]
    for minute, turn in enumerate(reversed(put)):
        answer_turn(store, secret, turn.id, minute, RIGHT, NOW + timedelta(minutes=minute))
    assert [turn.id for turn in answered_turns(store, secret)] == [t.id for t in reversed(put)]


def test_a_visitor_becomes_a_learner_with_the_first_answer(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    assert not has_record(store, secret)
    answer_turn(store, secret, put.id, 17, RIGHT, NOW)
    assert has_record(store, secret)


def test_nobody_sees_or_answers_the_turn_of_another(store: Store) -> None:
    mine, theirs = new_secret(), new_secret()
    put = open_turn(store, mine, item(), NOW)
    open_turn(store, theirs, item(), NOW)
    words = "This question is not open on this device. Start a new one from the quiz page."
    for attempt in (
        lambda: find_turn(store, theirs, put.id),
        lambda: answer_turn(store, theirs, put.id, 17, RIGHT, NOW),
        lambda: find_turn(store, new_secret(), put.id),
    ):
        with pytest.raises(StoreError) as caught:
            attempt()
        assert str(caught.value) == words
    assert find_turn(store, mine, put.id).answer is None
    assert not has_record(store, theirs)


HOSTILE_NAMES: list[Any] = [
    "",
    "x",
    "\x00" * 32,
    "a" * 31 + "\x00",
    "0" * 32,
    "0" * 33,
    "'; DROP TABLE turns; --",
    "é" * 32,
    "\ud800" * 32,
    "a" * 10_000_000,
    None,
    7,
    b"0" * 32,
    ["0" * 32],
]


def test_hostile_turn_ids_are_unknown(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    for name in HOSTILE_NAMES:
        with pytest.raises(StoreError, match="This question is not open on this device"):
            find_turn(store, secret, name)
        with pytest.raises(StoreError, match="This question is not open on this device"):
            answer_turn(store, secret, name, 1, RIGHT, NOW)
    assert find_turn(store, secret, put.id) == put


def test_hostile_secrets_are_refused(store: Store) -> None:
    for secret in HOSTILE_NAMES:
        if secret in ("0" * 32, "0" * 33):
            continue
        for ask in (
            partial(open_turn, store, secret, item(), NOW),
            partial(latest_turn, store, secret),
            partial(answered_turns, store, secret),
            partial(has_record, store, secret),
            partial(delete_record, store, secret),
        ):
            with pytest.raises(StoreError, match="This device sent no secret that could be ours"):
                ask()


def _round() -> list[Any]:
    circle: list[Any] = []
    circle.append(circle)
    return circle


def _deep(layers: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(layers):
        nested = [nested]
    return nested


HOSTILE_RESPONSES: list[Any] = [
    "x" * 10_000_000,
    [0] * 20_000,
    float("nan"),
    float("inf"),
    b"17",
    object(),
    {1, 2},
    10**5000,
    _round(),
    _deep(50),
    _deep(900),
    _deep(200_000),
    {"a": [object()]},
]


def test_hostile_responses_are_refused_and_nothing_is_kept(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    for response in HOSTILE_RESPONSES:
        with pytest.raises(StoreError):
            answer_turn(store, secret, put.id, response, WRONG, NOW)
    assert find_turn(store, secret, put.id).answer is None
    assert not has_record(store, secret)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=()), max_size=9), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(response=JSON)
def test_any_json_comes_back_as_it_was(store: Store, response: Any) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    answer_turn(store, secret, put.id, response, WRONG, NOW)
    kept = find_turn(store, secret, put.id).answer
    assert kept is not None
    assert kept.response == response
    rows = record_rows(store, secret)
    assert json.loads(record_json(rows)) == rows
    record_csv(rows).encode("utf-8")


def test_text_with_nul_and_half_characters_comes_back(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    kept = answer_turn(store, secret, put.id, "a\x00b\ud800c", WRONG, NOW)
    assert kept.answer is not None
    assert kept.answer.response == "a\x00b\ud800c"


UNKEEPABLE_ITEMS: list[dict[str, Any]] = [
    {"id": "x" * 201},
    {"id": "a\x00b"},
    {"id": "\ud800"},
    {"id": None},
    {"topic": "x" * 10_000_000},
    {"topic": "a\nb"},
    {"seed": 2**63},
    {"seed": -(2**64)},
    {"seed": 1.5},
    {"seed": "7"},
    {"level": 10**30},
    {"level": "1"},
    {"level": None},
]


def test_items_that_cannot_be_kept_are_refused(store: Store) -> None:
    secret = new_secret()
    for changes in UNKEEPABLE_ITEMS:
        with pytest.raises(StoreError):
            open_turn(store, secret, replace(item(), **changes), NOW)
    assert latest_turn(store, secret) is None


UNKEEPABLE_MARKS = [
    Mark(None, "I could not read that.", malformed=True),
    Mark(1.5, ""),
    Mark(-0.1, ""),
    Mark(float("nan"), ""),
    Mark(0.0, "", "m" * 81),
    Mark(0.0, "", "a\x00"),
]


def test_marks_that_cannot_be_kept_are_refused(store: Store) -> None:
    secret = new_secret()
    put = open_turn(store, secret, item(), NOW)
    for mark in UNKEEPABLE_MARKS:
        with pytest.raises(StoreError):
            answer_turn(store, secret, put.id, 1, mark, NOW)
    assert find_turn(store, secret, put.id).answer is None


def test_the_record_can_be_taken_away(store: Store) -> None:
    secret = new_secret()
    assert record_rows(store, secret) == []
    put = open_turn(store, secret, item(), NOW)
    answer_turn(store, secret, put.id, "=1+1", WRONG, NOW, sure=True)
    rows = record_rows(store, secret)
    assert rows == [
        {
            "item": "pvalues/df",
            "seed": 7,
            "topic": "pvalues",
            "level": 1,
            "shown_at": "2026-11-22T12:00:00+00:00",
            "answered_at": "2026-11-22T12:00:00+00:00",
            "day": "2026-11-22",
            "response": "=1+1",
            "sure": True,
            "score": 0.0,
            "misconception": "df-is-rows",
        }
    ]
    assert json.loads(record_json(rows)) == rows
    [cells] = csv.DictReader(io.StringIO(record_csv(rows)))
    assert list(cells) == list(rows[0])
    # In quotes, so that a spreadsheet does not take it for a formula.
    assert cells["response"] == '"=1+1"'


@pytest.mark.parametrize(
    ("offset", "day"),
    [
        (0, 22),
        (None, 22),
        (-60, 23),
        (-840, 23),
        (300, 22),
        (720, 22),
        (10**9, 22),
    ],
)
def test_the_day_is_the_learners(offset: int | None, day: int) -> None:
    assert local_day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), offset) == date(2026, 11, day)
