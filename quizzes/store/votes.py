"""What players answer: saved many at a time, the last before closing counts, none twice."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, distinct, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from quizzes.classroom.exit import EXIT_ITEMS, EXIT_ROUND, TAKEN_BACK, ExitAnswer
from quizzes.classroom.room import MAX_QUESTIONS, MAX_ROUNDS, Room, is_open
from quizzes.classroom.votes import Vote
from quizzes.store.connect import Store
from quizzes.store.errors import StoreError
from quizzes.store.rooms import kept_of, room_by_id
from quizzes.store.schema import players, rooms, votes
from quizzes.store.values import as_json, plain_text, valid_score, whole_number

MAX_SHOWN = 2_000

Outcome = Literal["saved", "closed", "removed", "refused"]
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ballot:
    """One answer on its way to the store.

    Parameters
    ----------
    room_id, player_id : as the store numbers them.
    position, round : of the question; below 0 and 1 on the exit ticket.
    response : in JSON's types.
    score, misconception : what `grade` says of it; malformed answers are not to be sent.
    shown : the answer in words, as `quizzes.shown` makes them.
    """

    room_id: int
    player_id: int
    position: int
    round: int
    response: object
    score: float | None
    misconception: str
    shown: str


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A player's own answer as it is on disk; fields as in `Ballot`."""

    position: int
    round: int
    response: Any
    score: float | None
    misconception: str
    shown: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many play, and how many of them have answered what is asked now."""

    players: int
    answers: int


def save_votes(store: Store, batch: Sequence[Ballot], now: datetime) -> list[Outcome]:
    """Save answers of many players in one transaction; on disk when this returns.

    Parameters
    ----------
    now : the server's clock, which decides what is late.

    Returns
    -------
    For each answer, in order: "saved"; "closed" if its question and round are not open, unless the
    same answer is on disk already, so that a retry gets the first outcome; "removed" for who does
    not play in this room (any more); "refused" for what is no answer.
    """
    outcome: list[Outcome] = ["refused"] * len(batch)
    kept: dict[Key, dict[str, Any]] = {}
    with store.writing() as connection:
        asked = _rooms(connection, {ballot.room_id for ballot in batch})
        playing = _players(connection, {ballot.player_id for ballot in batch})
        late: dict[int, tuple[Key, str]] = {}
        for place, ballot in enumerate(batch):
            try:
                row = _row(ballot, now)
            except StoreError:
                continue
            key = (ballot.player_id, ballot.position, ballot.round)
            if playing.get(ballot.player_id) != ballot.room_id or ballot.room_id not in asked:
                outcome[place] = "removed"
            elif _takes(asked[ballot.room_id], ballot, now.timestamp()):
                # The later one of the same player wins.
                kept[key] = row
                outcome[place] = "saved"
            else:
                outcome[place] = "closed"
                late[place] = key, row["response"]
        on_disk = _responses(connection, [key for key, _ in late.values()])
        for place, (key, response) in late.items():
            if on_disk.get(key) == response:
                outcome[place] = "saved"
        _upsert(connection, kept)
    return outcome


def counts(store: Store, id: int) -> Counts:
    """Count who plays in a room and who has answered the current question and round.

    On the exit ticket whoever answered any of its questions counts.

    Raises
    ------
    StoreError : the room has been deleted.
    """
    room = room_by_id(store, id).room
    there = select(func.count()).where(players.c.room_id == id, players.c.removed_at.is_(None))
    answered = _counted(select(func.count(distinct(votes.c.player_id))), id)
    if room.asked is not None:
        answered = answered.where(
            votes.c.position == room.position, votes.c.round == room.asked.round
        )
    else:
        answered = answered.where(votes.c.position < 0)
    with store.reading() as connection:
        return Counts(
            connection.execute(there).scalar_one(), connection.execute(answered).scalar_one()
        )


def votes_of(store: Store, id: int, position: int | None = None) -> tuple[Vote, ...]:
    """Return the votes on a room's questions, without those of removed players.

    Parameters
    ----------
    position : of one question; None for all.
    """
    query = _counted(select(votes, players.c.number), id).where(
        votes.c.position >= 0 if position is None else votes.c.position == position
    )
    with store.reading() as connection:
        rows = connection.execute(_in_order(query)).all()
    return tuple(
        Vote(
            row.number,
            row.position,
            row.round,
            json.loads(row.shown),
            row.score,
            row.misconception,
            row.at.timestamp(),
        )
        for row in rows
    )


def exit_of(store: Store, id: int) -> tuple[ExitAnswer, ...]:
    """Return what a room's players left on the exit ticket, but for what was taken back."""
    query = _counted(select(votes, players.c.number), id).where(votes.c.position < 0)
    with store.reading() as connection:
        rows = connection.execute(_in_order(query)).all()
    return tuple(
        ExitAnswer(row.number, row.position, response, row.at.timestamp())
        for row in rows
        if (response := json.loads(row.response)) != TAKEN_BACK
    )


def ballots_of_players(store: Store, player_ids: Collection[int]) -> dict[int, tuple[OwnVote, ...]]:
    """Return everything each of these players has answered, by question and round."""
    query = select(votes).where(votes.c.player_id.in_(list(player_ids)))
    found: dict[int, list[OwnVote]] = {id: [] for id in player_ids}
    with store.reading() as connection:
        for row in connection.execute(query.order_by(votes.c.position, votes.c.round)):
            own = OwnVote(
                row.position,
                row.round,
                json.loads(row.response),
                row.score,
                row.misconception,
                json.loads(row.shown),
                row.at,
            )
            found[row.player_id].append(own)
    return {id: tuple(votes) for id, votes in found.items()}


def _takes(room: Room, ballot: Ballot, now: float) -> bool:
    if room.stage == "exit":
        return ballot.round == EXIT_ROUND and -len(EXIT_ITEMS) <= ballot.position < 0
    asked = room.asked
    return (
        asked is not None
        and (ballot.position, ballot.round) == (room.position, asked.round)
        and is_open(room, now)
    )


def _rooms(connection: Connection, ids: Collection[int]) -> dict[int, Room]:
    """Read rooms so that no click gets between the look and the commit."""
    query = select(rooms).where(rooms.c.id.in_(sorted(ids))).order_by(rooms.c.id)
    rows = connection.execute(query.with_for_update(read=True))
    return {row.id: kept_of(row).room for row in rows}


def _players(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return the rooms of the players that were not removed."""
    query = select(players.c.id, players.c.room_id).where(
        players.c.id.in_(sorted(ids)), players.c.removed_at.is_(None)
    )
    return {row.id: row.room_id for row in connection.execute(query)}


def _row(ballot: Ballot, now: datetime) -> dict[str, Any]:
    """Return what is kept of an answer, or refuse it: one player's must not stop all others."""
    # Positions on the exit ticket are below 0.
    shift = len(EXIT_ITEMS)
    return {
        "player_id": ballot.player_id,
        "position": whole_number(ballot.position + shift, MAX_QUESTIONS + shift, "place") - shift,
        "round": whole_number(ballot.round, MAX_ROUNDS, "round"),
        "room_id": ballot.room_id,
        "response": as_json(ballot.response),
        "shown": json.dumps(ballot.shown[:MAX_SHOWN]),
        "score": valid_score(ballot.score),
        "misconception": plain_text(ballot.misconception, 80, "misconception"),
        "at": now,
    }


def _responses(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    if not keys:
        return {}
    columns = (votes.c.player_id, votes.c.position, votes.c.round)
    query = select(*columns, votes.c.response).where(tuple_(*columns).in_(list(keys)))
    return {(r.player_id, r.position, r.round): r.response for r in connection.execute(query)}


def _upsert(connection: Connection, kept: dict[Key, dict[str, Any]]) -> None:
    if not kept:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(votes)
    new = statement.excluded
    # A retry must not look like a later answer, and be paid less for speed.
    same = votes.c.response == new.response
    statement = statement.on_conflict_do_update(
        index_elements=["player_id", "position", "round"],
        set_={
            "response": new.response,
            "shown": new.shown,
            "score": new.score,
            "misconception": new.misconception,
            "at": case((same, votes.c.at), else_=new.at),
        },
    )
    # In one order, so that two processes with the same players wait instead of blocking.
    connection.execute(statement, [kept[key] for key in sorted(kept)])


def _counted(query: Select[Any], id: int) -> Select[Any]:
    """Narrow a query about votes to a room's players who were not removed."""
    return query.join(players, players.c.id == votes.c.player_id).where(
        votes.c.room_id == id, players.c.removed_at.is_(None)
    )


def _in_order(query: Select[Any]) -> Select[Any]:
    return query.order_by(votes.c.position, votes.c.round, players.c.number)
