"""Items with fresh numbers: one file per idea, one registry.

A new generator is a new file here that defines `GENERATORS`, a tuple, and its name in `_FILES`.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from zlib import crc32

import numpy as np

from quizzes.errors import ItemError, did_you_mean, shown
from quizzes.generators.generator import Generator
from quizzes.grading import arrange, check_seed
from quizzes.item import Item
from quizzes.plain import frozen

_FILES = (  # by topic, in the order of `quizzes.topics.TOPICS`
    "one_sided",
    "t_and_f",
    "shading",
    "reduction",
    "error_rates",
    "omnibus",
    "classes",
    "crossing",
    "slashes",
    "designs",
    "parameters",
    "described",
    "stars",
    "same_model",
    "lines",
    "rows_and_effects",
    "around_zero",
    "shrinkage",
    "outlying",
    "spreads",
    "line_ups",
    "resampling",
    "likelihoods",
    "coefficients",
    "boundary",
    "optimisers",
    "units",
)


def _collect() -> Mapping[str, Generator]:
    found: dict[str, Generator] = {}
    for file in _FILES:
        for generator in import_module(f"quizzes.generators.{file}").GENERATORS:
            found[generator.name] = generator
    return MappingProxyType(found)


GENERATORS: Mapping[str, Generator] = _collect()


def generate_item(name: str, seed: int, level: int | None = None) -> Item:
    """Draw one item: the same for the same seed, with its choices shuffled.

    A seed stands for a level too, so that name and seed are enough to find an item again.

    Parameters
    ----------
    name : key of `GENERATORS`.
    seed : 0 or more, below 2**63.
    level : take the first seed from `seed` on that stands for this level; None takes `seed`.

    Returns
    -------
    The item; its `seed` is the one it was drawn from.

    Raises
    ------
    ItemError : no generator of this name, or it does not make this level, or no such seed.
    """
    generator = find_generator(name)
    check_seed(seed)
    levels = generator.levels
    if level is None:
        level = levels[seed % len(levels)]
    if level not in levels:
        raise ItemError(
            f"The generator '{name}' makes no items of level {shown(level)}.",
            f"It makes level {' or '.join(map(str, levels))}.",
        )
    seed = seed_of_level(generator, seed, level)
    check_seed(seed)
    # The name belongs to the seed: two generators in one session must not draw alike.
    rng = np.random.default_rng((seed, crc32(name.encode())))
    item = generator.make(rng, level)
    item = replace(
        item,
        id=name,
        topic=generator.topic,
        level=level,
        skills=generator.skills,
        facts=frozen(item.facts),
        picture=frozen(item.picture),
    )
    return arrange(item, seed)


def seed_of_level(generator: Generator, seed: int, level: int) -> int:
    """Return the first seed from `seed` on that stands for this level of the generator."""
    return seed + (generator.levels.index(level) - seed) % len(generator.levels)


def find_generator(name: str) -> Generator:
    """Return a generator by its name.

    Raises
    ------
    ItemError : there is none of this name.
    """
    if not isinstance(name, str) or name not in GENERATORS:
        raise ItemError(
            f"There is no generator {shown(name)}.",
            f"There are {', '.join(GENERATORS)}.{did_you_mean(name, GENERATORS)}",
        )
    return GENERATORS[name]


__all__ = ["GENERATORS", "Generator", "find_generator", "generate_item", "seed_of_level"]
