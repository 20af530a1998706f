"""What can be asked for review: the bank's items and the generators."""

from collections.abc import Mapping

from quizzes.generators.generator import Generator
from quizzes.grading import misconceptions
from quizzes.item import Item
from quizzes.review import Entry


def entries_of(bank: Mapping[str, Item], generators: Mapping[str, Generator]) -> tuple[Entry, ...]:
    """List what can be asked again and again. Polls and warm-ups have no key."""
    items = [
        Entry(item.id, item.topic, (item.level,), misconceptions(item))
        for item in bank.values()
        if item.kind != "poll" and not getattr(item.body, "null", False)
    ]
    fresh = [
        Entry(made.name, made.topic, made.levels, frozenset(made.misconceptions))
        for made in generators.values()
    ]
    return tuple(items + fresh)
