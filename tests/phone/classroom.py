"""A room, its host, phones that speak HTTP, and the phones' process, for tests."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from quizzes import items_json
from quizzes.classroom.room import Asked
from quizzes.item import Item
from quizzes.store import Kept, Opened, Store, click, create_room, host_room
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# Rooms are limited by address; each host has one.
_NUMBER = count(1)
Form = Mapping[str, object]


def now() -> datetime:
    return datetime.now(UTC)


class Host:
    """Whoever runs a room."""

    def __init__(
        self, store: Store, questions: Sequence[Asked], own: Sequence[Item] = (), **settings: object
    ) -> None:
        self.store = store
        own_items = items_json(own) if own else ""
        self.room: Opened = create_room(
            store,
            "A deck",
            questions,
            now(),
            f"host {next(_NUMBER)}",
            own_items=own_items,
            settings=settings,
        )

    def click(self, *commands: str, value: object = None) -> Kept:
        for command in commands:
            version = host_room(self.store, self.room.host_secret).room.version
            kept = click(self.store, self.room.host_secret, command, value, version, now())
        return kept


class Server:
    """The phones' process."""

    def __init__(self, address: str, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.log = folder / f"phone-{self.port}.log"
        self.environment = {**os.environ, "DATABASE_URL": address, **more}
        self.start()

    def start(self) -> None:
        """Start it and wait until it serves."""
        command = [sys.executable, "-m", "pages.classroom.phone", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                if Phone(self.port).get("/healthz").status == 200:
                    return
            except OSError:
                alive = self.process.poll() is None and time.monotonic() < end
                assert alive, self.log.read_text()
                time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


@contextmanager
def serving(address: str, folder: Path, **more: str) -> Iterator[Server]:
    """The phones' process on a free port."""
    server = Server(address, folder, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@dataclass(frozen=True)
class Reply:
    """What the server sent, byte by byte, and as text."""

    status: int
    headers: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}: (.*)$", self.headers, re.IGNORECASE | re.MULTILINE)
        return found[1].strip() if found else ""


@dataclass
class Phone:
    """One phone; keeps everything it was ever sent."""

    port: int
    me: str = ""
    cookie: str = ""
    heard: list[bytes] = field(default_factory=list)

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        more = {"Cookie": self.cookie} if self.cookie else {}
        line.request(method, path, body or None, {**more, **(headers or {})})
        answer = line.getresponse()
        lines = "\n".join(f"{name}: {value}" for name, value in answer.getheaders())
        reply = Reply(answer.status, lines, answer.read())
        line.close()
        self.heard += [lines.encode(), reply.body]
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, form: Form, *, script: bool = False) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if script:
            headers["X-Phone"] = "1"
        return self.send("POST", path, urlencode(form, doseq=True).encode(), headers)

    def join(self, code: str, name: str = "") -> "Phone":
        reply = self.post(f"/p/{code}", {"name": name})
        assert reply.status == 303, reply.text
        self.me = reply.header("location")
        self.cookie = reply.header("set-cookie").partition(";")[0]
        return self

    @property
    def token(self) -> str:
        return self.me.rpartition("/")[2]

    def see(self) -> str:
        reply = self.get(f"{self.me}/view")
        assert reply.status == 200, reply.text
        return reply.text

    def answer(self, answer: object, position: int = 0, round: int = 1) -> dict[str, Any]:
        form = {"position": position, "round": round}
        given = answer if isinstance(answer, dict) else {"answer": answer}
        return self.post(f"{self.me}/answer", form | given, script=True).said


class Ear:
    """Listens to a room's events in a thread of its own."""

    def __init__(self, phone: Phone) -> None:
        self.raw = bytearray()
        self.events: list[tuple[str, Any]] = []
        self.socket = socket.create_connection(("127.0.0.1", phone.port), timeout=60)
        self.socket.sendall(f"GET {phone.me}/events HTTP/1.0\r\n\r\n".encode())
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        name = ""
        try:
            with self.socket.makefile("rb") as lines:
                for line in lines:
                    self.raw += line
                    if line.startswith(b"event: "):
                        name = line[7:].strip().decode()
                    elif line.startswith(b"data: "):
                        self.events.append((name, json.loads(line[6:])))
        except OSError:
            pass

    def wait_for(self, name: str, seconds: float = 10, after: int = 0) -> Any:
        """The data of the first event of a name, from the event of number `after`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for heard, data in self.events[after:]:
                if heard == name:
                    return data
            time.sleep(0.02)
        raise AssertionError(f"no {name!r} in {seconds} s, only {self.events[after:]}")

    def close(self) -> None:
        # The thread that reads would keep a closed socket open.
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def eventually(check: Any, seconds: float = 10) -> Any:
    """What `check` returns as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found
