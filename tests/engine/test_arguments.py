"""Counts, shares and sources of randomness that are none: refused in words by everybody."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest

from sim import (
    allfit,
    bootstrap,
    bootstrap_lrt,
    confint,
    generate,
    lm,
    lmer,
    repeat_study,
    simulate,
)
from sim.data import read_data
from sim.errors import DataError, LimitError, ScenarioError, shown
from sim.inference.error_rates import side_after_looking, simulate_halved_f, wilson
from sim.inference.intervals import interval

DATA = read_data("sleepstudy")
FIT = lmer("reaction ~ days + (1 + days | subject)", DATA)
SMALL = lmer("reaction ~ 1 + (1 + days | subject)", DATA)
LINEAR = lm("reaction ~ days", DATA)
RNG = np.random.default_rng(1)
STUDY = "value ~ condition + (1 | participant)"

COUNTED: dict[str, Callable[[Any], object]] = {
    "replicates": lambda n: simulate(FIT, n, RNG),
    "replicates of a test": lambda n: bootstrap_lrt(FIT, SMALL, n, RNG),
    "resamples": lambda n: bootstrap(FIT, "cases", n, RNG),
    "evaluations": lambda n: allfit(FIT, ["cobyqa"], n),
}
RANDOM: dict[str, Callable[[Any], object]] = {
    "bootstrap": lambda rng: bootstrap(FIT, "cases", 2, rng),
    "bootstrap of lm": lambda rng: bootstrap(LINEAR, "residual", 2, rng),
    "likelihood ratio": lambda rng: bootstrap_lrt(FIT, SMALL, 2, rng),
    "study": lambda rng: repeat_study("outlier", STUDY, 2, rng),
    "error rates": lambda rng: simulate_halved_f(2, 3, 4, 0.05, rng),
}


@pytest.mark.parametrize(
    "n", [0, -1, 1.5, True, None, "x", float("nan"), 10**9, pytest.param(10**5000, id="huge")]
)
@pytest.mark.parametrize("what", COUNTED)
def test_what_is_no_count_is_refused(what: str, n: object) -> None:
    with pytest.raises(LimitError, match=f"^The number of {what.split()[0]} is ") as caught:
        COUNTED[what](n)
    assert caught.value.problem.endswith(f"{shown(n)}.")
    assert caught.value.hint.startswith("Choose a whole number from 1 to ")


@pytest.mark.parametrize("rng", [None, 42, "seed", np.random.RandomState(1)])
@pytest.mark.parametrize("who", RANDOM)
def test_what_cannot_draw_numbers_is_refused(who: str, rng: object) -> None:
    with pytest.raises(DataError, match=r"^The source of randomness is not a generator of NumPy\."):
        RANDOM[who](rng)


@pytest.mark.parametrize("share", [0, 1.0, True, -0.1, float("nan"), None, "x", []])
def test_what_is_no_share_is_refused(share: Any) -> None:
    with pytest.raises(DataError, match=r"^alpha = .* is not between 0 and 1\."):
        repeat_study("outlier", STUDY, 2, RNG, alpha=share)
    with pytest.raises(DataError, match=r"^alpha = .* is not between 0 and 1\."):
        side_after_looking(share)
    for asked in (
        lambda: confint(FIT, share),
        lambda: wilson(np.ones(1), np.ones(1), share),
        lambda: interval(np.arange(9.0), 4.0, "percentile", share),
    ):
        with pytest.raises(DataError, match=r"^The level is .*\. Choose a number between 0 and 1"):
            asked()


@pytest.mark.parametrize("name", ["outliers", None, 3, [], pytest.param(10**5000, id="huge")])
def test_what_is_no_scenario_is_refused(name: Any) -> None:
    wanted = f"^There is no scenario {re.escape(shown(name))}\\. There are outlier, "
    with pytest.raises(ScenarioError, match=wanted):
        repeat_study(name, STUDY, 2, RNG)
    with pytest.raises(ScenarioError, match=wanted):
        generate(name, RNG)


@pytest.mark.parametrize("workers", [0, 1.5, None, "x", 10**9])
def test_what_is_no_number_of_workers_is_refused(workers: Any) -> None:
    with pytest.raises(LimitError, match=r"workers were asked for\. Choose a whole number from 1"):
        repeat_study("outlier", STUDY, 2, RNG, workers=workers)


def test_optimisers_are_timed_by_the_clock_that_is_given() -> None:
    ticks = count(start=100, step=7)
    found = allfit(FIT, ["cobyqa", "nelder_mead"], clock=lambda: float(next(ticks)))
    assert [attempt.seconds for attempt in found.attempts] == [7.0, 7.0]
