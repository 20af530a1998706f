"""Tests of ordinary linear models: one coefficient, two groups, several groups, nested models."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DataError, DesignError
from sim.inference.conversions import pre_to_f, proportional_reduction
from sim.inference.tails import Hypothesis, Result, TailTest, judge
from sim.lm import LinearFit, lm
from sim.lmm.formula import Formula

# What is left of a sum of squares by rounding alone, as a share of the response's own.
_ROUNDING = 1e-20
_SAME_SPACE = 1e-8


@dataclass(frozen=True, slots=True)
class CoefficientTest:
    """The t-test of one coefficient against zero.

    Parameters
    ----------
    fit : the linear model.
    term : name of the coefficient, as R names it.
    estimate, std_error : of the coefficient, unit of the response (per unit of the predictor).
    result : t with its p-value and region.
    """

    fit: LinearFit
    term: str
    estimate: float
    std_error: float
    result: Result


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """A compact against an augmented linear model of the same rows.

    Parameters
    ----------
    compact, augmented : the fits.
    sse_compact, sse_augmented : sums of squared errors, unit of the response squared.
    pre : proportional reduction in error, 0 to 1.
    result : F with its p-value and region; PRE has the same p-value.
    """

    compact: LinearFit
    augmented: LinearFit
    sse_compact: float
    sse_augmented: float
    pre: float
    result: Result

    @property
    def df(self) -> tuple[float, ...]:
        """(PA - PC, n - PA)."""
        return self.result.df

    @property
    def pre_result(self) -> Result:
        """The same test read off the distribution of PRE."""
        return judge(TailTest("PRE", self.df, alpha=self.result.test.alpha), self.pre)


def sum_of_squared_errors(fit: LinearFit) -> float:
    """SSE, unit of the response squared."""
    return float(fit.resid @ fit.resid)


def _check_noise(fit: LinearFit) -> None:
    """Refuse residuals of zero: there is no noise to compare an effect with."""
    y = fit.design.y
    if sum_of_squared_errors(fit) <= _ROUNDING * float(y @ y):
        raise DataError(
            "The model fits every row exactly, so there is no noise to compare the effect with.",
            "Check the response: do all rows of a group have the same value?",
        )


def coefficient_test(
    fit: LinearFit, term: str, hypothesis: Hypothesis = "different", alpha: float = 0.05
) -> CoefficientTest:
    """Test one coefficient against zero.

    Parameters
    ----------
    term : name of the coefficient, as R names it.
    hypothesis : "better" predicts a positive coefficient, "worse" a negative one.

    Raises
    ------
    DesignError : no such coefficient.
    DataError : no noise left, or as in `TailTest`.
    """
    if term not in fit.fixef.index:
        raise DesignError(
            f"The model has no coefficient '{term}'.", f"It has {', '.join(fit.fixef.index)}."
        )
    _check_noise(fit)
    estimate, std_error = float(fit.fixef[term]), float(fit.std_error[term])
    test = TailTest("t", (float(fit.df_residual),), hypothesis, alpha)
    return CoefficientTest(fit, term, estimate, std_error, judge(test, estimate / std_error))


def _grouped(data: pd.DataFrame, response: str, group: str) -> pd.DataFrame:
    """The two columns under plain names, the group a factor with its used levels."""
    for name in (response, group):
        if name not in data.columns:
            raise DataError(
                f"Column '{name}' is not in the data.",
                f"There are {', '.join(map(str, data.columns))}.",
            )
    if not pd.api.types.is_numeric_dtype(data[response]):
        raise DataError(f"Column '{response}' is not numeric.", "A mean needs numbers.")
    frame = pd.DataFrame({"response": data[response], "group": data[group]}).dropna()
    frame["response"] = frame["response"].astype(float)
    if len(frame) and frame["response"].nunique() == 1:
        raise DataError(
            f"All {len(frame)} values of '{response}' are {frame['response'].iloc[0]:g}.",
            "A test needs values that differ.",
        )
    frame["group"] = frame["group"].astype("category").cat.remove_unused_categories()
    return frame.reset_index(drop=True)


def two_groups(
    data: pd.DataFrame,
    response: str,
    group: str,
    hypothesis: Hypothesis = "different",
    alpha: float = 0.05,
) -> CoefficientTest:
    """The two-sample t-test with one common variance, as `t.test(var.equal = TRUE)` in R.

    Parameters
    ----------
    group : a column with two values; the difference is the second less the first.
    hypothesis : "better" predicts that the second group has the larger mean.

    Raises
    ------
    DataError : unknown column, not two groups, no noise, or as in `TailTest`.
    DesignError : no more rows than groups.
    """
    frame = _grouped(data, response, group)
    levels = list(frame["group"].cat.categories)
    if len(levels) != 2:
        raise DataError(
            f"Column '{group}' has {len(levels)} group{'' if len(levels) == 1 else 's'}, but a "
            "t-test compares two.",
            "For several groups use the F test of an ANOVA.",
        )
    fit = lm("response ~ group", frame)
    return coefficient_test(fit, fit.fixef.index[1], hypothesis, alpha)


def several_groups(
    data: pd.DataFrame, response: str, group: str, alpha: float = 0.05
) -> ModelComparison:
    """One-way ANOVA: one mean for all against a mean for each group.

    Raises
    ------
    DataError : unknown column, fewer than two groups, no noise, or as in `TailTest`.
    DesignError : no more rows than groups.
    """
    frame = _grouped(data, response, group)
    levels = len(frame["group"].cat.categories)
    if levels < 2:
        raise DataError(
            f"Column '{group}' has {levels} group{'' if levels == 1 else 's'}.",
            "An ANOVA compares two groups or more.",
        )
    return compare_models("response ~ 1", "response ~ group", frame, alpha)


def compare_models(
    compact: str | Formula, augmented: str | Formula, data: pd.DataFrame, alpha: float = 0.05
) -> ModelComparison:
    """Compare two nested linear models: PRE and F.

    Parameters
    ----------
    compact, augmented : formulas without brackets; the augmented one has all of the compact one.

    Raises
    ------
    DesignError : models that are not nested, equal, or fitted to different rows or responses.
    DataError : no noise left in the augmented model, or as in `TailTest`.
    FormulaError, LimitError : as in `lm`.
    """
    small, large = lm(compact, data), lm(augmented, data)
    _check_nested(small, large)
    _check_noise(large)
    sse_compact, sse_augmented = sum_of_squared_errors(small), sum_of_squared_errors(large)
    df = (float(small.df_residual - large.df_residual), float(large.df_residual))
    # Rounding can make equal sums differ in the last digit.
    pre = proportional_reduction(sse_compact, min(sse_augmented, sse_compact))
    result = judge(TailTest("F", df, alpha=alpha), pre_to_f(pre, df))
    return ModelComparison(small, large, sse_compact, sse_augmented, pre, result)


def _check_nested(compact: LinearFit, augmented: LinearFit) -> None:
    if compact.design.rows.tolist() != augmented.design.rows.tolist():
        raise DesignError(
            f"The models use different rows ({compact.nobs} and {augmented.nobs}), because of "
            "missing values.",
            "Remove rows with missing values first.",
        )
    if not np.array_equal(compact.design.y, augmented.design.y):
        raise DesignError("The models have different responses.", "Use the same response in both.")
    X, X_small = augmented.design.X, compact.design.X
    if X_small.shape[1]:
        inside = X @ np.linalg.lstsq(X, X_small, rcond=None)[0]
        size = np.linalg.norm(X_small, axis=0)
        if (np.linalg.norm(X_small - inside, axis=0) > _SAME_SPACE * size).any():
            raise DesignError(
                "The augmented model does not contain the compact one.",
                "Write everything of the compact model into the augmented one, and more.",
            )
    if X.shape[1] <= X_small.shape[1]:
        raise DesignError(
            "Both models say the same.", "Add something to the augmented model: a predictor."
        )
