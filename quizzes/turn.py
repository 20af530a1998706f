"""A turn: one question put to one learner, and the answer that counts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a turn, the only one that counts.

    Parameters
    ----------
    response : as given, in JSON's types.
    score : of its mark, from 0 to 1; None for a poll.
    misconception : tag the answer revealed, or "".
    sure : what the student said of it; None if not asked.
    answered_at : when it was saved.
    day : the learner's own day then.
    """

    response: object
    score: float | None
    misconception: str
    sure: bool | None
    answered_at: datetime
    day: date

    @property
    def is_right(self) -> bool:
        """Whether the answer earned the whole score."""
        return self.score is not None and self.score >= 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was put.

    Parameters
    ----------
    id : random, in lower-case hexadecimal digits.
    item_id, seed, topic, level : of the item; with the seed it is the same question for ever.
    shown_at : when it was put.
    answer : None while the question is open.
    """

    id: str
    item_id: str
    seed: int | None
    topic: str
    level: int
    shown_at: datetime
    answer: Answer | None = None


def local_day(now: datetime, offset_minutes: int | None = 0) -> date:
    """Name the day a learner lives in.

    Parameters
    ----------
    now : with a time zone.
    offset_minutes : what a browser calls its time zone offset: minutes to add to the local time
        to get UTC, -60 for Berlin in winter. None and offsets nobody lives at count as 0.
    """
    offset = offset_minutes if offset_minutes is not None and abs(offset_minutes) <= 1440 else 0
    return (now.astimezone(UTC) - timedelta(minutes=offset)).date()
