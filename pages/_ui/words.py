"""Text on screens: what people typed is shown as typed, never as Markdown."""

import math
import re

from quizzes.words import count, listed, sentence_case

__all__ = ["code", "count", "inside", "listed", "number", "plain", "sentence_case"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|$:<>~^&])")
# Markdown makes links of addresses, and Streamlit arrows of ->, even where they are escaped.
_CHANGED = re.compile(r"(https?(?=:)|www(?=\.)|(?<=[-.\w+])(?=@)|[<>~-](?=[-=>]))", re.IGNORECASE)
_JOINER = "\u2060"  # has no width and breaks no line


def plain(text: str) -> str:
    """Escape text so that Markdown prints it as it stands.

    A formula or a column name may come from a link somebody sent: unescaped, it could draw
    pictures from other servers into the page.
    """
    return _MARKDOWN.sub(r"\\\1", _CHANGED.sub(rf"\1{_JOINER}", text))


def code(text: str) -> str:
    """Text as inline code, on one line, between more backticks than it has in a row."""
    text = " ".join(text.split())  # an empty line would end the code
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    # A space keeps a backtick of the text apart from the fence; Markdown takes one away again.
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def number(value: float, digits: int = 3) -> str:
    """A number with so many significant digits, no exponent where that reads well."""
    if math.isnan(value):
        return "not defined"
    if math.isinf(value):
        return "infinite"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if not -4 <= size <= 6:
        return f"{value:.{digits - 1}e}"
    return f"{value:.{max(0, digits - 1 - size)}f}"


def inside(label: str) -> str:
    """A label as it stands inside a sentence: "Skewness" becomes "skewness", "SD" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
