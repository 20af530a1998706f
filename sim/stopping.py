"""How a long task is told to end."""

from collections.abc import Callable
from time import monotonic

from sim.errors import CancelledError

# Asked now and then by a long task; true ends it.
Stop = Callable[[], bool]


def check_stop(stop: Stop | None) -> None:
    """End the task here if it is told to.

    Raises
    ------
    CancelledError : `stop` said so.
    """
    if stop is not None and stop():
        raise CancelledError("The task was stopped before it ended.")


def after(seconds: float, clock: Callable[[], float] = monotonic) -> Stop:
    """Return what ends a task so many seconds from now."""
    end = clock() + seconds
    return lambda: clock() > end
