"""Generators: the same seed the same item, spread over topics, fast, and line-ups that work."""

import hashlib
import json
import time
from collections import Counter

import numpy as np
import pytest

from quizzes import GENERATORS, generate_item, grade, items_json
from quizzes.kinds.line_up import draw_panels
from quizzes.topics import LEVELS, MISCONCEPTIONS, TOPICS
from sim.scenarios import generate
from tests.bank.generator_digests import DIGESTS

NAMES = sorted(GENERATORS)
AT_LEAST = {
    "tails": 5, "nesting": 4, "syntax": 5, "pooling": 3,
    "simulation": 2, "bootstrap": 2, "pvalues": 3, "convergence": 2,
}  # fmt: skip
LINE_UP = "find-the-data"
SLOWEST = 0.2  # seconds for one item


def digest(name: str, seed: int) -> str:
    """What a student can see of an item, and its key: texts and numbers, not pictures."""
    item = generate_item(name, seed)
    told = json.loads(items_json([item]))
    for entry in told if isinstance(told, list) else told["items"]:
        entry.pop("picture", None)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def test_topics_levels_and_kinds() -> None:
    topics = Counter(generator.topic for generator in GENERATORS.values())
    assert len(GENERATORS) >= 26 and set(topics) == set(TOPICS)
    assert all(topics[topic] >= least for topic, least in AT_LEAST.items())
    kinds = {generate_item(name, 0).kind for name in NAMES}
    assert kinds == {
        "single_choice", "multiple_choice", "numeric", "formula", "order", "region", "line_up",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_a_generator_says_of_itself(name: str) -> None:
    generator = GENERATORS[name]
    assert generator.name == name and "/" not in name and generator.title
    assert generator.levels == tuple(sorted(set(generator.levels))) and generator.skills
    assert set(generator.levels) <= set(LEVELS)
    assert set(generator.misconceptions) <= set(MISCONCEPTIONS)
    for level in generator.levels:
        for seed in range(5):
            item = generate_item(name, seed, level)
            if generator.page:
                assert item.see is not None and item.see.page == generator.page
            else:
                assert item.kind == "line_up"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_item(name: str) -> None:
    for seed in range(20):
        assert generate_item(name, seed) == generate_item(name, seed)
    told = {items_json([generate_item(name, seed)]) for seed in range(0, 60, 3)}
    assert len(told) == 20


@pytest.mark.parametrize("name", NAMES)
def test_for_ever(name: str) -> None:
    """A change here breaks the records of everybody who answered such an item: make a new name."""
    found = tuple(digest(name, seed) for seed in (0, 1, 2))
    assert name in DIGESTS, f'new in tests/bank/generator_digests.py: "{name}": {found},'
    assert found == DIGESTS[name]


@pytest.mark.parametrize("name", NAMES)
def test_an_item_is_there_at_once(name: str) -> None:
    begin = time.process_time()
    for seed in range(10):
        generate_item(name, seed)
    assert (time.process_time() - begin) / 10 < SLOWEST


def test_the_key_stands_in_the_facts() -> None:
    for name in NAMES:
        facts = generate_item(name, 3).facts
        assert len(facts) >= 2 and ("key" in facts or name == LINE_UP)


def test_line_ups_hide_the_data_of_the_story_at_any_place() -> None:
    for seed in range(1000):
        item = generate_item(LINE_UP, seed)
        f = item.facts
        assert (item.body.scenario, item.body.data_seed) == (f["scenario"], f["data_seed"])
        assert dict(item.body.parameters) == dict(f["parameters"]) and not item.body.null
    places = []
    for seed in range(0, 240, 3):  # level 1, with 9 panels
        item = generate_item(LINE_UP, seed)
        panels = draw_panels(item.body)
        assert panels.panels == item.body.panels == 9 and panels.actual is not None
        places.append(panels.actual)
        assert grade(item, panels.actual).is_right
        other = grade(item, panels.actual % 9 + 1)
        assert other.score == 0 and item.body.wrong in other.feedback
    counts = np.bincount(places, minlength=10)[1:]
    # Chi-squared with 8 degrees of freedom passes 37 once in 100,000.
    assert ((counts - 80 / 9) ** 2 / (80 / 9)).sum() < 37


def test_the_actual_panel_of_a_line_up_is_the_story() -> None:
    for seed in (0, 3, 6, 9, 12, 15):
        body = generate_item(LINE_UP, seed).body
        data = generate(
            body.scenario, np.random.default_rng(body.data_seed), **dict(body.parameters)
        )
        panels = draw_panels(body)
        rows = panels.rows[panels.rows["panel"] == panels.actual]
        response = body.formula.split(" ~ ")[0]
        shown = rows["x"] if body.plot == "means" else rows["y"]
        mean = data[response].astype(float).mean()
        assert abs(float(shown.astype(float).mean()) - float(mean)) < 1e-6 * (1 + abs(mean))
