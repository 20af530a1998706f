"""Newton's method on many criteria side by side, each leaving when it has converged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np

from sim.errors import CancelledError
from sim.lmm.diagonal import Evaluation
from sim.lmm.problem import IntArray, Problem
from sim.lmm.small import Array, BoolArray, inverse_root, product

MAX_ITERATIONS = 100
# The error of a Newton step is of the order of its square. So the next step is the last where it
# promises next to nothing, or little while it changes no SD by more than a thousandth.
_NOTHING, _LITTLE, _THOUSANDTH = 1e-10, 1e-5, 1e-3
# Whitened SDs beyond this many residual SDs leave no digits to the residual: a perfect fit.
FAR = 1e5


class Responses(Protocol):
    """What a criterion needs of many responses."""

    @property
    def count(self) -> int: ...
    def take(self, chosen: IntArray) -> Self: ...


R = TypeVar("R", bound=Responses, contravariant=True)


class Criterion(Protocol[R]):
    """A criterion with derivatives, for many responses."""

    @property
    def problem(self) -> Problem: ...
    def evaluate(self, theta: Array, responses: R, order: int = 2) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where each search ended.

    Attributes
    ----------
    theta : shape (n_theta, B), free in sign.
    criterion, r2, gamma : as in `Evaluation`.
    gradient : before the last step, shape (n_theta, B).
    converged : shape (B,).
    iterations : evaluations each search took, shape (B,).
    """

    theta: Array
    criterion: Array
    gamma: Array
    r2: Array
    gradient: Array
    converged: BoolArray
    iterations: IntArray


Rows = IntArray | slice


class _Search:
    """The state of all searches; one that has ended stays in its column."""

    def __init__(self, start: Array, problem: Problem) -> None:
        n_theta, count = start.shape
        p = problem.basis.shape[1]
        self.diagonal = problem.diagonal
        self.theta = start.copy()
        self.criterion = np.full(count, np.inf)
        self.gamma = np.zeros((p, count))
        self.r2 = np.zeros(count)
        self.gradient = np.zeros((n_theta, count))
        self.step = np.zeros((n_theta, count))
        self.length = np.ones(count)
        self.decrease = np.full(count, np.inf)
        self.near = np.zeros(count, dtype=bool)
        self.iterations = np.zeros(count, dtype=np.intp)

    def improves(self, rows: Rows, values: Array) -> BoolArray:
        """Whether criteria tried are low enough to be accepted (Armijo's rule), shape (rows,)."""
        before = self.criterion[rows]
        demand = np.minimum(1e-4 * self.length[rows] * self.decrease[rows], 1.0)
        # Rounding of the criterion must not keep a search from its last, tiny steps.
        slack = 1e-12 * np.minimum(np.abs(before), 1e300)
        result: BoolArray = values <= before - demand + slack  # a value of nan is never accepted
        return result

    def accept(self, rows: Rows, theta: Array, at: Evaluation) -> None:
        self.theta[:, rows] = theta
        self.criterion[rows] = at.criterion
        self.gamma[:, rows] = at.gamma
        self.r2[rows] = at.r2

    def turn(self, rows: Rows, gradient: Array, hessian: Array) -> None:
        """Choose the next step from the derivatives where the search stands."""
        step, decrease = _newton_step(gradient, hessian)
        theta = self.theta[:, rows]
        size = np.sqrt(np.sum(step**2, axis=0))
        cap = np.maximum(1.0, np.sqrt(np.sum(theta**2, axis=0)))
        small = np.abs(step) <= _THOUSANDTH * np.abs(theta)
        near = (decrease < _LITTLE) & np.all(small[self.diagonal], axis=0)
        self.near[rows] = near | (decrease < _NOTHING)
        self.gradient[:, rows] = gradient
        self.step[:, rows] = step * np.minimum(1.0, cap / np.maximum(size, 1e-300))
        self.decrease[rows] = decrease
        self.length[rows] = 1.0


@np.errstate(invalid="ignore", divide="ignore", over="ignore")  # nan is never accepted
def minimise(
    criterion: Criterion[R],
    responses: R,
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
    search = _Search(start, criterion.problem)
    every = np.arange(start.shape[1])
    rows: Rows = slice(None)  # all searches go on; from the first that ends, their indices
    chosen = responses
    for _ in range(MAX_ITERATIONS):
        if stop is not None and stop():
            raise CancelledError("The task was stopped before it ended.")
        trial = search.theta[:, rows] + search.length[rows] * search.step[:, rows]
        at = criterion.evaluate(trial, chosen, 2)
        search.iterations[rows] += 1
        good = search.improves(rows, at.criterion)
        better = rows
        if not good.all():
            numbers = every[rows]
            search.length[numbers[~good]] *= 0.3
            at, trial, better = at.take(good), trial[:, good], numbers[good]
        search.accept(better, trial, at)
        search.turn(better, at.gradient, at.hessian)
        far = np.abs(search.theta[:, rows]).max(axis=0) > FAR
        done = (good & search.near[rows]) | (search.length[rows] < 1e-8) | far
        if done.any():
            staying = np.flatnonzero(~done)
            if not len(staying):
                break
            rows, chosen = every[rows][staying], chosen.take(staying)
    theta = search.theta + search.step * search.near
    last = criterion.evaluate(theta, responses, 0)
    lower = last.criterion <= search.criterion + 1e-12 * np.abs(search.criterion)
    search.accept(every[lower], theta[:, lower], last.take(lower))
    # A search that rounding stops just before its last step is at its optimum too.
    converged = search.near | (search.decrease < _LITTLE)
    converged &= np.abs(search.theta).max(axis=0) <= FAR
    return Optimum(search.theta, search.criterion, search.gamma, search.r2, search.gradient,
                   converged, search.iterations)  # fmt: skip


def _newton_step(gradient: Array, hessian: Array) -> tuple[Array, Array]:
    """Return steps -|H|⁻¹g, shape (n_theta, B), and the decrease they predict, shape (B,).

    |H| has the eigenvalues of H made positive, so that a saddle or a maximum is left downhill.
    """
    inverse = inverse_root(hessian)  # of nan where H is not positive definite
    half = product("ijb,jb->ib", inverse, gradient)
    step = -product("jib,jb->ib", inverse, half)
    pivots = product("iib->ib", inverse) ** -2.0
    doubtful = ~(pivots.min(axis=0) > 1e-9 * pivots.max(axis=0))
    if doubtful.any():
        values, vectors = np.linalg.eigh(hessian[..., doubtful].transpose(2, 0, 1))
        size = np.abs(values)
        size = np.maximum(size, 1e-9 * size.max(axis=1, keepdims=True) + 1e-12)
        inside = product("bij,ib->bj", vectors, gradient[:, doubtful]) / size
        step[:, doubtful] = -product("bij,bj->ib", vectors, inside)
    decrease: Array = -0.5 * np.sum(gradient * step, axis=0)
    return step, decrease
