"""How often a test of t, F or PRE finds an effect that is there."""

import math

import numpy as np
import scipy

from sim.errors import DataError
from sim.inference.conversions import pre_to_f
from sim.inference.tails import TailTest, rejection_region


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
    if noncentrality == 0:
        return float(scipy.stats.f(*test.df).sf(critical))
    return float(np.clip(scipy.stats.ncf(*test.df, noncentrality).sf(critical), 0, 1))


def _t_upper(critical: float, df: float, noncentrality: float) -> float:
    if math.isinf(critical):
        return 0.0
    return float(np.clip(scipy.stats.nct.sf(critical, df, noncentrality), 0, 1))
