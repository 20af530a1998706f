"""Nonsense that once broke something."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import (
    Fit,
    SimError,
    criterion,
    generate,
    lm,
    lmer,
    parametric_bootstrap,
    parse_formula,
    refit,
    simulate,
)
from tests.engine.nonsense import FORMULA, G, N, plain, refused, refused_or_sound, rng, sound

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def fit() -> Fit:
    return lmer(FORMULA, plain())


@pytest.mark.parametrize("right", ["1 + (1 | g)", "x + (1 | g)", "x + (1 + x | g)"])
@pytest.mark.parametrize("reml", [True, False])
def test_a_response_that_never_varies_within_a_person_is_refused(right: str, reml: bool) -> None:
    age = np.array([31, 24, 58, 40, 19, 22, 35, 41, 27, 60, 33, 29])[G]
    error = refused(lambda: lmer(f"y ~ {right}", plain(y=age), reml))
    assert error.problem == (
        "The random effects fit every value exactly: the residual variance is zero."
    )


@pytest.mark.parametrize("noise", [1e-6, 1e-7, 1e-8])
def test_a_nearly_perfect_fit_is_refused_or_right(noise: float) -> None:
    data = plain(y=np.sin(G) + noise * rng().normal(size=N))
    try:
        fit = sound(lmer("y ~ 1 + (1 | g)", data))
    except SimError:
        return
    within = data["y"] - data["y"].groupby(data["g"]).transform("mean")
    assert fit.sigma == pytest.approx(np.sqrt(np.sum(within**2) / (N - 12)), rel=1e-4)


@pytest.mark.parametrize("unit", [8.64e13, 1e14, 1e-14])
def test_days_in_nanoseconds_are_the_model_of_days(unit: float) -> None:
    first = lmer("y ~ x + (1 + x | g)", plain())
    second = lmer("y ~ x + (1 + x | g)", plain(x=plain()["x"] * unit))
    np.testing.assert_allclose(second.theta * [1, unit, unit], first.theta, rtol=1e-4)
    np.testing.assert_allclose(second.std_error * [1, unit], first.std_error, rtol=1e-4)
    assert not second.is_singular


def test_data_changed_after_the_fit_leave_the_fit_alone() -> None:
    data = plain()
    fit = lmer(FORMULA, data)
    before = fit.resid.copy()
    data.loc[0, "y"] = 1e6
    np.testing.assert_array_equal(fit.resid, before)


def test_colons_in_levels_do_not_mix_up_nested_groups() -> None:
    data = pd.DataFrame({"a": np.repeat(["u:v", "u"], 30)})
    data["b"] = np.tile(np.repeat(["w", "v:w"], 15), 2)  # u:v:w twice, from different groups
    data["y"] = np.repeat([5.0, 0.0, 0.0, -5.0], 15) + rng().normal(size=N)
    refused(lambda: lmer("y ~ 1 + (1 | a:b)", data))


def test_coefficients_that_would_share_a_name_are_refused() -> None:
    data = plain(f=np.tile(["x", "y"], 30)).rename(columns={"x": "fx"})
    refused(lambda: lmer("y ~ 0 + f + fx + (1 + fx | g)", data))  # R calls two of them fx


@pytest.mark.parametrize("formula", ["y ~ 1 + (0 + zero | g)", "y ~ 1 + (0 + zero | g) + (1 | f)"])
def test_a_slope_of_zeros_alone_warns_of_nothing(formula: str) -> None:
    refused_or_sound(lambda: lmer(formula, plain(zero=0.0)))


@pytest.mark.parametrize(
    ("column", "size"), [("x", 1e300), ("x", 1e155), ("x", 1e-160), ("y", 1e300), ("y", 1e-80)]
)
def test_numbers_near_the_ends_of_floating_point_are_refused_or_right(
    column: str, size: float, fit: Fit
) -> None:
    try:
        other = sound(lmer(FORMULA, plain(**{column: plain()[column] * size})))
    except SimError:
        return
    np.testing.assert_allclose(other.theta, fit.theta, rtol=1e-5)


@pytest.mark.parametrize("unit", [1e17, 1e-17])
def test_lm_takes_a_predictor_in_any_unit(unit: float) -> None:
    first, second = lm("y ~ x", plain()), lm("y ~ x", plain(x=plain()["x"] * unit))
    np.testing.assert_allclose(second.fixef * [1, unit], first.fixef, rtol=1e-6)


def test_lm_of_a_constant_response_has_an_r_squared_or_none() -> None:
    try:
        fit = lm("y ~ x", plain(y=1.0))
    except SimError:
        return
    assert 0 <= fit.r_squared <= 1


NOT_COLUMNS = {
    "lists": pd.Series([[1], [2]] * 30, dtype=object),
    "sets": pd.Series([{1}, {2}] * 30, dtype=object),
    "dictionaries": pd.Series([{}, {"a": 1}] * 30, dtype=object),
    "arrays": pd.Series([np.array([1]), np.array([2])] * 30, dtype=object),
    "integers of 400 digits": pd.Series([10**400 + k for k in range(N)], dtype=object),
}


@pytest.mark.parametrize("kind", NOT_COLUMNS)
@pytest.mark.parametrize("role", ["x", "g"])
def test_cells_that_are_no_values_are_refused(kind: str, role: str) -> None:
    refused(lambda: lmer(FORMULA, plain(**{role: NOT_COLUMNS[kind]})))


@pytest.mark.parametrize("text", [None, 5, 3.2, b"y ~ x", True, [], {}, np.array([1])])
def test_lmer_and_lm_refuse_a_formula_that_is_not_text(text: Any) -> None:
    refused(lambda: lmer(text, plain()))
    refused(lambda: lm(text, plain()))
    refused(lambda: parse_formula(text))


@pytest.mark.parametrize(
    "data", [None, 5, "abc", {"y": [1, 2]}, np.zeros((3, 3)), pd.Series([1, 2])], ids=repr
)
def test_data_that_are_no_frame_are_refused(data: Any, fit: Fit) -> None:
    refused(lambda: lmer(FORMULA, data))
    refused(lambda: lm("y ~ x", data))
    if data is not None:
        refused(lambda: fit.predict(data))


@pytest.mark.parametrize(
    "values",
    ["a", np.array(["a"] * N), np.zeros(N) * 1j, plain(), np.full((N, 1), 1e300)],
    ids=repr,
)
def test_responses_that_are_no_numbers_are_refused(values: Any, fit: Fit) -> None:
    refused(lambda: refit(fit, values))


@pytest.mark.parametrize("theta", [["a"], [1j], [None], [np.nan], [np.inf], [1e300]])
def test_theta_that_is_no_number_is_refused(theta: Any, fit: Fit) -> None:
    refused(lambda: criterion(fit.design, theta))


@pytest.mark.parametrize("source", [None, 5, "a"])
def test_a_source_of_randomness_that_is_none_is_refused(source: Any, fit: Fit) -> None:
    refused(lambda: simulate(fit, 2, source))
    refused(lambda: parametric_bootstrap(fit, 2, source))
    refused(lambda: generate("mixture", source))


@pytest.mark.parametrize("name", [[], {}])
def test_a_scenario_of_the_wrong_type_is_refused(name: Any) -> None:
    refused(lambda: generate(name, rng()))


def test_a_factor_predicted_from_something_else_is_refused_not_crashed(fit: Fit) -> None:
    refused(lambda: fit.predict(plain(x=True)))


def test_errors_stay_short_whatever_the_data_hold() -> None:
    long = "a" * 1_000_000
    for changes in ({"g": long}, {"f": long}, {"y": [long + str(k) for k in range(N)]}):
        error = refused(lambda changes=changes: lmer("y ~ f + (1 | g)", plain(**changes)))
        assert len(str(error)) < 2_000


@pytest.mark.parametrize("first", [int, float])
def test_whole_numbers_name_the_same_person_as_integers_and_as_floats(first: type) -> None:
    second = float if first is int else int
    ids = (G + 1) * 100_000  # a float 100000 is "1e+05" in R, an integer is not
    fit = lmer(FORMULA, plain(g=ids.astype(first)))
    np.testing.assert_allclose(fit.predict(plain(g=ids.astype(second))), fit.fitted, rtol=1e-10)


def test_two_sets_of_refits_can_be_compared_without_an_error(fit: Fit) -> None:
    draws = parametric_bootstrap(fit, 3, rng())
    assert draws != parametric_bootstrap(fit, 3, rng())
