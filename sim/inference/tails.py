"""t, F and proportional reduction in error: hypotheses, rejection regions, p-values."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy

from sim.arguments import check_alpha
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
                f"A test of {self.kind} has {needed} df, not {len(self.df)}.",
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
        return scipy.stats.t(*test.df)
    if test.kind == "F":
        return scipy.stats.f(*test.df)
    return scipy.stats.beta(test.df[0] / 2, test.df[1] / 2)


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


def check_statistic(kind: Kind, statistic: float) -> None:
    """Refuse what cannot be a statistic of this kind.

    Raises
    ------
    DataError : not finite, a negative F, or PRE outside 0 to 1.
    """
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
    check_statistic(test.kind, statistic)
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


def density(test: TailTest, at: Array) -> Array:
    """Density of the statistic under the null hypothesis, same shape as `at`."""
    return np.asarray(null_distribution(test).pdf(at), dtype=float)
