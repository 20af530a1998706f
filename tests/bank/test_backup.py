"""The store in a file and back: exactly, between both databases, from earlier versions."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text

from quizzes.store import (
    Limits,
    StoreError,
    answer_turn,
    answered_turns,
    create_room,
    delete_room,
    make_code,
    new_secret,
    open_store,
    open_turn,
    room_json,
    save_votes,
)
from quizzes.store.backup import back_up, restore
from quizzes.store.connect import unchanged_store
from tests.bank.databases import NOW, RIGHT, Server, item
from tests.bank.old_stores import make_old_store, revisions, rows_of
from tests.bank.one_by_one import join_room
from tests.bank.rooms import HERE, QUESTIONS, ballots, clicked, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Another empty database, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    server.run("CREATE DATABASE other")
    yield server.address("other")
    server.run("DROP DATABASE other WITH (FORCE)")


def fill(address: str) -> tuple[str, str]:
    """A learner and a room in the middle of a lesson; their secrets."""
    store = open_store(address)
    secret = new_secret()
    for given in (17, {"a": [1.5, None], "é": "\u2028 \x00'"}):
        turn = open_turn(store, secret, item(seed=2**40), NOW)
        answer_turn(store, secret, turn.id, given, RIGHT, NOW)
    make_code(store, secret, NOW)
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    assert save_votes(store, ballots(room, seats), NOW) == ["saved"] * 3
    # Its number must not be given again.
    gone = create_room(store, "gone", QUESTIONS, NOW, HERE)
    delete_room(store, gone.host_secret)
    store.close()
    return secret, room.host_secret


def test_what_is_restored_is_what_there_was(address: str, other: str, tmp_path: Path) -> None:
    secret, host_secret = fill(address)
    copied = back_up(address, tmp_path / "lab.jsonl.gz", NOW)
    assert copied.rows["votes"] == 3 and copied.rows["turns"] == 2
    assert restore(other, tmp_path / "lab.jsonl.gz") == copied
    old, new = open_store(address), open_store(other)
    assert answered_turns(new, secret) == answered_turns(old, secret)
    assert room_json(new, host_secret) == room_json(old, host_secret)
    again = [create_room(store, "next", QUESTIONS, NOW, HERE).id for store in (old, new)]
    assert again[0] == again[1] == 3
    join_room(new, again[1], "", NOW)
    old.close(), new.close()


def test_a_file_made_of_a_restored_store_is_the_same(
    address: str, other: str, tmp_path: Path
) -> None:
    fill(address)
    back_up(address, tmp_path / "one", NOW)
    restore(other, tmp_path / "one")
    back_up(other, tmp_path / "two", NOW)
    one, two = ((tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("revision", revisions())
def test_backups_of_every_earlier_version_can_be_restored(
    address: str, revision: str, other: str, tmp_path: Path
) -> None:
    before = make_old_store(address, revision)
    copied = back_up(address, tmp_path / "old", NOW)
    restore(other, tmp_path / "old")
    assert copied.rows == {name: len(rows) for name, rows in before.items()}
    store = open_store(other)
    with store.reading() as connection:
        after = {name: len(rows) for name, rows in rows_of(connection).items()}
    assert {name: after[name] for name in copied.rows} == copied.rows
    assert "rooms" in after
    store.close()


def test_a_store_that_holds_something_is_not_lost(address: str, tmp_path: Path) -> None:
    secret, _ = fill(address)
    back_up(address, tmp_path / "lab", NOW)
    late, _ = fill(address)
    with pytest.raises(StoreError, match=r"The store is not empty: it holds \d+ rows\."):
        restore(address, tmp_path / "lab")
    store = open_store(address)
    assert len(answered_turns(store, late)) == 2
    store.close()
    restore(address, tmp_path / "lab", replace=True)
    store = open_store(address)
    assert len(answered_turns(store, late)) == 0
    assert len(answered_turns(store, secret)) == 2
    store.close()


def test_tables_of_another_program_are_left_alone(address: str, tmp_path: Path) -> None:
    fill(address)
    back_up(address, tmp_path / "lab", NOW)
    store = open_store(address)
    with store.writing() as connection:
        Table("grades", MetaData(), Column("id", Integer)).create(connection)
    store.close()
    with pytest.raises(StoreError, match="the table 'grades', which is not of this program"):
        restore(address, tmp_path / "lab", replace=True)


def test_a_backup_is_of_one_moment_while_answers_come(address: str, tmp_path: Path) -> None:
    # The lesson opens many rooms from one address.
    store = open_store(address, Limits(rooms_per_hour=100_000))
    stop = threading.Event()

    def teach() -> None:
        while not stop.is_set():
            room, seats = opened(store, 2)
            clicked(store, room.host_secret, "start")
            save_votes(store, ballots(room, seats), NOW)
            delete_room(store, room.host_secret)

    lesson = threading.Thread(target=teach)
    lesson.start()
    try:
        for n in range(5):
            back_up(address, tmp_path / f"lab{n}", NOW)
    finally:
        stop.set()
        lesson.join(timeout=30)
    store.close()
    for n in range(5):
        read = [json.loads(line) for line in (tmp_path / f"lab{n}").read_text().splitlines()][1:-1]
        rows = [(name, values) for name, values in read if name in ("rooms", "players", "votes")]
        rooms = {values["id"] for name, values in rows if name == "rooms"}
        players = {values["id"] for name, values in rows if name == "players"}
        assert all(values["room_id"] in rooms for name, values in rows if name != "rooms")
        assert all(values["player_id"] in players for name, values in rows if name == "votes")


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "other", "packed"])
def test_a_damaged_file_changes_nothing(tmp_path: Path, harm: str) -> None:
    address, target = (f"sqlite:///{tmp_path / name}" for name in ("a.sqlite3", "b.sqlite3"))
    fill(address)
    secret, _ = fill(target)
    file = tmp_path / ("lab.gz" if harm == "packed" else "lab")
    back_up(address, file, NOW)
    whole = file.read_bytes()
    file.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "changed": whole.replace(b'"score": 1.0', b'"score": 0.5', 1),
            "empty": b"",
            "other": b'{"lecture": "notes"}\n',
            "packed": whole[:-20],
        }[harm]
    )
    with pytest.raises(StoreError, match="is no backup, or it is cut off or changed"):
        restore(target, file, replace=True)
    store = open_store(target)
    assert len(answered_turns(store, secret)) == 2
    store.close()


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    fill(address)
    store = unchanged_store(address)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    store.close()
    back_up(address, tmp_path / "lab", NOW)
    with pytest.raises(StoreError, match="made by a newer version of this program"):
        restore(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path / "lab")


def command(address: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as whoever hosts the lab does."""
    return subprocess.run(
        [sys.executable, "-m", "quizzes.store", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_two_commands(tmp_path: Path) -> None:
    address, target = (f"sqlite:///{tmp_path / name}" for name in ("a.sqlite3", "b.sqlite3"))
    secret, _ = fill(address)
    file = tmp_path / "lab.jsonl.gz"
    saved = command(address, "backup", str(file))
    assert saved.returncode == 0 and "3 votes" in saved.stdout, saved.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert gzip.decompress(file.read_bytes()).count(b"\n") > 10
    twice = command(address, "backup", str(file))
    assert twice.returncode == 1
    assert twice.stderr == f"The file '{file}' exists already. Choose another name.\n"
    back = command(target, "restore", str(file))
    assert back.returncode == 0 and back.stdout.startswith("Restored as of "), back.stderr
    assert command(target, "restore", str(file)).returncode == 1
    assert command(target, "restore", str(file), "--replace").returncode == 0
    store = open_store(target)
    assert len(answered_turns(store, secret)) == 2
    store.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["backup", "x"], "There is no database"),
        (["restore", "nothing"], "The file 'nothing' cannot be read: No such file or directory."),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = command(f"sqlite:///{tmp_path / 'none.sqlite3'}", *arguments)
    assert done.returncode == 1 and words in done.stderr and "Traceback" not in done.stderr
