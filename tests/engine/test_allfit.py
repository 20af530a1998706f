"""Optimisers compared on one criterion, beside lme4's allFit; troubles and their cures."""

import json
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim import criterion, generate, lmer
from sim.errors import CancelledError, DesignError, LimitError, ScenarioError
from sim.inference.allfit import REACHED, AllFit, allfit, estimates, theta_names
from sim.inference.convergence import check_convergence, scaled_gradient
from sim.inference.optimisers import OPTIMISERS, Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy
from sim.inference.surface import criterion_at, profiled_at, surface
from sim.inference.troubles import TROUBLES

LME4 = Path(__file__).resolve().parents[1] / "reference" / "lme4" / "_allfit_sleep_corr.json"
SLEEP = "reaction ~ 1 + days + (1 + days | subject)"
CURES = [(name, cure) for name, trouble in TROUBLES.items() for cure in trouble.cures]


@pytest.fixture(scope="module")
def sleep() -> AllFit:
    data = generate("sleepstudy20", np.random.default_rng(1))
    return allfit(lmer(SLEEP, data))


@pytest.fixture(scope="module")
def troubled() -> dict[tuple[str, str], AllFit]:
    found = {}
    for name, trouble in TROUBLES.items():
        for cure in ("", *trouble.cures):
            found[name, cure] = allfit(lmer(trouble.model(cure), trouble.frame(cure)))
    return found


def test_all_optimisers_agree_with_lme4s(sleep: AllFit) -> None:
    lme4 = json.loads(LME4.read_text())  # lme4 1.1-31
    best = min(-2 * value for value in lme4["llik"].values())
    assert [a.optimiser for a in sleep.attempts] == list(OPTIMISERS)
    bobyqa = next(row for row in lme4["sdcor"] if row["_row"] == "bobyqa")
    theta = next(row for row in lme4["theta"] if row["_row"] == "bobyqa")
    for attempt in sleep.attempts:
        assert attempt.failure == ""
        assert attempt.criterion == pytest.approx(best, abs=1e-5)
        assert attempt.criterion >= best - 1e-6
        found = estimates(attempt.fit)
        assert found["sigma"] == pytest.approx(bobyqa["sigma"], rel=1e-4)
        assert found["subject.(Intercept)"] == pytest.approx(
            bobyqa["subject.(Intercept)"], rel=1e-4
        )
        np.testing.assert_allclose(attempt.theta, [theta[n] for n in sleep.theta_names], atol=1e-4)
        assert attempt.fit.fixef["days"] == pytest.approx(10.452121, abs=1e-4)
        assert attempt.warnings == ()


def test_the_whole_path_is_kept_from_lme4s_start(sleep: AllFit) -> None:
    for attempt in sleep.attempts:
        assert attempt.path.shape == (attempt.evaluations, 3)
        np.testing.assert_allclose(attempt.path[0], [1, 0, 1], atol=1e-12)
        assert np.nanmin(attempt.path_criterion) == pytest.approx(attempt.criterion, abs=1e-9)
        assert attempt.path[:, [0, 2]].min() > -1e-12
        for at in (0, attempt.evaluations // 2, -1):
            assert attempt.path_criterion[at] == pytest.approx(
                criterion(sleep.fit.design, attempt.path[at]), rel=1e-10
            )


def test_a_method_without_bounds_is_refused(sleep: AllFit, monkeypatch) -> None:
    search = partial(search_with_scipy, method="BFGS", options={})
    optimisers = {**OPTIMISERS, "bfgs": Optimiser("BFGS", "Walks below zero.", search)}
    monkeypatch.setattr("sim.inference.allfit.OPTIMISERS", optimisers)
    with pytest.raises(RuntimeWarning, match="Method BFGS cannot handle bounds"):
        allfit(sleep.fit, ["bfgs"])


def test_newton_needs_the_fewest_evaluations(sleep: AllFit) -> None:
    newton, *others = sleep.attempts
    assert newton.evaluations < min(a.evaluations for a in others) / 2


def test_the_frame_has_a_row_for_each(sleep: AllFit) -> None:
    frame = sleep.frame()
    assert list(frame["optimiser"]) == [o.label for o in OPTIMISERS.values()]
    assert {"(Intercept)", "days", "subject.days", "sigma", "excess", "message"} <= {*frame}
    assert (frame["excess"] >= 0).all()


@pytest.mark.parametrize("bracket", ["(1 + days | subject)", "(days || subject)"])
def test_theta_are_named_as_in_lme4(bracket: str) -> None:
    data = generate("sleepstudy20", np.random.default_rng(1))
    names = theta_names(lmer(f"reaction ~ days + {bracket}", data))
    assert names[0] == "subject.(Intercept)"
    assert names[-1] == "subject.days"
    assert ("subject.days.(Intercept)" in names) == ("||" not in bracket)


def test_the_gradient_is_exact(sleep: AllFit) -> None:
    start = allfit(sleep.fit, ["nelder_mead"], max_evaluations=1).attempts[0]
    assert start.failure == "Stopped after 1 evaluations, the limit here."
    steps = 1e-5 * np.eye(3)
    numeric = [
        (
            criterion(sleep.fit.design, start.theta + s)
            - criterion(sleep.fit.design, start.theta - s)
        )
        / 2e-5
        for s in steps
    ]
    np.testing.assert_allclose(start.gradient, numeric, rtol=1e-6)
    assert not start.reached


# lme4 1.1-31, default optimiser, REML: where it stops; nan where it gives an error.
LME4_STOPS = {
    "none": 1771.447784, "seconds": 1803.873315, "milliseconds": np.nan, "year": 1815.372946,
    "reference": 661.851043, "correlation": 149.057043, "singular": 290.602778,
}  # fmt: skip


@pytest.mark.parametrize("name", list(TROUBLES))
def test_newton_is_never_worse_than_lme4(troubled, name: str) -> None:
    found = troubled[name, ""]
    assert found.attempts[0].reached
    assert not found.best > LME4_STOPS[name] + 1e-5


@pytest.mark.parametrize("name", ["seconds", "milliseconds", "year", "reference", "correlation"])
def test_every_trouble_makes_some_fail(troubled, name: str) -> None:
    found = troubled[name, ""]
    assert any(not attempt.reached for attempt in found.attempts)
    assert all(np.isfinite(a.criterion) or a.failure for a in found.attempts)


@pytest.mark.parametrize(("name", "cure"), CURES)
def test_every_cure_does_what_it_says(troubled, name: str, cure: str) -> None:
    found, what = troubled[name, cure], TROUBLES[name].cures[cure]
    assert all(attempt.reached for attempt in found.attempts) == what.works
    before, after = troubled[name, ""].fit, found.fit
    if what.same_model:
        # The same lines: only the unit of the slope differs, which REML sees as a constant.
        np.testing.assert_allclose(after.fitted, before.fitted, rtol=2e-5)
        assert after.sigma == pytest.approx(before.sigma, rel=1e-4)
    else:
        assert len(after.theta) < len(before.theta)
        assert after.criterion > before.criterion


def test_too_large_numbers_are_a_failure_with_its_reason(troubled) -> None:
    failed = [a for a in troubled["milliseconds", ""].attempts if a.failure]
    assert len(failed) == len(OPTIMISERS) - 1
    for attempt in failed:
        assert attempt.failure.startswith("The criterion cannot be computed where the search")
        assert attempt.fit is None
        assert attempt.evaluations == 1


def test_a_singular_fit_is_no_failure(troubled) -> None:
    found = troubled["singular", ""]
    assert all(attempt.reached for attempt in found.attempts)
    assert found.attempts[0].theta[0] == 0.0
    assert found.attempts[0].warnings == ("boundary (singular) fit: see help('isSingular')",)


def test_more_grouping_factors() -> None:
    data = generate("schools", np.random.default_rng(2))
    found = allfit(lmer("score ~ hours + (1 | school) + (1 | class)", data))
    assert found.attempts[0].reached
    assert sum(attempt.reached for attempt in found.attempts) >= 5


def test_convergence_checks_in_lme4s_words() -> None:
    theta, diagonal = np.array([1.0, 0.5]), np.array([0, 1])
    calm = check_convergence(theta, np.array([1e-4, 0]), np.eye(2), diagonal)
    assert calm.messages == ()
    steep = check_convergence(theta, np.array([0.0, 0.1]), np.eye(2), diagonal)
    assert steep.messages == (
        "Model failed to converge with max|grad| = 0.1 (tol = 0.002, component 2)",
    )
    saddle = check_convergence(theta, np.array([0.0, 0.1]), np.diag([1.0, -1.0]), diagonal)
    assert saddle.messages == (
        "unable to evaluate scaled gradient",
        "Model failed to converge: degenerate  Hessian with 1 negative eigenvalues",
    )
    large = check_convergence(theta, np.zeros(2), np.diag([1.0, 1e8]), diagonal)
    assert [m.partition("\n")[0] for m in large.messages] == [
        "Model is nearly unidentifiable: very large eigenvalue",
        "Model is nearly unidentifiable: large eigenvalue ratio",
    ]
    zero = check_convergence(np.array([1.0, 0.0]), np.array([9.0, 9.0]), np.eye(2), diagonal)
    assert zero.messages == ("boundary (singular) fit: see help('isSingular')",)
    # A flat direction makes a large gradient harmless: the smaller of the two counts.
    assert scaled_gradient(np.array([1.0]), np.array([[1e8]])) == pytest.approx(1e-4)


def test_the_surface_is_the_criterion(sleep: AllFit) -> None:
    x, y = np.linspace(0.5, 1.5, 4), np.linspace(0.0, 0.5, 3)
    found = surface(sleep.fit, 0, 2, x, y)
    assert found.criterion.shape == (3, 4)
    for i, second in enumerate(y):
        for j, first in enumerate(x):
            theta = np.array([first, sleep.fit.theta[1], second])
            assert found.criterion[i, j] == pytest.approx(
                criterion(sleep.fit.design, theta), rel=1e-10
            )


def test_profiling_finds_the_best_of_the_others(sleep: AllFit) -> None:
    x, y = np.linspace(0.3, 2.0, 5), np.linspace(0.05, 0.6, 5)
    fixed = surface(sleep.fit, 0, 2, x, y).criterion
    profiled = surface(sleep.fit, 0, 2, x, y, profiled=True).criterion
    assert (profiled <= fixed + 1e-9).all()
    tried = np.linspace(-0.5, 0.5, 2_001)
    theta = np.array([np.full(2_001, x[1]), tried, np.full(2_001, y[3])])
    assert profiled[3, 1] == pytest.approx(criterion_at(sleep.fit, theta).min(), abs=1e-3)
    optimum = profiled_at(sleep.fit, sleep.fit.theta[:, None], np.array([0]))
    assert optimum[0] == pytest.approx(sleep.fit.criterion, abs=1e-8)


def test_a_grid_is_fast(sleep: AllFit) -> None:
    x, y = np.linspace(0, 2, 60), np.linspace(0, 0.6, 60)
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        surface(sleep.fit, 0, 2, x, y)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.2


def test_bad_requests_have_a_reason(sleep: AllFit) -> None:
    with pytest.raises(ScenarioError, match="There is no optimiser 'newtn'"):
        allfit(sleep.fit, ["newtn"])
    with pytest.raises(LimitError, match="The number of evaluations is 0"):
        allfit(sleep.fit, max_evaluations=0)
    with pytest.raises(CancelledError):
        allfit(sleep.fit, stop=lambda: True)
    with pytest.raises(DesignError, match="Theta 1 and 1 do not span a surface"):
        surface(sleep.fit, 0, 0, np.ones(2), np.ones(2))
    with pytest.raises(LimitError, match="at 40,000 points"):
        surface(sleep.fit, 0, 2, np.ones(200), np.ones(200))


def test_excess_counts_from_the_best(troubled) -> None:
    for found in troubled.values():
        assert min(a.excess for a in found.attempts if np.isfinite(a.excess)) < REACHED
