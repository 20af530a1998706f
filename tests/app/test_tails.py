"""The page on tails without a browser: questions, answers, pictures, words, code."""

import re
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.learn._tails.looking import CHUNK, MAX_STUDIES, studies_in
from pages.learn._tails.path import OTHER_SIDE, WHAT, WHEN, verdict
from pages.learn._tails.predict import right_answer
from pages.learn._tails.scripts import python_script, r_script
from pages.learn._tails.settings import HYPOTHESIS_LABELS, KIND_LABELS, Settings
from pages.learn._tails.study import study_of
from sim.inference.groups import Groups
from tests.app import screen
from tests.app.screen import alts, press, settings_in, text
from tests.engine.scripts import need_r, run_python, run_r

pytestmark = pytest.mark.usefixtures("without_questions")

SHOWN = {"guess.t.better": "B"}

open_tails = partial(screen.open_page, "learn/tails")
links = partial(settings_in, part="hypothesis=")


def shows(app: AppTest, start: str) -> str:
    return next((alt for alt in alts(app) if alt.startswith(start)), "")


def settings(kind: str = "t", hypothesis: str = "better", **truth: float) -> Settings:
    values = {"n_groups": 2 if kind == "t" else 3, "per_group": 20, "difference": 6.0, "sd": 10}
    return Settings(kind, hypothesis, 0.05, Groups(**(values | truth)), 1)


def test_the_answer_waits_for_the_prediction() -> None:
    app = open_tails()
    assert not app.exception
    assert app.title[0].value == "Tails"
    assert len([alt for alt in alts(app) if alt.startswith("Picture ")]) == 3
    assert shows(app, "Scores of 20 participants")
    assert not shows(app, "Distribution of")
    assert "p = " not in text(app).partition("PRE")[0]
    app.get_by_key("guess.t.better").set_value("C").run()
    assert not app.exception
    assert "You said C. It is **B**." in text(app)
    assert "Rejection region: t of 1.69 or more" in shows(app, "Distribution of t(38)")


@pytest.mark.parametrize("kind", list(KIND_LABELS))
@pytest.mark.parametrize("hypothesis", list(HYPOTHESIS_LABELS))
def test_every_test_and_hypothesis(kind: str, hypothesis: str) -> None:
    short, word = KIND_LABELS[kind], HYPOTHESIS_LABELS[hypothesis]
    answer = right_answer(settings(short, word))
    app = open_tails(
        {"test": kind, "hypothesis": hypothesis, f"guess.{short}.{word}": answer, "seed": "3"}
    )
    assert not app.exception
    assert not app.error
    assert f"As you said: **{answer}**." in text(app)
    assert shows(app, f"Distribution of {'PRE' if short == 'PRE' else short}")
    directed = short != "t" and word != "different"
    assert bool(app.warning) == directed
    if directed:
        assert f"{short} cannot test that C is {hypothesis} A." in app.warning[0].value


def test_right_answers() -> None:
    answers = [right_answer(settings("t", word)) for word in ("worse", "better", "different")]
    assert answers == ["A", "B", "C"]
    assert right_answer(settings("F", "different")) == "B"
    assert right_answer(settings("PRE", "better")) == "None of these"


def test_the_numbers_are_those_of_the_study() -> None:
    study = study_of(settings())
    app = open_tails(SHOWN)
    said = text(app)
    assert f"t = {study.result.statistic:.2f}, p = {study.result.p_value:.3f}" in said
    assert "this test rejects in 59% of all studies" in said  # power.t.test: 0.5867
    f = study.comparison.result
    assert f"= {f.statistic:.2f}$$" in said
    assert f"= {study.comparison.pre:.4f}$$" in said


def test_a_slider_for_the_true_difference() -> None:
    app = open_tails(SHOWN)
    before = text(app)
    app.slider(key="difference").set_value(0.0).run()
    assert not app.exception
    assert "**The true difference is 0**" in text(app)
    app.slider(key="difference").set_value(-10.0).run()
    assert "You bet on the wrong side." in text(app)
    assert "**The sign is the wrong one**, so p is *not* half of the two-sided one" in text(app)
    app.slider(key="difference").set_value(6.0).run()
    assert text(app) == before


def test_new_data_are_other_data() -> None:
    app = open_tails(SHOWN)
    before = shows(app, "Scores")
    press(app, "New data")
    assert app.number_input(key="seed").value == 2
    assert shows(app, "Scores") != before


def test_t_and_f_move_together() -> None:
    app = open_tails(SHOWN)
    app.slider(key="t").set_value(-3.0).run()
    assert not app.exception
    assert "Observed t = -3.00" in shows(app, "t distribution with 38 df")
    assert "F = 9.00, the square of t" in shows(app, "F distribution with 1 and 38 df")
    table = app.table[0].value
    # In R: pt(-3, 38), 2 * pt(-3, 38), pf(9, 1, 38, lower = FALSE)
    assert table["p"].tolist() == ["0.998", "0.0024", "0.0047", "0.0047"]
    assert table["reject"].tolist() == ["no", "yes", "yes", "yes"]
    press(app, "Turn the sign")
    assert app.slider(key="t").value == 3.0
    assert app.table[0].value["p"].tolist() == ["0.0024", "0.998", "0.0047", "0.0047"]


def test_the_t_of_the_data_fits_on_the_slider() -> None:
    app = open_tails({**SHOWN, "difference": "20", "n": "100", "sd": "1"})
    # A t beyond the slider's ends is not another one there.
    take = next(button for button in app.button if button.label.startswith("Take the t"))
    assert take.disabled and take.help == "It lies beyond the slider's 5."
    app = open_tails(SHOWN)
    press(app, "Take the t of the data (1.76)")
    assert app.slider(key="t").value == 1.76


def test_five_percent_become_ten() -> None:
    app = open_tails()
    app.get_by_key("looking.0.05").set_value("5%").run()
    assert "In the long run it is **10%**: you said 5%." in text(app)
    press(app, "Run 1,000 studies")
    assert not app.exception
    assert shows(app, "Share of false alarms in 1,000 studies of nothing")
    looked = re.search(r"\*\*Side after looking:\*\* (\d+) of 1,000", text(app))
    planned = re.search(r"\*\*Side planned:\*\* (\d+) of 1,000", text(app))
    assert 60 < int(looked[1]) < 140
    assert 20 < int(planned[1]) < 85
    press(app, "Stop")
    assert not app.exception
    assert links(app)["looked"] == "1000"


@pytest.mark.parametrize(
    ("link", "studies"),
    [
        (None, 0),
        ("", 0),
        ("-5", 0),
        ("1e9", 0),
        ("999999", MAX_STUDIES),
        ("9" * 400, 0),
        ("²", 0),
        ("1234", 1234 // CHUNK * CHUNK),
    ],
)
def test_a_link_cannot_ask_for_too_many_studies(link: str | None, studies: int) -> None:
    assert studies_in(link) == studies


def test_halving_an_f_is_said_exactly() -> None:
    assert not open_tails().table
    app = open_tails({"test": "F (ANOVA)", "groups": "4", "looking.0.05": "10%"})
    table = app.table[-1].value
    assert table["exact"].tolist() == ["10%", "2.5%", "0.42%"]
    app = open_tails({"alpha": "0.01", "looking.0.01": "Just show me"})
    assert app.table[-1].value["exact"].tolist() == ["2%", "0.67%", "0.33%"]


def test_the_path_answers() -> None:
    yes, no, seen = WHEN
    one, several = WHAT
    assert verdict(None, None, one) == ""
    assert verdict(yes, None, one) == ""
    assert verdict(yes, OTHER_SIDE[1], one).startswith("**One-sided.**")
    assert "Plan one difference" in verdict(yes, OTHER_SIDE[1], several)
    for answer in (
        verdict(yes, OTHER_SIDE[0], one),
        verdict(no, None, one),
        verdict(seen, None, one),
    ):
        assert answer.startswith("**Two-sided.**")
        assert "Use **t**" in answer
    assert "Use **F or PRE**" in verdict(no, None, several)
    app = open_tails()
    app.get_by_key("path.when").set_value(yes).run()
    app.get_by_key("path.other").set_value(OTHER_SIDE[1])
    app.get_by_key("path.what").set_value(one).run()
    assert any(info.value.startswith("**One-sided.**") for info in app.info)


HOSTILE = [
    {"test": "z"},
    {"test": "<script>"},
    {"hypothesis": ""},
    {"alpha": "0"},
    {"alpha": "nan"},
    {"difference": "inf"},
    {"difference": "1e400"},
    {"n": "1000000000"},
    {"n": "1"},
    {"groups": "0", "test": "PRE"},
    {"sd": "0"},
    {"sd": "-3"},
    {"seed": "-1"},
    {"seed": "9" * 50},
    {"t": "nan", **SHOWN},
    {"t": "1e9", **SHOWN},
    {"looked": "10000000", "looking.0.05": "10%"},
    {"looked": "-1; drop", "looking.0.05": "10%"},
    {"guess.t.better": "D"},
    {"guess.t.better": "![x](http://example.com/x.png)"},
    {"path.when": "x"},
    {"unknown": "1"},
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: str(query)[:50])
def test_a_hostile_link_never_breaks_the_page(query: dict[str, str]) -> None:
    app = open_tails(query)
    assert not app.exception
    assert app.title[0].value == "Tails"
    assert "![x](" not in text(app)


@pytest.mark.parametrize("kind", list(KIND_LABELS))
@pytest.mark.parametrize(
    "query",
    [
        {"n": "3", "sd": "1", "difference": "20", "alpha": "0.01"},
        {"n": "100", "sd": "40", "difference": "-20", "alpha": "0.10"},
        {"n": "3", "groups": "5", "difference": "0"},
    ],
    ids=str,
)
def test_the_ends_of_the_sliders(kind: str, query: dict[str, str]) -> None:
    guess = f"guess.{KIND_LABELS[kind]}.different"
    app = open_tails(
        {**query, "test": kind, "hypothesis": "different from", guess: "Just show me", "t": "5"}
    )
    assert not app.exception
    assert not app.error
    assert len(alts(app)) == 9


def test_the_link_restores_everything() -> None:
    app = open_tails({"test": "PRE", "hypothesis": "different from", "guess.PRE.different": "A"})
    app.slider(key="groups").set_value(4)
    app.slider(key="difference").set_value(-3.5)
    app.number_input(key="seed").set_value(12)
    app.slider(key="t").set_value(-1.25)
    app.get_by_key("looking.0.05").set_value("10%")
    app.get_by_key("path.when").set_value(WHEN[1])
    app.get_by_key("path.what").set_value(WHAT[1]).run()
    press(app, "Run 1,000 studies")
    again = open_tails(links(app))
    assert not again.exception
    assert links(again) == links(app)
    assert alts(again) == alts(app)
    assert text(again) == text(app)


CASES = [
    settings("t", "better"),
    settings("t", "worse", difference=-8.0),
    settings("F", "different", n_groups=4),
    settings("PRE", "different", n_groups=3, per_group=7),
]


def numbers_after(label: str, printed: str) -> list[float]:
    line = next(line for line in printed.splitlines() if line.startswith(label))
    return [float(value) for value in re.findall(r"= (-?[\d.]+(?:e-?\d+)?)", line)]


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: f"{chosen.kind} {chosen.hypothesis}")
def test_the_python_code_runs_as_it_stands(chosen: Settings, tmp_path: Path) -> None:
    study = study_of(chosen)
    printed = run_python(python_script(study), tmp_path).stdout
    t = study.difference.result
    assert f"t = {t.statistic:.6f}, df = {t.df}, p = {t.p_value:.6g}" in printed
    assert f"PRE = {study.comparison.pre:.6f}" in printed


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: f"{chosen.kind} {chosen.hypothesis}")
def test_the_r_code_runs_and_agrees(chosen: Settings, tmp_path: Path) -> None:
    need_r()
    study = study_of(chosen)
    study.frame.to_csv(tmp_path / "tails.csv", index=False)
    printed = run_r(r_script(study), tmp_path).stdout
    t, f = study.difference.result, study.comparison.result
    assert numbers_after("PRE", printed) == pytest.approx(
        [study.comparison.pre, f.statistic, f.p_value], rel=1e-4
    )
    assert numbers_after("t(", printed) == pytest.approx([t.statistic, t.p_value], rel=1e-4)
    assert numbers_after("critical F", printed) == pytest.approx(f.region.critical_values, rel=1e-5)
    critical = next(line for line in printed.splitlines() if line.startswith("critical t"))
    assert [float(value) for value in critical.split("=")[1].split()] == pytest.approx(
        t.region.critical_values, rel=1e-5
    )
    both = numbers_after("two-sided p of t", printed)
    assert both[0] == pytest.approx(both[1], rel=1e-5)
    if chosen.truth.n_groups == 2:
        shown = re.search(r"t = (-?[\d.]+), df = (\d+), p-value = ([\d.e-]+)", printed)
        assert float(shown[1]) == pytest.approx(t.statistic, rel=1e-3)
        assert float(shown[3]) == pytest.approx(t.p_value, rel=1e-3)
