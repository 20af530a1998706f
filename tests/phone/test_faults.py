"""What a lesson survives: a killed server, a restarted database, retries, tabs, a full disk."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from quizzes.classroom.room import Asked
from quizzes.store import (
    Store,
    counts,
    forget_rooms,
    open_store,
    players_of,
    remove_player,
    votes_of,
)
from tests.bank.databases import Server as Postgres
from tests.bank.one_by_one import ballots_of_player, player_of
from tests.phone.classroom import Ear, Host, Phone, eventually, now, serving

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))
LATE = "This vote is closed: the answer came too late."


@contextmanager
def lesson(
    address: str, folder: Path, n: int = 1, **settings: object
) -> Iterator[tuple[Any, Host, list[Phone]]]:
    """The phones' process, a room and its phones."""
    store = open_store(address)
    try:
        with serving(address, folder) as server:
            host = Host(store, QUESTIONS, **settings)
            yield server, host, [Phone(server.port).join(host.room.room.code) for _ in range(n)]
    finally:
        store.close()


def responses(store: Store, phone: Phone) -> list[tuple[int, int, Any]]:
    player, _ = player_of(store, phone.token)
    return [(own.position, own.round, own.response) for own in ballots_of_player(store, player.id)]


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
        assert phone.answer("2") == {"saved": False, "words": LATE, "reload": True, "again": False}
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


def test_two_tabs_are_one_player(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        tab = Phone(phone.port, phone.me)
        ears = [Ear(phone), Ear(tab)]
        for ear in ears:
            ear.wait_for("hello")
        host.click("start")
        for ear in ears:
            assert "answer" in ear.wait_for("show")["html"]
        assert phone.answer("0")["saved"] and tab.answer("1")["saved"]
        assert "Saved: " in phone.see() and phone.see() == tab.see()
        assert responses(host.store, phone) == [(0, 1, "1")]
        assert counts(host.store, host.room.id).players == 1
        for ear in ears:
            ear.close()


def test_a_player_who_leaves_may_come_back_as_itself_or_as_another(
    address: str, tmp_path: Path
) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        code = host.room.room.code
        host.click("start")
        assert phone.answer("0")["saved"]
        door = phone.get(f"/p/{code}")
        assert f'href="{phone.me}"' in door.text and "You have been in this room" in door.text
        other = Phone(phone.port, cookie=phone.cookie).join(code, "Somebody")
        assert other.me != phone.me
        assert "Saved" not in other.see().partition('<p id="saved"')[2].partition("</p>")[0]
        assert other.answer("1")["saved"]
        assert responses(host.store, phone) == [(0, 1, "0")]
        assert responses(host.store, other) == [(0, 1, "1")]
        assert Phone(phone.port).get(f"/p/{code}").text.count("You have been") == 0


def test_a_phone_that_was_away_gets_the_room_as_it_is(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        ear = Ear(phone)
        assert ear.wait_for("hello") == "0"
        ear.close()
        host.click("start", "close", "reveal", "next")
        eventually(lambda: 'name="position" value="1"' in phone.see())
        again = Ear(phone)
        assert again.wait_for("hello") == "4"
        again.close()


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


def test_the_servers_timer_decides(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1, timer=5) as (_, host, (phone,)):
        ear = Ear(phone)
        ear.wait_for("hello")
        host.click("start")
        assert phone.answer("0")["saved"]
        data = ear.wait_for("fetch", 8)
        assert data["version"] == "1-closed"
        assert "<h1>Closed</h1>" in phone.see()
        # A phone whose clock is wrong, or whose form is still open.
        assert phone.answer("1")["words"] == LATE
        assert responses(host.store, phone) == [(0, 1, "0")]
        ear.close()


def test_a_removed_player_is_told_and_is_out(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 2) as (_, host, (phone, other)):
        ear = Ear(phone)
        ear.wait_for("hello")
        host.click("start")
        ear.wait_for("show")
        remove_player(host.store, host.room.host_secret, 1, now())
        ear.wait_for("fetch")
        assert "You have left this room" in phone.see()
        assert phone.answer("0") == {
            "saved": False,
            "words": "You are no longer in this room.",
            "reload": True,
            "again": False,
        }
        assert phone.get(f"{phone.me}/events").status == 204
        assert "You have been" not in phone.get(f"/p/{host.room.room.code}").text
        assert other.answer("0")["saved"]
        ear.close()


def test_everything_works_without_the_script(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start")
        eventually(lambda: 'name="position"' in phone.get(phone.me).text)
        form = {"position": "0", "round": "1", "answer": "1"}
        sent = phone.post(f"{phone.me}/answer", form)
        assert sent.status == 303 and sent.header("location") == phone.me
        assert "Saved: " in phone.get(phone.me).text
        host.click("close")
        late = phone.post(f"{phone.me}/answer", form | {"answer": "2"})
        assert late.status == 409 and LATE in late.text and "<h1>Closed</h1>" in late.text
        assert responses(host.store, phone) == [(0, 1, "1")]
        # Pages on which nothing is typed look again by themselves, also after a form was sent.
        again = f'<noscript><meta http-equiv="refresh" content="5; url={phone.me}"></noscript>'
        assert again in late.text
        for command, words, looks in (
            ("reveal", "Not yet", True),
            ("next", "<form", False),
            ("exit", "Before you go", False),
            ("end", "That was it", False),
        ):
            host.click(command)
            eventually(lambda words=words: words in phone.see())
            assert (again in phone.get(phone.me).text) == looks, command


def test_an_exit_ticket_can_be_changed_until_the_room_ends(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start", "exit")
        eventually(lambda: "Before you go" in phone.see())
        said = phone.answer({"ticket-0": "3", "ticket-2": "the pictures"}, -1)
        assert said["saved"] and said["words"] == "Saved. You can change it until the room ends."
        assert said["words"] in phone.see()
        assert phone.answer({"ticket-0": "2"}, -1)["saved"]
        assert responses(host.store, phone) == [(-3, 1, "the pictures"), (-1, 1, 2)]


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


def test_a_late_joiner_gets_the_current_question(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 0) as (server, host, _):
        host.click("start", "close", "reveal", "next")
        phone = Phone(server.port).join(host.room.room.code)
        assert 'name="position" value="1"' in eventually(lambda: phone.see())
        assert len(players_of(host.store, host.room.id)) == 1
