"""Tests of fixed effects with Satterthwaite's degrees of freedom, as lmerTest makes them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from sim.errors import DesignError
from sim.lmm.blocked import Blocked
from sim.lmm.criterion import make_kernel, orthogonal
from sim.lmm.fit import Fit
from sim.lmm.problem import make_problem
from sim.lmm.refit import Refits
from sim.lmm.small import Array, product


@dataclass(frozen=True, slots=True)
class CoefficientTests:
    """t-tests of p coefficients in B fits.

    Attributes
    ----------
    estimate, std_error, df, statistic, p_value : shape (B, p).
    """

    estimate: Array
    std_error: Array
    df: Array
    statistic: Array
    p_value: Array


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What Satterthwaite's method knows of B fits.

    Attributes
    ----------
    vcov : of the fixed effects, shape (p, p, B).
    slopes : of vcov with respect to theta and sigma, shape (n_theta + 1, p, p, B).
    spread : asymptotic covariance of theta and sigma, shape (n_theta + 1, n_theta + 1, B).
    """

    vcov: Array
    slopes: Array
    spread: Array

    def df(self, contrast: Array) -> tuple[Array, Array]:
        """Return variance and degrees of freedom of a contrast (p,), shapes (B,)."""
        variance = product("p,pqb,q->b", contrast, self.vcov, contrast)
        g = product("p,kpqb,q->kb", contrast, self.slopes, contrast)
        return variance, 2.0 * variance**2 / product("kb,klb,lb->b", g, self.spread, g)


def satterthwaite(fit: Fit) -> pd.DataFrame:
    """Test every fixed effect against zero.

    Returns
    -------
    Rows: coefficients. Columns: estimate, std_error, df, statistic (t), p_value (two-sided).

    Source
    ------
    Kuznetsova, Brockhoff & Christensen (2017), J. Stat. Softw. 82(13), and lmerTest 3.1-3.
    """
    uncertainty = uncertainty_of(fit)
    pairs = [uncertainty.df(contrast) for contrast in np.eye(len(fit.beta))]
    std_error = np.sqrt(np.array([variance[0] for variance, _ in pairs]))
    df = np.array([value[0] for _, value in pairs])
    return coefficient_table(fit, std_error, df)


def coefficient_table(fit: Fit, std_error: Array, df: Array) -> pd.DataFrame:
    """Return t-tests of the fixed effects with given standard errors and df, shape (p,)."""
    statistic = fit.beta / std_error
    return pd.DataFrame(
        {
            "estimate": fit.beta,
            "std_error": std_error,
            "df": df,
            "statistic": statistic,
            "p_value": two_sided_p(statistic, df),
        },
        index=list(fit.design.x_names),
    )


def two_sided_p(statistic: Array, df: Array) -> Array:
    """Return P(|T| > |t|) for Student's t."""
    p: Array = 2.0 * special.stdtr(df, -np.abs(statistic))
    return p


def satterthwaite_many(fit: Fit, Y: Array, refits: Refits) -> CoefficientTests:
    """Test every fixed effect in many refits at once.

    Parameters
    ----------
    fit : the fit whose design the refits share.
    Y : the responses refitted, shape (nobs, B).
    refits : what `refit(fit, Y)` returned.

    Notes
    -----
    One pass over all responses where the design has one grouping factor or is balanced, one
    after the other otherwise.
    """
    uncertainty = _uncertainty(fit, Y, refits.theta.T, refits.sigma)
    pairs = [uncertainty.df(contrast) for contrast in np.eye(refits.fixef.shape[1])]
    std_error = np.sqrt(np.stack([variance for variance, _ in pairs], axis=1))
    df = np.stack([value for _, value in pairs], axis=1)
    statistic = refits.fixef / std_error
    return CoefficientTests(refits.fixef, std_error, df, statistic, two_sided_p(statistic, df))


def uncertainty_of(fit: Fit) -> Uncertainty:
    """Return what Satterthwaite's method needs to know of one fit."""
    sigma = np.array([fit.sigma])
    return _uncertainty(fit, fit.design.y[:, None], fit.theta[:, None], sigma)


def _uncertainty(fit: Fit, Y: Array, theta: Array, sigma: Array) -> Uncertainty:
    # lmerTest differentiates with respect to lme4's theta; where the Hessian has no inverse the
    # answer depends on that choice, so the columns of Z stay as they are.
    problem = make_problem(fit.design.X, fit.design.blocks, fit.reml, whiten=False)
    kernel = make_kernel(problem)
    rest = orthogonal(problem, Y)
    if isinstance(kernel, Blocked):
        rows = kernel.project(rest)
        parts = [
            kernel.information(theta[:, [b]], rows.take(np.array([b])))
            for b in range(theta.shape[1])
        ]
        hessian, q, E, x_inverse = (
            np.concatenate([getattr(part, name) for part in parts], axis=-1)
            for name in ("hessian", "q", "E", "x_inverse")
        )
    else:
        found = kernel.information(theta, kernel.project(rest))
        hessian, q, E, x_inverse = found.hessian, found.q, found.E, found.x_inverse
    m = problem.degrees
    full = np.empty((len(q) + 1, len(q) + 1, len(sigma)))
    full[:-1, :-1] = hessian + m * q[:, None] * q
    full[-1, :-1] = full[:-1, -1] = 2.0 * m * q / sigma
    full[-1, -1] = 4.0 * m / sigma**2
    # Back from the orthonormal basis: C^(-1/2) in terms of the columns of X.
    back = np.linalg.inv(problem.x_root)
    half = product("pqb,rq->prb", x_inverse, back)
    vcov = sigma**2 * product("prb,psb->rsb", half, half)
    slopes = np.empty((len(q) + 1, *vcov.shape))
    slopes[:-1] = sigma**2 * product("prb,kpqb,qsb->krsb", half, E, half)
    slopes[-1] = 2.0 * vcov / sigma
    return Uncertainty(vcov, slopes, 2.0 * _pseudo_inverse(full))


def _pseudo_inverse(matrices: Array) -> Array:
    """Invert symmetric matrices (k, k, B), leaving out eigenvalues up to 1e-8 as lmerTest does."""
    values, vectors = np.linalg.eigh(matrices.transpose(2, 0, 1))
    inverse = np.where(values > 1e-8, 1.0 / np.where(values > 1e-8, values, 1.0), 0.0)
    result: Array = product("bik,bk,bjk->ijb", vectors, inverse, vectors)
    return result


def pooled_df(df: Array) -> float:
    """Return the denominator df of an F-test from those of its orthogonal t-tests.

    Source
    ------
    Fai & Cornelius (1996), J. Stat. Comput. Simul. 54; lmerTest 3.1-3, get_Fstat_ddf.
    """
    if len(df) == 1 or np.all(np.abs(np.diff(df)) < 1e-8):
        return float(df.mean())
    if np.any(df <= 2.0):
        return 2.0
    expected = float(np.sum(df / (df - 2.0)))
    return 2.0 * expected / (expected - len(df))


def satterthwaite_f(fit: Fit, L: Array) -> tuple[float, int, float]:
    """Return F, numerator and denominator df of the hypothesis L beta = 0.

    Parameters
    ----------
    L : shape (q, p); rows may depend on each other.

    Raises
    ------
    DesignError : L is zero.
    """
    uncertainty = uncertainty_of(fit)
    values, vectors = np.linalg.eigh(L @ uncertainty.vcov[..., 0] @ L.T)
    values, vectors = values[::-1], vectors[:, ::-1]
    keep = values > max(1e-8 * values[0], 0.0)
    if not keep.any():
        raise DesignError("The contrast is zero.", "Name at least one coefficient.")
    turned = (vectors.T @ L)[keep]
    squares = (turned @ fit.beta) ** 2 / values[keep]
    df = np.array([uncertainty.df(row)[1][0] for row in turned])
    return float(squares.mean()), int(keep.sum()), pooled_df(df)
