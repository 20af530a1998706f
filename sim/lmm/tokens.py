"""Cut a formula into tokens, or say which character cannot stand in one."""

import re
import unicodedata
from typing import NamedTuple, NoReturn

from sim.errors import FormulaError

RESERVED = frozenset(
    {
        *("if", "else", "repeat", "while", "function", "for", "next", "break", "in"),
        *("TRUE", "FALSE", "NULL", "Inf", "NaN"),
        *("NA", "NA_integer_", "NA_real_", "NA_complex_", "NA_character_"),
    }
)

_TOKEN = re.compile(
    r"""(?P<space>[ \t]+)
      | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<quoted>`[^`\\]*`)
      | (?P<name>(?:[^\W\d_]|\.(?![0-9]))[\w.]*)
      | (?P<operator>\|\||[-+*/:^()|~,])""",
    re.VERBOSE,
)

# Longest first, so that "<-" is not read as "<" and "-".
_REFUSED = {
    "**": ("'**' is not used here", "Write ^ for a power."),
    "<-": ("'<-' stores a value in R", "Leave it out: write only response ~ predictors."),
    "->": ("'->' stores a value in R", "Leave it out: write only response ~ predictors."),
    "==": ("A formula cannot compare values with '=='", "Make a new column in the data."),
    "!=": ("A formula cannot compare values with '!='", "Make a new column in the data."),
    "<=": ("A formula cannot compare values with '<='", "Make a new column in the data."),
    ">=": ("A formula cannot compare values with '>='", "Make a new column in the data."),
    "<": ("A formula cannot compare values with '<'", "Make a new column in the data."),
    ">": ("A formula cannot compare values with '>'", "Make a new column in the data."),
    "=": ("'=' has no place in a formula", "Write ~ between the response and the predictors."),
    "&": ("'&' has no place in a formula", "Write a:b for an interaction of a and b."),
    "!": ("'!' has no place in a formula", "Write - to take a term away."),
    "$": ("'$' is not needed", "Write the column's name alone."),
    "@": ("'@' has no place in a formula", "Write the column's name alone."),
    "[": ("'[' has no place in a formula", "Write round brackets: (1 | participant)."),
    "]": ("']' has no place in a formula", "Write round brackets: (1 | participant)."),
    "{": ("'{' has no place in a formula", "Write round brackets: (1 | participant)."),
    "}": ("'}' has no place in a formula", "Write round brackets: (1 | participant)."),
    "'": ("Text in quotes has no place in a formula", "Write a column's name without quotes."),
    '"': ("Text in quotes has no place in a formula", "Write a column's name without quotes."),
    "_": ("A name cannot start with '_'", "Put the name in back quotes: `_name`."),
    ";": ("';' has no place in a formula", "Write one formula only."),
    "#": ("A formula cannot hold a comment", "Leave out everything from '#' on."),
    "\\": ("A backslash has no place in a formula", "Leave it out."),
    "?": ("'?' has no place in a formula", "Leave it out."),
}

LOOK_ALIKES = dict.fromkeys("−–—‐‑‒―", "-") | {
    "∼": "~", "˜": "~", "〜": "~", "∣": "|", "│": "|", "¦": "|", "ǀ": "|", "‖": "||", "∥": "||",
    "×": "*", "∗": "*", "⋅": "*", "·": "*", "•": "*", "÷": "/", "∕": "/", "⁄": "/", "∶": ":",
    "ˆ": "^", "‘": "`", "’": "`", "´": "`", "ˋ": "`", "‵": "`", "′": "`",
}  # fmt: skip


class Token(NamedTuple):
    """One piece of a formula: kind is name, number, operator or end."""

    kind: str
    text: str
    position: int
    length: int


def is_plain_name(name: str) -> bool:
    """Whether R takes this name without back quotes."""
    match = _TOKEN.fullmatch(name)
    if match is None or match.lastgroup != "name" or name in RESERVED:
        return False
    if name == "..." or (name[:2] == ".." and name[2:].isdigit()):
        return False
    return name.isascii() or _odd_letter(name) is None


def _odd_letter(name: str) -> int | None:
    """Position of the first character that is not a letter, digit, dot or underscore."""
    return next((i for i, c in enumerate(name) if not (c.isalpha() or c in "0123456789._")), None)


def scan(text: str) -> list[Token]:
    """Cut `text` into tokens, the last of kind "end".

    Raises
    ------
    FormulaError : a character that cannot stand in a formula, with its position.
    """
    tokens = []
    end = len(text.rstrip())
    position = len(text) - len(text.lstrip())
    while position < end:
        match = _TOKEN.match(text, position, end)
        if match is None or text[position : position + 2] in _REFUSED:
            _refuse(text, position)
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(_checked(text, kind, match.group(), position))
        position = match.end()
    tokens.append(Token("end", "", len(text), 1))
    return tokens


def _checked(text: str, kind: str, piece: str, position: int) -> Token:
    """Turn a matched piece into a token, or refuse it."""
    end = position + len(piece)
    if kind == "quoted":
        return Token("name", _unquoted(text, piece, position), position, len(piece))
    if kind == "number" and text[end : end + 1].strip() and re.match(r"[\w.]", text[end]):
        word = _TOKEN.match(text, end)
        whole = piece + (word.group() if word else text[end])
        _fail(
            text, position, len(whole), f"'{whole}' starts with a digit but is not a number",
            f"If it is a column, put it in back quotes: `{whole}`.",
        )  # fmt: skip
    if kind == "name":
        _check_name(text, piece, position)
    return Token(kind, piece, position, len(piece))


def _unquoted(text: str, piece: str, position: int) -> str:
    name = piece[1:-1]
    if not name.strip():
        _fail(text, position, len(piece), "There is no name between the back quotes", "Write one.")
    if not name.isprintable():
        odd = next(i for i, c in enumerate(name) if not c.isprintable())
        _refuse(text, position + 1 + odd)
    return name


def _check_name(text: str, name: str, position: int) -> None:
    odd = None if name.isascii() else _odd_letter(name)
    if odd is not None:
        _refuse(text, position + odd)
    if name == ".":
        _fail(
            text, position, 1, "'.' (every other column, in R) is not used here",
            "Write the columns one by one, joined by +.",
        )  # fmt: skip
    if name in RESERVED:
        _fail(
            text, position, len(name), f"'{name}' is a word that R keeps for itself",
            f"If it is a column, put it in back quotes: `{name}`.",
        )  # fmt: skip
    if not is_plain_name(name):
        _fail(
            text, position, len(name), f"'{name}' is not a name R takes",
            f"If it is a column, put it in back quotes: `{name}`.",
        )  # fmt: skip


def _refuse(text: str, position: int) -> NoReturn:
    """Raise the error that suits the character at `position`."""
    for length in (2, 1):
        known = _REFUSED.get(text[position : position + length])
        if known and len(text[position : position + length]) == length:
            _fail(text, position, length, *known)
    character = text[position]
    if character == "`":
        _fail(
            text, position, 1, "This back quote is never closed", "Write another ` after the name."
        )
    if character == "%":
        end = text.find("%", position + 1) + 1 or position + 1
        _fail(
            text, position, end - position,
            f"'{text[position:end]}' has no place in a formula", "Write a:b for a within b.",
        )  # fmt: skip
    _fail(text, position, 1, *_foreign(character))


def _foreign(character: str) -> tuple[str, str]:
    """Say what a character outside the grammar is and what to type."""
    code = f"U+{ord(character):04X}"
    if character in "\n\r\v\f\x85\u2028\u2029":
        return "The formula goes on after a line break", "Write it on one line."
    if character in "“”„‟«»":
        return f"'{character}' is a quotation mark", "Write a column's name without quotes."
    if character.isspace():
        return f"There is an unusual space here ({code})", "Type an ordinary space."
    if not character.isprintable():
        return f"There is an invisible character here ({code})", "Delete it."
    ascii_twin = LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    if ascii_twin.isascii() and character.isdigit() and not character.isdecimal():
        return f"'{character}' is not a plain digit", f"Write a power as I(x^{ascii_twin})."
    if ascii_twin.isascii() and ascii_twin.isprintable() and ascii_twin != character:
        return (
            f"'{character}' ({code}) only looks like '{ascii_twin}'",
            f"Type {ascii_twin} on the keyboard.",
        )
    return (
        f"'{character}' ({code}) cannot stand in a formula",
        "If it is part of a column's name, put the whole name in back quotes.",
    )


def _fail(text: str, position: int, length: int, problem: str, hint: str) -> NoReturn:
    raise character_error(problem, hint, text, position, length)


def character_error(problem: str, hint: str, text: str, position: int, length: int) -> FormulaError:
    """Make the error for `length` characters of `text`, the place added to the problem."""
    return FormulaError(
        f"{problem} (character {position + 1} of the formula).",
        hint,
        formula=text,
        position=position,
        length=length,
    )
