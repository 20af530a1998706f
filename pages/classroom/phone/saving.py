"""What phones send to the store: collected, counted, and for an address not too much of it."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import Counter

from pages._server.metrics import ACKNOWLEDGED, ANSWERS, JOINS
from pages.classroom.phone.batches import Batches, Busy
from quizzes.store import (
    Ballot,
    Seat,
    Store,
    StoreError,
    TooManyGuesses,
    Unavailable,
    join_all,
    save_votes,
)

MINUTE = 60.0
MAX_ADDRESSES = 10_000
Clock = Callable[[], datetime]


class Answers(Batches[Ballot, str]):
    """Answers on their way to the disk.

    Parameters
    ----------
    now : the server's clock, which decides what is late.
    """

    def __init__(self, store: Store, now: Clock) -> None:
        def save(ballots: Sequence[Ballot]) -> Sequence[str]:
            return save_votes(store, ballots, now())

        super().__init__(save)

    async def do(self, job: Ballot) -> str:
        """Save an answer with others, as `Batches.do`; returns what the store said."""
        begun = time.perf_counter()
        with _failures_counted(ANSWERS):
            outcome = await super().do(job)
        ACKNOWLEDGED.observe(time.perf_counter() - begun)
        ANSWERS.labels(outcome).inc()
        return outcome


class Joins(Batches[tuple[int, str], Seat | StoreError]):
    """Players on their way into rooms.

    Parameters
    ----------
    now : the server's clock.
    most : players that may come from one address in a minute.
    """

    def __init__(self, store: Store, now: Clock, most: int) -> None:
        def join(wanted: Sequence[tuple[int, str]]) -> Sequence[Seat | StoreError]:
            return join_all(store, wanted, now())

        super().__init__(join)
        self._most = most
        # By address: when its minute began, and how many have come since.
        self._come: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, address: str) -> None:
        """Count one player before it joins.

        Raises
        ------
        TooManyGuesses : too many came from this address within a minute.
        """
        now = time.monotonic()
        since, n = self._come.get(address, (now, 0))
        if now - since >= MINUTE:
            since, n = now, 0
        if n >= self._most:
            JOINS.labels("too many").inc()
            raise TooManyGuesses(max(1, round(since + MINUTE - now)), "players joined")
        self._come[address] = since, n + 1
        self._come.move_to_end(address)
        while len(self._come) > MAX_ADDRESSES:
            self._come.popitem(last=False)

    async def do(self, job: tuple[int, str]) -> Seat | StoreError:
        """Join with others, as `Batches.do`."""
        with _failures_counted(JOINS):
            seat = await super().do(job)
        JOINS.labels("joined" if isinstance(seat, Seat) else "refused").inc()
        return seat


@contextmanager
def _failures_counted(counter: Counter) -> Iterator[None]:
    try:
        yield
    except Busy:
        counter.labels("busy").inc()
        raise
    except Unavailable:
        counter.labels("unavailable").inc()
        raise
