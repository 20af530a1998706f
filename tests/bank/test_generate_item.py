"""A name and a seed are one item for ever; a level chooses among seeds."""

import numpy as np
import pytest

from quizzes import GENERATORS, ItemError, find_item, generate_item, items_json, read_items_json
from quizzes.grading import MAX_SEED

NAMES = sorted(GENERATORS)


@pytest.mark.parametrize("name", NAMES)
def test_an_item_is_found_again_whatever_level_was_asked(name: str) -> None:
    generator = GENERATORS[name]
    for level in (None, *generator.levels):
        item = generate_item(name, 40, level)
        assert item.level == (level or item.level)
        assert item.seed is not None and 40 <= item.seed < 40 + len(generator.levels)
        assert (item.id, item.topic, item.skills) == (name, generator.topic, generator.skills)
        assert find_item(name, item.seed) == item
        assert generate_item(name, item.seed, level) == item


@pytest.mark.parametrize("name", NAMES)
def test_every_level_comes_up_without_asking(name: str) -> None:
    levels = {generate_item(name, seed).level for seed in range(6)}
    assert levels == set(GENERATORS[name].levels)


@pytest.mark.parametrize("name", NAMES)
def test_json_keeps_a_generated_item(name: str) -> None:
    item = generate_item(name, 12)
    assert read_items_json(items_json([item])) == (item,)


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED, np.int64(5)])
def test_seeds_of_any_size(seed: int) -> None:
    item = generate_item(NAMES[0], seed)
    assert type(item.seed) is int and item.seed == seed


def test_what_does_not_exist_says_what_does() -> None:
    name = NAMES[0]
    with pytest.raises(ItemError) as caught:
        generate_item(name + "s", 1)
    assert str(caught.value) == (
        f"There is no generator '{name}s'. There are {', '.join(GENERATORS)}. Did you mean "
        f"'{name}'?"
    )
    with pytest.raises(ItemError) as caught:
        generate_item(name, 1, 9)
    levels = " or ".join(map(str, GENERATORS[name].levels))
    assert str(caught.value) == (
        f"The generator '{name}' makes no items of level 9. It makes level {levels}."
    )


@pytest.mark.parametrize(
    ("seed", "shown"),
    [
        (-1, "-1"),
        (2**63, str(2**63)),
        (1.5, "1.5"),
        (True, "True"),
        ("1", "'1'"),
        (None, "None"),
        pytest.param(10**5_000, "a number of so many digits", id="huge"),
    ],
)
def test_seeds_that_are_none(seed: object, shown: str) -> None:
    with pytest.raises(ItemError) as caught:
        generate_item(NAMES[0], seed)  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"The seed is {shown}. Give a whole number from 0 to 9223372036854775807."
    )
