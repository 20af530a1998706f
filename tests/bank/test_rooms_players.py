"""Joining: one tap, hostile names, locked and full rooms, a class at once; and who is removed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from quizzes.classroom.names import MAX_NAME
from quizzes.store import (
    Player,
    Seat,
    Store,
    StoreError,
    click,
    counts,
    join_all,
    players_of,
    players_of_tokens,
    remove_player,
    rename_player,
    room_csv,
    room_json,
    save_votes,
    votes_of,
)
from quizzes.store import players as players_module
from tests.bank.databases import NOW
from tests.bank.one_by_one import join_room, player_of
from tests.bank.rooms import ballot, ballots, clicked, opened

HOSTILE = [
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE players;--",
    "x" * 10_000,
    "evil\u202egnp",
    "a\u200bb\x00c\x1b[31m",
    "\ud800\udfff",
    "e" + "\u0301" * 500,
    "=HYPERLINK(1)",
    "{{ 7*7 }} ${7*7} %s",
    "Zoë 王小明 😀",
]


def test_a_player_is_found_again_by_its_token(store: Store) -> None:
    room, _ = opened(store, 0)
    seat = join_room(store, room.id, "  Ann ", NOW)
    assert seat.player == Player(seat.player.id, 1, "Ann")
    assert player_of(store, seat.token) == (seat.player, room.id)
    alias = join_room(store, room.id, "", NOW).player
    assert (alias.number, len(alias.name.split())) == (2, 2)
    assert players_of(store, room.id) == (seat.player, alias)
    assert join_room(store, room.id, "ANN", NOW).player.name == "ANN 2"


@pytest.mark.parametrize("token", ["", "x" * 43, "\x00", None, "../../x"])
def test_other_tokens_belong_to_nobody(store: Store, token: str) -> None:
    opened(store)
    assert players_of_tokens(store, [token]) == {}


def test_hostile_names_are_text(store: Store) -> None:
    room, _ = opened(store, 0)
    seats = [join_room(store, room.id, name, NOW) for name in HOSTILE]
    kept = players_of(store, room.id)
    assert [player.name for player in kept] == [seat.player.name for seat in seats]
    assert kept[0].name == "<script>alert(1)</script"
    assert all(0 < len(player.name) <= MAX_NAME and player.name.isprintable() for player in kept)
    assert len({player.name for player in kept}) == len(HOSTILE)
    clicked(store, room.host_secret, "start")
    save_votes(store, ballots(room, seats), NOW)
    table = room_csv(store, room.host_secret, names=True)
    assert '"""=HYPERLINK(1)"""' in table
    assert not any(cell.startswith(("=", "+", "@")) for cell in table.split(","))


def test_a_locked_room_takes_nobody_new(store: Store) -> None:
    room, (seat, *_) = opened(store)
    click(store, room.host_secret, "locked", True, 0, NOW)
    with pytest.raises(StoreError) as caught:
        join_room(store, room.id, "Eve", NOW)
    assert str(caught.value) == ("This room is locked: nobody new may join. Ask whoever runs it.")
    clicked(store, room.host_secret, "start")
    assert save_votes(store, [ballot(room, seat)], NOW) == ["saved"]
    click(store, room.host_secret, "locked", False, 2, NOW)
    assert join_room(store, room.id, "Eve", NOW).player.number == 4, "late, in an open question"


def test_rooms_that_cannot_be_joined(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(players_module, "MAX_PLAYERS", 5)
    room, _ = opened(store, 4)
    ended, _ = opened(store, 0)
    clicked(store, ended.host_secret, "end")
    wanted = [(room.id, ""), (ended.id, ""), (room.id, ""), (10**9, "")]
    first, *others = join_all(store, wanted, NOW)
    assert isinstance(first, Seat) and first.player.number == 5
    assert [str(other) for other in others] == [
        "This room has ended. Ask for the code of the next one.",
        "This room is full: 5 play. Ask for another room.",
        "This room is not there any more. Its host has deleted it.",
    ]
    assert join_all(store, [], NOW) == []


def test_a_class_joins_from_several_processes_at_once(store: Store) -> None:
    room, _ = opened(store, 0)
    with ThreadPoolExecutor(8) as pool:
        batches = [[(room.id, "Bo" if n % 2 else "")] * 10 for n in range(8)]
        seats = [
            seat for got in pool.map(lambda b: join_all(store, b, NOW), batches) for seat in got
        ]
    assert all(isinstance(seat, Seat) for seat in seats)
    kept = players_of(store, room.id)
    assert [player.number for player in kept] == list(range(1, 81))
    assert len({player.name.casefold() for player in kept}) == 80
    assert {seat.player for seat in seats if isinstance(seat, Seat)} == set(kept)


def test_a_removed_player_is_told_and_does_not_count(store: Store) -> None:
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, ballots(room, seats), NOW)
    remove_player(store, room.host_secret, 2, NOW)
    assert player_of(store, seats[1].token)[0].removed
    assert [player.removed for player in players_of(store, room.id)] == [False, True, False]
    assert save_votes(store, ballots(room, seats), NOW) == ["saved", "removed", "saved"]
    assert (counts(store, room.id).players, counts(store, room.id).answers) == (2, 2)
    assert [vote.player for vote in votes_of(store, room.id)] == [1, 3]
    assert '"player": 2' not in room_json(store, room.host_secret)
    # Who comes back is somebody else, and the name stays taken.
    back = join_room(store, room.id, seats[1].player.name, NOW).player
    assert (back.number, back.name) == (4, f"{seats[1].player.name} 2")


def test_a_host_renames_players(store: Store) -> None:
    room, (ann, bo) = opened(store, 2)
    rename_player(store, room.host_secret, 1, "<b>Ann</b>\x00")
    rename_player(store, room.host_secret, 2, "<B>ANN</B>")
    assert [player.name for player in players_of(store, room.id)] == [
        "<b>Ann</b>",
        "<B>ANN</B> 2",
    ]
    rename_player(store, room.host_secret, 1, "<b>Ann</b>")
    assert player_of(store, ann.token)[0].name == "<b>Ann</b>", "its own name is not taken"
    rename_player(store, room.host_secret, 2, "\u200b")
    assert len(player_of(store, bo.token)[0].name.split()) == 2
    with pytest.raises(StoreError, match=r"There is no player 9 in this room\. Reload the page\."):
        rename_player(store, room.host_secret, 9, "x")


def test_a_player_comes_back_after_days(store: Store) -> None:
    room, (seat, *_) = opened(store)
    clicked(store, room.host_secret, "start")
    later = NOW + timedelta(days=3)
    assert save_votes(store, [ballot(room, seat)], later) == ["saved"]
