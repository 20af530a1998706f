"""How t and PRE become F, errors a PRE, and two-sided p-values one-sided."""

import math

from sim.errors import DataError
from sim.inference.tails import TailTest, check_statistic


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
    check_statistic("PRE", pre)
    if pre == 1:
        raise DataError(
            "PRE = 1 has no F: the augmented model makes no errors.", "Use data with some noise."
        )
    return (pre / df[0]) / ((1 - pre) / df[1])
