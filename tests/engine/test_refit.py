"""Many responses at once give what one response at a time gives."""

import numpy as np
import pandas as pd
import pytest

from sim import lmer, parametric_bootstrap, refit, simulate
from sim.errors import CancelledError, DataError, LimitError
from sim.limits import MAX_REPLICATES


def sleep() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    g = np.repeat(np.arange(12), 6)
    days = np.tile(np.arange(6.0), 12)
    y = 250 + rng.normal(0, 20, 12)[g] + (10 + rng.normal(0, 5, 12)[g]) * days
    frame = pd.DataFrame({"y": y + rng.normal(0, 20, 72), "days": days, "g": g.astype(str)})
    return frame.assign(
        item=(np.arange(72) % 6).astype(str), odd=rng.integers(0, 5, 72).astype(str)
    )


FORMULAS = (
    "y ~ days + (1 | g)",
    "y ~ days + (1 + days | g)",
    "y ~ days + (days || g)",
    "y ~ 1 + (1 | g) + (1 | item)",
    "y ~ days + (1 | g) + (1 | odd)",
)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("reml", [True, False])
def test_refit_equals_one_fit_at_a_time(formula: str, reml: bool) -> None:
    data = sleep()
    fit = lmer(formula, data, reml=reml)
    Y = simulate(fit, 12, np.random.default_rng(1))
    many = refit(fit, Y)
    assert many.converged.all()
    for b in range(Y.shape[1]):
        one = lmer(formula, data.assign(y=Y[:, b]), reml=reml)
        assert many.criterion[b] == pytest.approx(one.criterion, abs=1e-7)
        np.testing.assert_allclose(many.fixef[b], one.beta, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(many.theta[b], one.theta, rtol=1e-4, atol=2e-4)
        assert many.sigma[b] == pytest.approx(one.sigma, rel=1e-5)
        assert many.is_singular[b] == one.is_singular


def test_bootstrap_is_simulate_then_refit_whatever_the_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fit = lmer("y ~ days + (1 + days | g)", sleep())
    whole = refit(fit, simulate(fit, 40, np.random.default_rng(5)))
    monkeypatch.setattr("sim.lmm.refit._CHUNK_BYTES", 60_000)
    chunked = parametric_bootstrap(fit, 40, np.random.default_rng(5))
    np.testing.assert_allclose(chunked.criterion, whole.criterion, atol=1e-8)
    np.testing.assert_allclose(chunked.fixef, whole.fixef, rtol=1e-6)


def test_shapes_are_those_promised() -> None:
    fit = lmer("y ~ days + (1 + days | g)", sleep())
    draws = parametric_bootstrap(fit, 7, np.random.default_rng(0))
    assert draws.fixef.shape == (7, 2)
    assert draws.theta.shape == (7, 3)
    assert draws.sigma.shape == draws.criterion.shape == (7,)
    assert draws.is_singular.dtype == draws.converged.dtype == np.bool_


def test_every_replicate_is_at_its_best_of_three_restarts() -> None:
    data = sleep()
    for formula in ("y ~ days + (1 + days | g)", "y ~ 1 + (1 | g) + (1 | item)"):
        fit = lmer(formula, data)
        Y = simulate(fit, 300, np.random.default_rng(2))
        many = refit(fit, Y)
        problem, kernel = fit.problem, fit.kernel
        from sim.lmm.criterion import orthogonal, search

        responses = kernel.project(orthogonal(problem, Y))
        best = search(kernel, responses, [problem.starts(s) for s in (0.1, 0.7, 3.0)])
        assert np.all(many.criterion <= best.criterion + 1e-8)


def test_new_participants_spread_more_than_the_same() -> None:
    fit = lmer("y ~ days + (1 | g)", sleep())
    rng = np.random.default_rng(3)
    new = simulate(fit, 400, rng)
    same = simulate(fit, 400, rng, participants="same")
    total = fit.varcorr["vcov"].sum()
    assert new.var(axis=1).mean() == pytest.approx(total, rel=0.1)
    assert same.var(axis=1).mean() == pytest.approx(fit.sigma**2, rel=0.1)
    np.testing.assert_allclose(same.mean(axis=1), fit.fitted, atol=6 * fit.sigma / 20)


def test_simulated_random_effects_have_the_fitted_covariance() -> None:
    fit = lmer("y ~ days + (1 + days | g)", sleep())
    Y = simulate(fit, 4000, np.random.default_rng(4)) - fit.linear_predictor[:, None]
    z = fit.design.blocks[0].columns[:6]
    expected = z @ fit.covariances[0] @ z.T + fit.sigma**2 * np.eye(6)
    found = np.cov(Y[:6])
    np.testing.assert_allclose(found, expected, atol=0.12 * expected.max())


@pytest.mark.parametrize("n", [0, -3, 1.5, True, MAX_REPLICATES + 1, 10**12])
def test_counts_out_of_range_are_refused(n: object) -> None:
    fit = lmer("y ~ days + (1 | g)", sleep())
    with pytest.raises(LimitError, match="The number of replicates is"):
        simulate(fit, n, np.random.default_rng(0))  # type: ignore[arg-type]
    with pytest.raises(LimitError):
        parametric_bootstrap(fit, n, np.random.default_rng(0))  # type: ignore[arg-type]


def test_unusable_responses_are_refused_or_marked() -> None:
    fit = lmer("y ~ days + (1 | g)", sleep())
    with pytest.raises(DataError, match=r"The fit has 72 rows\."):
        refit(fit, np.zeros((71, 2)))
    with pytest.raises(DataError, match="missing, infinite or too large"):
        refit(fit, np.full((72, 1), np.nan))
    Y = simulate(fit, 3, np.random.default_rng(0))
    Y[:, 1] = 7.0
    some = refit(fit, Y)
    assert list(some.converged) == [True, False, True]
    assert np.isnan(some.criterion[1])
    assert np.isnan(some.fixef[1]).all()


def test_a_task_can_be_stopped() -> None:
    fit = lmer("y ~ days + (1 | g)", sleep())
    with pytest.raises(CancelledError, match="stopped before it ended"):
        parametric_bootstrap(fit, 100, np.random.default_rng(0), stop=lambda: True)


def test_participants_other_than_new_or_same_are_refused() -> None:
    fit = lmer("y ~ days + (1 | g)", sleep())
    with pytest.raises(DataError, match="participants = 'all' is unknown"):
        simulate(fit, 1, np.random.default_rng(0), participants="all")  # type: ignore[arg-type]
