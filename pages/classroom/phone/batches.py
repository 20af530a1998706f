"""Jobs of many phones in few transactions: an answer is acknowledged when it is on disk."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from anyio import CapacityLimiter, to_thread

MAX_BATCH = 200
# How many may wait: beyond that phones are told to try again, instead of waiting for minutes.
MAX_WAITING = 5_000

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


class Busy(Exception):
    """Too many are waiting."""


class Batches(Generic[Job, Outcome]):
    """Collects jobs while a transaction is under way, and does them together in the next.

    Parameters
    ----------
    work : does a batch in one transaction, in a thread; an outcome for each job, in order.
    most : jobs in a batch.
    """

    def __init__(
        self, work: Callable[[Sequence[Job]], Sequence[Outcome]], most: int = MAX_BATCH
    ) -> None:
        self._work = work
        self._most = most
        self._jobs: list[tuple[Job, asyncio.Future[Outcome]]] = []
        self._task: asyncio.Task[None] | None = None
        self._limiter: CapacityLimiter | None = None

    async def do(self, job: Job) -> Outcome:
        """Do one job with others; returns when it is done.

        A phone that hangs up leaves alone: its job and its neighbours' are done all the same.

        Raises
        ------
        Busy : too many are waiting.
        Exception : whatever `work` raised for its batch.
        """
        if len(self._jobs) >= MAX_WAITING:
            raise Busy
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._jobs.append((job, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def rest(self) -> None:
        """Wait until all jobs are done."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        # A thread of its own: slow pages must not keep answers waiting.
        self._limiter = self._limiter or CapacityLimiter(1)
        while self._jobs:
            batch, self._jobs = self._jobs[: self._most], self._jobs[self._most :]
            jobs = [job for job, _ in batch]
            try:
                outcomes = await to_thread.run_sync(self._work, jobs, limiter=self._limiter)
            except Exception as problem:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(problem)
                continue
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)
