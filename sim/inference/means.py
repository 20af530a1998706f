"""Tests that leave the mixed model out: on means or slopes of each unit, and on single rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.errors import DesignError
from sim.inference.counting import Outcomes
from sim.inference.satterthwaite import two_sided_p
from sim.lmm.small import Array


@dataclass(frozen=True, slots=True)
class LinearTest:
    """An ordinary t-test of one coefficient, ready for many responses.

    Parameters
    ----------
    first : what is computed of each unit, shape (units, n), applied to the response; None where
        every row counts.
    X : regressors of these numbers, shape (units, q).
    column : of X, the coefficient that is tested.
    """

    first: csr_array | None
    X: Array
    column: int

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return int(self.X.shape[0] - self.X.shape[1])

    def test(self, Y: Array) -> Outcomes:
        """Test in every response, shape (n, B)."""
        values = Y if self.first is None else self.first @ Y
        root = np.linalg.qr(self.X)
        along = root.Q.T @ values
        estimates = np.linalg.solve(root.R, along)
        rest = np.sum((values - root.Q @ along) ** 2, axis=0)
        scale = float(np.sum(np.linalg.inv(root.R)[self.column] ** 2))
        estimate = estimates[self.column]
        size = np.sum(values**2, axis=0)
        # Without any spread there is no test.
        error = np.sqrt(np.where(rest > 1e-24 * size, rest, np.nan) / self.df * scale)
        df = np.full(Y.shape[1], float(self.df))
        p = two_sided_p(estimate / error, df)
        no = np.zeros(Y.shape[1], dtype=bool)
        return Outcomes(estimate.copy(), error, df, p, no, ~no)


def rows_test(X: Array, column: int) -> LinearTest:
    """Return lm's test on single rows, as if each were a participant of its own.

    Raises
    ------
    DesignError : as many coefficients as rows.
    """
    _check_df(X)
    return LinearTest(None, X, column)


def unit_test(X: Array, column: int, codes: NDArray[np.intp], unit: str) -> LinearTest:
    """Return the test of the analysis that first makes one number of each unit.

    What varies within units becomes a slope of each unit, and the slopes are tested against
    zero: for two conditions the paired t-test, which is the by-participant ANOVA (t² = F). What
    is constant within units is tested on the units' means.

    Parameters
    ----------
    X : fixed effects, an intercept among them, shape (n, p).
    column : of X, the coefficient that is tested.
    codes : the unit of every row, shape (n,).
    unit : its name, for errors.

    Raises
    ------
    DesignError : some unit has no slope, or there are too few units.
    """
    units = int(codes.max()) + 1
    sizes = np.bincount(codes, minlength=units).astype(float)
    mean = _weighted(1.0 / sizes[codes], codes, units)
    averages = mean @ X
    inside = X - averages[codes]
    varies = np.sqrt(np.mean(inside**2, axis=0)) > 1e-10 * (1e-300 + np.abs(X).max(axis=0))
    if not varies[column]:
        between = averages[:, ~varies]
        position = int(np.count_nonzero(~varies[:column]))
        _check_df(between)
        return LinearTest(mean, between, position)
    ones = np.ones((units, 1))
    _check_df(ones)
    slopes = _slopes(inside[:, varies], codes, units, int(np.count_nonzero(varies[:column])), unit)
    return LinearTest(slopes, ones, 0)


def _slopes(inside: Array, codes: NDArray[np.intp], units: int, place: int, unit: str) -> csr_array:
    """Return what gives each unit's least-squares slope, shape (units, n)."""
    q = inside.shape[1]
    cross = np.zeros((units, q, q))
    np.add.at(cross, codes, inside[:, :, None] * inside[:, None, :])
    scale = np.sqrt(np.einsum("uii->ui", cross))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = cross / (scale[:, :, None] * scale[:, None, :])
    bad = ~np.isfinite(relative).all(axis=(1, 2))
    bad[~bad] = np.linalg.eigvalsh(relative[~bad])[:, 0] < 1e-8
    if bad.any():
        raise DesignError(
            f"Some levels of '{unit}' cannot tell this coefficient from the others by themselves.",
            "One number for each of them does not do for this model; lmer does.",
        )
    inverse = np.linalg.inv(cross)[:, place, :]
    return _weighted(np.einsum("nq,nq->n", inverse[codes], inside), codes, units)


def _weighted(weights: Array, codes: NDArray[np.intp], units: int) -> csr_array:
    """Return the matrix that sums a column's weighted rows by unit, shape (units, n)."""
    n = len(codes)
    return csr_array((weights, (codes, np.arange(n))), shape=(units, n))


def _check_df(X: Array) -> None:
    if X.shape[0] <= X.shape[1]:
        raise DesignError(
            f"There are {X.shape[0]} numbers for {X.shape[1]} coefficients, so nothing is left "
            "to tell the noise by.",
            "Ask for more participants.",
        )
