"""A visitor of the pages: loads one, keeps the cookie, and talks by websocket."""

import http.client
import re
import ssl
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    """One answer by HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(port: int, path: str, method: str = "GET", *, secure: bool = False, **more: str) -> Answer:
    """Send one request.

    Parameters
    ----------
    secure : with encryption; nobody signs a test's certificate, so it is not checked.
    more : headers, with `_` for `-`.
    """
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    if secure:
        trusting = ssl._create_unverified_context()
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            "localhost", port, timeout=PATIENCE, context=trusting
        )
    else:
        line = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        line.close()


def get(port: int, path: str, **more: str) -> Answer:
    return ask(port, path, **more)


@dataclass
class Visitor:
    """One browser."""

    port: int
    cookie: str = ""
    page: str = ""
    seen: list[bytes] = field(default_factory=list)

    def load(self, path: str = "/") -> "Visitor":
        """Load the page and keep its cookie."""
        answer = get(self.port, path, **({"Cookie": self.cookie} if self.cookie else {}))
        assert answer.status == 200, answer.body
        self.page = answer.body.decode()
        given = re.search(r"learner=[^;]+", answer.headers.get("Set-Cookie", ""))
        self.cookie = given[0] if given else self.cookie
        return self

    def connect(self) -> ClientConnection:
        """Open the websocket."""
        return connect(
            f"ws://localhost:{self.port}/_stcore/stream",
            additional_headers={"Cookie": self.cookie},
            origin=f"http://localhost:{self.port}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            open_timeout=PATIENCE,
            max_size=None,
            proxy=None,
        )

    def look(self, page: str) -> str:
        """Run one page to its end and return what it showed, as text among other bytes."""
        self.seen.clear()
        with self.connect() as line:
            wish = BackMsg()
            wish.rerun_script.page_name = page
            line.send(wish.SerializeToString())
            end = time.monotonic() + PATIENCE
            finished = False
            while not finished:
                assert time.monotonic() < end, "the page did not come to its end"
                raw = line.recv(timeout=PATIENCE)
                assert isinstance(raw, bytes)
                self.seen.append(raw)
                news = ForwardMsg.FromString(raw)
                finished = news.WhichOneof("type") == "script_finished"
        return b"".join(self.seen).decode("utf-8", "replace")
