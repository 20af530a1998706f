"""Markdown of items as HTML or plain text, without raw HTML, pictures or links in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_MATH = 500
_TAGS = (
    "math mrow mi mn mo mtext mspace mstyle msup msub msubsup msqrt mroot mfrac mover munder "
    "munderover mtable mtr mtd"
)
_TAG = re.compile(rf"</?(?:{'|'.join(_TAGS.split())})(?: [a-z]+=\"[\w:/.+\- ]*\")*(?: ?/)?>")
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_LIVELY = re.compile(r"href|style=|class=|script", re.IGNORECASE)
# After these a minus is a sign and stands close to its number: = ( [ , < > ≤ ≥ ≈ · ×.
_BEFORE_SIGN = "0003D 00028 0005B 0002C 0003C 0003E 02264 02265 02248 000B7 000D7"
_SIGNED = re.compile(
    rf"(<mo[^>]*>&#x(?:{'|'.join(_BEFORE_SIGN.split())});</mo><mo)(?=>&#x02212;</mo>)"
)
# Browsers break a line between mathematics and the full stop behind it.
_CUT_OFF = re.compile(r"(</math>|</code>)</span>([.,;:?!)]+)")
# What XML 1.0 has no place for, whatever it is escaped as.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "alpha": "α",
        "approx": "≈",
        "beta": "β",
        "cdot": "·",
        "chi": "χ",
        "Delta": "Δ",
        "delta": "δ",
        "epsilon": "ε",
        "eta": "η",
        "gamma": "γ",
        "ge": "≥",
        "geq": "≥",
        "in": "∈",
        "infty": "∞",
        "Lambda": "Λ",
        "lambda": "λ",
        "ldots": "…",
        "le": "≤",
        "leq": "≤",
        "mu": "μ",
        "ne": "≠",
        "neq": "≠",
        "omega": "ω",
        "pi": "π",
        "pm": "±",
        "rho": "ρ",
        "Sigma": "Σ",
        "sigma": "σ",
        "sim": "~",
        "sum": "Σ",
        "tau": "τ",
        "theta": "θ",
        "times": "×",
        "to": "→",
        "rightarrow": "→",
    }
)
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def clean(text: str) -> str:
    """Return text without the characters that no XML file can hold."""
    return _NO_XML.sub(" ", text)


def mathml(latex: str, is_block: bool = False) -> str:
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
            return _SIGNED.sub(r'\1 form="prefix"', made)
    return f"<code>{escape(latex[:MAX_MATH])}</code>"


def bracketed(latex: str, is_block: bool = False) -> str:
    """Return LaTeX between the brackets that MathJax looks for."""
    left, right = (r"\[", r"\]") if is_block else (r"\(", r"\)")
    return left + escape(latex) + right


def spelled(latex: str) -> str:
    """Return LaTeX as a line of text: "χ²", "√(0.2)", "1/20"."""
    text = re.sub(r"\\(?:left|right|!|,|;|quad|displaystyle)(?![a-z])", "", latex)
    text = re.sub(r"\\(?:text|mathrm|mathbf|operatorname)\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", text)
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _SIGNS.get(m[1], m[1]), text)
    text = re.sub(r"\^(\{[^{}]*\}|.)", lambda m: _moved(m[1], _RAISED, "^"), text)
    text = re.sub(r"_(\{[^{}]*\}|.)", lambda m: _moved(m[1], _LOWERED, "_"), text)
    return re.sub(r"\\([%$&#_{} ])", r"\1", text).replace("{", "").replace("}", "").strip()


def _moved(text: str, letters: dict[int, int], sign: str) -> str:
    inner = text.removeprefix("{").removesuffix("}")
    if all(ord(c) in letters for c in inner):
        return inner.translate(letters)
    return f"{sign}{inner}" if len(inner) == 1 else f"{sign}({inner})"


Mathematics = Callable[[str, bool], str]


@lru_cache(maxsize=4)
def _reader(mathematics: Mathematics) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": False})
    reader.enable(["table", "strikethrough"])
    # An item is read on strangers' screens: nothing in it may load or lead anywhere.
    reader.disable(["image", "link", "autolink", "reference", "html_inline", "html_block"])

    def rendered(latex: str, options: dict[str, Any]) -> str:
        return mathematics(latex, bool(options.get("display_mode")))

    reader.use(dollarmath_plugin, allow_space=False, double_inline=True, renderer=rendered)
    return reader


@lru_cache(maxsize=8000)
def paragraphs(text: str, mathematics: Mathematics = mathml) -> str:
    """Return Markdown as HTML blocks; tables may scroll sideways.

    Parameters
    ----------
    mathematics : what becomes of LaTeX: called as mathematics(latex, is_block).
    """
    made: str = _whole(_reader(mathematics).render(clean(text)))
    made = _ALIGNED.sub(lambda found: f' class="{found[1][0]}"', made)
    return made.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )


@lru_cache(maxsize=8000)
def line(text: str, mathematics: Mathematics = mathml) -> str:
    """Return one line of Markdown as HTML without a block around it."""
    return _whole(_reader(mathematics).renderInline(" ".join(clean(text).split())))


def _whole(html: str) -> str:
    """Return HTML with each punctuation mark in one span with the mathematics before it."""
    return _CUT_OFF.sub(r"\1\2</span>", html)


@lru_cache(maxsize=8000)
def spoken(text: str) -> str:
    """Return Markdown as one line of plain text, for formats that know no markup."""
    tokens = _reader(mathml).parse(clean(text))
    return " ".join(" ".join(_words(tokens)).split())


def _words(tokens: Sequence[Token]) -> list[str]:
    found = []
    for token in tokens:
        match token.type:
            case "inline":
                # Inside a line nothing may come between the parts but what stands there.
                found.append("".join(_words(token.children or [])))
            case "text" | "code_inline" | "code_block" | "fence":
                found.append(token.content)
            case "math_inline" | "math_inline_double" | "math_block":
                found.append(spelled(token.content))
            case "softbreak" | "hardbreak":
                found.append(" ")
            case "th_close" | "td_close":
                found.append("|")
    return found
