"""The criterion and its derivatives for any number of crossed or nested grouping factors."""

from dataclasses import dataclass

import numpy as np

from sim.lmm.diagonal import Evaluation, Slopes
from sim.lmm.problem import Problem
from sim.lmm.slopes import BlockedSlopes
from sim.lmm.small import Array
from sim.lmm.solve import Reduced, Rows, reduce_design, solve


@dataclass(frozen=True, slots=True)
class Blocked:
    """The criterion of a design reduced for `solve`, one theta and one response at a time."""

    reduced: Reduced

    @property
    def problem(self) -> Problem:
        return self.reduced.problem

    def project(self, Y: Array) -> Rows:
        """Reduce responses already orthogonal to X, shape (n, B)."""
        return self.reduced.project(Y)

    def evaluate(self, theta: Array, responses: Rows, order: int = 2) -> Evaluation:
        """Return the criterion and, for order 1 and 2, its derivatives at theta (n_theta, B)."""
        each = [
            self._one(theta[:, b], responses.take(np.array([b])), order)
            for b in range(responses.count)
        ]
        return Evaluation(
            np.array([e.criterion for e in each]),
            np.stack([e.gamma for e in each], axis=-1),
            np.array([e.r2 for e in each]),
            np.stack([e.gradient for e in each], axis=-1),
            np.stack([e.hessian for e in each], axis=-1),
        )

    def information(self, theta: Array, responses: Rows) -> Slopes:
        """Return the derivatives with all that the degrees of freedom of tests need.

        One response at one theta (n_theta, 1).
        """
        at = solve(self.reduced, theta[:, 0], responses)
        return BlockedSlopes.of(self.reduced, at).information()

    def _one(self, theta: Array, responses: Rows, order: int) -> "_Single":
        problem, m = self.problem, self.problem.degrees
        at = solve(self.reduced, theta, responses)
        criterion = at.log_det_v + m * (1.0 + np.log(2.0 * np.pi * at.r2 / m))
        if problem.reml:
            criterion += at.log_det_xx + problem.log_det_x
        none = np.empty(0)
        if order == 0 or not np.isfinite(criterion):
            return _Single(criterion, at.gamma, at.r2, none, none[:, None])
        slopes = BlockedSlopes.of(self.reduced, at)
        gradient = slopes.gradient()
        if order == 1:
            return _Single(criterion, at.gamma, at.r2, gradient, none[:, None])
        return _Single(criterion, at.gamma, at.r2, gradient, slopes.hessian())


@dataclass(frozen=True, slots=True)
class _Single:
    criterion: float
    gamma: Array
    r2: float
    gradient: Array
    hessian: Array


def make_blocked(problem: Problem) -> Blocked:
    """Prepare the criterion for any design, see `reduce_design` for errors."""
    return Blocked(reduce_design(problem))
