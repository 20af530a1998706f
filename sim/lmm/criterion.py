"""The profiled criterion as a function of theta, and the search for its minimum."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.errors import DesignError
from sim.lmm.blocked import Blocked, make_blocked
from sim.lmm.design import Design
from sim.lmm.diagonal import ClassMeans, Diagonal
from sim.lmm.large import cholesky_root
from sim.lmm.newton import Optimum, minimise
from sim.lmm.problem import IntArray, Problem, lower_positions, make_problem
from sim.lmm.small import Array
from sim.lmm.strata import by_group, by_stratum

Kernel = Diagonal | Blocked


def criterion(design: Design, theta: Array, reml: bool = True) -> float:
    """Return the profiled REML or ML criterion at one theta.

    Parameters
    ----------
    theta : lme4's theta, relative to sigma, no unit, shape (n_theta,).

    Returns
    -------
    -2 log likelihood (ML) or REML criterion.

    Raises
    ------
    DesignError : theta has another length than the design needs.

    Source
    ------
    Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), eqs. 34 and 41.
    """
    problem = make_problem(design.X, design.blocks, reml, whiten=False)
    try:
        values = np.asarray(theta, dtype=np.float64)
        usable = bool(np.all(np.abs(values) < 1e60))
    except (TypeError, ValueError):
        usable = False
    if not usable:
        raise DesignError("theta must be finite numbers.", f"Give {problem.n_theta} of them.")
    if values.shape != (problem.n_theta,):
        raise DesignError(
            f"theta has shape {values.shape}.", f"This model needs {problem.n_theta} numbers."
        )
    kernel = make_blocked(problem)
    responses = kernel.project(orthogonal(problem, design.y[:, None]))
    return float(kernel.evaluate(values[:, None], responses, 0).criterion[0])


def orthogonal(problem: Problem, Y: Array) -> Array:
    """Return responses (n, B) less their least squares fit: the criterion is the same."""
    return Y - problem.basis @ (problem.basis.T @ Y)


def make_kernel(problem: Problem) -> Kernel:
    """Choose the fastest exact form of the criterion for a design."""
    if len(problem.factors) == 1:
        return by_group(problem)
    return by_stratum(problem) or make_blocked(problem)


def minimum(
    kernel: Kernel, rest: Array, stop: Callable[[], bool] | None = None
) -> tuple[Optimum, Array]:
    """Search the minimum for one response that is orthogonal to X, shape (n, 1); see `research`."""
    problem = kernel.problem
    one, *others = (problem.starts(size) for size in (1.0, 0.25, 4.0))
    if isinstance(kernel, Diagonal):
        means = kernel.project(rest)
        found = search(kernel, means, [best_start(kernel, means)], stop)
        return research(kernel, means, found, [one, *others], stop)
    rows = kernel.project(rest)
    return research(kernel, rows, search(kernel, rows, [one], stop), others, stop)


def search(
    kernel: Kernel,
    responses: Any,
    starts: list[Array],
    stop: Callable[[], bool] | None = None,
) -> Optimum:
    """Minimise from every start and keep the best of each response.

    Parameters
    ----------
    starts : each of shape (n_theta,), in whitened columns.
    """
    if len(starts) == 1:
        start = np.repeat(starts[0][:, None], responses.count, axis=1)
        return minimise(kernel, responses, start, stop)
    count = responses.count
    several = responses.take(np.tile(np.arange(count), len(starts)))
    start = np.repeat(np.stack(starts, axis=1), count, axis=1)
    found = minimise(kernel, several, start, stop)
    values = found.criterion.reshape(len(starts), count)
    # Among equals the earliest start wins, so that the answer does not hang on rounding.
    best = np.argmax(values <= np.nanmin(values, axis=0) + 1e-10, axis=0)
    return pick(found, best * count + np.arange(count))


@np.errstate(invalid="ignore", divide="ignore", over="ignore")  # nan is never the best
def best_start(kernel: Diagonal, responses: ClassMeans) -> Array:
    """Return the best of a few starts for one response, shape (n_theta,).

    The criterion alone costs a small part of a Newton step, and a start near the optimum saves
    several of them.
    """
    problem = kernel.problem
    guess = _two_stage(kernel, responses)
    if guess is not None and guess.sure:
        return guess.theta
    starts = [problem.starts(size) for size in (0.1, 0.4, 1.0, 3.0, 10.0)]
    if guess is not None:
        starts.append(guess.theta)
    theta = np.stack(starts, axis=1)
    several = responses.take(np.zeros(len(starts), dtype=np.intp))
    values = kernel.evaluate(theta, several, 0).criterion
    return theta[:, np.argmin(np.where(np.isfinite(values), values, np.inf))]


@dataclass(frozen=True, slots=True)
class _Guess:
    """A rough theta, shape (n_theta,); sure if it is well inside and from many groups."""

    theta: Array
    sure: bool


def _two_stage(kernel: Diagonal, responses: ClassMeans) -> _Guess | None:
    """Estimate theta from separate regressions in every group, as one would by hand.

    The covariance of the groups' own estimates less what their noise adds; groups with little
    data weigh little. None where no group has enough rows of its own.
    """
    rows, k, _ = kernel.rotated_z.shape
    spare = kernel.problem.basis.shape[0] - int(kernel.multiplicity.sum()) * rows
    R = kernel.rotated_z.transpose(2, 0, 1)
    usable = np.abs(np.einsum("cii->ci", R)).min(axis=1) > 1e-6 if rows == k else np.zeros(1)
    noise_variance = responses.within[-1, -1, 0] / max(spare, 1)
    if spare <= 0 or not usable.any() or noise_variance <= 0.0:
        return None
    means = responses.joint[:, -1, :, 0]
    squares = kernel.multiplicity * means[:, None] * means[None]
    if responses.scatter is not None:
        squares = squares + responses.scatter[..., 0]
    back = np.linalg.inv(R[usable])
    count = kernel.multiplicity[usable]
    noise = back @ back.transpose(0, 2, 1)
    own = back @ squares.transpose(2, 0, 1)[usable] @ back.transpose(0, 2, 1) / noise_variance
    weight = 1.0 / (1.0 + np.einsum("cii->ci", noise).max(axis=1)) ** 2
    covariance = np.tensordot(weight, own - count[:, None, None] * noise, 1) / (weight @ count)
    theta = np.empty(kernel.problem.n_theta)
    sure = bool(count.sum() >= 10)
    for bracket in kernel.problem.brackets:
        part = slice(bracket.offset, bracket.offset + bracket.size)
        values, vectors = np.linalg.eigh(covariance[part, part])
        sure &= bool(values[0] > 0.1)
        root = cholesky_root(vectors * np.maximum(values, 0.01) @ vectors.T)
        theta[bracket.start : bracket.stop] = root[lower_positions(bracket.size)]
    return _Guess(theta, sure)


def pick(found: Optimum, rows: IntArray) -> Optimum:
    """Return some of the searches' ends, in the order of `rows`."""
    return replace(
        found,
        theta=found.theta[:, rows],
        criterion=found.criterion[rows],
        gamma=found.gamma[:, rows],
        r2=found.r2[rows],
        gradient=found.gradient[:, rows],
        converged=found.converged[rows],
        iterations=found.iterations[rows],
    )


def research(
    kernel: Kernel,
    responses: Any,
    found: Optimum,
    starts: list[Array],
    stop: Callable[[], bool] | None = None,
) -> tuple[Optimum, Array]:
    """Search again where a search ended near a boundary or did not converge.

    A zero on the diagonal of Lambda is always a stationary point, so what ends there may be a
    boundary optimum or a place the search could not leave.

    Returns
    -------
    the better ends, and lme4's theta there, shape (n_theta, B).
    """
    problem = kernel.problem
    theta = problem.unwhitened(found.theta)
    doubtful = np.flatnonzero(problem.is_singular(theta / 10.0) | ~found.converged)
    if not len(doubtful):
        return found, theta
    again = search(kernel, responses.take(doubtful), starts, stop)
    better = again.criterion < found.criterion[doubtful] - 1e-10
    better |= again.converged & ~found.converged[doubtful]
    theta[:, doubtful[better]] = problem.unwhitened(again.theta[:, better])
    rows = np.arange(len(found.criterion))
    rows[doubtful[better]] = len(rows) + np.flatnonzero(better)
    joined = Optimum(
        *(
            np.concatenate([getattr(found, name), getattr(again, name)], axis=-1)
            for name in Optimum.__dataclass_fields__
        )
    )
    return pick(joined, rows), theta
