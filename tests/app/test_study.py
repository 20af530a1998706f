"""The page that repeats a study, without a browser."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.learn._study import running
from pages.learn._study.curve import enough
from pages.learn._study.words import GUESSES, just_missed, percent, verdict
from sim.inference.error_rates import Rate
from sim.inference.plan import Plan
from sim.inference.repetition import Block, run_block
from sim.scenarios import SCENARIOS
from sim.study import power_curve
from tests.app import screen
from tests.app.screen import plain_text, settings_in
from tests.engine.scripts import run_python

pytestmark = pytest.mark.usefixtures("without_questions")

SHOW = {"repetitions": "200", "random_slopes.guess": "Just show me"}
DRAWN = [name for name, scenario in SCENARIOS.items() if scenario.parameters]

open_page = partial(screen.open_page, "learn/study")


def alts(app: AppTest) -> list[str]:
    """What the pictures show, apart from the example."""
    return [alt for alt in screen.alts(app) if not alt.startswith("One data set")]


def test_the_answer_is_hidden_before_the_prediction() -> None:
    app = open_page()
    assert not app.exception and not alts(app)
    assert "type I error" not in plain_text(app)
    assert "Click what you expect" in plain_text(app)
    assert screen.alts(app)[0].startswith(
        "One data set: 18 lines, one for each participant, score (points)"
    )


def test_a_prediction_starts_the_study_and_is_held_against_it() -> None:
    app = open_page({"repetitions": "200"})
    app.button_group(key="random_slopes.guess").set_value(GUESSES[1]).run()
    assert not app.exception
    said = plain_text(app)
    assert "You expected: *more often*. It is: **more often**, as you said." in said
    assert "an effect `week` that differs by `participant` (SD 2.00)" in said
    assert "200 repetitions" in alts(app)[0]
    assert "miss the true value 1.00" in alts(app)[1]
    table = app.table[0].value
    assert list(table.columns) == ["type I error", "power", "coverage", "bias"]
    assert list(table.index) == ["lmer", "by participant", "lm, single rows"]


def test_the_right_model_repairs_the_error_rate() -> None:
    app = open_page(SHOW)
    app.text_input(key="random_slopes.model").set_value(
        SCENARIOS["random_slopes"].models[1].formula
    ).run()
    assert not app.exception
    assert "That goes with the 5% that a test at 5% promises." in plain_text(app)
    assert "agrees with lmer" in plain_text(app)


@pytest.mark.parametrize("name", DRAWN)
def test_every_story_runs_with_each_of_its_models(name: str) -> None:
    # Their designs differ in every repetition: one model has to do.
    slow = name in ("simpson", "schools")
    for model in SCENARIOS[name].models[: 1 if slow else 3]:
        query = {
            "story": SCENARIOS[name].title, "repetitions": "200", f"{name}.guess": "Just show me",
            f"{name}.model": model.formula,
        }  # fmt: skip
        app = open_page(query)
        assert not app.exception and not app.error
        assert "200 repetitions" in alts(app)[0]
        assert "of the fits are singular" in plain_text(app)
        assert "library(lmerTest)" in plain_text(app)


def test_the_power_curve_is_predicted_and_drawn() -> None:
    app = open_page({"random_slopes.model": SCENARIOS["random_slopes"].models[1].formula})
    key = "random_slopes.curve.18"
    assert app.button_group(key=key).options[:2] == ["Fewer than 18", "18 to 36"]
    app.button_group(key=key).set_value("More than 36").run()
    assert not app.exception
    assert alts(app)[0].startswith("Power of lmer over participants: ")
    assert "You expected: *more than 36*" in plain_text(app)
    assert "participants** reach 80% power" in plain_text(app) or "find it in only" in plain_text(
        app
    )


def test_without_an_effect_there_is_no_curve() -> None:
    app = open_page(SHOW | {"random_slopes.slope": "0.0"})
    assert not app.exception
    assert "Power needs an effect to be found" in plain_text(app)
    assert list(app.table[0].value.columns) == ["type I error", "coverage", "bias"]


def test_a_run_can_be_stopped_and_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page({"repetitions": "1,000", "seed": "77"})
    made: list[int] = []

    def interrupted(plan: Plan, number: int, n: int) -> Block:
        # A click stops the script between two blocks; here it does so before the fifth.
        made.append(number)
        if len(made) == 5:
            st.stop()
        return run_block(plan, number, n)

    monkeypatch.setattr(running, "run_block", interrupted)
    app.button_group(key="random_slopes.guess").set_value("Just show me").run()
    assert len(made) == 5 and not app.exception
    assert app.session_state["study.main.done"][1] == 2
    monkeypatch.setattr(running, "run_block", run_block)
    key = app.session_state["study.main.done"][0]
    app.session_state["study.main.stopped"] = key
    app.run()
    assert "Go on" in [button.label for button in app.button]
    assert "200 repetitions" in alts(app)[0]
    app.button(key="study.main.go on").click().run()
    assert "1,000 repetitions" in alts(app)[0]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"random_slopes.model": "score ~ weak + (1 | participant)"}, "Did you mean 'week'?"),
        ({"random_slopes.model": "score ~ week"}, "The model has no random effects."),
        ({"random_slopes.model": "__import__('os')"}, "formula"),
        (
            {
                "story": "A mixture of participants",
                "mixture.model": "value ~ condition + (1 + condition | participant)",
            },
            "number of observations (=40) <= number of random effects (=40)",
        ),
        ({"story": "Sleep study, 18 participants"}, "Participants practise reading"),
        ({"story": "<script>"}, "Participants practise reading"),
        ({"repetitions": "10000000"}, "1,000 times"),
        ({"random_slopes.participants": "1"}, "1,000 times"),
        ({"random_slopes.term": "nothing", "seed": "-4"}, "1,000 times"),
        ({"random_slopes.guess": "x" * 5_000}, "Click what you expect"),
    ],
)
def test_hostile_links_are_answered_in_words(query: dict[str, str], words: str) -> None:
    app = open_page(query)
    assert not app.exception
    assert words in plain_text(app)


def test_the_link_restores_everything() -> None:
    first = open_page(SHOW | {"seed": "9", "random_slopes.slope": "1.5"})
    query = settings_in(first, "seed=9")
    assert query["seed"] == "9" and query["random_slopes.slope"] == "1.5"
    assert query["random_slopes.model"] == SCENARIOS["random_slopes"].models[0].formula
    second = open_page(query)
    assert alts(second) == alts(first)
    pairs = zip(first.table, second.table, strict=True)
    assert all(one.value.equals(two.value) for one, two in pairs)


def test_the_python_code_runs_and_counts_the_same(tmp_path: Path) -> None:
    app = open_page(SHOW)
    script = next(code.value for code in app.code if "repeat_study" in code.value)
    done = run_python(script, tmp_path)
    power = float(done.stdout.splitlines()[1].split()[3])
    assert percent(power) in app.table[0].value.loc["lmer", "power"]


def test_words_for_shares() -> None:
    assert [percent(value) for value in (0, 0.004, 0.05, 0.12, 0.997, 1)] == [
        "0%", "0.4%", "5.0%", "12%", "99.7%", "100%",
    ]  # fmt: skip
    assert verdict(Rate(50, 1_000)) == GUESSES[0]
    assert verdict(Rate(120, 1_000)) == GUESSES[1]
    assert verdict(Rate(5, 1_000)) == GUESSES[2]


def test_an_interval_that_just_leaves_the_promise_out_is_said_to() -> None:
    assert just_missed(Rate(17, 200), 0.05)
    assert not just_missed(Rate(12, 200), 0.05)
    assert not just_missed(Rate(120, 1_000), 0.05)


def test_rows_that_mix_two_kinds_of_differences_are_told_apart() -> None:
    app = open_page(
        {"story": "Simpson's paradox", "repetitions": "200", "simpson.guess": "Just show me"}
    )
    assert not app.exception
    assert "because it mixes how participants differ" in plain_text(app)
    assert "takes every row for a participant" not in plain_text(app)


def test_eighty_percent_are_found_between_the_points() -> None:
    parameters = {"condition_effect": 0.4, "outliers": 0}
    formula = "value ~ condition + (1 | participant)"
    curve = power_curve(
        "outlier", formula, [10, 20, 40], 500, np.random.default_rng(1), parameters=parameters
    )
    needed = enough(curve)
    assert needed is not None and 20 < needed < 36
    small = power_curve(
        "outlier", formula, [10], 200, np.random.default_rng(1), parameters=parameters
    )
    assert enough(small) is None


def test_a_run_pauses_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MAX_TASK_SECONDS", 0.0)
    app = open_page(SHOW | {"repetitions": "1,000", "seed": "78"})
    assert not app.exception
    assert "Go on" in [button.label for button in app.button]
    assert "100 repetitions" in alts(app)[0]
