"""What a lesson survives: a killed server, a restarted database, retries, tabs, a full disk."""

import json
import os
import shutil
import subprocess
import threading
import time
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest

from quizzes.store import (
    counts,
    forget_rooms,
    votes_of,
)
from tests.bank.databases import Server as Postgres
from tests.bank.one_by_one import ballots_of_player, player_of
from tests.phone.classroom import Ear, Phone, eventually, now, serving
from tests.phone.lesson import LATE, lesson, responses


def test_a_killed_server_loses_no_acknowledged_answer_and_phones_come_back(
    address: str, tmp_path: Path
) -> None:
    with lesson(address, tmp_path, 20) as (server, host, phones):
        host.click("start")
        last: dict[int, tuple[str, bool]] = {}

        def send(place: int) -> None:
            for attempt in range(200):
                answer = str((attempt + place) % 3)
                try:
                    saved = phones[place].answer(answer)["saved"]
                except (OSError, HTTPException, json.JSONDecodeError):
                    # Not acknowledged: it may be on disk all the same.
                    last[place] = (answer, False)
                    return
                assert saved
                last[place] = (answer, True)

        senders = [threading.Thread(target=send, args=(place,)) for place in range(len(phones))]
        for sender in senders:
            sender.start()
        eventually(lambda: len(last) == len(phones), 30)
        server.kill()
        for sender in senders:
            sender.join(timeout=30)
        assert all(not acknowledged for _, acknowledged in last.values())
        for phone in phones:
            ((position, round, _),) = responses(host.store, phone)
            assert (position, round) == (0, 1)
        server.start()
        begun = time.monotonic()
        for phone in phones:
            ear = Ear(phone)
            assert ear.wait_for("hello", 5) == "1"
            assert "Saved: " in phone.see()
            ear.close()
        assert time.monotonic() - begun < 5
        # The phones send again what was not acknowledged: it counts once.
        for place, phone in enumerate(phones):
            assert phone.answer(last[place][0])["saved"]
            assert responses(host.store, phone) == [(0, 1, last[place][0])]
        assert counts(host.store, host.room.id).answers == len(phones)
        assert len(votes_of(host.store, host.room.id)) == len(phones)


def test_an_acknowledged_answer_is_on_disk_before_the_phone_is_told(
    address: str, tmp_path: Path
) -> None:
    with lesson(address, tmp_path, 1) as (server, host, (phone,)):
        host.click("start")
        for answer in ("0", "1", "2"):
            assert phone.answer(answer)["saved"]
            server.kill()
            assert responses(host.store, phone) == [(0, 1, answer)]
            server.start()


def test_a_restarted_database_is_found_again(postgresql: Postgres, tmp_path: Path) -> None:
    postgresql.run("CREATE DATABASE room")
    with lesson(postgresql.address("room"), tmp_path, 2) as (_, host, (phone, other)):
        host.click("start")
        ear = Ear(phone)
        ear.wait_for("hello")
        assert phone.answer("0")["saved"]
        postgresql.stop()
        said = phone.answer("1")
        assert said["saved"] is False and said["again"] is True
        assert "The database does not answer." in said["words"]
        page = other.get(other.me)
        assert page.status == 503 and "tries again by itself" in page.text
        newcomer = Phone(phone.port).post(f"/p/{host.room.room.code}", {"name": "x"})
        assert newcomer.status == 503
        postgresql.start()
        eventually(lambda: phone.answer("1")["saved"], 15)
        assert responses(host.store, phone) == [(0, 1, "1")]
        known = len(ear.events)
        host.click("close")
        ear.wait_for("fetch", after=known)
        assert "Your answer" in phone.see()
        ear.close()


def test_a_retry_is_not_a_second_answer_even_after_the_vote(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start")
        assert phone.answer("1")["saved"]
        player, _ = player_of(host.store, phone.token)
        (first,) = ballots_of_player(host.store, player.id)
        for _ in range(2):
            assert phone.answer("1")["saved"]
        host.click("close")
        # The acknowledgement was lost on its way: the same answer again gets the same words.
        assert phone.answer("1")["saved"]
        told = {"words": LATE, "html": f"<p>{LATE}</p>\n"}
        assert phone.answer("2") == {**told, "saved": False, "reload": True, "again": False}
        host.click("reveal", "next")
        assert phone.answer("1")["saved"]
        assert phone.answer("0")["words"] == LATE
        assert responses(host.store, phone) == [(0, 1, "1")]
        assert ballots_of_player(host.store, player.id) == (first,)


def test_the_last_answer_before_closing_counts(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start")
        for answer in ("0", "1", "2", "1"):
            assert phone.answer(answer)["saved"]
        host.click("close", "again")
        assert phone.answer("2", round=2)["saved"]
        assert responses(host.store, phone) == [(0, 1, "1"), (0, 2, "2")]


def test_a_room_whose_host_never_returns_ends(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start")
        assert phone.answer("0")["saved"]
        ear = Ear(phone)
        ear.wait_for("hello")
        forget_rooms(host.store, now() + timedelta(hours=25))
        ear.wait_for("fetch")
        assert "That was it" in phone.see()
        assert phone.answer("1")["words"] == LATE
        forget_rooms(host.store, now() + timedelta(days=60))
        eventually(
            lambda: (
                [data for name, data in ear.events if name == "fetch"][-1]["version"] == "deleted"
            )
        )
        eventually(lambda: phone.get(f"{phone.me}/view").status == 404)
        ear.close()


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("mount"), reason="a small disk needs root")
def test_a_full_disk_says_so_and_writes_nothing_half(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        with lesson(f"sqlite:///{folder / 'room.sqlite3'}", tmp_path, 2) as (_, host, phones):
            host.click("start")
            assert phones[0].answer("0")["saved"]
            filler = folder / "filler"
            with pytest.raises(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 4096)
            # What is left of the log's last page may take one more.
            refused = eventually(
                lambda: next(
                    (
                        said
                        for said in (p.answer(str(n % 3)) for n in range(40) for p in phones)
                        if not said["saved"]
                    ),
                    None,
                ),
                60,
            )
            assert "The disk of the server is full." in refused["words"], refused
            before = [responses(host.store, phone) for phone in phones]
            assert all(len(own) <= 1 for own in before)
            filler.unlink()
            assert phones[0].answer("2")["saved"]
            assert responses(host.store, phones[0]) == [(0, 1, "2")]
            with host.store.reading() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_process_that_has_not_heard_of_a_click_looks_again(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)), serving(address, tmp_path) as second:
        host.click("start")
        behind = Phone(second.port, phone.me)
        ear = Ear(behind)
        ear.wait_for("hello")
        for command, shown in (("close", "<h1>Closed</h1>"), ("again", 'value="2"')):
            version = host.click(command).room.version
            # The first process has told the phone; its next request reaches the second.
            assert shown in behind.get(f"{phone.me}/view?at={version}").text
        assert behind.answer("1", round=2)["saved"]
        for nonsense in ("99", "x", "-", "9" * 50, "deleted", "%00"):
            assert behind.get(f"{phone.me}/view?at={nonsense}").status == 200
        ear.close()
