"""Ask an item and mark an answer to it: pure functions, the same for every kind."""

from dataclasses import replace
from zlib import crc32

import numpy as np

from quizzes.errors import ItemError
from quizzes.errors import shown as quoted
from quizzes.item import Item, Mark, Question
from quizzes.kinds import KINDS, Unreadable

MAX_SEED = 2**63 - 1  # what every database can keep


def ask(item: Item) -> Question:
    """Return what may be shown before the answer: no key, no feedback, no facts."""
    return Question(
        id=item.id,
        kind=item.kind,
        topic=item.topic,
        level=item.level,
        stem=item.stem,
        ask=KINDS[item.kind].ask(item.body),
        picture=item.picture,
        seed=item.seed,
    )


def grade(item: Item, response: object) -> Mark:
    """Mark a response of any type or size; never raises.

    Parameters
    ----------
    item : as it was asked: positions count its choices in this order.
    response : in JSON's types, as the kind's `parse` says.

    Returns
    -------
    The mark; `malformed` with a sentence about what could not be read, which is not wrong.
    """
    kind = KINDS[item.kind]
    try:
        answer = kind.parse(item.body, response)
    except Unreadable as problem:
        return Mark(None, str(problem), malformed=True)
    return kind.grade(item.body, answer)


def shown(item: Item, response: object) -> str:
    """Return a response in words for records and exports; "" for one that cannot be read."""
    kind = KINDS[item.kind]
    try:
        return kind.shown(item.body, kind.parse(item.body, response))
    except Unreadable:
        return ""


def arrange(item: Item, seed: int) -> Item:
    """Return the item with its choices shuffled: the same for the same id and seed.

    Raises
    ------
    ItemError : the seed is not a whole number from 0 to `MAX_SEED`.
    """
    check_seed(seed)
    # The id belongs to the seed: the key must not stand at one place in all items of a session.
    rng = np.random.default_rng((seed, crc32(item.id.encode()), 1))
    return replace(item, body=KINDS[item.kind].arrange(item.body, rng), seed=int(seed))


def check_seed(seed: object) -> None:
    """Refuse what is no seed.

    Raises
    ------
    ItemError : not a whole number from 0 to `MAX_SEED`.
    """
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if not whole or not 0 <= seed <= MAX_SEED:  # type: ignore[operator]
        raise ItemError(
            f"The seed is {quoted(seed)}.", f"Give a whole number from 0 to {MAX_SEED}."
        )


def misconceptions(item: Item) -> frozenset[str]:
    """Return the tags that wrong answers to this item may reveal: its choices and near answers."""
    parts = (*getattr(item.body, "choices", ()), *getattr(item.body, "near", ()))
    return frozenset(part.misconception for part in parts if part.misconception)
