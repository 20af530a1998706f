"""One criterion, many optimisers: do they agree?

lme4's allFit asks the same. Each optimiser sees the criterion as lme4's do: in lme4's theta, with
the predictors in the units of the data, from lme4's start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import pandas as pd

from sim.arguments import check_count
from sim.errors import CancelledError, ScenarioError, did_you_mean
from sim.inference.convergence import check_convergence
from sim.inference.optimisers import OPTIMISERS, Recorder, StoppedError, Task
from sim.lmm.criterion import make_kernel, orthogonal
from sim.lmm.fit import Fit
from sim.lmm.problem import IntArray, make_problem
from sim.lmm.small import Array

MAX_EVALUATIONS = 10_000
# Twice the log likelihood; no conclusion hangs on so little.
REACHED = 1e-3


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one optimiser did.

    Attributes
    ----------
    optimiser : key of `OPTIMISERS`.
    path : theta at every evaluation, in order, shape (evaluations, n_theta).
    path_criterion : the criterion there, nan where it cannot be computed, shape (evaluations,).
    theta : where it stopped, shape (n_theta,).
    criterion : there; nan if it failed.
    excess : criterion less the best one known; nan if it failed.
    gradient : exact, at the end, shape (n_theta,).
    scaled_gradient : what lme4 calls max|grad|, see `Verdict`.
    seconds : time it took.
    success, message : what the optimiser says of itself.
    warnings : what lme4 would say of the end.
    fit : the estimates at the end; None if it failed. Its conditional modes are not updated.
    failure : why there is no answer; empty if there is one.
    """

    optimiser: str
    path: Array
    path_criterion: Array
    theta: Array
    criterion: float
    excess: float
    gradient: Array
    scaled_gradient: float
    seconds: float
    success: bool
    message: str
    warnings: tuple[str, ...]
    fit: Fit | None
    failure: str

    @property
    def label(self) -> str:
        """Return the optimiser's name on screens."""
        return OPTIMISERS[self.optimiser].label

    @property
    def evaluations(self) -> int:
        """Return how often the criterion was computed."""
        return len(self.path_criterion)

    @property
    def reached(self) -> bool:
        """Whether it stopped so near the best criterion that no conclusion differs."""
        return bool(self.excess < REACHED)


@dataclass(frozen=True, slots=True)
class AllFit:
    """All attempts at one fit.

    Attributes
    ----------
    fit : what `lmer` found.
    theta_names : as lme4 names them, such as "subject.days.(Intercept)".
    attempts : in the order of `OPTIMISERS`; those that failed are among them.
    best : the lowest criterion that anybody found.
    """

    fit: Fit
    theta_names: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    best: float

    def frame(self) -> pd.DataFrame:
        """Return a row for each optimiser: estimates, criterion, gradient, cost, messages."""
        return pd.DataFrame([self._row(attempt) for attempt in self.attempts])

    def _row(self, attempt: Attempt) -> dict[str, object]:
        row: dict[str, object] = {"optimiser": attempt.label}
        for name in self.fit.design.x_names:
            row[name] = float("nan") if attempt.fit is None else attempt.fit.fixef[name]
        for name, value in estimates(self.fit if attempt.fit is None else attempt.fit).items():
            row[name] = float("nan") if attempt.fit is None else value
        return row | {
            "criterion": attempt.criterion,
            "excess": attempt.excess,
            "max_gradient": float(np.abs(attempt.gradient).max()),
            "scaled_gradient": attempt.scaled_gradient,
            "evaluations": attempt.evaluations,
            "seconds": attempt.seconds,
            "success": attempt.success,
            "message": attempt.failure or attempt.message,
            "lme4_says": "; ".join(attempt.warnings),
        }


def estimates(fit: Fit) -> dict[str, float]:
    """Return SDs, correlations and sigma, named as lme4's allFit names them."""
    table = fit.varcorr
    result = {}
    for group, one, two, value in zip(
        table["grp"], table["var1"], table["var2"], table["sdcor"], strict=True
    ):
        parts = ["sigma"] if one is None else [group, *([] if two is None else [two]), one]
        result[".".join(parts)] = float(value)
    return result


def allfit(
    fit: Fit,
    optimisers: Sequence[str] = tuple(OPTIMISERS),
    max_evaluations: int = 2_000,
    stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = perf_counter,
) -> AllFit:
    """Minimise the criterion of a fit by several optimisers, each from lme4's start.

    Parameters
    ----------
    optimisers : keys of `OPTIMISERS`.
    max_evaluations : of the criterion, for each optimiser.
    stop : asked before every evaluation; true ends the task.
    clock : tells the time, in seconds.

    Raises
    ------
    ScenarioError : an optimiser that does not exist.
    LimitError : too many evaluations.
    CancelledError : `stop` said so.

    Source
    ------
    Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), eqs. 34 and 41; lme4's allFit.
    """
    _check(optimisers, max_evaluations)
    design = fit.design
    problem = make_problem(design.X, design.blocks, fit.reml, whiten=False)
    rest = orthogonal(problem, design.y[:, None])
    kernel = make_kernel(problem)
    responses = kernel.project(rest)
    whitened = fit.kernel.project(rest)
    attempts = []
    with np.errstate(all="ignore"):  # far from the optimum numbers overflow: recorded as nan
        for name in optimisers:
            recorder = Recorder(kernel, responses, max_evaluations, stop)
            task = Task(recorder, problem.starts(1.0), problem.diagonal, fit.kernel, whitened)
            attempts.append(_attempt(fit, name, task, clock))
    known = [a.criterion for a in attempts if np.isfinite(a.criterion)]
    best = min([fit.criterion, *known])
    judged = tuple(replace(a, excess=max(a.criterion - best, 0.0)) for a in attempts)
    return AllFit(fit, theta_names(fit), judged, best)


def _check(optimisers: Sequence[str], max_evaluations: int) -> None:
    for name in optimisers:
        if name not in OPTIMISERS:
            raise ScenarioError(
                f"There is no optimiser '{name}'.",
                f"There are {', '.join(OPTIMISERS)}.{did_you_mean(name, OPTIMISERS)}",
            )
    check_count(max_evaluations, "evaluations", MAX_EVALUATIONS)


def _attempt(fit: Fit, name: str, task: Task, clock: Callable[[], float]) -> Attempt:
    recorder, failure, success, message = task.criterion, "", False, ""
    theta = np.full(len(task.start), np.nan)
    begin = clock()
    try:
        ending = OPTIMISERS[name].run(task)
        theta, success, message = ending.theta, ending.success, ending.message
    except StoppedError as reason:
        failure = message = str(reason)
        theta = _lowest(recorder, theta)
    except CancelledError:
        raise
    except (np.linalg.LinAlgError, ValueError, ZeroDivisionError) as reason:
        failure = message = f"{type(reason).__name__}: {reason}"
    seconds = clock() - begin
    return _judged(fit, name, recorder, theta, seconds, success, message, failure)


def _lowest(recorder: Recorder, nowhere: Array) -> Array:
    """Return the best theta seen by a search that was stopped."""
    values = np.array(recorder.criterion)
    return recorder.theta[int(np.nanargmin(values))] if np.isfinite(values).any() else nowhere


def _judged(
    fit: Fit,
    name: str,
    recorder: Recorder,
    theta: Array,
    seconds: float,
    success: bool,
    message: str,
    failure: str,
) -> Attempt:
    n_theta, problem = len(theta), recorder.kernel.problem
    criterion, size = float("nan"), float("nan")
    gradient = np.full(n_theta, np.nan)
    warnings: tuple[str, ...] = ()
    ended = None
    if np.isfinite(theta).all():
        theta = _upright(theta, problem.diagonal)
        at = recorder.kernel.evaluate(theta[:, None], recorder.responses, 2)
        criterion = float(at.criterion[0])
        if np.isfinite(criterion):
            gradient = at.gradient[:, 0]
            verdict = check_convergence(theta, gradient, at.hessian[..., 0], problem.diagonal)
            size, warnings = verdict.gradient, verdict.messages
            along = problem.basis.T @ fit.design.y + at.gamma[:, 0]
            beta = np.asarray(np.linalg.solve(problem.x_root, along), dtype=np.float64)
            ended = replace(
                fit,
                theta=theta,
                beta=beta,
                sigma=float(np.sqrt(at.r2[0] / problem.degrees)),
                criterion=criterion,
            )
        else:
            failure = failure or "The criterion cannot be computed where the search ended."
    path = np.array(recorder.theta).reshape(-1, n_theta)
    return Attempt(
        name, path, np.array(recorder.criterion), theta, criterion, float("nan"), gradient, size,
        seconds, success, message, warnings, ended, failure,
    )  # fmt: skip


def _upright(theta: Array, diagonal: IntArray) -> Array:
    """Put rounding below a bound back on it."""
    result = theta.copy()
    result[diagonal] = np.maximum(result[diagonal], 0.0)
    return result


def theta_names(fit: Fit) -> tuple[str, ...]:
    """Name theta as lme4 does: "subject.(Intercept)", "subject.days.(Intercept)", ..."""
    names = []
    for block in fit.design.blocks:
        k = len(block.names)
        for col in range(k):
            names.append(f"{block.group}.{block.names[col]}")
            names += [
                f"{block.group}.{block.names[row]}.{block.names[col]}" for row in range(col + 1, k)
            ]
    return tuple(names)
