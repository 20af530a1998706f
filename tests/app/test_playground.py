"""The playground without a browser: every story, every control, every error."""

import statistics
import time
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sim.scenarios import SCENARIOS
from tests.app import screen
from tests.app.screen import alts, plain_text, press, settings_in
from tests.engine.scripts import run_python

pytestmark = pytest.mark.usefixtures("without_questions")

LECTURE = {"story": "The lecture's mixture"}

open_page = partial(screen.open_page, "")
links = partial(settings_in, part="story=")


def open_story(name: str) -> AppTest:
    return open_page({"story": SCENARIOS[name].title})


def test_a_new_visitor_sees_data_fit_and_simulation_at_once() -> None:
    app = open_page()
    assert not app.exception
    assert [alt.split(":")[0] for alt in alts(app)] == ["Actual data", "Fitted lines", "Simulated"]
    assert app.text_input(key="mixture.model").value == "value ~ 1 + condition + (1 | participant)"
    assert "Linear mixed model fit by REML" not in plain_text(app)
    app.session_state["results"] = "Summary as in R"
    assert "Linear mixed model fit by REML" in plain_text(app.run())


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_every_story_runs_with_each_of_its_models(name: str) -> None:
    app = open_story(name)
    assert not app.exception
    assert app.selectbox(key="story").value == name
    for model in SCENARIOS[name].models:
        app.text_input(key=f"{name}.model").set_value(model.formula).run()
        assert not app.exception
        assert not app.error
        assert len(alts(app)) == 3
        assert model.formula.partition(" ~")[0] in plain_text(app)


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_every_parameter_is_a_control_with_its_unit(name: str) -> None:
    app = open_story(name)
    for parameter in SCENARIOS[name].parameters:
        control = app.get_by_key(f"{name}.{parameter.name}")
        assert control.value == parameter.default
        assert control.label.startswith(parameter.label)
        assert parameter.unit in control.label


def test_the_lectures_path() -> None:
    app = open_page(LECTURE | {"results": "Summary as in R"})
    assert "REML criterion at convergence: 165.6" in plain_text(app)
    assert "4.638" in plain_text(app)
    app.button(key="lecture_mixture.next").click().run()
    assert app.text_input(key="lecture_mixture.model").value == (
        "value ~ 1 + group + condition + (1 | participant)"
    )
    assert "REML criterion at convergence: 83.7" in plain_text(app)
    assert "the participant SD falls from 4.64 to 0.34" in plain_text(app)


def test_a_parameter_changes_the_data() -> None:
    app = open_page()
    before = plain_text(app)
    app.slider(key="mixture.separation").set_value(0.0).run()
    assert not app.exception
    assert plain_text(app) != before


def test_new_data_and_back_to_the_defaults() -> None:
    app = open_page()
    first = plain_text(app)
    app.slider(key="mixture.participants").set_value(40)
    press(app, "New data")
    assert app.number_input(key="seed").value == 2
    assert plain_text(app) != first
    next(button for button in app.button if "defaults" in button.label).click().run()
    assert app.number_input(key="seed").value == 1
    assert app.slider(key="mixture.participants").value == 20
    assert plain_text(app) == first


def test_simulate_again_changes_only_the_simulation() -> None:
    app = open_page()
    before = alts(app)
    press(app, "Simulate again")
    after = alts(app)
    assert [a.split(" from ")[0] for a in after] == [b.split(" from ")[0] for b in before]
    assert after[2] != before[2]
    assert app.number_input(key="draw").value == 2


@pytest.mark.parametrize(("who", "panels"), [("The same participants", 3), ("Both", 4)])
def test_new_or_the_same_participants(who: str, panels: int) -> None:
    app = open_page({"who": who})
    assert not app.exception
    assert len(alts(app)) == panels
    assert any("the same participants" in alt for alt in alts(app))


def test_twenty_simulations_of_both_kinds() -> None:
    app = open_page({"who": "Both", "n": "20"})
    assert not app.exception
    assert len(alts(app)) == 2 + 40


def test_method_changes_the_summary() -> None:
    app = open_page(LECTURE | {"results": "Summary as in R"})
    app.toggle(key="reml").set_value(False).run()
    assert "Linear mixed model fit by maximum likelihood" in plain_text(app)
    app.radio(key="contrasts").set_value("Sum (1/−1)").run()
    assert not app.exception
    assert "condition1" in plain_text(app)


def test_histogram_appears_after_the_prediction() -> None:
    app = open_page(LECTURE)
    assert len(alts(app)) == 3
    app.get_by_key("lecture_mixture.guess").set_value("Above most of them").run()
    assert not app.exception
    assert len(alts(app)) == 4
    assert "Histogram of the bimodality of participant means in 1,000 simulated" in alts(app)[3]
    assert "You expected: *above most of them*. It lies: **above most of them**, as you said." in (
        plain_text(app)
    )
    assert "Simulation p-value: **p = 0.0" in plain_text(app)


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("value ~ 1 + conditon + (1 | participant)", "conditon"),
        ("value 1 + condition", "~"),
        ("", "The model is empty."),
        ("value ~ 1 + condition + (1 + condition | participant)", "number of observations (=40)"),
        ("__import__('os').system('id') ~ 1 + (1 | participant)", "__import__"),
        ("value ~ 1 + (1 | participant", "("),
        ("value ~ 1 + condition", "random"),
    ],
)
def test_a_wrong_formula_says_what_is_wrong_and_keeps_everything(
    formula: str, problem: str
) -> None:
    app = open_page({"mixture.separation": "7"})
    box = app.text_input(key="mixture.model")
    box.set_value(formula).run()
    assert not app.exception
    assert len(app.error) == 1
    assert problem in plain_text(app)
    assert app.text_input(key="mixture.model").value == formula
    assert app.slider(key="mixture.separation").value == 7.0
    assert len(alts(app)) == 3


def test_the_wrong_character_is_marked() -> None:
    app = open_page()
    app.text_input(key="mixture.model").set_value("value ~ 1 + conditon + (1 | participant)").run()
    marked = [code.value for code in app.code if "^" in code.value]
    assert marked[0].splitlines() == [
        "value ~ 1 + conditon + (1 | participant)",
        "            ^^^^^^^^",
    ]


HOSTILE = [
    {"story": "nope"},
    {"story": "<script>alert(1)</script>"},
    {"story": ""},
    {"n": "1e9"},
    {"n": "-3"},
    {"n": "nan"},
    {"draw": "999999999999999999999"},
    {"seed": "-1"},
    {"seed": "abc"},
    {"who": "everybody"},
    {"who": ""},
    {"reml": "perhaps"},
    {"contrasts": "helmert"},
    {"mixture.participants": "1000000"},
    {"mixture.separation": "inf"},
    {"mixture.residual_sd": "-5"},
    {"mixture.statistic": "delete from"},
    {"mixture.guess": "42"},
    {"mixture.model": "x" * 10_000},
    {"mixture.model": "![x](http://example.com/x.png) ~ 1"},
    {"mixture.model": "value ~ \u202e\u0000 (1|participant)"},
    {"mixture.model": "(" * 500},
    {"schools.labels": "none"},
    {"unknown": "1"},
    {"own.model": "a ~ b", "story": "Your own data (CSV)"},
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: str(query)[:50])
def test_a_hostile_link_never_breaks_the_page(query: dict[str, str]) -> None:
    app = open_page(query)
    assert not app.exception
    assert app.title[0].value == "Playground"
    assert app.slider(key="n").value <= 20 if app.slider else True


def test_a_formula_from_a_link_is_never_markdown() -> None:
    app = open_page({"mixture.model": "![x](http://example.com/x.png) ~ 1 + (1 | participant)"})
    shown = [
        element.value for kind in ("markdown", "error", "caption") for element in app.get(kind)
    ]
    assert not any("![x](" in value for value in shown)


def test_the_link_restores_everything() -> None:
    app = open_page({"story": "Random slopes", "random_slopes.slope_sd": "2.5", "who": "Both"})
    app.number_input(key="seed").set_value(7)
    app.slider(key="n").set_value(3)
    app.toggle(key="reml").set_value(False)
    app.get_by_key("random_slopes.guess").set_value("In the middle")
    app.selectbox(key="random_slopes.statistic").set_value("participant_sd")
    app.text_input(key="random_slopes.model").set_value(
        "score ~ week + (week || participant)"
    ).run()
    assert not app.exception
    again = open_page(links(app))
    assert not again.exception
    assert links(again) == links(app)
    assert again.selectbox(key="random_slopes.statistic").value == "participant_sd"
    assert plain_text(again) == plain_text(app)
    assert alts(again) == alts(app)


@pytest.mark.parametrize("query", [{"story": SCENARIOS["schools"].title, "who": "Both"}, LECTURE])
def test_the_python_code_runs_as_it_stands(tmp_path: Path, query) -> None:
    app = open_page(query | {"results": "Summary as in R"})
    code = next(
        code.value for code in app.code if code.value.startswith("# The same analysis in P")
    )
    done = run_python(code, tmp_path)
    summary = next(code.value for code in app.code if code.value.startswith("Linear mixed model"))
    assert done.stdout.startswith(summary)


def test_the_r_code_names_this_model() -> None:
    app = open_page(LECTURE)
    code = next(
        code.value for code in app.code if code.value.startswith("# The same analysis in R")
    )
    assert "lmer(value ~ 1 + condition + (1 | participant)," in code
    assert '"lecture_mixture.csv"' in code


def test_a_slider_costs_the_server_less_than_a_third_of_a_second() -> None:
    app = open_page({"mixture.guess": "Just show me"})
    seconds = []
    for value in (8.5, 8.0, 7.5, 7.0, 6.5):
        app.slider(key="mixture.separation").set_value(value)
        # Processor time: other processes of a busy machine do not count.
        start = time.process_time()
        app.run()
        seconds.append(time.process_time() - start)
    assert statistics.median(seconds) < 0.3
