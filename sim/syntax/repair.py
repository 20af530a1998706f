"""What a formula that cannot be read was probably meant to be."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from sim.errors import FormulaError, LimitError
from sim.lmm.expressions import name_text
from sim.lmm.formula import Formula, parse_formula
from sim.lmm.frame import unknown_column
from sim.lmm.parser import FUNCTIONS
from sim.lmm.tokens import LOOK_ALIKES

_MOST_REPAIRS = 6
_SIMPLER = {"**": "^", "[": "(", "]": ")", "{": "(", "}": ")", "&": ":", "=": "~", "==": "~"}
_SIMPLER |= {"<-": "~", "~": "+"}


def repair(error: FormulaError, columns: Collection[str] = ()) -> str | None:
    """Change a formula at the places of its errors so that it can be read.

    Parameters
    ----------
    error : raised for the formula.
    columns : of the data; empty if there are none.

    Returns
    -------
    A formula near by that can be read; None if none is found. It may still name a column that is
    not in the data, where nothing is known that comes near.
    """
    known = [str(column) for column in columns]
    text, left = error.formula, error
    for _ in range(_MOST_REPAIRS):
        found = _next(left, known)
        if found is None:
            break
        text, problem = found
        if problem is None:
            return text
        left = problem
    return text if text != error.formula and _is_unknown(left) else None


def _is_unknown(error: FormulaError) -> bool:
    return "is not in the data" in error.problem


def _next(error: FormulaError, known: list[str]) -> tuple[str, FormulaError | None] | None:
    """Repair the first error: the new text, and the error that is left behind the place."""
    rest = len(error.formula) - error.position
    for changed in dict.fromkeys(_candidates(error, known)):
        if changed == error.formula:
            continue
        try:
            left = _first_error(changed, known)
        except LimitError:
            continue
        # Names are looked up only when all can be read, so they may stand anywhere. Places count
        # from the end: a repair moves what follows it.
        readable = left is None or _is_unknown(left) > _is_unknown(error)
        if readable or (left is not None and len(changed) - left.position < rest):
            return changed, left
    return None


def _first_error(text: str, known: list[str]) -> FormulaError | None:
    try:
        formula: Formula = parse_formula(text)
    except FormulaError as error:
        return error
    for name in formula.names():
        if known and name.name not in known:
            return unknown_column(name, text, known)
    return None


def _candidates(error: FormulaError, known: list[str]) -> Iterator[str]:
    """Changed formulas, the likeliest first."""
    text, start, problem = error.formula, error.position, error.problem
    end = min(len(text), start + error.length)
    before, wrong, after = text[:start], text[start:end], text[end:]
    if _is_unknown(error):
        yield from (before + name + after for name in _near_names(wrong, known))
    elif "is not a function" in problem:
        yield from _not_a_function(before, wrong, after, known)
    elif "no operator in front of" in problem:
        yield from _joined(before, wrong + after, known)
    elif "outside brackets" in problem:
        yield from _bracketed(text, start)
    elif "'(' is never closed" in problem:
        yield from _closed(text, start)
    elif "grouping factor (" in problem or "'*' cannot stand after '|'" in problem:
        yield from _separate_groups(text, start, wrong)
    elif "stand in the formula twice" in problem or "is also a predictor" in problem:
        yield from _without(text, start, end)
    elif "nothing in front of '|" in problem:
        yield f"{before.rstrip()}1 {wrong}{after}"
    elif "cannot hold a comment" in problem:
        yield before.rstrip()
    elif "Text in quotes" in problem:
        yield from _unquoted(before, text[start:])
    elif "Something is missing" in problem or "closes nothing" in problem:
        yield (before.rstrip() + after).rstrip()
        yield re.sub(r"\s*[-+*/:^]\s*$", " ", before).rstrip(" ") + f" {text[start:]}".rstrip()
    else:
        yield from (before + new + after for new in _replacements(wrong, known))


def _near_names(wrong: str, known: list[str]) -> Iterator[str]:
    by_lower = {column.lower(): column for column in reversed(known)}
    for close in get_close_matches(wrong.strip("`").lower(), by_lower, n=1):
        yield name_text(by_lower[close])


def _replacements(wrong: str, known: list[str]) -> Iterator[str]:
    """What may stand in the place of characters that cannot be read."""
    if wrong in _SIMPLER:
        yield _SIMPLER[wrong]
    elif wrong.isspace():
        yield " "
    elif len(wrong) == 1 and not wrong.isprintable():
        yield ""
    elif len(wrong) == 1 and not wrong.isascii():
        yield LOOK_ALIKES.get(wrong) or unicodedata.normalize("NFKC", wrong)
    elif re.fullmatch(r"[\w.]+", wrong) and (wrong in known or not known):
        yield f"`{wrong}`"


def _not_a_function(before: str, name: str, after: str, known: list[str]) -> Iterator[str]:
    inside = after.partition(")")[0]
    if name in known or "|" in inside:
        yield f"{before}{name} + {after.lstrip()}"
    for close in get_close_matches(name, FUNCTIONS, n=1):
        yield before + close + after


def _joined(before: str, after: str, known: list[str]) -> Iterator[str]:
    """Two names without an operator between them: one column, or a sum."""
    last, first = re.search(r"[\w.]+\s+$", before), re.match(r"[\w.]+", after)
    if last and first:
        spaced = [name for name in known if " " in name]
        for name in get_close_matches(f"{last.group()}{first.group()}", spaced, n=1):
            yield f"{before[: last.start()]}`{name}`{after[first.end() :]}"
    yield f"{before.rstrip()} + {after}"


def _bracketed(text: str, bar: int) -> Iterator[str]:
    """Put brackets around a bar and the terms beside it."""
    left = max(text.rfind("~", 0, bar), text.rfind("+", 0, bar))
    # `0 + x | g` and `1 + x | g` belong together.
    if re.search(r"[~+]\s*[01]\s*$", text[:left]):
        left = max(text.rfind("~", 0, left), text.rfind("+", 0, left))
    following = text.find("+", bar)
    right = len(text) if following < 0 else following
    inside = text[left + 1 : right].strip()
    yield f"{text[: left + 1]} ({inside}) {text[right:]}".rstrip()


def _closed(text: str, opening: int) -> Iterator[str]:
    """Close a bracket before the next sum, or at the end."""
    bar = text.find("|", opening)
    following = text.find("+", bar) if bar >= 0 else -1
    if following >= 0:
        yield f"{text[:following].rstrip()}) {text[following:]}"
    yield f"{text.rstrip()})"


def _separate_groups(text: str, start: int, wrong: str) -> Iterator[str]:
    """Give each of several grouping factors a bracket of its own."""
    opening, closing = text.rfind("(", 0, start), text.find(")", start)
    groups = [part.strip() for part in re.split(r"[+*]", wrong)]
    if opening < 0 or closing < 0 or "|" not in text[opening:start] or len(groups) < 2:
        return
    left = text[opening + 1 : start].rstrip()
    if "*" in wrong and len(groups) == 2:
        groups.append(":".join(groups))
    brackets = " + ".join(f"({left} {group})" for group in groups)
    yield text[:opening] + brackets + text[closing + 1 :]


def _without(text: str, start: int, end: int) -> Iterator[str]:
    """Take a term or a bracket away, with the sign in front of it."""
    before, after = text[:start], text[end:]
    if "|" in text[start:end]:
        before, after = before[: before.rfind("(")], after[after.find(")") + 1 :]
    yield re.sub(r"\s*[-+*/:]\s*$", "", before) + after


def _unquoted(before: str, quoted: str) -> Iterator[str]:
    close = quoted.find(quoted[0], 1)
    if close > 1:
        yield before + name_text(quoted[1:close]) + quoted[close + 1 :]
