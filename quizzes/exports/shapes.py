"""Items as the few shapes that other programs know: choices, a number, a text, an order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from quizzes.exports.format import LeftOut
from quizzes.exports.spellings import spellings
from quizzes.grading import ask, grade
from quizzes.item import Item
from quizzes.kinds.line_up import draw_panels
from quizzes.kinds.region import PARTS
from quizzes.words import code, listed


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose.

    Parameters
    ----------
    text, feedback : Markdown.
    right : whether it is to be chosen.
    """

    text: str
    feedback: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Options of which one, or any number, is right.

    Parameters
    ----------
    several : any number may be chosen.
    shuffle : they have no order of their own.
    share : partial points, as `multiple_choice` gives them for `scoring: each`.
    """

    options: tuple[Option, ...]
    several: bool = False
    shuffle: bool = True
    share: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A wrong answer with its own feedback; `answer` is a number, spellings, or an order."""

    answer: Any
    feedback: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number to be typed, as in `quizzes.kinds.numeric`."""

    key: float
    tolerance: float
    unit: str
    right: str
    wrong: str
    near: tuple[Foreseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be typed that is compared letter by letter.

    Parameters
    ----------
    spellings : of the right answer, the best one first.
    """

    spellings: tuple[str, ...]
    right: str
    wrong: str
    near: tuple[Foreseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorting:
    """Entries to be put in order.

    Parameters
    ----------
    entries : as shown.
    key : positions in `entries`, the first to come first.
    share : points for pairs in the right order.
    """

    entries: tuple[str, ...]
    key: tuple[int, ...]
    right: str
    wrong: str
    share: bool = False
    near: tuple[Foreseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """A question without a key: options, or a text of at most `most` characters."""

    options: tuple[str, ...]
    thanks: str
    most: int


Shape = Choices | Number | Text | Sorting | Opinion


@dataclass(frozen=True, slots=True)
class Simple:
    """An item in a shape that other programs know.

    Parameters
    ----------
    stem : Markdown; what stood beside the answer field is added to it.
    changed : what is different from the item, a sentence each.
    """

    item: Item
    stem: str
    shape: Shape
    changed: tuple[str, ...] = field(default=())


def simplified(item: Item, *, drawn: bool) -> Simple:
    """Return the nearest shape that says what an item says.

    Parameters
    ----------
    drawn : its picture stands beside it; otherwise the picture's description is put into words.

    Raises
    ------
    LeftOut : nothing near is honest.
    """
    made = _SIMPLE[item.kind](item, drawn)
    if drawn or item.picture is None:
        return made
    words = f"*The picture, in words:* {item.picture.alt}\n\n{made.stem}"
    note = "Its picture is described in words, as this file has no pictures."
    return Simple(item, words, made.shape, (*made.changed, note))


def _single(item: Item, drawn: bool) -> Simple:
    body = item.body
    options = tuple(Option(c.text, c.feedback, c.right) for c in body.choices)
    several = item.kind == "multiple_choice"
    share = several and body.scoring == "each"
    return Simple(item, item.stem, Choices(options, several, not body.keep_order, share))


def _near(item: Item) -> tuple[Foreseen, ...]:
    return tuple(Foreseen(near.answer, near.feedback) for near in item.body.near)


def _numeric(item: Item, drawn: bool) -> Simple:
    body = item.body
    stem = item.stem + (f"\n\nGive your number in {body.unit}." if body.unit else "")
    return Simple(
        item,
        stem,
        Number(body.key, body.tolerance, body.unit, body.right, body.wrong, _near(item)),
    )


def _formula(item: Item, drawn: bool) -> Simple:
    body = item.body
    columns = [code(column["name"]) for column in ask(item).ask["columns"]]
    stem = item.stem + (f"\n\nThe data have {listed(columns)}." if columns else "")
    accepted = spellings(body.key, lambda text: grade(item, text).is_right)
    near = tuple(
        Foreseen(
            spellings(n.answer, lambda text, n=n: grade(item, text).feedback == n.feedback),  # type: ignore[misc]
            n.feedback,
        )
        for n in body.near
    )
    return Simple(item, stem, Text(accepted, body.right, body.wrong, near))


def letter_by_letter(shape: Text) -> str:
    """Return what a program cannot do that compares texts only."""
    return (
        "The app grades a formula by what it means; here the answer is compared letter by letter "
        f"with {len(shape.spellings)} spellings."
    )


def _order(item: Item, drawn: bool) -> Simple:
    body = item.body
    shape = Sorting(
        body.entries, body.key, body.right, body.wrong, body.scoring == "pairs", _near(item)
    )
    return Simple(item, f"{item.stem}\n\nPut them in order, the first at the top.", shape)


PART_WORDS: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("left",): "the left tail",
        ("right",): "the right tail",
        ("left", "right"): "both tails",
        ("middle",): "the middle",
        ("left", "middle"): "everything but the right tail",
        ("middle", "right"): "everything but the left tail",
        PARTS: "everything",
    }
)


def _region(item: Item, drawn: bool) -> Simple:
    body = item.body
    told = {body.key: body.right} | {near.answer: near.feedback for near in body.near}
    common = list(PART_WORDS)[:4]
    parts = [part for part in PART_WORDS if part in told or part in common]
    options = tuple(
        Option(PART_WORDS[part], told.get(part, body.wrong), part == body.key) for part in parts
    )
    stem = item.stem
    if not drawn:
        df = listed([f"{value:g}" for value in body.df])
        stem += f"\n\nThe distribution: {body.family}" + (
            f" with {df} degrees of freedom" if df else ""
        )
        stem += "." if body.statistic is None else f"; the statistic is {body.statistic:g}."
    note = "In the app the parts are shaded in a picture; here they are chosen from a list."
    return Simple(item, stem, Choices(options, shuffle=False), (note,))


def _line_up(item: Item, drawn: bool) -> Simple:
    body = item.body
    if body.null:
        raise LeftOut("It is a warm-up without a key; it needs the app.")
    if not drawn:
        raise LeftOut("It is about a picture of many panels, which this file cannot hold.")
    actual = draw_panels(body).actual
    options = tuple(
        Option(f"Panel {n}", body.right if n == actual else body.wrong, n == actual)
        for n in range(1, body.panels + 1)
    )
    return Simple(item, item.stem, Choices(options, shuffle=False))


def _poll(item: Item, drawn: bool) -> Simple:
    body = item.body
    return Simple(item, item.stem, Opinion(body.options, body.thanks, body.most))


_SIMPLE: Mapping[str, Callable[[Item, bool], Simple]] = MappingProxyType(
    {
        "single_choice": _single,
        "multiple_choice": _single,
        "numeric": _numeric,
        "formula": _formula,
        "order": _order,
        "region": _region,
        "line_up": _line_up,
        "poll": _poll,
    }
)
