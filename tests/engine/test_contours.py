"""Contour lines of the population and of each participant's likelihood."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError
from sim.pooling import Pooling, likelihood_contours, pool, population_contours
from tests.reference.cases import read_data


@cache
def pooled() -> Pooling:
    return pool(read_data("sleepstudy183", ("subject",)), "reaction", "days", "subject")


def test_population_contours_hold_their_share() -> None:
    fit = pooled()
    rng = np.random.default_rng(5)
    centre = fit.fit.fixef.to_numpy()
    draws = rng.multivariate_normal(centre, fit.covariance, 20_000)
    inverse = np.linalg.inv(fit.covariance)
    frame = population_contours(fit, [0.2, 0.8])
    for mass, part in frame.groupby("mass"):
        points = part[["intercept", "slope"]].to_numpy() - centre
        distance = np.einsum("ni,ij,nj->n", points, inverse, points)
        np.testing.assert_allclose(distance, distance[0])
        inside = np.einsum("ni,ij,nj->n", draws - centre, inverse, draws - centre) < distance[0]
        assert inside.mean() == pytest.approx(mass, abs=0.015)
        np.testing.assert_allclose(points[0], points[-1], atol=1e-9)


@pytest.mark.parametrize("shift", [0, 2000])
def test_likelihood_contours_have_equal_likelihood(shift: int) -> None:
    frame = read_data("sleepstudy183", ("subject",))
    fit = pool(frame.assign(days=frame["days"] + shift), "reaction", "days", "subject")
    measured, sigma = fit.measured, fit.fit.sigma
    frame = likelihood_contours(fit, [0.5])
    assert frame["participant"].nunique() == 20
    for name, part in frame.groupby("participant"):
        rows = measured.codes == measured.participants.index(name)
        x, y = measured.x[rows], measured.y[rows]
        lines = part["intercept"].to_numpy()[:, None] + part["slope"].to_numpy()[:, None] * x
        intercept, slope = fit.own.loc[name].fillna(0.0)
        most = np.sum((y - intercept - slope * x) ** 2)
        drop = np.sum((y - lines) ** 2, axis=1) - most
        np.testing.assert_allclose(np.exp(-drop / (2 * sigma**2)), 0.5, rtol=1e-7)


def test_one_observation_has_a_valley() -> None:
    frame = likelihood_contours(pooled(), [0.5])
    part = frame[frame["participant"] == "373"]
    assert part["part"].tolist() == [0, 0, 1, 1]
    assert part["intercept"].nunique() == 2  # measured at day 0: the slope may be anything


def test_contours_of_some_participants_are_among_everybody_s() -> None:
    some = likelihood_contours(pooled(), [0.5], ["308", "373"])
    everybody = likelihood_contours(pooled(), [0.5])
    expected = everybody[everybody["participant"].isin(["308", "373"])]
    pd.testing.assert_frame_equal(some, expected.reset_index(drop=True))
    with pytest.raises(DataError, match="There is no contour to draw"):
        likelihood_contours(pooled(), [0.5], ["nobody"])


@pytest.mark.parametrize("mass", [0.0, 1.0, -1.0, np.nan])
def test_impossible_contours_are_refused(mass: float) -> None:
    with pytest.raises(DataError, match="Give a number above 0 and below 1"):
        population_contours(pooled(), [mass])
