"""Turn the right side of a formula into terms, as R's `terms.formula` does.

A term is a set of factors, held as bits: bit i is the i-th variable met from left to right, so that
every term lists its factors in that order (R writes b:a for `b:a + a`).
"""

from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import NoReturn

from sim.errors import LimitError
from sim.limits import MAX_FORMULA_TERMS, MAX_INTERACTION_ORDER
from sim.lmm.expressions import (
    Bar,
    Call,
    Chain,
    Expression,
    Name,
    Node,
    Number,
    Parenthesised,
    Power,
    Signed,
    Span,
    Term,
    deparse,
    names_in,
    term_text,
    without_parentheses,
)
from sim.lmm.tokens import character_error


@dataclass(frozen=True, slots=True)
class Terms:
    """An intercept or none, and terms ordered by how many factors they have."""

    intercept: bool
    terms: tuple[Term, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns used, each once."""
        found = (name.name for term in self.terms for part in term for name in names_in(part))
        return tuple(dict.fromkeys(found))

    def __str__(self) -> str:
        """Write the terms so that reading them again gives the same order inside interactions.

        R orders the factors of an interaction by their first appearance in the whole formula, so
        `b:a + a` would come back as `a + a:b`; naming the variables first, and taking them away,
        keeps the order.
        """
        seen: dict[Expression, int] = {}
        for term in self.terms:
            for factor in term:
                seen.setdefault(factor, len(seen))
        pairs = [pair for term in self.terms for pair in pairwise(term)]
        intercept = "1" if self.intercept else "0"
        if any(seen[before] > seen[after] for before, after in pairs):
            order: TopologicalSorter[Expression] = TopologicalSorter()
            for before, after in pairs:
                order.add(after, before)
            intercept += "".join(f" - {deparse(variable)}" for variable in order.static_order())
        return " + ".join([intercept, *(term_text(term) for term in self.terms)])


@dataclass(slots=True)
class Expansion:
    """What expanding one right side yields: terms, and the brackets met on the way."""

    text: str
    where: str = "formula"
    intercept: bool = True
    variables: list[Node] = field(default_factory=list)
    index: dict[Node, int] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)

    def terms_of(self, node: Node) -> Terms:
        """Expand a whole right side (or the left side of a bracket)."""
        masks = self.sum(node, adding=True)
        masks.sort(key=int.bit_count)
        return Terms(self.intercept, tuple(self.term(mask) for mask in masks))

    def term(self, mask: int) -> Term:
        chosen = (v for i, v in enumerate(self.variables) if mask >> i & 1)
        return tuple(chosen)  # type: ignore[arg-type]

    def fail(self, problem: str, hint: str, span: Span) -> NoReturn:
        raise character_error(problem, hint, self.text, *span)

    def sum(self, node: Node, adding: bool) -> list[int]:
        """Expand what stands where terms are added or taken away."""
        node = without_parentheses(node)
        match node:
            case Number():
                self.set_intercept(node, adding)
                return []
            case Bar():
                if not adding:
                    self.fail(
                        "Random effects cannot be taken away", "Write + or nothing.", node.span
                    )
                self.bars.append(node)
                return []
            case Signed(sign, operand):
                masks = self.sum(operand, adding if sign == "+" else not adding)
                return masks if sign == "+" else []
            case Chain(first, rest) if rest[0][0] in "+-":
                masks = self.sum(first, adding)
                for sign, part in rest:
                    masks = self.join(masks, sign, part, adding)
                return masks
        return self.product(node)

    def join(self, masks: list[int], sign: str, part: Node, adding: bool) -> list[int]:
        more = self.sum(part, adding if sign == "+" else not adding)
        if sign == "-":
            gone = set(more)
            return [mask for mask in masks if mask not in gone]
        return self.limited(dict.fromkeys([*masks, *more]))

    def set_intercept(self, number: Number, adding: bool) -> None:
        if number.value not in (0.0, 1.0):
            self.fail(
                f"The number {deparse(number)} cannot be a term",
                "Write 1 for the intercept, 0 for none; arithmetic goes inside I().", number.span,
            )  # fmt: skip
        self.intercept = adding == (number.value == 1.0)

    def product(self, node: Node) -> list[int]:
        """Expand what stands as an operand of * / : or ^, or alone."""
        match node:
            case Name() | Call():
                return [self.variable(node)]
            case Parenthesised(inner):
                return self.operand_sum(inner)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Chain(first, rest):
                masks = self.product(first)
                for operator, part in rest:
                    masks = self.combine(masks, operator, self.product(part))
                return masks
            case Number():
                self.fail(
                    f"The number {deparse(node)} cannot be multiplied with terms",
                    "1 and 0 can only be added; arithmetic goes inside I(): I(2 * x).", node.span,
                )  # fmt: skip
        self.fail(
            "A sign cannot stand inside a product of terms",
            "Write + or - between terms; arithmetic goes inside I().", node.span,
        )  # fmt: skip

    def operand_sum(self, node: Node) -> list[int]:
        """Expand a bracketed sum inside a product: no intercept, no random effects there."""
        node = without_parentheses(node)
        if isinstance(node, Bar):
            self.fail("Random effects can only be added", "Write + in front of it.", node.span)
        if isinstance(node, Chain) and node.rest[0][0] in "+-":
            masks = self.operand_sum(node.first)
            for sign, part in node.rest:
                more = self.operand_sum(part)
                if sign == "-":
                    masks = [mask for mask in masks if mask not in more]
                else:
                    masks = self.limited(dict.fromkeys([*masks, *more]))
            return masks
        return self.product(node)

    def variable(self, node: Node) -> int:
        if node not in self.index:
            self.index[node] = len(self.variables)
            self.variables.append(node)
        return 1 << self.index[node]

    def power(self, base: Node, exponent: Node) -> list[int]:
        if not (
            isinstance(exponent, Number) and exponent.value.is_integer() and exponent.value > 1
        ):
            self.fail(
                f"The power {deparse(exponent)} is not a whole number from 2 upwards",
                "Write (a + b)^2 for interactions, I(x^2) for a square.", exponent.span,
            )  # fmt: skip
        if exponent.value > MAX_INTERACTION_ORDER:
            raise LimitError(
                f"The formula has a power of {deparse(exponent)}; "
                f"this server takes powers up to {MAX_INTERACTION_ORDER}.",
                "Write a smaller one.",
            )
        masks = once = self.product(base)
        for _ in range(int(exponent.value) - 1):
            masks = self.crossed(masks, once)
        return masks

    def combine(self, left: list[int], operator: str, right: list[int]) -> list[int]:
        if operator == ":":
            return self.crossed(left, right)
        if operator == "*":
            return self.limited(dict.fromkeys([*left, *right, *self.crossed(left, right)]))
        # R: (a + b)/c is a + b + a:b:c, everything on the left at once.
        together = 0
        for mask in left:
            together |= mask
        return self.limited(dict.fromkeys([*left, *self.crossed([together], right)]))

    def crossed(self, left: list[int], right: list[int]) -> list[int]:
        return self.limited(dict.fromkeys(a | b for a in left for b in right))

    def limited(self, masks: dict[int, None]) -> list[int]:
        """Return the terms, if they are no more and no longer than the server accepts.

        Raises
        ------
        LimitError : they are.
        """
        if len(masks) > MAX_FORMULA_TERMS:
            raise LimitError(
                f"The {self.where} stands for more than {MAX_FORMULA_TERMS} terms.",
                "Write + where you do not need an interaction.",
            )
        for mask in masks:
            if mask.bit_count() > MAX_INTERACTION_ORDER:
                raise LimitError(
                    f"The {self.where} has the interaction {term_text(self.term(mask))} of "
                    f"{mask.bit_count()} variables; this server takes up to "
                    f"{MAX_INTERACTION_ORDER}.",
                    "Write + where you do not need an interaction.",
                )
        return list(masks)
