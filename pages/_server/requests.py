"""What every request passes on its way in: it is counted, and refused where too much is open."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Any

from starlette.routing import Mount

from pages._server.logs import event
from pages._server.metrics import REFUSED_SESSIONS, REQUESTS

LOG = logging.getLogger(__name__)
SLOW_SECONDS = 5.0
# A browser speaks as soon as its line is open; who only holds one leaves it to somebody else.
SILENT_SECONDS = 20.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
TRY_AGAIN_LATER = 1013
FULL = """<!doctype html><html lang="en"><meta charset="utf-8"><title>One moment</title>
<meta http-equiv="refresh" content="20"><meta name="viewport" content="width=device-width">
<h1>One moment</h1>
<p>Very many people are here just now. This page tries again every 20 seconds.</p></html>
"""


def route_of(scope: Any) -> str:
    """The pattern of a request's address, without what stands in it: "/p/me/{token}"."""
    route = scope.get("route")
    if route is None:
        return "unmatched"
    # What is mounted has its own path in `root_path` already.
    own = "" if isinstance(route, Mount) and scope.get("root_path") else getattr(route, "path", "")
    return f"{scope.get('root_path', '')}{own}" or "/"


class Count:
    """Counts requests by pattern and logs them so; tokens and codes stand in addresses."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request and remember how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status, kind = perf_counter(), 500, b""

        async def watch(message: Any) -> None:
            nonlocal status, kind
            if message["type"] == "http.response.start":
                status = message["status"]
                kind = dict(message["headers"]).get(b"content-type", b"")
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            seconds = perf_counter() - begun
            route = route_of(scope)
            REQUESTS.labels(route, str(status)).inc()
            # A stream of events is open for as long as its phone listens.
            slow = seconds > SLOW_SECONDS and not kind.startswith(b"text/event-stream")
            level = logging.WARNING if slow or status >= 500 else logging.DEBUG
            event(
                LOG,
                level,
                "request",
                route=route,
                method=scope["method"] if scope["method"] in METHODS else "other",
                status=status,
                ms=round(1000 * seconds, 1),
            )


class Sessions:
    """How many sessions of the app are open."""

    def __init__(self) -> None:
        self.n = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Count one while the block runs."""
        self.n += 1
        try:
            yield
        finally:
            self.n -= 1


class Limit:
    """Counts the sessions of the app and lets in no more than it has room for.

    A limit for each address would shut out a class, which comes from one; so all share one limit.
    Streamlit runs one script at a time for each session, so it limits long computations as well.

    Parameters
    ----------
    most : sessions at once.
    apart : folders whose pages need no session, "/p/".
    patience : seconds until a session has to say something.
    """

    def __init__(
        self,
        app: Any,
        most: int,
        sessions: Sessions,
        apart: tuple[str, ...],
        patience: float = SILENT_SECONDS,
    ) -> None:
        self._app = app
        self._patience = patience
        self._most = most
        self._sessions = sessions
        self._apart = apart

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, or say that there is no room."""
        if scope["type"] == "websocket":
            await self._talk(scope, receive, send)
            return
        is_full = self._sessions.n >= self._most
        if is_full and scope["type"] == "http" and self._opens_page(scope):
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"20")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": FULL.encode()})
            return
        await self._app(scope, receive, send)

    async def _talk(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a session, which counts from its first word on: a silent line is no visitor."""
        if self._sessions.n >= self._most:
            REFUSED_SESSIONS.inc()
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        with ExitStack() as counted:
            is_counted = False

            async def hear() -> Any:
                nonlocal is_counted
                if is_counted:
                    return await receive()
                try:
                    async with asyncio.timeout(self._patience):
                        message = await receive()
                except TimeoutError:
                    return await hang_up()
                if message["type"] == "websocket.receive":
                    if self._sessions.n >= self._most:
                        REFUSED_SESSIONS.inc()
                        return await hang_up()
                    is_counted = True
                    counted.enter_context(self._sessions.one_more())
                return message

            async def hang_up() -> Any:
                await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
                return {"type": "websocket.disconnect", "code": TRY_AGAIN_LATER}

            await self._app(scope, hear, send)

    def _opens_page(self, scope: Any) -> bool:
        wanted = dict(scope["headers"]).get(b"accept", b"")
        path = f"{scope['path']}/"
        return b"text/html" in wanted and not path.startswith(self._apart)
