"""From a formula and data to the numbers a fit needs: y, X, and a block for each bracket."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import DataError, DesignError, short
from sim.limits import MAX_FIXED_COLUMNS, MAX_RANDOM_COLUMNS
from sim.lmm.brackets import Bracket
from sim.lmm.columns import Column, Factor, as_factor, cross_factors, match_levels
from sim.lmm.evaluate import Evaluator, Learned
from sim.lmm.expressions import Call, Expression, deparse
from sim.lmm.formula import Formula, parse_formula
from sim.lmm.frame import Rows, finite_rows, read_columns, usable_rows
from sim.lmm.model_matrix import MatrixPlan, factors_of, plan_matrix
from sim.lmm.rank import independent_columns
from sim.lmm.sufficiency import (
    check_columns,
    check_groups,
    check_names,
    check_response,
    check_size,
    scale_message,
)

Contrasts = Literal["treatment", "sum"]


@dataclass(frozen=True, slots=True, eq=False)
class RandomBlock:
    """The random effects of one bracket.

    Parameters
    ----------
    group : name of the grouping factor, "subject" or "b:a".
    names : k column names, "(Intercept)", "days".
    levels : of the grouping factor.
    codes : shape (n,), the level of each row.
    columns : shape (n, k).
    text : the bracket as lme4 cites it, "(1 + days | subject)".
    """

    group: str
    names: tuple[str, ...]
    levels: tuple[str, ...]
    codes: NDArray[np.intp]
    columns: NDArray[np.float64]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """What new data need: plans of the matrices, and what transformations learned."""

    fixed: MatrixPlan
    kept: NDArray[np.intp]
    random: tuple[MatrixPlan, ...]
    brackets: tuple[Bracket, ...]
    learned: Mapping[Call, Learned]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A model on data, all rows with missing values left out. Arrays are read-only.

    Parameters
    ----------
    formula : the model.
    contrasts : "treatment" or "sum".
    y : response, shape (n,).
    X : fixed effects, shape (n, p), of full column rank.
    x_names : p names, as R's.
    x_dropped : names of columns left out because earlier ones contain them.
    blocks : one for each bracket, in lme4's order (most levels first).
    rows : shape (n,), positions of the used rows in the data.
    n_missing : how many rows were left out.
    messages : what a user should know, in lme4's words where lme4 speaks.
    recipe : for `new_matrices`.
    """

    formula: Formula
    contrasts: Contrasts
    y: NDArray[np.float64]
    X: NDArray[np.float64]
    x_names: tuple[str, ...]
    x_dropped: tuple[str, ...]
    blocks: tuple[RandomBlock, ...]
    rows: NDArray[np.intp]
    n_missing: int
    messages: tuple[str, ...]
    recipe: Recipe


@dataclass(frozen=True, slots=True, eq=False)
class NewMatrices:
    """Matrices of a fitted design for m new rows.

    Parameters
    ----------
    X : shape (m, p).
    columns : for each block, shape (m, k).
    codes : for each block, shape (m,); -1 for a level the model has not seen.
    """

    X: NDArray[np.float64]
    columns: tuple[NDArray[np.float64], ...]
    codes: tuple[NDArray[np.intp], ...]


def build_design(
    formula: str | Formula, data: pd.DataFrame, contrasts: Contrasts = "treatment"
) -> Design:
    """Build the matrices of a mixed model (or, without brackets, of a linear model).

    Parameters
    ----------
    formula : text or parsed.
    data : a column for each variable; text, TRUE/FALSE and categories are factors.
    contrasts : coding of factors, in fixed and random effects alike.

    Raises
    ------
    FormulaError : cannot be read, or names a column that is not there.
    DataError : no rows, values that cannot be used, a constant response.
    DesignError : more random effects than observations, one level, too few rows.
    LimitError : larger than the server accepts.
    """
    if not isinstance(formula, Formula):
        formula = parse_formula(formula)
    if contrasts not in ("treatment", "sum"):
        raise DesignError(f"There are no '{contrasts}' contrasts.", "Choose treatment or sum.")
    columns = read_columns(formula, data)
    rows = usable_rows(columns, len(data))
    evaluator = Evaluator(formula.text, columns, learned={}, learning=True)
    values = _values(formula, evaluator, rows)
    y = check_response(formula, evaluator.column(formula.response), rows, columns).copy()
    fixed = plan_matrix(formula.fixed, values, contrasts, MAX_FIXED_COLUMNS)
    brackets, plans, groups = _random_parts(formula, values, columns, rows, contrasts)
    full = fixed.matrix(values, rows.n)
    kept = independent_columns(full)
    X = full if len(kept) == full.shape[1] else full[:, kept]
    check_size(X)
    for names in (fixed.names, *(plan.names for plan in plans)):
        check_names(names)
    dropped = tuple(name for i, name in enumerate(fixed.names) if i not in set(kept.tolist()))
    return Design(
        formula=formula,
        contrasts=contrasts,
        y=_frozen(y),
        X=_frozen(X),
        x_names=tuple(fixed.names[i] for i in kept.tolist()),
        x_dropped=dropped,
        blocks=tuple(
            _block(*parts, values, rows.n) for parts in zip(brackets, plans, groups, strict=True)
        ),
        rows=_frozen(rows.positions),
        n_missing=rows.n_missing,
        messages=(
            *rows.messages,
            *_rank_messages(dropped),
            *scale_message(X),
            *_factor_messages(formula, values),
        ),
        recipe=Recipe(fixed, kept, plans, brackets, evaluator.learned),
    )


def _random_parts(
    formula: Formula,
    values: Mapping[Expression, Column],
    columns: Mapping[str, Column],
    rows: Rows,
    contrasts: Contrasts,
) -> tuple[tuple[Bracket, ...], tuple[MatrixPlan, ...], tuple[Factor, ...]]:
    """Plan the random effects: brackets, plans and grouping factors, all in lme4's order."""
    groups = _group_factors(formula, columns, rows)
    plans = [
        plan_matrix(bracket.terms, values, contrasts, MAX_RANDOM_COLUMNS)
        for bracket in formula.brackets
    ]
    check_groups(formula.brackets, groups, plans, rows.n)
    order = _lme4_order([len(group.levels) for group in groups])
    return (
        tuple(formula.brackets[i] for i in order),
        tuple(plans[i] for i in order),
        tuple(groups[i] for i in order),
    )


def _values(formula: Formula, evaluator: Evaluator, rows: Rows) -> dict[Expression, Column]:
    """Compute each factor of each term on the used rows."""
    parts = (formula.fixed, *(bracket.terms for bracket in formula.brackets))
    return {
        factor: finite_rows(factor, evaluator.column(factor), rows, evaluator.columns)
        for factor in factors_of(*parts)
    }


def _group_factors(formula: Formula, columns: Mapping[str, Column], rows: Rows) -> list[Factor]:
    """Compute the grouping factor of each bracket; every combination only once."""
    single: dict[str, Factor] = {}
    crossed: dict[tuple[str, ...], Factor] = {}
    for bracket in formula.brackets:
        for name in bracket.group:
            if name not in single:
                kept = rows.take(columns[name])
                single[name] = as_factor(kept)
        if bracket.group not in crossed:
            crossed[bracket.group] = cross_factors([single[name] for name in bracket.group])
    return [crossed[bracket.group] for bracket in formula.brackets]


def _lme4_order(n_levels: list[int]) -> list[int]:
    """Order brackets as lme4's mkReTrms: reversed stable order, unless levels never increase."""
    positions = list(range(len(n_levels)))
    if all(before >= after for before, after in pairwise(n_levels)):
        return positions
    return sorted(positions, key=n_levels.__getitem__)[::-1]


def _block(
    bracket: Bracket,
    plan: MatrixPlan,
    group: Factor,
    values: Mapping[Expression, Column],
    n: int,
) -> RandomBlock:
    return RandomBlock(
        group=bracket.group_name,
        names=plan.names,
        levels=group.levels,
        codes=_frozen(group.codes),
        columns=_frozen(check_columns(bracket, plan.names, plan.matrix(values, n))),
        text=bracket.text,
    )


def _rank_messages(dropped: tuple[str, ...]) -> list[str]:
    if not dropped:
        return []
    what = "column / coefficient" if len(dropped) == 1 else "columns / coefficients"
    return [
        f"fixed-effect model matrix is rank deficient so dropping {len(dropped)} {what}: "
        f"{', '.join(dropped)}"
    ]


def _factor_messages(formula: Formula, values: Mapping[Expression, Column]) -> list[str]:
    """Say that `||` leaves the levels of a factor correlated, as it does in lme4."""
    return [
        f"{bracket.text}: || does not separate the levels of a factor, so those of "
        f"{deparse(factor)} stay correlated with each other, as in lme4."
        for bracket in formula.brackets
        if bracket.separated
        for term in bracket.terms.terms
        for factor in term
        if isinstance(values[factor], Factor)
    ]


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    # A view, so that an array which belongs to the caller's data stays writeable there.
    view = array.view()
    view.flags.writeable = False
    return view


def new_matrices(design: Design, newdata: pd.DataFrame, random: bool = True) -> NewMatrices:
    """Build the matrices of `design` for new rows, with the old levels and transformations.

    Parameters
    ----------
    design : of the fitted model.
    newdata : a column for each predictor and, if `random`, for each grouping factor.
    random : whether to build the random effects' matrices; else they are empty tuples.

    Raises
    ------
    FormulaError : a column is not in the new data.
    DataError : a missing value, or a level of a predictor the model has not seen.
    """
    formula, recipe = design.formula, design.recipe
    plans = (recipe.fixed, *(recipe.random if random else ()))
    names = [name for name in formula.names() if name.name in _needed(design, random)]
    columns = read_columns(formula, newdata, names)
    evaluator = Evaluator(formula.text, columns, dict(recipe.learned), learning=False)
    rows = Rows(np.arange(len(newdata)), len(newdata), ())
    codings = (coding for plan in plans for term in plan.terms for coding in term)
    values = {
        expression: _known(expression, evaluator.column(expression), levels, rows, columns)
        for expression, levels in {c.expression: c.levels for c in codings}.items()
    }
    X = recipe.fixed.matrix(values, rows.n)[:, recipe.kept]
    if not random:
        return NewMatrices(X, (), ())
    blocks = tuple(plan.matrix(values, rows.n) for plan in recipe.random)
    codes = tuple(
        _group_codes(bracket, block.levels, columns)
        for bracket, block in zip(recipe.brackets, design.blocks, strict=True)
    )
    return NewMatrices(X, blocks, codes)


def _needed(design: Design, random: bool) -> set[str]:
    needed = set(design.formula.fixed.variables)
    if random:
        for bracket in design.formula.brackets:
            needed |= {*bracket.terms.variables, *bracket.group}
    return needed


def _known(
    expression: Expression,
    column: Column,
    levels: tuple[str, ...],
    rows: Rows,
    columns: Mapping[str, Column],
) -> Column:
    """Give new values of a factor the old codes; refuse what is missing or unknown."""
    if not levels:
        if isinstance(column, Factor):
            raise DataError(
                f"{deparse(expression)} was a number in the data of the fit, and holds groups now.",
                "Give numbers.",
            )
        return finite_rows(expression, column, rows, columns)
    factor = as_factor(column)
    codes = match_levels(factor, levels)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        if factor.codes[row] < 0:
            raise DataError(
                f"{deparse(expression)} has no value in row {row + 1} of the new data.",
                "Fill it in, or leave the row out.",
            )
        value = short(factor.levels[factor.codes[row]])
        raise DataError(
            f"{deparse(expression)} is '{value}' in row {row + 1} of the new data, and the model "
            f"knows only {short(', '.join(levels), 200)}.",
            "Use one of these.",
        )
    return Factor(codes, levels)


def _group_codes(
    bracket: Bracket, levels: tuple[str, ...], columns: Mapping[str, Column]
) -> NDArray[np.intp]:
    factors = [as_factor(columns[name]) for name in bracket.group]
    missing = np.any([factor.codes < 0 for factor in factors], axis=0)
    crossed = cross_factors([_without_missing(factor) for factor in factors])
    return np.where(missing, -1, match_levels(crossed, levels))


def _without_missing(factor: Factor) -> Factor:
    # The level "" stands in for missing rows, which become unknown afterwards.
    codes = np.where(factor.codes < 0, len(factor.levels), factor.codes)
    return Factor(codes, (*factor.levels, ""))
