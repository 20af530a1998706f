"""Items as JSON that this app reads again without a loss."""

from collections.abc import Sequence

from quizzes.errors import ItemError
from quizzes.exports.format import Exported, Format, Pictures, name_of
from quizzes.item import Item
from quizzes.loader import items_json


def write(items: Sequence[Item], pictures: Pictures | None = None) -> Exported:
    """Write items as one JSON document: everything that is in them, pictures as data.

    Raises
    ------
    ItemError : there are no items.
    """
    if not items:
        raise ItemError("No items are chosen.", "Choose at least one.")
    own = tuple({(item.id, item.seed): item for item in items}.values())
    return Exported(
        # What is no character cannot be read back; the loader refuses it anyway.
        items_json(own).encode("utf-8", "replace"),
        tuple(name_of(item) for item in own),
    )


FORMAT = Format(
    "json",
    "JSON",
    ".json",
    "application/json",
    "Everything that is in the items; this app reads it again.",
    write,
)
