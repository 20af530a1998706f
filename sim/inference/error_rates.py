"""What the error rate becomes when the side is chosen after looking, or an F's p is halved."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from sim.arguments import check_alpha, check_level, check_rng
from sim.errors import DataError, LimitError
from sim.limits import MAX_REPLICATES
from sim.lmm.small import Array

Claim = Literal["any difference", "largest group", "whole order"]
CLAIMS: tuple[Claim, ...] = ("any difference", "largest group", "whole order")
MAX_GROUPS = 50
MAX_PER_GROUP = 10_000
# Numbers drawn at once: 16 MB.
_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """A share counted in simulations, with its Monte-Carlo interval.

    Parameters
    ----------
    hits : how often it happened.
    n : in how many simulations.
    """

    hits: int
    n: int

    @property
    def estimate(self) -> float:
        """The share; not a number before the first simulation."""
        return self.hits / self.n if self.n else math.nan

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where the long-run share lies, by Wilson's score interval."""
        low, high = wilson(np.array([self.hits]), np.array([self.n]), level)
        return float(low[0]), float(high[0])


def wilson(hits: Array, n: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Wilson's score interval of shares, elementwise; 0 to 1 where n is 0.

    Raises
    ------
    DataError : the level is not between 0 and 1.

    Source
    ------
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    check_level(level)
    z = float(scipy.stats.norm.isf((1 - level) / 2))
    many = np.maximum(np.asarray(n, dtype=float), 1)
    share = np.asarray(hits, dtype=float) / many
    centre = (share + z * z / (2 * many)) / (1 + z * z / many)
    half = z * np.sqrt(share * (1 - share) / many + z * z / (4 * many**2)) / (1 + z * z / many)
    empty = np.asarray(n) == 0
    low = np.where(empty, 0.0, np.maximum(centre - half, 0))
    return low, np.where(empty, 1.0, np.minimum(centre + half, 1))


def side_after_looking(alpha: float) -> float:
    """Error rate of a one-sided test at alpha whose side is the one the data show: 2 alpha.

    Either tail of size alpha then rejects. The tails meet at alpha = 0.5.

    Raises
    ------
    DataError : alpha is not between 0 and 1.
    """
    check_alpha(alpha)
    return min(1.0, 2 * alpha)


def halved_f(alpha: float, n_groups: int, claim: Claim = "any difference") -> float:
    """Error rate of an ANOVA whose p-value is halved "because the hypothesis has a direction".

    With p / 2 <= alpha the omnibus F rejects in 2 alpha of all studies of nothing. Under the
    null hypothesis, with equal group sizes, F and the order of the means are independent, and
    every order is as likely. So the rate is 2 alpha if any difference is claimed, 2 alpha / k
    if one group was predicted to be the largest, and 2 alpha / k! if the whole order was
    predicted and found. It is alpha for two groups only.

    Parameters
    ----------
    n_groups : k, 2 or more, of equal size.
    claim : what has to be found, beside a small p, before the effect is claimed.

    Raises
    ------
    DataError : alpha is not between 0 and 1, fewer than two groups, an unknown claim.
    """
    check_alpha(alpha)
    if claim not in CLAIMS:
        raise DataError(f"'{claim}' is no claim.", f"There are {', '.join(CLAIMS)}.")
    if not 2 <= n_groups <= MAX_GROUPS:
        raise DataError(
            f"An F test compares 2 to {MAX_GROUPS} groups here, not {n_groups}.",
            "Choose another number of groups.",
        )
    orders = {
        "any difference": 1,
        "largest group": n_groups,
        "whole order": math.factorial(n_groups),
    }
    return min(1.0, 2 * alpha) / orders[claim]


def _check_size(n: int, n_groups: int, per_group: int) -> None:
    if not 1 <= n <= MAX_REPLICATES:
        raise LimitError(
            f"{n:,} studies were asked for; this server simulates 1 to {MAX_REPLICATES:,}.",
            "Ask for fewer: the interval says how exact the answer is.",
        )
    if not 2 <= n_groups <= MAX_GROUPS:
        raise LimitError(
            f"{n_groups} groups were asked for; there are 2 to {MAX_GROUPS}.",
            "Choose another number of groups.",
        )
    if not 2 <= per_group <= MAX_PER_GROUP:
        raise LimitError(
            f"{per_group:,} participants in a group were asked for; there are 2 to "
            f"{MAX_PER_GROUP:,}.",
            "Two are needed to see noise.",
        )


def simulate_means(
    n: int, n_groups: int, per_group: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw studies in which nothing is going on: all groups are the same normal distribution.

    Returns
    -------
    Means, shape (n, n_groups), and pooled within-group variances, shape (n,); unit: the SD.

    Raises
    ------
    LimitError : more studies, groups or participants than this server draws.
    DataError : `rng` is not a generator.
    """
    _check_size(n, n_groups, per_group)
    check_rng(rng)
    means, variances = np.empty((n, n_groups)), np.empty(n)
    step = max(1, _CHUNK // (n_groups * per_group))
    for start in range(0, n, step):
        part = slice(start, min(start + step, n))
        y = rng.standard_normal((part.stop - start, n_groups, per_group))
        means[part] = y.mean(axis=2)
        variances[part] = y.var(axis=2, ddof=1).mean(axis=1)
    return means, variances


def simulate_t(n: int, per_group: int, rng: np.random.Generator) -> Array:
    """t of the second against the first of two equal groups, shape (n,).

    Raises
    ------
    LimitError : as in `simulate_means`.
    """
    means, variances = simulate_means(n, 2, per_group, rng)
    t: Array = (means[:, 1] - means[:, 0]) / np.sqrt(2 * variances / per_group)
    return t


def simulate_side_after_looking(
    n: int, per_group: int, alpha: float, rng: np.random.Generator
) -> tuple[Rate, Rate]:
    """Count how often a one-sided test errs, its side planned or chosen after looking.

    Returns
    -------
    Rate of the planned test ("better", whatever the data show), and of the test whose side is
    the sign of the observed difference.

    Raises
    ------
    DataError, LimitError : as in `check_alpha` and `simulate_means`.
    """
    check_alpha(alpha)
    t = simulate_t(n, per_group, rng)
    planned, looked = count_errors(t, 2 * per_group - 2, alpha)
    return Rate(int(planned.sum()), n), Rate(int(looked.sum()), n)


def count_errors(t: Array, df: float, alpha: float) -> tuple[Array, Array]:
    """Which studies reject: with the side planned, and with the side taken from the data.

    Returns
    -------
    Two boolean arrays of the shape of t.
    """
    check_alpha(alpha)
    critical = scipy.stats.t.isf(alpha, df)
    one_sided_p = scipy.stats.t.sf(np.abs(t), df)
    return np.asarray(t >= critical), np.asarray(one_sided_p <= alpha)


def simulate_halved_f(
    n: int,
    n_groups: int,
    per_group: int,
    alpha: float,
    rng: np.random.Generator,
    claim: Claim = "any difference",
) -> Rate:
    """Count how often an ANOVA with a halved p-value errs; `halved_f` by simulation.

    Raises
    ------
    DataError, LimitError : as in `halved_f` and `simulate_means`.
    """
    halved_f(alpha, n_groups, claim)
    means, variances = simulate_means(n, n_groups, per_group, rng)
    f = per_group * means.var(axis=1, ddof=1) / variances
    df = (n_groups - 1, n_groups * (per_group - 1))
    found = scipy.stats.f.sf(f, *df) / 2 <= alpha
    if claim == "largest group":
        found &= means.argmax(axis=1) == n_groups - 1
    if claim == "whole order":
        found &= (np.diff(means, axis=1) > 0).all(axis=1)
    return Rate(int(found.sum()), n)
