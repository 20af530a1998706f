"""The criterion for any number of crossed or nested grouping factors, one theta at a time.

The factor with the most columns is eliminated first: its part of V is block-diagonal, as in
`diagonal`. What remains of the other factors is a dense matrix, factored by LAPACK. One path so
serves a single factor, nested designs and thousands of crossed levels without a sparse Cholesky.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import linalg, sparse

from sim.errors import LimitError
from sim.limits import MAX_TRAILING_COLUMNS
from sim.lmm.diagonal import Evaluation, Responses, rotate_groups
from sim.lmm.problem import Factor, IntArray, Problem
from sim.lmm.small import Array, cholesky, inverse_lower, log_det_lower, product

Matrix = Any  # a NumPy array where small, else a SciPy sparse array

_DENSE_COLUMNS = 400  # up to here dense matrices are faster than sparse ones
_EXACT_HESSIAN_COLUMNS = 700  # above: average information, which needs no q × q matrix
_CHUNK = 4_000_000  # numbers in one dense slab of the first factor's rows


@dataclass(frozen=True, slots=True)
class Blocked:
    """The reduced design.

    Attributes
    ----------
    first : the eliminated factor; its Z has the rotated rows `rotated_z`, shape (k, k, levels).
    others : the remaining factors.
    rotated_u : rotated rows of the other factors' columns, shape (levels * k, q2); sparse
        where it is large.
    rotated_x : of the basis of X, shape (levels * k, p).
    within_uu, within_ux, within_xx : cross-products outside the rotated rows.
    Zu : columns of the other factors, sparse (n, q2).
    rotation : sparse, shape (levels * k, n).
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
    Zu: sparse.csr_array
    rotation: sparse.csr_array

    @property
    def columns(self) -> int:
        """Columns of Z."""
        return self.rotated_u.shape[0] + self.rotated_u.shape[1]

    def project(self, Y: Array) -> Responses:
        """Reduce responses already orthogonal to X, shape (n, B).

        `single` holds the rotated rows, shape (levels * k, 1, B); `double` the cross-products
        of the other factors' columns with the response outside them, shape (q2, 1, 1, B).
        """
        rotated = self.rotation @ Y
        rest = Y - self.rotation.T @ rotated
        return Responses(
            rotated[:, None],
            (self.Zu.T @ rest)[:, None, None],
            self.problem.basis.T @ rest,
            np.sum(rest**2, axis=0),
        )

    def evaluate(self, theta: Array, responses: Responses, order: int = 2) -> Evaluation:
        """Return the criterion and, for order 1 and 2, its derivatives at theta (n_theta, B)."""
        each = [
            self._one(theta[:, b], responses.take(np.array([b])), order)
            for b in range(responses.count)
        ]
        return Evaluation(
            np.array([e.criterion for e in each]),
            np.stack([e.gamma for e in each], axis=-1),
            np.array([e.r2 for e in each]),
            np.stack([e.gradient for e in each], axis=-1),
            np.stack([e.hessian for e in each], axis=-1),
        )

    def solve(self, theta: Array, responses: Responses) -> "Solution":
        """Solve the penalised least squares problem of one response at one theta (n_theta,)."""
        return _solve(self, theta, responses)

    def _one(self, theta: Array, responses: Responses, order: int) -> "_Single":
        problem, m = self.problem, self.problem.degrees
        at = _solve(self, theta, responses)
        criterion = at.log_det_v + m * (1.0 + np.log(2.0 * np.pi * at.r2 / m))
        if problem.reml:
            criterion += at.log_det_xx + problem.log_det_x
        none = np.empty(0)
        if order == 0 or not np.isfinite(criterion):
            return _Single(criterion, at.gamma, at.r2, none, none[:, None])
        slopes = _Slopes.of(self, at)
        gradient = slopes.gradient()
        if order == 1:
            return _Single(criterion, at.gamma, at.r2, gradient, none[:, None])
        return _Single(criterion, at.gamma, at.r2, gradient, slopes.hessian())


@dataclass(frozen=True, slots=True)
class _Single:
    criterion: float
    gamma: Array
    r2: float
    gradient: Array
    hessian: Array


@dataclass(frozen=True, slots=True)
class Solution:
    """The penalised least squares problem solved at one theta.

    Attributes
    ----------
    lambdas : Lambda of each factor, first factor first.
    inverse : inverse Cholesky factors of the first factor's blocks, shape (k, k, levels).
    z : inverse @ R, shape (k, k, levels).
    U, X, y : rotated rows times `inverse`: (levels * k, q2), (levels * k, p), (levels * k,).
    G : other factors' columns, cross-products under V1⁻¹, shape (q2, q2).
    root : lower Cholesky factor of I + Lambda2ᵀ G Lambda2.
    x_root : lower Cholesky factor of C = XᵀV⁻¹X.
    UX : G's counterpart with X, shape (q2, p).
    gamma : coefficients on the basis of X, shape (p,).
    u : ZᵀPy of each factor, shape (levels, k).
    """

    lambdas: tuple[Array, ...]
    inverse: Array
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
            inverse_root = _solve_root(self.root, np.eye(len(self.root)))
            inverse = inverse_root.T @ inverse_root
            start = 0
            for k, u in zip(self.lambdas[1:], self.u[1:], strict=True):
                size = u.size
                part = inverse[start : start + size, start : start + size]
                blocks = part.reshape(u.shape + u.shape)
                levels = np.arange(len(u))
                whole.append(k @ blocks[levels, :, levels, :] @ k.T)
                start += size
            half = _solve_root(self.root, _dense(self.U @ self.spread).T).T
            half = half.reshape(len(self.u[0]), len(lam), -1).transpose(1, 2, 0)
            seen = product("ri...,rq...->iq...", scaled, half)
            own = own + product("iq...,jq...->ij...", seen, seen)
        first = product("ai,ijl,bj->lab", lam, own, lam)
        return (first, *whole)


def _solve_root(root: Array, right: Array, transposed: bool = False) -> Array:
    """Return L⁻¹ (or L⁻ᵀ) times a vector or matrix; an empty one gives an empty result."""
    if not right.size:
        return np.zeros_like(right)
    # LAPACK reads the rows of L as the columns of an upper factor, so that nothing is copied.
    solved: Array = linalg.lapack.dtrtrs(root.T, right, lower=0, trans=0 if transposed else 1)[0]
    return solved.reshape(right.shape)


def _factor(matrix: Array) -> Array:
    """Return the lower Cholesky factor, of nan if the matrix is not positive definite."""
    if not matrix.size:
        return matrix
    upper, failed = linalg.lapack.dpotrf(matrix.T, lower=0, clean=1)
    root: Array = upper.T
    return np.full_like(root, np.nan) if failed else root


def _dense(matrix: Matrix) -> Array:
    result: Array = matrix.toarray() if sparse.issparse(matrix) else matrix
    return result


def _turned(blocks: Array, rows: Matrix) -> Matrix:
    """Multiply rows (levels * k, q) by blocks (k, k, levels) on a diagonal."""
    k, _, levels = blocks.shape
    if sparse.issparse(rows):
        return sparse.csr_array(_block_diagonal(blocks) @ rows)
    if k == 1:
        return blocks[0, 0][:, None] * rows
    result: Array = product("rsl,lsq->lrq", blocks, rows.reshape(levels, k, -1))
    return result.reshape(rows.shape)


def _solve(design: Blocked, theta: Array, responses: Responses) -> Solution:
    factors = (design.first, *design.others)
    lambdas = tuple(f.lambda_(theta) for f in factors)
    k, levels = design.rotated_z.shape[0], design.rotated_z.shape[2]
    spread_z = product("rkl,kj->rjl", design.rotated_z, lambdas[0])
    block = product("ril,sil->rsl", spread_z, spread_z)
    block[np.arange(k), np.arange(k)] += 1.0
    block_root = cholesky(block)
    inverse = inverse_lower(block_root)
    U = _turned(inverse, design.rotated_u)
    X = _dense(_turned(inverse, design.rotated_x))
    y = _dense(_turned(inverse, responses.single[:, 0]))[:, 0]
    G = design.within_uu + _dense(U.T @ U)
    spread = _spread(design.others, lambdas[1:])
    T = spread.T @ (spread.T @ G).T
    T.flat[:: len(T) + 1] += 1.0
    root = _factor(T)
    UX = design.within_ux + U.T @ X
    Uy = responses.double[:, 0, 0, 0] + U.T @ y
    RX = _solve_root(root, spread.T @ UX)
    Ry = _solve_root(root, spread.T @ Uy)
    x_root = _factor(design.within_xx + X.T @ X - RX.T @ RX)
    half = _solve_root(x_root, responses.within_xy[:, 0] + X.T @ y - RX.T @ Ry)
    gamma = _solve_root(x_root, half, transposed=True)
    r2 = float(responses.within_yy[0] + y @ y - Ry @ Ry - half @ half)
    e = Uy - UX @ gamma
    inner = spread @ _solve_root(root, _solve_root(root, spread.T @ e), transposed=True)
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
    log_det = float(log_det_lower(block_root).sum() + 2.0 * np.log(np.diag(root)).sum())
    log_det_xx = float(log_det_lower(x_root))
    return Solution(
        lambdas, inverse, z, U, X, G, UX, spread, root, x_root, gamma,
        max(r2, 1e-300), log_det, log_det_xx, tuple(pieces),
    )  # fmt: skip


def _block_diagonal(blocks: Array) -> sparse.bsr_array:
    """Return blocks (k, k, levels) as one sparse matrix."""
    levels = blocks.shape[2]
    data = np.ascontiguousarray(blocks.transpose(2, 0, 1))
    pointers = (data, np.arange(levels), np.arange(levels + 1))
    size = levels * blocks.shape[0]
    return sparse.bsr_array(pointers, shape=(size, size))


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


@dataclass(frozen=True, slots=True)
class _Slopes:
    """What gradient and Hessian are made of, in the notation of `diagonal`.

    V2 = L⁻¹Lambda2ᵀG; B holds ZᵀV⁻¹X C^(-1/2) of each factor, shape (levels, k, p).
    """

    design: Blocked
    at: Solution
    V2: Array
    B: tuple[Array, ...]
    M: tuple[Array, ...]

    @classmethod
    def of(cls, design: Blocked, at: Solution) -> "_Slopes":
        reml, scale = design.problem.reml, design.problem.degrees / at.r2
        k, levels = at.z.shape[0], at.z.shape[2]
        V2 = _solve_root(at.root, at.spread.T @ at.G)
        RX = _solve_root(at.root, at.spread.T @ at.UX)
        x_rest = at.X - at.U @ (at.spread @ _solve_root(at.root, RX, transposed=True))
        x_first = product("rkl,lrp->lkp", at.z, x_rest.reshape(levels, k, -1))
        x_all = [x_first, *_split(at.UX - V2.T @ RX, at.u[1:])]
        x_inverse = inverse_lower(at.x_root)
        B = tuple(piece @ x_inverse.T for piece in x_all)
        A = product("ril,rjl->ij", at.z, at.z) - _seen_through(at)
        sums = [A]
        start = 0
        for u in at.u[1:]:
            n, width = u.shape
            part = slice(start, start + u.size)
            full = at.G[part, part].reshape(n, width, n, width)
            half = V2[:, part].reshape(-1, n, width)
            own = full[np.arange(n), :, np.arange(n), :].sum(axis=0)
            sums.append(own - product("qni,qnj->ij", half, half))
            start += u.size
        M = tuple(
            a - (product("lip,ljp->ij", b, b) if reml else 0.0) - scale * (u.T @ u)
            for a, b, u in zip(sums, B, at.u, strict=True)
        )
        return cls(design, at, V2, B, M)

    def _factors(self) -> tuple[Factor, ...]:
        return (self.design.first, *self.design.others)

    def gradient(self) -> Array:
        result = np.empty(self.design.problem.n_theta)
        for f, M, lam in zip(self._factors(), self.M, self.at.lambdas, strict=True):
            result[f.theta_at] = 2.0 * (M @ lam)[f.rows, f.cols]
        return result

    def hessian(self) -> Array:
        """Exact, or the average information where Z has very many columns.

        The average information replaces -tr(RV_kRV_l) + 2 t by t, with t = yᵀPV_kPV_lPy m/r²,
        as both have the same expectation (Gilmour, Thompson & Cullis 1995, Biometrics 51).
        """
        design, at = self.design, self.at
        n_theta, m = design.problem.n_theta, design.problem.degrees
        D, where = self._perturbations()
        moved = [at.u[f] @ d for d, f in zip(D, where, strict=True)]
        S = self._projected() if design.columns <= _EXACT_HESSIAN_COLUMNS else None
        inner = self._inner(moved, where)
        H = np.zeros((n_theta, n_theta))
        for f, M in zip(self._factors(), self.M, strict=True):
            same = f.cols[:, None] == f.cols[None, :]
            H[np.ix_(f.theta_at, f.theta_at)] = np.where(same, 2.0 * M[np.ix_(f.rows, f.rows)], 0)
        q = np.array([np.sum(at.u[f] * v) for v, f in zip(moved, where, strict=True)])
        H -= (m / at.r2**2) * np.outer(q, q)
        if S is None:
            return H + (m / at.r2) * inner
        return H + (2.0 * m / at.r2) * inner - self._traces(S, D, where)

    def _perturbations(self) -> tuple[list[Array], list[int]]:
        """D_k = e_i lambda_jᵀ + lambda_j e_iᵀ of every theta, and its factor."""
        n_theta = self.design.problem.n_theta
        D: list[Array] = [np.empty(0)] * n_theta
        where = [0] * n_theta
        for index, (f, lam) in enumerate(zip(self._factors(), self.at.lambdas, strict=True)):
            for t, i, j in zip(f.theta_at, f.rows, f.cols, strict=True):
                half = np.zeros_like(lam)
                half[i] = lam[:, j]
                D[t], where[t] = half + half.T, index
        return D, where

    def _inner(self, moved: list[Array], where: list[int]) -> Array:
        """Return d_kᵀ ZᵀPZ d_l for all pairs of theta."""
        at, design = self.at, self.design
        count = len(moved)
        first = np.zeros((at.u[0].size, count))
        others = np.zeros((design.rotated_u.shape[1], count))
        through = np.zeros((at.x_root.shape[0], count))
        starts = np.cumsum([0, *(u.size for u in at.u[1:])])
        for t, (d, f) in enumerate(zip(moved, where, strict=True)):
            if f == 0:
                rows = product("rkl,lk->lr", at.z, d)
                first[:, t] = rows.ravel()
            else:
                others[starts[f - 1] : starts[f], t] = d.ravel()
            through[:, t] = product("lkp,lk->p", self.B[f], d)
        rows = first + at.U @ others
        seen = design.within_uu @ others + at.U.T @ rows
        inside = rows.T @ rows + others.T @ (design.within_uu @ others)
        half = _solve_root(at.root, at.spread.T @ seen)
        return inside - half.T @ half - through.T @ through

    def _projected(self) -> list[list[Array]]:
        """ZᵀRZ between all pairs of factors, shape (levels, k, levels, k) each."""
        at, reml = self.at, self.design.problem.reml
        k, levels = at.z.shape[0], at.z.shape[2]
        turned = at.z.transpose(1, 0, 2)
        Y = _solve_root(at.root, _dense(at.U @ at.spread).T).T
        ZY = _turned(turned, Y)
        own = -(ZY @ ZY.T)
        every = np.arange(levels)
        own.reshape(levels, k, levels, k)[every, :, every, :] += product("ril,rjl->lij", at.z, at.z)
        cross = _turned(turned, _dense(at.U)) - ZY @ self.V2
        other = at.G - self.V2.T @ self.V2
        S = np.block([[own, cross], [cross.T, other]])
        if reml:
            B = np.concatenate([b.reshape(-1, b.shape[2]) for b in self.B])
            S -= B @ B.T
        shapes = [(levels, k), *(u.shape for u in at.u[1:])]
        ends = np.cumsum([0, *(a * b for a, b in shapes)])
        return [
            [
                S[ends[f] : ends[f + 1], ends[h] : ends[h + 1]].reshape(shapes[f] + shapes[h])
                for h in range(len(shapes))
            ]
            for f in range(len(shapes))
        ]

    def _traces(self, S: list[list[Array]], D: list[Array], where: list[int]) -> Array:
        """tr(R V_k R V_l) for all pairs of theta."""
        count = len(D)
        result = np.empty((count, count))
        squares = [[_squares(s) for s in row] for row in S]
        for k in range(count):
            for t in range(k + 1):
                P4 = squares[where[k]][where[t]]
                result[k, t] = result[t, k] = product("ij,ab,ijab->", D[k], D[t], P4)
        return result


def _squares(S: Array) -> Array:
    """Sum S[x,i,y,a] S[x,j,y,b] over levels x and y, shape (k, k, k', k')."""
    _, k, _, other = S.shape
    pairs = S.transpose(0, 2, 1, 3).reshape(-1, k * other)
    result: Array = (pairs.T @ pairs).reshape(k, other, k, other).transpose(0, 2, 1, 3)
    return result


def _split(stacked: Array, like: tuple[Array, ...]) -> list[Array]:
    """Cut rows (q2, p) into the shapes (levels, k, p) of the other factors."""
    ends = np.cumsum([0, *(u.size for u in like)])
    return [
        stacked[ends[i] : ends[i + 1]].reshape(*u.shape, stacked.shape[1])
        for i, u in enumerate(like)
    ]


def _seen_through(at: Solution) -> Array:
    """Sum over the first factor's levels of what the other factors take from ZᵀV1⁻¹Z."""
    k, levels = at.z.shape[0], at.z.shape[2]
    total = np.zeros((k, k))
    if not at.root.size:
        return total
    moved = at.U @ at.spread
    step = max(1, _CHUNK // (len(at.root) * k))
    for begin in range(0, levels, step):
        end = min(levels, begin + step)
        slab = _dense(moved[begin * k : end * k])
        half = _solve_root(at.root, slab.T).T.reshape(end - begin, k, -1)
        seen = product("rkl,lrq->lkq", at.z[:, :, begin:end], half)
        total += product("liq,ljq->ij", seen, seen)
    return total


def make_blocked(problem: Problem) -> Blocked:
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
    rotation, R = rotate_groups(first)
    Zu = sparse.csr_array(
        sparse.hstack([_columns(f) for f in others]) if others else sparse.csr_array((n, 0))
    )
    rotated_u: Matrix = sparse.csr_array(rotation @ Zu)
    rotated_x = rotation @ problem.basis
    x_rest = problem.basis - rotation.T @ rotated_x
    within_uu = (Zu.T @ Zu - rotated_u.T @ rotated_u).toarray()
    if rotated_u.shape[0] * rotated_u.shape[1] <= _DENSE_COLUMNS**2:
        rotated_u = _dense(rotated_u)
    return Blocked(
        problem, first, others, np.ascontiguousarray(R.transpose(1, 2, 0)), rotated_u, rotated_x,
        within_uu, Zu.T @ x_rest, x_rest.T @ x_rest, Zu, rotation,
    )  # fmt: skip


def _columns(factor: Factor) -> sparse.csr_array:
    n, k = factor.columns.shape
    cols: IntArray = (factor.codes[:, None] * k + np.arange(k)).ravel()
    entries = (factor.columns.ravel(), (np.repeat(np.arange(n), k), cols))
    return sparse.csr_array(entries, shape=(n, factor.n_levels * k))
