"""How far a learner is: by topic, and by what was believed and is not so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from quizzes.review import Entry, cards_of, due, in_order, recall
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
    recall : mean chance that the ones met would be known today, from 0 to 1; None before any.
    """

    topic: str
    n_entries: int
    n_met: int
    n_known: int
    n_due: int
    recall: float | None


@dataclass(frozen=True, slots=True)
class MisconceptionProgress:
    """One belief that is not so.

    Parameters
    ----------
    tag : key of `MISCONCEPTIONS`.
    state : "never met" unless an answer revealed it; "cleared" after enough right answers since.
    n_revealed : answers that revealed it.
    n_right : right answers since the last of them, on questions that tempt with it.
    needed : right answers that are still missing.
    last : day on which it was last revealed.
    """

    tag: str
    state: Literal["never met", "met", "cleared"]
    n_revealed: int
    n_right: int
    needed: int
    last: date | None


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
        chances = [recall(card, day) for card in met]
        out.append(
            TopicProgress(
                topic,
                sum(entry.topic == topic for entry in entries),
                len(met),
                sum(card.is_right for card in met),
                sum(topic_of[card.item_id] == topic for card in waiting),
                sum(chances) / len(chances) if chances else None,
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
    revealed = dict.fromkeys(MISCONCEPTIONS, 0)
    right = dict.fromkeys(MISCONCEPTIONS, 0)
    last: dict[str, date] = {}
    for turn, answer in in_order(turns):
        if answer.misconception in revealed:
            revealed[answer.misconception] += 1
            right[answer.misconception] = 0
            last[answer.misconception] = answer.day
        elif answer.is_right and answer.sure is not False:
            for tag in tempting.get(turn.item_id, frozenset()) & last.keys():
                right[tag] += 1
    out = []
    for tag in MISCONCEPTIONS:
        state: Literal["never met", "met", "cleared"] = "never met"
        if revealed[tag]:
            state = "cleared" if right[tag] >= CLEARED_AFTER else "met"
        needed = max(0, CLEARED_AFTER - right[tag]) if revealed[tag] else 0
        out.append(
            MisconceptionProgress(tag, state, revealed[tag], right[tag], needed, last.get(tag))
        )
    return tuple(out)
