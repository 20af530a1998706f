"""The bank and the generators together cover what the course is about."""

from collections import Counter

import pytest

from quizzes import GENERATORS, load_bank, misconceptions
from quizzes.kinds import KINDS
from quizzes.topics import LEVELS, MISCONCEPTIONS, TOPICS

ITEMS = list(load_bank().values())


def test_there_are_ninety_items_and_twenty_five_generators() -> None:
    assert len(ITEMS) >= 90
    assert len(GENERATORS) >= 25


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_there_at_every_level(topic: str) -> None:
    levels = Counter(item.level for item in ITEMS if item.topic == topic)
    assert all(levels[level] >= 1 for level in LEVELS)
    drawn = {level for g in GENERATORS.values() if g.topic == topic for level in g.levels}
    assert drawn, "no generator for this topic"
    assert sum(levels.values()) >= (18 if topic in ("tails", "nesting", "syntax") else 3)


@pytest.mark.parametrize("tag", MISCONCEPTIONS)
def test_every_misconception_is_met_twice(tag: str) -> None:
    files = [item.id for item in ITEMS if tag in misconceptions(item)]
    drawn = [name for name, generator in GENERATORS.items() if tag in generator.misconceptions]
    assert len(files) + len(drawn) >= 2


def test_every_kind_with_a_key_is_in_use() -> None:
    # A line-up's story is drawn anew each time, so that it comes from a generator.
    kinds = {item.kind for item in ITEMS}
    assert kinds >= set(KINDS) - {"poll", "line_up"}


def test_every_item_has_an_explanation_and_a_place_to_see_it() -> None:
    assert [item.id for item in ITEMS if item.see is None] == []
    short = [item.id for item in ITEMS if len(item.explanation.split()) < 15]
    assert short == []
