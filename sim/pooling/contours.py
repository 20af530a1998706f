"""Contour lines over intercepts and slopes: of the population, and of each likelihood."""

from collections.abc import Collection, Sequence

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
    return _loop(centre, vectors * np.sqrt(np.maximum(values, 0.0)), mass)


def _loop(centre: Array, root: Array, mass: float) -> Array:
    """Return the contour of a normal with covariance root @ rootᵀ, shape (91, 2)."""
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
    lines = [ellipse(centre, pooling.covariance, mass) for mass in masses]
    return _frame(lines, mass=list(masses))


def likelihood_contours(
    pooling: Pooling,
    masses: Sequence[float] = MASSES,
    participants: Collection[str] | None = None,
) -> pd.DataFrame:
    """Contours of each participant's likelihood, which knows their own data alone.

    The residual SD is that of the mixed model. On the contour of a mass the likelihood is
    1 - mass of its highest. Whoever has no slope has a valley instead of a peak: any line
    through the mean point is as likely, and the contour is a pair of straight lines.

    Parameters
    ----------
    participants : whose; everybody's if not given.

    Returns
    -------
    Columns participant, mass, part (0, or 0 and 1 for the two lines), order, intercept, slope.
    """
    measured, sigma = pooling.measured, pooling.fit.sigma
    own, slopes = pooling.own.to_numpy(), _slope_range(pooling)
    people = zip(
        measured.participants, own, measured.counts, measured.means[0], measured.spreads,
        strict=True,
    )  # fmt: skip
    lines: list[Array] = []
    labels: list[tuple[str, float, int]] = []
    for name, line, n, mean, spread in people:
        if participants is not None and name not in participants:
            continue
        for mass in masses:
            if spread > 0.0:
                # The inverse of R in X = QR: XᵀX itself would lose a distant predictor's digits.
                width = np.sqrt(spread)
                root = np.array([[1.0 / np.sqrt(n), -mean / width], [0.0, 1.0 / width]])
                parts = [_loop(line, sigma * root, mass)]
            else:
                away = sigma * np.sqrt(_distance(mass) / n)
                parts = [
                    np.stack([line[0] + side - slopes * mean, slopes], axis=1)
                    for side in (-away, away)
                ]
            lines += parts
            labels += [(name, mass, part) for part in range(len(parts))]
    return _frame(
        lines,
        participant=[name for name, _, _ in labels],
        mass=[mass for _, mass, _ in labels],
        part=[part for _, _, part in labels],
    )


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


def _frame(lines: Sequence[Array], **labels: Sequence[object]) -> pd.DataFrame:
    """Put lines one below the other; labels hold one value for each line."""
    if not lines:
        raise DataError("There is no contour to draw.", "Give a share and a participant.")
    sizes = [len(line) for line in lines]
    repeated = {name: np.repeat(np.array(column), sizes) for name, column in labels.items()}
    points = np.concatenate(lines)
    order = np.concatenate([np.arange(size) for size in sizes])
    return pd.DataFrame(
        {**repeated, "order": order, "intercept": points[:, 0], "slope": points[:, 1]}
    )
