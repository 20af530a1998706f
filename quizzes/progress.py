"""How far a learner is: by topic, and by what was believed and is not so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from quizzes.review import Entry, cards_of, due, in_order
from quizzes.topics import MISCONCEPTIONS, TOPICS
from quizzes.turn import Turn

# Right answers in a row, on questions that tempt with it, before a belief counts as left behind.
CLEARED_AFTER = 2


@dataclass(frozen=True, slots=True)
class TopicProgress:
    """One topic.

    Parameters
    ----------
    topic : one of `TOPICS`.
    n_entries : how many items and generators it has.
    n_met : how many of them were answered.
    n_known : how many of them were right the last time.
    n_due : how many wait today.
    """

    topic: str
    n_entries: int
    n_met: int
    n_known: int
    n_due: int


@dataclass(frozen=True, slots=True)
class MisconceptionProgress:
    """One belief that is not so.

    Parameters
    ----------
    tag : key of `MISCONCEPTIONS`.
    state : "never met" unless an answer revealed it; "cleared" after enough right answers since.
    needed : right answers that are still missing, on questions that tempt with it.
    """

    tag: str
    state: Literal["never met", "met", "cleared"]
    needed: int


def by_topic(
    entries: Iterable[Entry], turns: Iterable[Turn], day: date
) -> tuple[TopicProgress, ...]:
    """Summarise a record by topic, in the order of `TOPICS`."""
    entries = tuple(entries)
    known = {entry.id for entry in entries}
    cards = {id: card for id, card in cards_of(turns).items() if id in known}
    waiting = due(cards, day)
    topic_of = {entry.id: entry.topic for entry in entries}
    out = []
    for topic in TOPICS:
        met = [card for id, card in cards.items() if topic_of[id] == topic]
        out.append(
            TopicProgress(
                topic,
                sum(entry.topic == topic for entry in entries),
                len(met),
                sum(card.is_right for card in met),
                sum(topic_of[card.item_id] == topic for card in waiting),
            )
        )
    return tuple(out)


def by_misconception(
    entries: Iterable[Entry], turns: Iterable[Turn]
) -> tuple[MisconceptionProgress, ...]:
    """Follow each belief through a record, in the order of `MISCONCEPTIONS`.

    Every answer counts here, a second one of the day too: it shows what is believed now.
    A right answer that was unsure does not clear a belief.
    """
    tempting = {entry.id: entry.misconceptions for entry in entries}
    right: dict[str, int] = {}  # since the last answer that revealed it
    for turn, answer in in_order(turns):
        if answer.misconception in MISCONCEPTIONS:
            right[answer.misconception] = 0
        elif answer.is_right and answer.sure is not False:
            for tag in tempting.get(turn.item_id, frozenset()) & right.keys():
                right[tag] += 1
    out = []
    for tag in MISCONCEPTIONS:
        state: Literal["never met", "met", "cleared"] = "never met"
        needed = max(0, CLEARED_AFTER - right[tag]) if tag in right else 0
        if tag in right:
            state = "met" if needed else "cleared"
        out.append(MisconceptionProgress(tag, state, needed))
    return tuple(out)
