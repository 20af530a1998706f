"""R's model matrix: which columns a term gets, what they are called, what stands in them.

Source
------
R 4.2, src/library/stats/src/model.c: TermCode() and modelmatrix().
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesignError, LimitError, short
from sim.lmm.columns import Column, Factor, Numbers
from sim.lmm.expressions import Expression, Term, deparse, term_text
from sim.lmm.terms import Terms

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """How one factor of a term becomes columns.

    Parameters
    ----------
    expression : the factor.
    names : one for each column.
    levels : of a factor; empty for numbers.
    contrast : shape (levels, columns), a row for each level; empty for numbers.
    """

    expression: Expression
    names: tuple[str, ...]
    levels: tuple[str, ...]
    contrast: NDArray[np.float64]

    def columns(self, value: Column) -> NDArray[np.float64]:
        """Columns of this factor, shape (n, columns)."""
        if isinstance(value, Factor):
            return self.contrast[value.codes]
        return value.values if value.values.ndim == 2 else value.values[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class MatrixPlan:
    """Everything about a model matrix but the rows: it serves old and new data alike."""

    intercept: bool
    terms: tuple[tuple[Coding, ...], ...]
    names: tuple[str, ...]

    def matrix(self, values: Mapping[Expression, Column], n: int) -> NDArray[np.float64]:
        """Fill the model matrix, shape (n, columns), for the values of each factor."""
        filled = np.empty((n, len(self.names)))
        start = 0
        if self.intercept:
            filled[:, 0] = 1.0
            start = 1
        for codings in self.terms:
            block = codings[0].columns(values[codings[0].expression])
            for coding in codings[1:]:
                # The first factor varies fastest.
                more = coding.columns(values[coding.expression])
                block = (more[:, :, None] * block[:, None, :]).reshape(n, -1)
            filled[:, start : start + block.shape[1]] = block
            start += block.shape[1]
        return filled


def plan_matrix(
    terms: Terms,
    values: Mapping[Expression, Column],
    contrasts: str,
    most_columns: int,
) -> MatrixPlan:
    """Decide the columns of a model matrix.

    Parameters
    ----------
    terms : the terms, by degree.
    values : the column of each factor.
    contrasts : "treatment" or "sum".
    most_columns : how many the server accepts.

    Raises
    ------
    DesignError : a factor with one level.
    LimitError : too many columns.
    """
    full = _full_codings(terms, values)
    planned = []
    n_columns = int(terms.intercept)
    for i, term in enumerate(terms.terms):
        width = 1
        for factor in term:
            width *= _width(factor, values[factor], (i, factor) in full)
        n_columns += width
        if n_columns > most_columns:
            raise LimitError(
                f"The term {term_text(term)} needs {width} columns, {n_columns} with those before; "
                f"this server takes up to {most_columns}.",
                "Leave it out, or make a factor with many levels a grouping factor: (1 | g).",
            )
        codings = (_code(f, values[f], (i, f) in full, contrasts) for f in term)
        planned.append(tuple(codings))
    names = [INTERCEPT] if terms.intercept else []
    for codings_of_term in planned:
        names += _crossed_names(codings_of_term)
    return MatrixPlan(terms.intercept, tuple(planned), tuple(names))


def _full_codings(terms: Terms, values: Mapping[Expression, Column]) -> set[tuple[int, Expression]]:
    """Factors that get a column for every level instead of contrasts.

    A factor gets contrasts if its term without it is contained in an earlier term (for a main
    effect: always); without an intercept, the very first factor gets all its levels.
    """
    full: set[tuple[int, Expression]] = set()
    sets = [set(term) for term in terms.terms]
    first = not terms.intercept
    for i, term in enumerate(terms.terms):
        for factor in term:
            if not isinstance(values[factor], Factor):
                continue
            margin = sets[i] - {factor}
            covered = not margin or any(margin <= earlier for earlier in sets[:i])
            if first or not covered:
                full.add((i, factor))
            first = False
    return full


def _width(factor: Expression, value: Column, full: bool) -> int:
    if isinstance(value, Numbers):
        return value.values.shape[1] if value.values.ndim == 2 else 1
    if len(value.levels) < 2:
        raise DesignError(
            f"The factor {deparse(factor)} has only one level, {short(value.levels[0])}: contrasts "
            "can be applied only to factors with 2 or more levels.",
            f"Leave {deparse(factor)} out of the formula.",
        )
    return len(value.levels) - (not full)


def _code(factor: Expression, value: Column, full: bool, contrasts: str) -> Coding:
    name = deparse(factor)
    if isinstance(value, Numbers):
        many = value.values.ndim == 2
        names = [f"{name}{i + 1}" for i in range(value.values.shape[1])] if many else [name]
        return Coding(factor, tuple(names), (), np.empty((0, 0)))
    n_levels = len(value.levels)
    matrix = np.eye(n_levels)
    suffixes: Sequence[str] = value.levels
    if not full and contrasts == "sum":
        matrix = matrix[:, :-1].copy()
        matrix[-1] = -1.0
        suffixes = [str(i + 1) for i in range(n_levels - 1)]
    elif not full:
        matrix = matrix[:, 1:]
        suffixes = value.levels[1:]
    return Coding(factor, tuple(name + suffix for suffix in suffixes), value.levels, matrix)


def complete_plan(plan: MatrixPlan, values: Mapping[Expression, Column]) -> MatrixPlan:
    """Return the same terms with a column for every level of every factor."""
    terms = tuple(
        tuple(_code(coding.expression, values[coding.expression], True, "") for coding in codings)
        for codings in plan.terms
    )
    names = [INTERCEPT] if plan.intercept else []
    for codings in terms:
        names += _crossed_names(codings)
    return MatrixPlan(plan.intercept, terms, tuple(names))


def _crossed_names(codings: tuple[Coding, ...]) -> list[str]:
    """Names of a term's columns, the first factor varying fastest."""
    names = list(codings[0].names)
    for coding in codings[1:]:
        names = [f"{name}:{more}" for more in coding.names for name in names]
    return names


def factors_of(*parts: Terms) -> list[Expression]:
    """Every factor of every term, each once."""
    terms: list[Term] = [term for part in parts for term in part.terms]
    return list(dict.fromkeys(factor for term in terms for factor in term))
