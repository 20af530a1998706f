"""What a formula is made of, and how R would write it down.

The same small set of nodes serves the whole formula and the arithmetic inside `log()` or `I()`.
Positions never take part in comparisons, so two formulas typed with different spacing are equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.lmm.tokens import is_plain_name


class Span(NamedTuple):
    """Where something stands in the typed formula: first character (from 0) and how many."""

    position: int
    length: int


_NOWHERE = Span(0, 1)


@dataclass(frozen=True, slots=True)
class Name:
    """A column of the data."""

    name: str
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, kept to the 15 significant digits that R writes."""

    value: float
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the closed list with its arguments."""

    function: str
    arguments: tuple["Node", ...]
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators of one precedence: `+ -`, `* /` or `:`.

    A long sum is one flat chain, so its length never becomes depth of recursion.
    """

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Power:
    """base ^ exponent."""

    base: "Node"
    exponent: "Node"
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign in front of something."""

    sign: str
    operand: "Node"
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Parenthesised:
    """Something in round brackets, kept because R keeps them in its names."""

    inner: "Node"
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Bar:
    """left | group, or left || group when `double`."""

    double: bool
    left: "Node"
    group: "Node"
    span: Span = field(default=_NOWHERE, compare=False)


Expression = Name | Number | Call | Chain | Power | Signed | Parenthesised
Node = Expression | Bar
Term = tuple[Expression, ...]


def number_text(value: float) -> str:
    """Write a number as R prints it: 15 significant digits, fixed unless that is longer."""
    if value in range(10):
        return str(int(value))
    digits, exponent = f"{value:.14e}".split("e")
    digits = digits.rstrip("0").rstrip(".")
    power = int(exponent)
    scientific = f"{digits}e{'-' if power < 0 else '+'}{abs(power):02d}"
    decimals = max(0, len(digits.lstrip("-").replace(".", "")) - 1 - power)
    fixed = f"{value:.{decimals}f}"
    return fixed if len(fixed) <= len(scientific) else scientific


def name_text(name: str) -> str:
    """Write a column's name as R does inside a formula, in back quotes where they are needed."""
    return name if is_plain_name(name) else f"`{name}`"


def deparse(node: Node) -> str:
    """Write a node with R's spacing."""
    match node:
        case Name(name):
            return name_text(name)
        case Number(value):
            return number_text(value)
        case Call(function, arguments):
            return f"{function}({', '.join(deparse(argument) for argument in arguments)})"
        case Chain(first, rest):
            return deparse(first) + "".join(_spaced(sign) + deparse(part) for sign, part in rest)
        case Power(base, exponent):
            return f"{deparse(base)}^{deparse(exponent)}"
        case Signed(sign, operand):
            return sign + deparse(operand)
        case Parenthesised(inner):
            return f"({deparse(inner)})"
        case Bar(double, left, group):
            return f"{deparse(left)} {'||' if double else '|'} {deparse(group)}"


def _spaced(operator: str) -> str:
    return operator if operator in "/:" else f" {operator} "


def term_text(term: Term) -> str:
    """Write a term as R labels it: `a:b`."""
    return ":".join(deparse(factor) for factor in term)


def names_in(node: Node) -> Iterator[Name]:
    """Yield the columns a node uses, from left to right, repeated if used repeatedly."""
    match node:
        case Name():
            yield node
        case Call(_, arguments):
            for argument in arguments:
                yield from names_in(argument)
        case Chain(first, rest):
            yield from names_in(first)
            for _, part in rest:
                yield from names_in(part)
        case Power(base, exponent):
            yield from names_in(base)
            yield from names_in(exponent)
        case Signed(_, operand):
            yield from names_in(operand)
        case Parenthesised(inner):
            yield from names_in(inner)
        case Bar(_, left, group):
            yield from names_in(left)
            yield from names_in(group)


def without_parentheses(node: Node) -> Node:
    """Take the round brackets off a node that stands alone in them."""
    while isinstance(node, Parenthesised):
        node = node.inner
    return node
