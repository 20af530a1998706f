"""What must hold for any data: invariances of the criterion, and closed forms."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from sim import Fit, criterion, lm, lmer

quick = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
seeds = st.integers(0, 2**32 - 1)
FORMULAS = (
    "y ~ x + (1 | g)",
    "y ~ x + (1 + x | g)",
    "y ~ x * f + (x || g)",
    "y ~ x + f + (1 | g) + (1 | item)",
    "y ~ x + (1 | h/g)",
    "y ~ f + (0 + f | g) + (1 | item)",
)
formulas = st.sampled_from(FORMULAS)
flags = st.booleans()


def unbalanced(seed: int) -> pd.DataFrame:
    """Groups of 6 to 14 rows, slopes and intercepts that vary: 8 groups in 4 classes."""
    rng = np.random.default_rng(seed)
    g = rng.permutation(np.repeat(np.arange(8), rng.integers(6, 15, 8)))
    n = len(g)
    item = rng.integers(0, 4, n)
    x = rng.normal(1, 2, n)
    f = rng.integers(0, 3, n)
    y = 5 + x + f + rng.normal(0, 2, 8)[g] + rng.normal(0, 1, 8)[g] * x + rng.normal(0, 1, 4)[item]
    y = y + rng.normal(0, 1, (8, 3))[g, f] + rng.normal(0, 1, n)
    return pd.DataFrame(
        {
            "y": y,
            "x": x,
            "f": np.array(["a", "b", "c"])[f],
            "g": [f"s{k}" for k in g],
            "h": [f"h{k // 2}" for k in g],
            "item": [f"i{k}" for k in item],
        }
    )


def close(first: Fit, second: Fit, scale: float = 1.0) -> None:
    """The second fit has the first's estimates, in units `scale` times smaller."""
    np.testing.assert_allclose(second.beta, scale * first.beta, rtol=1e-6, atol=2e-6 * scale)
    np.testing.assert_allclose(second.std_error, scale * first.std_error, rtol=1e-5)
    assert second.sigma == pytest.approx(scale * first.sigma, rel=1e-6)
    # A variance near zero is flat in the criterion: known to the root of its precision.
    np.testing.assert_allclose(second.theta, first.theta, rtol=1e-5, atol=2e-4)


@quick
@given(seeds, formulas, flags)
def test_row_order_changes_nothing(seed: int, formula: str, reml: bool) -> None:
    data = unbalanced(seed)
    fit = lmer(formula, data, reml)
    order = np.random.default_rng(seed).permutation(len(data))
    other = lmer(formula, data.iloc[order], reml)
    assert other.criterion == pytest.approx(fit.criterion, abs=1e-6)
    close(fit, other)
    np.testing.assert_allclose(other.fitted, fit.fitted[order], rtol=1e-5, atol=1e-5)


@quick
@given(seeds, formulas, flags, st.floats(-1e4, 1e4))
def test_shifting_the_response_moves_the_intercept_only(
    seed: int, formula: str, reml: bool, shift: float
) -> None:
    data = unbalanced(seed)
    fit = lmer(formula, data, reml)
    other = lmer(formula, data.assign(y=data["y"] + shift), reml)
    assert other.criterion == pytest.approx(fit.criterion, abs=1e-6)
    moved = other.fixef - fit.fixef
    assert moved["(Intercept)"] == pytest.approx(shift, rel=1e-6, abs=1e-5)
    np.testing.assert_allclose(moved.iloc[1:], 0.0, atol=1e-5)
    np.testing.assert_allclose(other.theta, fit.theta, rtol=1e-5, atol=2e-4)
    np.testing.assert_allclose(other.resid, fit.resid, atol=1e-5)


@quick
@given(seeds, formulas, flags, st.floats(-12, 12), flags)
def test_scaling_the_response_scales_everything_with_it(
    seed: int, formula: str, reml: bool, power: float, negative: bool
) -> None:
    data = unbalanced(seed)
    size = 10.0**power
    fit = lmer(formula, data, reml)
    other = lmer(formula, data.assign(y=data["y"] * (-size if negative else size)), reml)
    m = fit.nobs - len(fit.beta) if reml else fit.nobs
    assert other.criterion == pytest.approx(fit.criterion + 2 * m * np.log(size), abs=1e-6)
    if not negative:
        close(fit, other, size)
    first, second = fit.varcorr, other.varcorr
    np.testing.assert_allclose(
        second["vcov"], size**2 * first["vcov"], rtol=1e-4, atol=1e-4 * (size * fit.sigma) ** 2
    )


@quick
@given(seeds, formulas)
def test_other_names_for_the_levels_change_nothing(seed: int, formula: str) -> None:
    data = unbalanced(seed)
    fit = lmer(formula, data)
    names = dict(zip(sorted(set(data["g"])), "zyxwvuts", strict=True))
    numbers = {name: k * 7.5 - 3 for k, name in enumerate(sorted(set(data["item"])))}
    renamed = data.assign(g=data["g"].map(names), item=data["item"].map(numbers))
    other = lmer(formula, renamed)
    assert other.criterion == pytest.approx(fit.criterion, abs=1e-7)
    close(fit, other)
    if "item" in formula:
        ours, theirs = fit.ranef["item"], other.ranef["item"]
        np.testing.assert_allclose(theirs, ours, atol=1e-5)
    np.testing.assert_allclose(other.fitted, fit.fitted, rtol=1e-5, atol=1e-5)


UNITS = (1e-5, 1e-3, 60.0, 86_400.0, 8.64e7)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("formula", FORMULAS[:4])
@pytest.mark.parametrize("reml", [True, False])
def test_the_unit_of_a_predictor_scales_its_coefficients_only(
    unit: float, formula: str, reml: bool
) -> None:
    data = unbalanced(11)
    fit = lmer(formula, data, reml)
    other = lmer(formula, data.assign(x=data["x"] * unit), reml)
    power = np.array(["x" in name.split(":") for name in fit.design.x_names], dtype=float)
    np.testing.assert_allclose(other.beta * unit**power, fit.beta, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(other.std_error * unit**power, fit.std_error, rtol=1e-5)
    shift = 2 * np.log(unit) * power.sum() if reml else 0.0
    assert other.criterion == pytest.approx(fit.criterion + shift, abs=1e-6)
    np.testing.assert_allclose(other.fitted, fit.fitted, rtol=1e-6, atol=1e-6)
    expected, table = fit.varcorr, other.varcorr
    own = (expected["var1"] == "x") & expected["var2"].isna()
    sd = table["sdcor"] * np.where(own, unit, 1.0)
    np.testing.assert_allclose(sd, expected["sdcor"], rtol=1e-5, atol=1e-6)
    assert other.is_singular == fit.is_singular


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("shift", [-3.0, 100.0, 2000.0, 1e5])
def test_shifting_a_predictor_changes_intercepts_only(shift: float, reml: bool) -> None:
    data = unbalanced(12)
    formula = "y ~ x + (1 + x | g)"
    fit = lmer(formula, data, reml)
    other = lmer(formula, data.assign(x=data["x"] + shift), reml)
    assert other.criterion == pytest.approx(fit.criterion, abs=1e-6)
    assert other.fixef["x"] == pytest.approx(fit.fixef["x"], rel=1e-6)
    assert other.std_error["x"] == pytest.approx(fit.std_error["x"], rel=1e-5)
    back = other.fixef["(Intercept)"] + shift * other.fixef["x"]
    assert back == pytest.approx(fit.fixef["(Intercept)"], abs=1e-6 * max(1, abs(shift)))
    turn = np.array([[1.0, 0.0], [shift, 1.0]])
    covariance = turn.T @ other.covariances[0] @ turn
    np.testing.assert_allclose(covariance, fit.covariances[0], rtol=1e-3, atol=1e-6 * shift**2)
    np.testing.assert_allclose(other.fitted, fit.fitted, atol=1e-5)


def test_uncentred_years_reach_the_optimum_of_centred_ones() -> None:
    rng = np.random.default_rng(5)
    g = np.repeat(np.arange(15), 11)
    year = np.tile(np.arange(2000, 2011), 15)
    y = 50 + rng.normal(0, 4, 15)[g] + (0.6 + rng.normal(0, 0.5, 15)[g]) * (year - 2005)
    data = pd.DataFrame({"y": y + rng.normal(0, 2, 165), "year": year, "g": g})
    raw = lmer("y ~ year + (1 + year | g)", data)
    centred = lmer("y ~ year + (1 + year | g)", data.assign(year=year - 2005))
    assert raw.criterion == pytest.approx(centred.criterion, abs=1e-6)
    assert raw.converged and not raw.is_singular
    assert raw.sigma == pytest.approx(centred.sigma, rel=1e-7)
    assert raw.fixef["year"] == pytest.approx(centred.fixef["year"], rel=1e-7)
    assert raw.varcorr["sdcor"][1] == pytest.approx(centred.varcorr["sdcor"][1], rel=1e-6)


@quick
@given(seeds, st.sampled_from(["f + (1 | g)", "x * f + (1 | g)", "f + (0 + f | g)"]), flags)
def test_treatment_and_sum_contrasts_are_one_model(seed: int, right: str, reml: bool) -> None:
    data = unbalanced(seed)
    first, second = (
        lmer(f"y ~ {right}", data, reml, contrasts=coding) for coding in ("treatment", "sum")
    )
    constant = 0.0
    if reml:
        sizes = [np.linalg.slogdet(fit.design.X.T @ fit.design.X)[1] for fit in (first, second)]
        constant = sizes[1] - sizes[0]
    assert second.criterion == pytest.approx(first.criterion + constant, abs=1e-6)
    assert second.sigma == pytest.approx(first.sigma, rel=1e-5)
    np.testing.assert_allclose(second.fitted, first.fitted, rtol=1e-5, atol=1e-5)


SAME = (
    ("x + (x || g)", "x + (1 | g) + (0 + x | g)"),
    ("x + (1 | h/g)", "x + (1 | h) + (1 | h:g)"),
    ("x + (x | g)", "x + (1 + x | g)"),
    ("x * f + (1 | g)", "x + f + x:f + (1 | g)"),
    ("(x + f)^2 + (1 | g)", "x * f + (1 | g)"),
    ("x + (1 | g) + (1 | item)", "x + (1 | item) + (1 | g)"),
    ("0 + x + (1 | g)", "x - 1 + (1 | g)"),
    ("x + (1 + x | h/g)", "x + (1 + x | h:g) + (1 + x | h)"),
)


@pytest.mark.parametrize(("left", "right"), SAME)
@pytest.mark.parametrize("reml", [True, False])
def test_two_ways_to_write_a_model_give_one_fit(left: str, right: str, reml: bool) -> None:
    data = unbalanced(21)
    first, second = lmer(f"y ~ {left}", data, reml), lmer(f"y ~ {right}", data, reml)
    assert second.criterion == pytest.approx(first.criterion, abs=1e-8)
    assert set(second.fixef.index) == set(first.fixef.index)
    np.testing.assert_allclose(second.fixef[first.fixef.index], first.fixef, rtol=1e-6)
    np.testing.assert_allclose(second.fitted, first.fitted, rtol=1e-6)


def test_classes_nested_by_unique_labels_are_nested_without_a_slash() -> None:
    data = unbalanced(22)  # every g is in one h only
    slash = lmer("y ~ x + (1 | h/g)", data)
    plain = lmer("y ~ x + (1 | h) + (1 | g)", data)
    assert plain.criterion == pytest.approx(slash.criterion, abs=1e-8)


@pytest.mark.parametrize("make", [lambda x: x, lambda x: 3 * x - 2, lambda x: 0 * x + 4])
def test_a_column_that_adds_nothing_is_dropped_and_named(
    make: Callable[[pd.Series], pd.Series],
) -> None:
    data = unbalanced(23)
    fit = lmer("y ~ x + (1 | g)", data)
    other = lmer("y ~ x + again + (1 | g)", data.assign(again=make(data["x"])))
    assert other.design.x_dropped == ("again",)
    assert other.messages[0] == (
        "fixed-effect model matrix is rank deficient so dropping 1 column / coefficient: again"
    )
    assert other.criterion == pytest.approx(fit.criterion, abs=1e-9)
    assert list(other.fixef.index) == ["(Intercept)", "x"]
    np.testing.assert_allclose(other.fixef, fit.fixef, rtol=1e-9)


@quick
@given(seeds, st.sampled_from(["y ~ x + (1 | g)", "y ~ x + (1 + x | g)"]), flags)
def test_groups_of_1_to_50_observations_converge(seed: int, formula: str, reml: bool) -> None:
    rng = np.random.default_rng(seed)
    sizes = np.concatenate([[1, 50], rng.integers(1, 51, 10)])
    g = np.repeat(np.arange(12), sizes)
    x = rng.normal(size=len(g))
    y = rng.normal(0, 1, 12)[g] + x * (1 + rng.normal(0, 0.5, 12)[g]) + rng.normal(size=len(g))
    fit = lmer(formula, pd.DataFrame({"y": y, "x": x, "g": g}), reml)
    assert fit.converged
    around = fit.theta[:, None] + rng.normal(0, 0.05, (len(fit.theta), 10))
    for theta in around.T:
        assert fit.criterion <= criterion(fit.design, theta, reml) + 1e-8


@quick
@given(seeds, formulas, flags)
def test_no_random_theta_is_better_than_the_fit(seed: int, formula: str, reml: bool) -> None:
    fit = lmer(formula, unbalanced(seed), reml)
    rng = np.random.default_rng(seed)
    assert criterion(fit.design, fit.theta, reml) == pytest.approx(fit.criterion, abs=1e-6)
    for spread in (0.01, 0.3, 2.0):
        theta = fit.theta + rng.normal(0, spread, len(fit.theta))
        assert fit.criterion <= criterion(fit.design, theta, reml) + 1e-7


@quick
@given(seeds, formulas, flags)
def test_a_fits_numbers_agree_with_each_other(seed: int, formula: str, reml: bool) -> None:
    data = unbalanced(seed)
    fit = lmer(formula, data, reml)
    np.testing.assert_allclose(fit.fitted + fit.resid, data["y"], rtol=1e-12)
    vcov = fit.vcov.to_numpy()
    np.testing.assert_allclose(vcov, vcov.T, rtol=1e-12)
    assert np.linalg.eigvalsh(vcov).min() > 0
    np.testing.assert_allclose(fit.predict(data), fit.fitted, rtol=1e-10, atol=1e-10)
    m = fit.nobs - len(fit.beta) if reml else fit.nobs
    modes = [
        np.linalg.lstsq(fit.relative_factor(bracket), part.T, rcond=1e-8)[0]
        for bracket, part in zip(fit.problem.brackets, fit.modes, strict=True)
    ]
    penalised = np.sum(fit.resid**2) + sum(np.sum(u**2) for u in modes)
    assert penalised / m == pytest.approx(fit.sigma**2, rel=1e-5)
    # Residuals are orthogonal to X, so with an intercept they sum to zero.
    size = np.abs(fit.design.X).T @ np.abs(fit.resid)
    assert (np.abs(fit.design.X.T @ fit.resid) <= 1e-7 * size).all()


@quick
@given(seeds, flags)
def test_a_fixed_intercept_makes_the_random_ones_sum_to_zero(seed: int, reml: bool) -> None:
    fit = lmer("y ~ x + (1 | g)", unbalanced(seed), reml)
    modes = fit.ranef["g"]["(Intercept)"]
    assert abs(modes.sum()) <= 1e-8 * (1 + np.abs(modes).max())


def test_levels_never_seen_are_average_ones_if_allowed() -> None:
    data = unbalanced(31)
    fit = lmer("y ~ x + (1 + x | g)", data)
    new = data.head(3).assign(g=["s1", "unknown", None])
    predicted = fit.predict(new, new_levels=True)
    average = fit.predict(new, random=False)
    np.testing.assert_allclose(predicted[1:], average[1:])
    assert predicted[0] != average[0]


@quick
@given(seeds, st.floats(0, 3))
def test_balanced_one_way_reml_is_the_anova_of_the_textbook(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    groups, size = 7, 5
    values = rng.normal(0, spread, (groups, 1)) + rng.normal(0, 1, (groups, size)) + 10
    data = pd.DataFrame({"y": values.ravel(), "g": np.repeat(np.arange(groups), size)})
    fit = lmer("y ~ 1 + (1 | g)", data)
    means = values.mean(axis=1)
    between = size * means.var(ddof=1)
    within = np.sum((values - means[:, None]) ** 2) / (groups * (size - 1))
    estimate = (between - within) / size
    if estimate > 1e-4:
        assert fit.sigma**2 == pytest.approx(within, rel=1e-6)
        assert fit.varcorr["vcov"][0] == pytest.approx(estimate, rel=1e-5)
        assert fit.std_error.iloc[0] == pytest.approx(np.sqrt(between / (groups * size)), rel=1e-5)
        weight = estimate / (estimate + within / size)
        shrunk = weight * (means - values.mean())
        np.testing.assert_allclose(fit.ranef["g"]["(Intercept)"], shrunk, rtol=1e-4, atol=1e-6)
    elif estimate < -1e-4:
        assert fit.varcorr["vcov"][0] == 0.0 and fit.is_singular
        assert fit.sigma == pytest.approx(values.std(ddof=1), rel=1e-8)
    assert fit.fixef.iloc[0] == pytest.approx(values.mean(), rel=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_two_measurements_a_person_are_the_paired_t_test(seed: int) -> None:
    rng = np.random.default_rng(seed)
    person = rng.normal(0, 3, 20)
    before, after = (person + shift + rng.normal(0, 1, 20) for shift in (0.0, 0.8))
    data = pd.DataFrame(
        {
            "y": np.concatenate([before, after]),
            "time": np.repeat(["before", "after"], 20),
            "p": np.tile(np.arange(20), 2),
        }
    )
    fit = lmer("y ~ time + (1 | p)", data)
    t = fit.fixef["timebefore"] / fit.std_error["timebefore"]
    assert t == pytest.approx(stats.ttest_rel(before, after).statistic, rel=1e-6)
    within = lm("y ~ time + factor(p)", data)
    again = within.fixef["timebefore"] / within.std_error["timebefore"]
    assert t == pytest.approx(again, rel=1e-6)


def test_no_difference_between_groups_leaves_the_linear_model() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(0, 1, (6, 8))
    values -= values.mean(axis=1, keepdims=True)
    x = np.tile(np.arange(8.0), 6)
    data = pd.DataFrame({"y": values.ravel() + 0.2 * x, "x": x, "g": np.repeat(np.arange(6), 8)})
    mixed, linear = lmer("y ~ x + (1 | g)", data), lm("y ~ x", data)
    assert mixed.is_singular
    np.testing.assert_allclose(mixed.fixef, linear.fixef, rtol=1e-9)
    np.testing.assert_allclose(mixed.std_error, linear.std_error, rtol=1e-9)
    ml = lmer("y ~ x + (1 | g)", data, reml=False)
    assert ml.loglik == pytest.approx(linear.loglik, rel=1e-10)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("reml", [True, False])
def test_statsmodels_agrees_on_unbalanced_random_intercepts(seed: int, reml: bool) -> None:
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(15), rng.integers(2, 12, 15))
    x = rng.normal(size=len(g))
    y = 3 + x + rng.normal(0, 1.5, 15)[g] + rng.normal(size=len(g))
    data = pd.DataFrame({"y": y, "x": x, "g": g})
    ours = lmer("y ~ x + (1 | g)", data, reml)
    theirs = smf.mixedlm("y ~ x", data, groups="g").fit(reml=reml, method="bfgs", gtol=1e-8)
    np.testing.assert_allclose(ours.fixef, theirs.fe_params, rtol=1e-4)
    # statsmodels takes them from the Hessian of all parameters, lme4 from the fixed effects' own.
    np.testing.assert_allclose(ours.std_error, theirs.bse_fe, rtol=1e-2)
    assert ours.sigma**2 == pytest.approx(theirs.scale, rel=1e-4)
    assert ours.varcorr["vcov"][0] == pytest.approx(float(theirs.cov_re.iloc[0, 0]), rel=1e-3)
    if not reml:
        assert ours.loglik == pytest.approx(theirs.llf, abs=1e-5)
