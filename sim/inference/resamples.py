"""Draw resamples of a fitted model's data and fit the model to all of them.

Every resample takes its random numbers from one row of uniform or normal draws, so the first 100
of 1,000 resamples are those of a bootstrap of 100 from the same generator.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from sim.errors import DataError
from sim.lm import LinearFit
from sim.lmm.fit import Fit
from sim.lmm.refit import Refits, parametric_bootstrap, refit
from sim.lmm.resample import refit_groups, refit_rows
from sim.lmm.small import Array, BoolArray
from sim.stopping import check_stop

Kind = Literal["rows", "cases", "residual", "parametric"]
KINDS: tuple[Kind, ...] = ("rows", "cases", "residual", "parametric")
Stop = Callable[[], bool] | None

_CELLS = 2_000_000  # numbers drawn at once: 16 MB
_MOST = 500
# Leaving out each of more units than this moves no interval that anybody would notice.
MAX_JACKKNIFE = 2_000


def refit_resamples(
    fit: Fit | LinearFit, kind: Kind, n: int, rng: np.random.Generator, stop: Stop
) -> Refits:
    """Fit the model to n resamples; the kinds are those of `sim.inference.bootstrap`.

    Raises
    ------
    DataError : participants of a linear model, which has none.
    CancelledError : somebody stopped the task.
    """
    scheme = _LINEAR.get(kind) if isinstance(fit, LinearFit) else _MIXED[kind]
    if scheme is None:
        raise DataError(
            "A linear model has no participants to draw.",
            "Draw its rows or residuals, or fit the participants with lmer.",
        )
    halt = _halting(stop)
    step = max(1, min(_MOST, _CELLS // (fit.nobs * max(1, len(fit.fixef)))))
    parts = []
    for at in range(0, n, step):
        halt()
        parts.append(scheme(fit, min(step, n - at), rng, halt))
    return Refits.joined(parts)


def refit_left_out(fit: Fit | LinearFit, kind: Kind, stop: Stop) -> Refits | None:
    """Fit the model without one unit at a time: the jackknife.

    Returns
    -------
    One refit for each row (a linear model, or kind "rows"), or for each participant (the other
    kinds). None where that is impossible (participants crossed with something else) or too much.
    """
    by_row = kind == "rows" or isinstance(fit, LinearFit)
    several = isinstance(fit, Fit) and len(fit.ngroups) > 1
    units = fit.nobs if by_row else len(fit.design.blocks[0].levels)
    if several or not 2 < units <= MAX_JACKKNIFE:
        return None
    halt = _halting(stop)
    step = max(1, min(_MOST, _CELLS // (fit.nobs * max(1, len(fit.fixef)))))
    parts = []
    for at in range(0, units, step):
        halt()
        count = min(step, units - at)
        weights = np.ones((units, count))
        weights[at + np.arange(count), np.arange(count)] = 0.0
        if isinstance(fit, LinearFit):
            parts.append(refit_weighted(fit, weights))
        elif by_row:
            parts.append(refit_rows(fit, weights, halt))
        else:
            parts.append(refit_groups(fit, weights, halt))
    return Refits.joined(parts)


def _halting(stop: Stop) -> Callable[[], bool]:
    """Return a callback that ends the task wherever it is asked."""

    def halt() -> bool:
        check_stop(stop)
        return False

    return halt


def _drawn(units: int, count: int, rng: np.random.Generator) -> Array:
    """How often each unit is drawn in each of so many resamples, shape (units, count)."""
    picked = _picked(units, rng.random((count, units)))
    places = picked + units * np.arange(count)[:, None]
    counts = np.bincount(places.ravel(), minlength=units * count)
    return counts.reshape(count, units).T.astype(np.float64)


def _picked(units: int, uniform: Array) -> np.ndarray:
    return np.minimum((uniform * units).astype(np.intp), units - 1)


def _linear_rows(fit: LinearFit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    return refit_weighted(fit, _drawn(fit.nobs, count, rng))


def _linear_residual(fit: LinearFit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    basis, _ = np.linalg.qr(fit.design.X)
    free = 1.0 - np.sum(basis**2, axis=1)  # 1 - leverage: zero where a row fits itself
    modified = np.where(free > 1e-10, fit.resid / np.sqrt(np.maximum(free, 1e-10)), 0.0)
    modified = modified - modified.mean()
    picked = _picked(fit.nobs, rng.random((count, fit.nobs)))
    return _with_noise(fit, modified[picked].T)


def _linear_parametric(fit: LinearFit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    return _with_noise(fit, fit.sigma * rng.standard_normal((count, fit.nobs)).T)


def refit_weighted(fit: LinearFit, weights: Array) -> Refits:
    """Weighted least squares for weights of shape (n, B), by the normal equations.

    On an orthonormal basis of X, and with the residuals for a response, nothing cancels.
    """
    basis, root = np.linalg.qr(fit.design.X)
    p = basis.shape[1]
    moment = (basis.T[None] * weights.T[:, None]) @ basis
    values = np.linalg.eigvalsh(moment)
    usable = (values[:, 0] > 1e-10 * values[:, -1]) & (weights.sum(axis=0) > p)
    moment[~usable] = np.eye(p)
    along = (basis * fit.resid[:, None]).T @ weights
    step = np.linalg.solve(moment, along.T[:, :, None])[:, :, 0]
    rest = (fit.resid**2) @ weights - np.einsum("bp,pb->b", step, along)
    degrees = np.where(usable, weights.sum(axis=0) - p, 1.0)
    sigma = np.sqrt(np.maximum(rest, 0.0) / degrees)
    return _linear_refits(fit, np.linalg.solve(root, step.T).T, sigma, usable)


def _with_noise(fit: LinearFit, noise: Array) -> Refits:
    """Least squares for the fitted values plus noise of shape (n, B)."""
    basis, root = np.linalg.qr(fit.design.X)
    along = basis.T @ noise
    rest = np.sum((noise - basis @ along) ** 2, axis=0)
    sigma = np.sqrt(rest / max(1, fit.df_residual))
    usable = np.ones(noise.shape[1], dtype=bool)
    return _linear_refits(fit, np.linalg.solve(root, along).T, sigma, usable)


def _linear_refits(fit: LinearFit, change: Array, sigma: Array, usable: BoolArray) -> Refits:
    none = np.zeros((len(sigma), 0))
    no = np.zeros(len(sigma), dtype=bool)
    fixef = fit.fixef.to_numpy() + change
    return Refits.marked(fixef, none, sigma, np.zeros(len(sigma)), no, ~no, usable)


def _mixed_rows(fit: Fit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    return refit_rows(fit, _drawn(fit.nobs, count, rng), stop)


def _mixed_cases(fit: Fit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    return refit_groups(fit, _drawn(len(fit.design.blocks[0].levels), count, rng), stop)


def _mixed_parametric(fit: Fit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    return parametric_bootstrap(fit, count, rng, "new", stop)


def _mixed_residual(fit: Fit, count: int, rng: np.random.Generator, stop: Stop) -> Refits:
    blocks, n = fit.design.blocks, fit.nobs
    sizes = [len(block.levels) for block in blocks]
    uniform = rng.random((count, sum(sizes) + n))
    noise = fit.resid - fit.resid.mean()
    spread = np.sqrt(np.mean(noise**2))
    noise = noise * (fit.sigma / spread) if spread > 0.0 else noise
    Y = fit.linear_predictor[:, None] + noise[_picked(n, uniform[:, sum(sizes) :])].T
    start = 0
    for block, covariance, modes, size in zip(
        blocks, fit.covariances, fit.modes, sizes, strict=True
    ):
        drawn = _picked(size, uniform[:, start : start + size]).T
        reflated = reflate(modes, covariance)
        for i in range(len(block.names)):
            Y += block.columns[:, i, None] * reflated[drawn, i][block.codes]
        start += size
    return refit(fit, Y, stop)


def reflate(modes: Array, covariance: Array) -> Array:
    """Centre conditional modes and turn them so that they have the estimated covariance.

    Symmetric roots in place of Carpenter's Cholesky factors: a singular covariance has them too.

    Parameters
    ----------
    modes : shape (levels, k).
    covariance : shape (k, k).
    """
    unit = np.sqrt(np.diag(covariance))
    unit = np.where(unit > 0.0, unit, 1.0)
    centred = (modes - modes.mean(axis=0)) / unit
    back = _root(centred.T @ centred / len(modes), inverse=True)
    result: Array = centred @ back @ _root(covariance / np.outer(unit, unit)) * unit
    return result


def _root(matrix: Array, inverse: bool = False) -> Array:
    """Return the symmetric root of a positive semidefinite matrix, or its pseudo-inverse."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-10 * max(float(values[-1]), 0.0)
    power = np.zeros(len(values))
    power[kept] = values[kept] ** (-0.5 if inverse else 0.5)
    result: Array = (vectors * power) @ vectors.T
    return result


_Scheme = Callable[..., Refits]
_LINEAR: dict[str, _Scheme] = {
    "rows": _linear_rows,
    "residual": _linear_residual,
    "parametric": _linear_parametric,
}
_MIXED: dict[str, _Scheme] = {
    "rows": _mixed_rows,
    "cases": _mixed_cases,
    "residual": _mixed_residual,
    "parametric": _mixed_parametric,
}
