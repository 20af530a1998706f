"""Repeated studies: rates known in advance are found, and nothing depends on who does the work."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.errors import (
    CancelledError,
    DataError,
    DesignError,
    FormulaError,
    LimitError,
    ScenarioError,
    SimError,
)
from sim.inference.counting import Outcomes
from sim.inference.plan import effect_parameter, plan_study, prepare, true_value
from sim.inference.power import power
from sim.inference.repetition import EXACT, n_blocks, run_block
from sim.inference.satterthwaite import satterthwaite
from sim.inference.tails import TailTest
from sim.lm import lm
from sim.lmm.fit import lmer
from sim.scenarios import SCENARIOS, Model, Parameter, Roles, Scenario, Truth
from sim.study import PowerCurve, gather, power_curve, repeat_study, resized, size_parameter

# Simulated rates may miss by chance; this interval does once in 10,000 seeds.
LEVEL = 0.9999
DRAWN = [name for name, scenario in SCENARIOS.items() if scenario.parameters]
SLOPES = "score ~ 1 + week + (1 + week | participant)"
PAIRED = "value ~ 1 + condition + (1 | participant)"
CROSSED = "time ~ 1 + kind + (1 | participant) + (1 | word)"


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def holds(rate, value: float) -> bool:
    low, high = rate.interval(LEVEL)
    return low <= value <= high


def same(first: Outcomes, second: Outcomes) -> bool:
    return all(
        np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
        for name in Outcomes.__slots__
    )


def test_the_right_model_rejects_five_percent_and_covers_ninety_five() -> None:
    null = {"slope": 0.0, "participants": 12, "weeks": 6}
    study = repeat_study("random_slopes", SLOPES, 4_000, rng(), parameters=null)
    counts = study.of()
    assert study.is_null and study.done == 4_000 and not study.failures
    assert holds(counts.rejected, 0.05)
    assert counts.covered is not None and counts.bias is not None
    assert holds(counts.covered, 0.95)
    assert counts.bias.interval(LEVEL)[0] < 0 < counts.bias.interval(LEVEL)[1]


def test_leaving_random_slopes_out_rejects_far_too_often() -> None:
    formula = "score ~ 1 + week + (1 | participant)"
    study = repeat_study("random_slopes", formula, 1_000, rng(2), parameters={"slope": 0.0})
    assert study.of().rejected.interval(LEVEL)[0] > 0.3
    assert study.of().covered.interval(LEVEL)[1] < 0.7


@pytest.mark.parametrize("effect", [0.0, 0.6])
def test_power_of_a_paired_design_is_that_of_the_noncentral_t(effect: float) -> None:
    parameters = {
        "participants": 15, "condition_effect": effect, "participant_sd": 2.0,
        "residual_sd": 0.7, "outliers": 0,
    }  # fmt: skip
    study = repeat_study(
        "outlier", PAIRED, 4_000, rng(3), parameters=parameters, methods=("lmer", "participant")
    )
    expected = power(TailTest("t", (14,)), effect / (0.7 * np.sqrt(2 / 15)))
    assert holds(study.of().rejected, expected)
    assert holds(study.of("participant").rejected, expected)
    # Balanced: the by-participant ANOVA is the same test, unless the fit is singular.
    regular = ~study.outcomes["lmer"].is_singular
    ours, theirs = study.outcomes["lmer"].p_value, study.outcomes["participant"].p_value
    np.testing.assert_allclose(ours[regular], theirs[regular], rtol=1e-4, atol=1e-9)


def test_averaging_over_words_does_not_make_words_go_away() -> None:
    parameters = {"kind_effect": 0.0, "word_sd": 30.0, "words": 8, "participants": 20}
    study = repeat_study(
        "items", CROSSED, 3_000, rng(4), parameters=parameters,
        methods=("lmer", "participant", "word"),
    )  # fmt: skip
    # By participants the error variance leaves out 2 omega^2 / q, so t is too large by this factor.
    counted = 2 * 100.0**2 / (8 * 20)
    factor = np.sqrt((counted + 2 * 30.0**2 / 8) / counted)
    expected = 2 * stats.t.sf(stats.t.isf(0.025, 19) / factor, 19)
    assert holds(study.of("participant").rejected, expected)
    assert expected > 0.15
    assert holds(study.of("word").rejected, 0.05)
    assert study.of().rejected.interval(LEVEL)[1] < 0.08


@pytest.mark.parametrize("name", DRAWN)
def test_each_repetition_is_what_lmer_says_of_its_data(name: str) -> None:
    for model in SCENARIOS[name].models:
        plan = plan_study(name, model.formula, rng(5))
        study = gather(plan, 6, [run_block(plan, 0, 6)])
        for i in range(6):
            fit = lmer(model.formula, plan.data(i))
            row = satterthwaite(fit).loc[plan.term]
            found = study.outcomes["lmer"]
            for column in ("estimate", "std_error", "p_value"):
                assert getattr(found, column)[i] == pytest.approx(row[column], rel=2e-4, abs=1e-9)
            assert found.is_singular[i] == fit.is_singular


@pytest.mark.parametrize("name", ["outlier", "mixture", "unequal_variance", "random_slopes"])
def test_designs_that_are_the_same_up_to_names_are_fitted_at_once(name: str) -> None:
    for model in SCENARIOS[name].models:
        assert prepare(plan_study(name, model.formula, rng())).block == 100
    assert prepare(plan_study("simpson", SCENARIOS["simpson"].models[0].formula, rng())).block == 10


def test_tests_on_means_and_rows_are_the_textbooks() -> None:
    plan = plan_study("mixture", PAIRED, rng(6), methods=("participant", "rows"))
    study = gather(plan, 5, [run_block(plan, 0, 5)])
    for i in range(5):
        data = plan.data(i)
        wide = data.pivot(index="participant", columns="condition", values="value")
        paired = stats.ttest_rel(wide["1"], wide["0"])
        assert study.outcomes["participant"].p_value[i] == pytest.approx(paired.pvalue)
        assert study.outcomes["participant"].df[i] == 19
        rows = lm("value ~ 1 + condition", data)
        assert study.outcomes["rows"].p_value[i] == pytest.approx(rows.p_value["condition1"])


def test_a_predictor_between_participants_is_tested_on_their_means() -> None:
    formula = "value ~ 1 + group + condition + (1 | participant)"
    plan = plan_study(
        "mixture", formula, rng(7), term="group", methods=("participant",),
        parameters={"separation": 0.5, "observations": 3},
    )  # fmt: skip
    study = gather(plan, 4, [run_block(plan, 0, 4)])
    for i in range(4):
        means = plan.data(i).groupby(["participant", "group"], observed=True)["value"].mean()
        one, two = (means.xs(group, level="group") for group in (1, 2))
        assert study.outcomes["participant"].p_value[i] == pytest.approx(
            stats.ttest_ind(two, one).pvalue
        )


def test_a_numeric_predictor_becomes_a_slope_of_each_participant() -> None:
    plan = plan_study("random_slopes", SLOPES, rng(8), methods=("participant",))
    data = plan.data(0)
    slopes = [np.polyfit(own["week"], own["score"], 1)[0] for _, own in data.groupby("participant")]
    study = gather(plan, 1, [run_block(plan, 0, 1)])
    expected = stats.ttest_1samp(slopes, 0.0)
    assert study.outcomes["participant"].estimate[0] == pytest.approx(np.mean(slopes))
    assert study.outcomes["participant"].p_value[0] == pytest.approx(expected.pvalue)


def test_a_study_does_not_depend_on_workers_or_on_where_it_ends() -> None:
    one = repeat_study("random_slopes", SLOPES, 250, rng(9))
    two = repeat_study("random_slopes", SLOPES, 250, rng(9), workers=2)
    short = repeat_study("random_slopes", SLOPES, 200, rng(9))
    other = repeat_study("random_slopes", SLOPES, 250, rng(10))
    assert same(one.outcomes["lmer"], two.outcomes["lmer"])
    assert np.array_equal(one.outcomes["lmer"].p_value[:200], short.outcomes["lmer"].p_value)
    assert not same(one.outcomes["lmer"], other.outcomes["lmer"])


def test_blocks_may_be_made_in_any_order() -> None:
    plan = plan_study("mixture", PAIRED, rng(11))
    assert n_blocks(plan, 230) == 3
    late = [run_block(plan, number, 230) for number in (2, 1, 0)][::-1]
    early = [run_block(plan, number, 230) for number in range(3)]
    assert [block.n for block in early] == [100, 100, 30]
    assert same(gather(plan, 230, late).of().outcomes, gather(plan, 230, early).of().outcomes)


def test_progress_is_reported_and_a_study_can_be_stopped() -> None:
    seen: list[tuple[int, int]] = []
    repeat_study("mixture", PAIRED, 250, rng(), report=lambda done, n: seen.append((done, n)))
    assert seen == [(100, 250), (200, 250), (250, 250)]
    seen.clear()
    with pytest.raises(CancelledError, match="The study was stopped"):
        repeat_study(
            "mixture", PAIRED, 100_000, rng(), stop=lambda: len(seen) == 2,
            report=lambda done, n: seen.append((done, n)),
        )  # fmt: skip
    assert seen[-1][0] == 200


def _sometimes_constant(rng: np.random.Generator, *, share: float, moving: int) -> dict:
    x = np.tile([0.0, 1.0, 2.0], 6)
    if moving:
        x = x + rng.normal(size=18)
    y = rng.normal(size=18) + np.repeat(rng.normal(size=6), 3)
    dead = rng.uniform() < share
    return {"who": np.repeat(list("abcdef"), 3), "x": x, "y": np.zeros(18) if dead else y}


FRAIL = Scenario(
    name="frail",
    title="Frail",
    story="The instrument is sometimes dead. Then every value is zero.",
    lesson="",
    roles=Roles("y", "x", "who"),
    models=(Model("y ~ x + (1 | who)", "One", "Because."),),
    statistic="participant_sd",
    draw=_sometimes_constant,
    parameters=(
        Parameter("share", "Share", 0.2, 0.0, 1.0, 0.1),
        Parameter("moving", "Moving", 0, 0, 1, 1),
    ),
    tell=lambda **_: Truth(fixef={"(Intercept)": 0.0, "x": 0.0}),
)


@pytest.mark.parametrize("moving", [0, 1])
def test_what_fails_is_counted_and_left_out_of_the_shares(moving: int) -> None:
    methods = ("lmer", "rows", "who")
    study = repeat_study(
        FRAIL, "y ~ x + (1 | who)", 200, rng(12), parameters={"moving": moving}, methods=methods
    )
    dead = study.of().failed.hits
    assert 15 < dead < 80
    assert study.done == 200
    for method in methods:
        assert study.of(method).failed.hits == dead
        assert study.of(method).rejected.n == 200 - dead
        assert np.isnan(study.outcomes[method].p_value).sum() == dead
    assert sum(study.failures.values()) == (dead if moving else 3 * dead)
    assert (EXACT in study.failures) is (not moving)
    table = study.table().set_index(["method", "measure"])
    assert table.loc[("lmer", "failed"), "estimate"] == dead / 200
    assert table.loc[("lmer", "type I error"), "n"] == 200 - dead


def test_a_model_that_never_works_says_why() -> None:
    with pytest.raises(DataError):
        repeat_study(FRAIL, "y ~ x + (1 | who)", 100, rng(), parameters={"share": 1.0})


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (10_000_000, "10,000,000 repetitions were asked for; this server makes 1 to 100,000."),
        (0, "0 repetitions were asked for"),
        (10**400, "That repetitions were asked for"),
        (2.5, "That repetitions were asked for"),
        (True, "That repetitions were asked for"),
    ],
)
def test_too_many_repetitions_are_refused(n: int, words: str) -> None:
    with pytest.raises(LimitError) as error:
        repeat_study("mixture", PAIRED, n, rng())
    assert error.value.problem.startswith(words)
    assert "Monte-Carlo" in error.value.hint


@pytest.mark.parametrize(
    ("scenario", "formula", "options", "kind", "words"),
    [
        ("mixtur", PAIRED, {}, ScenarioError, "There is no scenario 'mixtur'."),
        ("sleepstudy", "reaction ~ days + (1 | subject)", {}, ScenarioError, "are fixed"),
        ("mixture", "value ~ conditon + (1 | participant)", {}, FormulaError, "conditon"),
        ("mixture", "value ~ condition", {}, DataError, "The model has no random effects."),
        ("mixture", PAIRED, {"term": "group"}, DataError, "no coefficient 'group'"),
        ("mixture", PAIRED, {"methods": ("anova",)}, DataError, "no method 'anova'"),
        ("mixture", PAIRED, {"methods": ()}, DataError, "No method was asked for."),
        ("mixture", PAIRED, {"alpha": 1.0}, DataError, "alpha = 1 is not between 0 and 1."),
        ("mixture", PAIRED, {"workers": 0}, LimitError, "0 workers"),
        ("mixture", PAIRED, {"parameters": {"participants": 1}}, ScenarioError, "cannot be 1"),
        ("mixture", PAIRED, {"parameters": {"residual_sd": 0}}, ScenarioError, "cannot be 0"),
        (
            "mixture",
            "value ~ condition + (1 + condition | participant)",
            {},
            DesignError,
            "number of observations (=40) <= number of random effects (=40)",
        ),
    ],
)
def test_bad_requests_are_refused_in_words(
    scenario: str, formula: str, options: dict, kind: type[SimError], words: str
) -> None:
    with pytest.raises(kind) as error:
        repeat_study(scenario, formula, 100, rng(), **options)
    assert words in str(error.value)


def test_an_effect_without_any_variance_is_a_legal_truth() -> None:
    study = repeat_study("outlier", PAIRED, 300, rng(13), parameters={"participant_sd": 0.0})
    assert study.of().singular.estimate == 0  # the outlier alone makes participants differ
    alone = {"participant_sd": 0.0, "outliers": 0}
    study = repeat_study("outlier", PAIRED, 300, rng(13), parameters=alone)
    assert 0.3 < study.of().singular.estimate < 0.8
    assert not study.failures


def test_the_power_curve_rises_as_the_closed_form_does() -> None:
    parameters = {"condition_effect": 0.6, "residual_sd": 0.7, "outliers": 0}
    seen: list[PowerCurve] = []
    curve = power_curve(
        "outlier", PAIRED, [24, 8, 16, 8], 400, rng(14), parameters=parameters, report=seen.append
    )
    assert curve.parameter == "participants" and list(curve.studies) == [8, 16, 24]
    for size, study in curve.studies.items():
        expected = power(TailTest("t", (size - 1,)), 0.6 / (0.7 * np.sqrt(2 / size)))
        assert holds(study.of().rejected, expected)
    assert [one.studies[8].done for one in seen] == [100, 200, 300, 400]
    assert list(curve.table()["estimate"]) == sorted(curve.table()["estimate"])
    alone = power_curve("outlier", PAIRED, [16], 400, rng(14), parameters=parameters)
    assert same(alone.studies[16].of().outcomes, curve.studies[16].of().outcomes)


def test_sizes_are_those_of_the_scenario() -> None:
    assert {name: size_parameter(SCENARIOS[name]) for name in DRAWN} == {
        name: "schools" if name == "schools" else "participants" for name in DRAWN
    }
    with pytest.raises(ScenarioError, match="has no number of participants"):
        size_parameter(SCENARIOS["sleepstudy"])
    with pytest.raises(LimitError, match="0 sizes were asked for"):
        power_curve("mixture", PAIRED, [], 100, rng())
    plan = plan_study("mixture", PAIRED, rng())
    with pytest.raises(ScenarioError, match="cannot be 5"):
        resized(plan, "participants", 5)
    assert resized(plan, "participants", 30).entropy != resized(plan, "participants", 31).entropy


@pytest.mark.parametrize(
    ("name", "term", "parameter"),
    [
        ("outlier", None, "condition_effect"),
        ("mixture", None, "condition_effect"),
        ("unequal_variance", None, "condition_effect"),
        ("unequal_variance", "group", "separation"),
        ("random_slopes", None, "slope"),
        ("singular", None, "gain"),
        ("simpson", None, "within_effect"),
        ("schools", "method1", "method_effect"),
        ("schools", None, "hours_effect"),
        ("items", None, "kind_effect"),
        ("items", "(Intercept)", None),
    ],
)
def test_the_parameter_behind_a_coefficient_is_found(
    name: str, term: str | None, parameter: str | None
) -> None:
    plan = plan_study(name, SCENARIOS[name].models[0].formula, rng(), term=term)
    assert effect_parameter(plan) == parameter
    if parameter:
        values = {**dict(plan.parameters), parameter: 0}
        null = plan_study(name, plan.formula, rng(), term=term, parameters=values)
        assert true_value(null) == pytest.approx(0.0, abs=1e-12)


def test_every_repetition_can_be_taken_away() -> None:
    study = repeat_study("mixture", PAIRED, 120, rng(), methods=("lmer", "rows"))
    table = study.repetitions()
    assert len(table) == 240
    assert list(table.columns) == [
        "repetition", "method", "estimate", "std_error", "df", "p_value", "is_singular",
        "converged",
    ]  # fmt: skip
    lines = table[table["method"] == "lmer"]
    assert (lines["p_value"] <= 0.05).sum() == study.of().rejected.hits
    assert isinstance(study.table(), pd.DataFrame)
