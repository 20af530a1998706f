"""The profiled criterion as a function of theta, and the search for its minimum."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim.errors import DesignError
from sim.lmm.blocked import Blocked, make_blocked
from sim.lmm.design import Design
from sim.lmm.diagonal import Diagonal, Responses, by_group, by_stratum
from sim.lmm.newton import Optimum, minimise
from sim.lmm.problem import Problem, make_problem
from sim.lmm.small import Array

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
    values = np.asarray(theta, dtype=np.float64)
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


def search(
    kernel: Kernel,
    responses: Responses,
    starts: list[Array],
    stop: Callable[[], bool] | None = None,
) -> Optimum:
    """Minimise from every start and keep the best of each response.

    Parameters
    ----------
    starts : each of shape (n_theta,), in whitened columns.
    """
    count = responses.count
    several = responses.take(np.tile(np.arange(count), len(starts)))
    start = np.repeat(np.stack(starts, axis=1), count, axis=1)
    found = minimise(kernel, several, start, stop)
    values = found.criterion.reshape(len(starts), count)
    # Among equals the earliest start wins, so that the answer does not hang on rounding.
    best = np.argmax(values <= np.nanmin(values, axis=0) + 1e-10, axis=0)
    return pick(found, best * count + np.arange(count))


def pick(found: Optimum, rows: Array) -> Optimum:
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
    problem: Problem,
    responses: Responses,
    found: Optimum,
    starts: list[Array],
    stop: Callable[[], bool] | None = None,
) -> Optimum:
    """Search again where a search ended near a boundary or did not converge.

    A zero on the diagonal of Lambda is always a stationary point, so what ends there may be a
    boundary optimum or a place the search could not leave.
    """
    edge = problem.is_singular(problem.unwhitened(found.theta) / 10.0)
    doubtful = np.flatnonzero(edge | ~found.converged)
    if not len(doubtful):
        return found
    again = search(kernel, responses.take(doubtful), starts, stop)
    better = again.criterion < found.criterion[doubtful] - 1e-10
    better |= again.converged & ~found.converged[doubtful]
    rows = np.arange(len(found.criterion))
    rows[doubtful[better]] = len(rows) + np.flatnonzero(better)
    joined = Optimum(
        *(
            np.concatenate([getattr(found, name), getattr(again, name)], axis=-1)
            for name in Optimum.__dataclass_fields__
        )
    )
    return pick(joined, rows)
