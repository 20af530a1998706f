"""F-tests of several coefficients at once, and the table of all terms of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from sim.errors import DesignError
from sim.inference.kenward_roger import adjustment_of
from sim.inference.satterthwaite import satterthwaite_f
from sim.lmm.columns import Column, Factor, Numbers
from sim.lmm.expressions import Expression, deparse
from sim.lmm.fit import Fit
from sim.lmm.model_matrix import MatrixPlan, complete_plan, plan_matrix
from sim.lmm.small import Array

Method = Literal["satterthwaite", "kenward_roger"]


@dataclass(frozen=True, slots=True)
class Joint:
    """An F-test.

    Attributes
    ----------
    statistic : F.
    df1, df2 : numerator and denominator degrees of freedom.
    p_value : of the one tail of F.
    """

    statistic: float
    df1: int
    df2: float
    p_value: float


def joint(
    fit: Fit, hypothesis: str | Sequence[str] | Array, method: Method = "satterthwaite"
) -> Joint:
    """Test that several coefficients, or contrasts of them, are all zero.

    Parameters
    ----------
    hypothesis : a term of the formula ("condition"), names of coefficients, or an array L of
        shape (q, p) for L beta = 0.
    method : "satterthwaite" (as lmerTest) or "kenward_roger" (as pbkrtest).

    Raises
    ------
    DesignError : an unknown name or method, or L of another shape.

    Source
    ------
    Fai & Cornelius (1996), J. Stat. Comput. Simul. 54, as lmerTest 3.1-3 `contestMD` uses them;
    Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9), section 3.
    """
    return _tested(fit, _contrasts(fit, hypothesis), method)


def term_table(fit: Fit, method: Method = "satterthwaite") -> pd.DataFrame:
    """Test every term of the model, as lmerTest's anova(fit, type = 3).

    Each test asks for an effect averaged over the levels of the other factors, whatever the
    coding of the fit.

    Returns
    -------
    Rows: terms. Columns: df1, df2, statistic (F), p_value.

    Raises
    ------
    DesignError : columns of X were dropped, or an unknown method.

    Source
    ------
    Kuznetsova, Brockhoff & Christensen (2017), J. Stat. Softw. 82(13); lmerTest 3.1-3.
    """
    rows = {name: _tested(fit, L, method) for name, L in _type_three(fit).items()}
    table = {
        "df1": [test.df1 for test in rows.values()],
        "df2": [test.df2 for test in rows.values()],
        "statistic": [test.statistic for test in rows.values()],
        "p_value": [test.p_value for test in rows.values()],
    }
    return pd.DataFrame(table, index=list(rows))


def _tested(fit: Fit, L: Array, method: str) -> Joint:
    if method == "satterthwaite":
        statistic, df1, df2 = satterthwaite_f(fit, L)
    elif method == "kenward_roger":
        # Rows that depend on others say nothing new.
        rank = np.linalg.matrix_rank(L)
        if rank == 0:
            raise DesignError("The contrast is zero.", "Name at least one coefficient.")
        full = np.linalg.svd(L)[2][:rank] if rank < len(L) else L
        statistic, df1, df2 = adjustment_of(fit).f_test(full, fit.beta)
    else:
        raise DesignError(
            f"There is no method '{method}'.", "Choose satterthwaite or kenward_roger."
        )
    p_value = float(special.fdtrc(df1, df2, max(statistic, 0.0)))
    return Joint(statistic, df1, df2, p_value)


def _contrasts(fit: Fit, hypothesis: str | Sequence[str] | Array) -> Array:
    names = list(fit.design.x_names)
    eye = np.eye(len(names))
    if isinstance(hypothesis, np.ndarray):
        if hypothesis.ndim != 2 or hypothesis.shape[1] != len(names):
            raise DesignError(
                f"The contrast has shape {hypothesis.shape}.",
                f"It needs a column for each of the {len(names)} coefficients.",
            )
        return np.asarray(hypothesis, dtype=np.float64)
    terms = _term_columns(fit.design.recipe.fixed)
    if isinstance(hypothesis, str) and hypothesis in terms:
        kept = list(fit.design.recipe.kept)
        return eye[[kept.index(column) for column in terms[hypothesis] if column in kept]]
    asked = [hypothesis] if isinstance(hypothesis, str) else list(hypothesis)
    unknown = [name for name in asked if name not in names]
    if unknown or not asked:
        raise DesignError(
            f"There is no coefficient '{unknown[0]}'." if unknown else "No coefficient is named.",
            f"The fit has {', '.join([*names, *(t for t in terms if t not in names)])}.",
        )
    return eye[[names.index(name) for name in asked]]


def _term_columns(plan: MatrixPlan) -> dict[str, range]:
    """Columns of each term in the full model matrix."""
    columns = {}
    start = int(plan.intercept)
    for codings in plan.terms:
        width = int(np.prod([len(coding.names) for coding in codings]))
        name = ":".join(deparse(coding.expression) for coding in codings)
        columns[name] = range(start, start + width)
        start += width
    return columns


def _type_three(fit: Fit) -> dict[str, Array]:
    """Return L of every term, as lmerTest makes them.

    The F statistic is the same for every L with the same rows' span, but the df are not: so the
    rows are lmerTest's. A term that stands in no interaction is tested by its treatment-coded
    coefficients, any other by what remains of it once its interactions are taken out.
    """
    design = fit.design
    if design.x_dropped:
        raise DesignError(
            f"The column {design.x_dropped[0]} was dropped, so terms cannot be tested one by one.",
            "Leave out what others already say, or test coefficients with joint.",
        )
    plan = design.recipe.fixed
    values, n = _all_combinations(plan)
    treatment = plan_matrix(design.formula.fixed, values, "treatment", len(plan.names))
    complete = complete_plan(treatment, values)
    back = np.linalg.pinv(treatment.matrix(values, n))
    spans = (back @ complete.matrix(values, n)).T
    columns = _term_columns(treatment)
    parts = {
        name: {coding.expression for coding in codings}
        for name, codings in zip(columns, treatment.terms, strict=True)
    }
    for name in sorted(columns, key=lambda name: -len(parts[name])):
        around = [c for other in columns if parts[name] < parts[other] for c in columns[other]]
        if around:
            own = list(columns[name])
            fitted = np.linalg.lstsq(spans[:, around], spans[:, own], rcond=None)[0]
            spans[:, own] -= spans[:, around] @ fitted
    rows = [complete.names.index(name) for name in treatment.names]
    turn = back @ plan.matrix(values, n)
    result = {}
    for name, positions in columns.items():
        L = spans[rows][:, list(positions)].T @ turn
        L[np.abs(L) < 1e-10] = 0.0
        result[name] = L[np.any(L != 0.0, axis=1)]
    return result


def _all_combinations(plan: MatrixPlan) -> tuple[dict[Expression, Column], int]:
    """Made-up rows that meet all levels of all factors, with arbitrary numbers."""
    codings = {coding.expression: coding for term in plan.terms for coding in term}
    factors = {e: c.levels for e, c in codings.items() if c.levels}
    sizes = [len(levels) for levels in factors.values()]
    repeats = len(plan.names) + 2
    grid = np.indices([*sizes, repeats]).reshape(len(sizes) + 1, -1)
    rng = np.random.default_rng(0)
    values: dict[Expression, Column] = {
        e: Factor(codes, levels)
        for (e, levels), codes in zip(factors.items(), grid[:-1], strict=True)
    }
    for expression, coding in codings.items():
        if not coding.levels:
            drawn = rng.standard_normal((grid.shape[1], len(coding.names)))
            values[expression] = Numbers(drawn if len(coding.names) > 1 else drawn[:, 0])
    return values, grid.shape[1]
