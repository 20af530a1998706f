"""Items as HTML for phones: Markdown without raw HTML, pictures or links, mathematics as MathML."""

import re
from functools import lru_cache
from html import escape
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_MATH = 500
_TAGS = (
    "math mrow mi mn mo mtext mspace mstyle msup msub msubsup msqrt mroot mfrac mover munder "
    "munderover mtable mtr mtd"
)
_TAG = re.compile(rf"</?(?:{'|'.join(_TAGS.split())})(?: [a-z]+=\"[\w:/.+\- ]*\")*(?: ?/)?>")
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_LIVELY = re.compile(r"href|style=|class=|script", re.IGNORECASE)


def mathematics(latex: str, is_block: bool = False) -> str:
    """Return LaTeX as MathML, or as code where it cannot be turned into harmless MathML.

    The converter passes on what stands inside of commands such as `\\text`; whatever is no plain
    element of MathML is therefore shown as it was typed.
    """
    if len(latex) <= MAX_MATH:
        try:
            made = convert(latex, display="block" if is_block else "inline")
        except Exception:  # it has no error of its own for all that it cannot read
            made = ""
        rest = _TAG.sub("", made)
        if made and "<" not in rest and ">" not in rest and not _LIVELY.search(made):
            return made
    return f"<code>{escape(latex[:MAX_MATH])}</code>"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": False})
    reader.enable(["table", "strikethrough"])
    # An item is read on strangers' phones: nothing in it may load or lead anywhere.
    reader.disable(["image", "link", "autolink", "reference", "html_inline", "html_block"])
    reader.use(dollarmath_plugin, allow_space=False, double_inline=True, renderer=_rendered)
    return reader


def _rendered(latex: str, options: dict[str, Any]) -> str:
    return mathematics(latex, is_block=bool(options.get("display_mode")))


_READER = _reader()


@lru_cache(maxsize=4000)
def paragraphs(text: str) -> str:
    """Return Markdown as HTML blocks; tables may scroll sideways."""
    made: str = _READER.render(text)
    made = _ALIGNED.sub(lambda found: f' class="{found[1][0]}"', made)
    return made.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )


@lru_cache(maxsize=4000)
def line(text: str) -> str:
    """Return one line of Markdown as HTML without a block around it."""
    made: str = _READER.renderInline(" ".join(text.split()))
    return made
