"""The criterion as a landscape over theta, computed for many theta at once."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.errors import DesignError, LimitError
from sim.lmm.criterion import Kernel, make_kernel, orthogonal
from sim.lmm.diagonal import Diagonal, Evaluation
from sim.lmm.fit import Fit
from sim.lmm.newton import minimise
from sim.lmm.problem import IntArray, Problem, lower_positions, make_problem
from sim.lmm.small import Array

MAX_POINTS = 10_000
MAX_POINTS_SLOW = 1_000  # of a design whose criterion takes one theta at a time
_CHUNK = 2_000  # theta evaluated together


@dataclass(frozen=True, slots=True)
class Surface:
    """The criterion over two theta.

    Attributes
    ----------
    first, second : which theta, counted from 0.
    x, y : their values, shapes (m,) and (n,).
    criterion : shape (n, m); nan where it cannot be computed.
    """

    first: int
    second: int
    x: Array
    y: Array
    criterion: Array


def surface(
    fit: Fit, first: int, second: int, x: Array, y: Array, profiled: bool = False
) -> Surface:
    """Return the criterion on a grid of two theta.

    Parameters
    ----------
    first, second : which of lme4's theta, counted from 0.
    x, y : their values, shapes (m,) and (n,).
    profiled : the other theta are at their best for each point; otherwise as in the fit.

    Raises
    ------
    DesignError : theta that the model does not have.
    LimitError : too many points.
    """
    n_theta = len(fit.theta)
    if first == second or not (0 <= first < n_theta and 0 <= second < n_theta):
        raise DesignError(
            f"Theta {first + 1} and {second + 1} do not span a surface.",
            f"Choose two of the {n_theta} theta of this model.",
        )
    grid_x, grid_y = np.meshgrid(np.asarray(x, float), np.asarray(y, float))
    theta = np.repeat(fit.theta[:, None], grid_x.size, axis=1)
    theta[first], theta[second] = grid_x.ravel(), grid_y.ravel()
    chosen = np.array([first, second])
    values = profiled_at(fit, theta, chosen) if profiled else criterion_at(fit, theta)
    return Surface(first, second, np.asarray(x), np.asarray(y), values.reshape(grid_x.shape))


def criterion_at(fit: Fit, theta: Array) -> Array:
    """Return the criterion of a fit's data at many of lme4's theta, (n_theta, B) to (B,).

    Raises
    ------
    LimitError : too many theta.
    """
    kernel, responses = _prepare(fit, theta.shape[1])
    result = np.empty(theta.shape[1])
    with np.errstate(all="ignore"):  # what overflows is nan
        for at in range(0, len(result), _CHUNK):
            part = theta[:, at : at + _CHUNK]
            same = responses.take(np.zeros(part.shape[1], dtype=np.intp))
            result[at : at + _CHUNK] = kernel.evaluate(part, same, 0).criterion
    return result


def profiled_at(fit: Fit, theta: Array, held: IntArray) -> Array:
    """Return the criterion at many theta, those not held moved to their best.

    Parameters
    ----------
    theta : shape (n_theta, B); where the search of the others starts.
    held : indices of the theta that stay.
    """
    free = np.setdiff1d(np.arange(len(theta)), held)
    if not len(free):
        return criterion_at(fit, theta)
    kernel, responses = _prepare(fit, theta.shape[1])
    result = np.empty(theta.shape[1])
    with np.errstate(all="ignore"):
        for at in range(0, len(result), _CHUNK):
            part = theta[:, at : at + _CHUNK]
            same = responses.take(np.zeros(part.shape[1], dtype=np.intp))
            starts = _starts(fit, part, free)
            tried = np.stack([kernel.evaluate(start, same, 0).criterion for start in starts])
            best = np.argmin(np.where(np.isfinite(tried), tried, np.inf), axis=0)
            start = np.stack(starts)[best, :, np.arange(len(best))].T
            search, some = _Part(kernel, free, held), _Held(same, part[held])
            result[at : at + _CHUNK] = minimise(search, some, start[free]).criterion
    return np.where(np.isfinite(result), result, np.nan)


def _starts(fit: Fit, theta: Array, free: IntArray) -> list[Array]:
    """Places from which to search the free theta, because there may be several valleys.

    As given; with the correlations of the fit; with a whole row of Lambda in one entry, of
    either sign, as where the row's diagonal is held at nearly nothing.
    """
    starts = [theta, theta.copy(), theta.copy(), theta.copy()]
    for bracket in fit.problem.brackets:
        root = fit.relative_factor(bracket)
        rows, cols = lower_positions(bracket.size)
        for k, (row, col) in enumerate(zip(rows, cols, strict=True), bracket.start):
            if row == col or k not in free:
                continue
            above = bracket.start + int(np.flatnonzero((rows == col) & (cols == col))[0])
            if root[col, col] > 0.0:
                starts[1][k] = root[row, col] / root[col, col] * theta[above]
            whole = float(np.linalg.norm(root[row]))
            starts[2][k], starts[3][k] = whole, -whole
    return starts


def _prepare(fit: Fit, points: int) -> tuple[Kernel, Any]:
    problem = make_problem(fit.design.X, fit.design.blocks, fit.reml, whiten=False)
    kernel = make_kernel(problem)
    most = MAX_POINTS if isinstance(kernel, Diagonal) else MAX_POINTS_SLOW
    if points > most:
        raise LimitError(
            f"The criterion was asked for at {points:,} points.", f"Ask for up to {most:,}."
        )
    return kernel, kernel.project(orthogonal(problem, fit.design.y[:, None]))


@dataclass(frozen=True, slots=True)
class _Held:
    """Responses, each with the values of the theta that stay, shape (held, B)."""

    responses: Any
    values: Array

    @property
    def count(self) -> int:
        return self.values.shape[1]

    def take(self, chosen: IntArray) -> "_Held":
        return _Held(self.responses.take(chosen), self.values[:, chosen])


@dataclass(frozen=True, slots=True)
class _Part:
    """The criterion as a function of the free theta."""

    kernel: Kernel
    free: IntArray
    held: IntArray

    @property
    def problem(self) -> Problem:
        problem = self.kernel.problem
        diagonal = np.flatnonzero(np.isin(self.free, problem.diagonal))
        return replace(problem, diagonal=diagonal, n_theta=len(self.free))

    def evaluate(self, theta: Array, responses: _Held, order: int = 2) -> Evaluation:
        whole = np.empty((len(self.free) + len(self.held), theta.shape[1]))
        whole[self.free], whole[self.held] = theta, responses.values
        at = self.kernel.evaluate(whole, responses.responses, order)
        if order == 0:
            return at
        hessian = at.hessian[np.ix_(self.free, self.free)] if order == 2 else at.hessian
        return replace(at, gradient=at.gradient[self.free], hessian=hessian)
