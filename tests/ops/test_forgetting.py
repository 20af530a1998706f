"""What has been kept as long as promised goes while a server runs, not only when it starts."""

import asyncio
from datetime import UTC, datetime, timedelta

from pages._server.service import Service
from quizzes.classroom.room import Asked
from quizzes.store import (
    Store,
    StoreError,
    click,
    create_room,
    host_room,
    latest_turn,
    new_secret,
    open_turn,
)
from quizzes.store.errors import Unavailable
from tests.bank.databases import item

EVERY = 0.02  # seconds
PATIENCE = 20.0  # seconds


class Phones:
    """The part of the phone application that the service asks, with a database that comes late."""

    def __init__(self, store: Store) -> None:
        self.kept = store
        self.asked = 0

    async def store(self) -> Store:
        self.asked += 1
        if self.asked <= 3:
            raise Unavailable("The database does not answer.", "Wait.")
        return self.kept

    def n_listening(self) -> int:
        return 0

    def leave(self) -> None: ...

    async def finish(self) -> None: ...


def is_kept(store: Store, secret: str) -> bool:
    try:
        host_room(store, secret)
    except StoreError:
        return False
    return True


def test_a_running_server_forgets(store: Store) -> None:
    async def run() -> None:
        async with Service(Phones(store), forgets_every=EVERY).running():
            await asyncio.sleep(5 * EVERY)
            # Nothing was old until now.
            now = datetime.now(UTC)
            old = now - timedelta(days=32)
            ended = create_room(store, "Old", [Asked("tails/what-p-counts", 1)], old, "192.0.2.1")
            fresh = create_room(store, "New", [Asked("tails/what-p-counts", 1)], now, "192.0.2.1")
            click(store, ended.host_secret, "end", None, 0, old)
            visitor, learner = new_secret(), new_secret()
            open_turn(store, visitor, item(), old)
            open_turn(store, learner, item(), now)
            async with asyncio.timeout(PATIENCE):
                while is_kept(store, ended.host_secret) or latest_turn(store, visitor):
                    await asyncio.sleep(EVERY)
            assert is_kept(store, fresh.host_secret) and latest_turn(store, learner)

    asyncio.run(run())
