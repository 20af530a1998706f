"""The reasons given on the screen follow the model and its numbers."""

import numpy as np
import pandas as pd
import pytest

from pages._data.dataset import Dataset
from pages._data.model import singular_words
from pages.learn._playground.explain import (
    Tilt,
    are_parallel,
    fitted_tilt,
    parallel_question,
    parallel_words,
    repair_words,
    who_words,
)
from sim import SCENARIOS, lmer, simulate
from sim.checks.statistics import check_statistic


def data(name: str, **parameters) -> Dataset:
    scenario = SCENARIOS[name]
    frame = scenario.generate(np.random.default_rng(1), **parameters)
    return Dataset(name, scenario.title, name, frame, scenario.roles, scenario.models)


def explained(dataset: Dataset, formula: str) -> tuple[str, str]:
    fit = lmer(formula, dataset.frame)
    simulated = simulate(fit, 200, np.random.default_rng(2))
    check = check_statistic("slope_sd", fit.design.y, simulated, dataset.frame, dataset.roles)
    tilt = Tilt(fitted_tilt(dataset, fit), check)
    words = " ".join(parallel_words(dataset, fit, tilt))
    return parallel_question(are_parallel(tilt, fit)), words


@pytest.mark.parametrize(
    ("name", "formula", "question", "words"),
    [
        (
            "sleepstudy",
            "reaction ~ days + (1 | subject)",
            "Why are the fitted lines parallel, and the others not?",
            ["never tilts it", "SD of the noise as 31.0 ms", "try `(1 + days | subject)`"],
        ),
        (
            "sleepstudy",
            "reaction ~ days + (days | subject)",
            "Why are the fitted lines not parallel?",
            ["a level and a slope of their own", "`days` 5.92", "pulled towards the average line"],
        ),
        (
            "sleepstudy",
            "reaction ~ days + (days || subject)",
            "Why are the fitted lines not parallel?",
            ["a level and a slope of their own", "`days` 5.99"],
        ),
        (
            "sleepstudy",
            "reaction ~ 1 + (1 | subject)",
            "Why are the fitted lines parallel, and the others not?",
            ["`days` is not in the model"],
        ),
        (
            "lecture_mixture",
            "value ~ condition + (1 | participant)",
            "Why are the fitted lines parallel, and the others not?",
            [
                "nobody can tell slopes of their own from noise",
                "All fitted lines share the same slope.",
            ],
        ),
        (
            "sleepstudy",
            "reaction ~ days + (0 + days | subject)",
            "Why are the fitted lines not parallel?",
            ["gives every `subject` a slope of their own"],
        ),
        (
            "items",
            "time ~ kind + (1 | participant) + (1 | word)",
            "Why are the fitted lines parallel, and the others not?",
            ["level of its `participant`, the effect of `kind`, what `word` adds and fresh noise"],
        ),
        (
            "lecture_mixture",
            "value ~ group * condition + (1 | participant)",
            "Why are the fitted lines not parallel?",
            ["The interaction with `condition`", "fitted lines of the same group are parallel"],
        ),
        (
            "schools",
            "score ~ method + hours + (1 | class)",
            "Why are the fitted lines not parallel?",
            ["no bracket for `school` alone", "`class`"],
        ),
    ],
)
def test_the_words_follow_the_model(name, formula, question, words) -> None:
    asked, said = explained(data(name), formula)
    assert asked == question
    for part in words:
        assert part in said


def test_an_interaction_is_not_called_a_common_slope() -> None:
    formula = "value ~ group * condition + (1 | participant)"
    _, said = explained(data("lecture_mixture"), formula)
    assert "share the same slope" not in said
    assert "tilt a little" not in said
    assert "the actual lines of one group are not parallel only because" in said


def test_a_singular_fit_names_the_sd_that_is_zero() -> None:
    fit = lmer("score ~ test + (1 | participant)", data("singular").frame)
    assert "the SD of `(Intercept)` (`participant`) is estimated as 0" in singular_words(fit)


def test_a_singular_fit_with_a_full_correlation_does_not_speak_of_zero() -> None:
    # The effect of condition follows from the level, up to noise.
    frame = data("outlier", observations=4).frame
    level = np.sin(frame["participant"].astype(int).to_numpy())
    condition = frame["condition"].astype(int).to_numpy()
    noise = np.random.default_rng(3).normal(0, 0.3, len(frame))
    frame = frame.assign(value=level * (1 + condition) + noise)
    fit = lmer("value ~ condition + (condition | participant)", frame)
    assert fit.is_singular
    assert "a correlation of random effects is estimated as 1 or −1" in singular_words(fit)


def test_a_singular_fit_has_one_line_for_everybody() -> None:
    frame = pd.DataFrame(
        {
            "participant": [str(i) for i in range(12) for _ in range(2)],
            "condition": ["0", "1"] * 12,
            "value": [v for i in range(12) for v in (10 + i % 6, 17 - i % 6)],
        }
    )
    story = data("outlier")
    dataset = Dataset("own", "own", "own", frame, story.roles, story.models)
    _, said = explained(dataset, "value ~ condition + (1 | participant)")
    assert "its SD is estimated as 0. So everybody gets the same fitted line" in said


def test_the_repair_of_the_mixture() -> None:
    dataset = data("lecture_mixture")
    first, now = (lmer(model.formula, dataset.frame) for model in dataset.models[:2])
    assert repair_words(dataset, first, now) == (
        "Compared with `value ~ 1 + condition + (1 | participant)`, the participant SD falls from "
        "4.64 to 0.339; the residual SD stays 0.593."
    )


def test_new_and_the_same_participants_are_told_apart() -> None:
    dataset = data("lecture_mixture")
    fit = lmer(dataset.models[0].formula, dataset.frame)
    assert who_words(dataset, fit, ("new",)) == ""
    assert "keeps the estimated line" in who_words(dataset, fit, ("same",))
    assert "bell curve (SD `(Intercept)` 4.64)" in who_words(dataset, fit, ("new", "same"))
