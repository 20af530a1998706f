"""Who listens to which room, and how a host's click reaches them.

One task per process asks the store for the versions of the rooms that somebody listens to. When
one has changed, the same bytes go to all phones of that room; what differs from phone to phone is
fetched by each, at a moment of its own.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from anyio import to_thread

from quizzes.classroom.room import Room, is_open
from quizzes.store import Store, StoreError
from quizzes.store.rooms import Kept, room_by_id, versions

LOG = logging.getLogger(__name__)
EVERY = 0.25
SPREAD_MS = 800
HEARTBEAT = 15.0
MAX_KEPT = 200


@dataclass(slots=True)
class _Hearing:
    """The listeners of one room, and what they know."""

    kept: Kept
    queues: set[asyncio.Queue[bytes]] = field(default_factory=set)
    was_open: bool = False


def event(name: str, data: object) -> bytes:
    """One server-sent event; JSON keeps it on one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


class Hall:
    """The rooms that this process serves.

    Parameters
    ----------
    store : shared with the hosts' pages.
    shared_view : what all phones of a room show at once, as HTML; None where they differ.
    clock : seconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        shared_view: Callable[[Kept, float], str | None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.clock = clock
        self._shared_view = shared_view
        self._heard: dict[int, _Hearing] = {}
        self._kept: OrderedDict[int, tuple[float, Kept]] = OrderedDict()
        self._watch: asyncio.Task[None] | None = None

    async def kept(self, room_id: int) -> Kept:
        """The room as it was at most a poll ago."""
        hearing = self._heard.get(room_id)
        if hearing is not None:
            return hearing.kept
        found = self._kept.get(room_id)
        if found is None or time.monotonic() - found[0] > EVERY:
            found = (time.monotonic(), await to_thread.run_sync(room_by_id, self.store, room_id))
            self._kept[room_id] = found
            self._kept.move_to_end(room_id)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return found[1]

    async def listen(self, room_id: int) -> AsyncIterator[bytes]:
        """The events of a room, a comment now and then, without an end."""
        kept = await self.kept(room_id)
        hearing = self._heard.setdefault(room_id, _Hearing(kept, was_open=self._open(kept.room)))
        queue: asyncio.Queue[bytes] = asyncio.Queue(maxsize=20)
        hearing.queues.add(queue)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watching())
        try:
            yield b"retry: 1000\n" + event("hello", hearing.kept.room.version)
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            hearing.queues.discard(queue)
            if not hearing.queues and self._heard.get(room_id) is hearing:
                del self._heard[room_id]

    async def close(self) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch

    def _open(self, room: Room) -> bool:
        return is_open(room, self.clock())

    async def _watching(self) -> None:
        while self._heard:
            await asyncio.sleep(EVERY)
            try:
                await self._look()
            except StoreError:
                LOG.warning("the store does not answer; trying again")
            except Exception:
                LOG.exception("watching the rooms")

    async def _look(self) -> None:
        """Find out which rooms have changed, and tell their phones."""
        ids = list(self._heard)
        now_at = await to_thread.run_sync(versions, self.store, ids)
        for room_id in ids:
            hearing = self._heard.get(room_id)
            if hearing is None:
                continue
            if now_at.get(room_id) != hearing.kept.room.version:
                hearing.kept = await to_thread.run_sync(room_by_id, self.store, room_id)
                hearing.was_open = self._open(hearing.kept.room)
                await self._tell(hearing)
            elif hearing.was_open and not self._open(hearing.kept.room):
                hearing.was_open = False  # the timer has run out
                await self._tell(hearing)

    async def _tell(self, hearing: _Hearing) -> None:
        version = hearing.kept.room.version
        html = await to_thread.run_sync(self._shared_view, hearing.kept, self.clock())
        if html is None:
            news = event("fetch", {"version": version, "spread": SPREAD_MS})
        else:
            news = event("show", {"version": version, "html": html})
        for queue in hearing.queues:
            if queue.full():  # a phone that reads nothing: it fetches what it missed
                with contextlib.suppress(asyncio.QueueEmpty):
                    queue.get_nowait()
            queue.put_nowait(news)


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a moment with its time zone."""
    return datetime.fromtimestamp(seconds, UTC)
