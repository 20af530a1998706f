"""A predictor in standard units, so that a distant or badly scaled one costs no digits."""

from dataclasses import dataclass

import numpy as np

from sim.lmm.small import Array, BoolArray
from sim.pooling.lines import Measurements


@dataclass(frozen=True, slots=True)
class Units:
    """A predictor with mean 0 and SD 1: coefficients there are `inward` @ coefficients."""

    mean: float
    sd: float
    inward: Array
    outward: Array

    @classmethod
    def of(cls, measured: Measurements) -> "Units":
        """Return the units in which the predictor has mean 0 and SD 1."""
        mean, sd = float(measured.x.mean()), float(measured.x.std())
        inward = np.array([[1.0, mean], [0.0, sd]])
        return cls(mean, sd, inward, np.array([[1.0, -mean / sd], [0.0, 1.0 / sd]]))


def participant_roots(measured: Measurements, units: Units) -> tuple[Array, BoolArray]:
    """QR factors of the participants' rows in standard units, and who has a slope.

    Returns
    -------
    R, shape (g, 2, 2), upper triangular, its second row zero without a slope; shape (g,).
    """
    n, spread = measured.counts, measured.spreads
    away = (measured.means[0] - units.mean) / units.sd
    R = np.zeros((len(n), 2, 2))
    R[:, 0, 0] = np.sqrt(n)
    R[:, 0, 1] = np.sqrt(n) * away
    R[:, 1, 1] = np.sqrt(spread) / units.sd
    return R, spread > 0.0
