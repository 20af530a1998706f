"""A thousand items of each generator, 250 where each fits a model: well made, the key right."""

import re
from collections import Counter

import numpy as np
import pytest

from quizzes import GENERATORS, Item, generate_item, grade
from quizzes.kinds import KINDS
from quizzes.pictures import FORMS
from quizzes.topics import MISCONCEPTIONS
from tests.bank import keys_of_formulas, keys_of_spreads, keys_of_tests_and_groups

SEEDS = 1_000
# Each item of these fits models, or compares the spaces of many: ten times the price of others.
COSTLY_SEEDS = 250
COSTLY = {
    *("df-of-an-effect", "informed-slopes", "judge-the-optimisers", "lines-of-a-formula"),
    *("outlier-and-others", "p-from-a-table", "read-the-interval", "reml-or-ml", "same-model"),
    *("same-with-these-names", "slopes-around-zero", "too-many-effects", "what-is-singular"),
}
LINE_UP = "find-the-data"  # its key is drawn with its panels; see test_generators.py
KEYS = keys_of_tests_and_groups.KEYS | keys_of_formulas.KEYS | keys_of_spreads.KEYS
# Chi-squared with k - 1 degrees of freedom passes it once in 100,000.
BOUNDS = {2: 19.6, 3: 23.1, 4: 26.0, 5: 28.5, 6: 30.9}
SLIPS = re.compile(
    r"\bnan\b|\binf\b|\+ [-−+]|\.\.|\. \.|  |\b1 (degrees|rows|observations)\b|[{}]None"
)


def test_every_generator_has_a_second_way_to_its_key() -> None:
    assert set(KEYS) == set(GENERATORS) - {LINE_UP}
    assert set(KEYS) >= COSTLY


@pytest.mark.parametrize("name", sorted(KEYS))
def test_many_items(name: str) -> None:
    places: dict[int, Counter[int]] = {}
    tags: set[str] = set()
    for seed in range(COSTLY_SEEDS if name in COSTLY else SEEDS):
        item = generate_item(name, seed)
        assert KEYS[name](item), f"key of seed {seed}"
        check_text(item)
        check_answers(item)
        tags |= {wrong.misconception for wrong in _foreseen(item)}
        if item.kind == "single_choice":
            right = [i for i, choice in enumerate(item.body.choices) if choice.right]
            assert len(right) == 1, seed
            places.setdefault(len(item.body.choices), Counter())[right[0]] += 1
        if item.kind == "multiple_choice":
            # The place of the first right one, among items with as many choices and right ones.
            right = [i for i, choice in enumerate(item.body.choices) if choice.right]
            assert right
            if len(right) == 1:
                places.setdefault(len(item.body.choices), Counter())[right[0]] += 1
        if item.kind == "order":
            places.setdefault(len(item.body.entries), Counter())[item.body.key[0]] += 1
    for k, counts in places.items():
        expected = counts.total() / k
        chi_squared = sum((counts[i] - expected) ** 2 / expected for i in range(k))
        assert chi_squared < BOUNDS[k], (k, counts)
    assert tags - {""} == set(GENERATORS[name].misconceptions)


def _foreseen(item: Item) -> list:
    if hasattr(item.body, "choices"):
        return [choice for choice in item.body.choices if not choice.right]
    return list(item.body.near)


def check_text(item: Item) -> None:
    """No number that could not be written, no double signs, nothing empty."""
    texts = [item.stem, item.explanation, *(entry.feedback for entry in _foreseen(item))]
    if item.picture is not None:
        assert item.picture.form in FORMS and item.picture.alt
        assert len({len(column) for column in item.picture.columns.values()}) == 1
    for text in texts:
        prose = "\n".join(
            line for line in text.splitlines() if not line.startswith(("|", " ", "(", "days"))
        )
        assert text.strip() == text and not SLIPS.search(prose), SLIPS.search(prose)


def check_answers(item: Item) -> None:
    """No two answers could be taken for each other, and each wrong one has its own feedback."""
    body, wrong = item.body, _foreseen(item)
    assert all(entry.misconception in {"", *MISCONCEPTIONS} for entry in wrong)
    if item.kind == "numeric":
        numbers = [body.key, *(entry.answer for entry in body.near)]
        gaps = np.diff(np.sort(np.array(numbers, dtype=float)))
        assert body.near and gaps.min() > 2 * body.tolerance, numbers
    if item.kind in ("single_choice", "multiple_choice"):
        texts = [choice.text for choice in body.choices]
        assert len(set(texts)) == len(texts), texts
    if item.kind in ("region", "order", "formula"):
        answers = [body.key, *(entry.answer for entry in body.near)]
        assert len(set(answers)) == len(answers)
    said = [(entry.feedback, entry.misconception) for entry in wrong]
    assert all(feedback for feedback, _ in said)
    assert all(tag or feedback != item.explanation for feedback, tag in said)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_grading_agrees(name: str) -> None:
    """Examples of the kind: the key is right, what was foreseen is wrong with its feedback."""
    for seed in range(12):
        item = generate_item(name, seed)
        examples = KINDS[item.kind].examples(item.body)
        for response in examples.right:
            assert grade(item, response).is_right, (seed, response)
        for wrong in examples.wrong:
            mark = grade(item, wrong.response)
            assert not mark.is_right and not mark.malformed, (seed, wrong.response)
            assert wrong.feedback in mark.feedback, (seed, wrong.response)
            assert mark.misconception == wrong.misconception, (seed, wrong.response)
