"""A design made ready for numbers: orthonormal X, whitened Z, and where each theta sits.

Nothing here depends on the response, so one problem serves any number of responses. The columns
of X are replaced by an orthonormal basis and those of each bracket by whitened ones; both leave
the model as it is and keep badly scaled predictors (days counted in milliseconds) harmless.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sim.errors import DesignError
from sim.lmm.rank import triangular_root
from sim.lmm.small import Array, BoolArray, lower_triangular

IntArray = NDArray[np.intp]
Matrix = Any  # a NumPy array where small, else a SciPy sparse array

_DENSE_SIZE = 20_000  # numbers; up to here dense products are faster than sparse ones


class Block(Protocol):
    """One bracket of the formula, as a design gives it."""

    @property
    def group(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def levels(self) -> tuple[str, ...]: ...
    @property
    def codes(self) -> IntArray: ...
    @property
    def columns(self) -> Array: ...


@dataclass(frozen=True, slots=True)
class Factor:
    """All brackets of one grouping factor.

    Attributes
    ----------
    n_levels : number of levels.
    codes : level of each row, shape (n,).
    columns : whitened columns of Z, one level's share, shape (n, k).
    theta_at, rows, cols : theta[theta_at[t]] is entry (rows[t], cols[t]) of this factor's Lambda.
    """

    n_levels: int
    codes: IntArray
    columns: Array
    theta_at: IntArray
    rows: IntArray
    cols: IntArray

    def lambda_(self, theta: Array) -> Array:
        """Return Lambda for each theta: shape (n_theta, ...) gives (k, k, ...)."""
        k = self.columns.shape[1]
        result = np.zeros((k, k, *theta.shape[1:]))
        result[self.rows, self.cols] = theta[self.theta_at]
        return result


@dataclass(frozen=True, slots=True)
class Bracket:
    """Where one bracket's theta, columns and transformation are.

    Attributes
    ----------
    start : index of its first theta.
    size : number of its columns, k.
    factor, offset : its grouping factor in `Problem.factors`, its first column there.
    transform : whitened columns = columns @ transform, shape (k, k).
    """

    start: int
    size: int
    factor: int
    offset: int
    transform: Array

    @property
    def stop(self) -> int:
        return self.start + self.size * (self.size + 1) // 2


@dataclass(frozen=True, slots=True)
class Problem:
    """What the criterion needs and the response does not change.

    Attributes
    ----------
    basis : orthonormal basis of the columns of X, shape (n, p); X = basis @ x_root.
    x_root : upper triangular, shape (p, p).
    log_det_x : log|XᵀX|, the part of log|R_X|² that the orthonormal basis removes.
    rotation, rotated_z : QR factors of the first grouping factor's Z, see `rotate_groups`.
    rotated_x : the basis so rotated, shape (levels * k, p).
    diagonal : which theta are diagonal entries of Lambda, shape (number of columns,).
    scale : root mean square of the columns they belong to, in the same order.
    factors : grouping factors, the one with the most columns of Z first.
    brackets : in the order of theta (lme4's).
    reml : criterion to use.
    """

    basis: Array
    x_root: Array
    log_det_x: float
    rotation: Matrix
    rotated_z: Array
    rotated_x: Array
    diagonal: IntArray
    scale: Array
    factors: tuple[Factor, ...]
    brackets: tuple[Bracket, ...]
    n_theta: int
    reml: bool

    @property
    def degrees(self) -> int:
        """Denominator of sigma squared: n - p for REML, n for ML."""
        n, p = self.basis.shape
        return n - p if self.reml else n

    def whitened(self, theta: Array) -> Array:
        """Return theta of the whitened columns that gives the same model as lme4's theta.

        Shapes (n_theta, ...) to (n_theta, ...), here and below.
        """
        return self._turned(theta, [np.asarray(np.linalg.inv(b.transform)) for b in self.brackets])

    def unwhitened(self, theta: Array) -> Array:
        """Return lme4's theta, with diagonals that are not negative.

        A SD that moves the response by less than 1e-6 residual SDs is zero: there the search
        has stopped at the boundary.
        """
        result = self._turned(theta, [b.transform for b in self.brackets])
        values = result[self.diagonal]
        result[self.diagonal] = np.where(self._moves(values) < 1e-6, 0.0, values)
        return result

    def is_singular(self, theta: Array) -> BoolArray:
        """Whether some diagonal of lme4's theta (n_theta, ...) is below lme4's 1e-4.

        Each is taken times the root mean square of its column, so that a slope per millisecond
        is not called zero for its unit.
        """
        return np.asarray(np.any(self._moves(theta[self.diagonal]) < 1e-4, axis=0))

    def _moves(self, values: Array) -> Array:
        return values * self.scale.reshape(-1, *([1] * (values.ndim - 1)))

    def starts(self, size: float) -> Array:
        """Return a start of the search: SD `size` for every whitened column, no correlation."""
        theta = np.zeros(self.n_theta)
        theta[self.diagonal] = size
        return theta

    def _turned(self, theta: Array, turns: list[Array]) -> Array:
        result = np.empty_like(theta, dtype=np.float64)
        for bracket, turn in zip(self.brackets, turns, strict=True):
            rows, cols = lower_positions(bracket.size)
            part = slice(bracket.start, bracket.stop)
            root = np.zeros((bracket.size, bracket.size, *theta.shape[1:]))
            root[rows, cols] = theta[part]
            result[part] = lower_triangular(np.tensordot(turn, root, 1))[rows, cols]
        return result


@lru_cache(maxsize=64)
def lower_positions(size: int) -> tuple[IntArray, IntArray]:
    """Rows and columns of a lower triangle, column by column, as lme4 orders theta."""
    cols, rows = np.triu_indices(size)
    return rows, cols


def make_problem(X: Array, blocks: tuple[Block, ...], reml: bool, whiten: bool = True) -> Problem:
    """Prepare a design for many evaluations.

    Parameters
    ----------
    X : fixed-effects model matrix of full column rank, shape (n, p).
    blocks : the brackets in lme4's order.
    reml : REML criterion if true, else ML.
    whiten : false keeps the columns of Z as they are, so that theta is lme4's throughout
        (derivatives with respect to lme4's theta need this).

    Raises
    ------
    DesignError : no random effects.
    """
    if not blocks:
        raise DesignError(
            "No random effects terms specified in formula.",
            "Add a bracket such as (1 | participant), or use lm for a model without one.",
        )
    basis, x_root = np.linalg.qr(X) if X.shape[1] else (X, np.zeros((0, 0)))
    groups = list(dict.fromkeys(block.group for block in blocks))
    width = {g: sum(len(b.names) for b in blocks if b.group == g) for g in groups}
    levels = {b.group: len(b.levels) for b in blocks}
    groups.sort(key=lambda g: -levels[g] * width[g])
    brackets: list[Bracket] = []
    offsets = dict.fromkeys(groups, 0)
    start = 0
    for block in blocks:
        size = len(block.names)
        transform = _whitening(block.columns) if whiten else np.eye(size)
        index = groups.index(block.group)
        brackets.append(Bracket(start, size, index, offsets[block.group], transform))
        offsets[block.group] += size
        start = brackets[-1].stop
    factors = tuple(_factor(g, blocks, brackets, i) for i, g in enumerate(groups))
    rotation, rotated_z = rotate_groups(factors[0])
    log_det_x = float(2.0 * np.log(np.abs(np.diag(x_root))).sum())
    diagonal = [b.start + np.flatnonzero(np.equal(*lower_positions(b.size))) for b in brackets]
    scale = np.sqrt(np.concatenate([np.mean(b.columns**2, axis=0) for b in blocks]))
    return Problem(
        basis, x_root, log_det_x, rotation, rotated_z, rotation @ basis,
        np.concatenate(diagonal), scale, factors, tuple(brackets), start, reml,
    )  # fmt: skip


def _factor(group: str, blocks: tuple[Block, ...], brackets: list[Bracket], index: int) -> Factor:
    mine = [(b, k) for b, k in zip(blocks, brackets, strict=True) if k.factor == index]
    columns = np.concatenate([b.columns @ k.transform for b, k in mine], axis=1)
    theta_at, rows, cols = [], [], []
    for _, bracket in mine:
        r, c = lower_positions(bracket.size)
        theta_at.append(np.arange(bracket.start, bracket.stop))
        rows.append(r + bracket.offset)
        cols.append(c + bracket.offset)
    first = mine[0][0]
    return Factor(
        len(first.levels), first.codes, columns,
        np.concatenate(theta_at), np.concatenate(rows), np.concatenate(cols),
    )  # fmt: skip


def _whitening(columns: Array) -> Array:
    """Return T so that columns @ T are orthogonal with mean square one, shape (k, k)."""
    n, k = columns.shape
    scale = np.sqrt(np.mean(columns**2, axis=0))
    scale[scale == 0.0] = 1.0
    if k == 1:
        return np.array([[1.0 / scale[0]]])
    root = triangular_root(columns / scale)
    if root.shape[0] < k or np.abs(root.diagonal()).min() < 1e-9 * np.sqrt(n):
        return np.diag(1.0 / scale)
    transform: Array = np.linalg.inv(root) * np.sqrt(n) / scale[:, None]
    return transform


def rotate_groups(factor: Factor) -> tuple[Matrix, Array]:
    """Return the QR factors of every group's share of Z.

    Returns
    -------
    rotation : shape (levels * k, n), Qᵀ of each group; sparse where large.
    R : shape (levels, k, k), upper triangular; zero rows where a group's columns depend.
    """
    n, k = factor.columns.shape
    codes, size = factor.codes, factor.n_levels
    q = factor.columns.copy()
    R = np.zeros((size, k, k))
    for j in range(k):
        original = norm = _lengths(codes, q[:, j], size)
        # Gram-Schmidt twice is enough for orthogonality to rounding (Giraud et al. 2005).
        for _ in range(2 if j else 0):
            overlap = _sums(codes, q[:, :j] * q[:, j : j + 1], size)
            q[:, j] -= np.sum(overlap[codes] * q[:, :j], axis=1)
            R[:, :j, j] += overlap
            norm = _lengths(codes, q[:, j], size)
        R[:, j, j] = np.where(norm > 1e-12 * original, norm, 0.0)
        q[:, j] *= np.divide(1.0, R[:, j, j], out=np.zeros(size), where=R[:, j, j] > 0.0)[codes]
    if size * k * n > _DENSE_SIZE:
        rows = (codes[:, None] * k + np.arange(k)).ravel()
        cols = np.repeat(np.arange(n), k)
        return sparse.csr_array((q.ravel(), (rows, cols)), shape=(size * k, n)), R
    rotation = np.zeros((size, k, n))
    rotation[codes, :, np.arange(n)] = q
    return rotation.reshape(size * k, n), R


def _sums(codes: IntArray, values: Array, size: int) -> Array:
    columns = [np.bincount(codes, values[:, j], size) for j in range(values.shape[1])]
    return np.stack(columns, axis=1) if columns else np.empty((size, 0))


def _lengths(codes: IntArray, values: Array, size: int) -> Array:
    lengths: Array = np.sqrt(np.bincount(codes, values**2, size))
    return lengths
