"""Contour lines over intercepts and slopes: of the population, and of each likelihood."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.lmm.small import Array
from sim.pooling.pooling import Pooling

MASSES = (0.1, 0.3, 0.5, 0.7, 0.9)
_POINTS = 91  # the last is the first again
_REACH = 4.0  # SDs of the population that an open contour covers


def ellipse(centre: Array, covariance: Array, mass: float) -> Array:
    """Return the contour of a bivariate normal that holds `mass` of it.

    Parameters
    ----------
    centre, covariance : shapes (2,), (2, 2); a singular covariance gives a flat ellipse.
    mass : above 0, below 1. The density on the contour is 1 - mass of the highest.

    Returns
    -------
    shape (91, 2), closed: the last point is the first.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    angle = np.linspace(0.0, 2.0 * np.pi, _POINTS)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    points: Array = centre + np.sqrt(_distance(mass)) * (root @ circle).T
    return points


def population_contours(pooling: Pooling, masses: Sequence[float] = MASSES) -> pd.DataFrame:
    """Contours of the estimated normal distribution of participants' intercepts and slopes.

    Returns
    -------
    Columns mass, order (along the contour), intercept, slope.
    """
    centre = pooling.fit.fixef[list(pooling.measured.terms)].to_numpy()
    frames = [_frame(ellipse(centre, pooling.covariance, mass), mass=mass) for mass in masses]
    return pd.concat(frames, ignore_index=True)


def likelihood_contours(pooling: Pooling, masses: Sequence[float] = MASSES) -> pd.DataFrame:
    """Contours of each participant's likelihood, which knows their own data alone.

    The residual SD is that of the mixed model. On the contour of a mass the likelihood is
    1 - mass of its highest. Whoever has no slope has a valley instead of a peak: any line
    through the mean point is as likely, and the contour is a pair of straight lines.

    Returns
    -------
    Columns participant, mass, part (0, or 0 and 1 for the two lines), order, intercept, slope.
    """
    measured, sigma = pooling.measured, pooling.fit.sigma
    means = measured.means[0]
    own = pooling.own.to_numpy()
    frames = []
    for code, name in enumerate(measured.participants):
        n, mean, spread = measured.counts[code], means[code], measured.spreads[code]
        for mass in masses:
            if spread > 0.0:
                # Inverse of XᵀX, written out so that a distant predictor loses no digits.
                corner = -mean / spread
                inverse = np.array([[1.0 / n - mean * corner, corner], [corner, 1.0 / spread]])
                parts = [ellipse(own[code], sigma**2 * inverse, mass)]
            else:
                away = sigma * np.sqrt(_distance(mass) / n)
                slopes = _slope_range(pooling)
                parts = [
                    np.stack([own[code, 0] + side - slopes * mean, slopes], axis=1)
                    for side in (-away, away)
                ]
            frames += [
                _frame(points, participant=name, mass=mass, part=part)
                for part, points in enumerate(parts)
            ]
    return pd.concat(frames, ignore_index=True)


def _slope_range(pooling: Pooling) -> Array:
    """Return the two slopes between which open contours are drawn, shape (2,)."""
    middle = float(pooling.fit.fixef[pooling.measured.terms[1]])
    slopes = pooling.own.iloc[:, 1].dropna().to_numpy()
    reach = _REACH * float(np.sqrt(pooling.covariance[1, 1]))
    return np.array([
        min(middle - reach, slopes.min(initial=middle)),
        max(middle + reach, slopes.max(initial=middle)),
    ])  # fmt: skip


def _distance(mass: float) -> float:
    """Squared Mahalanobis distance that a bivariate normal exceeds with 1 - mass."""
    if not 0.0 < mass < 1.0:
        raise DataError(f"A contour cannot hold {mass:g} of a distribution.",
                        "Give a number above 0 and below 1.")  # fmt: skip
    return float(-2.0 * np.log1p(-mass))


def _frame(points: Array, **labels: object) -> pd.DataFrame:
    order = np.arange(len(points))
    return pd.DataFrame(
        {**labels, "order": order, "intercept": points[:, 0], "slope": points[:, 1]}
    )
