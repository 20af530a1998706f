"""Tests of fixed effects as Kenward and Roger adjust them, with the numbers of pbkrtest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DesignError, LimitError
from sim.inference.satterthwaite import coefficient_table
from sim.lmm.criterion import orthogonal
from sim.lmm.fit import Fit
from sim.lmm.problem import make_problem
from sim.lmm.slopes import BlockedSlopes
from sim.lmm.small import Array, product
from sim.lmm.solve import reduce_design, solve

MAX_COLUMNS = 3_000  # of Z: the method needs a dense matrix of that order


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What Kenward and Roger's method knows of a fit.

    Everything is in a basis of X where the unadjusted covariance is sigma² times the identity;
    `back` leads from there to the coefficients.

    Attributes
    ----------
    P : slopes of XᵀSigma⁻¹X with respect to the variance parameters, shape (c, p, p).
    W : asymptotic covariance of the variance parameters, shape (c, c).
    adjusted : adjusted covariance, shape (p, p).
    sigma2 : residual variance.
    back : shape (p, p).
    """

    P: Array
    W: Array
    adjusted: Array
    sigma2: float
    back: Array

    @property
    def vcov(self) -> Array:
        """Adjusted covariance of the coefficients, shape (p, p)."""
        return self.back @ self.adjusted @ self.back.T

    def f_test(self, L: Array, beta: Array) -> tuple[float, int, float]:
        """Return F, numerator and denominator df of L beta = 0; L of full row rank (q, p)."""
        q = len(L)
        df, scale = self._df_and_scale(L)
        turned = L @ self.back
        distance = L @ beta
        wald = float(distance @ np.linalg.solve(turned @ self.adjusted @ turned.T, distance))
        return scale * wald / q, q, df

    def _df_and_scale(self, L: Array) -> tuple[float, float]:
        """Return denominator df and scaling of the F statistic.

        Source
        ------
        Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9), section 2.2; pbkrtest 0.5-2.
        """
        q = len(L)
        turned = L @ self.back
        projector = turned.T @ np.linalg.solve(turned @ turned.T, turned)
        u = self.sigma2 * product("pq,iqr->ipr", projector, self.P)
        traces = product("ipp->i", u)
        A1 = float(traces @ self.W @ traces)
        A2 = float(product("ij,ipq,jqp->", self.W, u, u))
        B = (A1 + 6.0 * A2) / (2.0 * q)
        g = ((q + 1.0) * A1 - (q + 4.0) * A2) / ((q + 2.0) * A2) if A2 else 0.0
        base = 3.0 * q + 2.0 * (1.0 - g)
        V0 = 1.0 + g / base * B
        # As in R, what is divided by zero is infinite: with one row a cell V2 may be nothing.
        V1 = np.float64(1.0 - (q - g) / base * B)
        V2 = np.float64(1.0 - (q + 2.0 - g) / base * B)
        V0 = 0.0 if abs(V0) < 1e-10 else V0
        rest = 1.0 - A2 / q
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = 1.0 if abs(rest) < 1e-14 and abs(V1) < 1e-14 else rest / V1
            rho = ratio**2 * V0 / V2 / q
            df = float(4.0 + (q + 2.0) / (q * rho - 1.0))
        scale = 1.0 if abs(df - 2.0) < 1e-2 else df * rest / (df - 2.0)
        return df, scale


def kenward_roger(fit: Fit) -> pd.DataFrame:
    """Test every fixed effect against zero.

    Returns
    -------
    Rows: coefficients. Columns: estimate, std_error (adjusted), df, statistic (t), p_value
    (two-sided).

    Raises
    ------
    DesignError : the model was fitted by ML.
    LimitError : too many random effects.

    Source
    ------
    Kenward & Roger (1997), Biometrics 53; Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9).
    """
    adjustment = adjustment_of(fit)
    std_error = np.sqrt(np.diag(adjustment.vcov))
    df = np.array([adjustment.f_test(row[None], fit.beta)[2] for row in np.eye(len(fit.beta))])
    return coefficient_table(fit, std_error, df)


def adjustment_of(fit: Fit) -> Adjustment:
    """Return what Kenward and Roger's method needs to know of a fit.

    Raises
    ------
    DesignError : the fit is by ML.
    LimitError : too many random effects.
    """
    if not fit.reml:
        raise DesignError(
            "Kenward and Roger's method is defined for REML fits only.", "Fit with reml=True."
        )
    problem = make_problem(fit.design.X, fit.design.blocks, True, whiten=False)
    reduced = reduce_design(problem)
    if reduced.columns > MAX_COLUMNS:
        raise LimitError(
            f"The model has {reduced.columns:,} random effects; Kenward and Roger's method takes "
            f"up to {MAX_COLUMNS:,} here.",
            "Use Satterthwaite's method: with so many they agree.",
        )
    at = solve(reduced, fit.theta, reduced.project(orthogonal(problem, fit.design.y[:, None])))
    slopes = BlockedSlopes.of(reduced, at)
    E, rho = _structures(fit)
    sizes = [u.size for u in at.u]
    starts = np.cumsum([0, *sizes])
    S = slopes.weighted_gram()
    B = [b.reshape(-1, b.shape[2]) for b in slopes.B]
    half = np.linalg.solve(at.x_root, np.linalg.inv(problem.x_root).T).T
    # Every G_i = Z E_i Zᵀ touches one factor: E_i B and E_i S need its rows only.
    moved_B, moved_S, owners = [], [], []
    for factor, entry in E:
        rows = slice(starts[factor], starts[factor + 1])
        k = len(entry)
        moved_B.append(
            (entry @ B[factor].reshape(-1, k, B[factor].shape[1])).reshape(sizes[factor], -1)
        )
        moved_S.append((entry @ S[rows].reshape(-1, k, len(S))).reshape(sizes[factor], -1))
        owners.append(rows)
    n, p = fit.design.X.shape
    return _adjust(_Moments.of(B, S, moved_B, moved_S, owners, E), rho, n, p, fit.sigma**2, half)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Traces and products of the structures G_i, in units of sigma.

    t = tr(V⁻¹G_i), T = tr(V⁻¹G_iV⁻¹G_j), F = XᵀV⁻¹G_iV⁻¹X, K = XᵀV⁻¹G_iV⁻¹G_jV⁻¹X.
    """

    t: Array
    T: Array
    F: Array
    K: Array

    @classmethod
    def of(
        cls,
        B: list[Array],
        S: Array,
        moved_B: list[Array],
        moved_S: list[Array],
        owners: list[slice],
        E: list[tuple[int, Array]],
    ) -> "_Moments":
        count, p = len(E), B[0].shape[1]
        t = np.array([np.trace(m[:, rows]) for m, rows in zip(moved_S, owners, strict=True)])
        F = np.array([B[f].T @ m for (f, _), m in zip(E, moved_B, strict=True)])
        T = np.empty((count, count))
        K = np.empty((count, count, p, p))
        for i in range(count):
            for j in range(count):
                T[i, j] = np.sum(moved_S[i][:, owners[j]] * moved_S[j][:, owners[i]].T)
                K[i, j] = moved_B[i].T @ S[owners[i], owners[j]] @ moved_B[j]
        return cls(t, T, F, K)


def _structures(fit: Fit) -> tuple[list[tuple[int, Array]], Array]:
    """Return factor and pattern of each (co)variance, and its estimate over sigma²."""
    patterns, ratios = [], []
    for bracket, cov in zip(fit.problem.brackets, fit.covariances, strict=True):
        k = fit.problem.factors[bracket.factor].columns.shape[1]
        for i in range(bracket.size):
            for j in range(i + 1):
                pattern = np.zeros((k, k))
                a, b = bracket.offset + i, bracket.offset + j
                pattern[a, b] = pattern[b, a] = 1.0
                patterns.append((bracket.factor, pattern))
                ratios.append(cov[i, j] / fit.sigma**2)
    return patterns, np.array(ratios)


def _adjust(parts: _Moments, rho: Array, n: int, p: int, sigma2: float, half: Array) -> Adjustment:
    # The residual's structure is I = V - sum of rho_i G_i, so its moments follow from the others.
    count = len(rho)
    eye = np.eye(p)
    t, T, F, K = parts.t, parts.T, parts.F, parts.K
    full_T = np.empty((count + 1, count + 1))
    full_F = np.empty((count + 1, p, p))
    full_K = np.empty((count + 1, count + 1, p, p))
    full_T[:-1, :-1], full_F[:-1], full_K[:-1, :-1] = T, F, K
    full_T[:-1, -1] = full_T[-1, :-1] = t - T @ rho
    full_T[-1, -1] = n - rho @ t - rho @ full_T[:-1, -1]
    full_F[-1] = eye - np.tensordot(rho, F, 1)
    full_K[:-1, -1] = F - np.tensordot(rho, K, (0, 1))
    full_K[-1, :-1] = full_K[:-1, -1].transpose(0, 2, 1)
    full_K[-1, -1] = full_F[-1] - np.tensordot(rho, full_K[:-1, -1], 1)
    P = -full_F / sigma2**2
    Q = full_K / sigma2**3
    crossed = sigma2 * product("ipq,jqr->ijpr", P, P)
    information = (
        full_T / sigma2**2
        - 2.0 * sigma2 * product("ijpp->ij", Q)
        + sigma2 * product("ijpp->ij", crossed)
    )
    smallest = np.abs(np.linalg.eigvals(information)).min()
    inverse = np.linalg.inv(information) if smallest > 1e-10 else np.linalg.pinv(information)
    W = inverse + inverse.T
    correction = product("ij,ijpq->pq", W, Q - crossed)
    adjusted = sigma2 * eye + sigma2**2 * (correction + correction.T)
    return Adjustment(P, W, adjusted, sigma2, half)
