"""A lesson with phones, for tests of what happens in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quizzes.classroom.room import Asked
from quizzes.store import Store, open_store
from tests.bank.one_by_one import ballots_of_player, player_of
from tests.phone.classroom import Host, Phone, serving

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))
LATE = "This vote is closed: the answer came too late."


@contextmanager
def lesson(
    address: str, folder: Path, n: int = 1, **settings: object
) -> Iterator[tuple[Any, Host, list[Phone]]]:
    """The phones' process, a room and its phones."""
    store = open_store(address)
    try:
        with serving(address, folder) as server:
            host = Host(store, QUESTIONS, **settings)
            yield server, host, [Phone(server.port).join(host.room.room.code) for _ in range(n)]
    finally:
        store.close()


def responses(store: Store, phone: Phone) -> list[tuple[int, int, Any]]:
    player, _ = player_of(store, phone.token)
    return [(own.position, own.round, own.response) for own in ballots_of_player(store, player.id)]
