"""The items of a room: of the bank, of a generator, or a teacher's own."""

from collections.abc import Mapping

from quizzes import find_item
from quizzes.classroom.room import Asked
from quizzes.grading import arrange
from quizzes.item import Item
from quizzes.loader import read_items_json


def read_own_items(text: str) -> Mapping[str, Item]:
    """Read the items that a room brings along; "" for none.

    Raises
    ------
    ItemError : anything wrong with them.
    """
    return {item.id: item for item in read_items_json(text)} if text else {}


def item_asked(asked: Asked, own: Mapping[str, Item]) -> Item:
    """Return an item as the whole room gets it.

    Parameters
    ----------
    own : as `read_own_items` reads them; they go before the bank.

    Raises
    ------
    ItemError : there is no such item.
    """
    item = own.get(asked.item_id)
    return find_item(asked.item_id, asked.seed) if item is None else arrange(item, asked.seed)
