"""Who learns: devices with a record in common, moved by a code, deleted by their owner."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from quizzes.codes import letters_of_code
from quizzes.store.attempts import count_attempt, forgive_attempt
from quizzes.store.connect import Store
from quizzes.store.errors import StoreError, UnknownDevice
from quizzes.store.schema import attempts, codes, devices, learners, turns
from quizzes.store.tokens import MOVING_CODE, hash_of_code, hash_of_secret, new_code
from quizzes.store.turns import devices_of, see_device

MOST_GUESSES = 20
GUESS_WINDOW = timedelta(minutes=15)
VISITORS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Joined:
    """What a code did.

    Parameters
    ----------
    outcome : "joined" if the device had no answers of its own, "merged" if it had and both records
        are now one, "same" if it belonged to the record already.
    n_answers : answers in the record now.
    n_added : how many of them came with this device.
    """

    outcome: Literal["joined", "merged", "same"]
    n_answers: int
    n_added: int


def make_code(store: Store, secret: str, now: datetime) -> str:
    """Make the code that moves the record to another device.

    It is shown now and never again, since only its hash is kept; the code before it stops
    working. It can be used on several devices.

    Raises
    ------
    UnknownDevice : nothing has been answered on the device.
    """
    code = new_code()
    hashed = hash_of_code(code.replace("-", ""))
    with store.writing() as connection:
        learner = _learner(connection, hash_of_secret(secret), lock=True)
        if learner is None:
            raise UnknownDevice(
                "There is nothing to move yet: no question has been answered on this device.",
                "Answer one first.",
            )
        connection.execute(delete(codes).where(codes.c.learner_id == learner))
        connection.execute(insert(codes).values(learner_id=learner, code_hash=hashed, made_at=now))
    return code


def code_made_at(store: Store, secret: str) -> datetime | None:
    """Return when the code that works now was made; None if there is none."""
    with store.reading() as connection:
        learner = _learner(connection, hash_of_secret(secret))
        return connection.execute(
            select(codes.c.made_at).where(codes.c.learner_id == learner)
        ).scalar_one_or_none()


def join(store: Store, secret: str, code: str, address: str, now: datetime) -> Joined:
    """Join a device to the record a code belongs to.

    A record the device had before becomes part of that record, and its own code stops working.
    Joining again changes nothing.

    Parameters
    ----------
    code : as typed; case, spaces and hyphens do not matter.
    address : of the client; wrong codes are counted by it.

    Raises
    ------
    StoreError : no such code.
    TooManyGuesses : too many wrong codes from this address.
    """
    device = hash_of_secret(secret)
    count_attempt(store, "code", address, now, MOST_GUESSES, GUESS_WINDOW)
    letters = letters_of_code(code, MOVING_CODE)
    hashed = "" if letters is None else hash_of_code(letters)
    with store.writing() as connection:
        joined = _join(connection, device, hashed, now)
    forgive_attempt(store, "code", address)
    return joined


def _join(connection: Connection, device: str, hashed: str, now: datetime) -> Joined:
    target = connection.execute(
        select(codes.c.learner_id).where(codes.c.code_hash == hashed)
    ).scalar_one_or_none()
    if target is None:
        raise StoreError(
            "No record has this code.",
            "Compare it with the code you noted, or make a new one on the other device.",
        )
    see_device(connection, device, now)
    own = _learner(connection, device)
    # Two devices may join each other at once: both lock in the same order.
    locked = connection.execute(
        select(learners.c.id)
        .where(learners.c.id.in_([target, own]))
        .order_by(learners.c.id)
        .with_for_update()
    ).all()
    if len(locked) < len({target, own} - {None}):
        raise StoreError("One of the two records has just been moved.", "Try the code again.")
    if own == target:
        return Joined("same", _count(connection, device), 0)
    brought = _count(connection, device)
    moving = devices.c.secret_hash == device
    if own is not None:
        moving = or_(moving, devices.c.learner_id == own)
    connection.execute(update(devices).where(moving).values(learner_id=target))
    if own is not None:
        connection.execute(delete(learners).where(learners.c.id == own))
    return Joined("merged" if brought else "joined", _count(connection, device), brought)


def delete_record(store: Store, secret: str) -> int:
    """Delete everything about the learner, on all devices: turns, devices, code.

    Returns
    -------
    How many answers were deleted; 0 if there was no record.
    """
    device = hash_of_secret(secret)
    with store.writing() as connection:
        learner = _learner(connection, device, lock=True)
        count = _count(connection, device)
        mine = devices.c.secret_hash == device
        if learner is not None:
            mine = or_(mine, devices.c.learner_id == learner)
        # Turns and the code go with what they belong to.
        connection.execute(delete(devices).where(mine))
        connection.execute(delete(learners).where(learners.c.id == learner))
    store.wipe()
    return count


def forget_visitors(store: Store, now: datetime) -> int:
    """Delete devices that never answered, and questions left open, after 30 days.

    Counted attempts go after a day, wherever nobody has tried since.

    Returns
    -------
    How many devices were forgotten.
    """
    before = now - VISITORS_KEPT
    with store.writing() as connection:
        gone = connection.execute(
            delete(devices).where(devices.c.learner_id.is_(None), devices.c.seen_at < before)
        )
        connection.execute(
            delete(turns).where(turns.c.answered_at.is_(None), turns.c.shown_at < before)
        )
        connection.execute(delete(attempts).where(attempts.c.since < now - timedelta(days=1)))
        # A record without a device is nobody's.
        connection.execute(
            delete(learners).where(
                ~exists().where(devices.c.learner_id == learners.c.id), learners.c.made_at < before
            )
        )
    return gone.rowcount


def _learner(connection: Connection, device: str, *, lock: bool = False) -> str | None:
    query = select(devices.c.learner_id).where(devices.c.secret_hash == device)
    return connection.execute(query.with_for_update() if lock else query).scalar_one_or_none()


def _count(connection: Connection, device: str) -> int:
    return connection.execute(
        select(func.count())
        .select_from(turns)
        .where(turns.c.device.in_(devices_of(device)), turns.c.answered_at.is_not(None))
    ).scalar_one()
