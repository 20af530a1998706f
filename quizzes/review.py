"""What to ask next: FSRS decides when an item comes back, topics are mixed, then new items follow.

Cards are not stored. They are worked out from the answers, so that two records become one by
putting their answers together.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import fsrs
import numpy as np

from quizzes.turn import Answer, Turn

# An item counts once a day, so there are no steps of minutes. Fuzz is left out: it draws from
# Python's global generator, and a date must be the same whenever it is worked out.
SCHEDULER = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
AWAY = 28

State = Literal["nothing yet", "going on", "returning", "all done"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be asked: an item of the bank, or a generator.

    Parameters
    ----------
    id : of the item, or name of the generator.
    topic : one of `quizzes.topics.TOPICS`.
    levels : one for an item, ascending ones for a generator.
    misconceptions : tags that a wrong answer to it may reveal.
    """

    id: str
    topic: str
    levels: tuple[int, ...]
    misconceptions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Card:
    """What a learner's answers say about one entry.

    Parameters
    ----------
    item_id, topic : of the entry.
    stability : days until the chance to know it has fallen to 90%.
    difficulty : from 1 to 10.
    last, due : the learner's days.
    n_reviews : days on which it was answered.
    level : asked last.
    is_right, sure : the last answer that counted.
    """

    item_id: str
    topic: str
    stability: float
    difficulty: float
    last: date
    due: date
    n_reviews: int
    level: int
    is_right: bool
    sure: bool | None


@dataclass(frozen=True, slots=True)
class Pick:
    """An entry to ask now, at which level and why."""

    id: str
    topic: str
    level: int
    reason: Literal["due", "new"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a learner may do today.

    Parameters
    ----------
    picks : what to ask, in this order.
    state : "nothing yet" before the first answer, "returning" after 28 days or more away,
        "all done" if nothing is left for today.
    n_due, n_new : how many are due, and how many new ones today still has, beyond `picks` too.
    next_due : the next day with something to ask, if today has nothing left.
    n_next : how much there will be on that day.
    days_away : since the last answer.
    """

    picks: tuple[Pick, ...]
    state: State
    n_due: int
    n_new: int
    next_due: date | None
    n_next: int
    days_away: int


def rating(answer: Answer) -> fsrs.Rating:
    """Translate an answer: wrong is Again, right but unsure is Hard, right is Good."""
    if not answer.is_right:
        return fsrs.Rating.Again
    return fsrs.Rating.Hard if answer.sure is False else fsrs.Rating.Good


def review(card: Card | None, turn: Turn, answer: Answer) -> Card:
    """Schedule an entry after an answer.

    Parameters
    ----------
    card : what was known of the entry; None at the first answer.
    turn, answer : the answer that counts for its day.

    Returns
    -------
    The card, due at least a day later; as it was if the day has been counted already.
    """
    if card is not None and answer.day <= card.last:
        return card
    memory, _ = SCHEDULER.review_card(_memory(card, answer.day), rating(answer), _noon(answer.day))
    assert memory.stability is not None and memory.difficulty is not None
    return Card(
        turn.item_id,
        turn.topic,
        memory.stability,
        memory.difficulty,
        answer.day,
        memory.due.date(),
        1 if card is None else card.n_reviews + 1,
        turn.level,
        answer.is_right,
        answer.sure,
    )


def cards_of(turns: Iterable[Turn]) -> dict[str, Card]:
    """Work out the cards from a record, whatever its order. Polls have none."""
    cards: dict[str, Card] = {}
    for turn, answer in in_order(turns):
        if answer.score is not None:
            cards[turn.item_id] = review(cards.get(turn.item_id), turn, answer)
    return cards


def in_order(turns: Iterable[Turn]) -> list[tuple[Turn, Answer]]:
    """Return the answered turns with their answers, oldest answer first."""
    answered = [(turn, turn.answer) for turn in turns if turn.answer is not None]
    return sorted(answered, key=lambda pair: (pair[1].answered_at, pair[0].id))


def recall(card: Card, day: date) -> float:
    """Return the chance that the learner would know it on a day, from 0 to 1."""
    return SCHEDULER.get_card_retrievability(_memory(card, day), _noon(max(day, card.last)))


def due(cards: Mapping[str, Card], day: date) -> tuple[Card, ...]:
    """Return the cards due, those most likely still known first.

    After a month away the pile is large: what is nearly kept is saved first, and what is lost
    is learned again after it.
    """
    waiting = [card for card in cards.values() if card.due <= day]
    return tuple(sorted(waiting, key=lambda card: (-recall(card, day), card.item_id)))


def plan(
    entries: Iterable[Entry],
    turns: Iterable[Turn],
    day: date,
    rng: np.random.Generator,
    n: int = 10,
    topics: Collection[str] | None = None,
    new_a_day: int = 20,
) -> Plan:
    """Choose what to ask: due entries first, mixed across topics, then new ones by level.

    Parameters
    ----------
    entries : everything that can be asked.
    turns : the learner's record.
    day : the learner's day, as by `local_day`.
    rng : chooses among new entries of one level.
    n : most picks.
    topics : choose from these only; None for all.
    new_a_day : new entries begun on one day; more of them make too many reviews later.
    """
    turns = tuple(turns)
    cards = cards_of(turns)
    chosen_from = {e.id: e for e in entries if topics is None or e.topic in topics}
    mine = {id: card for id, card in cards.items() if id in chosen_from}
    waiting = [_due_pick(chosen_from[card.item_id], card) for card in due(mine, day)]
    unseen = [entry for id, entry in chosen_from.items() if id not in cards]
    n_new = min(len(unseen), max(0, new_a_day - _begun(turns, day)))
    first = mixed(waiting[:n])
    fresh = _new_picks(unseen, mine, rng)[: min(n_new, n - len(first))]
    picks = first + mixed(fresh, after=first[-1].topic if first else "")
    answered = [turn.answer.day for turn in turns if turn.answer is not None]
    away = max(0, (day - max(answered)).days) if answered else 0
    state: State = "going on"
    if not answered:
        state = "nothing yet"
    elif not picks:
        state = "all done"
    elif away >= AWAY:
        state = "returning"
    next_due, n_next = (None, 0) if picks else _next(mine, len(unseen), day, new_a_day)
    return Plan(picks, state, len(waiting), n_new, next_due, n_next, away)


def mixed(picks: Sequence[Pick], after: str = "") -> tuple[Pick, ...]:
    """Put picks of one topic apart, as far as their numbers allow.

    Parameters
    ----------
    after : topic of what comes before them.
    """
    by_topic: dict[str, deque[Pick]] = defaultdict(deque)
    for pick in picks:
        by_topic[pick.topic].append(pick)
    place = {pick.id: at for at, pick in enumerate(picks)}
    out: list[Pick] = []
    while by_topic:
        others = [topic for topic in by_topic if topic != after] or list(by_topic)
        # The largest topic first: left to the end, it would stand beside itself.
        after = min(others, key=lambda t: (-len(by_topic[t]), place[by_topic[t][0].id]))
        out.append(by_topic[after].popleft())
        if not by_topic[after]:
            del by_topic[after]
    return tuple(out)


def _due_pick(entry: Entry, card: Card) -> Pick:
    """Pick a generator one level up after a sure right answer, one down after a wrong one."""
    nearest = min(range(len(entry.levels)), key=lambda at: abs(entry.levels[at] - card.level))
    step = (1 if card.sure is not False else 0) if card.is_right else -1
    at = min(max(nearest + step, 0), len(entry.levels) - 1)
    return Pick(entry.id, entry.topic, entry.levels[at], "due")


def _new_picks(
    unseen: Sequence[Entry], cards: Mapping[str, Card], rng: np.random.Generator
) -> list[Pick]:
    """Order new entries by level; within one, topics take turns, the least met one first."""
    met = Counter(card.topic for card in cards.values())
    shuffled = [unseen[at] for at in rng.permutation(len(unseen))]
    round_of: Counter[tuple[int, str]] = Counter()
    ranked = []
    for entry in shuffled:
        level = entry.levels[0]
        round_of[level, entry.topic] += 1
        ranked.append((level, round_of[level, entry.topic], met[entry.topic], entry))
    ranked.sort(key=lambda rank: rank[:3])
    return [Pick(entry.id, entry.topic, level, "new") for level, _, _, entry in ranked]


def _begun(turns: Iterable[Turn], day: date) -> int:
    """Count the entries first answered on a day."""
    first: dict[str, date] = {}
    for turn, answer in in_order(turns):
        first.setdefault(turn.item_id, answer.day)
    return sum(begun == day for begun in first.values())


def _next(
    cards: Mapping[str, Card], n_unseen: int, day: date, new_a_day: int
) -> tuple[date | None, int]:
    """Return the next day with something to ask, and how much it has."""
    tomorrow = day + timedelta(days=1)
    later = [card.due for card in cards.values()]
    fresh = min(n_unseen, new_a_day)
    if fresh:
        later.append(tomorrow)
    if not later:
        return None, 0
    soonest = max(min(later), tomorrow)
    return soonest, sum(card.due <= soonest for card in cards.values()) + fresh


def _memory(card: Card | None, day: date) -> fsrs.Card:
    """Return the card as `fsrs` keeps it. With an id and a date of our own it asks no clock."""
    if card is None:
        return fsrs.Card(card_id=0, due=_noon(day))
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=card.stability,
        difficulty=card.difficulty,
        due=_noon(card.due),
        last_review=_noon(card.last),
    )


def _noon(day: date) -> datetime:
    """Place a day in `fsrs`'s time, which counts whole days between two moments."""
    return datetime.combine(day, time(12), UTC)
