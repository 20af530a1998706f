"""Entries to be put in order."""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.choices import Near, read_near, write_near
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong
from quizzes.kinds.responses import NONSENSE, positions

# Between the entries of an answer in words.
ARROW = " → "
SCORING = ("all", "pairs")


@dataclass(frozen=True, slots=True)
class Order:
    """Entries to be put in order.

    Parameters
    ----------
    entries : three to six texts, as shown.
    key : positions in `entries`, the first to come first.
    right, wrong : feedback.
    scoring : "all" gives 1 or 0; "pairs" gives the share of pairs in the right order above
        chance, never below 0.
    near : foreseen wrong orders, each a tuple of positions in `entries`.
    """

    entries: tuple[str, ...]
    key: tuple[int, ...]
    right: str
    wrong: str
    scoring: str = "all"
    near: tuple[Near, ...] = ()


def read(fields: Fields) -> Order:
    """Read `entries:` in the right order, the feedback, and near orders of these entries."""
    entries = fields.texts("entries", 3, 6)
    if len(set(entries)) < len(entries):
        raise fields.error("entries", "Two entries are equal.", "Write different ones.")
    key = tuple(range(len(entries)))
    given = fields.numbers("key", len(key), len(key)) if fields.has("key") else key

    def places(record: Fields, name: str) -> tuple[int, ...]:
        return _permutation(record, name, record.numbers(name, len(key), len(key)))

    return Order(
        entries,
        _permutation(fields, "key", given),
        fields.markdown("right"),
        fields.markdown("wrong"),
        fields.one_of("scoring", SCORING, "all"),
        read_near(fields, places, key),
    )


def _permutation(fields: Fields, name: str, numbers: tuple[float, ...]) -> tuple[int, ...]:
    if sorted(numbers) != list(range(len(numbers))):
        raise fields.error(
            name,
            f"{list(numbers)} does not name every entry once.",
            f"Order the numbers 0 to {len(numbers) - 1}; 0 is the first of 'entries'.",
        )
    return tuple(int(number) for number in numbers)


def write(body: Order) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    written: dict[str, Any] = {"entries": list(body.entries)}
    if body.key != tuple(range(len(body.entries))):
        written["key"] = list(body.key)
    texts = {"right": body.right, "wrong": body.wrong, "scoring": body.scoring}
    return written | texts | write_near(body.near, list)


def arrange(body: Order, rng: np.random.Generator) -> Order:
    """Shuffle the entries; key and near answers follow them."""
    old = [int(i) for i in rng.permutation(len(body.entries))]
    new = {before: after for after, before in enumerate(old)}
    return replace(
        body,
        entries=tuple(body.entries[i] for i in old),
        key=tuple(new[i] for i in body.key),
        near=tuple(replace(n, answer=tuple(new[i] for i in n.answer)) for n in body.near),
    )


def ask(body: Order) -> dict[str, Any]:
    """Return the entries as shown and how they are scored."""
    return {"entries": list(body.entries), "scoring": body.scoring}


def parse(body: Order, response: object) -> tuple[int, ...]:
    """Read the positions of all entries as shown, 0 for the first, in the order chosen."""
    n = len(body.entries)
    hint = f"I could not read your order. Give each of the {n} entries one place."
    found = positions(response, n, hint)
    if len(found) < n:
        raise Unreadable(hint)
    return found


def grade(body: Order, answer: tuple[int, ...]) -> Mark:
    """Score as the body says."""
    if answer == body.key:
        return Mark(1.0, body.right)
    score = _pairs(body, answer) if body.scoring == "pairs" else 0.0
    for near in body.near:
        if answer == near.answer:
            return Mark(score, near.feedback, near.misconception)
    return Mark(score, body.wrong)


def _pairs(body: Order, answer: tuple[int, ...]) -> float:
    pairs = list(combinations(body.key, 2))
    held = sum(answer.index(first) < answer.index(second) for first, second in pairs)
    return max(0.0, 2 * held / len(pairs) - 1)  # half of them hold by chance


def shown(body: Order, answer: tuple[int, ...]) -> str:
    """Return the entries in the order chosen."""
    return ARROW.join(body.entries[i] for i in answer)


def examples(body: Order) -> Examples:
    """The key, the near orders, one that was not foreseen, and what is no order."""
    n = len(body.entries)
    near = {x.answer: Wrong(list(x.answer), x.feedback, x.misconception) for x in body.near}
    turns = [(*body.key[i:], *body.key[:i]) for i in range(1, n)]
    others = [Wrong(list(turn), body.wrong) for turn in turns if turn not in near]
    return Examples(
        right=(list(body.key), [str(i) for i in body.key]),
        wrong=(*near.values(), *others[:1]),
        malformed=(
            [],
            list(body.key[:-1]),
            [0] * n,
            [i + 1 for i in body.key],
            [*body.key, 0],
            "012",
            0,
            *NONSENSE,
        ),
    )


KIND = Kind("order", Order, read, write, arrange, ask, parse, grade, shown, examples)
