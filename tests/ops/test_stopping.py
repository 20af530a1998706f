"""A process that is told to stop: phones go on elsewhere, no answer is lost, the end comes soon."""

import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from pages.classroom.phone.hall import BACK_AFTER, BACK_SPREAD
from quizzes.classroom.room import Asked
from quizzes.store import Store
from tests.bank.one_by_one import ballots_of_player, player_of
from tests.ops.processes import App, get, serving
from tests.phone.classroom import Ear, Host, Phone, Server, eventually

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))
AT_MOST = 10.0


@pytest.mark.parametrize("kind", [Server, App])
def test_phones_are_sent_to_the_other_process(
    kind: type[Server], store: Store, address: str, tmp_path: Path
) -> None:
    with serving(kind, address, tmp_path) as first, serving(Server, address, tmp_path) as second:
        host = Host(store, QUESTIONS)
        phones = [Phone(first.port).join(host.room.room.code) for _ in range(8)]
        ears = [Ear(phone) for phone in phones]
        for ear in ears:
            ear.wait_for("hello")
        host.click("start")
        seen: list[tuple[int, str]] = []
        begun = time.monotonic()
        first.process.send_signal(signal.SIGTERM)
        while (reply := get(first.port, "/readyz"))[0]:
            seen.append(reply)
            time.sleep(0.02)
        # All are told, each to come back at another moment, and by then nobody answers here.
        waits = [ear.wait_for("leave")["wait"] for ear in ears]
        assert (503, "stopping") in seen
        assert seen.index((503, "stopping")) <= 5
        assert len(set(waits)) > 4
        assert all(BACK_AFTER <= wait < BACK_AFTER + BACK_SPREAD for wait in waits)
        assert all(
            f"retry: {wait}\n".encode() in ear.raw for wait, ear in zip(waits, ears, strict=True)
        )
        for ear in ears:
            ear.thread.join(timeout=5)
            assert not ear.thread.is_alive(), "the stream is closed by the server"
        first.process.wait(timeout=AT_MOST)
        assert time.monotonic() - begun < AT_MOST
        for phone in phones:
            phone.port = second.port
            ear = Ear(phone)
            assert ear.wait_for("hello") == "1"
            assert phone.answer("1")["saved"]
            ear.close()


def test_answers_on_their_way_are_acknowledged_or_not_taken(
    store: Store, address: str, tmp_path: Path
) -> None:
    with serving(Server, address, tmp_path) as server:
        host = Host(store, QUESTIONS)
        phones = [Phone(server.port).join(host.room.room.code) for _ in range(12)]
        ears = [Ear(phone) for phone in phones]
        for ear in ears:
            ear.wait_for("hello")
        host.click("start")
        last: dict[int, str] = {}
        unsure: dict[int, str] = {}

        def send(place: int) -> None:
            for attempt in range(10_000):
                answer = str((attempt + place) % 3)
                try:
                    assert phones[place].answer(answer)["saved"]
                except (OSError, ValueError):
                    unsure[place] = answer
                    return
                last[place] = answer

        senders = [threading.Thread(target=send, args=(place,)) for place in range(len(phones))]
        for sender in senders:
            sender.start()
        eventually(lambda: len(last) == len(phones), 30)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=AT_MOST)
        for sender in senders:
            sender.join(timeout=30)
        assert len(unsure) == len(phones)
        for place, phone in enumerate(phones):
            player, _ = player_of(store, phone.token)
            ((own),) = ballots_of_player(store, player.id)
            # What came after the last acknowledgement may be on disk; nothing else may.
            assert own.response in (last[place], unsure[place])


@pytest.mark.parametrize("kind", [Server, App])
def test_who_sends_slowly_does_not_keep_it(
    kind: type[Server], store: Store, address: str, tmp_path: Path
) -> None:
    with serving(kind, address, tmp_path) as server:
        host = Host(store, QUESTIONS)
        phone = Phone(server.port).join(host.room.room.code)
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            head = f"POST {phone.me}/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nposi"
            line.sendall(head.encode())
            time.sleep(0.3)
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(timeout=AT_MOST)
            assert time.monotonic() - begun < AT_MOST


def test_without_phones_it_ends_at_once(address: str, tmp_path: Path) -> None:
    with serving(Server, address, tmp_path) as server:
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=AT_MOST)
        assert time.monotonic() - begun < 3
        assert '"event": "stopped"' in server.log.read_text()
