"""What a fit promises: names, shapes, types, and formulas between its numbers."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import sim
from sim import (
    SCENARIOS,
    DataError,
    DesignError,
    Fit,
    Refits,
    generate,
    lm,
    lmer,
    parametric_bootstrap,
    refit,
    simulate,
)


def study(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(10), 8)
    x = np.tile(np.arange(8.0), 10)
    item = np.tile(np.arange(4), 20)
    slope = rng.normal(0, 1, 10)[g]
    y = 20 + rng.normal(0, 3, 10)[g] + rng.normal(0, 2, 4)[item] + (1 + slope) * x
    return pd.DataFrame(
        {
            "y": y + rng.normal(0, 2, 80),
            "x": x,
            "g": [f"s{k}" for k in g],
            "item": [f"i{k}" for k in item],
            "f": np.tile(["a", "b", "c", "b"], 20),
        }
    )


@pytest.fixture(scope="module")
def fit() -> Fit:
    return lmer("y ~ x + f + (1 + x | g) + (1 | item)", study())


NAMES = ["(Intercept)", "x", "fb", "fc"]


def test_every_promised_name_can_be_imported_from_sim() -> None:
    promised = "lmer parse_formula simulate refit parametric_bootstrap SCENARIOS generate lm"
    assert set(promised.split()) <= set(sim.__all__)
    assert all(hasattr(sim, name) for name in sim.__all__)


def test_fixed_effects_are_named_as_lme4_names_them(fit: Fit) -> None:
    assert isinstance(fit.fixef, pd.Series) and list(fit.fixef.index) == NAMES
    assert isinstance(fit.std_error, pd.Series) and list(fit.std_error.index) == NAMES
    for matrix in (fit.vcov, fit.correlation):
        assert list(matrix.index) == list(matrix.columns) == NAMES
        assert (matrix.dtypes == np.float64).all()
    np.testing.assert_allclose(np.sqrt(np.diag(fit.vcov)), fit.std_error)
    np.testing.assert_allclose(np.diag(fit.correlation), 1.0)
    scale = np.outer(fit.std_error, fit.std_error)
    np.testing.assert_allclose(fit.correlation * scale, fit.vcov, rtol=1e-12)


def test_a_factor_with_levels_0_and_1_gives_condition1() -> None:
    data = study().assign(condition=lambda d: (d["x"] > 3).astype(int).astype(str))
    assert list(lmer("y ~ condition + (1 | g)", data).fixef.index) == ["(Intercept)", "condition1"]
    numeric = data.assign(condition=data["condition"].astype(int))
    assert list(lmer("y ~ condition + (1 | g)", numeric).fixef.index)[1] == "condition"


def test_numbers_are_plain_and_of_the_promised_shapes(fit: Fit) -> None:
    for name in ("sigma", "criterion", "loglik", "aic", "bic"):
        assert type(getattr(fit, name)) is float, name
    assert type(fit.is_singular) is bool and not fit.is_singular
    assert type(fit.converged) is bool and fit.converged
    assert type(fit.nobs) is int and fit.nobs == 80
    assert fit.ngroups == {"g": 10, "item": 4}
    assert isinstance(fit.messages, tuple)
    assert fit.theta.shape == (4,)
    assert fit.beta.shape == (4,)
    assert fit.fitted.shape == fit.resid.shape == (80,)


def test_likelihood_and_information_criteria_follow_their_formulas(fit: Fit) -> None:
    assert fit.n_parameters == 4 + 4 + 1
    assert fit.loglik == -fit.criterion / 2
    assert fit.aic == pytest.approx(fit.criterion + 2 * 9)
    assert fit.bic == pytest.approx(fit.criterion + 9 * np.log(80))
    assert lmer("y ~ x + (1 | g)", study(), reml=False).n_parameters == 4


def test_varcorr_has_lme4s_columns_and_rows(fit: Fit) -> None:
    table = fit.varcorr
    assert list(table.columns) == ["grp", "var1", "var2", "vcov", "sdcor"]
    assert list(table["grp"]) == ["g", "g", "g", "item", "Residual"]
    assert list(table["var1"]) == ["(Intercept)", "x", "(Intercept)", "(Intercept)", None]
    assert list(table["var2"]) == [None, None, "x", None, None]
    a, b, c, d = fit.theta
    s2 = fit.sigma**2
    expected = [a * a * s2, (b * b + c * c) * s2, a * b * s2, d * d * s2, s2]
    np.testing.assert_allclose(table["vcov"], expected, rtol=1e-12)
    sd = np.sqrt(expected[0] * expected[1])
    together = [*np.sqrt(expected[:2]), expected[2] / sd, *np.sqrt(expected[3:])]
    np.testing.assert_allclose(table["sdcor"], together, rtol=1e-12)


def test_several_brackets_on_one_factor_are_numbered_as_lme4_numbers_them() -> None:
    fit = lmer("y ~ x + (x || g)", study())
    assert list(fit.varcorr["grp"]) == ["g", "g.1", "Residual"]
    assert list(fit.ranef) == ["g"]
    assert list(fit.ranef["g"].columns) == ["(Intercept)", "x"]
    assert list(fit.group_coef["g"].columns) == ["(Intercept)", "x"]


def test_random_effects_come_in_a_frame_for_each_grouping_factor(fit: Fit) -> None:
    levels = {"g": [f"s{k}" for k in range(10)], "item": [f"i{k}" for k in range(4)]}
    terms = {"g": ["(Intercept)", "x"], "item": ["(Intercept)"]}
    for frames in (fit.ranef, fit.ranef_std_error):
        assert {group: list(frame.index) for group, frame in frames.items()} == levels
        assert {group: list(frame.columns) for group, frame in frames.items()} == terms
    for group, frame in fit.group_coef.items():
        assert list(frame.columns) == NAMES
        expected = fit.fixef + fit.ranef[group].reindex(columns=NAMES, fill_value=0.0)
        np.testing.assert_allclose(frame, expected[NAMES], rtol=1e-12)
    for frame in fit.ranef_std_error.values():
        assert (frame.to_numpy() > 0).all()


def test_fitted_and_resid_add_up_to_the_response(fit: Fit) -> None:
    np.testing.assert_allclose(fit.fitted + fit.resid, study()["y"], rtol=1e-12)
    own = fit.design.X @ fit.beta
    data = study()
    modes = fit.ranef
    own = own + modes["g"].loc[data["g"], "(Intercept)"].to_numpy()
    own = own + modes["g"].loc[data["g"], "x"].to_numpy() * data["x"].to_numpy()
    own = own + modes["item"].loc[data["item"], "(Intercept)"].to_numpy()
    np.testing.assert_allclose(fit.fitted, own, rtol=1e-12)


def test_nobs_and_fitted_count_only_the_rows_used() -> None:
    data = study()
    data.loc[[4, 9, 70], "y"] = np.nan
    fit = lmer("y ~ x + (1 | g)", data)
    assert fit.nobs == len(fit.fitted) == len(fit.resid) == 77
    assert fit.messages == ("3 rows with missing values in y were left out (of 80).",)


def test_a_summary_is_text_that_names_what_it_should(fit: Fit) -> None:
    text = fit.summary()
    assert isinstance(text, str)
    assert text.startswith("Linear mixed model fit by REML ['lmerMod']\nFormula: ")
    for part in ("REML criterion at convergence", "Random effects:", "Fixed effects:"):
        assert part in text
    assert "Number of obs: 80, groups:  g, 10; item, 4" in text
    assert "maximum likelihood" in lmer("y ~ x + (1 | g)", study(), reml=False).summary()


def test_ml_has_a_smaller_residual_variance_and_another_criterion() -> None:
    reml, ml = (lmer("y ~ x + (1 | g)", study(), reml=flag) for flag in (True, False))
    assert reml.reml and not ml.reml
    np.testing.assert_allclose(reml.fixef, ml.fixef, rtol=1e-9)  # balanced
    assert ml.varcorr["vcov"].sum() < reml.varcorr["vcov"].sum()
    assert abs(ml.criterion - reml.criterion) > 0.1


def test_refits_have_the_promised_arrays(fit: Fit) -> None:
    Y = simulate(fit, 6, np.random.default_rng(0))
    assert Y.shape == (80, 6)
    for many in (refit(fit, Y), parametric_bootstrap(fit, 6, np.random.default_rng(0))):
        assert isinstance(many, Refits)
        assert many.fixef.shape == (6, 4)
        assert many.theta.shape == (6, 4)
        for name in ("sigma", "criterion"):
            value = getattr(many, name)
            assert value.shape == (6,) and value.dtype == np.float64
        for name in ("is_singular", "converged"):
            value = getattr(many, name)
            assert value.shape == (6,) and value.dtype == np.bool_


def test_refit_takes_one_response_as_a_vector_and_gives_the_fit_back(fit: Fit) -> None:
    own = refit(fit, study()["y"])
    np.testing.assert_allclose(own.fixef[0], fit.beta, rtol=1e-6)
    np.testing.assert_allclose(own.theta[0], fit.theta, rtol=1e-4)
    assert own.criterion[0] == pytest.approx(fit.criterion, abs=1e-7)


def test_the_same_seed_gives_the_same_draws_and_inputs_stay_as_they_were(fit: Fit) -> None:
    first = simulate(fit, 3, np.random.default_rng(9))
    np.testing.assert_array_equal(first, simulate(fit, 3, np.random.default_rng(9)))
    np.testing.assert_array_equal(first[:, :1], simulate(fit, 1, np.random.default_rng(9)))
    kept = first.copy()
    refit(fit, first)
    np.testing.assert_array_equal(first, kept)
    data = study()
    before = data.copy(deep=True)
    lmer("y ~ x + (1 | g)", data)
    pd.testing.assert_frame_equal(data, before)
    data["y"] += 1.0  # the caller's frame stays writeable


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_generates_data_that_its_models_fit(name: str) -> None:
    scenario = SCENARIOS[name]
    frame = generate(name, np.random.default_rng(4))
    pd.testing.assert_frame_equal(frame, generate(name, np.random.default_rng(4)))
    roles = scenario.roles
    assert {roles.response, roles.predictor, roles.participant} <= set(frame.columns)
    assert not frame.isna().any().any()
    assert scenario.models
    for model in scenario.models:
        fit = lmer(model.formula, frame)
        assert np.isfinite(fit.criterion) and fit.converged, model.formula


@pytest.mark.parametrize(
    "formula", ["y ~ x", "y ~ f", "y ~ f * x", "y ~ 0 + f", "y ~ x + I(x**2)", "y ~ 1"]
)
def test_lm_prints_what_statsmodels_prints(formula: str) -> None:
    ours = lm(formula.replace("**", "^"), study())
    theirs = smf.ols(formula, study()).fit()
    np.testing.assert_allclose(ours.fixef, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.std_error, theirs.bse, rtol=1e-9)
    np.testing.assert_allclose(ours.p_value, theirs.pvalues, rtol=1e-6, atol=1e-300)
    np.testing.assert_allclose(ours.vcov, theirs.cov_params(), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(ours.fitted, theirs.fittedvalues, rtol=1e-9)
    np.testing.assert_allclose(ours.resid, theirs.resid, rtol=1e-7, atol=1e-10)
    assert ours.sigma == pytest.approx(np.sqrt(theirs.mse_resid))
    assert ours.df_residual == theirs.df_resid and type(ours.df_residual) is int
    assert ours.loglik == pytest.approx(theirs.llf)
    assert ours.nobs == 80
    if formula != "y ~ 0 + f":
        assert ours.r_squared == pytest.approx(theirs.rsquared, abs=1e-12)
    np.testing.assert_allclose(ours.predict(study().iloc[:5]), ours.fitted[:5], rtol=1e-10)


def test_lm_and_lmer_send_each_other_what_is_not_theirs() -> None:
    with pytest.raises(DesignError, match="Use lmer for it, or take the bracket away"):
        lm("y ~ x + (1 | g)", study())
    with pytest.raises(DesignError, match="or use lm for a model without one"):
        lmer("y ~ x", study())


def test_prediction_with_and_without_random_effects(fit: Fit) -> None:
    data = study()
    np.testing.assert_array_equal(fit.predict(), fit.fitted)
    np.testing.assert_allclose(fit.predict(data), fit.fitted, rtol=1e-12)
    np.testing.assert_allclose(fit.predict(data, random=False), fit.linear_predictor, rtol=1e-12)
    strangers = data.assign(g="somebody")
    with pytest.raises(DataError, match="has a level of 'g' that the fit has not seen"):
        fit.predict(strangers)
    without_g = fit.fitted - np.einsum(
        "nk,nk->n", fit.design.blocks[0].columns, fit.modes[0][fit.design.blocks[0].codes]
    )
    np.testing.assert_allclose(fit.predict(strangers, new_levels=True), without_g, rtol=1e-10)


@pytest.mark.parametrize("name", ["X", "y", "rows"])
def test_arrays_of_a_design_are_read_only(fit: Fit, name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(fit.design, name)[...] = 0
    for block in fit.design.blocks:
        for array in (block.codes, block.columns):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_a_fit_is_frozen_and_its_frames_are_copies(fit: Fit) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.sigma = 1.0  # type: ignore[misc]
    fixef, vcov, modes = fit.fixef, fit.vcov, fit.ranef["g"]
    fixef.iloc[0] = vcov.iloc[0, 0] = modes.iloc[0, 0] = 1e9
    assert abs(fit.fixef.iloc[0]) < 1e3
    assert fit.vcov.iloc[0, 0] < 1e3
    assert abs(fit.ranef["g"].iloc[0, 0]) < 1e3
