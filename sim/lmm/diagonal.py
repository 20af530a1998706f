"""The criterion where V is block-diagonal in a fixed basis, for many responses at once.

With one grouping factor, rotating each group's rows by the QR factors of its share of Z leaves
k rows with covariance W = I + R Lambda Lambdaᵀ Rᵀ and the rest with covariance I, whatever theta
is. Several crossed or nested brackets of one column each do the same when their matrices Z Zᵀ
commute, as they do in balanced designs (`strata`). Blocks that look alike (same R, same rotated
X) are one class, counted once: 18 participants with the same ten days cost as much as one.

All sums of squares below are sums of positive terms, so nothing cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sim.lmm.problem import Factor, IntArray, Problem
from sim.lmm.small import Array, cholesky, inverse_lower, log_det_lower, product


@dataclass(frozen=True, slots=True)
class Responses:
    """What the criterion needs of B responses, the last axis of every array.

    Attributes
    ----------
    single : sums over the blocks of a class of the rotated response h, shape (r, C, B).
    double : sums of h hᵀ, shape (r, r, C, B).
    within_xy, within_yy : cross-products outside the blocks, shapes (p, B) and (B,).
    """

    single: Array
    double: Array
    within_xy: Array
    within_yy: Array

    @property
    def count(self) -> int:
        return self.within_yy.shape[0]

    def take(self, chosen: IntArray) -> "Responses":
        """Return the chosen responses only."""
        return Responses(self.single[..., chosen], self.double[..., chosen],
                         self.within_xy[:, chosen], self.within_yy[chosen])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The criterion at one theta per response, and what comes with it.

    Attributes
    ----------
    criterion : shape (B,).
    gamma : coefficients on the orthonormal basis of X, shape (p, B).
    r2 : penalised residual sum of squares, shape (B,).
    gradient, hessian : with respect to theta, shapes (n_theta, B), (n_theta, n_theta, B);
        empty unless asked for.
    """

    criterion: Array
    gamma: Array
    r2: Array
    gradient: Array
    hessian: Array

    def sigma(self, degrees: int) -> Array:
        """Return the residual SD, unit of the response, shape (B,)."""
        return np.sqrt(self.r2 / degrees)


@dataclass(frozen=True, slots=True)
class Diagonal:
    """The reduced design: C classes of blocks of r rows.

    Attributes
    ----------
    rotated_z : R of each class, shape (r, k, C).
    rotated_x : the rotated basis of X, shape (r, p, C).
    multiplicity : how many blocks each class has, shape (C,).
    within_xx : cross-products of X outside the blocks, shape (p, p).
    rotation : maps a response to its rotated rows, shape (blocks * r, n); blocks in the order
        of their classes.
    starts : first block of each class, shape (C,).
    factor : where each theta sits in the k × k Lambda.
    """

    rotated_z: Array
    rotated_x: Array
    multiplicity: Array
    within_xx: Array
    rotation: sparse.csr_array | Array
    starts: IntArray
    factor: Factor
    problem: Problem

    def project(self, Y: Array) -> Responses:
        """Reduce responses already orthogonal to X, shape (n, B)."""
        rows = self.rotated_z.shape[0]
        rotated = self.rotation @ Y
        rest = Y - self.rotation.T @ rotated
        blocks = np.ascontiguousarray(
            rotated.reshape(-1, rows, Y.shape[1]).transpose(1, 0, 2)
        )  # (r, blocks, B)
        double = blocks[:, None] * blocks[None, :]
        if len(self.starts) < blocks.shape[1]:
            single = np.add.reduceat(blocks, self.starts, axis=1)
            double = np.add.reduceat(double, self.starts, axis=2)
        else:
            single = blocks
        return Responses(single, double, self.problem.basis.T @ rest, np.sum(rest**2, axis=0))

    def evaluate(self, theta: Array, responses: Responses, order: int = 2) -> Evaluation:
        """Return the criterion and, for order 1 and 2, its derivatives.

        Parameters
        ----------
        theta : shape (n_theta, B).
        order : 0, 1 or 2.

        Source
        ------
        Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), eqs. 34 and 41; the
        derivatives follow from V = I + Z Lambda Lambdaᵀ Zᵀ by differentiation.
        """
        problem = self.problem
        m = problem.degrees
        weight = self.multiplicity[:, None]
        lam = self.factor.lambda_(theta)
        spread = product("rkc,kjb->rjcb", self.rotated_z, lam)
        block = product("ri...,si...->rs...", spread, spread)
        block[np.arange(len(block)), np.arange(len(block))] += 1.0
        root = cholesky(block)
        inverse = inverse_lower(root)
        x = product("rs...,sp...->rp...", inverse, self.rotated_x[..., None])
        h = product("rs...,s...->r...", inverse, responses.single)
        xx = self.within_xx[..., None] + product("rpcb,rqcb->pqb",
                                                 x * weight, x)  # fmt: skip
        xy = responses.within_xy + product("rpcb,rcb->pb", x, h)
        x_root = cholesky(xx)
        x_inverse = inverse_lower(x_root)
        half = product("pqb,qb->pb", x_inverse, xy)
        gamma = product("qpb,qb->pb", x_inverse, half)
        left = product("rs...,st...->rt...", inverse, responses.double)
        hh = product("rt...,st...->rs...", left, inverse)
        r2 = responses.within_yy + product("rrcb->b", hh) - product("pb,pb->b", half, half)
        r2 = np.maximum(r2, 1e-300)
        log_det = (log_det_lower(root) * weight).sum(axis=0)
        criterion = log_det + m * (1.0 + np.log(2.0 * np.pi * r2 / m))
        if problem.reml:
            criterion = criterion + log_det_lower(x_root) + problem.log_det_x
        if order == 0:
            empty = np.empty((0, theta.shape[1]))
            return Evaluation(criterion, gamma, r2, empty, empty[None])
        xg = product("rpcb,pb->rcb", x, gamma)
        cross = h[:, None] * xg[None]
        squares = hh - cross - cross.swapaxes(0, 1) + weight * (xg[:, None] * xg[None])
        z = product("rs...,sk...->rk...", inverse, self.rotated_z[..., None])
        parts = _Parts(
            lam,
            A=product("ri...,rj...->ij...", z, z),
            S=product("ri...,rj...->ij...", product("rs...,si...->ri...", squares, z), z),
            s=product("ri...,r...->i...", z, h - weight * xg),
            B=product("ri...,rp...->ip...", z, product("rqcb,pqb->rpcb", x, x_inverse)),
        )
        gradient, hessian = _derivatives(
            parts, self.factor, self.multiplicity, problem.reml, m, r2, order
        )
        return Evaluation(criterion, gamma, r2, gradient, hessian)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Per class: A = ZᵀV⁻¹Z, S = sum of u uᵀ, s = sum of u with u = ZᵀPy, B = ZᵀV⁻¹X C^(-1/2)."""

    lam: Array
    A: Array
    S: Array
    s: Array
    B: Array


def _derivatives(
    parts: _Parts, factor: Factor, multiplicity: Array, reml: bool, m: int, r2: Array, order: int
) -> tuple[Array, Array]:
    lam, A, S, B = parts.lam, parts.A, parts.S, parts.B
    i, j = factor.rows, factor.cols
    J = product("ip...,jp...->ij...", B, B) if reml else np.zeros_like(A)
    S_all = S.sum(axis=2)
    M = product("ijcb,c->ijb", A - J, multiplicity) - (m / r2) * S_all
    gradient = 2.0 * product("ikb,kjb->ijb", M, lam)[i, j]
    if order == 1:
        return gradient, np.empty((0, 0, gradient.shape[1]))
    # With D_k = e_i lambda_jᵀ + lambda_j e_iᵀ every trace is a sum of products of these entries.
    spread = lam[:, :, None, :]
    forms = [_forms(F, spread, i, j) for F in ((A, J, S) if reml else (A, S))]
    a, s = forms[0], forms[-1]
    traces = _trace(a, a, multiplicity)
    if reml:
        traces = traces - 2.0 * _trace(forms[1], a, multiplicity)
    LB = product("kj...,kp...->jp...", spread, B)
    if reml:
        E = product("tpcb,tqcb,c->tpqb", B[i], LB[j], multiplicity)
        E = E + E.swapaxes(1, 2)
        traces = traces + product("tpqb,upqb->tub", E, E)
    Ls = product("kj...,k...->j...", spread, parts.s)
    w = product("tpcb,tcb->tpb", B[i], Ls[j]) + product("tpcb,tcb->tpb", LB[j], parts.s[i])
    quadratic = _trace(s, a, np.ones_like(multiplicity)) - product("tpb,upb->tub", w, w)
    q = 2.0 * product("ikb,kjb->ijb", S_all, lam)[i, j]
    same = (j[:, None] == j[None, :])[..., None]
    hessian = (
        -traces
        + np.where(same, 2.0 * M[i[:, None], i[None, :]], 0.0)
        + (2.0 * m / r2) * quadratic
        - (m / r2**2) * (q[:, None] * q[None, :])
    )
    return gradient, hessian


def _forms(F: Array, lam: Array, i: IntArray, j: IntArray) -> tuple[Array, Array, Array]:
    """Return e_iᵀFe_a, e_iᵀF lambda_b and lambda_jᵀF lambda_b for all pairs of theta."""
    FL = product("ik...,kj...->ij...", F, lam)
    LFL = product("ki...,kj...->ij...", lam, FL)
    return F[np.ix_(i, i)], FL[np.ix_(i, j)], LFL[np.ix_(j, j)]


def _trace(
    f: tuple[Array, Array, Array], a: tuple[Array, Array, Array], multiplicity: Array
) -> Array:
    """Return the sum over classes of tr(F D_k A D_l), shape (n_theta, n_theta, B)."""
    f_ia, f_ib, f_jb = f
    a_ia, a_ib, a_jb = a
    # f_ib[l, k] is e_aᵀF lambda_j: transposing the pair swaps the two parameters.
    terms = a_ib.swapaxes(0, 1) * f_ib + a_jb * f_ia + a_ia * f_jb + a_ib * f_ib.swapaxes(0, 1)
    return product("tucb,c->tub", terms, multiplicity)


def by_group(problem: Problem) -> Diagonal:
    """Reduce a design with one grouping factor."""
    factor = problem.factors[0]
    rotation, rotated_z = rotate_groups(factor)
    k = factor.columns.shape[1]
    rotated_x = (rotation @ problem.basis).reshape(factor.n_levels, k, -1)
    return _classes(problem, factor, rotation, rotated_z, rotated_x)


def rotate_groups(factor: Factor) -> tuple[sparse.csr_array, Array]:
    """Return the QR factors of every group's share of Z.

    Returns
    -------
    rotation : sparse, shape (levels * k, n), with Qᵀ of each group.
    R : shape (levels, k, k), upper triangular; zero rows where a group's columns depend.
    """
    n, k = factor.columns.shape
    codes, size = factor.codes, factor.n_levels
    q = factor.columns.copy()
    R = np.zeros((size, k, k))
    original = np.sqrt(_sums(codes, q**2, size))
    for j in range(k):
        # Gram-Schmidt twice is enough for orthogonality to rounding (Giraud et al. 2005).
        for _ in range(2 if j else 0):
            overlap = _sums(codes, q[:, :j] * q[:, j : j + 1], size)
            q[:, j] -= np.sum(overlap[codes] * q[:, :j], axis=1)
            R[:, :j, j] += overlap
        norm = np.sqrt(_sums(codes, q[:, j : j + 1] ** 2, size))[:, 0]
        norm[norm <= 1e-12 * original[:, j]] = 0.0
        R[:, j, j] = norm
        safe = np.where(norm > 0.0, norm, 1.0)
        q[:, j] = np.where(norm > 0.0, 1.0, 0.0)[codes] * q[:, j] / safe[codes]
    rows = (codes[:, None] * k + np.arange(k)).ravel()
    cols = np.repeat(np.arange(n), k)
    rotation = sparse.csr_array((q.ravel(), (rows, cols)), shape=(size * k, n))
    return rotation, R


def _sums(codes: IntArray, values: Array, size: int) -> Array:
    columns = [np.bincount(codes, values[:, j], size) for j in range(values.shape[1])]
    return np.stack(columns, axis=1) if columns else np.empty((size, 0))


def _classes(
    problem: Problem, factor: Factor, rotation: sparse.csr_array | Array, R: Array, X: Array
) -> Diagonal:
    """Sort blocks into classes of equal R (blocks, r, k) and rotated X (blocks, r, p)."""
    blocks, rows, _ = R.shape
    marks = np.concatenate([R.reshape(blocks, -1) / np.abs(R).max(), X.reshape(blocks, -1)], axis=1)
    label = _labels(np.round(marks, 11) + 0.0)  # + 0.0 turns -0.0 into 0.0
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    chosen = order[starts]
    if len(starts) < blocks or np.any(np.diff(order) != 1):
        index = (order[:, None] * rows + np.arange(rows)).ravel()
        rotation = rotation[index]
    basis = problem.basis
    rest = basis - rotation.T @ (rotation @ basis)
    return Diagonal(
        np.ascontiguousarray(R[chosen].transpose(1, 2, 0)),
        np.ascontiguousarray(X[chosen].transpose(1, 2, 0)),
        np.diff(starts, append=blocks).astype(np.float64),
        rest.T @ rest,
        rotation,
        starts,
        factor,
        problem,
    )


def _labels(marks: Array) -> IntArray:
    """Number equal rows alike, in the order of their first appearance."""
    seen: dict[bytes, int] = {}
    labels = [seen.setdefault(row.tobytes(), len(seen)) for row in np.ascontiguousarray(marks)]
    return np.array(labels, dtype=np.intp)


def by_stratum(problem: Problem, largest: int = 1_500) -> Diagonal | None:
    """Reduce several one-column brackets whose matrices Z Zᵀ commute, or return None.

    Their common eigenvectors are the strata of a balanced design (Nelder 1965, Proc. R. Soc. A
    283). In each stratum V is a number: one plus a sum of theta² times an eigenvalue.

    Parameters
    ----------
    largest : more columns of Z than this are left to the general path.
    """
    factors = problem.factors
    if len(factors) < 2 or any(f.columns.shape[1] > 1 for f in factors):
        return None
    if sum(f.n_levels for f in factors) > largest:
        return None
    matrices = [_indicator(f) for f in factors]
    if not _commute(matrices):
        return None
    rng = np.random.default_rng(0)
    mixed = sparse.hstack([z * w for z, w in zip(matrices, rng.uniform(1, 2, len(matrices)))])
    mixed = sparse.csr_array(mixed)
    values, vectors = np.linalg.eigh((mixed.T @ mixed).toarray())
    keep = values > 1e-9 * values[-1]
    basis = (mixed @ vectors[:, keep]) / np.sqrt(values[keep])
    spectrum = np.stack([np.sum((z.T @ basis) ** 2, axis=0) for z in matrices], axis=1)
    rotation = _align(basis, _labels(np.round(spectrum / spectrum.max(axis=0), 9) + 0.0), problem)
    spectrum = np.stack([np.sum((z.T @ rotation) ** 2, axis=0) for z in matrices], axis=1)
    at = np.concatenate([f.theta_at for f in factors])
    places = np.arange(len(factors))
    joint = Factor(1, np.zeros(0, np.intp), np.empty((0, len(factors))), at, places, places)
    R = np.sqrt(np.maximum(spectrum, 0.0))[:, None, :]
    X = (rotation.T @ problem.basis)[:, None, :]
    return _classes(problem, joint, np.ascontiguousarray(rotation.T), R, X)


def _indicator(factor: Factor) -> sparse.csr_array:
    n = len(factor.codes)
    entries = (factor.columns[:, 0], (np.arange(n), factor.codes))
    return sparse.csr_array(entries, shape=(n, factor.n_levels))


def _commute(matrices: Sequence[sparse.csr_array]) -> bool:
    """Whether all Z Zᵀ commute, tried on random vectors: a false yes has probability zero."""
    probe = np.random.default_rng(1).standard_normal((matrices[0].shape[0], 3))
    turned = [z @ (z.T @ probe) for z in matrices]
    for a in range(len(matrices)):
        for b in range(a):
            one = matrices[a] @ (matrices[a].T @ turned[b])
            two = matrices[b] @ (matrices[b].T @ turned[a])
            if np.abs(one - two).max() > 1e-9 * max(np.abs(one).max(), 1e-300):
                return False
    return True


def _align(basis: Array, labels: IntArray, problem: Problem) -> Array:
    """Turn each stratum's basis so that X reaches at most p of its vectors."""
    result = basis.copy()
    for label in range(labels.max() + 1):
        members = np.flatnonzero(labels == label)
        inside = basis[:, members].T @ problem.basis
        turn = np.linalg.svd(inside, full_matrices=True)[0] if inside.size else np.eye(len(members))
        result[:, members] = basis[:, members] @ turn
    return result
