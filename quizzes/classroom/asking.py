"""The items of a room: of the bank, of a generator, a teacher's own, or of the exit ticket."""

from collections.abc import Mapping

from quizzes import ItemError, find_item
from quizzes.classroom.exit import EXIT_ITEMS, exit_item
from quizzes.classroom.room import Asked, Room
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


def item_at(room: Room, position: int, own: Mapping[str, Item]) -> Item | None:
    """Return the item at a position: below 0 on the exit ticket, None where there is no question.

    Raises
    ------
    ItemError : the bank has lost it.
    """
    if -len(EXIT_ITEMS) <= position < 0:
        return exit_item(position)
    if position >= len(room.questions):
        return None
    return item_asked(room.questions[position], own)


def items_of(room: Room, own: Mapping[str, Item]) -> tuple[Item | None, ...]:
    """Return the items of a room's questions; None for one that the bank has lost meanwhile."""
    found: list[Item | None] = []
    for asked in room.questions:
        try:
            found.append(item_asked(asked, own))
        except ItemError:
            found.append(None)
    return tuple(found)
