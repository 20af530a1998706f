"""anova, likelihood ratio, parametric bootstrap and Wald's z against lme4 and pbkrtest."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim import lmer
from sim.errors import CancelledError, DataError, DesignError, LimitError
from sim.inference.likelihood import (
    REFITTING,
    anova,
    bootstrap_lrt,
    likelihood_ratio,
    likelihood_ratios,
    nested,
    wald,
    without,
)
from sim.inference.printed import p_values
from tests.reference.cases import case_data, read_data, reference

FOLDER = Path(__file__).parents[1] / "reference" / "inference"
PRINTED = json.loads((FOLDER / "anova.json").read_text(encoding="utf-8"))
BOOTED = json.loads((FOLDER / "bootstrap_lrt.json").read_text(encoding="utf-8"))
PAIRS = [name for name in PRINTED if name != "versions"]
SMALL = "reaction ~ 1 + (1 | subject)"
DAYS = "reaction ~ 1 + days + (1 | subject)"
SLOPES = "reaction ~ 1 + days + (1 + days | subject)"


def sleep():
    return case_data("sleep_corr__REML")


@pytest.mark.parametrize("name", PAIRS)
def test_anova_prints_what_lme4_prints(name: str) -> None:
    case = PRINTED[name]
    data = read_data(case["data"], tuple(case["factors"]))
    fits = [lmer(formula, data, reml=case["reml"]) for formula in case["formulas"]]
    compared = anova(*fits, names=case["names"])
    assert compared.text == "\n".join(case["text"])
    assert list(compared.messages[: len(case["messages"])]) == case["messages"]
    assert list(compared.table.index) == case["rows"]
    for column, values in case["table"].items():
        expected = np.array(values, dtype=float)
        # chi-squared is a difference of deviances near 1,800: lme4 stops 1e-6 above the optimum.
        np.testing.assert_allclose(compared.table[column], expected, rtol=1e-6, atol=2e-6)


def test_anova_of_ml_fits_says_nothing_of_refitting() -> None:
    data = sleep()
    compared = anova(lmer(DAYS, data, reml=False), lmer(SLOPES, data, reml=False))
    assert compared.messages == ()
    mixed = anova(lmer(DAYS, data, reml=False), lmer(SLOPES, data))
    assert mixed.messages == (REFITTING,)
    np.testing.assert_array_equal(mixed.table, compared.table)


def test_models_that_are_not_nested_are_compared_with_a_warning() -> None:
    data = sleep()
    compared = anova(lmer(DAYS, data, reml=False), lmer("reaction ~ days + (0 + days | subject)",
                                                        data, reml=False))  # fmt: skip
    assert compared.messages == (
        "fit1 is not a special case of fit2, so the difference of their deviances has no "
        "chi-squared distribution: compare AIC or BIC instead.",
    )
    assert np.isnan(compared.table["Pr(>Chisq)"]).all()


def test_fits_of_other_data_are_refused() -> None:
    refused = json.loads((FOLDER / "anova_refused.json").read_text(encoding="utf-8"))
    data = sleep()
    with pytest.raises(DataError) as caught:
        anova(lmer(DAYS, data), lmer(SMALL, data.iloc[1:]))
    assert str(caught.value).startswith(refused["other_rows"])
    shuffled = data.assign(reaction=data["reaction"].to_numpy()[::-1])
    with pytest.raises(DataError, match=r"^all models must be fit to the same data object: the re"):
        anova(lmer(DAYS, data), lmer(SMALL, shuffled))


def test_too_few_fits_or_names() -> None:
    fit = lmer(DAYS, sleep())
    with pytest.raises(DataError, match=r"^There is one model to compare\. Give two or more fits"):
        anova(fit)
    with pytest.raises(DataError, match=r"^There is no model\."):
        anova()
    with pytest.raises(DataError, match=r"^There are 1 names for 2 fits\. Name each fit\.$"):
        anova(fit, fit, names=["one"])


def test_what_is_a_special_case() -> None:
    data = sleep()
    small, days, slopes = (lmer(f, data) for f in (SMALL, DAYS, SLOPES))
    assert nested(slopes, days)
    assert nested(days, small)
    assert not nested(days, slopes)
    assert nested(slopes, lmer("reaction ~ days + (0 + days | subject)", data))
    assert nested(slopes, lmer("reaction ~ 1 + I(2 * days - 3) + (1 | subject)", data))
    # Equal labels of other groups are not the same random effect.
    other = data.assign(half=np.where(data["days"] > 4, "late", "early"))
    assert not nested(days, lmer("reaction ~ days + (1 | half)", other))


def test_leaving_out_a_coefficient_is_leaving_out_its_term() -> None:
    data = sleep()
    test = likelihood_ratio(lmer(DAYS, data), "days")
    table = anova(lmer(DAYS, data), lmer(SMALL, data)).table
    assert test.statistic == pytest.approx(table["Chisq"].iloc[1], abs=1e-8)
    assert test.p_value == pytest.approx(table["Pr(>Chisq)"].iloc[1], rel=1e-8)
    assert test.df == 1
    assert not test.large.reml
    assert list(test.small.fixef.index) == ["(Intercept)"]


def test_several_coefficients_at_once() -> None:
    data = case_data("factor_interaction__REML")
    full = lmer("y ~ cond * group + (1 | id)", data)
    names = [name for name in full.fixef.index if "group" in name]
    test = likelihood_ratio(full, names)
    table = anova(full, lmer("y ~ cond + (1 | id)", data)).table
    assert test.df == 2
    assert test.statistic == pytest.approx(table["Chisq"].iloc[1], abs=1e-8)


def test_without_says_what_there_is() -> None:
    fit = lmer(DAYS, sleep())
    with pytest.raises(DataError) as caught:
        without(fit, ["day"])
    assert str(caught.value) == "There is no fixed effect 'day'. There are (Intercept), days."
    with pytest.raises(DataError, match=r"^No fixed effect is named\."):
        without(fit, [])


def test_without_every_fixed_effect() -> None:
    test = likelihood_ratio(lmer(SMALL, sleep()), "(Intercept)")
    assert test.statistic > 50
    assert len(test.small.beta) == 0


@pytest.mark.parametrize("name", [name for name in BOOTED if name != "versions"])
def test_the_bootstrap_agrees_with_pbkrtest(name: str) -> None:
    case = BOOTED[name]
    data = read_data(case["data"], tuple(case["factors"]))
    large, small = lmer(case["large"], data), lmer(case["small"], data)
    test = bootstrap_lrt(large, small, 2_000, np.random.default_rng(5))
    assert test.statistic == pytest.approx(case["statistic"], abs=1e-4)
    assert test.df == case["df"]
    assert test.p_chisq == pytest.approx(case["p_chisq"], rel=1e-3)
    # Both p-values are counts: three standard errors of their difference, and one draw.
    p, used = case["p_bootstrap"], case["used"]
    spread = np.sqrt(p * (1 - p) * (1 / used + 1 / test.n_used))
    assert abs(test.p_value - p) < 3 * spread + 1 / used
    assert test.n_used + test.n_failed == 2_000


def test_the_p_value_counts_draws() -> None:
    large = lmer("y ~ 1 + x + (1 | g)", case_data("zero_variance__REML"))
    test = bootstrap_lrt(large, without(large, ["x"]), 300, np.random.default_rng(1))
    extreme = np.count_nonzero(test.draws >= test.statistic - 1e-8)
    assert test.p_value == (1 + extreme) / (1 + test.n_used)


def test_the_bootstrap_is_right_where_chi_squared_is_not() -> None:
    """Three groups of three rows: a chi-squared test of a slope that is nought rejects too much."""
    data = case_data("small__REML")
    large = lmer("y ~ x1 + x2 + x3 + (1 | g)", data, reml=False)
    small = without(large, ["x3"])
    rng = np.random.default_rng(7)
    test = bootstrap_lrt(large, small, 4_000, rng)
    assert np.quantile(test.draws, 0.95) > 1.4 * stats.chi2.ppf(0.95, 1)
    assert test.p_value > test.p_chisq


def test_the_bootstrap_follows_its_seed_and_reports_progress() -> None:
    data = sleep()
    large, small = lmer(DAYS, data), lmer(SMALL, data)
    heard: list[int] = []
    one = bootstrap_lrt(large, small, 450, np.random.default_rng(3), progress=heard.append)
    two = bootstrap_lrt(large, small, 450, np.random.default_rng(3))
    np.testing.assert_array_equal(one.draws, two.draws)
    assert heard == [200, 400, 450]
    assert (one.draws >= 0).all()


def test_the_bootstrap_refuses_nonsense() -> None:
    data = sleep()
    large, small = lmer(DAYS, data), lmer(SMALL, data)
    rng = np.random.default_rng(1)
    with pytest.raises(DesignError, match=r"^The large model has 3 parameters, the small one 4\."):
        bootstrap_lrt(small, large, 100, rng)
    with pytest.raises(LimitError, match="The number of replicates is 0"):
        bootstrap_lrt(large, small, 0, rng)
    with pytest.raises(DataError, match=r"^The small model is not a special case of the large one"):
        bootstrap_lrt(lmer("reaction ~ days + (0 + days | subject)", data),
                      lmer(SMALL, data), 100, rng)  # fmt: skip
    with pytest.raises(CancelledError):
        bootstrap_lrt(large, small, 100, rng, stop=lambda: True)


def test_ratios_of_the_actual_data_are_the_test() -> None:
    data = sleep()
    test = likelihood_ratio(lmer(DAYS, data), "days")
    ratio = likelihood_ratios(test.large, test.small, test.large.design.y[:, None])
    assert ratio[0] == pytest.approx(test.statistic, abs=1e-7)


def test_wald_is_the_t_value_against_the_normal() -> None:
    table = wald(lmer(SLOPES, sleep()))
    case = reference("sleep_corr__REML")["satterthwaite"]
    assert table.loc["days", "statistic"] == pytest.approx(case["t"]["days"], abs=1e-5)
    assert table.loc["days", "p_value"] == pytest.approx(
        2 * stats.norm.sf(case["t"]["days"]), rel=1e-4
    )
    assert np.isinf(table["df"]).all()


@pytest.mark.parametrize(
    ("p", "text"),
    [
        ([0.03], ["0.03"]),
        ([1e-20], ["< 2.2e-16"]),
        ([0.000123456], ["0.0001235"]),
        ([0.5, 1e-20], ["0.5", "<2e-16"]),
        ([0.012345, 1e-20], ["0.01235", "< 2e-16"]),
    ],
)
def test_p_values_as_r_formats_them(p: list[float], text: list[str]) -> None:
    assert [value.strip() for value in p_values(p)] == text
