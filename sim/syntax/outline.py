"""The columns of a formula's fixed effects and brackets, with data or without."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import pandas as pd

from sim.errors import DataError, DesignError, FormulaError, LimitError
from sim.limits import MAX_FIXED_COLUMNS, MAX_RANDOM_COLUMNS
from sim.lmm.brackets import Bracket
from sim.lmm.columns import Column as DataColumn
from sim.lmm.design import Contrasts, Design, build_design
from sim.lmm.evaluate import Evaluator
from sim.lmm.expressions import Expression, deparse
from sim.lmm.formula import Formula
from sim.lmm.frame import finite_rows, read_columns, usable_rows
from sim.lmm.model_matrix import INTERCEPT, Coding, MatrixPlan, factors_of, plan_matrix
from sim.lmm.rank import independent_columns
from sim.lmm.terms import Terms

Kind = Literal["number", "level", "difference", "deviation"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one variable adds to a column.

    Attributes
    ----------
    variable : the variable, or a transformation of it, as R writes it.
    kind : its numbers; 1 for one of its levels ("level"); 1 for a level that is compared with
        a reference ("difference"); a level compared with the mean of all ("deviation").
    name : as R names the column.
    level, reference : of a factor; else empty.
    """

    variable: str
    kind: Kind
    name: str
    level: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of X, or of one group's share of Z; the intercept has no parts."""

    name: str
    parts: tuple[Part, ...]

    @property
    def is_level(self) -> bool:
        """Whether it moves a whole line up or down: the intercept, or one for each level."""
        return all(part.kind == "level" for part in self.parts)

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the variable of each part."""
        return tuple(part.variable for part in self.parts)


@dataclass(frozen=True, slots=True)
class BracketOutline:
    """One bracket, `/` and `||` expanded.

    Attributes
    ----------
    group : as lme4 names it, "b:a".
    parts : the columns it combines, ("b", "a").
    label : as lme4 tells brackets of one group apart: "subject", "subject.1".
    text : "(1 + days | subject)".
    columns : what varies.
    separated : whether `||` made it.
    """

    group: str
    parts: tuple[str, ...]
    label: str
    text: str
    columns: tuple[Column, ...]
    separated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What a formula would estimate.

    Attributes
    ----------
    fixed : columns of X that are kept.
    dropped : names of those that can be computed from others.
    brackets : in lme4's order where the data say it, else as written.
    design : None without data, or where the data refuse the model.
    problem, hint : the refusal; empty if there is none.
    numeric_assumed : the variables are unknown and taken as numbers.
    """

    formula: Formula
    fixed: tuple[Column, ...]
    dropped: tuple[str, ...]
    brackets: tuple[BracketOutline, ...]
    design: Design | None
    problem: str
    hint: str
    numeric_assumed: bool


def outline(formula: Formula, data: pd.DataFrame | None, contrasts: Contrasts) -> Outline:
    """Find the columns of a formula.

    Raises
    ------
    FormulaError : a column is not in the data.
    """
    if data is None:
        return _without_data(formula)
    try:
        design = build_design(formula, data, contrasts)
    except FormulaError:
        raise
    except (DesignError, DataError, LimitError) as refusal:
        try:
            refused = _refused(formula, data, contrasts)
        except (DesignError, DataError, LimitError):
            refused = _without_data(formula)
        return replace(refused, problem=refusal.problem, hint=refusal.hint)
    recipe = design.recipe
    columns = _columns(recipe.fixed)
    return Outline(
        formula,
        tuple(columns[i] for i in recipe.kept.tolist()),
        design.x_dropped,
        _brackets(recipe.brackets, [_columns(plan) for plan in recipe.random]),
        design, "", "", False,
    )  # fmt: skip


def _refused(formula: Formula, data: pd.DataFrame, contrasts: Contrasts) -> Outline:
    """Find the columns of a model that has too few data."""
    columns = read_columns(formula, data)
    rows = usable_rows(columns, len(data))
    evaluator = Evaluator(formula.text, columns, learned={}, learning=True)
    parts = (formula.fixed, *(bracket.terms for bracket in formula.brackets))
    values: dict[Expression, DataColumn] = {
        factor: finite_rows(factor, evaluator.column(factor), rows, columns)
        for factor in factors_of(*parts)
    }
    plan = plan_matrix(formula.fixed, values, contrasts, MAX_FIXED_COLUMNS)
    kept = independent_columns(plan.matrix(values, rows.n)).tolist()
    random = [
        _columns(plan_matrix(bracket.terms, values, contrasts, MAX_RANDOM_COLUMNS))
        for bracket in formula.brackets
    ]
    fixed = _columns(plan)
    dropped = tuple(column.name for i, column in enumerate(fixed) if i not in set(kept))
    return Outline(
        formula, tuple(fixed[i] for i in kept), dropped,
        _brackets(formula.brackets, random), None, "", "", False,
    )  # fmt: skip


def _without_data(formula: Formula) -> Outline:
    random = [_numeric(bracket.terms) for bracket in formula.brackets]
    brackets = _brackets(formula.brackets, random)
    guessed = bool(formula.fixed.terms or any(b.terms.terms for b in formula.brackets))
    return Outline(formula, _numeric(formula.fixed), (), brackets, None, "", "", guessed)


def _numeric(terms: Terms) -> tuple[Column, ...]:
    """One column for each term, all variables being numbers."""
    columns = [Column(INTERCEPT, ())] if terms.intercept else []
    for term in terms.terms:
        parts = tuple(Part(deparse(f), "number", deparse(f)) for f in term)
        columns.append(Column(":".join(part.name for part in parts), parts))
    return tuple(columns)


def _columns(plan: MatrixPlan) -> tuple[Column, ...]:
    """Describe the columns of a model matrix in their order."""
    columns = [Column(INTERCEPT, ())] if plan.intercept else []
    for codings in plan.terms:
        # The first factor varies fastest.
        for reverse in product(*(_parts(coding) for coding in reversed(codings))):
            parts = reverse[::-1]
            columns.append(Column(":".join(part.name for part in parts), parts))
    return tuple(columns)


def _parts(coding: Coding) -> list[Part]:
    variable = deparse(coding.expression)
    if not coding.levels:
        many = len(coding.names) > 1
        return [Part(name if many else variable, "number", name) for name in coding.names]
    if coding.contrast.shape[1] == len(coding.levels):
        pairs = zip(coding.names, coding.levels, strict=True)
        return [Part(variable, "level", name, level) for name, level in pairs]
    if coding.contrast.min() < 0.0:
        pairs = zip(coding.names, coding.levels[:-1], strict=True)
        return [Part(variable, "deviation", name, level) for name, level in pairs]
    first, *others = coding.levels
    named = zip(coding.names, others, strict=True)
    return [Part(variable, "difference", name, level, first) for name, level in named]


def _brackets(
    brackets: Sequence[Bracket], columns: Sequence[tuple[Column, ...]]
) -> tuple[BracketOutline, ...]:
    seen: dict[str, int] = {}
    found = []
    for bracket, own in zip(brackets, columns, strict=True):
        name = bracket.group_name
        count = seen.get(name, 0)
        seen[name] = count + 1
        label = f"{name}.{count}" if count else name
        found.append(
            BracketOutline(name, bracket.group, label, bracket.text, own, bracket.separated)
        )
    return tuple(found)
