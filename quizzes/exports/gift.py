"""GIFT: the text format that Moodle and many other programs read.

Source
------
docs.moodle.org, "GIFT format", and what `qformat_gift` of Moodle 4 reads: a backslash before
`~ = # { } :` takes their meaning away, `\\n` is a line break, `\\\\` a backslash.
"""

import re
from collections.abc import Sequence

from quizzes.exports.format import Exported, Format, LeftOut, Pictures, name_of
from quizzes.exports.gathering import gather
from quizzes.exports.moodle_xml import fractions, number_text, starred
from quizzes.exports.shapes import (
    Choices,
    Number,
    Opinion,
    Simple,
    Sorting,
    Text,
    letter_by_letter,
)
from quizzes.item import Item
from quizzes.markdown import bracketed, clean, line, paragraphs
from quizzes.topics import TOPICS

_SPECIAL = re.compile(r"([\\~=#{}:])")


def write(items: Sequence[Item], pictures: Pictures | None = None) -> Exported:
    """Write items as GIFT; pictures are described in words.

    Raises
    ------
    ItemError : there are no items.
    """
    gathered = gather(items, None, "", _question)
    blocks, topic = [], ""
    for item, question in sorted(gathered.parts, key=lambda part: [*TOPICS].index(part[0].topic)):
        if item.topic != topic:
            topic = item.topic
            blocks.append(f"$CATEGORY: $course$/top/Mixed models/{TOPICS[topic]}")
        blocks.append(question)
    return gathered.exported(("\n\n".join(blocks) + "\n").encode())


def _escaped(text: str) -> str:
    lines = _SPECIAL.sub(r"\\\1", clean(text)).replace("\r", "").strip()
    return lines.replace("\n", "\\n").replace("\t", " ")


def _html(markdown: str) -> str:
    return _escaped(paragraphs(markdown, bracketed))


def _line(markdown: str) -> str:
    """One line of HTML; between tags, so that it cannot begin like a percentage."""
    return f"<span>{_escaped(line(markdown, bracketed))}</span>"


def _question(simple: Simple, picture: bytes | None) -> tuple[str, tuple[str, ...]]:
    rows, more = _answers(simple)
    item = simple.item
    lines = [f"::{_escaped(name_of(item))}::[html]{_html(simple.stem)} {{", *rows]
    lines.append(f"####{_html(item.explanation)}" if item.explanation else "")
    return "\n".join(filter(None, [*lines, "}"])), more


def _answers(simple: Simple) -> tuple[list[str], tuple[str, ...]]:
    match simple.shape:
        case Choices() as shape:
            return _choices(shape)
        case Number() as shape:
            spread = number_text(shape.tolerance)
            rows = [f"=%100%{number_text(shape.key)}:{spread}#{_html(shape.right)}"]
            rows += [
                f"=%0%{number_text(n.answer)}:{spread}#{_html(n.feedback)}" for n in shape.near
            ]
            return ["#", *rows, f"~#{_html(shape.wrong)}"], ()
        case Text() as shape:
            rows = [f"=%100%{_typed(s)}#{_html(shape.right)}" for s in shape.spellings]
            rows += [f"=%0%{_typed(s)}#{_html(n.feedback)}" for n in shape.near for s in n.answer]
            return [*rows, f"=%0%*#{_html(shape.wrong)}"], (letter_by_letter(shape),)
        case Sorting() as shape:
            rows = [
                f"={_line(shape.entries[i])} -> {place}" for place, i in enumerate(shape.key, 1)
            ]
            note = "GIFT has no ordering: each entry is matched with its place, without feedback."
            return rows, (note,)
        case Opinion(options=()):
            return [], ("A text without a key: an essay.",)
        case Opinion():
            raise LeftOut("It has no key, and GIFT has no choice without one.")
    raise AssertionError(simple.shape)


def _typed(text: str) -> str:
    return _escaped(starred(text))


def _choices(shape: Choices) -> tuple[list[str], tuple[str, ...]]:
    right, wrong, more = fractions(shape)
    rows = []
    for option in shape.options:
        if shape.several:
            lead = f"~%{right if option.right else wrong}%"
        else:
            lead = "=" if option.right else "~"
        rows.append(f"{lead}{_line(option.text)}#{_html(option.feedback)}")
    if not shape.shuffle:
        more += ("GIFT cannot hold that its answers have an order of their own.",)
    return rows, more


FORMAT = Format(
    "gift",
    "GIFT text",
    ".gift.txt",
    "text/plain",
    "A text file for Moodle and other quiz programs; pictures are described in words.",
    write,
)
