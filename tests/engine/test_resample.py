"""Resamples fitted all at once against each fitted by itself."""

import numpy as np
import pandas as pd
import pytest

from sim import lmer
from sim.errors import DataError
from sim.lmm.resample import refit_groups, refit_rows
from tests.reference.cases import read_data

SLEEP = ("reaction ~ days + (1 + days | subject)", "reaction ~ days + (1 | subject)")


def sleep() -> pd.DataFrame:
    return read_data("sleepstudy183", ("subject",))


def rows_drawn(n: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(6)
    return np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(count)], 1)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("formula", SLEEP)
def test_rows_drawn_again(formula: str, reml: bool) -> None:
    data = sleep()
    fit = lmer(formula, data, reml=reml)
    weights = rows_drawn(len(data), 8)
    many = refit_rows(fit, weights)
    for b in range(8):
        one = lmer(formula, data.loc[np.repeat(data.index, weights[:, b])], reml=reml)
        assert many.criterion[b] == pytest.approx(one.criterion, abs=1e-6)
        np.testing.assert_allclose(many.fixef[b], one.beta, rtol=1e-5)
        np.testing.assert_allclose(many.theta[b], one.theta, rtol=1e-3, atol=1e-4)
        assert many.sigma[b] == pytest.approx(one.sigma, rel=1e-5)


def test_rows_drawn_again_in_a_crossed_design() -> None:
    data = read_data("crossed_unbalanced", ("participant", "item"))
    formula = "rt ~ condition + (1 | participant) + (1 | item)"
    fit = lmer(formula, data)
    weights = rows_drawn(len(data), 2)
    many = refit_rows(fit, weights)
    for b in range(2):
        one = lmer(formula, data.loc[np.repeat(data.index, weights[:, b])])
        assert many.criterion[b] == pytest.approx(one.criterion, abs=1e-6)
        np.testing.assert_allclose(many.fixef[b], one.beta, rtol=1e-5)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("formula", SLEEP)
def test_participants_drawn_again(formula: str, reml: bool) -> None:
    data = sleep()
    fit = lmer(formula, data, reml=reml)
    levels = fit.design.blocks[0].levels
    rng = np.random.default_rng(7)
    drawn = rng.integers(0, len(levels), (6, len(levels)))
    weights = np.stack([np.bincount(d, minlength=len(levels)) for d in drawn], axis=1)
    many = refit_groups(fit, weights)
    for b in range(6):
        pieces = [
            data[data["subject"].astype(str) == levels[g]].assign(subject=f"copy {i}")
            for i, g in enumerate(drawn[b])
        ]
        one = lmer(formula, pd.concat(pieces), reml=reml)
        assert many.criterion[b] == pytest.approx(one.criterion, abs=1e-6)
        np.testing.assert_allclose(many.fixef[b], one.beta, rtol=1e-5)
        assert many.sigma[b] == pytest.approx(one.sigma, rel=1e-5)


def test_resamples_that_cannot_be_fitted_are_marked() -> None:
    data = sleep()
    fit = lmer(SLEEP[1], data)
    weights = np.ones((len(data), 2))
    weights[:, 1] = data["days"] == 3  # one day only: no slope
    many = refit_rows(fit, weights)
    assert list(many.converged) == [True, False]
    assert np.isnan(many.fixef[1]).all()


def test_weights_that_make_no_sense_are_refused() -> None:
    fit = lmer(SLEEP[1], sleep())
    with pytest.raises(DataError, match=r"The fit has 183 rows\."):
        refit_rows(fit, np.ones((20, 3)))
    with pytest.raises(DataError, match=r"The fit has 20 levels\."):
        refit_groups(fit, np.ones((183, 3)))
    with pytest.raises(DataError, match="negative or missing"):
        refit_rows(fit, -np.ones((183, 3)))
    crossed = lmer(
        "rt ~ condition + (1 | participant) + (1 | item)",
        read_data("crossed_unbalanced", ("participant", "item")),
    )
    with pytest.raises(DataError, match="one grouping factor; this one has"):
        refit_groups(crossed, np.ones((3, 3)))
