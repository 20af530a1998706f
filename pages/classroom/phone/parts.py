"""What the phone's routes share, made when the store is open, and what watches over it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread

from pages.classroom.phone.hall import Hall, moment
from pages.classroom.phone.players import Players
from pages.classroom.phone.saving import Answers, Joins
from quizzes.store import Kept, Store


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes share."""

    store: Store
    hall: Hall
    players: Players
    answers: Answers
    joins: Joins


class Opening:
    """The parts of one process, made once, whoever comes first.

    Parameters
    ----------
    open_store : called at the first request, in a thread.
    shared_view, on_click, clock : as in `Hall`.
    most_joins : from one address in a minute.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        shared_view: Callable[[Kept, float], str | None],
        on_click: Callable[[Kept], None],
        clock: Callable[[], float],
        most_joins: int,
    ) -> None:
        self._open_store = open_store
        self._shared_view = shared_view
        self._on_click = on_click
        self._clock = clock
        self._most_joins = most_joins
        self._task: asyncio.Task[Parts] | None = None
        self._made: Parts | None = None

    async def parts(self) -> Parts:
        """What the routes share.

        Raises
        ------
        StoreError : the store cannot be opened; the next request tries again.
        """
        task = self._task
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._task = asyncio.create_task(self._make())
        return await asyncio.shield(task)

    async def _make(self) -> Parts:
        store = await to_thread.run_sync(self._open_store)
        hall = Hall(store, self._shared_view, self._clock, self._on_click)

        def now() -> datetime:
            return moment(self._clock())

        joins = Joins(store, now, self._most_joins)
        self._made = Parts(store, hall, Players(store, hall), Answers(store, now), joins)
        return self._made

    async def store(self) -> Store:
        """The open store.

        Raises
        ------
        StoreError : it cannot be opened.
        """
        return (await self.parts()).store

    def n_listening(self) -> int:
        """How many phones listen."""
        return self._made.hall.n_listening() if self._made else 0

    def leave(self) -> None:
        """Send the phones away, because this process ends."""
        if self._made:
            self._made.hall.leave()

    async def finish(self) -> None:
        """Wait until every answer that was taken is on disk."""
        if self._made:
            await asyncio.gather(self._made.answers.rest(), self._made.joins.rest())
