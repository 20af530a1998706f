"""The criterion where V is block-diagonal in a fixed basis, for many responses at once.

With one grouping factor, rotating each group's rows by the QR factors of its share of Z leaves
k rows with covariance W = I + R Lambda Lambdaᵀ Rᵀ and the rest with covariance I, whatever theta
is. Several crossed or nested brackets of one column each do the same when their matrices Z Zᵀ
commute, as they do in balanced designs (`strata`). Blocks that look alike (same R, same rotated
X) are one class, counted once: 18 participants with the same ten days cost as much as one.

All sums of squares below are sums of positive terms, so nothing cancels.
"""

from dataclasses import dataclass

import numpy as np

from sim.lmm.problem import Factor, IntArray, Matrix, Problem
from sim.lmm.small import Array, BoolArray, inverse_root, log_det, product

_PAIRS = 2_000_000  # numbers in one slab of products over pairs of theta


@dataclass(frozen=True, slots=True)
class ClassMeans:
    """What the criterion needs of B responses, the last axis of every array.

    Attributes
    ----------
    joint : of each class R, the rotated X and the mean of the rotated response, side by side,
        shape (r, k + p + 1, C, B).
    scatter : sums of squares and products of the rotated responses around their class's mean,
        shape (r, r, C, B); None where no class has two blocks.
    within : cross-products of X and the response outside the blocks, shape (p + 1, p + 1, B).
    weight : how many blocks each class has, shape (C, B).
    degrees : denominators of sigma squared, shape (B,).
    """

    joint: Array
    scatter: Array | None
    within: Array
    weight: Array
    degrees: Array

    @property
    def count(self) -> int:
        return self.within.shape[2]

    def take(self, chosen: IntArray) -> "ClassMeans":
        """Return the chosen responses only."""
        scatter = None if self.scatter is None else self.scatter[..., chosen]
        return ClassMeans(
            self.joint[..., chosen],
            scatter,
            self.within[..., chosen],
            self.weight[:, chosen],
            self.degrees[chosen],
        )


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

    def take(self, chosen: BoolArray) -> "Evaluation":
        """Return the chosen responses only."""
        return Evaluation(self.criterion[chosen], self.gamma[:, chosen], self.r2[chosen],
                          self.gradient[:, chosen], self.hessian[..., chosen])  # fmt: skip


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
    rotation: Matrix
    starts: IntArray
    factor: Factor
    problem: Problem

    def project(self, Y: Array) -> ClassMeans:
        """Reduce responses already orthogonal to X, shape (n, B)."""
        rows, k, classes = self.rotated_z.shape
        p, count = self.within_xx.shape[0], Y.shape[1]
        rotated = self.rotation @ Y
        rest = Y - self.rotation.T @ rotated
        blocks = rotated.reshape(-1, rows, count).transpose(1, 0, 2)
        joint = np.empty((rows, k + p + 1, classes, count))
        joint[:, :k] = self.rotated_z[..., None]
        joint[:, k:-1] = self.rotated_x[..., None]
        scatter = None
        if classes == blocks.shape[1]:
            joint[:, -1] = blocks
        else:
            means = np.add.reduceat(blocks, self.starts, axis=1) / self.multiplicity[:, None]
            joint[:, -1] = means
            off = blocks - np.repeat(means, self.multiplicity.astype(np.intp), axis=1)
            scatter = np.add.reduceat(off[:, None] * off[None, :], self.starts, axis=2)
        within = np.empty((p + 1, p + 1, count))
        within[:p, :p] = self.within_xx[..., None]
        within[p, :p] = within[:p, p] = self.problem.basis.T @ rest
        within[p, p] = np.sum(rest**2, axis=0)
        weight = np.repeat(self.multiplicity[:, None], count, axis=1)
        degrees = np.full(count, float(self.problem.degrees))
        return ClassMeans(joint, scatter, within, weight, degrees)

    def evaluate(self, theta: Array, responses: ClassMeans, order: int = 2) -> Evaluation:
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
        criterion, gamma, r2, parts = self._reduce(theta, responses, order)
        if parts is None:
            empty = np.empty((0, theta.shape[1]))
            return Evaluation(criterion, gamma, r2, empty, empty[None])
        slopes = _derivatives(parts, self.factor, self.problem.reml, order)
        return Evaluation(criterion, gamma, r2, slopes.gradient, slopes.hessian)

    def information(self, theta: Array, responses: ClassMeans) -> "Slopes":
        """Return the derivatives with all that the degrees of freedom of tests need."""
        parts = self._reduce(theta, responses, 2)[3]
        assert parts is not None
        return _derivatives(parts, self.factor, self.problem.reml, 2)

    def _reduce(
        self, theta: Array, responses: ClassMeans, order: int
    ) -> tuple[Array, Array, Array, "_Parts | None"]:
        problem, weight, m = self.problem, responses.weight, responses.degrees
        k = self.rotated_z.shape[1]
        lam = self.factor.lambda_(theta)
        spread = product("rkcb,kjb->rjcb", responses.joint[:, :k], lam)
        identity = np.eye(len(spread))[..., None, None]
        inverse = inverse_root(product("ri...,si...->rs...", spread, spread) + identity)
        turned = product("rs...,sk...->rk...", inverse, responses.joint)
        xy = turned[:, k:]
        gram = product("rpcb,rqcb->pqb", xy * weight, xy) + responses.within
        scatter = None
        if responses.scatter is not None:
            half = product("rs...,st...->rt...", inverse, responses.scatter)
            scatter = product("rt...,st...->rs...", half, inverse)
            gram[-1, -1] += product("rrcb->b", scatter)
        # The Cholesky factor of the cross-products of (X, y) ends in the root of r².
        gram_inverse = inverse_root(gram)
        rho = 1.0 / gram_inverse[-1, -1]
        r2 = np.maximum(rho**2, 1e-150)  # its square must not be zero
        log_det_v = (log_det(inverse) * weight).sum(axis=0)
        criterion = log_det_v + m * (1.0 + np.log(2.0 * np.pi * r2 / m))
        if problem.reml:
            criterion = criterion + log_det(gram_inverse[:-1, :-1]) + problem.log_det_x
        gamma = -gram_inverse[-1, :-1] * rho
        if order == 0:
            return criterion, gamma, r2, None
        z = turned[:, :k]
        white = product("rqcb,pqb->rpcb", xy, gram_inverse)
        parts = _Parts(
            lam,
            A=product("ri...,rj...->ij...", z, z),
            B=product("ri...,rp...->ip...", z, white),
            S=None if scatter is None else _sandwich(z, scatter / r2),
            weight=weight,
            degrees=m,
            x_inverse=gram_inverse[:-1, :-1],
        )
        return criterion, gamma, r2, parts


@dataclass(frozen=True, slots=True)
class _Parts:
    """Per class of blocks, with u = ZᵀPy / r of a block.

    A = ZᵀV⁻¹Z; B = ZᵀV⁻¹X C^(-1/2), and in its last column the mean of u;
    S = sum of squares and products of u around that mean; x_inverse = C^(-1/2).
    """

    lam: Array
    A: Array
    B: Array
    S: Array | None
    weight: Array
    degrees: Array
    x_inverse: Array


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives of the criterion at one theta per response.

    Attributes
    ----------
    gradient, hessian : of the profiled criterion, shapes (n_theta, B), (n_theta, n_theta, B).
    q : yᵀPV_kPy / r², shape (n_theta, B).
    E : C^(-1/2) XᵀV⁻¹V_kV⁻¹X C^(-1/2) in the basis of X, shape (n_theta, p, p, B).
    x_inverse : inverse of the lower Cholesky factor of C = XᵀV⁻¹X in that basis, (p, p, B).
    """

    gradient: Array
    hessian: Array
    q: Array
    E: Array
    x_inverse: Array


def _sandwich(z: Array, scatter: Array) -> Array:
    return product("si...,sj...->ij...", product("rs...,ri...->si...", scatter, z), z)


def _derivatives(parts: _Parts, factor: Factor, reml: bool, order: int) -> Slopes:
    lam, A, B = parts.lam, parts.A, parts.B
    i, j = factor.rows, factor.cols
    weight, m = parts.weight, parts.degrees
    J = product("ip...,jp...->ij...", B[:, :-1], B[:, :-1]) if reml else np.zeros(())
    S = weight * (B[:, -1] * B[:, None, -1])
    if parts.S is not None:
        S = S + parts.S
    S_all = S.sum(axis=2)
    M = np.sum(weight * (A - J), axis=2) - m * S_all
    gradient = 2.0 * product("ik...,kj...->ij...", M, lam)[i, j]
    if order == 1:
        count = gradient.shape[1]
        none, nothing = np.empty((0, 0, count)), np.empty((0, 0, 0, count))
        return Slopes(gradient, none, gradient[:0], nothing, parts.x_inverse)
    # With D_k = e_i lambda_jᵀ + lambda_j e_iᵀ every trace is a sum of products of these entries.
    spread = lam[:, :, None, :]
    F = np.empty((3, *A.shape))
    F[0], F[1], F[2] = A, weight * (A - 2.0 * J), S
    FL = product("fik...,kj...->fij...", F, spread)
    LFL = product("ki...,fkj...->fij...", spread, FL)
    row = i[:, None]
    traces, quadratic = _sum_of_pairs(F, FL, LFL, i, j)
    E = product("tpcb,tqcb->tpqb", B[i], product("kj...,kp...->jp...", spread, B)[j] * weight)
    E = E + E.swapaxes(1, 2)
    inside, w = E[:, :-1, :-1], E[:, -1, :-1]
    if reml:
        traces = traces + product("tpqb,upqb->tub", inside, inside)
    quadratic = quadratic - product("tpb,upb->tub", w, w)
    q = 2.0 * product("ik...,kj...->ij...", S_all, lam)[i, j]
    same = (j[:, None] == j)[..., None]
    hessian = (2.0 * m) * quadratic - traces + 2.0 * same * M[row, i] - m * (q[:, None] * q)
    return Slopes(gradient, hessian, q, inside, parts.x_inverse)


def _sum_of_pairs(F: Array, FL: Array, LFL: Array, i: IntArray, j: IntArray) -> Array:
    """Sum tr(F D_k A D_l) over classes for both matrices F after A, for all pairs of theta."""
    row, classes, count = i[:, None], F.shape[3], F.shape[4]
    step = max(1, _PAIRS // (len(i) ** 2 * count))
    total = np.zeros((2, len(i), len(i), count))
    for at in range(0, classes, step):
        part = slice(at, at + step)
        f_ia = F[:, row, i, part]
        f_ib = FL[:, row, j, part]
        f_jb = LFL[:, j[:, None], j, part]
        # f_ib[:, l, k] is e_aᵀF lambda_j: transposing the pair swaps the two parameters.
        total += np.sum(
            f_ib[0].swapaxes(0, 1) * f_ib[1:]
            + f_jb[0] * f_ia[1:]
            + f_ia[0] * f_jb[1:]
            + f_ib[0] * f_ib[1:].swapaxes(1, 2),
            axis=3,
        )
    return total
