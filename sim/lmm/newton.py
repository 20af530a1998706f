"""Newton's method on many criteria side by side, each leaving when it has converged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.errors import CancelledError
from sim.lmm.diagonal import Evaluation, Responses
from sim.lmm.problem import IntArray
from sim.lmm.small import Array

MAX_ITERATIONS = 100
_TOLERANCE = 1e-12  # predicted decrease of the criterion that counts as none


class Criterion(Protocol):
    """A criterion with derivatives, for many responses."""

    def evaluate(self, theta: Array, responses: Responses, order: int = 2) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where each search ended.

    Attributes
    ----------
    theta : shape (n_theta, B), free in sign.
    criterion, r2, gamma : as in `Evaluation`.
    gradient : shape (n_theta, B).
    converged : shape (B,).
    iterations : evaluations each search took, shape (B,).
    """

    theta: Array
    criterion: Array
    gamma: Array
    r2: Array
    gradient: Array
    converged: Array
    iterations: IntArray


class _Search:
    """The state of all searches; rows leave by their index, never by copying."""

    def __init__(self, start: Array, p: int) -> None:
        n_theta, count = start.shape
        self.theta = start.copy()
        self.criterion = np.full(count, np.inf)
        self.gamma = np.zeros((p, count))
        self.r2 = np.zeros(count)
        self.gradient = np.zeros((n_theta, count))
        self.step = np.zeros((n_theta, count))
        self.length = np.zeros(count)
        self.decrease = np.full(count, np.inf)
        self.converged = np.zeros(count, dtype=bool)
        self.iterations = np.zeros(count, dtype=np.intp)

    def accept(self, rows: IntArray, theta: Array, at: Evaluation, chosen: Array) -> None:
        self.theta[:, rows] = theta[:, chosen]
        self.criterion[rows] = at.criterion[chosen]
        self.gamma[:, rows] = at.gamma[:, chosen]
        self.r2[rows] = at.r2[chosen]
        self.gradient[:, rows] = at.gradient[:, chosen]
        step, decrease = _newton_step(at.gradient[:, chosen], at.hessian[..., chosen])
        size = np.sqrt(np.sum(step**2, axis=0))
        cap = np.maximum(1.0, np.sqrt(np.sum(self.theta[:, rows] ** 2, axis=0)))
        self.step[:, rows] = step * np.minimum(1.0, cap / np.maximum(size, 1e-300))
        self.decrease[rows] = decrease
        self.length[rows] = 1.0


def minimise(
    criterion: Criterion,
    responses: Responses,
    start: Array,
    stop: Callable[[], bool] | None = None,
) -> Optimum:
    """Minimise the criterion of every response from its own start.

    Parameters
    ----------
    start : shape (n_theta, B).
    stop : asked before every evaluation; true ends the task.

    Raises
    ------
    CancelledError : `stop` said so.
    """
    search = _Search(start, responses.within_xy.shape[0])
    active = np.arange(start.shape[1])
    chosen = responses
    for _ in range(MAX_ITERATIONS):
        if stop is not None and stop():
            raise CancelledError("The task was stopped before it ended.")
        trial = search.theta[:, active] + search.length[active] * search.step[:, active]
        at = criterion.evaluate(trial, chosen, 2)
        search.iterations[active] += 1
        before = search.criterion[active]
        # Rounding of the criterion must not keep a search from its last, tiny step.
        slack = np.where(np.isfinite(before), 1e-12 * np.abs(before), 0.0)
        slope = 1e-4 * search.length[active] * np.minimum(search.decrease[active], 1e300)
        with np.errstate(invalid="ignore"):
            good = np.isfinite(at.criterion) & (
                ~np.isfinite(before) | (at.criterion <= before - np.minimum(slope, 1.0) + slack)
            )
        search.accept(active[good], trial, at, good)
        bad = active[~good]
        search.length[bad] *= 0.3
        done = good & (search.decrease[active] < _TOLERANCE)
        search.converged[active[done]] = True
        stuck = ~good & (search.length[active] < 1e-8)
        staying = np.flatnonzero(~done & ~stuck)
        if len(staying) < len(active):
            active = active[staying]
            chosen = chosen.take(staying)
        if not len(active):
            break
    # A search that cannot go down any further within rounding is at its optimum.
    search.converged |= search.decrease < 1e-6
    return Optimum(search.theta, search.criterion, search.gamma, search.r2, search.gradient,
                   search.converged, search.iterations)  # fmt: skip


def _newton_step(gradient: Array, hessian: Array) -> tuple[Array, Array]:
    """Return steps -|H|⁻¹g, shape (n_theta, B), and the decrease they predict, shape (B,).

    |H| has the eigenvalues of H made positive, so that a saddle or a maximum is left downhill.
    """
    symmetric = 0.5 * (hessian + hessian.swapaxes(0, 1))
    if len(gradient) == 1:
        curvature = np.maximum(np.abs(symmetric[0]), 1e-8)
        step = -gradient / curvature
    else:
        values, vectors = np.linalg.eigh(np.moveaxis(symmetric, -1, 0))
        size = np.abs(values)
        size = np.maximum(size, 1e-9 * size.max(axis=1, keepdims=True) + 1e-12)
        inside = np.einsum("bij,ib->bj", vectors, gradient) / size
        step = -np.einsum("bij,bj->ib", vectors, inside)
    decrease: Array = -0.5 * np.sum(gradient * step, axis=0)
    return step, decrease
