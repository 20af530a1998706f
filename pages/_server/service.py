"""One process as whoever runs it sees it: alive, ready, counted, and stopped without a loss."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Protocol

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pages._server.logs import event
from pages._server.metrics import REGISTRY, Numbers
from quizzes.store import Store, StoreError, check_store, count_open_rooms, forget

LOG = logging.getLogger(__name__)
# A check is as good as new for so long, in seconds: many may ask.
FRESH = 1.0
ROOMS_FRESH = 10.0
PATIENCE = 5.0
# A server may run for months: what is to be deleted goes so often, in seconds.
FORGETS_EVERY = 3600.0
# Phones go elsewhere while this process still answers; then it ends, at the latest so late.
LEAVING = 0.5
DEADLINE = 8.0
NEVER_KEPT = {"Cache-Control": "no-store"}


class Phones(Protocol):
    """What the service needs of the phone application."""

    async def store(self) -> Store:
        """The open store."""

    def n_listening(self) -> int:
        """How many phones listen."""

    def leave(self) -> None:
        """Send the phones to another process."""

    async def finish(self) -> None:
        """Wait until what was accepted is on disk."""


class Service:
    """The addresses by which a process is watched, and its end.

    Parameters
    ----------
    phones : the phone application of this process.
    n_sessions : how many sessions of the app are open; None where there is no app.
    forgets_every : seconds until what has been kept as long as promised is deleted again.
    """

    def __init__(
        self,
        phones: Phones,
        n_sessions: Callable[[], int] | None = None,
        forgets_every: float = FORGETS_EVERY,
    ) -> None:
        self.is_stopping = False
        self._forgets_every = forgets_every
        self._phones = phones
        self._store: Store | None = None
        self._checked: tuple[float, str] = (-FRESH, "")
        self._rooms: tuple[float, int | None] = (-ROOMS_FRESH, None)
        gauges: dict[tuple[str, str], Callable[[], float | None]] = {
            ("lab_phones_connected", "Phones that listen to a room."): phones.n_listening,
            ("lab_rooms_open", "Rooms in the store that have not ended."): lambda: self._rooms[1],
        }
        if n_sessions is not None:
            gauges["lab_sessions_open", "Open pages of the app."] = n_sessions
        totals: dict[tuple[str, str], Callable[[], float | None]] = {
            (
                "lab_database_errors",
                "Times that the database complained or did not answer.",
            ): self._n_complaints
        }
        REGISTRY.register(Numbers(gauges, totals))

    def _n_complaints(self) -> int | None:
        return None if self._store is None else self._store.complaints.n

    def routes(self) -> list[Any]:
        """The addresses, for the top of an application."""
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]

    async def alive(self, _: Request) -> Response:
        """Whether the process answers."""
        return PlainTextResponse("ok", headers=NEVER_KEPT)

    async def ready(self, _: Request) -> Response:
        """Whether new visitors should be sent here."""
        problem = "stopping" if self.is_stopping else await self._problem()
        return PlainTextResponse(problem or "ready", 503 if problem else 200, headers=NEVER_KEPT)

    async def metrics(self, _: Request) -> Response:
        """All numbers, as text."""
        await self._count_rooms()
        made = generate_latest(REGISTRY)
        return Response(made, headers=NEVER_KEPT | {"Content-Type": CONTENT_TYPE_LATEST})

    async def _problem(self) -> str:
        """What keeps the store from working, "" if nothing does."""
        if time.monotonic() - self._checked[0] >= FRESH:
            try:
                async with asyncio.timeout(PATIENCE):
                    self._store = await self._phones.store()
                    await to_thread.run_sync(check_store, self._store, abandon_on_cancel=True)
                problem = ""
            except TimeoutError:
                problem = "The database does not answer in time."
            except StoreError as error:
                problem = error.problem
            self._checked = time.monotonic(), problem
        return self._checked[1]

    async def _count_rooms(self) -> None:
        if time.monotonic() - self._rooms[0] < ROOMS_FRESH:
            return
        number = None
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                self._store = await self._phones.store()
                number = await to_thread.run_sync(
                    count_open_rooms, self._store, abandon_on_cancel=True
                )
        self._rooms = time.monotonic(), number

    async def _forgetting(self) -> None:
        """Delete what is not to be kept, again and again; a database may be away for a while."""
        while True:
            with suppress(StoreError):
                store = await self._phones.store()
                await to_thread.run_sync(forget, store, datetime.now(UTC), abandon_on_cancel=True)
            await asyncio.sleep(self._forgets_every)

    # --- start and end ---------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the store at once, and stop in order when the process is told to."""
        before = self._listen_to_signals()
        watching = [asyncio.create_task(work()) for work in (self._problem, self._forgetting)]
        event(LOG, logging.INFO, "started", process=os.getpid())
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            self._stop_being_ready()
            await self._phones.finish()
            for number, handler in before.items():
                signal.signal(number, handler)
            event(LOG, logging.INFO, "stopped", process=os.getpid())

    def _listen_to_signals(self) -> dict[int, Any]:
        """Be told of a signal before the server is, which then waits for open connections."""
        if threading.current_thread() is not threading.main_thread():
            return {}
        loop = asyncio.get_running_loop()
        theirs = {sig: signal.getsignal(sig) for sig in (signal.SIGTERM, signal.SIGINT)}

        def stop(number: int) -> None:
            handler = theirs[signal.Signals(number)]
            wait = 0.0
            if not self.is_stopping:
                self._stop_being_ready()
                # Who presses Ctrl+C waits for the end; whoever sends SIGTERM has another process.
                wait = LEAVING if number == signal.SIGTERM and self._phones.n_listening() else 0
                self._phones.leave()
                # What hangs must not keep the process: everything acknowledged is on disk.
                late = threading.Timer(DEADLINE, os._exit, (0,))
                late.daemon = True
                late.start()
            if callable(handler):
                loop.call_later(wait, handler, number, None)

        for sig, handler in theirs.items():
            if callable(handler):
                signal.signal(sig, lambda number, _: loop.call_soon_threadsafe(stop, number))
        return dict(theirs)

    def _stop_being_ready(self) -> None:
        if not self.is_stopping:
            self.is_stopping = True
            event(LOG, logging.INFO, "stopping", phones=self._phones.n_listening())
