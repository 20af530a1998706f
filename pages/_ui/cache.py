"""What is computed once and then kept, by its inputs; every cache is bounded.

Values are shared between visitors, so all of them are read-only: fits and data are frozen, and
no page changes a frame it was given. Data come with a key that names their content, because
Streamlit hashes only a sample of a large frame.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

import numpy as np
import pandas as pd
import streamlit as st

from sim import lmer, simulate
from sim.checks.statistics import Check, check_statistic
from sim.errors import CancelledError, LimitError
from sim.limits import MAX_FIT_SECONDS
from sim.lmm.fit import Fit
from sim.scenarios import SCENARIOS, Roles, Value

KEEP = "1h"
LARGE_ROWS = 5_000
# Simulated numbers held at once for a statistic, 40 MB, so that a large upload cannot take the
# memory of the other visitors.
MAX_SIMULATED = 5_000_000


@st.cache_resource(max_entries=200, ttl=KEEP, show_spinner=False)
def story_data(name: str, seed: int, parameters: tuple[tuple[str, Value], ...]) -> pd.DataFrame:
    """One data set of a story; the same seed and parameters give the same data."""
    return SCENARIOS[name].generate(np.random.default_rng(seed), **dict(parameters))


def story_key(name: str, seed: int, parameters: Mapping[str, Value]) -> str:
    """What names the data of a story."""
    return f"{name} {seed} {sorted(parameters.items())}"


def content_key(*parts: bytes) -> str:
    """What names the data of an upload."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@contextmanager
def time_limit(task: str, hint: str) -> Iterator[Callable[[], bool]]:
    """Give a task no more than a fit's time; yields its `stop`.

    Parameters
    ----------
    task : as the subject of a sentence: "Fitting this model".
    hint : what to do instead.

    Raises
    ------
    LimitError : the task took longer.
    """
    end = monotonic() + MAX_FIT_SECONDS
    try:
        yield lambda: monotonic() > end
    except CancelledError:
        raise LimitError(f"{task} takes longer than {MAX_FIT_SECONDS:.0f} seconds.", hint) from None


@st.cache_resource(max_entries=300, ttl=KEEP, show_spinner=False)
def _small_fit(key: str, formula: str, reml: bool, contrasts: str, _frame: pd.DataFrame) -> Fit:
    return _timely_fit(formula, reml, contrasts, _frame)


@st.cache_resource(max_entries=6, ttl=KEEP, show_spinner="Fitting the model …")
def _large_fit(key: str, formula: str, reml: bool, contrasts: str, _frame: pd.DataFrame) -> Fit:
    return _timely_fit(formula, reml, contrasts, _frame)


def _timely_fit(formula: str, reml: bool, contrasts: str, frame: pd.DataFrame) -> Fit:
    hint = "Try a smaller one: fewer random slopes, or || in place of |."
    with time_limit("Fitting this model", hint) as stop:
        return lmer(formula, frame, reml, contrasts, stop=stop)


def fitted_model(key: str, frame: pd.DataFrame, formula: str, reml: bool, contrasts: str) -> Fit:
    """The fit of a formula to the data named by the key.

    Raises
    ------
    SimError : whatever `lmer` says about the formula or the data.
    """
    cached = _small_fit if len(frame) <= LARGE_ROWS else _large_fit
    return cached(key, formula, reml, contrasts, frame)


def simulation_seed(draw: int) -> list[int]:
    """What the simulations on the screen are drawn from, for NumPy's default_rng."""
    return [draw, 1]


def simulations(fit: Fit, n: int, draw: int, participants: str) -> np.ndarray:
    """Simulated responses, shape (nobs, n); the same seed gives the same ones."""
    return simulate(fit, n, np.random.default_rng(simulation_seed(draw)), participants=participants)


def n_simulations(nobs: int, wanted: int) -> int:
    """How many data sets fit into the memory set aside for one visitor's statistic."""
    return max(50, min(wanted, MAX_SIMULATED // max(nobs, 1)))


@st.cache_resource(max_entries=300, ttl=KEEP, show_spinner="Simulating …")
def statistic_check(
    statistic: str,
    fit_key: str,
    seed: int,
    participants: str,
    wanted: int,
    _fit: Fit,
    _frame: pd.DataFrame,
    _roles: Roles,
) -> Check:
    """A statistic of the actual data among the same statistic of simulated data sets.

    Raises
    ------
    StatisticUnavailable : these data do not allow it.
    """
    n = n_simulations(_fit.nobs, wanted)
    simulated = simulate(_fit, n, np.random.default_rng([seed, 2]), participants=participants)
    return check_statistic(statistic, _fit.design.y, simulated, _frame, _roles)
