"""Resampling rows, participants, residuals and the model: against R, and against known truths."""

import json

import numpy as np
import pandas as pd
import pytest

from sim import CancelledError, DataError, Fit, LimitError, generate, lm, lmer
from sim.data import read_data as read_stored
from sim.inference.bootstrap import Draws, bootstrap
from sim.inference.coverage import Repeat, Repeats, repeat_bootstrap
from sim.inference.intervals import INTERVAL_KINDS, Interval, intervals
from sim.inference.resamples import KINDS, refit_weighted, reflate
from tests.reference.cases import HERE, read_data

BOOT = json.loads((HERE / "inference" / "boot.json").read_text(encoding="utf-8"))
LECTURE = "reaction ~ 1 + days + (1 + days | subject)"


def sleep() -> pd.DataFrame:
    return read_data("sleepstudy183", ("subject",))


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def sd_of(draws: Draws, name: str) -> float:
    return float(np.nanstd(draws.values[:, draws.place(name)], ddof=1))


def test_the_lectures_interval_for_days() -> None:
    fit = lmer(LECTURE, read_stored("sleepstudy20"))
    draws = bootstrap(fit, "parametric", 2_000, seeded())
    found = intervals(draws, "percentile").loc["days"]
    # The lecture prints (7.5, 13.4) and R, refitting by lmer, (7.46, 13.31): 1,000 draws each,
    # whose quantiles vary by about 0.15.
    assert found["conf_low"] == pytest.approx(7.5, abs=0.35)
    assert found["conf_high"] == pytest.approx(13.4, abs=0.35)
    low, high = BOOT["lecture"]["percentile"]
    assert found["conf_low"] == pytest.approx(low, abs=0.35)
    assert found["conf_high"] == pytest.approx(high, abs=0.35)
    assert found["n"] == 2_000


def test_resampled_rows_of_a_linear_model_as_r() -> None:
    fit = lm("reaction ~ days", sleep())
    weights = np.array(BOOT["linear"]["frequencies"], dtype=float).T
    np.testing.assert_allclose(refit_weighted(fit, weights).fixef, BOOT["linear"]["t"], rtol=1e-9)


def test_influence_of_rows_as_r() -> None:
    draws = bootstrap(lm("reaction ~ days", sleep()), "rows", 1, seeded())
    np.testing.assert_allclose(
        draws.influence[:, draws.place("days")], BOOT["linear"]["influence"], rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("kind", ["cases", "residual", "parametric"])
def test_influence_of_participants_as_lme4(kind: str) -> None:
    data = sleep()
    fit = lmer(LECTURE, data)
    draws = bootstrap(fit, kind, 1, seeded())
    theirs = np.array(BOOT["mixed"]["influence"])
    assert fit.design.blocks[0].levels == tuple(map(str, BOOT["mixed"]["subjects"]))
    # lme4's optimiser stops early; the influence multiplies its error by 19.
    np.testing.assert_allclose(draws.influence[:, -2:], theirs, atol=2e-2)


@pytest.mark.parametrize("kind", ["rows", "residual", "parametric"])
def test_a_linear_model_gets_back_its_standard_error(kind: str) -> None:
    rng = seeded(8)
    data = pd.DataFrame({"x": rng.normal(size=300), "g": rng.choice(list("abc"), 300)})
    data["y"] = 2.0 * data["x"] + rng.normal(size=300)
    fit = lm("y ~ x + g", data)
    draws = bootstrap(fit, kind, 2_000, seeded())
    assert draws.names == ("sigma", "(Intercept)", "x", "gb", "gc")
    assert draws.fixef.shape == (2_000, 4)
    for name, error in fit.std_error.items():
        assert sd_of(draws, str(name)) == pytest.approx(error, rel=0.15)
    np.testing.assert_allclose(draws.fixef.mean(axis=0), fit.fixef, atol=0.02)


@pytest.mark.parametrize("kind", ["cases", "residual", "parametric"])
def test_a_mixed_model_gets_back_its_standard_error(kind: str) -> None:
    fit = lmer("reaction ~ days + (1 + days | subject)", read_stored("sleepstudy"))
    draws = bootstrap(fit, kind, 2_000, seeded())
    assert draws.names == (
        "sd_(Intercept)|subject",
        "cor_days.(Intercept)|subject",
        "sd_days|subject",
        "sigma",
        "(Intercept)",
        "days",
    )
    for name, error in fit.std_error.items():
        assert sd_of(draws, str(name)) == pytest.approx(error, rel=0.1)
    sdcor = fit.varcorr["sdcor"].to_numpy()[[0, 2, 1, 3]]
    np.testing.assert_allclose(draws.estimate[:4], sdcor, rtol=1e-9)


TWO_ROWS = ("mixture", "value ~ group + condition + (1 | participant)", "condition1")
FOUR_ROWS = ("random_slopes", "score ~ week + (1 | participant)", "week")


@pytest.mark.parametrize(
    ("case", "truth", "factor"),
    [
        (TWO_ROWS, {"participants": 24, "participant_sd": 3.0}, 1.2),
        (FOUR_ROWS, {"participants": 24, "weeks": 4, "slope_sd": 0.0, "intercept_sd": 20.0}, 1.08),
    ],
)
def test_rows_are_too_wide_within_participants_with_random_intercepts_only(
    case: tuple[str, str, str], truth: dict[str, float], factor: float
) -> None:
    story, formula, term = case
    ratios = []
    for seed in range(6):
        fit = lmer(formula, generate(story, seeded(seed), **truth))
        rows, model = (bootstrap(fit, kind, 400, seeded()) for kind in ("rows", "parametric"))
        ratios.append(sd_of(rows, term) / sd_of(model, term))
    # The more rows each participant has, the less it costs: 1.35 with two rows, 1.18 with four.
    assert np.mean(ratios) > factor


def test_rows_are_too_narrow_with_random_slopes() -> None:
    data = generate("random_slopes", seeded(5), participants=24, slope_sd=3.0)
    fit = lmer("score ~ week + (1 + week | participant)", data)
    rows, model = (bootstrap(fit, kind, 1_000, seeded()) for kind in ("rows", "parametric"))
    assert sd_of(rows, "week") < 0.6 * sd_of(model, "week")


def test_rows_are_too_narrow_for_a_predictor_between_participants() -> None:
    truth = {"participants": 30, "observations": 5, "participant_sd": 3.0, "residual_sd": 1.0}
    data = generate("mixture", seeded(5), **truth)
    fit = lmer("value ~ group + condition + (1 | participant)", data)
    rows, cases, model = (
        bootstrap(fit, kind, 1_000, seeded()) for kind in ("rows", "cases", "parametric")
    )
    assert sd_of(rows, "group") < 0.6 * sd_of(model, "group")
    assert sd_of(cases, "group") == pytest.approx(sd_of(model, "group"), rel=0.25)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_of_many_are_those_of_few(kind: str) -> None:
    fit = lmer(LECTURE, read_stored("sleepstudy20"))
    many, few = bootstrap(fit, kind, 600, seeded()), bootstrap(fit, kind, 40, seeded())
    np.testing.assert_allclose(many.first(40).values, few.values, rtol=1e-6, atol=1e-8)
    assert many.first(40).messages == few.messages
    again = bootstrap(fit, kind, 40, seeded(2))
    assert not np.allclose(again.values, few.values, equal_nan=True)


def test_singular_fits_are_counted_in_lme4s_words() -> None:
    fit = lmer(LECTURE, read_stored("sleepstudy20"))
    draws = bootstrap(fit, "cases", 400, seeded())
    assert draws.n_singular == int(draws.is_singular.sum()) > 0
    assert draws.messages == (
        f"{draws.n_singular} message(s): boundary (singular) fit: see help('isSingular')",
    )
    assert list(draws.table().columns) == [*draws.names, "is_singular", "converged"]


def test_resamples_that_cannot_be_fitted_are_counted() -> None:
    data = pd.DataFrame({"y": [1.0, 2.5, 2.0, 4.0, 4.5, 3.0], "x": [0.0, 0, 0, 0, 0, 1]})
    draws = bootstrap(lm("y ~ x", data), "rows", 500, seeded())
    # The only row with x = 1 is left out with probability (5/6)^6 = 0.335.
    assert 120 < draws.n_failed < 220
    assert draws.messages == (f"some bootstrap runs failed ({draws.n_failed}/500)",)
    assert draws.n_not_converged == 0
    assert intervals(draws, "percentile").loc["x", "n"] == 500 - draws.n_failed


def test_a_search_that_did_not_end_is_counted() -> None:
    draws = bootstrap(lm("reaction ~ days", sleep()), "rows", 4, seeded())
    stuck = Draws(
        "rows", draws.names, 2, draws.estimate, draws.values.copy(), np.zeros(4, dtype=bool),
        np.array([True, False, True, False]), draws.influence,
    )  # fmt: skip
    assert stuck.messages == ("2 warning(s): Model failed to converge",)


def test_reflated_modes_have_the_estimated_covariance() -> None:
    rng = seeded(3)
    modes = rng.normal(size=(15, 2)) @ np.array([[3.0, 0.0], [0.4, 0.1]])
    wanted = np.array([[16.0, 2.0], [2.0, 0.5]])
    turned = reflate(modes, wanted)
    np.testing.assert_allclose(turned.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(turned.T @ turned / 15, wanted, rtol=1e-9)
    line = np.outer(rng.normal(size=15), [2.0, 1.0])
    perfect = np.array([[4.0, 2.0], [2.0, 1.0]])  # a correlation of 1
    turned = reflate(line, perfect)
    np.testing.assert_allclose(turned.T @ turned / 15, perfect, rtol=1e-9)
    assert not reflate(np.zeros((15, 2)), np.zeros((2, 2))).any()


@pytest.mark.parametrize("kind", ["rows", "residual", "parametric"])
def test_crossed_participants_and_items(kind: str) -> None:
    data = read_data("crossed_unbalanced", ("participant", "item"))
    fit = lmer("rt ~ condition + (1 | participant) + (1 | item)", data)
    draws = bootstrap(fit, kind, 12, seeded())
    assert draws.n_failed == 0
    assert draws.influence.shape[0] == 0
    assert np.isfinite(intervals(draws, "bca").loc["conditionunrelated", "conf_low"])
    with pytest.raises(DataError, match="one grouping factor; this one has participant, item"):
        bootstrap(fit, "cases", 12, seeded())


def test_what_is_refused() -> None:
    data = sleep()
    linear, mixed = lm("reaction ~ days", data), lmer(LECTURE, data)
    with pytest.raises(DataError) as no_people:
        bootstrap(linear, "cases", 10, seeded())
    assert str(no_people.value) == (
        "A linear model has no participants to draw. "
        "Draw its rows or residuals, or fit the participants with lmer."
    )
    with pytest.raises(DataError, match="Choose rows, cases, residual, parametric"):
        bootstrap(mixed, "jackknife", 10, seeded())  # type: ignore[arg-type]
    for n in (0, -3, 10_000_000, 2.5, True):
        with pytest.raises(LimitError, match=r"Choose a whole number from 1 to 100,000\."):
            bootstrap(mixed, "rows", n, seeded())  # type: ignore[arg-type]
    with pytest.raises(DataError, match="There is no parameter 'dayz'"):
        bootstrap(linear, "rows", 2, seeded()).place("dayz")


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_ends_it(kind: str) -> None:
    data = read_data("crossed_unbalanced", ("participant", "item"))
    crossed = lmer("rt ~ condition + (1 | participant) + (1 | item)", data)
    one_factor = lmer(LECTURE, sleep())
    for fit in [one_factor] if kind == "cases" else [one_factor, crossed]:
        asked = iter([False, False, False])
        with pytest.raises(CancelledError):
            bootstrap(fit, kind, 5_000, seeded(), stop=lambda it=asked: next(it, True))


STUDIES, RESAMPLES = 150, 200


@pytest.mark.parametrize(
    ("kind", "slope"),
    [
        ("cases", 0.0),
        ("cases", 3.0),
        ("parametric", 0.0),
        ("parametric", 3.0),
        ("residual", 0.0),
    ],
)
def test_coverage_with_and_without_an_effect(kind: str, slope: float) -> None:
    hits = dict.fromkeys(INTERVAL_KINDS, 0)
    for study in range(STUDIES):
        rng = np.random.default_rng([9, study])
        data = generate("random_slopes", rng, participants=24, weeks=4, slope=slope)
        draws = bootstrap(
            lmer("score ~ week + (1 + week | participant)", data), kind, RESAMPLES, rng
        )
        for name in hits:
            found = intervals(draws, name).loc["week"]
            hits[name] += bool(found["conf_low"] <= slope <= found["conf_high"])
    # 95% less 2.5% that 24 participants cost (normal quantiles where t with 23 df belongs, draws
    # with 23/24 of the variance), less and plus three Monte-Carlo errors of 150 studies (1.8%).
    for name, count in hits.items():
        assert 0.87 <= count / STUDIES <= 1.0, (name, count)


def study_of_slopes(rng: np.random.Generator) -> Fit:
    data = generate("random_slopes", rng, participants=24, slope_sd=3.0)
    return lmer("score ~ week + (1 + week | participant)", data)


SLOPES = Repeats(study_of_slopes, "week", 3.0, "percentile", 0.95, RESAMPLES, seed=10)


def test_intervals_from_rows_miss_the_truth() -> None:
    hits = dict.fromkeys(KINDS, 0)
    for repeat in repeat_bootstrap(SLOPES, ("rows", "parametric"), range(STUDIES)):
        for kind in repeat.intervals:
            hits[kind] += repeat.holds(kind, 3.0)
    assert hits["rows"] / STUDIES < 0.75  # about 60%
    assert hits["parametric"] / STUDIES > 0.87


def test_a_repeated_study_is_the_same_whoever_asks() -> None:
    three = list(repeat_bootstrap(SLOPES, ("rows", "cases"), range(3)))
    last = next(repeat_bootstrap(SLOPES, ("cases",), range(2, 3)))
    assert last.intervals["cases"] == three[2].intervals["cases"]
    assert last.estimate == three[2].estimate
    assert three[0].estimate != three[1].estimate
    no_interval = Repeat(3.0, {"cases": Interval(np.nan, np.nan)})
    assert not no_interval.holds("cases", 3.0)
    with pytest.raises(CancelledError):
        next(repeat_bootstrap(SLOPES, ("cases",), range(3), stop=lambda: True))
