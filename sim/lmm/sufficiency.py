"""Whether data suffice for a model: refusals in lme4's words, with a hint in a student's."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import DataError, DesignError, LimitError, short
from sim.limits import MAX_RANDOM_COLUMNS, MAX_RANDOM_EFFECTS, MAX_TRAILING_COLUMNS
from sim.lmm.brackets import Bracket
from sim.lmm.columns import Column, Factor
from sim.lmm.expressions import number_text
from sim.lmm.formula import Formula
from sim.lmm.frame import Rows, finite_rows
from sim.lmm.model_matrix import MatrixPlan

_LARGEST_RATIO = 1000.0  # lme4's checkScaleX


def check_response(
    formula: Formula, column: Column, rows: Rows, columns: Mapping[str, Column]
) -> NDArray[np.float64]:
    """Return the response on the used rows, shape (n,).

    Raises
    ------
    DataError : not numeric, not finite, or (in a mixed model) constant.
    """
    name = formula.response_text
    kept = finite_rows(formula.response, column, rows, columns)
    if isinstance(kept, Factor):
        levels = ", ".join(short(level, 20) for level in kept.levels[:5]) + (
            ", ..." if len(kept.levels) > 5 else ""
        )
        raise DataError(
            f"The response '{name}' must be numeric; it holds {levels}.",
            "Choose a column of numbers in front of '~'.",
        )
    y = kept.values
    if y.ndim == 2:
        raise DataError(f"The response '{name}' has several columns.", "Choose a single one.")
    if np.ptp(y) == 0:
        raise DataError(
            f"Every value of '{name}' is {number_text(float(y[0]))}: there is nothing to explain.",
            "Choose a response that varies.",
        )
    return y


def check_groups(
    brackets: Sequence[Bracket], groups: Sequence[Factor], plans: Sequence[MatrixPlan], n: int
) -> None:
    """Refuse grouping factors and brackets that n observations cannot support.

    Raises
    ------
    DesignError : one level, or as many levels or random effects as observations.
    LimitError : more random effects than the server accepts.
    """
    for bracket, group in zip(brackets, groups, strict=True):
        if len(group.levels) < 2:
            raise DesignError(
                f"grouping factors must have > 1 sampled level: '{bracket.group_name}' has only "
                f"the level {short(group.levels[0])}.",
                f"Leave {bracket.text} out, or choose a column with more groups.",
            )
    crowded = [b.group_name for b, g in zip(brackets, groups, strict=True) if len(g.levels) >= n]
    if crowded:
        problems = ", ".join(dict.fromkeys(crowded))
        raise DesignError(
            "number of levels of each grouping factor must be < number of observations "
            f"(problems: {problems}).",
            f"With one observation in each group of {problems}, its differences cannot be told "
            "from the residual: leave this bracket out.",
        )
    for bracket, group, plan in zip(brackets, groups, plans, strict=True):
        _check_effects(bracket, len(group.levels) * len(plan.names), n)
    _check_limits(brackets, groups, plans)


def _check_effects(bracket: Bracket, n_effects: int, n: int) -> None:
    if n_effects < n:
        return
    raise DesignError(
        f"number of observations (={n}) <= number of random effects (={n_effects}) for term "
        f"{bracket.text}; the random-effects parameters and the residual variance (or scale "
        "parameter) are probably unidentifiable.",
        f"Each {bracket.group_name} would need more observations than random effects: take a "
        f"term out of {bracket.text}.",
    )


def _check_limits(
    brackets: Sequence[Bracket], groups: Sequence[Factor], plans: Sequence[MatrixPlan]
) -> None:
    columns: dict[str, int] = {}
    effects: dict[str, int] = {}
    for bracket, group, plan in zip(brackets, groups, plans, strict=True):
        name = bracket.group_name
        columns[name] = columns.get(name, 0) + len(plan.names)
        effects[name] = columns[name] * len(group.levels)
    for name, count in columns.items():
        if count > MAX_RANDOM_COLUMNS:
            raise LimitError(
                f"'{name}' has {count} random effects for each level; this server takes up to "
                f"{MAX_RANDOM_COLUMNS}.",
                "Take terms out of its brackets.",
            )
    total = sum(effects.values())
    if total > MAX_RANDOM_EFFECTS:
        raise LimitError(
            f"The model has {total:,} random effects; this server takes up to "
            f"{MAX_RANDOM_EFFECTS:,}.",
            "Use fewer groups or simpler brackets.",
        )
    beside = total - max(effects.values(), default=0)
    if beside > MAX_TRAILING_COLUMNS:
        raise LimitError(
            f"The model has {beside:,} random effects beside those of its largest grouping "
            f"factor; this server takes up to {MAX_TRAILING_COLUMNS:,}.",
            "Use fewer groups or simpler brackets.",
        )


def check_size(X: NDArray[np.float64]) -> None:
    """Refuse a model with no fixed effect, or with no observation to spare.

    Raises
    ------
    DesignError : no columns in X, or no more rows than columns.
    """
    n, p = X.shape
    if p == 0:
        raise DesignError(
            "The model has no fixed effects.", "Write 1 for the intercept, as in y ~ 1 + (1 | g)."
        )
    if n <= p:
        raise DesignError(
            f"number of observations (={n}) <= number of fixed effects (={p}): nothing is left to "
            "estimate the residual from.",
            "Use more data or fewer predictors.",
        )


def check_names(names: Sequence[str]) -> None:
    """Refuse columns that cannot be told apart by their names.

    Raises
    ------
    DesignError : two have the same name.
    """
    if len(set(names)) < len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise DesignError(
            f"Two columns of the model would both be called '{short(twice)}'.",
            "Rename a column of the data: a factor's name and level run together.",
        )


def check_columns(
    bracket: Bracket, names: Sequence[str], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the columns of a bracket, shape (n, k), once none is zero throughout.

    Raises
    ------
    DesignError : one is.
    """
    empty = ~np.any(columns, axis=0)
    if empty.any():
        name = names[int(np.argmax(empty))]
        raise DesignError(
            f"In {bracket.text} the column {short(name)} is zero in every row, so no random effect "
            "of it can be seen.",
            "Take it out of the bracket.",
        )
    return columns


def scale_message(X: NDArray[np.float64]) -> list[str]:
    """Say in lme4's words when columns differ in size by more than a thousand times."""
    varying = ~((X == 0) | (X == 1)).all(axis=0)
    sd = X[:, varying].std(axis=0, ddof=1)
    sd = sd[sd > 0]
    if len(sd) == 0:
        return []
    ratios = (sd.max() / sd.min(), sd.max(), 1.0 / sd.min())
    if max(ratios) <= _LARGEST_RATIO:
        return []
    return ["Some predictor variables are on very different scales: consider rescaling"]
