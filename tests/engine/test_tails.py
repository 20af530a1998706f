"""Tails against closed forms, SciPy, statsmodels, and R 4.2.2 (its call beside the value)."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from sim.errors import DataError, DesignError, FormulaError
from sim.inference.conversions import (
    one_sided,
    pre_to_f,
    proportional_reduction,
    t_to_f,
)
from sim.inference.linear_tests import (
    coefficient_test,
    compare_models,
    several_groups,
    two_groups,
)
from sim.inference.power import power
from sim.inference.tails import (
    HYPOTHESES,
    Region,
    TailTest,
    density,
    judge,
    p_value,
    rejection_region,
)
from sim.lm import lm

Y = [5.1, 4.9, 6.2, 5.8, 6.0, 5.5, 6.3, 7.1, 6.8, 6.2, 7.4, 5.9, 7.0, 7.7, 6.6, 8.1, 7.2, 6.9]
THREE = pd.DataFrame({"y": Y, "g": np.repeat(["a", "b", "c"], 6), "x": [1, 2, 3, 4, 5, 6] * 3})
TWO = THREE[THREE["g"] != "c"]


def t_test(df: float, hypothesis: str = "different", alpha: float = 0.05) -> TailTest:
    return TailTest("t", (df,), hypothesis, alpha)


@pytest.mark.parametrize(
    ("test", "statistic", "expected"),
    [
        (t_test(18, "better"), 2.101, 0.0249961814389818),  # pt(2.101, 18, lower = FALSE)
        (t_test(7.5, "worse"), -1.3, 0.116063389407804),  # pt(-1.3, 7.5)
        (t_test(2), -3.2, 0.0853408792399529),  # 2 * pt(3.2, 2, lower = FALSE)
        (TailTest("F", (3, 40)), 4.2, 0.0112705632578854),  # pf(4.2, 3, 40, lower = FALSE)
        (TailTest("PRE", (2, 27)), 0.3, 0.00810631620179808),  # pbeta(.3, 1, 13.5, lower = FALSE)
    ],
)
def test_p_values_are_those_of_r(test: TailTest, statistic: float, expected: float) -> None:
    assert p_value(test, statistic) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (t_test(18), (-2.10092204024104, 2.10092204024104)),  # qt(.975, 18)
        (t_test(18, "better"), (1.73406360661754,)),  # qt(.95, 18)
        (t_test(7, "worse", 0.01), (-2.99795156686853,)),  # qt(.01, 7)
        (TailTest("F", (3, 40)), (2.83874539802064,)),  # qf(.95, 3, 40)
        (TailTest("PRE", (2, 27)), (0.199009421645857,)),  # qbeta(.95, 1, 13.5)
    ],
)
def test_critical_values_are_those_of_r(test: TailTest, expected: tuple[float, ...]) -> None:
    assert rejection_region(test).critical_values == pytest.approx(expected, rel=1e-12)


def test_t_with_one_df_is_cauchy() -> None:
    for t in (-3.0, 0.4, 12.0):
        upper = 0.5 - math.atan(t) / math.pi
        assert p_value(t_test(1, "better"), t) == pytest.approx(upper, rel=1e-12)
        assert p_value(t_test(1, "worse"), t) == pytest.approx(1 - upper, rel=1e-12)


def test_f_with_two_numerator_df_has_a_closed_form() -> None:
    assert p_value(TailTest("F", (2, 9)), 3.0) == pytest.approx((1 + 2 * 3 / 9) ** -4.5, rel=1e-12)


@pytest.mark.parametrize("df", [1.0, 2.5, 18.0, 400.0])
@pytest.mark.parametrize("t", [-4.2, -1.0, -0.01, 0.3, 2.1, 7.0])
def test_both_tails_of_t_are_the_one_tail_of_f_and_of_pre(df: float, t: float) -> None:
    both = p_value(t_test(df), t)
    f = t_to_f(t)
    assert p_value(TailTest("F", (1, df)), f) == pytest.approx(both, rel=1e-10)
    pre = f / (f + df)
    assert p_value(TailTest("PRE", (1, df)), pre) == pytest.approx(both, rel=1e-10)
    assert pre_to_f(pre, (1, df)) == pytest.approx(f, rel=1e-12)
    better, worse = (p_value(t_test(df, word), t) for word in ("better", "worse"))
    assert better + worse == pytest.approx(1, rel=1e-12)
    assert one_sided(both, t > 0) == pytest.approx(better, rel=1e-10)
    assert one_sided(both, t < 0) == pytest.approx(worse, rel=1e-10)


def test_a_wrong_signed_estimate_has_a_large_one_sided_p() -> None:
    assert one_sided(0.04, True) == 0.02
    assert one_sided(0.04, False) == 0.98


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.4, 0.9])
def test_the_region_of_t_has_probability_alpha(hypothesis: str, alpha: float) -> None:
    test = t_test(11, hypothesis, alpha)
    region = rejection_region(test)
    null = stats.t(11)
    assert null.cdf(region.lower) + null.sf(region.upper) == pytest.approx(alpha, rel=1e-10)
    for border in region.critical_values:
        assert p_value(test, border) == pytest.approx(alpha, rel=1e-9)


@pytest.mark.parametrize(
    "test", [t_test(5), t_test(5, "worse"), TailTest("F", (2, 9)), TailTest("PRE", (2, 9))]
)
def test_rejecting_and_p_agree(test: TailTest) -> None:
    at = np.linspace(-4, 4, 81) if test.kind == "t" else np.linspace(0, 0.99, 60)
    if test.kind == "F":
        at = at * 9
    for statistic in at:
        result = judge(test, float(statistic))
        assert result.is_rejected == (result.p_value <= test.alpha)
        assert result.df == test.df


def test_densities_are_densities() -> None:
    for test, low, high in (
        (t_test(4), -np.inf, np.inf),
        (TailTest("F", (3, 12)), 0, np.inf),
        (TailTest("PRE", (3, 12)), 0, 1),
    ):
        area = integrate.quad(lambda x, test=test: float(density(test, np.array(x))), low, high)[0]
        assert area == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize(
    ("test", "noncentrality", "expected"),
    [
        # power.t.test(n = 20, delta = .5, sd = 1, alternative = "one.sided")$power
        (t_test(38, "better"), 0.5 * math.sqrt(10), 0.463374349296448),
        # power.t.test(n = 20, delta = .5, sd = 1, strict = TRUE)$power
        (t_test(38), 0.5 * math.sqrt(10), 0.33793902892509),
        # power.anova.test(groups = 4, n = 12, between.var = .2, within.var = 1)$power
        (TailTest("F", (3, 44)), 3 * 12 * 0.2, 0.561108383120521),
        (TailTest("PRE", (3, 44)), 3 * 12 * 0.2, 0.561108383120521),
    ],
)
def test_power_is_that_of_r(test: TailTest, noncentrality: float, expected: float) -> None:
    assert power(test, noncentrality) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_power_without_an_effect_is_alpha(alpha: float) -> None:
    tests = [t_test(9, word, alpha) for word in HYPOTHESES]
    tests += [TailTest("F", (2, 27), alpha=alpha), TailTest("PRE", (2, 27), alpha=alpha)]
    for test in tests:
        assert power(test, 0.0) == pytest.approx(alpha, rel=1e-9)


def test_power_of_f_is_the_two_sided_power_of_t() -> None:
    for delta in (-4.0, 0.7, 2.5, 40.0):
        assert power(TailTest("F", (1, 21)), delta**2) == pytest.approx(
            power(t_test(21), delta), rel=1e-8
        )


def test_power_against_the_wrong_side_falls_below_alpha() -> None:
    assert power(t_test(20, "better"), -1.0) < 0.01
    assert power(t_test(20, "worse"), -12.0) == pytest.approx(1)
    assert power(t_test(20, "better"), -1000.0) == 0
    assert power(t_test(20, "better"), 1000.0) == 1


def test_two_groups_are_t_test_with_equal_variances() -> None:
    # t.test(y ~ factor(g, levels = c("b", "a")), var.equal = TRUE), and with alternative =
    # "greater", "less"
    expected = {
        "different": 0.00828237300605899,
        "better": 0.0041411865030295,
        "worse": 0.995858813496971,
    }
    for hypothesis, p in expected.items():
        found = two_groups(TWO, "y", "g", hypothesis)
        assert found.result.statistic == pytest.approx(3.28046919868086, rel=1e-10)
        assert found.result.df == (10,)
        assert found.result.p_value == pytest.approx(p, rel=1e-10)
        assert found.estimate / found.std_error == pytest.approx(found.result.statistic)
    assert found.estimate == pytest.approx(np.mean(Y[6:12]) - np.mean(Y[:6]))


def test_the_order_of_a_category_decides_the_sign() -> None:
    turned = TWO.assign(g=pd.Categorical(TWO["g"], ["b", "a"]))
    assert two_groups(turned, "y", "g").result.statistic == pytest.approx(-3.28046919868086)
    assert two_groups(TWO.assign(g=TWO["g"] == "b"), "y", "g").estimate > 0
    assert two_groups(TWO.assign(g=TWO["g"].map({"a": 1, "b": 7})), "y", "g").estimate == (
        pytest.approx(two_groups(TWO, "y", "g").estimate)
    )


def test_several_groups_are_an_anova() -> None:
    # anova(lm(y ~ g))
    found = several_groups(THREE, "y", "g")
    assert found.result.statistic == pytest.approx(14.1189508681197, rel=1e-10)
    assert found.df == (2, 15)
    assert found.result.p_value == pytest.approx(0.000356204881163245, rel=1e-9)
    assert found.sse_compact - found.sse_augmented == pytest.approx(8.49333333333333, rel=1e-10)
    assert found.sse_augmented == pytest.approx(4.51166666666666, rel=1e-10)
    by_hand = stats.f_oneway(*(group["y"] for _, group in THREE.groupby("g")))
    assert found.result.statistic == pytest.approx(by_hand.statistic, rel=1e-10)


def test_two_groups_t_squared_is_the_anova_f() -> None:
    t, f = two_groups(TWO, "y", "g"), several_groups(TWO, "y", "g")
    assert t.result.statistic**2 == pytest.approx(f.result.statistic, rel=1e-10)
    assert t.result.p_value == pytest.approx(f.result.p_value, rel=1e-10)


def test_compact_and_augmented_models() -> None:
    # anova(lm(y ~ x), lm(y ~ x * g))
    found = compare_models("y ~ x", "y ~ x * g", THREE)
    assert found.result.statistic == pytest.approx(6.43565819861431, rel=1e-10)
    assert found.result.p_value == pytest.approx(0.00526031763153385, rel=1e-9)
    assert (found.sse_compact, found.sse_augmented) == pytest.approx(
        (12.9702857142857, 4.12380952380952), rel=1e-10
    )
    assert found.pre == pytest.approx(1 - 4.12380952380952 / 12.9702857142857, rel=1e-10)
    assert found.pre_result.p_value == pytest.approx(found.result.p_value, rel=1e-10)
    assert found.pre_result.is_rejected == found.result.is_rejected
    table = found.augmented.results.compare_f_test(found.compact.results)
    assert (found.result.statistic, found.result.p_value) == pytest.approx(table[:2], rel=1e-9)


def test_one_coefficient_agrees_with_statsmodels() -> None:
    fit = lm("y ~ x + g", THREE)
    for i, term in enumerate(fit.fixef.index):
        found = coefficient_test(fit, term)
        assert found.result.statistic == pytest.approx(fit.results.tvalues[i], rel=1e-12)
        assert found.result.p_value == pytest.approx(fit.results.pvalues[i], rel=1e-10)


def test_random_models_agree_with_statsmodels() -> None:
    rng = np.random.default_rng(20261122)
    for _ in range(10):
        n = int(rng.integers(12, 60))
        frame = pd.DataFrame(
            {
                "y": rng.normal(100, 10, n),
                "x": rng.normal(size=n),
                "z": rng.normal(size=n),
                "g": rng.choice(list("pqr"), n),
            }
        )
        found = compare_models("y ~ x", "y ~ x * g + z", frame)
        f, p, df = found.augmented.results.compare_f_test(found.compact.results)
        assert found.result.statistic == pytest.approx(f, rel=1e-8)
        assert found.result.p_value == pytest.approx(p, rel=1e-8)
        assert found.df[0] == df
        shifted = compare_models("y ~ x", "y ~ x * g + z", frame.assign(y=3 * frame["y"] + 5))
        assert shifted.pre == pytest.approx(found.pre, rel=1e-8)


def sentence(error: pytest.ExceptionInfo) -> str:
    return str(error.value)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("t", (0,)), "Degrees of freedom are positive numbers, not 0."),
        (("t", (-3,)), "Degrees of freedom are positive numbers, not -3."),
        (("t", (math.nan,)), "Degrees of freedom are positive numbers, not nan."),
        (("F", (math.inf, 3)), "Degrees of freedom are positive numbers, not inf."),
        (("F", (3,)), "A test of F has 2 df, not 1."),
        (("t", (3,), "bigger"), "'bigger' is no hypothesis."),
        (("z", (3,)), "'z' is no kind of test."),
        (("t", (3,), "better", 0), "alpha = 0 is not between 0 and 1."),
        (("t", (3,), "better", 1), "alpha = 1 is not between 0 and 1."),
        (("t", (3,), "better", math.nan), "alpha = nan is not between 0 and 1."),
    ],
)
def test_impossible_tests_are_refused(arguments: tuple, problem: str) -> None:
    with pytest.raises(DataError) as error:
        TailTest(*arguments)
    assert error.value.problem == problem
    assert error.value.hint


@pytest.mark.parametrize("kind", ["F", "PRE"])
@pytest.mark.parametrize("hypothesis", ["better", "worse"])
def test_f_and_pre_have_no_direction(kind: str, hypothesis: str) -> None:
    with pytest.raises(DesignError) as error:
        TailTest(kind, (1, 20), hypothesis)
    assert sentence(error) == (
        f"{kind} has no sign, so it cannot test '{hypothesis}'. Use 'different', or test one "
        "difference with t."
    )


@pytest.mark.parametrize(
    ("kind", "df", "statistic", "problem"),
    [
        ("t", (3,), math.nan, "The t statistic is nan, which is not a number to test."),
        ("t", (3,), math.inf, "The t statistic is inf, which is not a number to test."),
        ("F", (1, 3), -1.0, "F = -1 is negative, but F is a ratio of two variances."),
        ("PRE", (1, 3), 1.5, "PRE = 1.5 is not between 0 and 1."),
        ("PRE", (1, 3), -0.1, "PRE = -0.1 is not between 0 and 1."),
    ],
)
def test_impossible_statistics_are_refused(kind, df, statistic, problem) -> None:
    with pytest.raises(DataError) as error:
        judge(TailTest(kind, df), statistic)
    assert error.value.problem == problem


def test_other_impossible_numbers_are_refused() -> None:
    for call in (
        lambda: power(t_test(3), math.nan),
        lambda: power(TailTest("F", (1, 3)), -1.0),
        lambda: one_sided(1.2, True),
        lambda: one_sided(math.nan, True),
        lambda: proportional_reduction(0, 0),
        lambda: proportional_reduction(1, 2),
        lambda: proportional_reduction(1, -1),
        lambda: proportional_reduction(math.inf, 1),
        lambda: pre_to_f(1.0, (1, 3)),
        lambda: pre_to_f(0.3, (1, 0)),
    ):
        with pytest.raises(DataError) as error:
            call()
        assert error.value.problem and error.value.hint


def test_impossible_data_are_refused() -> None:
    constant = THREE.assign(y=4.0)
    stepped = TWO.assign(y=TWO["g"].map({"a": 1.0, "b": 2.0}))
    for call, problem in (
        (lambda: two_groups(THREE, "y", "g"), "Column 'g' has 3 groups, but a t-test compares two"),
        (lambda: two_groups(TWO[:6], "y", "g"), "Column 'g' has 1 group, but a t-test compares"),
        (lambda: several_groups(TWO[:6], "y", "g"), "Column 'g' has 1 group."),
        (lambda: several_groups(THREE[:0], "y", "g"), "Column 'g' has 0 groups."),
        (lambda: several_groups(constant, "y", "g"), "All 18 values of 'y' are 4."),
        (lambda: two_groups(stepped, "y", "g"), "The model fits every row exactly"),
        (lambda: two_groups(TWO, "why", "g"), "Column 'why' is not in the data."),
        (lambda: two_groups(TWO, "g", "g"), "Column 'g' is not numeric."),
    ):
        with pytest.raises(DataError) as error:
            call()
        assert error.value.problem.startswith(problem)
        assert error.value.hint


def test_models_that_cannot_be_compared_are_refused() -> None:
    gaps = THREE.assign(x=[math.nan, *THREE["x"][1:]])
    for call, problem in (
        (lambda: compare_models("y ~ x", "y ~ g", THREE), "The augmented model does not contain"),
        (lambda: compare_models("y ~ g", "y ~ g", THREE), "Both models say the same."),
        (lambda: compare_models("y ~ 1", "y ~ x", gaps), "The models use different rows (18 and"),
        (lambda: compare_models("x ~ 1", "y ~ g", THREE), "The models have different responses."),
        (lambda: compare_models("y ~ 1", "y ~ g + (1 | x)", THREE), "The formula has random"),
        (lambda: two_groups(TWO.iloc[[0, 11]], "y", "g"), "number of observations (=2) <= "),
        (lambda: coefficient_test(lm("y ~ x", THREE), "z"), "The model has no coefficient 'z'."),
    ):
        with pytest.raises(DesignError) as error:
            call()
        assert error.value.problem.startswith(problem)
    with pytest.raises(FormulaError):
        compare_models("y ~ 1", "y ~ nothing", THREE)


def test_a_region_knows_its_borders() -> None:
    region = Region(-math.inf, 1.7)
    assert region.critical_values == (1.7,)
    assert region.contains(1.7) and not region.contains(-50)
