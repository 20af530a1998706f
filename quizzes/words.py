"""How words, numbers and code are put into sentences, besides the author's own text."""

import re
from collections.abc import Sequence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|$:<>~^&])")


def plain(text: str) -> str:
    """Return text escaped so that Markdown prints it as it stands."""
    text = "".join(c if c.isprintable() else " " for c in text)
    return _MARKDOWN.sub(r"\\\1", text)


def code(text: str, most: int = 120) -> str:
    """Return what a student typed as inline code, whatever it holds; cut off where it is long.

    Unescaped it could draw pictures from other servers, or end the code with a back quote.
    """
    text = text[: most + 1]
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(text) > most:
        text = text[:most] + "…"
    if not text:
        return "(nothing)"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    # A space keeps a back quote of the text apart from the fence; Markdown takes it away again.
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def code_block(text: str) -> str:
    """Return lines as a block of code, between more back quotes than they have in a row."""
    lines = ["".join(c if c.isprintable() else " " for c in line) for line in text.split("\n")]
    body = "\n".join(lines)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
    return f"{fence}text\n{body}\n{fence}"


def number(value: float) -> str:
    """Return a number as short as it can be written."""
    return f"{value:.10g}"


def listed(texts: Sequence[str], last: str = "and") -> str:
    """Return words joined as in a sentence: "a, b and c"."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def sentence_case(text: str) -> str:
    """Return a sentence with its capital letter."""
    return text[:1].upper() + text[1:]


def paragraphs(*texts: str) -> str:
    """Return the texts that are not empty, each a paragraph."""
    return "\n\n".join(text for text in texts if text)


def count(n: int, noun: str, plural: str = "") -> str:
    """Return how many of something: "1 statement", "2,000 statements"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"
