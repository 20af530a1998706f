"""Ways to type one formula, for programs that compare answers letter by letter."""

from collections.abc import Callable, Iterator
from itertools import islice, permutations, product

from sim import SimError, parse_formula

MOST = 48


def spellings(formula: str, is_right: Callable[[str], bool]) -> tuple[str, ...]:
    """Return common ways to type a formula, the given one first.

    The order of terms and brackets, a written-out intercept, and spaces may differ.

    Parameters
    ----------
    is_right : whether a way is marked as the formula itself is.
    """
    found: dict[str, None] = {formula: None}
    wide = [text for text in islice(_ways(formula), 400) if _marked(text, is_right)]
    for text in (formula, *wide):
        found[text] = None
        found[text.replace(" ", "")] = None
        if len(found) >= MOST:
            break
    return tuple(found)[:MOST]


def _marked(text: str, is_right: Callable[[str], bool]) -> bool:
    try:
        parse_formula(text)
    except SimError:
        return False
    return is_right(text)


def _ways(formula: str) -> Iterator[str]:
    response, _, right = formula.partition("~")
    terms = _split(right)
    plain = [term for term in terms if not term.startswith("(")]
    brackets = [term for term in terms if term.startswith("(")]
    fixed = _with_intercept(plain)
    random = list(product(*(_bracket_ways(text) for text in brackets)))
    # The ways that differ least from the one written come first.
    for parts, chosen in product(fixed, random):
        for order in permutations(chosen):
            yield f"{response.strip()} ~ {' + '.join((*parts, *order))}"
    for parts, chosen in product(fixed, random):
        yield f"{response.strip()} ~ {' + '.join((*chosen, *parts))}"


def _split(text: str) -> list[str]:
    """Split at the plus signs outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "+" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [" ".join(part.split()) for part in parts if part.strip()]


def _with_intercept(terms: list[str]) -> list[tuple[str, ...]]:
    bare = [term for term in terms if term != "1"]
    if "0" in terms or "-1" in terms:
        return [tuple(order) for order in islice(permutations(terms), 6)]
    orders = [tuple(order) for order in islice(permutations(bare), 6)]
    return [*(order for order in orders if order), *(("1", *order) for order in orders)]


def _bracket_ways(text: str) -> list[str]:
    inner, bar, group = text.removeprefix("(").removesuffix(")").rpartition("|")
    double = inner.endswith("|")
    terms = _split(inner.removesuffix("|"))
    sign = "||" if double else bar
    return [f"({' + '.join(way)} {sign} {group.strip()})" for way in _with_intercept(terms)]
