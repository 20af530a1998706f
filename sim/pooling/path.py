"""From one line for everybody to separate regressions, by the ratio of the variances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import DataError, DesignError
from sim.lmm.small import Array, read_only
from sim.pooling.lines import finite_numbers
from sim.pooling.pooling import Pooling
from sim.pooling.units import Units, participant_roots

MAX_STEPS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class PoolingPath:
    """Lines of g participants at m shares between complete and no pooling.

    Attributes
    ----------
    shares : from 0 (complete pooling) over 0.5 (the fit) to 1 (no pooling), shape (m,).
    fixef : the average line, shape (m, 2).
    coefficients : the participants' lines, shape (m, g, 2); nan at share 1 for a slope that the
        participant's own data do not have.
    weights : weight of the own data as `Pooling.weights`, shape (m, g, 2, 2).
    """

    shares: Array
    fixef: Array
    coefficients: Array
    weights: Array

    def __post_init__(self) -> None:
        read_only(self.shares, self.fixef, self.coefficients, self.weights)

    @property
    def ratio(self) -> Array:
        """Variances of the random effects over the residual's, in units of the fit's own ratio."""
        with np.errstate(divide="ignore"):
            return self.shares / (1.0 - self.shares)

    @property
    def own_weight(self) -> Array:
        """Share of each line decided by the own data, shape (m, g), see `Pooling.own_weight`."""
        return np.einsum("mgii->mg", self.weights) / 2.0


def pooling_path(pooling: Pooling, shares: Sequence[float] | Array) -> PoolingPath:
    """Compute the lines again for other ratios of the variances.

    The covariance of the random effects stays as estimated, and the residual variance is
    multiplied by (1 - share) / share: at 0.5 stands the fit, at 0 the residual is all there is
    and the lines fall into one, at 1 there is none and every line follows its own data. A
    singular estimate would never let the lines go; for shares above 0.5 it is filled up.

    Parameters
    ----------
    pooling : of a model with intercepts and slopes.
    shares : up to 1,000 numbers from 0 to 1.

    Raises
    ------
    DesignError : the model does not let both vary, or fewer than two participants have a slope.
    DataError : a share outside 0 to 1, or too many of them.
    """
    t = finite_numbers(shares, "shares")
    if len(t) > MAX_STEPS or not ((t >= 0) & (t <= 1)).all():
        raise DataError("Shares are numbers from 0 to 1.", f"Give 1 to {MAX_STEPS:,} of them.")
    if pooling.varying != "both":
        raise DesignError(
            "Parallel lines never become separate regressions.",
            "Let intercepts and slopes vary.",
        )
    units = Units.of(pooling.measured)
    covariance = units.inward @ pooling.covariance @ units.inward.T
    own = np.nan_to_num(pooling.own.to_numpy()) @ units.inward.T
    fixef, lines, weights = _solve(pooling, units, covariance, own, t)
    coefficients = lines @ units.outward.T
    coefficients[t == 1.0] = pooling.own.to_numpy()
    return PoolingPath(
        t, fixef @ units.outward.T, coefficients, units.outward @ weights @ units.inward
    )


def _solve(
    pooling: Pooling, units: Units, covariance: Array, own: Array, t: Array
) -> tuple[Array, Array, Array]:
    """Average line (m, 2), lines (m, g, 2) and weights (m, g, 2, 2) in standard units."""
    R, sloped = participant_roots(pooling.measured, units)
    variance = pooling.fit.sigma**2
    filling = _filling(covariance, R, variance)
    spread = t[:, None, None] * covariance + np.maximum(2 * t - 1, 0)[:, None, None] * filling
    V = np.einsum("gij,mjk,glk->mgil", R, spread, R)
    diagonal = np.arange(2)
    V[:, :, diagonal, diagonal] += ((1.0 - t) * variance)[:, None, None]
    # Whoever has no slope has one row only; the second is empty and must not divide by zero.
    V[:, ~sloped, 1, 1] = 1.0
    information = R.transpose(0, 2, 1) @ np.linalg.solve(V, np.broadcast_to(R, V.shape))
    total = information.sum(axis=1)
    if np.linalg.cond(total).max() > 1e12:
        raise DesignError(
            "No participant was measured at two values of the predictor.",
            "Without a single slope there is no way from one line to separate ones.",
        )
    fixef = np.linalg.solve(total, np.einsum("mgij,gj->mi", information, own)[..., None])[..., 0]
    weights = spread[:, None] @ information
    away = own - fixef[:, None]
    return fixef, fixef[:, None] + np.einsum("mgij,mgj->mgi", weights, away), weights


def _filling(covariance: Array, R: Array, variance: float) -> Array:
    """Return nothing for a regular covariance; else the mean sampling covariance of a line."""
    smallest, largest = np.linalg.eigvalsh(covariance)
    if smallest > 1e-8 * max(largest, variance / len(R)):
        return np.zeros((2, 2))
    whole: Array = np.linalg.inv(np.einsum("gki,gkj->ij", R, R) / len(R))
    return variance * whole
