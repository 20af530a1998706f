"""Who listens to which room, and how a host's click reaches them.

One task per process asks the store for the versions of the rooms that somebody listens to. When
one has changed, the same bytes go to all phones of that room; what differs from phone to phone is
fetched by each, at a moment of its own.
"""

import asyncio
import json
import logging
import random
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from anyio import to_thread

from quizzes.classroom.room import Room, on_time
from quizzes.store import Kept, Player, Store, StoreError, players_of, room_by_id, versions

LOG = logging.getLogger(__name__)
EVERY = 0.25
SPREAD_MS = 800
HEARTBEAT = 15.0
MAX_KEPT = 200
MAX_QUEUED = 20
DELETED = "deleted"
# When this process ends, each phone comes back at a moment of its own, in milliseconds: no sooner
# than it has ended, so that it finds another process or the next one.
BACK_AFTER, BACK_SPREAD = 700, 2_000


@dataclass(slots=True)
class _Hearing:
    """The listeners of one room, and what they have been told."""

    kept: Kept
    told: str
    html: str | None = None
    queues: set[asyncio.Queue[bytes | None]] = field(default_factory=set)


def event(name: str, data: object) -> bytes:
    """One server-sent event; JSON keeps it on one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def stamp(room: Room, now: float) -> str:
    """Return what changes whenever phones have something else to show.

    The end of a timer is no click, so the version alone would hide it.
    """
    return f"{room.version}{'' if on_time(room, now) is room else '-closed'}"


class Hall:
    """The rooms that this process serves.

    Parameters
    ----------
    store : shared with the hosts' pages.
    shared_view : what all phones of a room show at once, as HTML; None where they differ.
    clock : seconds since 1970.
    on_click : called when a room has changed, in the event loop, after its phones know.
    """

    def __init__(
        self,
        store: Store,
        shared_view: Callable[[Kept, float], str | None],
        clock: Callable[[], float] = time.time,
        on_click: Callable[[Kept], None] = lambda kept: None,
    ) -> None:
        self.store = store
        self.clock = clock
        self._shared_view = shared_view
        self._on_click = on_click
        self._heard: dict[int, _Hearing] = {}
        self._kept: OrderedDict[int, tuple[float, asyncio.Task[Kept]]] = OrderedDict()
        self._rosters: OrderedDict[int, tuple[int, asyncio.Task[dict[int, Player]]]]
        self._rosters = OrderedDict()
        self._watch: asyncio.Task[None] | None = None
        self.is_leaving = False

    def n_listening(self) -> int:
        """How many phones listen."""
        return sum(len(hearing.queues) for hearing in self._heard.values())

    def leave(self) -> None:
        """Send all phones away; they come back by themselves."""
        self.is_leaving = True
        for hearing in self._heard.values():
            for queue in hearing.queues:
                # Whatever waits here is fetched when the phone is back.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)

    async def kept(self, room_id: int) -> Kept:
        """The room as it was at most a poll ago.

        Raises
        ------
        StoreError : it has been deleted.
        """
        hearing = self._heard.get(room_id)
        if hearing is not None and hearing.told != DELETED:
            return hearing.kept
        found = self._kept.get(room_id)
        if found is None or time.monotonic() - found[0] > EVERY:
            return await self.fresh(room_id)
        return await asyncio.shield(found[1])

    async def fresh(self, room_id: int) -> Kept:
        """The room as it is now; whoever asks meanwhile gets the same."""
        task = asyncio.create_task(to_thread.run_sync(room_by_id, self.store, room_id))
        self._kept[room_id] = (time.monotonic(), task)
        self._kept.move_to_end(room_id)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return await asyncio.shield(task)

    async def roster(self, kept: Kept) -> Mapping[int, Player]:
        """Players by id as they were at some moment since the host's last click, read once.

        Removing and renaming are clicks, so whoever is missing joined later and is as it joined.
        """
        found = self._rosters.get(kept.id)
        failed = found is not None and found[1].done() and found[1].exception() is not None
        if found is None or failed or found[0] < kept.room.version:

            async def read() -> dict[int, Player]:
                players = await to_thread.run_sync(players_of, self.store, kept.id)
                return {player.id: player for player in players}

            found = (kept.room.version, asyncio.create_task(read()))
            self._rosters[kept.id] = found
            while len(self._rosters) > MAX_KEPT:
                self._rosters.popitem(last=False)
        return await asyncio.shield(found[1])

    async def listen(self, room_id: int) -> AsyncIterator[bytes]:
        """The events of a room, a beat now and then, until this process ends."""
        kept = await self.kept(room_id)
        now = stamp(kept.room, self.clock())
        hearing = self._heard.setdefault(room_id, _Hearing(kept, now))
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(MAX_QUEUED)
        hearing.queues.add(queue)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watching())
        try:
            yield b"retry: 1000\n" + event("hello", hearing.told)
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        news = await queue.get()
                except TimeoutError:
                    news = event("beat", "")
                if news is None:
                    wait = BACK_AFTER + random.randrange(BACK_SPREAD)
                    yield f"retry: {wait}\n".encode() + event("leave", {"wait": wait})
                    return
                yield news
        finally:
            hearing.queues.discard(queue)
            if not hearing.queues and self._heard.get(room_id) is hearing:
                del self._heard[room_id]

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
        found = await to_thread.run_sync(versions, self.store, list(self._heard))
        for room_id, hearing in list(self._heard.items()):
            if room_id not in found:
                self._say(hearing, DELETED, None)
                continue
            if found[room_id] != hearing.kept.room.version:
                try:
                    hearing.kept = await to_thread.run_sync(room_by_id, self.store, room_id)
                except StoreError:  # one room must not keep the others waiting
                    LOG.warning("a room cannot be read; trying again")
                    continue
            now = stamp(hearing.kept.room, self.clock())
            if now != hearing.told:
                self._say(hearing, now, await self._html(hearing.kept))
                self._on_click(hearing.kept)

    async def _html(self, kept: Kept) -> str | None:
        try:
            return await to_thread.run_sync(self._shared_view, kept, self.clock())
        except Exception:  # each phone asks for itself, and is told what is wrong
            LOG.exception("drawing what all phones show")
            return None

    def _say(self, hearing: _Hearing, now: str, html: str | None) -> None:
        """Put news into all queues, unless they have been told."""
        if hearing.told == now:
            return
        is_new = html is not None and html != hearing.html
        hearing.told, hearing.html = now, html
        if is_new:
            news = event("show", {"version": now, "html": html})
        else:
            # Also where a click changed something else: a half-typed answer stays.
            news = event("fetch", {"version": now, "spread": SPREAD_MS})
        for queue in () if self.is_leaving else hearing.queues:
            if queue.full():  # a phone that reads nothing: the last news is what counts
                queue.get_nowait()
            queue.put_nowait(news)


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a moment with its time zone."""
    return datetime.fromtimestamp(seconds, UTC)
