"""Plain data to spoil, and what must be true of an error or of a fit."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Fit, SimError

N = 60
G = np.repeat(np.arange(12), 5)
FORMULA = "y ~ x + (1 | g)"
SECONDS = 5.0


def plain(**changes: Any) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "y": rng.normal(size=12)[G] + rng.normal(size=N),
            "x": rng.normal(size=N),
            "g": [f"s{k}" for k in G],
            "f": np.tile(list("abc"), 20),
        }
    )
    return frame.assign(**changes)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def refused(call: Callable[[], Any]) -> SimError:
    """Return the error of a call that must be refused, once a student can read it."""
    start = time.perf_counter()
    with pytest.raises(SimError) as caught:
        call()
    assert time.perf_counter() - start < SECONDS
    error = caught.value
    assert error.problem and error.problem[-1] in ".:?)"
    for internal in ("Traceback", "ndarray", "dtype(", "NoneType", "object at 0x"):
        assert internal not in str(error)
    return error


def sound(fit: Fit) -> Fit:
    """Return the fit once none of its numbers is nan and its tables can be made."""
    numbers = (fit.beta, fit.theta, fit.std_error, fit.fitted, [fit.sigma, fit.criterion])
    assert all(np.isfinite(part).all() for part in numbers)
    assert fit.sigma > 0
    assert fit.converged or any("converge" in message for message in fit.messages)
    assert fit.summary()
    for frames in (fit.ranef, fit.ranef_std_error, fit.group_coef):
        assert all(np.isfinite(frame).all(axis=None) for frame in frames.values())
    return fit


def refused_or_sound(call: Callable[[], Fit]) -> None:
    start = time.perf_counter()
    try:
        sound(call())
    except SimError as error:
        assert error.problem
    assert time.perf_counter() - start < SECONDS
