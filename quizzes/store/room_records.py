"""A room's results, to take away; without names unless they are asked for."""

import csv
import io
import json
from typing import Any

from sqlalchemy import Row, case, select

from quizzes.classroom.exit import TAKEN_BACK, exit_item
from quizzes.classroom.names import read_name
from quizzes.plain import cell
from quizzes.store.connect import Store
from quizzes.store.rooms import Kept, host_room
from quizzes.store.schema import players, votes
from quizzes.store.votes import MAX_SHOWN

COLUMNS = (
    "player",
    "name",
    "question",
    "item",
    "seed",
    "round",
    "response",
    "answer",
    "score",
    "misconception",
    "at",
)


def room_json(store: Store, host_secret: str, names: bool = False) -> str:
    """Write a room with all its votes as JSON.

    Raises
    ------
    StoreError : the link opens no room.
    """
    kept = host_room(store, host_secret)
    room = kept.room
    document = {
        "format": "mixed-models-room",
        "version": 1,
        "title": room.title,
        "made_at": kept.made_at.isoformat(timespec="seconds"),
        "ended_at": None if kept.ended_at is None else kept.ended_at.isoformat(timespec="seconds"),
        "questions": [
            {"item": asked.item_id, "seed": asked.seed, "rounds": asked.round}
            for asked in room.questions
        ],
        "own_items": json.loads(kept.own_items) if kept.own_items else None,
        "votes": _rows(store, kept, names),
    }
    return json.dumps(document, indent=2)


def room_csv(store: Store, host_secret: str, names: bool = False) -> str:
    """Write a room's votes as CSV, one row a vote; question 0 is the exit ticket, nobody's.

    Raises
    ------
    StoreError : the link opens no room.
    """
    kept = host_room(store, host_secret)
    out = io.StringIO()
    columns = [name for name in COLUMNS if names or name != "name"]
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(store, kept, names):
        # As JSON, so that nothing players typed is a formula of the spreadsheet.
        typed = {"response": json.dumps(row["response"])}
        if row.get("name") is not None:
            typed["name"] = json.dumps(row["name"], ensure_ascii=False)
        writer.writerow(row | typed | {"answer": cell(read_name(row["answer"], MAX_SHOWN))})
    return out.getvalue()


def _rows(store: Store, kept: Kept, names: bool) -> list[dict[str, Any]]:
    query = (
        select(votes, players.c.number, players.c.name)
        .join(players, players.c.id == votes.c.player_id)
        .where(votes.c.room_id == kept.id, players.c.removed_at.is_(None))
        .order_by(
            votes.c.position < 0,
            votes.c.position,
            votes.c.round,
            # Nor do the rows of an exit ticket stand in the players' order.
            case((votes.c.position < 0, votes.c.shown), else_=""),
            players.c.number,
        )
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return [
        _who(row, names)
        | _what(kept, row.position)
        | {
            "round": row.round,
            "response": json.loads(row.response),
            "answer": json.loads(row.shown),
            "score": row.score,
            "misconception": row.misconception,
            "at": row.at.isoformat(timespec="milliseconds") if row.position >= 0 else None,
        }
        for row in rows
        if row.position >= 0 or json.loads(row.response) != TAKEN_BACK
    ]


def _who(row: Row[Any], names: bool) -> dict[str, Any]:
    """A player's number and name; on the exit ticket nobody's, because nobody is told."""
    is_nobody = row.position < 0
    who = {"player": None if is_nobody else row.number}
    return who | ({"name": None if is_nobody else row.name} if names else {})


def _what(kept: Kept, position: int) -> dict[str, Any]:
    if position < 0:
        return {"question": 0, "item": exit_item(position).id, "seed": None}
    asked = kept.room.questions[position]
    return {"question": position + 1, "item": asked.item_id, "seed": asked.seed}
