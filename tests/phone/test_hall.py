"""How a host's click reaches the phones of a room, whatever the store and other phones do."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from pages.classroom.phone import hall as halls
from pages.classroom.phone.hall import Hall
from quizzes.classroom.room import Asked
from quizzes.store import Kept, Store, Unavailable, delete_room, remove_player, rename_player
from tests.bank.one_by_one import join_room
from tests.phone.classroom import Host, now

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))


def seen(kept: Kept, at: float) -> str | None:
    asked = kept.room.asked
    return f"question {kept.room.position}" if asked and asked.phase == "open" else None


async def news(stream: AsyncIterator[bytes], seconds: float = 5) -> tuple[str, Any]:
    raw = (await asyncio.wait_for(anext(stream), seconds)).decode()
    name = raw.split("event: ")[1].split("\n")[0]
    return name, json.loads(raw.split("data: ")[1].split("\n")[0])


@pytest.fixture
def host(store: Store) -> Host:
    return Host(store, QUESTIONS)


def test_a_question_is_pushed_and_the_rest_is_fetched(store: Store, host: Host) -> None:
    async def lesson() -> None:
        hall = Hall(store, seen)
        stream = hall.listen(host.room.id)
        assert await news(stream) == ("hello", "0")
        for command, wanted in (
            ("start", ("show", {"version": "1", "html": "question 0"})),
            ("close", ("fetch", {"version": "2", "spread": halls.SPREAD_MS})),
            ("reveal", ("fetch", {"version": "3", "spread": halls.SPREAD_MS})),
            ("next", ("show", {"version": "4", "html": "question 1"})),
            ("end", ("fetch", {"version": "5", "spread": halls.SPREAD_MS})),
        ):
            host.click(command)
            begun = time.monotonic()
            assert await news(stream) == wanted
            assert time.monotonic() - begun < 2

    asyncio.run(lesson())


def test_a_click_that_changes_nothing_on_phones_does_not_show_the_question_again(
    store: Store, host: Host
) -> None:
    join_room(store, host.room.id, "Bo", now())

    async def lesson() -> None:
        hall = Hall(store, seen)
        stream = hall.listen(host.room.id)
        await news(stream)
        host.click("start")
        assert (await news(stream))[0] == "show"
        rename_player(store, host.room.host_secret, 1, "Ba")
        assert (await news(stream))[0] == "fetch"
        roster = await hall.roster(await hall.kept(host.room.id))
        assert [player.name for player in roster.values()] == ["Ba"]
        remove_player(store, host.room.host_secret, 1, now())
        assert (await news(stream))[0] == "fetch"
        roster = await hall.roster(await hall.kept(host.room.id))
        assert [player.removed for player in roster.values()] == [True]

    asyncio.run(lesson())


def test_the_end_of_a_timer_is_told_by_the_servers_clock(store: Store) -> None:
    host = Host(store, QUESTIONS, timer=10)
    ahead = [0.0]

    async def lesson() -> None:
        hall = Hall(store, seen, clock=lambda: time.time() + ahead[0])
        stream = hall.listen(host.room.id)
        await news(stream)
        host.click("start")
        assert (await news(stream))[0] == "show"
        ahead[0] = 11
        name, data = await news(stream)
        assert name == "fetch" and data["version"] == "1-closed"

    asyncio.run(lesson())


def test_a_phone_that_reads_nothing_holds_up_nobody_and_gets_the_last_news(
    store: Store, host: Host
) -> None:
    async def lesson() -> None:
        hall = Hall(store, seen)
        slow, quick = hall.listen(host.room.id), hall.listen(host.room.id)
        await news(slow)
        await news(quick)
        host.click("start")
        await news(quick)
        for _ in range(halls.MAX_QUEUED + 5):
            host.click("locked", value=True)
            assert (await news(quick))[0] == "fetch"
        version = str(host.click("close").room.version)
        assert (await news(quick))[1]["version"] == version
        heard = [await news(slow) for _ in range(halls.MAX_QUEUED)]
        assert heard[-1][1]["version"] == version

    asyncio.run(asyncio.wait_for(lesson(), 60))


def failing(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> Callable[[], int]:
    """Let a function of the store fail so often; return how often it was called."""
    real, calls = getattr(halls, name), [0]

    def sometimes(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] <= times:
            raise Unavailable("Nothing was read. The database does not answer.")
        return real(*arguments)

    monkeypatch.setattr(halls, name, sometimes)
    return lambda: calls[0]


@pytest.mark.parametrize("name", ["versions", "room_by_id"])
def test_a_store_that_fails_for_a_while_is_asked_again(
    store: Store, host: Host, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lesson() -> None:
        hall = Hall(store, seen)
        stream = hall.listen(host.room.id)
        await news(stream)
        calls = failing(monkeypatch, name, 3)
        host.click("start")
        assert (await news(stream))[0] == "show"
        assert calls() >= 4

    asyncio.run(lesson())


def test_a_room_that_cannot_be_drawn_is_fetched_by_each_phone(store: Store, host: Host) -> None:
    def broken(kept: Kept, at: float) -> str:
        raise RuntimeError("no such item")

    async def lesson() -> None:
        stream = Hall(store, broken).listen(host.room.id)
        await news(stream)
        host.click("start")
        assert (await news(stream))[0] == "fetch"

    asyncio.run(lesson())


def test_a_deleted_room_is_told_once_and_holds_up_no_other(store: Store, host: Host) -> None:
    other = Host(store, QUESTIONS)

    async def lesson() -> None:
        hall = Hall(store, seen)
        gone, goes_on = hall.listen(host.room.id), hall.listen(other.room.id)
        await news(gone)
        await news(goes_on)
        delete_room(store, host.room.host_secret)
        assert (await news(gone))[1]["version"] == "deleted"
        other.click("start")
        assert (await news(goes_on))[0] == "show"
        with pytest.raises(TimeoutError):
            await news(gone, 0.8)

    asyncio.run(lesson())


def test_listeners_are_cleaned_up_and_the_watch_ends(store: Store, host: Host) -> None:
    async def lesson() -> None:
        hall = Hall(store, seen)
        streams = [hall.listen(host.room.id) for _ in range(20)]
        for stream in streams:
            await news(stream)
        assert len(hall._heard[host.room.id].queues) == 20
        for stream in streams:
            with contextlib.suppress(RuntimeError):
                await stream.aclose()  # type: ignore[attr-defined]
        assert hall._heard == {}
        await asyncio.sleep(3 * halls.EVERY)
        assert hall._watch is not None and hall._watch.done()
        again = hall.listen(host.room.id)
        await news(again)
        host.click("start")
        assert (await news(again))[0] == "show"

    asyncio.run(lesson())


def test_a_whole_class_asks_the_store_once(
    store: Store, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lesson() -> None:
        hall = Hall(store, seen)
        calls = failing(monkeypatch, "room_by_id", 0)
        await hall.kept(host.room.id)
        await asyncio.gather(*(hall.kept(host.room.id) for _ in range(100)))
        assert calls() == 1
        rosters = failing(monkeypatch, "players_of", 0)
        kept = await hall.kept(host.room.id)
        await asyncio.gather(*(hall.roster(kept) for _ in range(100)))
        assert rosters() == 1

    asyncio.run(lesson())


def test_a_roster_that_could_not_be_read_is_read_again(
    store: Store, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lesson() -> None:
        hall = Hall(store, seen)
        kept = await hall.kept(host.room.id)
        failing(monkeypatch, "players_of", 1)
        with pytest.raises(Unavailable):
            await hall.roster(kept)
        assert await hall.roster(kept) == {}

    asyncio.run(lesson())


def test_quiet_rooms_get_a_beat(store: Store, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halls, "HEARTBEAT", 0.2)

    async def lesson() -> None:
        stream = Hall(store, seen).listen(host.room.id)
        await news(stream)
        assert (await news(stream))[0] == "beat"

    asyncio.run(lesson())
