"""As many pages as there is room for, and a word for whoever comes later."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from pages._server.requests import Limit, Sessions
from quizzes.store import Store
from tests.ops.processes import App, get, number, serving
from tests.ops.test_watching import QUESTIONS
from tests.phone.classroom import Host, Phone, eventually

AT_MOST = 10.0
HTML = {"Accept": "text/html,application/xhtml+xml"}


def line(port: int) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port}/_stcore/stream", origin=f"http://127.0.0.1:{port}")


@contextmanager
def session(port: int) -> Iterator[ClientConnection]:
    """A line with somebody at its end: a browser asks for its page at once."""
    wanted = BackMsg()
    wanted.rerun_script.query_string = ""
    with line(port) as opened:
        opened.send(wanted.SerializeToString())
        opened.recv(timeout=20)
        yield opened


def test_a_full_app_says_so_and_keeps_its_phones(
    store: Store, address: str, tmp_path: Path
) -> None:
    with serving(App, address, tmp_path, MAX_SESSIONS="2") as server, ExitStack() as stack:
        first, second = (stack.enter_context(session(server.port)) for _ in range(2))
        assert number(server.port, "lab_sessions_open") == 2
        for page in ("/", "/playground", "/tails?seed=1"):
            status, text = get(server.port, page, **HTML)
            assert status == 503 and "Very many people are here just now." in text
        with pytest.raises(InvalidStatus) as refused, line(server.port):
            pass
        assert refused.value.response.status_code == 403
        assert number(server.port, "lab_sessions_refused_total") == 1
        # Phones and watchers need no session.
        phone = Phone(server.port).join(Host(store, QUESTIONS).room.room.code)
        assert get(server.port, phone.me, **HTML)[0] == 200
        assert get(server.port, "/readyz", **HTML)[0] == 200
        first.close()
        eventually(lambda: get(server.port, "/tails", **HTML)[0] == 200, 20)
        with session(server.port):
            assert number(server.port, "lab_sessions_open") == 2
        assert second.state.name == "OPEN"


def test_who_holds_lines_and_says_nothing_keeps_nobody_out(address: str, tmp_path: Path) -> None:
    with serving(App, address, tmp_path, MAX_SESSIONS="2") as server, ExitStack() as stack:
        silent = [stack.enter_context(line(server.port)) for _ in range(5)]
        assert get(server.port, "/tails", **HTML)[0] == 200
        people = [stack.enter_context(session(server.port)) for _ in range(2)]
        assert number(server.port, "lab_sessions_open") == 2
        # Who has held a line since before it was full finds it full, too.
        wanted = BackMsg()
        wanted.rerun_script.query_string = ""
        silent[0].send(wanted.SerializeToString())
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                silent[0].recv(timeout=20)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013
        assert number(server.port, "lab_sessions_open") == 2
        assert all(one.state.name == "OPEN" for one in people)


def test_a_silent_line_is_hung_up() -> None:
    said: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        said.append((await receive())["type"])

    async def never() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        said.append((message["type"], message["code"]))

    limit = Limit(app, 2, Sessions(), (), patience=0.01)
    asyncio.run(limit({"type": "websocket"}, never, send))
    assert said == [("websocket.close", 1013), "websocket.disconnect"]


def test_open_pages_do_not_keep_a_process_that_stops(address: str, tmp_path: Path) -> None:
    with serving(App, address, tmp_path) as server, session(server.port) as page:
        begun = time.monotonic()
        server.process.terminate()
        server.process.wait(timeout=AT_MOST)
        assert time.monotonic() - begun < AT_MOST
        # "Service restart": the browser comes back by itself.
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                page.recv(timeout=5)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
