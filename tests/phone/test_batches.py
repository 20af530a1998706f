"""Jobs of many phones in few transactions: what fails, who leaves, how many may wait."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest

from pages.classroom.phone import batches
from pages.classroom.phone.batches import Batches, Busy


def test_jobs_that_wait_are_done_together_and_get_their_own_outcomes() -> None:
    sizes = []

    def work(jobs: Sequence[int]) -> list[int]:
        sizes.append(len(jobs))
        time.sleep(0.02)
        return [10 * job for job in jobs]

    async def crowd() -> list[int]:
        together = Batches(work, most=50)
        return await asyncio.gather(*(together.do(job) for job in range(120)))

    assert asyncio.run(crowd()) == [10 * job for job in range(120)]
    assert max(sizes) == 50 and len(sizes) <= 4


def test_only_one_batch_is_under_way() -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def work(jobs: Sequence[int]) -> Sequence[int]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1
        return jobs

    async def crowd() -> None:
        together = Batches(work, most=3)
        await asyncio.gather(*(together.do(job) for job in range(30)))

    asyncio.run(crowd())
    assert most[0] == 1


def test_a_batch_that_fails_fails_alone() -> None:
    def work(jobs: Sequence[int]) -> Sequence[int]:
        if 1 in jobs:
            raise ValueError("no")
        return jobs

    async def crowd() -> None:
        together = Batches(work, most=2)
        found = await asyncio.gather(
            *(together.do(job) for job in range(6)), return_exceptions=True
        )
        assert [isinstance(one, ValueError) for one in found] == [True, True] + [False] * 4
        assert await together.do(7) == 7

    asyncio.run(crowd())


def test_a_phone_that_hangs_up_leaves_alone() -> None:
    done: list[int] = []

    def work(jobs: Sequence[int]) -> Sequence[int]:
        time.sleep(0.05)
        done.extend(jobs)
        return jobs

    async def crowd() -> None:
        together = Batches(work)
        tasks = [asyncio.create_task(together.do(job)) for job in range(5)]
        await asyncio.sleep(0.02)
        tasks[2].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found[2], asyncio.CancelledError)
        assert [found[i] for i in (0, 1, 3, 4)] == [0, 1, 3, 4]

    asyncio.run(crowd())
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_more_than_can_wait_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_WAITING", 10)

    def work(jobs: Sequence[int]) -> Sequence[int]:
        time.sleep(0.02)
        return jobs

    async def crowd() -> None:
        together = Batches(work, most=2)
        found = await asyncio.gather(
            *(together.do(job) for job in range(50)), return_exceptions=True
        )
        refused = [one for one in found if isinstance(one, Busy)]
        assert len(refused) == 40
        assert await together.do(1) == 1

    asyncio.run(crowd())
