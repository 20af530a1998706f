"""What an optimiser is: a way to walk down the criterion, step by step written down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lmm.criterion import Kernel
from sim.lmm.problem import IntArray
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
        """Refuse one more evaluation than is allowed.

        Raises
        ------
        StoppedError : the limit is reached.
        CancelledError : somebody stopped the task.
        """
        check_stop(self.stop)
        if len(self.criterion) >= self.most:
            raise StoppedError(f"Stopped after {self.most:,} evaluations, the limit here.")

    def write(self, theta: Array, value: float) -> None:
        """Keep one step: theta, shape (n_theta,), and its criterion."""
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
