"""Linear algebra on many small matrices at once.

A stack of matrices is stored with the matrix axes first and the stack last, shape (k, k, ...):
each step of a factorisation is then one vector operation over the whole stack, which for k of
two or three is some forty times faster than one library call per matrix.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_UNROLLED = 8  # above this order LAPACK, one call per matrix, is faster than unrolled steps


def product(subscripts: str, *operands: Array) -> Array:
    """Contract stacks; `...` in the subscripts stands for the stack's axes."""
    result: Any = np.einsum(subscripts, *operands)
    return result


def cholesky(matrices: Array) -> Array:
    """Return the lower Cholesky factors of a stack of positive definite matrices.

    Parameters
    ----------
    matrices : shape (k, k, ...), symmetric.

    Returns
    -------
    shape (k, k, ...), lower triangular. A pivot that is not positive gives nan.
    """
    order = matrices.shape[0]
    if order > _UNROLLED:
        return _by_lapack(matrices)
    factor = np.zeros_like(matrices)
    for j in range(order):
        column = matrices[j:, j]
        if j:
            column = column - np.einsum("il...,l...->i...", factor[j:, :j], factor[j, :j])
        factor[j:, j] = column / np.sqrt(column[0])
    return factor


def _by_lapack(matrices: Array) -> Array:
    stacked = np.moveaxis(matrices, (0, 1), (-2, -1))
    try:
        factor = np.linalg.cholesky(stacked)
    except np.linalg.LinAlgError:
        factor = np.full(stacked.shape, np.nan)
        for index in np.ndindex(stacked.shape[:-2]):
            try:
                factor[index] = np.linalg.cholesky(stacked[index])
            except np.linalg.LinAlgError:
                continue
    return np.ascontiguousarray(np.moveaxis(factor, (-2, -1), (0, 1)))


def inverse_lower(factor: Array) -> Array:
    """Return the inverses of a stack of lower triangular matrices, shape (k, k, ...)."""
    order = factor.shape[0]
    inverse = np.zeros_like(factor)
    for i in range(order):
        inverse[i, i] = 1.0 / factor[i, i]
        if i:
            below = np.einsum("l...,lj...->j...", factor[i, :i], inverse[:i, :i])
            inverse[i, :i] = -inverse[i, i] * below
    return inverse


def log_det_lower(factor: Array) -> Array:
    """Return log|L Lᵀ| for a stack of lower factors, shape (...)."""
    total: Array = 2.0 * np.log(np.einsum("ii...->i...", factor)).sum(axis=0)
    return total


def lower_triangular(square_roots: Array) -> Array:
    """Return lower triangular L with L Lᵀ = F Fᵀ and diagonals that are not negative.

    Reflections of the columns only, so that a variance of exactly zero stays zero: a Cholesky
    factorisation of F Fᵀ would lose half of the digits there.

    Parameters
    ----------
    square_roots : F, shape (k, k, ...).
    """
    work = square_roots.copy()
    order = work.shape[0]
    smallest = 1e-12 * np.abs(work).max(axis=(0, 1), initial=0.0)
    free = np.ones(work.shape[1:], dtype=bool)
    for row in range(order):
        direction = np.where(free, work[row], 0.0)
        norm = np.sqrt(np.sum(direction**2, axis=0))
        norm = np.where(norm <= smallest, 0.0, norm)
        direction[row] -= norm
        length = np.sum(direction**2, axis=0)
        factor = np.where((length > 0.0) & (norm > 0.0), 2.0, 0.0) / np.where(length > 0, length, 1)
        along = np.einsum("ij...,j...->i...", work, direction) * factor
        work -= along[:, None] * direction[None]
        work[row] = np.where(free, 0.0, work[row])
        work[row, row] = norm
        free[row] = norm == 0.0
    work[np.triu_indices(order, 1)] = 0.0
    return work
