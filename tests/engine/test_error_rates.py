"""Choosing the side after looking and halving an F's p-value: exact rates and simulated ones."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.errors import DataError, LimitError
from sim.inference.error_rates import (
    CLAIMS,
    Rate,
    count_errors,
    halved_f,
    side_after_looking,
    simulate_halved_f,
    simulate_means,
    simulate_side_after_looking,
    simulate_t,
    wilson,
)
from sim.inference.groups import Groups
from sim.inference.power import power
from sim.inference.tails import TailTest, rejection_region

N = 40_000
# Simulated rates may miss by chance; this interval does once in 10,000 seeds.
LEVEL = 0.9999


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
def test_choosing_the_side_after_looking_doubles_the_error_rate(alpha: float) -> None:
    planned, looked = simulate_side_after_looking(N, 10, alpha, np.random.default_rng(1))
    low, high = planned.interval(LEVEL)
    assert low < alpha < high
    low, high = looked.interval(LEVEL)
    assert low < side_after_looking(alpha) == 2 * alpha < high
    assert looked.hits > planned.hits


def test_a_side_from_the_data_is_a_coin_that_always_wins() -> None:
    assert side_after_looking(0.5) == 1
    assert side_after_looking(0.7) == 1


def test_simulated_t_is_t() -> None:
    t = simulate_t(N, 4, np.random.default_rng(2))
    assert stats.kstest(t, stats.t(6).cdf).pvalue > 1e-4
    planned, looked = count_errors(t, 6, 0.05)
    assert not (planned & ~looked).any()
    assert (looked == (stats.t.sf(np.abs(t), 6) <= 0.05)).all()


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("k", [2, 3, 4])
def test_halving_an_f(claim: str, k: int) -> None:
    exact = halved_f(0.05, k, claim)
    rate = simulate_halved_f(N, k, 6, 0.05, np.random.default_rng([k, len(claim)]), claim)
    low, high = rate.interval(LEVEL)
    assert low < exact < high


def test_halving_an_f_is_right_for_two_groups_with_a_predicted_order_only() -> None:
    assert halved_f(0.05, 2, "whole order") == 0.05
    assert halved_f(0.05, 3) == 0.1
    assert halved_f(0.05, 3, "largest group") == pytest.approx(0.1 / 3)
    assert halved_f(0.05, 4, "whole order") == pytest.approx(0.1 / 24)


def test_the_same_seed_gives_the_same_studies() -> None:
    first, second = (simulate_means(100, 3, 5, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    assert first[0].shape == (100, 3)
    assert first[1].shape == (100,)


def test_many_numbers_are_drawn_in_parts() -> None:
    means, variances = simulate_means(300, 2, 5_000, np.random.default_rng(3))
    assert np.isfinite(means).all()
    assert variances == pytest.approx(1, abs=0.1)


def test_wilson_is_that_of_scipy() -> None:
    hits, n = np.array([0, 3, 50, 100]), np.array([100, 100, 100, 100])
    low, high = wilson(hits, n)
    for i in range(len(n)):
        interval = stats.binomtest(int(hits[i]), int(n[i])).proportion_ci(method="wilson")
        assert (low[i], high[i]) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_before_the_first_study_nothing_is_known() -> None:
    nothing = Rate(0, 0)
    assert math.isnan(nothing.estimate)
    assert nothing.interval() == (0, 1)


def test_nonsense_is_refused() -> None:
    rng = np.random.default_rng(1)
    for call in (
        lambda: side_after_looking(0),
        lambda: side_after_looking(math.nan),
        lambda: halved_f(0.05, 1),
        lambda: halved_f(2, 3),
        lambda: halved_f(0.05, 3, "all"),
        lambda: wilson(np.array([1]), np.array([2]), 1.0),
        lambda: simulate_side_after_looking(10, 5, 1.0, rng),
    ):
        with pytest.raises(DataError) as error:
            call()
        assert error.value.problem and error.value.hint
    for call in (
        lambda: simulate_t(10_000_000, 10, rng),
        lambda: simulate_t(0, 10, rng),
        lambda: simulate_t(10, 1, rng),
        lambda: simulate_means(10, 1, 10, rng),
        lambda: simulate_means(10, 2, 10**7, rng),
    ):
        with pytest.raises(LimitError) as error:
            call()
        assert error.value.problem and error.value.hint


def test_drawn_groups_have_their_true_means_and_power() -> None:
    groups = Groups(4, 5_000, 6.0, 2.0)
    frame = groups.draw(np.random.default_rng(5))
    means = frame.groupby("group")["score"].mean()
    np.testing.assert_allclose(means, [50, 52, 54, 56], atol=0.15)
    assert groups.df == (3, 4 * 4_999)
    # The variance of 0, 2, 4, 6 is 20 / 3; lambda = n (k - 1) variance / sd^2.
    assert groups.f_noncentrality == pytest.approx(5_000 * 20 / 4)
    pair = Groups(2, 20, 5.0, 10.0)
    assert pair.t_noncentrality**2 == pytest.approx(pair.f_noncentrality)
    assert pair.t_noncentrality == pytest.approx(0.5 * math.sqrt(10))


def test_the_exact_power_is_the_simulated_one() -> None:
    groups, rng = Groups(3, 8, 10.0, 8.0), np.random.default_rng(6)
    test = TailTest("F", groups.df)
    exact = power(test, groups.f_noncentrality)
    y = groups.means[:, None] + groups.sd * rng.standard_normal((N // 4, 3, 8))
    f = 8 * y.mean(axis=2).var(axis=1, ddof=1) / y.var(axis=2, ddof=1).mean(axis=1)
    hits = int((f >= rejection_region(test).upper).sum())
    low, high = Rate(hits, N // 4).interval(LEVEL)
    assert low < exact < high


@pytest.mark.parametrize(
    "arguments", [(1,), (99,), (2, 1), (2, 10**9), (2, 5, math.nan), (2, 5, 1.0, 0.0)]
)
def test_impossible_groups_are_refused(arguments: tuple) -> None:
    with pytest.raises(DataError) as error:
        Groups(*arguments)
    assert error.value.problem and error.value.hint
