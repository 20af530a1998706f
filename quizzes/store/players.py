"""Who plays in a room: joined by one tap, found again by a token, renamed or removed by a host."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from quizzes.classroom.names import alias, distinct, read_name
from quizzes.store.connect import Store
from quizzes.store.errors import StoreError
from quizzes.store.rooms import Kept, hosted, kept_of, touch
from quizzes.store.schema import players as table
from quizzes.store.schema import rooms
from quizzes.store.tokens import hash_of_secret, is_secret, new_secret

MAX_PLAYERS = 5_000
# Problem and hint for who comes too late.
LOCKED = ("This room is locked: nobody new may join.", "Ask whoever runs it.")


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody in a room.

    Parameters
    ----------
    id : in the store; belongs to the server.
    number : in the room, from 1, in the order of joining.
    name : plain text, never markup.
    removed : by the host.
    """

    id: int
    number: int
    name: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A player who has just joined, and the token that finds it again; only its hash is kept."""

    token: str
    player: Player


def join_all(
    store: Store, batch: Sequence[tuple[int, str]], now: datetime
) -> list[Seat | StoreError]:
    """Let many join in one transaction: a class scans the same code at the same time.

    Parameters
    ----------
    batch : room and typed name of each.

    Returns
    -------
    What each got, in the same order; on disk.
    """
    wanted = sorted({id for id, _ in batch})
    outcome: list[Seat | StoreError] = []
    fresh: list[dict[str, Any]] = []
    with store.writing() as connection:
        # Joins take turns by room, or two would get the same number.
        query = select(rooms).where(rooms.c.id.in_(wanted)).order_by(rooms.c.id).with_for_update()
        found = {row.id: row for row in connection.execute(query)}
        names = {id: _names(connection, id) for id in found}
        for id, typed in batch:
            refusal = _refusal(found.get(id), len(names.get(id, ())))
            if refusal is not None:
                outcome.append(refusal)
                continue
            taken = names[id]
            name = distinct(read_name(typed) or alias(taken), taken)
            taken.append(name)
            token = new_secret()
            fresh.append(
                {
                    "room_id": id,
                    "number": len(taken),
                    "name": name,
                    "token_hash": hash_of_secret(token),
                    "joined_at": now,
                }
            )
            outcome.append(Seat(token, Player(0, len(taken), name)))
        ids = _insert(connection, fresh)
    return [
        replace(seat, player=replace(seat.player, id=ids[hash_of_secret(seat.token)]))
        if isinstance(seat, Seat)
        else seat
        for seat in outcome
    ]


def players_of_tokens(store: Store, tokens: Collection[str]) -> dict[str, tuple[Player, int]]:
    """Return the players of many tokens with the ids of their rooms; strange ones are left out."""
    hashes = {hash_of_secret(token): token for token in tokens if is_secret(token)}
    query = select(table).where(table.c.token_hash.in_(list(hashes)))
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return {hashes[row.token_hash]: (_player(row), row.room_id) for row in rows}


def players_of(store: Store, id: int) -> tuple[Player, ...]:
    """Return everybody who joined a room, by number; whoever was removed is marked."""
    query = select(table).where(table.c.room_id == id).order_by(table.c.number)
    with store.reading() as connection:
        return tuple(_player(row) for row in connection.execute(query))


def rename_player(store: Store, host_secret: str, number: int, name: str) -> Kept:
    """Give a player another name, a generated one for "".

    Returns
    -------
    The room, whose version has grown.

    Raises
    ------
    StoreError : the link opens no room, or nobody has this number.
    """
    with store.writing() as connection:
        room = hosted(connection, host_secret, lock=True)
        row = _numbered(connection, room.id, number)
        taken = [other for other in _names(connection, room.id) if other != row.name]
        new = distinct(read_name(name) or alias(taken), taken)
        connection.execute(update(table).where(table.c.id == row.id).values(name=new))
        return kept_of(touch(connection, room))


def remove_player(store: Store, host_secret: str, number: int, now: datetime) -> Kept:
    """Remove a player: it is told so, takes no further part, and its votes do not count.

    Returns
    -------
    The room, whose version has grown.

    Raises
    ------
    StoreError : the link opens no room, or nobody has this number.
    """
    with store.writing() as connection:
        room = hosted(connection, host_secret, lock=True)
        row = _numbered(connection, room.id, number)
        connection.execute(update(table).where(table.c.id == row.id).values(removed_at=now))
        return kept_of(touch(connection, room))


def _refusal(room: Row[Any] | None, n_players: int) -> StoreError | None:
    if room is None:
        return StoreError("This room is not there any more.", "Its host has deleted it.")
    if room.ended_at is not None:
        return StoreError("This room has ended.", "Ask for the code of the next one.")
    if room.locked:
        return StoreError(*LOCKED)
    if n_players >= MAX_PLAYERS:
        return StoreError(f"This room is full: {MAX_PLAYERS:,} play.", "Ask for another room.")
    return None


def _insert(connection: Connection, fresh: list[dict[str, Any]]) -> dict[str, int]:
    """Write players; return their ids by the hashes of their tokens."""
    if not fresh:
        return {}
    rows = connection.execute(insert(table).returning(table.c.token_hash, table.c.id), fresh)
    return {row.token_hash: row.id for row in rows}


def _names(connection: Connection, id: int) -> list[str]:
    query = select(table.c.name).where(table.c.room_id == id)
    return list(connection.execute(query).scalars())


def _numbered(connection: Connection, id: int, number: int) -> Row[Any]:
    query = select(table).where(table.c.room_id == id, table.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise StoreError(f"There is no player {number} in this room.", "Reload the page.")
    return row


def _player(row: Row[Any]) -> Player:
    return Player(row.id, row.number, row.name, row.removed_at is not None)
