"""t, F and proportional reduction in error: hypotheses, rejection regions, p-values, power."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import stats

from sim.errors import DataError, DesignError
from sim.lmm.small import Array

Kind = Literal["t", "F", "PRE"]
Hypothesis = Literal["better", "worse", "different"]

KINDS: tuple[Kind, ...] = ("t", "F", "PRE")
HYPOTHESES: tuple[Hypothesis, ...] = ("better", "worse", "different")
_DF_NAMES = {"t": "the residual df", "F": "(numerator, denominator)", "PRE": "(PA - PC, n - PA)"}


@dataclass(frozen=True, slots=True)
class TailTest:
    """Which tail of which distribution speaks against the null hypothesis.

    Parameters
    ----------
    kind : "t", "F" or "PRE" (proportional reduction in error).
    df : (df,) for t; (numerator, denominator) for F; (PA - PC, n - PA) for PRE.
    hypothesis : "better" and "worse" predict the sign of t; F and PRE know only "different".
    alpha : the error rate when the null hypothesis is true, between 0 and 1.

    Raises
    ------
    DataError : degrees of freedom that are not positive, alpha outside (0, 1), unknown words.
    DesignError : a direction for F or PRE, which have none.
    """

    kind: Kind
    df: tuple[float, ...]
    hypothesis: Hypothesis = "different"
    alpha: float = 0.05

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DataError(f"'{self.kind}' is no kind of test.", f"There are {_list(KINDS)}.")
        if self.hypothesis not in HYPOTHESES:
            raise DataError(
                f"'{self.hypothesis}' is no hypothesis.", f"There are {_list(HYPOTHESES)}."
            )
        needed = 1 if self.kind == "t" else 2
        if len(self.df) != needed:
            raise DataError(
                f"A {self.kind} test has {needed} df, not {len(self.df)}.",
                f"Give {_DF_NAMES[self.kind]}.",
            )
        for df in self.df:
            if not (math.isfinite(df) and df > 0):
                raise DataError(
                    f"Degrees of freedom are positive numbers, not {df:g}.",
                    "With too few observations nothing is left to estimate the noise: add data.",
                )
        check_alpha(self.alpha)
        if self.kind != "t" and self.hypothesis != "different":
            raise DesignError(
                f"{self.kind} has no sign, so it cannot test '{self.hypothesis}'.",
                "Use 'different', or test one difference with t.",
            )


@dataclass(frozen=True, slots=True)
class Region:
    """The statistics that reject the null hypothesis: at or beyond the critical values.

    Parameters
    ----------
    lower : reject at or below it; minus infinity when the lower tail does not count.
    upper : reject at or above it; infinity when the upper tail does not count.
    """

    lower: float
    upper: float

    @property
    def critical_values(self) -> tuple[float, ...]:
        """The finite borders, from low to high."""
        return tuple(value for value in (self.lower, self.upper) if math.isfinite(value))

    def contains(self, statistic: float) -> bool:
        """Whether a statistic rejects the null hypothesis."""
        return statistic <= self.lower or statistic >= self.upper


@dataclass(frozen=True, slots=True)
class Result:
    """A test of an observed statistic.

    Parameters
    ----------
    test : what was tested.
    statistic : observed; t, F or PRE.
    p_value : how often the null hypothesis alone gives such a statistic or one further out.
    region : where the statistic had to be to reject.
    """

    test: TailTest
    statistic: float
    p_value: float
    region: Region

    @property
    def df(self) -> tuple[float, ...]:
        """Degrees of freedom of the test."""
        return self.test.df

    @property
    def is_rejected(self) -> bool:
        """Whether the null hypothesis is rejected at alpha."""
        return self.region.contains(self.statistic)


def check_alpha(alpha: float) -> None:
    """Refuse an error rate that is none.

    Raises
    ------
    DataError : alpha is not between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise DataError(f"alpha = {alpha:g} is not between 0 and 1.", "A usual choice is 0.05.")


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def null_distribution(test: TailTest) -> Any:
    """The distribution of the statistic when the null hypothesis is true.

    Returns
    -------
    A frozen SciPy distribution: t, F, or, for PRE, beta with shapes df / 2, because
    PRE = df1 F / (df1 F + df2).
    """
    if test.kind == "t":
        return stats.t(*test.df)
    if test.kind == "F":
        return stats.f(*test.df)
    return stats.beta(test.df[0] / 2, test.df[1] / 2)


def rejection_region(test: TailTest) -> Region:
    """Where a statistic rejects the null hypothesis; its probability under the null is alpha."""
    null = null_distribution(test)
    if test.kind != "t":
        return Region(-math.inf, float(null.isf(test.alpha)))
    if test.hypothesis == "better":
        return Region(-math.inf, float(null.isf(test.alpha)))
    if test.hypothesis == "worse":
        return Region(-float(null.isf(test.alpha)), math.inf)
    critical = float(null.isf(test.alpha / 2))
    return Region(-critical, critical)


def _check_statistic(kind: Kind, statistic: float) -> None:
    if not math.isfinite(statistic):
        raise DataError(
            f"The {kind} statistic is {statistic}, which is not a number to test.",
            "Check the data: a statistic needs some variation within the groups.",
        )
    if kind == "F" and statistic < 0:
        raise DataError(
            f"F = {statistic:g} is negative, but F is a ratio of two variances.",
            "Did you mean t? F is its square.",
        )
    if kind == "PRE" and not 0 <= statistic <= 1:
        raise DataError(
            f"PRE = {statistic:g} is not between 0 and 1.",
            "The augmented model contains the compact one, so its errors cannot be larger.",
        )


def p_value(test: TailTest, statistic: float) -> float:
    """How often the null hypothesis alone gives this statistic or one further out.

    Further out means larger for "better", smaller for "worse", and further from zero on either
    side for "different". F and PRE have no sign: both sides of t lie in their upper tail.

    Raises
    ------
    DataError : the statistic is not a number, or impossible for this kind.
    """
    _check_statistic(test.kind, statistic)
    null = null_distribution(test)
    if test.kind != "t" or test.hypothesis == "better":
        return float(null.sf(statistic))
    if test.hypothesis == "worse":
        return float(null.cdf(statistic))
    return 2 * float(null.sf(abs(statistic)))


def judge(test: TailTest, statistic: float) -> Result:
    """Test an observed statistic.

    Raises
    ------
    DataError : as in `p_value`.
    """
    return Result(test, statistic, p_value(test, statistic), rejection_region(test))


def one_sided(two_sided: float, as_predicted: bool) -> float:
    """The one-sided p-value of a t from its two-sided one.

    Parameters
    ----------
    two_sided : two-sided p-value of t, or p-value of F with one numerator df.
    as_predicted : whether the estimate has the predicted sign.

    Returns
    -------
    Half of it when the sign is as predicted, else one minus half of it.

    Raises
    ------
    DataError : not a probability.
    """
    if not 0 <= two_sided <= 1:
        raise DataError(f"p = {two_sided:g} is not between 0 and 1.", "Give a two-sided p-value.")
    return two_sided / 2 if as_predicted else 1 - two_sided / 2


def power(test: TailTest, noncentrality: float) -> float:
    """How often the null hypothesis is rejected when it is false.

    Parameters
    ----------
    noncentrality : for t the true effect divided by its true standard error, with sign; for F
        and PRE the sum of squares of the true effect divided by the residual variance.

    Raises
    ------
    DataError : not a finite number, or negative for F or PRE.
    """
    if not math.isfinite(noncentrality) or (test.kind != "t" and noncentrality < 0):
        raise DataError(
            f"{noncentrality:g} is no noncentrality for {test.kind}.",
            "For t give effect / standard error; for F the squared effects / residual variance.",
        )
    region = rejection_region(test)
    if test.kind == "t":
        # The lower tail is mirrored: there SciPy 1.17's own nct.cdf ends in not-a-number.
        upper = _t_upper(region.upper, test.df[0], noncentrality)
        return min(1.0, upper + _t_upper(-region.lower, test.df[0], -noncentrality))
    critical = region.upper
    if test.kind == "PRE":
        critical = pre_to_f(critical, (test.df[0], test.df[1]))
    # At noncentrality 0 SciPy 1.17's ncf.sf is negative.
    null = stats.f(*test.df) if noncentrality == 0 else stats.ncf(*test.df, noncentrality)
    return float(np.clip(null.sf(critical), 0, 1))


def _t_upper(critical: float, df: float, noncentrality: float) -> float:
    if math.isinf(critical):
        return 0.0
    return float(np.clip(stats.nct.sf(critical, df, noncentrality), 0, 1))


def density(test: TailTest, at: Array) -> Array:
    """Density of the statistic under the null hypothesis, same shape as `at`."""
    return np.asarray(null_distribution(test).pdf(at), dtype=float)


def proportional_reduction(sse_compact: float, sse_augmented: float) -> float:
    """PRE = 1 - SSE_A / SSE_C: the share of the compact model's errors that is saved.

    Raises
    ------
    DataError : sums of squares that nested least squares cannot have.
    """
    if not (math.isfinite(sse_compact) and math.isfinite(sse_augmented)) or sse_augmented < 0:
        raise DataError(
            f"Sums of squares are not negative and finite, not {sse_compact:g}, {sse_augmented:g}.",
            "Give the sum of squared errors of each model.",
        )
    if sse_compact == 0:
        raise DataError(
            "The compact model makes no errors, so there is nothing to reduce.",
            "All values of the response are the same, or as many as parameters: add data.",
        )
    if sse_augmented > sse_compact:
        raise DataError(
            f"The augmented model has larger errors ({sse_augmented:g}) than the compact one "
            f"({sse_compact:g}).",
            "It must contain the compact model, fitted to the same rows.",
        )
    return 1 - sse_augmented / sse_compact


def t_to_f(t: float) -> float:
    """F with 1 and df degrees of freedom, of a t with df degrees of freedom."""
    return t * t


def pre_to_f(pre: float, df: tuple[float, float]) -> float:
    """F = [PRE / (PA - PC)] / [(1 - PRE) / (n - PA)]; df is (PA - PC, n - PA).

    Raises
    ------
    DataError : PRE outside [0, 1), impossible df.
    """
    TailTest("PRE", df)
    _check_statistic("PRE", pre)
    if pre == 1:
        raise DataError(
            "PRE = 1 has no F: the augmented model makes no errors.", "Use data with some noise."
        )
    return (pre / df[0]) / ((1 - pre) / df[1])


def f_to_pre(f: float, df: tuple[float, float]) -> float:
    """PRE = df1 F / (df1 F + df2); df is (numerator, denominator).

    Raises
    ------
    DataError : a negative F, impossible df.
    """
    TailTest("F", df)
    _check_statistic("F", f)
    return df[0] * f / (df[0] * f + df[1])
