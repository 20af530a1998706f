"""Rooms, players and ballots for the tests of the live room's store."""

from collections.abc import Sequence
from datetime import timedelta

from quizzes.classroom.room import Asked
from quizzes.store import (
    Ballot,
    Opened,
    Seat,
    Store,
    click,
    create_room,
    host_room,
    join_all,
)
from tests.bank.databases import NOW

HERE = "203.0.113.5"
QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("t-on-f", 2), Asked("syntax/two-bars", 3))
SECOND = timedelta(seconds=1)


def opened(store: Store, n: int = 3, **settings: object) -> tuple[Opened, list[Seat]]:
    """A room in its lobby with n players."""
    room = create_room(store, "Tails", QUESTIONS, NOW, HERE, settings=settings)
    seats = join_all(store, [(room.id, "")] * n, NOW)
    assert all(isinstance(seat, Seat) for seat in seats)
    return room, [seat for seat in seats if isinstance(seat, Seat)]


def clicked(store: Store, secret: str, *commands: str) -> None:
    """Click one button after the other, as one host who sees every version."""
    for command in commands:
        version = host_room(store, secret).room.version
        click(store, secret, command, None, version, NOW)


def ballot(
    room: Opened, seat: Seat, response: object = 0, position: int = 0, round: int = 1
) -> Ballot:
    """An answer that is right if it is 0."""
    right = response == 0
    tag = "" if right else "p-is-h0-probability"
    return Ballot(
        room.id,
        seat.player.id,
        position,
        round,
        response,
        float(right),
        tag,
        f"{'ABCD'[int(right)]}: answer",
    )


def ballots(room: Opened, seats: Sequence[Seat], response: object = 0) -> list[Ballot]:
    """The same answer of everybody."""
    return [ballot(room, seat, response) for seat in seats]
