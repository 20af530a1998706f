"""Shares and means of a repeated study, by hand."""

import numpy as np
import pytest
from scipy import stats

from sim.inference.counting import Average, Counts, Outcomes


def made(estimate: list[float], p: list[float], truth: float | None) -> Counts:
    n = len(estimate)
    whole = np.ones(n, dtype=bool)
    outcomes = Outcomes(
        np.array(estimate), np.ones(n), np.full(n, 1e9), np.array(p), ~whole, whole.copy()
    )
    return Counts(outcomes, truth, 0.05)


def test_counts_by_hand() -> None:
    counts = made([2.5, -3.0, 0.5, np.nan, 4.5], [0.01, 0.003, 0.6, np.nan, 0.05], 2.0)
    assert (counts.rejected.hits, counts.rejected.n) == (3, 4)
    assert counts.failed.hits == 1
    assert counts.covered is not None and counts.covered.hits == 2
    assert counts.bias is not None and counts.bias.estimate == pytest.approx(-0.875)
    assert counts.wrong_sign is not None
    assert (counts.wrong_sign.hits, counts.wrong_sign.n) == (1, 3)
    assert counts.exaggeration is not None
    assert counts.exaggeration.estimate == pytest.approx((1.25 + 1.5 + 2.25) / 3)
    nothing = made([1.0], [0.3], None)
    assert nothing.covered is None and nothing.bias is None and nothing.exaggeration is None


def test_a_mean_has_the_interval_of_a_t_test() -> None:
    values = np.array([1.0, 2.0, 4.0, 4.5])
    average = Average(float(values.mean()), float(values.std(ddof=1)), 4)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert average.interval(0.9) == pytest.approx((expected.low, expected.high))
    assert Average(1.0, np.nan, 1).interval() == (-np.inf, np.inf)
