"""What a generator is: a recipe for items with fresh numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quizzes.item import Item


@dataclass(frozen=True, slots=True)
class Generator:
    """A recipe that turns random numbers into an item.

    Parameters
    ----------
    name : the id of its items, in kebab-case, without a slash.
    topic : one of `quizzes.topics.TOPICS`.
    page : the learn page at whose end its items are asked, and to which they lead; "" for
        line-ups, which need a page of their own.
    levels : the levels it can make, ascending.
    misconceptions : every tag that one of its items may bear.
    skills : what is practised, in a few words each.
    title : one line for teachers who choose.
    make : called as make(rng, level). Computes the key by `sim`, never types it, and returns an
        item with its right choice at any place; the numbers behind the key stand in `facts`.
        `quizzes.generate_item` sets id, topic, level, skills and seed, and shuffles.
    """

    name: str
    topic: str
    page: str
    levels: tuple[int, ...]
    misconceptions: tuple[str, ...]
    skills: tuple[str, ...]
    title: str
    make: Callable[[np.random.Generator, int], Item]
