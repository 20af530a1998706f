"""Formulas: read from text, expanded into terms and brackets, written as R writes them.

Nothing a user types is ever executed: the text is cut into tokens, parsed by a small grammar of our
own, and kept as plain values.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import TopologicalSorter
from itertools import pairwise

from sim.errors import FormulaError, LimitError
from sim.limits import MAX_FORMULA_LENGTH
from sim.lmm.expressions import (
    Bar,
    Chain,
    Expression,
    Name,
    Node,
    Number,
    Parenthesised,
    Signed,
    Span,
    deparse,
    name_text,
    names_in,
    term_text,
    without_parentheses,
)
from sim.lmm.parser import parse_tree
from sim.lmm.terms import Expansion, Terms


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
    """

    terms: Terms
    group: tuple[str, ...]
    group_name: str
    text: str = field(default="", compare=False)
    group_names: tuple[Name, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        group = name_text(self.group[0]) if len(self.group) == 1 else self.group_name
        return f"({_sum_text(self.terms)} | {group})"


@dataclass(frozen=True, slots=True)
class Formula:
    """A model formula; equal formulas have the same terms and brackets in the same order.

    Parameters
    ----------
    response : expression of the response.
    fixed : terms of the fixed effects.
    brackets : random effects, in the order typed.
    text : what the user typed.
    r_text : the formula as lme4 prints it: R's spacing, `||` expanded.
    """

    response: Expression
    fixed: Terms
    brackets: tuple[Bracket, ...]
    text: str = field(default="", compare=False)
    r_text: str = field(default="", compare=False)

    @property
    def response_text(self) -> str:
        """The response as R names it."""
        return deparse(self.response)

    @property
    def brackets_text(self) -> tuple[str, ...]:
        """Each bracket as lme4 cites it in its messages."""
        return tuple(bracket.text for bracket in self.brackets)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of all columns used, each once: response, fixed effects, brackets."""
        return tuple(dict.fromkeys(name.name for name in self.names()))

    def names(self) -> Iterable[Name]:
        """Yield every use of a column with its place in the text."""
        yield from names_in(self.response)
        for terms in (self.fixed, *(bracket.terms for bracket in self.brackets)):
            for term in terms.terms:
                for factor in term:
                    yield from names_in(factor)
        for bracket in self.brackets:
            yield from bracket.group_names

    def __str__(self) -> str:
        parts = [_sum_text(self.fixed), *(str(bracket) for bracket in self.brackets)]
        return f"{deparse(self.response)} ~ {' + '.join(parts)}"


@lru_cache(maxsize=512)
def parse_formula(text: str) -> Formula:
    """Read a formula such as `reaction ~ 1 + days + (1 + days | subject)`.

    Parameters
    ----------
    text : what a user typed; never evaluated.

    Raises
    ------
    FormulaError : cannot be read; names the character.
    LimitError : longer, deeper or with more terms than the server accepts.
    """
    if not isinstance(text, str):
        raise FormulaError("A formula is text.", "Write, for example, y ~ 1 + x + (1 | g).")
    if len(text) > MAX_FORMULA_LENGTH:
        raise LimitError(
            f"The formula has {len(text):,} characters; this server takes up to "
            f"{MAX_FORMULA_LENGTH:,}.",
            "Write a shorter one.",
        )
    left, right = parse_tree(text)
    response = _response(left, text)
    expansion = Expansion(text)
    fixed = expansion.terms_of(right)
    brackets: list[Bracket] = []
    for bar in expansion.bars:
        brackets += _unseen(brackets, _brackets(bar, text), bar, text)
    _check_response_alone(response, (fixed, *(b.terms for b in brackets)), text)
    r_text = f"{deparse(left)} ~ {deparse(_without_double_bars(right, text))}"
    return Formula(response, fixed, tuple(brackets), text, r_text)


def _fail(problem: str, hint: str, text: str, span: Span) -> FormulaError:
    return FormulaError(
        f"{problem} (character {span.position + 1} of the formula).",
        hint, formula=text, position=span.position, length=span.length,
    )  # fmt: skip


def _response(node: Node, text: str) -> Expression:
    response = without_parentheses(node)
    if isinstance(response, Bar) or next(names_in(response), None) is None:
        hint = "Write the column you want to explain in front of '~'."
        raise _fail("The response names no column", hint, text, node.span)
    return response


def _check_response_alone(response: Expression, parts: Iterable[Terms], text: str) -> None:
    for terms in parts:
        for term in terms.terms:
            for factor in term:
                if factor == response:
                    name = deparse(response)
                    raise _fail(
                        f"The response '{name}' is also a predictor",
                        "Take it away from the right of '~'.", text, factor.span,
                    )  # fmt: skip


def _unseen(seen: list[Bracket], new: list[Bracket], bar: Bar, text: str) -> list[Bracket]:
    """Refuse brackets that are in the formula already: lme4 would split one variance in two."""
    for bracket in new:
        if bracket in seen:
            raise _fail(
                f"The random effects {bracket} stand in the formula twice",
                "Keep one of the two.", text, bar.span,
            )  # fmt: skip
    return new


def _brackets(bar: Bar, text: str) -> list[Bracket]:
    """Expand one bracket as lme4 does: first `||`, then `/`."""
    if any(isinstance(side, Bar) for side in (bar.left, bar.group)):
        raise _fail("A bracket stands inside a bracket", "Join brackets by +.", text, bar.span)
    inner = Expansion(text, where="bracket")
    terms = inner.terms_of(bar.left)
    if inner.bars:
        hint = "Write brackets beside each other, joined by +."
        raise _fail("A bracket stands inside a bracket", hint, text, inner.bars[0].span)
    if not terms.intercept and not terms.terms:
        raise _fail(
            f"The bracket ({deparse(bar)}) has no random effects",
            "Write 1 for a random intercept: (1 | g).", text, bar.span,
        )  # fmt: skip
    groups = _groups(bar.group, text)
    if not bar.double:
        return [_bracket(terms, deparse(bar.left), group) for group in groups]
    pieces = [(Terms(False, (term,)), f"0 + {term_text(term)}") for term in terms.terms]
    if terms.intercept:
        pieces.insert(0, (Terms(True, ()), "1"))
    return [_bracket(piece, left, group) for piece, left in pieces for group in groups]


def _bracket(terms: Terms, left: str, group: tuple[tuple[Name, ...], str]) -> Bracket:
    names, label = group
    text = f"({left} | {name_text(names[0].name) if len(names) == 1 else label})"
    return Bracket(terms, tuple(name.name for name in names), label, text, names)


def _groups(node: Node, text: str) -> list[tuple[tuple[Name, ...], str]]:
    """Expand the right side of a bracket into grouping factors: columns, and lme4's name."""
    node = without_parentheses(node)
    if not (isinstance(node, Chain) and node.rest[0][0] in "*/"):
        return [_group(node, text)]
    if any(sign == "*" for sign, _ in node.rest):
        raise _fail(
            "'*' cannot stand after '|'",
            "Write (1 | a) + (1 | b) + (1 | a:b) for both and their combinations.", text, node.span,
        )  # fmt: skip
    if isinstance(without_parentheses(node.first), Chain):
        hint = "Write a bracket for each: (1 | a:b) + (1 | c:a:b)."
        raise _fail("lme4 cannot read what stands before '/'", hint, text, node.first.span)
    groups = [_group(node.first, text)]
    for _, part in node.rest:
        names, label = _group(part, text)
        outer, outer_label = groups[0]
        shown = label if len(names) > 1 else name_text(names[0].name)
        outer_shown = name_text(outer[0].name) if len(outer) == 1 else f"({outer_label})"
        groups.insert(0, (_unrepeated((*names, *outer), text), f"{shown}:{outer_shown}"))
    return groups


def _group(node: Node, text: str) -> tuple[tuple[Name, ...], str]:
    """Read one grouping factor: a column, or columns joined by ':'."""
    node = without_parentheses(node)
    if isinstance(node, Name):
        return (node,), node.name
    if isinstance(node, Chain) and node.rest[0][0] == ":":
        parts = [_group(part, text) for part in (node.first, *(p for _, p in node.rest))]
        shown = [_inside(label, names, i > 0) for i, (names, label) in enumerate(parts)]
        return _unrepeated(tuple(n for names, _ in parts for n in names), text), ":".join(shown)
    hint = "Write a column that names the groups: (1 | participant)."
    if isinstance(node, Chain) and node.rest[0][0] == "+":
        hint = "Write one bracket for each: (1 | a) + (1 | b)."
    elif isinstance(node, Chain) and node.rest[0][0] == "/":
        hint = "Write the nesting without inner brackets: (1 | a/b/c)."
    elif next(names_in(node), None) is not None:
        hint = "Write the column's name alone: a grouping column is always a factor."
    raise _fail(f"'{deparse(node)}' cannot be a grouping factor", hint, text, node.span)


def _inside(label: str, names: tuple[Name, ...], bracketed: bool) -> str:
    if len(names) == 1:
        return name_text(names[0].name)
    return f"({label})" if bracketed else label


def _unrepeated(names: tuple[Name, ...], text: str) -> tuple[Name, ...]:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise _fail(
                f"The grouping column '{name.name}' is combined with itself",
                "Name each column once.", text, name.span,
            )  # fmt: skip
    return names


def _without_double_bars(node: Node, text: str) -> Node:
    """Replace each `||` by the brackets it stands for, as lme4 does before printing."""
    match node:
        case Parenthesised(inner):
            return Parenthesised(_without_double_bars(inner, text))
        case Signed(sign, operand):
            return Signed(sign, _without_double_bars(operand, text))
        case Chain(first, rest) if rest[0][0] in "+-":
            parts = tuple((sign, _without_double_bars(part, text)) for sign, part in rest)
            return Chain(_without_double_bars(first, text), parts)
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


def _sum_text(terms: Terms) -> str:
    """Write terms so that reading them again gives the same order inside each interaction.

    R orders the factors of an interaction by their first appearance in the whole formula, so
    `b:a + a` would come back as `a + a:b`; naming the variables first, and taking them away,
    keeps the order.
    """
    seen: dict[Expression, int] = {}
    for term in terms.terms:
        for factor in term:
            seen.setdefault(factor, len(seen))
    ordered = all(seen[a] < seen[b] for term in terms.terms for a, b in pairwise(term))
    if ordered:
        return str(terms)
    order: TopologicalSorter[Expression] = TopologicalSorter()
    for term in terms.terms:
        for before, after in pairwise(term):
            order.add(after, before)
    first, *others = str(terms).split(" + ", 1)
    taken = "".join(f" - {deparse(variable)}" for variable in order.static_order())
    return " + ".join([first + taken, *others])
