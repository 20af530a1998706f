"""Newton's method with exact derivatives: the one that `lmer` fits with."""

from typing import Any

from sim.inference.optimisers.search import Ending, Optimiser, Recorder, Task
from sim.lmm.criterion import Kernel
from sim.lmm.diagonal import Evaluation
from sim.lmm.newton import Optimum, minimise
from sim.lmm.problem import Problem
from sim.lmm.small import Array


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


OPTIMISER = Optimiser(
    "Newton (this site)",
    "Fits a parabola to the exact slopes and curvatures where it stands and jumps to its "
    "lowest point; it scales the columns first, so units do not matter to it.",
    _newton,
)
