"""What the store survives: being killed, a restarted database, a full disk, a crowd."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from quizzes.store import (
    Store,
    StoreError,
    answer_turn,
    answered_turns,
    latest_turn,
    new_secret,
    open_store,
    open_turn,
)
from quizzes.store.connect import in_words
from tests.bank.databases import NOW, RIGHT, WRONG, Server, item, open_at_once
from tests.bank.one_by_one import find_turn, has_record

ROOT = Path(__file__).resolve().parents[2]


def spawn(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def dying(address: str, secret: str, moment: str) -> "subprocess.Popen[str]":
    return spawn("tests/bank/dying_learner.py", address, secret, moment)


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
def test_a_server_killed_around_an_answer_keeps_it_once(address: str, moment: str) -> None:
    secret = new_secret()
    process = dying(address, secret, moment)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    turn_id = printed.strip()
    store = open_store(address)
    found = latest_turn(store, secret)
    assert found is not None and found.id == turn_id
    kept = moment == "after the commit"
    assert (found.answer is not None) == kept
    assert has_record(store, secret) == kept
    # The browser tries again, and somebody has changed the answer meanwhile.
    for _ in range(2):
        again = answer_turn(store, secret, turn_id, 178, WRONG, NOW)
        assert again.answer is not None
        assert again.answer.response == (17 if kept else 178)
        assert again.answer.is_right == kept
    assert [turn.id for turn in answered_turns(store, secret)] == [turn_id]
    store.close()


def test_every_acknowledged_answer_survives_a_kill(address: str) -> None:
    secret = new_secret()
    process = dying(address, secret, "many")
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(25)]
    process.kill()
    acknowledged += process.stdout.read().split()
    process.wait(timeout=30)
    process.stdout.close()
    store = open_store(address)
    kept = [turn.id for turn in answered_turns(store, secret)]
    assert len(kept) == len(set(kept))
    whole = {turn_id for turn_id in acknowledged if len(turn_id) == 32}
    assert len(whole) >= 25
    assert whole <= set(kept)
    # At most the one answer that was on disk and not yet printed.
    assert len(set(kept) - whole) <= 1
    store.close()


def test_a_restarted_database_is_found_again(postgresql: Server) -> None:
    postgresql.run("CREATE DATABASE restarted")
    store = open_store(postgresql.address("restarted"))
    secret = new_secret()
    turn = open_turn(store, secret, item(), NOW)
    postgresql.stop()
    with pytest.raises(StoreError, match=r"Nothing was saved. The database does not answer."):
        answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
    postgresql.start()
    answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
    assert len(answered_turns(store, secret)) == 1
    store.close()


def test_a_full_disk_says_so_and_writes_nothing_half(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'quiz.sqlite3'}")
    secret = new_secret()
    turns = [open_turn(store, secret, item(), NOW) for _ in range(3)]
    answer_turn(store, secret, turns[0].id, 17, RIGHT, NOW)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as caught:
        answer_turn(store, secret, turns[1].id, "x" * 15_000, RIGHT, NOW)
    assert str(caught.value) == (
        "Nothing was saved. The disk of the server is full. Tell whoever runs it."
    )
    assert find_turn(store, secret, turns[1].id).answer is None
    assert len(answered_turns(store, secret)) == 1
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    answer_turn(store, secret, turns[1].id, "x" * 15_000, RIGHT, NOW)
    assert len(answered_turns(store, secret)) == 2
    store.close()


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (psycopg.errors.DiskFull("no"), "The disk of the server is full."),
        (psycopg.errors.DeadlockDetected("no"), "The database is busy."),
        (psycopg.errors.AdminShutdown("no"), "The database does not answer."),
        (psycopg.errors.UndefinedTable("no"), "The database refused."),
    ],
)
def test_complaints_of_postgresql_become_words(cause: Exception, words: str) -> None:
    with pytest.raises(StoreError, match=words), in_words("saved"):
        raise OperationalError("SELECT 1", {}, cause)


def test_several_processes_start_on_an_empty_database(address: str) -> None:
    open_at_once(address, 4)
    store = open_store(address)
    with store.reading() as connection:
        revisions = connection.execute(text("SELECT version_num FROM alembic_version")).all()
    assert len(revisions) == 1
    store.close()


def test_several_threads_start_on_an_empty_database(address: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_store, [address] * 6))
    for store in stores:
        store.close()


def test_threads_make_different_databases_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        addresses = [f"sqlite:///{tmp_path / str(n)}.sqlite3" for n in range(6)]
        for store in pool.map(open_store, addresses):
            secret = new_secret()
            open_turn(store, secret, item(), NOW)
            store.close()


def test_a_crowd_answers_at_once(store: Store) -> None:
    secrets = [new_secret() for _ in range(30)]

    def learn(secret: str) -> int:
        for _ in range(5):
            turn = open_turn(store, secret, item(), NOW)
            answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
        return len(answered_turns(store, secret))

    with ThreadPoolExecutor(15) as pool:
        assert list(pool.map(learn, secrets)) == [5] * 30


def test_two_tabs_answer_the_same_question_at_once(store: Store) -> None:
    secret = new_secret()
    for _ in range(5):
        turn = open_turn(store, secret, item(), NOW)

        def give(response: int, turn_id: str = turn.id) -> Any:
            given = answer_turn(store, secret, turn_id, response, RIGHT, NOW)
            return given.answer and given.answer.response

        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(give, range(4)))
        assert len(set(got)) == 1
    assert len(answered_turns(store, secret)) == 5


def test_tabs_of_a_new_learner_make_one_learner(store: Store) -> None:
    tabs, learners = 4, 8
    together = Barrier(tabs)

    def give(secret: str, turn_id: str) -> None:
        together.wait(timeout=30)
        answer_turn(store, secret, turn_id, 1, RIGHT, NOW)

    with ThreadPoolExecutor(tabs) as pool:
        for _ in range(learners):
            secret = new_secret()
            turns = [open_turn(store, secret, item(), NOW) for _ in range(tabs)]
            list(pool.map(lambda turn, secret=secret: give(secret, turn.id), turns))
            assert len(answered_turns(store, secret)) == tabs
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM learners")).scalar_one() == learners
