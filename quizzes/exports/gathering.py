"""Go through items, write each one's part of a file, and keep account of the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from quizzes.exports.format import Exported, LeftOut, Note, Pictures, check_drawn, in_order, name_of
from quizzes.exports.shapes import Simple, simplified
from quizzes.item import Item

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Part]):
    """The parts of a file with their items, and the account of it."""

    parts: tuple[tuple[Item, Part], ...]
    left_out: tuple[Note, ...]
    changed: tuple[Note, ...]

    def exported(self, data: bytes) -> Exported:
        """Return the finished file with the account."""
        names = tuple(name_of(item) for item, _ in self.parts)
        return Exported(data, names, self.left_out, self.changed)


def gather(
    items: Sequence[Item],
    pictures: Pictures | None,
    form: str,
    part: Callable[[Simple, bytes | None], tuple[Part, tuple[str, ...]]],
) -> Gathered[Part]:
    """Write each item's part.

    Parameters
    ----------
    form : of the pictures, "svg" or "png"; "" for a format without pictures.
    part : (item in its simple shape, its picture) -> its part of the file, and what is different
        in it besides what the shape says; raises LeftOut where it cannot be in the file.

    Raises
    ------
    ItemError : there are no items, or a picture is none.
    """
    parts, left_out, changed = [], [], []
    for item in in_order(items):
        name = name_of(item)
        picture = pictures(item, form) if pictures is not None and form else None
        check_drawn(item, picture, form or "svg")
        try:
            simple = simplified(item, drawn=picture is not None)
            made, more = part(simple, picture)
        except LeftOut as reason:
            left_out.append(Note(name, str(reason)))
            continue
        parts.append((item, made))
        changed += [Note(name, reason) for reason in (*simple.changed, *more)]
    return Gathered(tuple(parts), tuple(left_out), tuple(changed))
