"""The penalised least squares problem at one theta, for any number of grouping factors.

The factor with the most columns is eliminated first: its part of V is block-diagonal, as in
`diagonal`. What remains of the other factors is a dense matrix, factored by LAPACK. One path so
serves a single factor, nested designs and thousands of crossed levels without a sparse Cholesky.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sim.errors import LimitError
from sim.limits import MAX_TRAILING_COLUMNS
from sim.lmm.large import cholesky_root, dense, solve_root, turned
from sim.lmm.problem import Factor, IntArray, Matrix, Problem
from sim.lmm.small import Array, inverse_root, log_det, product

_DENSE_COLUMNS = 400  # up to here dense matrices are faster than sparse ones


@dataclass(frozen=True, slots=True)
class Rows:
    """What the criterion needs of B responses, the last axis of every array.

    Attributes
    ----------
    rotated : rotated rows of the first factor, shape (levels * k, B).
    within_uy, within_xy, within_yy : cross-products outside the rotated rows of the other
        factors' columns, X and the response with the response, shapes (q2, B), (p, B), (B,).
    """

    rotated: Array
    within_uy: Array
    within_xy: Array
    within_yy: Array

    @property
    def count(self) -> int:
        return self.within_yy.shape[0]

    def take(self, chosen: IntArray) -> "Rows":
        """Return the chosen responses only."""
        return Rows(self.rotated[:, chosen], self.within_uy[:, chosen],
                    self.within_xy[:, chosen], self.within_yy[chosen])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reduced:
    """A design with the first factor's rows rotated.

    Attributes
    ----------
    first : the eliminated factor; its Z has the rotated rows `rotated_z`, shape (k, k, levels).
    others : the remaining factors.
    rotated_u : rotated rows of the other factors' columns, shape (levels * k, q2); sparse
        where it is large.
    rotated_x : of the basis of X, shape (levels * k, p).
    within_uu, within_ux, within_xx : cross-products outside the rotated rows.
    Zu : columns of the other factors, shape (n, q2).
    rotation : see `Problem`.
    """

    problem: Problem
    first: Factor
    others: tuple[Factor, ...]
    rotated_z: Array
    rotated_u: Matrix
    rotated_x: Array
    within_uu: Array
    within_ux: Array
    within_xx: Array
    Zu: Matrix
    rotation: Matrix

    @property
    def columns(self) -> int:
        """Columns of Z."""
        return self.rotated_u.shape[0] + self.rotated_u.shape[1]

    def project(self, Y: Array) -> Rows:
        """Reduce responses already orthogonal to X, shape (n, B)."""
        rotated = self.rotation @ Y
        rest = Y - self.rotation.T @ rotated
        return Rows(rotated, self.Zu.T @ rest, self.problem.basis.T @ rest, np.sum(rest**2, axis=0))


@dataclass(frozen=True, slots=True)
class Solution:
    """The penalised least squares problem solved at one theta.

    Attributes
    ----------
    lambdas : Lambda of each factor, first factor first.
    z : L⁻¹R of the first factor, with L the Cholesky factors of its blocks, shape
        (k, k, levels).
    U, X : rotated rows times L⁻¹, shapes (levels * k, q2) and (levels * k, p).
    G : other factors' columns, cross-products under V1⁻¹, shape (q2, q2).
    UX : G's counterpart with X, shape (q2, p).
    spread : Lambda2, that is Lambda of all other factors as one matrix, shape (q2, q2).
    root : lower Cholesky factor of I + Lambda2ᵀ G Lambda2.
    x_root : lower Cholesky factor of C = XᵀV⁻¹X.
    gamma : coefficients on the basis of X, shape (p,).
    r2 : yᵀPy, the penalised residual sum of squares, kept above zero.
    log_det_v, log_det_xx : log|V| and log|C|.
    u : ZᵀPy of each factor, shape (levels, k).
    """

    lambdas: tuple[Array, ...]
    z: Array
    U: Matrix
    X: Array
    G: Array
    UX: Array
    spread: Matrix
    root: Array
    x_root: Array
    gamma: Array
    r2: float
    log_det_v: float
    log_det_xx: float
    u: tuple[Array, ...]

    def modes(self) -> tuple[Array, ...]:
        """Conditional modes b = Sigma ZᵀV⁻¹(y - Xb) of each factor, shape (levels, k)."""
        return tuple(u @ (lam @ lam.T) for u, lam in zip(self.u, self.lambdas, strict=True))

    def conditional_covariances(self) -> tuple[Array, ...]:
        """Var(b | y) / sigma² of each factor's levels, shape (levels, k, k)."""
        lam = self.lambdas[0]
        scaled = product("ij...,jk...->ik...", self.z, lam[..., None])
        own = np.eye(len(lam))[..., None] - product("ri...,rj...->ij...", scaled, scaled)
        whole = []
        if len(self.lambdas) > 1:
            inverse_root = solve_root(self.root, np.eye(len(self.root)))
            inverse = inverse_root.T @ inverse_root
            start = 0
            for k, u in zip(self.lambdas[1:], self.u[1:], strict=True):
                size = u.size
                part = inverse[start : start + size, start : start + size]
                blocks = part.reshape(u.shape + u.shape)
                levels = np.arange(len(u))
                whole.append(k @ blocks[levels, :, levels, :] @ k.T)
                start += size
            half = solve_root(self.root, dense(self.U @ self.spread).T).T
            half = half.reshape(len(self.u[0]), len(lam), -1).transpose(1, 2, 0)
            seen = product("ri...,rq...->iq...", scaled, half)
            own = own + product("iq...,jq...->ij...", seen, seen)
        first = product("ai,ijl,bj->lab", lam, own, lam)
        return (first, *whole)


def solve(design: Reduced, theta: Array, responses: Rows) -> Solution:
    """Solve the penalised least squares problem of one response at one theta (n_theta,)."""
    factors = (design.first, *design.others)
    lambdas = tuple(f.lambda_(theta) for f in factors)
    k, levels = design.rotated_z.shape[0], design.rotated_z.shape[2]
    spread_z = product("rkl,kj->rjl", design.rotated_z, lambdas[0])
    block = product("ril,sil->rsl", spread_z, spread_z)
    block[np.arange(k), np.arange(k)] += 1.0
    inverse = inverse_root(block)
    U = turned(inverse, design.rotated_u)
    X = dense(turned(inverse, design.rotated_x))
    y = dense(turned(inverse, responses.rotated))[:, 0]
    G = design.within_uu + dense(U.T @ U)
    spread = _spread(design.others, lambdas[1:])
    T = spread.T @ (spread.T @ G).T
    T.flat[:: len(T) + 1] += 1.0
    root = cholesky_root(T)
    UX = design.within_ux + U.T @ X
    Uy = responses.within_uy[:, 0] + U.T @ y
    RX = solve_root(root, spread.T @ UX)
    Ry = solve_root(root, spread.T @ Uy)
    x_root = cholesky_root(design.within_xx + X.T @ X - RX.T @ RX)
    half = solve_root(x_root, responses.within_xy[:, 0] + X.T @ y - RX.T @ Ry)
    gamma = solve_root(x_root, half, transposed=True)
    r2 = float(responses.within_yy[0] + y @ y - Ry @ Ry - half @ half)
    e = Uy - UX @ gamma
    inner = spread @ solve_root(root, solve_root(root, spread.T @ e), transposed=True)
    u_others = e - G @ inner
    rest = y - X @ gamma - U @ inner
    z = product("rsl,skl->rkl", inverse, design.rotated_z)
    u_first = product("rkl,lr->lk", z, rest.reshape(levels, k))
    pieces = [u_first]
    start = 0
    for f in design.others:
        size = f.n_levels * f.columns.shape[1]
        pieces.append(u_others[start : start + size].reshape(f.n_levels, -1))
        start += size
    log_det_v = float(log_det(inverse).sum() + 2.0 * np.log(np.diag(root)).sum())
    log_det_xx = float(2.0 * np.log(np.diag(x_root)).sum())
    return Solution(
        lambdas, z, U, X, G, UX, spread, root, x_root, gamma,
        max(r2, 1e-150), log_det_v, log_det_xx, tuple(pieces),
    )  # fmt: skip


def _spread(factors: tuple[Factor, ...], lambdas: tuple[Array, ...]) -> Matrix:
    """Lambda of all other factors as one matrix, shape (q2, q2)."""
    sizes = [f.n_levels * len(lam) for f, lam in zip(factors, lambdas, strict=True)]
    if sum(sizes) <= _DENSE_COLUMNS:
        whole = np.zeros((sum(sizes), sum(sizes)))
        start = 0
        for size, lam in zip(sizes, lambdas, strict=True):
            k = len(lam)
            for i, j in zip(*np.tril_indices(k), strict=True):
                at = np.arange(start, start + size, k)
                whole[at + i, at + j] = lam[i, j]
            start += size
        return whole
    parts = [
        sparse.kron(sparse.eye_array(f.n_levels), lam, format="csr")
        for f, lam in zip(factors, lambdas, strict=True)
    ]
    return sparse.csr_array(sparse.block_diag(parts, format="csr"))


def reduce_design(problem: Problem) -> Reduced:
    """Reduce a design with any number of grouping factors.

    Raises
    ------
    LimitError : too many random effects beside the largest factor.
    """
    first, others = problem.factors[0], problem.factors[1:]
    n = len(first.codes)
    size = sum(f.n_levels * f.columns.shape[1] for f in others)
    if size > MAX_TRAILING_COLUMNS:
        raise LimitError(
            f"The grouping factors beside the largest have {size:,} random effects; "
            f"this server fits up to {MAX_TRAILING_COLUMNS:,}.",
            "Leave out a bracket, or fit this model in R.",
        )
    rotation, rotated_x = problem.rotation, problem.rotated_x
    Zu: Matrix = np.empty((n, 0))
    if others:
        Zu = sparse.csr_array(sparse.hstack([_columns(f) for f in others]))
    rotated_u = rotation @ Zu
    within_uu = dense(Zu.T @ Zu) - dense(rotated_u.T @ rotated_u)
    if rotated_u.shape[0] * rotated_u.shape[1] <= _DENSE_COLUMNS**2:
        rotated_u = dense(rotated_u)
    x_rest = problem.basis - rotation.T @ rotated_x
    rotated_z = np.ascontiguousarray(problem.rotated_z.transpose(1, 2, 0))
    return Reduced(
        problem, first, others, rotated_z, rotated_u, rotated_x,
        within_uu, Zu.T @ x_rest, x_rest.T @ x_rest, Zu, rotation,
    )  # fmt: skip


def _columns(factor: Factor) -> sparse.csr_array:
    n, k = factor.columns.shape
    cols: IntArray = (factor.codes[:, None] * k + np.arange(k)).ravel()
    entries = (factor.columns.ravel(), (np.repeat(np.arange(n), k), cols))
    return sparse.csr_array(entries, shape=(n, factor.n_levels * k))
