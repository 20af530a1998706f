"""Questions put and answers given."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizzes.grading import MAX_SEED
from quizzes.item import Item, Mark
from quizzes.store.connect import Store
from quizzes.store.errors import StoreError
from quizzes.store.schema import devices, learners, turns
from quizzes.store.tokens import hash_of_secret, new_id
from quizzes.store.values import as_json, plain_text, valid_score, whole_number
from quizzes.turn import Answer, Turn, local_day


def open_turn(store: Store, secret: str, item: Item, now: datetime) -> Turn:
    """Write down that an item is put to whoever holds the device.

    Parameters
    ----------
    secret : of the device. No learner is made before the first answer.
    item : as it is shown, with its seed.
    now : with a time zone.

    Raises
    ------
    StoreError : the secret or the item is none that can be kept.
    """
    device = hash_of_secret(secret)
    kept = _columns_of(item)
    turn = Turn(id=new_id(), shown_at=now, **kept)
    with store.writing() as connection:
        see_device(connection, device, now)
        connection.execute(insert(turns).values(id=turn.id, device=device, shown_at=now, **kept))
    return turn


def answer_turn(
    store: Store,
    secret: str,
    turn_id: str,
    response: object,
    mark: Mark,
    now: datetime,
    *,
    sure: bool | None = None,
    offset_minutes: int | None = 0,
) -> Turn:
    """Keep an answer; on disk when this returns.

    The first answer to a turn counts: a second one, or a retry of the first, changes nothing and
    gets the first one back.

    Parameters
    ----------
    response : in JSON's types.
    mark : what `grade` says of it; an answer that could not be read is none and is refused.
    sure : what the student said of it; None if not asked.
    offset_minutes : of the browser's time zone, as in `local_day`.

    Raises
    ------
    StoreError : the turn is not this learner's, the answer cannot be kept, or the disk is full.
    """
    device = hash_of_secret(secret)
    given = _given(response, mark, now, sure, offset_minutes)
    with store.writing() as connection:
        mine = _row(connection, device, turn_id)
        _make_learner(connection, mine.device, now)
        connection.execute(
            update(turns).where(turns.c.id == mine.id, turns.c.answered_at.is_(None)).values(given)
        )
        turn = _turn(_row(connection, device, turn_id))
    return turn


def keep_answer(
    store: Store,
    secret: str,
    item: Item,
    response: object,
    mark: Mark,
    now: datetime,
    *,
    sure: bool | None = None,
    offset_minutes: int | None = 0,
) -> Turn:
    """Keep a question together with its answer, both or neither; on disk when this returns.

    For pages that put several questions at once: nothing is written before an answer. The moment
    of such a question is that of its answer.

    Parameters
    ----------
    secret, item : as in `open_turn`.
    response, mark, now, sure, offset_minutes : as in `answer_turn`.

    Raises
    ------
    StoreError : the secret, the item or the answer cannot be kept, or the disk is full.
    """
    device = hash_of_secret(secret)
    kept = _columns_of(item) | _given(response, mark, now, sure, offset_minutes)
    id = new_id()
    with store.writing() as connection:
        see_device(connection, device, now)
        connection.execute(insert(turns).values(id=id, device=device, shown_at=now, **kept))
        _make_learner(connection, device, now)
        turn = _turn(_row(connection, device, id))
    return turn


def latest_turn(store: Store, secret: str) -> Turn | None:
    """Return what was last shown on this device, answered or not; None before anything was."""
    query = (
        select(turns)
        .where(turns.c.device == hash_of_secret(secret))
        .order_by(turns.c.shown_at.desc(), turns.c.id)
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _turn(row)


def answered_turns(store: Store, secret: str) -> tuple[Turn, ...]:
    """Return every answered turn of the learner, on all devices, in the order of the answers."""
    device = hash_of_secret(secret)
    query = (
        select(turns)
        .where(turns.c.device.in_(devices_of(device)), turns.c.answered_at.is_not(None))
        .order_by(turns.c.answered_at, turns.c.id)
    )
    with store.reading() as connection:
        rows: Sequence[Row[Any]] = connection.execute(query).all()
    return tuple(_turn(row) for row in rows)


def devices_of(device: str) -> Select[tuple[str]]:
    """Select the hashes of all devices of the learner who holds this one, itself included."""
    learner = select(devices.c.learner_id).where(devices.c.secret_hash == device).scalar_subquery()
    return select(devices.c.secret_hash).where(
        (devices.c.secret_hash == device) | (devices.c.learner_id == learner)
    )


def see_device(connection: Connection, device: str, now: datetime) -> None:
    """Note a device, or that it was here again."""
    upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        upsert(devices)
        .values(secret_hash=device, seen_at=now)
        .on_conflict_do_update(index_elements=["secret_hash"], set_={"seen_at": now})
    )


def _make_learner(connection: Connection, device: str, now: datetime) -> None:
    """Give a device its learner, unless it has one."""
    query = select(devices.c.learner_id).where(devices.c.secret_hash == device).with_for_update()
    if connection.execute(query).scalar_one() is not None:
        return
    learner = new_id()
    connection.execute(insert(learners).values(id=learner, made_at=now))
    connection.execute(
        update(devices).where(devices.c.secret_hash == device).values(learner_id=learner)
    )


def _row(connection: Connection, device: str, turn_id: str) -> Row[Any]:
    row = None
    if isinstance(turn_id, str) and re.fullmatch(r"[0-9a-f]{32}", turn_id):
        query = select(turns).where(turns.c.id == turn_id, turns.c.device.in_(devices_of(device)))
        row = connection.execute(query).one_or_none()
    if row is None:
        raise StoreError(
            "This question is not open on this device.", "Start a new one from the quiz page."
        )
    return row


def _turn(row: Row[Any]) -> Turn:
    answer = None
    if row.answered_at is not None:
        answer = Answer(
            json.loads(row.response),
            row.score,
            row.misconception,
            row.sure,
            row.answered_at,
            row.day,
        )
    return Turn(row.id, row.item_id, row.seed, row.topic, row.level, row.shown_at, answer)


def _given(
    response: object, mark: Mark, now: datetime, sure: bool | None, offset_minutes: int | None
) -> dict[str, Any]:
    """Return what is kept of an answer, or refuse it."""
    if mark.malformed:
        raise StoreError("An answer that could not be read is not kept.", "Let it be typed again.")
    return {
        "response": as_json(response),
        "score": valid_score(mark.score),
        "misconception": plain_text(mark.misconception, 80, "misconception"),
        "sure": None if sure is None else bool(sure),
        "answered_at": now,
        "day": local_day(now, offset_minutes),
    }


def _columns_of(item: Item) -> dict[str, Any]:
    """Return what is kept of an item, or refuse it."""
    return {
        "item_id": plain_text(item.id, 200, "item"),
        "seed": None if item.seed is None else whole_number(item.seed, MAX_SEED, "seed"),
        "topic": plain_text(item.topic, 40, "topic"),
        "level": whole_number(item.level, 100, "level"),
    }
