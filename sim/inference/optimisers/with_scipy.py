"""A search by one of SciPy's optimisers."""

import warnings
from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, minimize

from sim.inference.optimisers.search import Ending, Task


def search_with_scipy(task: Task, method: str, options: Mapping[str, object]) -> Ending:
    """Search with `scipy.optimize.minimize`, no variance below zero.

    Parameters
    ----------
    method, options : as SciPy calls them; a method that knows bounds.

    Raises
    ------
    StoppedError : the criterion cannot be computed, or was asked for too often.
    RuntimeWarning : the method knows no bounds.
    """
    low = np.full(len(task.start), -np.inf)
    low[task.diagonal] = 0.0
    bounds = Bounds(low, np.full(len(low), np.inf))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message=".*cannot handle bounds")
        found = minimize(
            task.criterion, task.start, method=method, bounds=bounds, options=dict(options)
        )  # type: ignore[call-overload]
    theta = np.asarray(found.x, dtype=np.float64)
    return Ending(theta, bool(found.success), str(found.message).replace("`", "").strip())
