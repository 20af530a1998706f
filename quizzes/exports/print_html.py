"""A page to print: the questions, and the key on a page of its own."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from quizzes.exports.format import Exported, Format, Pictures, name_of
from quizzes.exports.gathering import gather
from quizzes.exports.shapes import Choices, Number, Opinion, Option, Simple, Sorting, Text
from quizzes.item import Item
from quizzes.markdown import clean, line, paragraphs
from quizzes.words import LETTERS, listed, number

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
GRID_FROM = 9  # options from which on they stand beside each other: the panels of a line-up


@dataclass(frozen=True, slots=True)
class _Printed:
    """What the template shows of one item, everything as HTML.

    Parameters
    ----------
    form : "choices", "entries", or "line" for something to be written.
    hint : what to do.
    key : the right answer.
    """

    name: str
    stem: Markup
    picture: str
    alt: str
    form: str
    hint: str
    rows: tuple[Markup, ...]
    beside: bool
    unit: str
    key: Markup
    explanation: Markup


def write(items: Sequence[Item], pictures: Pictures | None = None) -> Exported:
    """Write items as one HTML file that needs nothing else.

    Raises
    ------
    ItemError : there are no items.
    """
    gathered = gather(items, pictures, "svg", _printed)
    page = _PAGES.get_template("print.html").render(
        questions=[printed for _, printed in gathered.parts], letters=LETTERS
    )
    return gathered.exported(page.encode())


def _printed(simple: Simple, picture: bytes | None) -> tuple[_Printed, tuple[str, ...]]:
    item = simple.item
    # As an image of its own: names inside of one drawing cannot meet those of another.
    address = ""
    if picture is not None:
        address = f"data:image/svg+xml;base64,{base64.b64encode(picture).decode('ascii')}"
    form, hint, rows, unit, key = _answer(simple)
    printed = _Printed(
        clean(name_of(item)),
        Markup(paragraphs(simple.stem)),
        address,
        clean(item.picture.alt if item.picture is not None else "The picture of the question"),
        form,
        hint,
        tuple(Markup(line(row)) for row in rows),
        len(rows) >= GRID_FROM,
        clean(unit),
        Markup(line(key)),
        Markup(paragraphs(item.explanation)),
    )
    # Paper is read by people: nothing is compared letter by letter.
    return printed, ()


def _answer(simple: Simple) -> tuple[str, str, list[str], str, str]:
    match simple.shape:
        case Choices() as shape:
            hint = "Tick every one that holds." if shape.several else "Tick one."
            rows = [option.text for option in shape.options]
            return "choices", hint, rows, "", _right(shape.options)
        case Number() as shape:
            spread = f" (± {number(shape.tolerance)})" if shape.tolerance else ""
            key = f"{number(shape.key)} {shape.unit}".strip() + spread
            return "line", "", [], shape.unit, key
        case Text() as shape:
            return "line", "", [], "", f"`{shape.spellings[0]}`"
        case Sorting() as shape:
            places = [f"{shape.key.index(i) + 1}" for i in range(len(shape.entries))]
            key = "; ".join(
                f"**{place}** {text}" for place, text in zip(places, shape.entries, strict=True)
            )
            hint = "Write 1 for the first, 2 for the second, and so on."
            return "entries", hint, list(shape.entries), "", key
        case Opinion() as shape:
            form = "choices" if shape.options else "line"
            return form, "", list(shape.options), "", "There is no right answer."
    raise AssertionError(simple.shape)


def _right(options: Sequence[Option]) -> str:
    right = [i for i, option in enumerate(options) if option.right]
    if len(right) == 1:
        i = right[0]
        letter = f"**{LETTERS[i]}** " if len(options) < GRID_FROM else ""
        return letter + options[i].text
    return listed([f"**{LETTERS[i]}**" for i in right])


FORMAT = Format(
    "html",
    "HTML to print",
    ".html",
    "text/html",
    "A page to print from any browser; the key stands on a page of its own.",
    write,
)
