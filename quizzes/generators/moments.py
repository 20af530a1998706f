"""Balanced data looked at before they are fitted, so that few fits are thrown away."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


def line_moments(score: Array, x: Array) -> tuple[Array, Array]:
    """Least-squares slopes of each participant, and what their true covariance seems to be.

    Parameters
    ----------
    score : shape (participants, rows of each).
    x : the same for everybody, shape (rows of each,).

    Returns
    -------
    Slopes, shape (participants,), and the covariance of levels (at the mean of x) and slopes less
    what noise adds to it, shape (2, 2): not a covariance matrix where noise explains them.
    """
    away = x - x.mean()
    levels, slopes = score.mean(axis=1), score @ away / (away @ away)
    rest = score - levels[:, None] - slopes[:, None] * away
    noise = float((rest**2).sum()) / (len(score) * (len(x) - 2))
    seen = np.cov(levels, slopes)
    return slopes, seen - noise * np.diag([1 / len(x), 1 / float(away @ away)])


def mean_p(values: Array) -> float:
    """Two-sided p of the t-test of a mean against zero."""
    t = values.mean() / (values.std(ddof=1) / np.sqrt(len(values)))
    return float(2 * special.stdtr(len(values) - 1, -abs(t)))


def intercept_weight(score: Array) -> float:
    """Weight of the own means, from mean squares; shape (participants, rows of each)."""
    within = float(score.var(axis=1, ddof=1).mean())
    return 1 - within / (score.shape[1] * float(score.mean(axis=1).var(ddof=1)))
