"""Fit one model to many resamples of its own data at once.

A resample is a set of weights: how often each row, or each level of the grouping factor, was
drawn. Rows drawn twice stay with their participant; a participant drawn twice counts as two.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from sim.errors import DataError, SimError
from sim.lmm.criterion import orthogonal, research, search
from sim.lmm.design import Design, RandomBlock
from sim.lmm.diagonal import ClassMeans, Diagonal
from sim.lmm.fit import Fit, fit_design
from sim.lmm.newton import Optimum
from sim.lmm.problem import IntArray, Problem
from sim.lmm.rank import independent_columns
from sim.lmm.refit import Refits
from sim.lmm.small import Array, BoolArray
from sim.stopping import check_stop

_CHUNK = 500  # resamples whose matrices are in memory at once


def refit_rows(fit: Fit, weights: Array, stop: Callable[[], bool] | None = None) -> Refits:
    """Fit the model to resamples of rows.

    Parameters
    ----------
    weights : how often each row used in the fit was drawn, shape (nobs, B).
    stop : asked now and then; true ends the task.

    Returns
    -------
    A resample that cannot be fitted has nan and has not converged.

    Raises
    ------
    DataError : another number of rows, or negative or missing weights.
    """
    drawn = _checked(weights, fit.nobs, "rows")
    if not _one_factor(fit):
        return _one_by_one(fit, drawn, stop)
    y = orthogonal(fit.problem, fit.design.y[:, None])[:, 0]
    return _in_chunks(fit, drawn, lambda part: _row_means(fit.problem, y, part), stop)


def refit_groups(fit: Fit, weights: Array, stop: Callable[[], bool] | None = None) -> Refits:
    """Fit the model to resamples of the levels of its grouping factor, with all their rows.

    Parameters
    ----------
    weights : how often each level was drawn, shape (levels, B); levels as in `ranef`.
    stop : asked now and then; true ends the task.

    Raises
    ------
    DataError : several grouping factors, another number of levels, or negative weights.
    """
    block = fit.design.blocks[0]
    if not _one_factor(fit):
        raise DataError(
            "Whole groups can be drawn only where the model has one grouping factor; this one "
            f"has {', '.join(fit.ngroups)}.",
            "Draw from the model instead (parametric bootstrap).",
        )
    drawn = _checked(weights, len(block.levels), "levels")
    y = orthogonal(fit.problem, fit.design.y[:, None])[:, 0]
    parts = _group_parts(fit.problem, y)
    return _in_chunks(fit, drawn, lambda part: _group_means(fit.problem, parts, part), stop)


def _one_factor(fit: Fit) -> bool:
    return len(fit.problem.factors) == 1 and isinstance(fit.kernel, Diagonal)


def _checked(weights: Array, size: int, what: str) -> Array:
    drawn = np.asarray(weights, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[0] != size:
        raise DataError(f"The weights have shape {drawn.shape}.", f"The fit has {size} {what}.")
    if not np.isfinite(drawn).all() or (drawn < 0.0).any():
        raise DataError("Some weights are negative or missing.", "Give counts, zero or more.")
    return drawn


def _in_chunks(
    fit: Fit,
    weights: Array,
    means_of: Callable[[Array], ClassMeans],
    stop: Callable[[], bool] | None,
) -> Refits:
    problem = fit.problem
    kernel = fit.kernel
    start = problem.whitened(fit.theta)
    inside = np.where((problem.starts(1.0) > 0.0) & (start < 0.3), 0.3, start)
    others = [problem.starts(1.0), problem.starts(0.2)]
    parts = []
    for at in range(0, weights.shape[1], _CHUNK):
        means = means_of(weights[:, at : at + _CHUNK])
        with np.errstate(invalid="ignore", divide="ignore"):  # resamples without full rank
            found = search(kernel, means, [inside], stop)
            found, theta = research(kernel, means, found, others, stop)
        parts.append(_refits(fit, found, theta, means.degrees, _full_rank(means)))
    return Refits.joined(parts)


def _full_rank(means: ClassMeans) -> BoolArray:
    """Whether X still has full column rank, shape (B,)."""
    p = means.within.shape[0] - 1
    x = means.joint[:, -1 - p : -1]
    gram = means.within[:-1, :-1] + np.einsum("kpcb,kqcb->pqb", x * means.weight, x)
    values = np.linalg.eigvalsh(gram.transpose(2, 0, 1))
    result: BoolArray = values[:, 0] > 1e-10 * values[:, -1]
    return result


def _refits(fit: Fit, found: Optimum, theta: Array, degrees: Array, full_rank: BoolArray) -> Refits:
    problem = fit.problem
    along = problem.basis.T @ fit.design.y[:, None]
    beta = np.asarray(np.linalg.solve(problem.x_root, along + found.gamma), dtype=np.float64)
    usable = full_rank & np.isfinite(found.criterion) & (degrees > 0.0)
    return Refits.marked(
        beta.T,
        theta.T,
        np.sqrt(found.r2 / np.where(usable, degrees, 1.0)),
        found.criterion,
        problem.is_singular(theta),
        found.converged,
        usable,
    )


def _row_means(problem: Problem, y: Array, weights: Array) -> ClassMeans:
    """Reduce every resample by the QR factors of each group, from weighted cross-products."""
    factor = problem.factors[0]
    k, p, count = factor.columns.shape[1], problem.basis.shape[1], weights.shape[1]
    columns = np.concatenate([factor.columns, problem.basis, y[:, None]], axis=1)
    n, width = columns.shape
    member = sparse.csr_array(
        (np.ones(n), (factor.codes, np.arange(n))), shape=(factor.n_levels, n)
    )
    joint = np.zeros((k, width, factor.n_levels, count))
    for j in range(k):
        for col in range(j, width):
            joint[j, col] = member @ ((columns[:, j] * columns[:, col])[:, None] * weights)
    for j in range(k):  # Cholesky, with a row of zeros where a column depends on those before
        whole = joint[j, j].copy()
        for before in range(j):
            joint[j, j:] -= joint[before, j] * joint[before, j:]
        pivot = np.where(joint[j, j] > 1e-9 * whole, joint[j, j], np.inf)
        joint[j, j:] /= np.sqrt(pivot)
    outside = columns[:, k:]
    pairs = (outside[:, :, None] * outside[:, None, :]).reshape(n, -1)
    within = (pairs.T @ weights).reshape(p + 1, p + 1, count)
    within -= np.einsum("kalb,kclb->acb", joint[:, k:], joint[:, k:])
    degrees = weights.sum(axis=0) - (p if problem.reml else 0)
    return ClassMeans(joint, None, within, np.ones(joint.shape[2:]), degrees)


def _group_parts(problem: Problem, y: Array) -> tuple[Array, Array, Array]:
    """Return each group's R, X and y rotated, its cross-products outside them, and its rows."""
    factor = problem.factors[0]
    ones = np.ones((len(y), 1))
    whole = _row_means(problem, y, ones).joint[..., 0]
    k = factor.columns.shape[1]
    outside = np.concatenate([problem.basis, y[:, None]], axis=1)
    pairs = (outside[:, :, None] * outside[:, None, :]).reshape(len(y), -1)
    width = outside.shape[1]
    totals = np.zeros((factor.n_levels, width * width))
    np.add.at(totals, factor.codes, pairs)
    own = totals.T.reshape(width, width, -1) - np.einsum("kal,kcl->acl", whole[:, k:], whole[:, k:])
    return whole, own, np.bincount(factor.codes, minlength=factor.n_levels).astype(np.float64)


def _group_means(problem: Problem, parts: tuple[Array, Array, Array], weights: Array) -> ClassMeans:
    whole, own, rows = parts
    # Groups with the same predictors are one class, as in `diagonal`.
    marks = np.round(whole[:, :-1].reshape(-1, whole.shape[2]).T, 9)
    _, first, labels = np.unique(marks, axis=0, return_index=True, return_inverse=True)
    member = np.equal(labels.ravel(), np.arange(len(first))[:, None]).astype(np.float64)
    drawn = member @ weights
    h = whole[:, -1]
    means = np.stack([(member * row) @ weights for row in h]) / np.maximum(drawn, 1.0)
    squares = np.array([[(member * (a * b)) @ weights for b in h] for a in h])
    joint = np.repeat(whole[:, :, first, None], weights.shape[1], axis=3)
    joint[:, -1] = means
    scatter = squares - drawn * means[:, None] * means[None]
    degrees = rows @ weights - (problem.basis.shape[1] if problem.reml else 0)
    return ClassMeans(joint, scatter, np.tensordot(own, weights, 1), drawn, degrees)


def _one_by_one(fit: Fit, weights: Array, stop: Callable[[], bool] | None) -> Refits:
    parts = []
    for b in range(weights.shape[1]):
        check_stop(stop)
        rows = np.repeat(np.arange(fit.nobs), weights[:, b].astype(np.intp))
        try:
            one = fit_design(resampled(fit.design, rows), fit.reml)
        except SimError:
            parts.append(Refits.failed(len(fit.beta), len(fit.theta)))
            continue
        parts.append(
            Refits(
                one.beta[None],
                one.theta[None],
                np.array([one.sigma]),
                np.array([one.criterion]),
                np.array([one.is_singular]),
                np.array([one.converged]),
            )
        )
    return Refits.joined(parts)


def resampled(design: Design, rows: IntArray) -> Design:
    """Return a design of some rows of another, in the order given; levels not drawn are dropped.

    Raises
    ------
    DataError : the rows no longer tell the fixed effects apart.
    """
    X = design.X[rows]
    if len(independent_columns(X)) < X.shape[1]:
        raise DataError("The rows drawn do not tell the fixed effects apart.")
    blocks = tuple(_resampled_block(block, rows) for block in design.blocks)
    return replace(design, y=design.y[rows], X=X, blocks=blocks, rows=design.rows[rows])


def _resampled_block(block: RandomBlock, rows: IntArray) -> RandomBlock:
    codes, levels = pd.factorize(block.codes[rows], sort=True)
    names = tuple(block.levels[level] for level in levels)
    return replace(block, codes=codes.astype(np.intp), levels=names, columns=block.columns[rows])
