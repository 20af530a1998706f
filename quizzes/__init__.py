"""Items, how they are marked, and what the lab remembers of the answers."""

from quizzes.errors import ItemError, did_you_mean
from quizzes.errors import shown as quoted
from quizzes.generators import GENERATORS, generate_item
from quizzes.grading import arrange, ask, grade, misconceptions, shown
from quizzes.item import Item, Mark, Picture, Question, See
from quizzes.loader import items_json, load_bank, read_item, read_items_json

__all__ = [
    "GENERATORS",
    "Item",
    "ItemError",
    "Mark",
    "Picture",
    "Question",
    "See",
    "arrange",
    "ask",
    "find_item",
    "generate_item",
    "grade",
    "items_json",
    "load_bank",
    "misconceptions",
    "read_item",
    "read_items_json",
    "shown",
]


def find_item(id: str, seed: int) -> Item:
    """Return an item as it was asked: a file's with its choices shuffled, or a generator's.

    Parameters
    ----------
    id : of an item of the bank, or name of a generator.
    seed : the item's `seed`; with the id it is enough to find the same item again.

    Raises
    ------
    ItemError : there is none of this id, or the seed is none.
    """
    if id in GENERATORS:
        return generate_item(id, seed)
    bank = load_bank()
    if id not in bank:
        raise ItemError(
            f"There is no item {quoted(id)}.",
            f"The bank has {len(bank)} items.{did_you_mean(id, bank)}",
        )
    return arrange(bank[id], seed)
