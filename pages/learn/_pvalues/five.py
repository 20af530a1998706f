"""The same effect tested in five ways, computed once and kept."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
import streamlit as st

from pages._ui.cache import KEEP
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.world import METHODS
from sim.errors import SimError
from sim.inference.kenward_roger import kenward_roger
from sim.inference.likelihood import (
    BootstrapTest,
    LikelihoodRatio,
    judge_draws,
    likelihood_ratio,
    likelihood_ratios,
    wald,
)
from sim.inference.satterthwaite import satterthwaite
from sim.lmm.blocked import Blocked
from sim.lmm.fit import Fit
from sim.lmm.refit import simulate

ALPHA = 0.05
CHUNK = 100
DRAWS = 1_000
# One after the other, where a design has no faster way.
SLOW_DRAWS = 200
SLOW_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Test:
    """What one method says of the effect.

    Parameters
    ----------
    method : one of `METHODS`.
    letter : of the statistic: z, t or χ².
    statistic, df, p : nan where the method cannot test; df infinite for z.
    critical : what the statistic has to reach for p = .05.
    trouble : why the method cannot test; empty if it can.
    """

    method: str
    letter: str
    statistic: float
    df: float
    p: float
    critical: float
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Five:
    """All five tests, and what the pictures need.

    Parameters
    ----------
    tests : in the order of `METHODS`.
    ratio : the likelihood ratio with both its fits.
    bootstrap : with its draws.
    """

    tests: tuple[Test, ...]
    ratio: LikelihoodRatio
    bootstrap: BootstrapTest

    def of(self, method: str) -> Test:
        """The test of one method."""
        return next(test for test in self.tests if test.method == method)


def is_slow(fit: Fit) -> bool:
    """Whether refits of a design go one after the other, or have very many rows."""
    return isinstance(fit.kernel, Blocked) or fit.nobs > SLOW_ROWS


def draws_wanted(fit: Fit) -> int:
    """How many bootstrap draws this server gives to one test."""
    return SLOW_DRAWS if is_slow(fit) else DRAWS


@st.cache_resource(max_entries=40, ttl=KEEP, show_spinner=False)
def _ratio(key: str, effect: str, _fit: Fit) -> LikelihoodRatio:
    return likelihood_ratio(_fit, effect)


@st.cache_data(max_entries=1_000, ttl=KEEP, show_spinner=False)
def _draws(key: str, chunk: int, seed: int, _ratio: LikelihoodRatio) -> np.ndarray:
    rng = np.random.default_rng([seed, 5, chunk])
    Y = simulate(_ratio.small, CHUNK, rng)
    return likelihood_ratios(_ratio.large, _ratio.small, Y)


def run_five(question: Question, seed: int, progress: Callable[[float], None]) -> Five:
    """Compute what is not known yet; `progress` hears the share that is done.

    Raises
    ------
    SimError : the model without the effect cannot be fitted.
    """
    ratio = _ratio(question.outcome.key, question.effect, question.fit)
    chunks = draws_wanted(question.fit) // CHUNK
    parts = []
    for i in range(chunks):
        parts.append(_draws(question.key, i, seed, ratio))
        progress((i + 1) / chunks)
    bootstrap = judge_draws(ratio.statistic, ratio.df, np.concatenate(parts))
    return Five(_tests(question, ratio, bootstrap), ratio, bootstrap)


def _tests(
    question: Question, ratio: LikelihoodRatio, bootstrap: BootstrapTest
) -> tuple[Test, ...]:
    fit, effect = question.fit, question.effect
    z = wald(fit).loc[effect]
    critical = float(scipy.stats.norm.isf(ALPHA / 2))
    return (
        Test(METHODS[0], "z", z["statistic"], np.inf, z["p_value"], critical),
        _with_df(METHODS[1], lambda: satterthwaite(fit).loc[effect]),
        _with_df(METHODS[2], lambda: kenward_roger(fit).loc[effect]),
        Test(
            METHODS[3],
            "χ²",
            ratio.statistic,
            ratio.df,
            ratio.p_value,
            float(scipy.stats.chi2.isf(ALPHA, ratio.df)),
        ),
        Test(
            METHODS[4],
            "χ²",
            ratio.statistic,
            np.nan,
            bootstrap.p_value,
            float(np.quantile(bootstrap.draws, 1 - ALPHA)) if bootstrap.n_used else np.nan,
            "" if bootstrap.n_used else "No fit of simulated data converged.",
        ),
    )


def _with_df(method: str, table: Callable[[], object]) -> Test:
    nothing = float("nan")
    try:
        row: dict[str, float] = dict(table())  # type: ignore[call-overload]
    except SimError as problem:
        return Test(method, "t", nothing, nothing, nothing, nothing, str(problem))
    df = float(row["df"])
    critical = float(scipy.stats.t.isf(ALPHA / 2, df))
    return Test(method, "t", float(row["statistic"]), df, float(row["p_value"]), critical)
