"""What a live room survives: kill -9 in an open question, a restarted database, a full disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from quizzes.store import (
    Store,
    StoreError,
    answer_turn,
    answered_turns,
    click,
    connect,
    host_room,
    join,
    make_code,
    new_secret,
    open_store,
    open_turn,
    save_votes,
    versions,
    votes_of,
)
from tests.bank.databases import NOW, RIGHT, Server, item
from tests.bank.one_by_one import ballots_of_player, join_room, player_of
from tests.bank.rooms import ballot, ballots, clicked, opened

ROOT = Path(__file__).resolve().parents[2]


def dying(address: str, room: int, players: list[int], moment: str) -> "subprocess.Popen[str]":
    ids = ",".join(map(str, players))
    return subprocess.Popen(
        [sys.executable, "tests/bank/dying_room.py", address, str(room), ids, moment],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("moment", ["commit", "any"])
def test_no_acknowledged_vote_is_lost_or_doubled_by_a_kill(address: str, moment: str) -> None:
    store = open_store(address)
    room, seats = opened(store, 7)
    clicked(store, room.host_secret, "start")
    ids = [seat.player.id for seat in seats]
    process = dying(address, room.id, ids, moment)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(10)]
    if moment == "any":
        told += [process.stdout.readline() for _ in range(30)]
        process.kill()
    told += process.stdout.readlines()
    process.wait(timeout=30)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL
    acknowledged = {}
    for line in told:
        if line.endswith("\n"):
            player, response = map(int, line.split())
            acknowledged[player] = response
    assert len(acknowledged) == 7
    # The phones come back to the room as it was: the question is open, their answers are there.
    kept = host_room(store, room.host_secret).room
    assert kept.asked is not None and (kept.asked.phase, kept.version) == ("open", 1)
    for seat in seats:
        assert player_of(store, seat.token) == (seat.player, room.id)
        (own,) = ballots_of_player(store, seat.player.id)
        # Never an earlier one; a later one only from the batch whose acknowledgement was cut.
        assert own.response >= acknowledged[seat.player.id]
    newest = max(acknowledged.values())
    later = [v for v in votes_of(store, room.id) if int(v.answer) > newest]
    assert len(votes_of(store, room.id)) == 7
    assert len(later) <= (0 if moment == "commit" else 5)
    assert save_votes(store, ballots(room, seats), NOW) == ["saved"] * 7
    assert {vote.score for vote in votes_of(store, room.id)} == {1.0}
    store.close()


def test_a_restarted_database_finds_the_room_as_it_was(postgresql: Server) -> None:
    postgresql.run("CREATE DATABASE restarted_room")
    store = open_store(postgresql.address("restarted_room"))
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, ballots(room, seats[:1]), NOW)
    postgresql.stop()
    for deed in (
        lambda: save_votes(store, ballots(room, seats), NOW),
        lambda: versions(store, [room.id]),
        lambda: click(store, room.host_secret, "close", None, 1, NOW),
    ):
        with pytest.raises(StoreError, match="The database does not answer"):
            deed()
    postgresql.start()
    assert versions(store, [room.id]) == {room.id: 1}
    assert save_votes(store, ballots(room, seats), NOW) == ["saved"] * 3
    assert len(votes_of(store, room.id)) == 3
    store.close()


def test_a_full_disk_says_so_and_keeps_nothing_half(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'quiz.sqlite3'}")
    room, seats = opened(store, 40)
    clicked(store, room.host_secret, "start")
    assert save_votes(store, ballots(room, seats[:1]), NOW) == ["saved"]
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    long = [ballot(room, seat, "x" * 15_000) for seat in seats]
    full = "The disk of the server is full. Tell whoever runs it."
    with pytest.raises(StoreError) as caught:
        save_votes(store, long, NOW)
    assert str(caught.value) == f"Nothing was saved. {full}"
    with pytest.raises(StoreError, match="The disk of the server is full"):
        for _ in range(2_000):
            join_room(store, room.id, "", NOW)
    assert [vote.answer for vote in votes_of(store, room.id)] == ["B: answer"]
    assert player_of(store, seats[0].token)[1] == room.id
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert save_votes(store, long, NOW) == ["saved"] * 40
    store.close()


def test_a_database_from_before_there_were_rooms_keeps_its_records(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def to_the_first(config: Config, _: str) -> None:
        upgrade(config, "learners_and_turns")

    with monkeypatch.context() as patched:
        patched.setattr(connect.command, "upgrade", to_the_first)
        old = open_store(address)
    assert "rooms" not in inspect(old.engine).get_table_names()
    secret = new_secret()
    for _ in range(3):
        turn = open_turn(old, secret, item(), NOW)
        answer_turn(old, secret, turn.id, 17, RIGHT, NOW)
    code = make_code(old, secret, NOW)
    before = answered_turns(old, secret)
    old.close()
    store = open_store(address)
    assert answered_turns(store, secret) == before
    assert join(store, new_secret(), code, "203.0.113.5", NOW).n_answers == 3
    assert {"rooms", "players", "votes"} <= set(inspect(store.engine).get_table_names())
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    assert save_votes(store, ballots(room, seats), NOW) == ["saved"] * 3
    store.close()


def test_two_servers_share_a_room(address: str) -> None:
    one, other = open_store(address), open_store(address)
    room, seats = opened(one)
    clicked(other, room.host_secret, "start")
    assert versions(one, [room.id]) == {room.id: 1}
    assert save_votes(one, ballots(room, seats[:2]), NOW) == ["saved"] * 2
    assert save_votes(other, ballots(room, seats[1:]), NOW) == ["saved"] * 2
    assert _votes(one, room.id) == _votes(other, room.id) == [1, 2, 3]
    for store in (one, other):
        store.close()


def _votes(store: Store, id: int) -> list[int]:
    return [vote.player for vote in votes_of(store, id)]
