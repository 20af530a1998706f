"""The random effects of a formula: `/` and `||` expanded, grouping factors named as lme4 does."""

from dataclasses import dataclass, field

from sim.errors import LimitError
from sim.limits import MAX_INTERACTION_ORDER
from sim.lmm.expressions import (
    Bar,
    Chain,
    Name,
    Node,
    Number,
    Parenthesised,
    Signed,
    deparse,
    name_text,
    names_in,
    term_text,
    without_parentheses,
)
from sim.lmm.terms import Expansion, Terms
from sim.lmm.tokens import character_error


@dataclass(frozen=True, slots=True)
class Bracket:
    """The random effects of one bracket, `/` and `||` already expanded.

    Parameters
    ----------
    terms : what varies between groups.
    group : columns whose combinations are the groups, in lme4's order: ("b", "a") for a/b.
    group_name : the groups as lme4 names them: "b:a".
    text : the bracket as lme4 cites it: "(1 + days | subject)".
    group_names : the columns of `group` with their places in the text.
    separated : whether it is one of several that `||` stood for.
    """

    terms: Terms
    group: tuple[str, ...]
    group_name: str
    text: str = field(default="", compare=False)
    group_names: tuple[Name, ...] = field(default=(), compare=False)
    separated: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        group = name_text(self.group[0]) if len(self.group) == 1 else self.group_name
        return f"({self.terms} | {group})"


def expand_bar(bar: Bar, text: str) -> list[Bracket]:
    """Expand one bracket as lme4 does: first `||`, then `/`.

    Raises
    ------
    FormulaError : a bracket inside it, nothing before the bar, or no grouping factor behind it.
    """
    if any(isinstance(side, Bar) for side in (bar.left, bar.group)):
        raise character_error(
            "A bracket stands inside a bracket", "Join brackets by +.", text, *bar.span
        )
    inner = Expansion(text, where="bracket")
    terms = inner.terms_of(bar.left)
    if inner.bars:
        hint = "Write brackets beside each other, joined by +."
        raise character_error("A bracket stands inside a bracket", hint, text, *inner.bars[0].span)
    if not terms.intercept and not terms.terms:
        raise character_error(
            f"The bracket ({deparse(bar)}) has no random effects",
            "Write 1 for a random intercept: (1 | g).", text, *bar.span,
        )  # fmt: skip
    groups = _groups(bar.group, text)
    if not bar.double:
        return [_bracket(terms, deparse(bar.left), group, False) for group in groups]
    pieces = [(Terms(False, (term,)), f"0 + {term_text(term)}") for term in terms.terms]
    if terms.intercept:
        pieces.insert(0, (Terms(True, ()), "1"))
    return [_bracket(piece, left, group, True) for piece, left in pieces for group in groups]


def _bracket(
    terms: Terms, left: str, group: tuple[tuple[Name, ...], str], separated: bool
) -> Bracket:
    names, label = group
    text = f"({left} | {name_text(names[0].name) if len(names) == 1 else label})"
    return Bracket(terms, tuple(name.name for name in names), label, text, names, separated)


def _groups(node: Node, text: str) -> list[tuple[tuple[Name, ...], str]]:
    """Expand the right side of a bracket into grouping factors: columns, and lme4's name."""
    node = without_parentheses(node)
    if not (isinstance(node, Chain) and node.rest[0][0] in "*/"):
        return [_group(node, text)]
    if any(sign == "*" for sign, _ in node.rest):
        raise character_error(
            "'*' cannot stand after '|'",
            "Write (1 | a) + (1 | b) + (1 | a:b) for both and their combinations.",
            text, *node.span,
        )  # fmt: skip
    if isinstance(without_parentheses(node.first), Chain):
        hint = "Write a bracket for each: (1 | a:b) + (1 | c:a:b)."
        raise character_error(
            "lme4 cannot read what stands before '/'", hint, text, *node.first.span
        )
    groups = [_group(node.first, text)]
    for _, part in node.rest:
        names, label = _group(part, text)
        outer, outer_label = groups[0]
        shown = label if len(names) > 1 else name_text(names[0].name)
        outer_shown = name_text(outer[0].name) if len(outer) == 1 else f"({outer_label})"
        groups.insert(0, (_checked((*names, *outer), text), f"{shown}:{outer_shown}"))
    return groups


def _group(node: Node, text: str) -> tuple[tuple[Name, ...], str]:
    """Read one grouping factor: a column, or columns joined by ':'."""
    node = without_parentheses(node)
    if isinstance(node, Name):
        return (node,), node.name
    if isinstance(node, Chain) and node.rest[0][0] == ":":
        parts = [_group(part, text) for part in (node.first, *(p for _, p in node.rest))]
        shown = [_inside(label, names, i > 0) for i, (names, label) in enumerate(parts)]
        return _checked(tuple(n for names, _ in parts for n in names), text), ":".join(shown)
    hint = "Write a column that names the groups: (1 | participant)."
    if isinstance(node, Chain) and node.rest[0][0] == "+":
        hint = "Write one bracket for each: (1 | a) + (1 | b)."
    elif isinstance(node, Chain) and node.rest[0][0] == "/":
        hint = "Write the nesting without inner brackets: (1 | a/b/c)."
    elif next(names_in(node), None) is not None:
        hint = "Write the column's name alone: a grouping column is always a factor."
    raise character_error(f"'{deparse(node)}' cannot be a grouping factor", hint, text, *node.span)


def _inside(label: str, names: tuple[Name, ...], bracketed: bool) -> str:
    if len(names) == 1:
        return name_text(names[0].name)
    return f"({label})" if bracketed else label


def _checked(names: tuple[Name, ...], text: str) -> tuple[Name, ...]:
    """Refuse a combination of columns that is too long or names a column twice."""
    if len(names) > MAX_INTERACTION_ORDER:
        raise LimitError(
            f"A bracket combines {len(names)} grouping columns; this server takes up to "
            f"{MAX_INTERACTION_ORDER}.",
            "Make one column of them in the data.",
        )
    for i, name in enumerate(names):
        if name in names[:i]:
            raise character_error(
                f"The grouping column '{name.name}' is combined with itself",
                "Name each column once.", text, *name.span,
            )  # fmt: skip
    return names


def without_double_bars(node: Node, text: str) -> Node:
    """Replace each `||` by the brackets it stands for, as lme4 does before printing."""
    match node:
        case Parenthesised(inner):
            return Parenthesised(without_double_bars(inner, text))
        case Signed(sign, operand):
            return Signed(sign, without_double_bars(operand, text))
        case Chain(first, rest) if rest[0][0] in "+-":
            parts = tuple((sign, without_double_bars(part, text)) for sign, part in rest)
            return Chain(without_double_bars(first, text), parts)
        case Bar(True, left, group):
            return _separate_bars(Expansion(text).terms_of(left), group)
    return node


def _separate_bars(terms: Terms, group: Node) -> Node:
    lefts: list[Node] = [Number(1.0)] if terms.intercept else []
    for term in terms.terms:
        rest = tuple((":", factor) for factor in term[1:])
        label = Chain(term[0], rest) if rest else term[0]
        lefts.append(Chain(Number(0.0), (("+", label),)))
    bars = [Parenthesised(Bar(False, left, group)) for left in lefts]
    return Chain(bars[0], tuple(("+", bar) for bar in bars[1:])) if len(bars) > 1 else bars[0]
