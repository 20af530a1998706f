"""Linear algebra on many small matrices at once.

A stack of matrices is stored with the matrix axes first and the stack last, shape (k, k, ...):
each step of a factorisation is then one vector operation over the whole stack, which for k of
two or three is some forty times faster than one library call per matrix.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# LAPACK, one call per matrix, is faster than unrolled steps above this order and up to this count.
_UNROLLED_ORDER, _FEW = 8, 2


def read_only(*arrays: NDArray[Any]) -> None:
    """Keep the arrays of a value from being changed."""
    for array in arrays:
        array.setflags(write=False)


product: Any = np.einsum  # `...` in the subscripts stands for the stack's axes


def inverse_root(matrices: Array) -> Array:
    """Return L⁻¹ of the Cholesky factorisation L Lᵀ of a stack of positive definite matrices.

    Parameters
    ----------
    matrices : shape (k, k, ...), symmetric.

    Returns
    -------
    shape (k, k, ...), lower triangular. A pivot that is not positive gives nan.
    """
    order = matrices.shape[0]
    if order > _UNROLLED_ORDER or prod(matrices.shape[2:]) <= _FEW:
        return _by_lapack(matrices)
    inverse = np.zeros_like(matrices)
    done: list[list[Array]] = []
    for i in range(order):
        row = [_dot(done[j], [matrices[i, q] for q in range(j + 1)]) for j in range(i)]
        pivot = matrices[i, i] - _dot(row, row) if i else matrices[i, i]
        diagonal = 1.0 / np.sqrt(pivot)
        column = [-diagonal * _dot(row[q:], [done[j][q] for j in range(q, i)]) for q in range(i)]
        done.append([*column, diagonal])
        for q, entry in enumerate(done[i]):
            inverse[i, q] = entry
    return inverse


def _dot(left: list[Array], right: list[Array]) -> Array:
    total = left[0] * right[0]
    for a, b in zip(left[1:], right[1:], strict=True):
        total = total + a * b
    return total


def _by_lapack(matrices: Array) -> Array:
    order = matrices.shape[0]
    stack = matrices.reshape(order, order, prod(matrices.shape[2:]))
    inverse = np.empty(stack.shape)
    for i, matrix in enumerate(stack.transpose(2, 0, 1)):
        root, failed = lapack.dpotrf(matrix, lower=1, clean=1)
        inverse[..., i] = np.nan if failed else lapack.dtrtri(root, lower=1)[0]
    return inverse.reshape(matrices.shape)


def log_det(inverse: Array) -> Array:
    """Return log|L Lᵀ| from a stack of L⁻¹, shape (...)."""
    total: Array = -2.0 * np.log(product("ii...->i...", inverse)).sum(axis=0)
    return total


def lower_triangular(square_roots: Array) -> Array:
    """Return lower triangular L with L Lᵀ = F Fᵀ and diagonals that are not negative.

    Reflections of the columns only, so that a variance of exactly zero stays zero: a Cholesky
    factorisation of F Fᵀ would lose half of the digits there.

    Parameters
    ----------
    square_roots : F, shape (k, k, ...).
    """
    order = square_roots.shape[0]
    if order == 1:
        return np.abs(square_roots)
    if square_roots.size == order**2:
        root: Array = np.tril(lapack.dgeqrf(square_roots.reshape(order, order).T)[0].T)
        diagonal = root.diagonal()
        # Row by row: each may have a unit of its own.
        if np.all(np.abs(diagonal) > 1e-9 * np.abs(root).max(axis=1)):
            return (root * np.sign(diagonal)).reshape(square_roots.shape)
    work = square_roots.copy()
    smallest = 1e-12 * np.abs(work).max(axis=1, initial=0.0)
    free = np.ones(work.shape[1:], dtype=bool)
    for row in range(order):
        direction = np.where(free, work[row], 0.0)
        norm = np.sqrt(np.sum(direction**2, axis=0))
        norm = np.where(norm <= smallest[row], 0.0, norm)
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
