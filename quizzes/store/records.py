"""A learner's whole record, to take away."""

import csv
import io
import json
from collections.abc import Sequence

from quizzes.store.connect import Store
from quizzes.store.turns import answered_turns

COLUMNS = (
    "item",
    "seed",
    "topic",
    "level",
    "shown_at",
    "answered_at",
    "day",
    "response",
    "sure",
    "score",
    "misconception",
)


def record_rows(store: Store, secret: str) -> list[dict[str, object]]:
    """Return one row an answer, oldest first, in JSON's types; times are UTC."""
    return [
        {
            "item": turn.item_id,
            "seed": turn.seed,
            "topic": turn.topic,
            "level": turn.level,
            "shown_at": turn.shown_at.isoformat(timespec="seconds"),
            "answered_at": turn.answer.answered_at.isoformat(timespec="seconds"),
            "day": turn.answer.day.isoformat(),
            "response": turn.answer.response,
            "sure": turn.answer.sure,
            "score": turn.answer.score,
            "misconception": turn.answer.misconception,
        }
        for turn in answered_turns(store, secret)
        if turn.answer is not None
    ]


def record_json(rows: Sequence[dict[str, object]]) -> str:
    """Write a record as JSON, a list of objects."""
    return json.dumps(rows, indent=2)


def record_csv(rows: Sequence[dict[str, object]]) -> str:
    """Write a record as CSV; the response stands there as JSON, so that no cell is a formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "response": json.dumps(row["response"])})
    return out.getvalue()
