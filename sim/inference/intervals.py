"""Intervals from bootstrap draws, by the formulas of R's boot::boot.ci."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy

from sim.arguments import check_level
from sim.errors import DataError
from sim.inference.bootstrap import Draws
from sim.lmm.small import Array

IntervalKind = Literal["percentile", "basic", "normal", "bca"]
INTERVAL_KINDS: tuple[IntervalKind, ...] = ("percentile", "basic", "normal", "bca")

EXTREME = "extreme order statistics used as endpoints"


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval.

    Attributes
    ----------
    low, high : not a number where there is none.
    note : why there is none, or what R warns of; mostly empty.
    """

    low: float
    high: float
    note: str = ""


def intervals(draws: Draws, kind: IntervalKind, level: float = 0.95) -> pd.DataFrame:
    """Compute a bootstrap interval for every parameter.

    Parameters
    ----------
    kind : "percentile", "basic", "normal" or "bca", as in `interval`.
    level : share of such intervals that are meant to hold the true value, between 0 and 1.

    Returns
    -------
    A row for each parameter, columns `estimate`, `conf_low`, `conf_high`, `n` (finite draws it
    stands on) and `note`.

    Raises
    ------
    DataError : unknown kind, or a level outside (0, 1).
    """
    rows = []
    for j, estimate in enumerate(draws.estimate):
        t = draws.values[:, j]
        found = interval(t, float(estimate), kind, level, draws.influence[:, j])
        n = int(np.count_nonzero(np.isfinite(t)))
        rows.append((float(estimate), found.low, found.high, n, found.note))
    columns = ["estimate", "conf_low", "conf_high", "n", "note"]
    return pd.DataFrame(rows, index=list(draws.names), columns=columns)


def interval(
    t: Array,
    t0: float,
    kind: IntervalKind,
    level: float = 0.95,
    influence: Array | None = None,
) -> Interval:
    """Compute one interval from the draws of one parameter.

    Parameters
    ----------
    t : the draws, shape (B,); those that are not finite are left out, as R does.
    t0 : the estimate from the actual data.
    kind :
        "percentile" takes the draws' own quantiles;
        "basic" mirrors them at the estimate, 2 t0 - quantile;
        "normal" goes z standard deviations of the draws to both sides of the estimate less its
        bias, mean(t) - t0;
        "bca" takes quantiles moved by the share of draws below t0 (bias) and by the skewness of
        the influence values (acceleration).
    level : between 0 and 1.
    influence : of each unit, shape (units,); without any the acceleration is zero, which is
        Efron's older BC interval.

    Raises
    ------
    DataError : unknown kind, or a level outside (0, 1).

    Source
    ------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, chapter 5.
    """
    _check(kind, level)
    finite = np.asarray(t, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if len(finite) < 2 or not np.isfinite(t0):
        return Interval(np.nan, np.nan, "There are too few finite draws.")
    # R's own tolerance: what varies less is a constant.
    if np.ptp(finite) <= 2.0 * min(1e-8, abs(float(np.mean(finite))) / 1e6):
        value = f"{float(np.mean(finite)):.4g}"
        return Interval(np.nan, np.nan, f"All values of t are equal to {value}.")
    both = np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    if kind == "normal":
        centre = 2.0 * t0 - float(np.mean(finite))
        reach = float(scipy.stats.norm.ppf(both[1]) * np.std(finite, ddof=1))
        return Interval(centre - reach, centre + reach)
    if kind == "bca":
        moved, problem = _bca_levels(finite, t0, both, influence)
        if problem:
            return Interval(np.nan, np.nan, problem)
        both = moved
    low, high = normal_interpolation(finite, both)
    rank = (len(finite) + 1) * both
    note = "" if np.all((rank > 1.0) & (rank < len(finite))) else EXTREME
    if kind == "basic":
        low, high = 2.0 * t0 - high, 2.0 * t0 - low
    return Interval(float(low), float(high), note)


def _check(kind: str, level: float) -> None:
    if kind not in INTERVAL_KINDS:
        raise DataError(
            f"There is no interval of kind {kind!r}.", f"Choose {', '.join(INTERVAL_KINDS)}."
        )
    check_level(level)


def normal_interpolation(t: Array, levels: Array) -> Array:
    """Return quantiles of draws, interpolated on the scale of normal quantiles.

    Parameters
    ----------
    t : finite draws, shape (B,).
    levels : between 0 and 1, shape (m,). A level a is the order statistic (B + 1) a; below the
        first or above the last it is the first or the last.

    Source
    ------
    Davison & Hinkley (1997), equation 5.8; R's boot:::norm.inter.
    """
    ordered = np.sort(t)
    count = len(ordered)
    rank = (count + 1) * levels
    below = np.floor(rank).astype(np.intp)
    inside = np.clip(below, 1, count - 1)
    z, z_low, z_high = (
        scipy.stats.norm.ppf(share)
        for share in (levels, inside / (count + 1), (inside + 1) / (count + 1))
    )
    low, high = ordered[inside - 1], ordered[inside]
    between = low + (z - z_low) / (z_high - z_low) * (high - low)
    result: Array = np.where(below < 1, ordered[0], np.where(below >= count, ordered[-1], between))
    return result


def _bca_levels(t: Array, t0: float, levels: Array, influence: Array | None) -> tuple[Array, str]:
    """Return the levels moved by bias and acceleration, or why they cannot be."""
    shift = float(scipy.stats.norm.ppf(np.mean(t < t0)))
    if not np.isfinite(shift):
        return levels, "estimated adjustment 'w' is infinite"
    acceleration = 0.0
    if influence is not None and len(influence):
        own = influence[np.isfinite(influence)]
        size = float(np.sum(own**2))
        acceleration = float(np.sum(own**3)) / (6.0 * size**1.5) if size > 0.0 else 0.0
    z = shift + scipy.stats.norm.ppf(levels)
    return np.asarray(scipy.stats.norm.cdf(shift + z / (1.0 - acceleration * z))), ""
