"""Opening, finding and moving on a room: two hosts, wrong links, guessed codes, forgotten rooms."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text

from quizzes import ItemError, items_json, load_bank
from quizzes.classroom.asking import read_own_items
from quizzes.classroom.errors import RoomError
from quizzes.classroom.room import MAX_QUESTIONS, Asked, Room, on_time, step
from quizzes.codes import draw_code
from quizzes.store import (
    Limits,
    Stale,
    Store,
    StoreError,
    TooManyGuesses,
    click,
    create_room,
    delete_room,
    find_room,
    forget_rooms,
    host_room,
    players_of_tokens,
    remove_player,
    rename_player,
    room_by_id,
    room_csv,
    room_json,
    save_votes,
    versions,
    votes_of,
)
from quizzes.store import rooms as rooms_module
from quizzes.store.schema import attempts, players, rooms, votes
from tests.bank.databases import NOW
from tests.bank.one_by_one import join_room
from tests.bank.rooms import HERE, QUESTIONS, ballots, clicked, opened

NO_ROOM = (
    "This link opens no room. Rooms are deleted some time after their end; "
    "open a new one, or copy the link again."
)


def test_a_new_room_is_found_by_code_by_link_and_by_number(store: Store) -> None:
    room = create_room(
        store, " Tails\u202e \n<b>now</b>\x00", QUESTIONS, NOW, HERE, settings={"timer": 30}
    )
    assert room.room == Room(room.room.code, "Tails <b>now</b>", QUESTIONS, seconds=30)
    assert re.fullmatch("[A-Z0-9]{6}", room.room.code)
    for kept in (
        host_room(store, room.host_secret),
        room_by_id(store, room.id),
        find_room(store, f" {room.room.code[:3]}-{room.room.code[3:].lower()}", HERE, NOW),
    ):
        assert (kept.id, kept.room, kept.made_at, kept.ended_at) == (room.id, room.room, NOW, None)
    assert versions(store, [room.id, room.id + 1]) == {room.id: 0}
    assert versions(store, []) == {}


def test_only_hashes_of_secrets_are_kept(store: Store) -> None:
    room, (seat,) = opened(store, 1)
    with store.reading() as connection:
        kept = str(
            connection.execute(select(rooms)).all() + connection.execute(select(players)).all()
        )
    assert room.room.code in kept
    assert room.host_secret not in kept and seat.token not in kept


def test_a_click_makes_what_the_room_makes_of_it(store: Store) -> None:
    room, _ = opened(store)
    kept = click(store, room.host_secret, "start", None, 0, NOW)
    assert kept == host_room(store, room.host_secret)
    asked = kept.room.asked
    assert asked == Asked("tails/what-p-counts", 1, "open", 1, NOW.timestamp(), None)
    kept = click(store, room.host_secret, "timer", 20, 1, NOW)
    kept = click(store, room.host_secret, "next", None, 2, NOW)
    assert kept.room.asked is not None and kept.room.asked.closes_at == NOW.timestamp() + 20
    assert on_time(kept.room, NOW.timestamp() + 20).asked.phase == "closed"  # type: ignore[union-attr]
    with pytest.raises(RoomError, match="The questions have begun"):
        click(store, room.host_secret, "start", None, 3, NOW)
    with pytest.raises(RoomError, match="There is no such button"):
        click(store, room.host_secret, "drop table", None, 3, NOW)
    assert versions(store, [room.id]) == {room.id: 3}


def test_of_two_hosts_clicks_on_one_version_one_wins(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _ = opened(store)
    clicked(store, room.host_secret, "start")
    together = Barrier(6)

    def slow(*given: Any) -> Room:
        # Time enough for all others to look at the room before it moves on.
        time.sleep(0.3)
        return step(*given)

    monkeypatch.setattr(rooms_module, "step", slow)

    def press(command: str) -> str:
        together.wait(timeout=30)
        try:
            click(store, room.host_secret, command, None, 1, NOW)
        except Stale as problem:
            assert str(problem) == (
                "Somebody else was quicker. Look at the room as it is now; click again if need be."
            )
            return "told"
        return "won"

    with ThreadPoolExecutor(6) as pool:
        outcome = list(pool.map(press, ["next", "reveal", "next", "close", "next", "exit"]))
    assert sorted(outcome) == ["told"] * 5 + ["won"]
    assert versions(store, [room.id]) == {room.id: 2}


def test_a_removed_or_renamed_player_is_news_for_the_other_host(store: Store) -> None:
    room, _ = opened(store)
    assert rename_player(store, room.host_secret, 1, "Bo").room.version == 1
    assert remove_player(store, room.host_secret, 2, NOW).room.version == 2
    with pytest.raises(Stale):
        click(store, room.host_secret, "start", None, 0, NOW)


@pytest.mark.parametrize("link", ["", "x", "x" * 43, "'; --", "\x00" * 30, "é" * 43, None, 7])
def test_other_links_open_nothing(store: Store, link: str) -> None:
    room, _ = opened(store)
    for deed in (
        lambda: host_room(store, link),
        lambda: click(store, link, "start", None, 0, NOW),
        lambda: remove_player(store, link, 1, NOW),
        lambda: room_json(store, link),
        lambda: delete_room(store, link),
    ):
        with pytest.raises(StoreError) as caught:
            deed()
        assert str(caught.value) == NO_ROOM
    assert versions(store, [room.id]) == {room.id: 0}


def test_a_players_token_cannot_host_and_a_hosts_secret_cannot_play(store: Store) -> None:
    room, (seat, *_) = opened(store)
    for deed in (
        lambda: host_room(store, seat.token),
        lambda: click(store, seat.token, "start", None, 0, NOW),
        lambda: rename_player(store, seat.token, 1, "Bo"),
        lambda: remove_player(store, seat.token, 2, NOW),
        lambda: room_json(store, seat.token, names=True),
        lambda: room_csv(store, seat.token),
        lambda: delete_room(store, seat.token),
    ):
        with pytest.raises(StoreError) as caught:
            deed()
        assert str(caught.value) == NO_ROOM
    assert players_of_tokens(store, [room.host_secret]) == {}


def test_a_host_reaches_no_other_room(store: Store) -> None:
    mine, _ = opened(store, 1)
    theirs, _ = opened(store, 5)
    with pytest.raises(StoreError, match=r"There is no player 4 in this room\."):
        remove_player(store, mine.host_secret, 4, NOW)
    assert '"votes": []' in room_json(store, mine.host_secret)
    delete_room(store, mine.host_secret)
    assert host_room(store, theirs.host_secret).room == theirs.room


def test_guessing_codes_is_limited_by_address(store: Store) -> None:
    store = replace(store, limits=Limits(wrong_codes=5))
    room, _ = opened(store)
    for _ in range(5):
        with pytest.raises(StoreError, match=r"No room has this code now\."):
            find_room(store, draw_code(6), HERE, NOW)
    # Nor does the right one work: or else guessing would go on without an end.
    for code in (draw_code(6), room.room.code):
        with pytest.raises(TooManyGuesses, match=r"Too many codes were tried from this network\."):
            find_room(store, code, HERE, NOW)
    assert find_room(store, room.room.code, "198.51.100.7", NOW).id == room.id
    later = NOW + rooms_module.CODES_WINDOW
    assert find_room(store, room.room.code, HERE, later).id == room.id


def test_a_class_behind_one_address_finds_its_room(store: Store) -> None:
    room, _ = opened(store)
    for _ in range(store.limits.wrong_codes + 20):
        find_room(store, room.room.code, HERE, NOW)
    with pytest.raises(RoomError, match=r"That is not a room's code\."):
        find_room(store, "<script>", HERE, NOW)
    with store.reading() as connection:
        deeds = connection.execute(select(attempts.c.deed)).scalars().all()
    assert deeds == ["room"], "looking up a right code writes nothing"


def test_opening_rooms_is_limited_by_address(store: Store) -> None:
    for _ in range(store.limits.rooms_per_hour):
        create_room(store, "x", QUESTIONS, NOW, HERE)
    with pytest.raises(TooManyGuesses) as caught:
        create_room(store, "x", QUESTIONS, NOW, HERE)
    assert str(caught.value) == (
        "Too many rooms were opened from this network. Wait 60 minutes and try again."
    )
    create_room(store, "x", QUESTIONS, NOW, "198.51.100.7")
    create_room(store, "x", QUESTIONS, NOW + timedelta(hours=1), HERE)


def test_rooms_going_on_have_different_codes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["GD6F4D", "GD6F4D", "GD6F4D", "AAAAAA", "GD6F4D"])
    monkeypatch.setattr(rooms_module, "new_code", lambda: next(codes))
    first = create_room(store, "x", QUESTIONS, NOW, HERE)
    assert create_room(store, "x", QUESTIONS, NOW, HERE).room.code == "AAAAAA"
    clicked(store, first.host_secret, "end")
    again = create_room(store, "x", QUESTIONS, NOW, HERE)
    assert again.room.code == "GD6F4D"
    assert find_room(store, "GD6F4D", HERE, NOW).id == again.id


def test_two_open_rooms_with_one_code_are_refused_by_the_database(store: Store) -> None:
    opened(store), opened(store)
    with pytest.raises(StoreError), store.writing() as connection:
        connection.execute(text("UPDATE rooms SET code = 'AAAAAA'"))


@pytest.mark.parametrize(
    ("questions", "error", "words"),
    [
        ([Asked("a", 1)] * (MAX_QUESTIONS + 1), StoreError, "These are 101 questions"),
        ([Asked("a", -1)], ItemError, "The seed is -1"),
        ([Asked("a", 2**63)], ItemError, "The seed is"),
        ([Asked("a" * 201, 1)], StoreError, "The name of an item cannot be kept"),
    ],
)
def test_questions_that_cannot_be_kept(
    store: Store, questions: list[Asked], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        create_room(store, "x", questions, NOW, HERE)


def test_what_a_teacher_brings_along_comes_back(store: Store) -> None:
    item = load_bank()["tails/what-p-counts"]
    own = items_json([item])
    room = create_room(store, "x", [Asked(item.id, 1)], NOW, HERE, own_items=own)
    assert read_own_items(host_room(store, room.host_secret).own_items) == {item.id: item}
    with pytest.raises(ItemError, match="This is not JSON"):
        create_room(store, "x", [], NOW, HERE, own_items="not json")
    with pytest.raises(RoomError, match="That is no timer"):
        create_room(store, "x", [], NOW, HERE, settings={"timer": 1})


def test_a_deleted_room_leaves_nothing(store: Store) -> None:
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, ballots(room, seats), NOW)
    delete_room(store, room.host_secret)
    with store.reading() as connection:
        for table in (rooms, players, votes):
            assert connection.execute(select(table)).all() == []
    with pytest.raises(StoreError, match=r"This room is not there any more\."):
        room_by_id(store, room.id)
    assert opened(store)[0].id != room.id, "phones know rooms by number"


def test_rooms_are_forgotten_when_promised(store: Store) -> None:
    day = timedelta(days=1)
    ended, _ = opened(store)
    clicked(store, ended.host_secret, "start", "end")
    away, seats = opened(store)
    clicked(store, away.host_secret, "start")
    save_votes(store, ballots(away, seats), NOW)
    prepared, _ = opened(store)
    assert forget_rooms(store, NOW + 0.9 * day) == 0
    assert host_room(store, away.host_secret).ended_at is None
    # The host of the second room never came back; the third is for next week.
    assert forget_rooms(store, NOW + 2 * day) == 0
    kept = host_room(store, away.host_secret)
    assert (kept.room.stage, kept.ended_at, kept.room.version) == ("ended", NOW + day, 2)
    assert len(votes_of(store, away.id)) == 3
    assert find_room(store, prepared.room.code, HERE, NOW + 2 * day).id == prepared.id
    with pytest.raises(StoreError, match=r"This room has ended\."):
        join_room(store, away.id, "", NOW)
    assert forget_rooms(store, NOW + 30 * day) == 0
    # The first and the third: 30 days after the end, and after the last click.
    assert forget_rooms(store, NOW + 30.5 * day) == 2
    assert forget_rooms(store, NOW + 31.5 * day) == 1
    assert versions(store, [ended.id, away.id, prepared.id]) == {}
