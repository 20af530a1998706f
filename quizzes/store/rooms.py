"""Live rooms as they are kept: opened, found, moved on by a host's click, forgotten."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from quizzes.classroom.names import MAX_TITLE, new_code, read_code, read_name
from quizzes.classroom.room import MAX_QUESTIONS, Asked, Room, step
from quizzes.grading import check_seed
from quizzes.loader import read_items_json
from quizzes.store.attempts import check_attempts, count_attempt
from quizzes.store.connect import Store
from quizzes.store.errors import Stale, StoreError
from quizzes.store.schema import rooms
from quizzes.store.tokens import hash_of_secret, is_secret, new_secret

ROOMS_WINDOW = timedelta(hours=1)
CODES_WINDOW = timedelta(minutes=15)
HOST_AWAY = timedelta(hours=24)
MAX_NOTE = 5_000  # characters


@dataclass(frozen=True, slots=True)
class Kept:
    """A room with what the store knows of it.

    Parameters
    ----------
    id : number that no other room ever gets; nothing for players to see.
    room : as the last click left it; `on_time(room, now)` closes a vote whose time is up.
    made_at, ended_at : `ended_at` is None while the room goes on.
    own_items : items that are not in the bank, as `items_json` writes them; "" for none.
    notes : what to ask between the votes, Markdown, a note a question; empty in older rooms.
    """

    id: int
    room: Room
    made_at: datetime
    ended_at: datetime | None
    own_items: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A new room, and the secret that its host's link holds; only the secret's hash is kept."""

    id: int
    room: Room
    host_secret: str


def create_room(
    store: Store,
    title: str,
    questions: Sequence[Asked],
    now: datetime,
    address: str,
    *,
    own_items: str = "",
    notes: Sequence[str] = (),
    settings: Mapping[str, object] | None = None,
) -> Opened:
    """Open a room.

    Parameters
    ----------
    title : shown to everybody; invisible characters are left out.
    questions : in order, unasked: with `item_id` and `seed`.
    address : of the client; `store.limits` says how many rooms can be opened from one.
    own_items : items that are not in the bank, as `items_json` writes them.
    notes : for the host, one for each question, or none.
    settings : values of the commands in `quizzes.classroom.room.SETTINGS`, by name.

    Raises
    ------
    StoreError : the questions or the notes cannot be kept.
    TooManyGuesses : too many rooms from this address.
    ItemError : `own_items` or a seed cannot be read.
    RoomError : a setting is none.
    """
    room = Room("", read_name(title, MAX_TITLE) or "Untitled", _checked(questions))
    for command, value in (settings or {}).items():
        room = step(room, command, now.timestamp(), value)
    if own_items:
        read_items_json(own_items)
        own_items = json.dumps(json.loads(own_items))
    if notes and len(notes) != len(questions):
        raise StoreError("Each question has one note, or none has any.", "Write the others.")
    count_attempt(store, "room", address, now, store.limits.rooms_per_hour, ROOMS_WINDOW)
    secret = new_secret()
    with store.writing() as connection:
        code = new_code()
        while connection.execute(_open_rooms(code)).first() is not None:
            code = new_code()
        row = connection.execute(
            insert(rooms)
            .values(
                host_hash=hash_of_secret(secret),
                own_items=own_items,
                notes=json.dumps([note[:MAX_NOTE] for note in notes]),
                made_at=now,
                clicked_at=now,
                **_columns(room) | {"code": code, "version": 0},
            )
            .returning(rooms)
        ).one()
    kept = kept_of(row)
    return Opened(kept.id, kept.room, secret)


def host_room(store: Store, host_secret: str) -> Kept:
    """Return the room a host's link opens, ended or not.

    Raises
    ------
    StoreError : it opens none.
    """
    with store.reading() as connection:
        return kept_of(hosted(connection, host_secret))


def find_room(store: Store, code: str, address: str, now: datetime) -> Kept:
    """Return the room with a typed code, unless it has ended.

    Parameters
    ----------
    address : of the client; wrong codes are counted by it; `store.limits` says how many.

    Raises
    ------
    RoomError : the text cannot be a code.
    StoreError : no room has it.
    TooManyGuesses : too many wrong ones from this address; right ones are refused then, too.
    """
    letters = read_code(code)
    most = store.limits.wrong_codes
    check_attempts(store, "room code", address, now, most, CODES_WINDOW)
    with store.reading() as connection:
        row = connection.execute(_open_rooms(letters)).one_or_none()
    if row is None:
        count_attempt(store, "room code", address, now, most, CODES_WINDOW)
        raise StoreError("No room has this code now.", "Compare it with the code on the screen.")
    return kept_of(row)


def room_by_id(store: Store, id: int) -> Kept:
    """Return a room, ended or not.

    Raises
    ------
    StoreError : it has been deleted.
    """
    with store.reading() as connection:
        row = connection.execute(select(rooms).where(rooms.c.id == id)).one_or_none()
    if row is None:
        raise _gone()
    return kept_of(row)


def versions(store: Store, ids: Collection[int]) -> dict[int, int]:
    """Return the versions of rooms by id; rooms that were deleted are left out."""
    if not ids:
        return {}
    query = select(rooms.c.id, rooms.c.version).where(rooms.c.id.in_(list(ids)))
    with store.reading() as connection:
        return {row.id: row.version for row in connection.execute(query)}


def click(
    store: Store, host_secret: str, command: str, value: object, version: int, now: datetime
) -> Kept:
    """Do what a host clicked, unless the room has moved on since the host saw it.

    Parameters
    ----------
    command, value : as in `quizzes.classroom.room.step`.
    version : of the room that the host saw.

    Raises
    ------
    Stale : the room has another version; nothing was done.
    RoomError : the room does not take this click now.
    StoreError : the link opens no room.
    """
    with store.writing() as connection:
        row = hosted(connection, host_secret, lock=True)
        if row.version != version:
            raise Stale
        room = step(kept_of(row).room, command, now.timestamp(), value)
        ended = {"ended_at": now} if room.stage == "ended" else {}
        return kept_of(_write(connection, row.id, room, {"clicked_at": now} | ended))


def delete_room(store: Store, host_secret: str) -> None:
    """Delete a room with its players and their votes.

    Raises
    ------
    StoreError : the link opens no room.
    """
    with store.writing() as connection:
        row = hosted(connection, host_secret, lock=True)
        connection.execute(delete(rooms).where(rooms.c.id == row.id))
    store.wipe()


def forget_rooms(store: Store, now: datetime) -> int:
    """Delete rooms some days after their end, and end those whose host does not come back.

    A room that has begun ends a day after its host's last click. One that is still in the lobby
    was prepared for later: it is deleted so many days after the last click. `store.limits` says
    how many.

    Returns
    -------
    How many rooms were deleted.
    """
    left, old = now - HOST_AWAY, now - timedelta(days=store.limits.room_days)
    away = select(rooms).where(
        rooms.c.ended_at.is_(None), rooms.c.stage != "lobby", rooms.c.clicked_at < left
    )
    with store.writing() as connection:
        for row in connection.execute(away.order_by(rooms.c.id).with_for_update()).all():
            ended_at = row.clicked_at + HOST_AWAY
            room = step(kept_of(row).room, "end", ended_at.timestamp())
            _write(connection, row.id, room, {"ended_at": ended_at})
        gone = connection.execute(
            delete(rooms).where(
                (rooms.c.ended_at < old) | (rooms.c.ended_at.is_(None) & (rooms.c.clicked_at < old))
            )
        )
    if gone.rowcount:
        store.wipe()
    return gone.rowcount


def count_open_rooms(store: Store) -> int:
    """Count the rooms that have not ended."""
    with store.reading() as connection:
        query = select(func.count()).where(rooms.c.ended_at.is_(None))
        return connection.execute(query).scalar_one()


def hosted(connection: Connection, host_secret: str, *, lock: bool = False) -> Row[Any]:
    """Return the row of the room a host's link opens; locked until the transaction ends.

    Raises
    ------
    StoreError : it opens none; the same words whatever is wrong.
    """
    row = None
    if is_secret(host_secret):
        query = select(rooms).where(rooms.c.host_hash == hash_of_secret(host_secret))
        row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise StoreError(
            "This link opens no room.",
            "Rooms are deleted some time after their end; open a new one, or copy the link again.",
        )
    return row


def touch(connection: Connection, row: Row[Any]) -> Row[Any]:
    """Let the version of a room grow, so that every screen looks again."""
    return connection.execute(
        update(rooms)
        .where(rooms.c.id == row.id)
        .values(version=rooms.c.version + 1)
        .returning(rooms)
    ).one()


def kept_of(row: Row[Any]) -> Kept:
    """Return the value of a row of the table."""
    room = Room(
        code=row.code,
        title=row.title,
        questions=tuple(Asked(*fields) for fields in json.loads(row.questions)),
        stage=row.stage,
        position=row.position,
        version=row.version,
        locked=row.locked,
        names_hidden=row.names_hidden,
        leaderboard=row.leaderboard,
        speed=row.speed,
        seconds=row.seconds,
    )
    notes = tuple(json.loads(row.notes))
    return Kept(row.id, room, row.made_at, row.ended_at, row.own_items, notes)


def _checked(questions: Sequence[Asked]) -> tuple[Asked, ...]:
    if len(questions) > MAX_QUESTIONS:
        raise StoreError(
            f"These are {len(questions)} questions.", f"A room has at most {MAX_QUESTIONS}."
        )
    for asked in questions:
        check_seed(asked.seed)
        if not isinstance(asked.item_id, str) or len(asked.item_id) > 200:
            raise StoreError("The name of an item cannot be kept.", "Choose items of the bank.")
    return tuple(Asked(asked.item_id, int(asked.seed)) for asked in questions)


def _columns(room: Room) -> dict[str, Any]:
    kept: dict[str, Any] = {one.name: getattr(room, one.name) for one in fields(room)}
    return kept | {"questions": json.dumps([astuple(asked) for asked in room.questions])}


def _write(connection: Connection, id: int, room: Room, more: dict[str, datetime]) -> Row[Any]:
    return connection.execute(
        update(rooms).where(rooms.c.id == id).values(**_columns(room), **more).returning(rooms)
    ).one()


def _open_rooms(code: str) -> Select[Any]:
    return select(rooms).where(rooms.c.code == code, rooms.c.ended_at.is_(None))


def _gone() -> StoreError:
    return StoreError("This room is not there any more.", "Its host has deleted it.")
