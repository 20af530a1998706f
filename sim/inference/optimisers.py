"""The optimisers that are compared: each a way to walk down the same criterion.

A new one is one more entry of `OPTIMISERS`.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.optimize import Bounds, minimize

from sim.lmm.criterion import Kernel
from sim.lmm.diagonal import Evaluation
from sim.lmm.newton import Optimum, minimise
from sim.lmm.problem import IntArray, Problem
from sim.lmm.small import Array
from sim.stopping import check_stop


class StoppedError(Exception):
    """The optimiser cannot go on; the text says why."""


class Recorder:
    """The criterion in lme4's theta, writing down every theta it is asked about.

    Parameters
    ----------
    kernel, responses : the criterion with the columns of Z as they are in the data.
    most : evaluations allowed.
    stop : asked before every evaluation; true ends the task.
    """

    def __init__(
        self, kernel: Kernel, responses: Any, most: int, stop: Callable[[], bool] | None
    ) -> None:
        self.kernel = kernel
        self.responses = responses
        self.most = most
        self.stop = stop
        self.theta: list[Array] = []
        self.criterion: list[float] = []

    def __call__(self, theta: Array) -> float:
        """Return the criterion at one theta (n_theta,), infinite where it cannot be computed."""
        values = np.array(theta, dtype=np.float64)
        self.check()
        value = float("nan")
        if np.isfinite(values).all():
            at = self.kernel.evaluate(values[:, None], self.responses, 0)
            value = float(at.criterion[0])
        self.write(values, value)
        if np.isnan(value) and len(self.criterion) == 1:
            raise StoppedError(
                "The criterion cannot be computed where the search starts: the numbers are too "
                "large to be added without losing the small ones."
            )
        return value if np.isfinite(value) else float("inf")

    def check(self) -> None:
        """Raise an error if no further evaluation is allowed."""
        check_stop(self.stop)
        if len(self.criterion) >= self.most:
            raise StoppedError(f"Stopped after {self.most:,} evaluations, the limit here.")

    def write(self, theta: Array, value: float) -> None:
        self.theta.append(theta)
        self.criterion.append(value)


@dataclass(frozen=True, slots=True)
class Task:
    """One search.

    Attributes
    ----------
    criterion : records what it is asked.
    start : shape (n_theta,).
    diagonal : theta that may not be negative.
    whitened, whitened_responses : the same criterion with the columns of Z scaled.
    """

    criterion: Recorder
    start: Array
    diagonal: IntArray
    whitened: Kernel
    whitened_responses: Any


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a search ended, in lme4's theta, and what the optimiser says of it."""

    theta: Array
    success: bool
    message: str


@dataclass(frozen=True, slots=True)
class Optimiser:
    """A way to search the minimum.

    Attributes
    ----------
    label : its name on screens.
    idea : how it walks, in a sentence.
    run : searches; may raise StoppedError.
    """

    label: str
    idea: str
    run: Callable[[Task], Ending]


def _scipy(task: Task, method: str, options: Mapping[str, object]) -> Ending:
    low = np.full(len(task.start), -np.inf)
    low[task.diagonal] = 0.0
    bounds = Bounds(low, np.full(len(low), np.inf))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = minimize(
            task.criterion, task.start, method=method, bounds=bounds, options=dict(options)
        )  # type: ignore[call-overload]
    theta = np.asarray(found.x, dtype=np.float64)
    return Ending(theta, bool(found.success), str(found.message).replace("`", "").strip())


class _Watched:
    """A kernel that writes down every theta, in lme4's coordinates."""

    def __init__(self, kernel: Kernel, recorder: Recorder) -> None:
        self.kernel = kernel
        self.recorder = recorder

    @property
    def problem(self) -> Problem:
        return self.kernel.problem

    def evaluate(self, theta: Array, responses: Any, order: int = 2) -> Evaluation:
        self.recorder.check()
        at = self.kernel.evaluate(theta, responses, order)
        for b, value in enumerate(at.criterion):
            self.recorder.write(self.problem.unwhitened(theta[:, b]), float(value))
        return at


def _newton(task: Task) -> Ending:
    """Newton from lme4's start; from starts in scaled columns where that one leads nowhere."""
    problem = task.whitened.problem
    watched = _Watched(task.whitened, task.criterion)
    starts = [problem.whitened(task.start), *(problem.starts(size) for size in (1.0, 0.25, 4.0))]
    best: Optimum | None = None
    for start in starts:
        found = minimise(watched, task.whitened_responses, start[:, None])
        if best is None or found.criterion[0] < best.criterion[0] - 1e-10:
            best = found
        theta = problem.unwhitened(best.theta[:, 0])
        # A zero on the diagonal is always a stationary point: look from elsewhere too.
        if best.converged[0] and not problem.is_singular(theta / 10.0):
            break
    assert best is not None
    steps = int(best.iterations[0])
    success = bool(best.converged[0])
    said = f"Converged in {steps} steps." if success else "No step leads further down."
    return Ending(theta, success, said)


OPTIMISERS: Mapping[str, Optimiser] = {
    "newton": Optimiser(
        "Newton (this site)",
        "Fits a parabola to the exact slopes and curvatures where it stands and jumps to its "
        "lowest point; it scales the columns first, so units do not matter to it.",
        _newton,
    ),
    "nelder_mead": Optimiser(
        "Nelder–Mead",
        "Crawls with a triangle (or its cousin in more dimensions) whose worst corner flips over.",
        partial(_scipy, method="Nelder-Mead", options={}),
    ),
    "powell": Optimiser(
        "Powell",
        "Walks along one direction at a time, each time to the lowest point.",
        # SciPy's own tolerance of 1e-4 of the criterion would stop far from the optimum.
        partial(_scipy, method="Powell", options={"ftol": 1e-9}),
    ),
    "l_bfgs_b": Optimiser(
        "L-BFGS-B",
        "Feels the slope by tiny steps and learns the curvature on the way.",
        partial(_scipy, method="L-BFGS-B", options={}),
    ),
    "slsqp": Optimiser(
        "SLSQP",
        "Feels the slope by tiny steps and solves a quadratic puzzle at each.",
        partial(_scipy, method="SLSQP", options={"ftol": 1e-9}),
    ),
    "cobyqa": Optimiser(
        "COBYQA",
        "Fits a parabola to a few trial points inside a region it trusts; lme4's own default, "
        "BOBYQA, works alike.",
        partial(_scipy, method="COBYQA", options={}),
    ),
    "trust_constr": Optimiser(
        "trust-constr",
        "Steps inside a region it trusts, and keeps off the boundaries by a barrier.",
        partial(_scipy, method="trust-constr", options={}),
    ),
}
