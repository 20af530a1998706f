"""Formulas: read from text, expanded into terms and brackets, written as R writes them.

Nothing a user types is ever executed: the text is cut into tokens, parsed by a small grammar of our
own, and kept as plain values.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sim.errors import FormulaError, LimitError
from sim.limits import MAX_FORMULA_LENGTH
from sim.lmm.brackets import Bracket, expand_bar, without_double_bars
from sim.lmm.expressions import Bar, Expression, Name, Node, deparse, names_in, without_parentheses
from sim.lmm.parser import parse_tree
from sim.lmm.terms import Expansion, Terms
from sim.lmm.tokens import character_error


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
        parts = [str(self.fixed), *(str(bracket) for bracket in self.brackets)]
        return f"{deparse(self.response)} ~ {' + '.join(parts)}"


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
    return _parse(str(text))


@lru_cache(maxsize=512)
def _parse(text: str) -> Formula:
    _check_length("The formula has", text)
    left, right = parse_tree(text)
    response = _response(left, text)
    expansion = Expansion(text)
    fixed = expansion.terms_of(right)
    brackets: list[Bracket] = []
    for bar in expansion.bars:
        brackets += _unseen(brackets, expand_bar(bar, text), bar, text)
    _check_response_alone(response, (fixed, *(b.terms for b in brackets)), text)
    r_text = f"{deparse(left)} ~ {deparse(without_double_bars(right, text))}"
    formula = Formula(response, fixed, tuple(brackets), text, r_text)
    # What is printed can be read again only if it is not too long itself.
    _check_length("Written out in full, the formula has", max(str(formula), r_text, key=len))
    return formula


def _check_length(what: str, text: str) -> None:
    if len(text) > MAX_FORMULA_LENGTH:
        raise LimitError(
            f"{what} {len(text):,} characters; this server takes up to {MAX_FORMULA_LENGTH:,}.",
            "Write a shorter one.",
        )


def _response(node: Node, text: str) -> Expression:
    response = without_parentheses(node)
    if isinstance(response, Bar) or next(names_in(response), None) is None:
        hint = "Write the column you want to explain in front of '~'."
        raise character_error("The response names no column", hint, text, *node.span)
    return response


def _check_response_alone(response: Expression, parts: Iterable[Terms], text: str) -> None:
    for terms in parts:
        for term in terms.terms:
            for factor in term:
                if factor == response:
                    name = deparse(response)
                    raise character_error(
                        f"The response '{name}' is also a predictor",
                        "Take it away from the right of '~'.", text, *factor.span,
                    )  # fmt: skip


def _unseen(seen: list[Bracket], new: list[Bracket], bar: Bar, text: str) -> list[Bracket]:
    """Refuse brackets that are in the formula already: lme4 would split one variance in two."""
    for bracket in new:
        if bracket in seen:
            raise character_error(
                f"The random effects {bracket} stand in the formula twice",
                "Keep one of the two.", text, *bar.span,
            )  # fmt: skip
    return new
