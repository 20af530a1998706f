"""What a format of files is, and what comes out of writing one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quizzes.errors import ItemError
from quizzes.errors import shown as quoted
from quizzes.grading import arrange
from quizzes.item import Item

# Called as pictures(item, "svg" or "png"); None for an item that shows nothing.
Pictures = Callable[[Item, str], bytes | None]
ORDER_SEED = 1  # of the choices of items of files, where the right one mostly stands first


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about one item of a file.

    Parameters
    ----------
    item_id : as in `Item`.
    reason : a sentence.
    """

    item_id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"


class LeftOut(ValueError):
    """A format cannot hold an item; its text says why, as a sentence."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, and how far it says what the items say.

    Parameters
    ----------
    data : the file.
    written : ids of the items in it, in their order.
    left_out : items that are not in it, with the reason.
    changed : items that are in it as something else, with what is different.
    """

    data: bytes
    written: tuple[str, ...]
    left_out: tuple[Note, ...] = ()
    changed: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A format that items can be taken away in.

    Parameters
    ----------
    name : in commands.
    title : on screens.
    ending : of the file, with its dot.
    media_type : as the web names it.
    about : what it is for, in a sentence.
    write : (items, pictures) -> the file.
    """

    name: str
    title: str
    ending: str
    media_type: str
    about: str
    write: Callable[[Sequence[Item], Pictures | None], Exported]


def in_order(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return each item once, with its choices in the order of its seed.

    Raises
    ------
    ItemError : there is none.
    """
    if not items:
        raise ItemError("No items are chosen.", "Choose at least one.")
    found = {(item.id, item.seed): item for item in items}
    return tuple(
        arrange(item, ORDER_SEED) if item.seed is None else item for item in found.values()
    )


def name_of(item: Item) -> str:
    """Return what tells an item from all others: its id, with the seed of a generator."""
    return item.id if "/" in item.id or item.seed is None else f"{item.id} {item.seed}"


def check_drawn(item: Item, picture: bytes | None, form: str) -> None:
    """Hold that a picture is what it should be.

    Raises
    ------
    ItemError : it is no SVG or PNG file.
    """
    start = {"svg": b"<svg", "png": b"\x89PNG\r\n"}[form]
    if picture is not None and not picture.lstrip().startswith(start):
        raise ItemError(
            f"The picture of {quoted(item.id)} is no {form.upper()} file.", "Draw it again."
        )
