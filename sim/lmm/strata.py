"""Find the basis in which V is block-diagonal: by group, or by stratum of a balanced design."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from sim.lmm.diagonal import Diagonal
from sim.lmm.problem import Factor, IntArray, Matrix, Problem
from sim.lmm.small import Array

_COLUMNS = 1_500  # of Z; more are left to the general path


def by_group(problem: Problem) -> Diagonal:
    """Reduce a design with one grouping factor."""
    factor = problem.factors[0]
    rotated_x = problem.rotated_x.reshape(factor.n_levels, factor.columns.shape[1], -1)
    return _classes(problem, factor, problem.rotation, problem.rotated_z, rotated_x)


def _classes(problem: Problem, factor: Factor, rotation: Matrix, R: Array, X: Array) -> Diagonal:
    """Sort blocks into classes of equal R (blocks, r, k) and rotated X (blocks, r, p)."""
    blocks, rows, _ = R.shape
    marks = np.concatenate([R.reshape(blocks, -1) / np.abs(R).max(), X.reshape(blocks, -1)], axis=1)
    label = _labels(np.round(marks, 11) + 0.0)  # + 0.0 turns -0.0 into 0.0
    order = np.argsort(label, kind="stable")
    multiplicity = np.bincount(label)
    starts = np.cumsum(multiplicity) - multiplicity
    chosen = order[starts]
    if np.any(order[1:] < order[:-1]):
        index = (order[:, None] * rows + np.arange(rows)).ravel()
        rotation = rotation[index]
    basis = problem.basis
    rest = basis - rotation.T @ (rotation @ basis)
    return Diagonal(
        np.ascontiguousarray(R[chosen].transpose(1, 2, 0)),
        np.ascontiguousarray(X[chosen].transpose(1, 2, 0)),
        multiplicity.astype(np.float64),
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


def by_stratum(problem: Problem) -> Diagonal | None:
    """Reduce several one-column brackets whose matrices Z Zᵀ commute, or return None.

    Their common eigenvectors are the strata of a balanced design (Nelder 1965, Proc. R. Soc. A
    283). In each stratum V is a number: one plus a sum of theta² times an eigenvalue.
    """
    factors = sorted(problem.factors, key=lambda f: int(f.theta_at[0]))  # derivatives in order
    if len(factors) < 2 or any(f.columns.shape[1] > 1 for f in factors):
        return None
    if sum(f.n_levels for f in factors) > _COLUMNS:
        return None
    matrices = [_indicator(f) for f in factors]
    if not _commute(matrices):
        return None
    weights = np.random.default_rng(0).uniform(1, 2, len(matrices))
    mixed = sparse.hstack([z * w for z, w in zip(matrices, weights, strict=True)])
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
