"""Find columns that add nothing to those before them, as lme4's `chkRank.drop.cols` does."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

_TOLERANCE = 1e-7  # lme4's; relative to the column's own length


def independent_columns(X: NDArray[np.float64]) -> NDArray[np.intp]:
    """Positions of the columns to keep, in order: the earliest independent ones.

    Parameters
    ----------
    X : shape (n, p).

    Source
    ------
    LINPACK's dqrdc2 as in R: a column goes when less than 1e-7 of its length is left after the
    columns before it.
    """
    n, p = X.shape
    lengths = np.sqrt(np.einsum("np,np->p", X, X))
    lengths[lengths == 0] = 1.0
    if p <= n:
        left = np.abs(triangular_root(X).diagonal())
        if (left >= _TOLERANCE * lengths).all():
            return np.arange(p)
    return _earliest(X / lengths)


def triangular_root(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return R of X = Q R, shape (min(n, p), p), straight from LAPACK."""
    return np.triu(lapack.dgeqrf(X)[0][: X.shape[1]])


def _earliest(X: NDArray[np.float64]) -> NDArray[np.intp]:
    """Gram-Schmidt from left to right, twice for accuracy, over columns of length one."""
    n, p = X.shape
    basis = np.empty((n, min(n, p)))
    kept: list[int] = []
    for j in range(p):
        found = basis[:, : len(kept)]
        residual = X[:, j] - found @ (found.T @ X[:, j])
        residual -= found @ (found.T @ residual)
        length = float(np.linalg.norm(residual))
        if length >= _TOLERANCE and len(kept) < n:
            basis[:, len(kept)] = residual / length
            kept.append(j)
    return np.array(kept, dtype=np.intp)
