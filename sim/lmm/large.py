"""Linear algebra on one large matrix at a time, dense or sparse."""

import numpy as np
from scipy import linalg, sparse

from sim.lmm.problem import Matrix
from sim.lmm.small import Array, product


def solve_root(root: Array, right: Array, transposed: bool = False) -> Array:
    """Return L⁻¹ (or L⁻ᵀ) times a vector or matrix; an empty one gives an empty result."""
    if not right.size:
        return np.zeros_like(right)
    # LAPACK reads the rows of L as the columns of an upper factor, so that nothing is copied.
    solved: Array = linalg.lapack.dtrtrs(root.T, right, lower=0, trans=0 if transposed else 1)[0]
    return solved.reshape(right.shape)


def cholesky_root(matrix: Array) -> Array:
    """Return the lower Cholesky factor, of nan if the matrix is not positive definite."""
    if not matrix.size:
        return matrix
    upper, failed = linalg.lapack.dpotrf(matrix.T, lower=0, clean=1)
    root: Array = upper.T
    return np.full_like(root, np.nan) if failed else root


def dense(matrix: Matrix) -> Array:
    """Return a matrix as a NumPy array."""
    result: Array = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    return result


def turned(blocks: Array, rows: Matrix) -> Matrix:
    """Multiply rows (levels * k, q) by blocks (k, k, levels) on a diagonal."""
    k, _, levels = blocks.shape
    if not isinstance(rows, np.ndarray):
        return sparse.csr_array(block_diagonal(blocks) @ rows)
    if k == 1:
        return blocks[0, 0][:, None] * rows
    result: Array = product("rsl,lsq->lrq", blocks, rows.reshape(levels, k, -1))
    return result.reshape(rows.shape)


def block_diagonal(blocks: Array) -> sparse.bsr_array:
    """Return blocks (k, k, levels) as one sparse matrix."""
    levels = blocks.shape[2]
    data = np.ascontiguousarray(blocks.transpose(2, 0, 1))
    pointers = (data, np.arange(levels), np.arange(levels + 1))
    size = levels * blocks.shape[0]
    return sparse.bsr_array(pointers, shape=(size, size))
