"""Moving with a code, merging, guessing, deleting."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from quizzes.codes import CHARACTERS
from quizzes.store import (
    Joined,
    Store,
    StoreError,
    TooManyGuesses,
    UnknownDevice,
    answer_turn,
    answered_turns,
    code_made_at,
    delete_record,
    forget_visitors,
    join,
    latest_turn,
    make_code,
    new_secret,
    open_store,
    open_turn,
)
from tests.bank.databases import NOW, RIGHT, item
from tests.bank.one_by_one import find_turn, has_record

HERE = "192.0.2.1"


def learner(store: Store, n: int = 1) -> str:
    """The secret of a device with so many answers."""
    secret = new_secret()
    for minute in range(n):
        at = NOW + timedelta(minutes=minute)
        turn = open_turn(store, secret, item(), at)
        answer_turn(store, secret, turn.id, 17, RIGHT, at)
    return secret


def counts(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in inspect(connection).get_table_names()
        }


def test_a_code_is_easy_to_type(store: Store) -> None:
    code = make_code(store, learner(store), NOW)
    assert re.fullmatch(f"[{CHARACTERS}]{{4}}-[{CHARACTERS}]{{4}}-[{CHARACTERS}]{{4}}", code)
    assert not set(CHARACTERS) & set("0O1IL5S2Z8BU")
    assert len(set(CHARACTERS)) ** 12 > 2**54


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')}\n",
        lambda code: code.replace("-", "–"),
        lambda code: "-".join(code.replace("-", "")),
    ],
    ids=["lower case", "no hyphens", "spaces", "dashes", "hyphens everywhere"],
)
def test_a_code_brings_the_record_to_a_new_device(
    store: Store, typed: Callable[[str], str]
) -> None:
    old, new = learner(store, 3), new_secret()
    code = make_code(store, old, NOW)
    assert join(store, new, typed(code), HERE, NOW) == Joined("joined", 3, 0)
    assert answered_turns(store, new) == answered_turns(store, old)
    # What is answered on one is known on the other.
    turn = open_turn(store, new, item(), NOW)
    answer_turn(store, new, turn.id, 17, RIGHT, NOW)
    assert len(answered_turns(store, old)) == 4
    assert find_turn(store, old, turn.id).answer is not None
    assert counts(store)["learners"] == 1


def test_two_records_become_one(store: Store) -> None:
    first, second = learner(store, 3), learner(store, 2)
    old_code = make_code(store, second, NOW)
    code = make_code(store, first, NOW)
    both = {turn.id for turn in answered_turns(store, first) + answered_turns(store, second)}
    assert join(store, second, code, HERE, NOW) == Joined("merged", 5, 2)
    assert {turn.id for turn in answered_turns(store, first)} == both
    assert {turn.id for turn in answered_turns(store, second)} == both
    assert join(store, second, code, HERE, NOW) == Joined("same", 5, 0)
    assert counts(store)["learners"] == 1
    assert code_made_at(store, second) == NOW
    with pytest.raises(StoreError, match="No record has this code"):
        join(store, new_secret(), old_code, HERE, NOW)


def test_all_devices_of_a_record_move_along(store: Store) -> None:
    first, second, third = learner(store, 1), learner(store, 1), new_secret()
    join(store, third, make_code(store, second, NOW), HERE, NOW)
    join(store, second, make_code(store, first, NOW), HERE, NOW)
    assert len(answered_turns(store, third)) == 2


def test_two_devices_join_each_other_at_once(store: Store) -> None:
    for _ in range(3):
        one, two = learner(store, 2), learner(store, 2)
        codes = [make_code(store, one, NOW), make_code(store, two, NOW)]

        def attempt(pair: tuple[str, str]) -> str:
            try:
                return join(store, pair[0], pair[1], HERE, NOW).outcome
            except StoreError:
                return "refused"

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(attempt, [(one, codes[1]), (two, codes[0])]))
        assert outcomes.count("merged") == 1
        assert len(answered_turns(store, one)) == len(answered_turns(store, two)) == 4


def test_a_new_code_replaces_the_old_one(store: Store) -> None:
    secret = learner(store)
    assert code_made_at(store, secret) is None
    old = make_code(store, secret, NOW)
    later = NOW + timedelta(days=1)
    new = make_code(store, secret, later)
    assert old != new
    assert code_made_at(store, secret) == later
    with pytest.raises(StoreError) as caught:
        join(store, new_secret(), old, HERE, NOW)
    assert str(caught.value) == (
        "No record has this code. "
        "Compare it with the code you noted, or make a new one on the other device."
    )
    assert join(store, new_secret(), new, HERE, NOW).outcome == "joined"


def test_without_an_answer_there_is_nothing_to_move(store: Store) -> None:
    secret = new_secret()
    open_turn(store, secret, item(), NOW)
    for visitor in (secret, new_secret()):
        with pytest.raises(UnknownDevice, match="There is nothing to move yet"):
            make_code(store, visitor, NOW)
        assert code_made_at(store, visitor) is None


HOSTILE_CODES: list[Any] = [
    "",
    "ACDE",
    "ACDE-FGHJ-KMN0",
    "\x00" * 12,
    "\ud800" * 12,
    "A" * 10_000_000,
    None,
    12,
    "é" * 12,
]


def test_hostile_codes_and_addresses_are_wrong_codes(store: Store) -> None:
    secret = new_secret()
    for where in ("", "::1", "\x00", "\ud800", "1" * 10_000_000):
        for code in HOSTILE_CODES:
            with pytest.raises(StoreError, match="No record has this code"):
                join(store, secret, code, where, NOW)
    assert not has_record(store, secret)


def test_guessing_is_slowed_by_address(store: Store) -> None:
    code = make_code(store, learner(store), NOW)
    guesser = new_secret()
    for _ in range(20):
        with pytest.raises(StoreError, match="No record has this code"):
            join(store, guesser, "AAAA-AAAA-AAAA", HERE, NOW)
    for right_or_wrong in ("AAAA-AAAA-AAAA", code):
        with pytest.raises(TooManyGuesses) as caught:
            join(store, guesser, right_or_wrong, HERE, NOW + timedelta(minutes=5))
        assert caught.value.seconds == 600
        assert str(caught.value) == (
            "Too many codes were tried from this network. Wait 10 minutes and try again."
        )
    assert join(store, new_secret(), code, "198.51.100.7", NOW).outcome == "joined"
    assert join(store, guesser, code, HERE, NOW + timedelta(minutes=15)).outcome == "joined"


def test_one_household_of_ipv6_is_one_address(store: Store) -> None:
    for n in range(20):
        with pytest.raises(StoreError, match="No record has this code"):
            join(store, new_secret(), "AAAA-AAAA-AAAA", f"2001:db8:1:2::{n:x}", NOW)
    with pytest.raises(TooManyGuesses):
        join(store, new_secret(), "AAAA-AAAA-AAAA", "2001:db8:1:2:ffff::1", NOW)
    with pytest.raises(StoreError, match="No record has this code"):
        join(store, new_secret(), "AAAA-AAAA-AAAA", "2001:db8:1:3::1", NOW)


def test_a_class_behind_one_address_can_join(store: Store) -> None:
    code = make_code(store, learner(store), NOW)
    for _ in range(25):
        assert join(store, new_secret(), code, HERE, NOW).outcome == "joined"


def test_everything_of_a_learner_goes_and_nothing_of_others(store: Store) -> None:
    bystander, visitor = learner(store, 2), new_secret()
    kept = open_turn(store, visitor, item(), NOW)
    before = counts(store)
    one = learner(store, 3)
    two = new_secret()
    join(store, two, make_code(store, one, NOW), HERE, NOW)
    open_turn(store, two, item(), NOW)
    assert delete_record(store, two) == 3
    after = counts(store)
    # The count of attempts is by address and says nothing of the learner.
    assert {**after, "attempts": 0} == {**before, "attempts": 0}
    for secret in (one, two):
        assert not has_record(store, secret)
        assert answered_turns(store, secret) == ()
        assert latest_turn(store, secret) is None
    assert len(answered_turns(store, bystander)) == 2
    assert find_turn(store, visitor, kept.id) == kept


def test_deleting_nothing_touches_nobody(store: Store) -> None:
    visitor, other = new_secret(), new_secret()
    kept = open_turn(store, other, item(), NOW)
    open_turn(store, visitor, item(), NOW)
    assert delete_record(store, visitor) == 0
    assert delete_record(store, new_secret()) == 0
    assert find_turn(store, other, kept.id) == kept


def test_a_deleted_learner_can_begin_again(store: Store) -> None:
    secret = learner(store, 2)
    delete_record(store, secret)
    turn = open_turn(store, secret, item(), NOW)
    answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
    assert len(answered_turns(store, secret)) == 1


def test_deleted_answers_leave_the_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'quiz.sqlite3'}")
    secret = new_secret()
    turn = open_turn(store, secret, item(), NOW)
    answer_turn(store, secret, turn.id, "a very telling answer", RIGHT, NOW)

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("quiz.sqlite3*"))

    assert b"a very telling answer" in on_disk()
    delete_record(store, secret)
    assert b"a very telling answer" not in on_disk()
    store.close()


def test_no_secret_code_or_address_is_in_the_database(store: Store) -> None:
    secret = learner(store)
    code = make_code(store, secret, NOW)
    with pytest.raises(StoreError):
        join(store, secret, "AAAA-AAAA-AAAA", HERE, NOW)
    with store.reading() as connection:
        told = " ".join(
            str(tuple(row))
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )
    for private in (secret, code, code.replace("-", ""), HERE):
        assert private not in told


def test_visitors_are_forgotten_after_a_month(store: Store) -> None:
    stayed, left = learner(store, 1), new_secret()
    open_turn(store, left, item(), NOW)
    unanswered = open_turn(store, stayed, item(), NOW)
    assert forget_visitors(store, NOW + timedelta(days=29)) == 0
    recent = open_turn(store, stayed, item(), NOW + timedelta(days=30))
    assert forget_visitors(store, NOW + timedelta(days=31)) == 1
    assert latest_turn(store, left) is None
    assert len(answered_turns(store, stayed)) == 1
    assert find_turn(store, stayed, recent.id) == recent
    with pytest.raises(StoreError):
        find_turn(store, stayed, unanswered.id)


def test_counted_attempts_are_forgotten(store: Store) -> None:
    with pytest.raises(StoreError):
        join(store, new_secret(), "AAAA-AAAA-AAAA", HERE, NOW)
    forget_visitors(store, NOW + timedelta(hours=23))
    assert counts(store)["attempts"] == 1
    forget_visitors(store, NOW + timedelta(hours=25))
    assert counts(store)["attempts"] == 0
