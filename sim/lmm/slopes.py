"""Gradient and Hessian of the criterion where a design has several grouping factors."""

from dataclasses import dataclass

import numpy as np

from sim.lmm.diagonal import Slopes
from sim.lmm.large import dense, solve_root, turned
from sim.lmm.problem import Factor
from sim.lmm.small import Array, product
from sim.lmm.solve import Reduced, Solution

_EXACT_HESSIAN_COLUMNS = 700  # above: average information, which needs no q × q matrix
_CHUNK = 4_000_000  # numbers in one dense slab of the first factor's rows


@dataclass(frozen=True, slots=True)
class BlockedSlopes:
    """What gradient and Hessian are made of, in the notation of `diagonal`.

    V2 = L⁻¹Lambda2ᵀG; B holds ZᵀV⁻¹X C^(-1/2) of each factor, shape (levels, k, p).
    """

    design: Reduced
    at: Solution
    V2: Array
    B: tuple[Array, ...]
    M: tuple[Array, ...]

    @classmethod
    def of(cls, design: Reduced, at: Solution) -> "BlockedSlopes":
        reml, scale = design.problem.reml, design.problem.degrees / at.r2
        k, levels = at.z.shape[0], at.z.shape[2]
        V2 = solve_root(at.root, at.spread.T @ at.G)
        RX = solve_root(at.root, at.spread.T @ at.UX)
        x_rest = at.X - at.U @ (at.spread @ solve_root(at.root, RX, transposed=True))
        x_first = product("rkl,lrp->lkp", at.z, x_rest.reshape(levels, k, -1))
        x_all = [x_first, *_split(at.UX - V2.T @ RX, at.u[1:])]
        x_inverse = solve_root(at.x_root, np.eye(len(at.x_root)))
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

    def information(self) -> Slopes:
        """All derivatives of one response, the last axis of every array, the Hessian exact."""
        D, where = self._perturbations()
        E = np.stack(
            [
                product("lip,ij,ljq->pq", self.B[f], d, self.B[f])
                for d, f in zip(D, where, strict=True)
            ]
        )
        x_inverse = solve_root(self.at.x_root, np.eye(len(self.at.x_root)))
        return Slopes(
            self.gradient()[:, None],
            self.hessian(exact=True)[..., None],
            self._along(D, where)[:, None] / self.at.r2,
            E[..., None],
            x_inverse[..., None],
        )

    def _along(self, D: list[Array], where: list[int]) -> Array:
        """yᵀPV_kPy of every theta."""
        u = self.at.u
        return np.array([np.sum(u[f] * (u[f] @ d)) for d, f in zip(D, where, strict=True)])

    def hessian(self, exact: bool = False) -> Array:
        """Exact if asked or cheap, else the average information.

        The average information replaces -tr(RV_kRV_l) + 2 t by t, with t = yᵀPV_kPV_lPy m/r²,
        as both have the same expectation (Gilmour, Thompson & Cullis 1995, Biometrics 51).
        """
        design, at = self.design, self.at
        n_theta, m = design.problem.n_theta, design.problem.degrees
        D, where = self._perturbations()
        moved = [at.u[f] @ d for d, f in zip(D, where, strict=True)]
        exact = exact or design.columns <= _EXACT_HESSIAN_COLUMNS
        S = self._projected() if exact else None
        inner = self._inner(moved, where)
        H = np.zeros((n_theta, n_theta))
        for f, M in zip(self._factors(), self.M, strict=True):
            same = f.cols[:, None] == f.cols[None, :]
            H[np.ix_(f.theta_at, f.theta_at)] = np.where(same, 2.0 * M[np.ix_(f.rows, f.rows)], 0)
        q = self._along(D, where)
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
        half = solve_root(at.root, at.spread.T @ seen)
        return inside - half.T @ half - through.T @ through

    def weighted_gram(self) -> Array:
        """Return ZᵀV⁻¹Z, factor after factor, shape (q, q)."""
        at = self.at
        k, levels = at.z.shape[0], at.z.shape[2]
        back = at.z.transpose(1, 0, 2)
        Y = solve_root(at.root, dense(at.U @ at.spread).T).T
        ZY = turned(back, Y)
        own = -(ZY @ ZY.T)
        every = np.arange(levels)
        own.reshape(levels, k, levels, k)[every, :, every, :] += product("ril,rjl->lij", at.z, at.z)
        cross = turned(back, dense(at.U)) - ZY @ self.V2
        other = at.G - self.V2.T @ self.V2
        return np.block([[own, cross], [cross.T, other]])

    def _projected(self) -> list[list[Array]]:
        """ZᵀRZ between all pairs of factors, shape (levels, k, levels, k) each."""
        S = self.weighted_gram()
        if self.design.problem.reml:
            B = np.concatenate([b.reshape(-1, b.shape[2]) for b in self.B])
            S -= B @ B.T
        shapes = [u.shape for u in self.at.u]
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
        slab = dense(moved[begin * k : end * k])
        half = solve_root(at.root, slab.T).T.reshape(end - begin, k, -1)
        seen = product("rkl,lrq->lkq", at.z[:, :, begin:end], half)
        total += product("liq,ljq->ij", seen, seen)
    return total
