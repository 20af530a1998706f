"""Writes of many phones in few transactions: an answer is acknowledged when it is on disk."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from anyio import to_thread

MAX_BATCH = 200
# How many may wait: beyond that phones are told to try again, instead of waiting for minutes.
MAX_WAITING = 5_000

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


class Busy(Exception):
    """Too many are waiting."""


class Writer(Generic[Job, Outcome]):
    """Collects jobs while a transaction is under way, and does them together in the next.

    Parameters
    ----------
    save : does a batch in one transaction, in a thread; an outcome for each job, in order.
    """

    def __init__(self, save: Callable[[Sequence[Job]], Sequence[Outcome]]) -> None:
        self._save = save
        self._jobs: list[tuple[Job, asyncio.Future[Outcome]]] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, job: Job) -> Outcome:
        """Do one job with others; returns when it is done.

        Raises
        ------
        Busy : too many are waiting.
        Exception : whatever `save` raised for its batch.
        """
        if len(self._jobs) >= MAX_WAITING:
            raise Busy
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._jobs.append((job, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        # A phone that hangs up does not take its neighbours' batch with it.
        return await asyncio.shield(future)

    async def _work(self) -> None:
        while self._jobs:
            batch, self._jobs = self._jobs[:MAX_BATCH], self._jobs[MAX_BATCH:]
            try:
                outcomes = await to_thread.run_sync(self._save, [job for job, _ in batch])
            except Exception as problem:
                for _, future in batch:
                    with contextlib.suppress(asyncio.InvalidStateError):
                        future.set_exception(problem)
                continue
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                with contextlib.suppress(asyncio.InvalidStateError):
                    future.set_result(outcome)
