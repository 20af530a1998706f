"""The page line-up without a browser: warm-up, vote, answer, tally, scripts, and no give-away."""

import base64
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages._data.dataset import Dataset
from pages._data.model import Choice, Outcome
from pages._data.own_data import KEPT
from pages._data.story import OWN_TITLE
from pages._ui.line_ups import frame_of, panel_pictures, panels_svg
from pages.practice._line_up.drawing import axes_words, panels_of, seed_of
from pages.practice._line_up.scripts import python_script, r_script
from pages.practice._line_up.settings import Setting
from pages.practice._line_up.voting import SEEN, VOTES, Vote, p_text
from pages.practice._line_up.why import (
    chance_words,
    extreme,
    reasons_of,
    stands_out,
    steps_words,
    strip_picture,
    why_words,
)
from sim import SCENARIOS, generate, lmer
from sim.checks.line_up import PLOTS
from tests.app import screen
from tests.app.screen import press, settings_in, text
from tests.engine.scripts import need_r, run_python, run_r

REAL = {"round": "Line-up"}

open_page = partial(screen.open_page, "practice/line_up")


def images(app: AppTest) -> list[tuple[str, str]]:
    """Alt text and drawing of each panel."""
    drawn = [element.proto.imgs[0] for element in app.get("image")]
    return [
        (image.alt, base64.b64decode(image.url.partition("base64,")[2]).decode()) for image in drawn
    ]


def vote(app: AppTest, panel: int) -> AppTest:
    return app.button(key=f"panel-{panel}").click().run()


def actual_of(app: AppTest) -> int:
    """The actual panel, found out by voting somewhere."""
    found = {v.actual for v in app.session_state[VOTES].values() if v.actual is not None}
    return found.pop()


def setting_of(
    name: str, plot: str = "lines", *, model: int = 0, seed: int = 1, draw: int = 1
) -> Setting:
    story = SCENARIOS[name]
    data = generate(name, np.random.default_rng(seed))
    formula = story.models[model].formula
    dataset = Dataset(
        name,
        story.title,
        f"{name} {seed}",
        data,
        story.roles,
        story.models,
        seed=seed if story.parameters else None,
        parameters=story.complete({}),
    )
    choice = Choice(formula, True, "treatment")
    outcome = Outcome(lmer(formula, data), choice, f"{name} {seed} {formula}", None)
    return Setting(dataset, outcome, plot, False, draw)


def test_the_warm_up_comes_first_and_has_no_actual_panel() -> None:
    app = open_page()
    assert not app.exception
    assert len(images(app)) == 20
    assert "All 20 panels are simulated" in text(app)
    app = vote(app, 4)
    assert not app.exception
    assert "All 20 come from the same model" in text(app)
    assert sum("actual data" in alt for alt, _ in images(app)) == 0
    app.button(key="next").click().run()
    assert "One of these 20 panels is the actual data" in text(app)


def test_nothing_tells_before_the_vote() -> None:
    app = open_page(REAL)
    before = images(app)
    assert [re.sub(r"^Panel \d+", "", alt) for alt, _ in before] == [
        ": score over week, one line for each participant"
    ] * 20
    assert len({re.sub(r'd="[^"]*"', "", svg) for _, svg in before}) == 1
    for _, svg in before:
        path = "".join(re.findall(r'd="([^"]*)"', svg))
        assert {len(decimals) for decimals in re.findall(r"\.(\d+)", path)} == {1}
    for said in ("SD of slopes", "What to look at", "Take it away", "Your line-ups"):
        assert said not in text(app)
    link = next(c.value for c in app.code if "story=" in c.value)
    after = vote(app, 3)
    assert link == next(c.value for c in after.code if "story=" in c.value)


def test_found_and_not_found() -> None:
    app = vote(open_page(REAL), 1)
    actual = actual_of(app)
    assert actual != 1
    assert f"Not found: the actual data are in panel {actual}" == app.warning[0].proto.title
    shown = images(app)
    assert [i for i, (alt, _) in enumerate(shown, 1) if "actual data" in alt] == [actual]
    assert f"{actual} · actual data" in shown[actual - 1][1]
    assert "1 · your choice" in shown[0][1]
    assert "0 of 1 found" in text(app)
    other = vote(open_page(REAL), actual)
    assert other.success[0].proto.title == f"Found: panel {actual} is the actual data"
    assert f"{actual} · found: actual" in images(other)[actual - 1][1]
    found = text(other)
    assert "**p = .05**" in found
    assert "It stands out:** the SD of slopes is" in found
    assert "1 of 1 found" in found
    assert "not** the probability that the model is true" in found


def test_known_data_do_not_count_and_new_data_do() -> None:
    app = vote(open_page(REAL), 1)
    app = next(b for b in app.button if b.label.startswith("Same data, other")).click().run()
    assert len(images(app)) == 20
    app = vote(app, 2)
    assert "0 of 1 found" in text(app)
    assert "1 vote on data you already knew is not counted" in text(app)
    press(app, "New data")
    app = vote(app, 5)
    assert "of 2 found" in text(app)


def test_the_tally_is_a_binomial() -> None:
    kept = {f"round {i}": Vote(3, 3 if i < 3 else 4, True) for i in range(4)}
    app = vote(open_page(REAL, **{VOTES: kept}), 1)
    # 1 - P(0, 1 or 2 of 5), each with probability 1/20
    assert "**3 of 5 found**" in text(app)
    assert "**p = .0012** (a binomial" in text(app)


def test_recognised_data_have_no_p_value() -> None:
    app = open_page(REAL)
    actual = actual_of(vote(app, 1))
    app = vote(open_page(REAL, **{SEEN: {"random_slopes 1"}}), actual)
    assert "recognising them says nothing" in text(app)
    assert "**p = .05**" not in text(app)


def test_a_vote_by_number() -> None:
    app = open_page(REAL)
    app.number_input(key="panel").set_value(20)
    press(app, "Choose")
    assert not app.exception
    assert [v.panel for v in app.session_state[VOTES].values()] == [20]


def test_places_differ_between_stories_seeds_plots_and_draws() -> None:
    settings = [setting_of("outlier", plot, seed=s) for plot in PLOTS for s in (1, 2, 3)]
    settings += [setting_of("mixture"), setting_of("outlier", draw=2)]
    assert len({tuple(seed_of(s)) for s in settings}) == len(settings)
    assert len({panels_of(s).actual for s in settings}) > 4


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("name", ["simpson", "schools", "unequal_variance", "sleepstudy20"])
def test_panels_of_a_line_up_look_alike(name: str, plot: str) -> None:
    found = panels_of(setting_of(name, plot))
    panels = panel_pictures(found, "words")
    assert [p.number for p in panels] == list(range(1, 21))
    assert {p.role for p in panels} == {"actual"}
    assert all("nan" not in p.marks and "inf" not in p.marks for p in panels)
    if plot != "means":  # bars are where people are
        # The same marks in each, though a short line may belong to any number.
        marks = [re.sub(r"-?\d+\.\d", "", p.marks).split("<") for p in panels]
        assert len({tuple(sorted(each)) for each in marks}) == 1
    coordinates = [float(v) for p in panels for v in re.findall(r"-?\d+\.\d", p.marks)]
    assert min(coordinates) >= 0
    assert max(coordinates) <= 200
    assert panels_svg(panels).startswith(b"<svg")


def test_the_bars_count_the_participants() -> None:
    found = panels_of(setting_of("mixture", "means"))
    top = frame_of(found).y[1]
    for number, rows in found.rows.groupby("panel"):
        marks = panel_pictures(found, "")[int(number) - 1].marks
        heights = [(133 - float(v)) / 130 * top for v in re.findall(r"V(\d+\.\d)h", marks)]
        assert sum(heights) == pytest.approx(len(rows), abs=0.1)


def test_names_of_columns_stay_words() -> None:
    hostile = '"><script>alert(1)</script>'
    rows = [f'who,day,"{hostile.replace(chr(34), chr(34) * 2)}"']
    rows += [f"p{i},{d},{i + (7 * i + d * d) % 5}" for i in range(9) for d in range(4)]
    kept = ("own.csv", "\n".join(rows).encode())
    app = vote(open_page({"story": OWN_TITLE, "round": "Line-up"}, **{KEPT: kept}), 1)
    assert not app.exception
    assert all("<script>" not in svg for _, svg in images(app))
    assert not any("<script>" in element.value.replace("`", "") for element in app.caption)


def test_why_words_follow_the_numbers() -> None:
    good = setting_of("sleepstudy")
    reasons = reasons_of(good, panels_of(good))
    assert not stands_out(reasons)
    assert "does not stand out" in why_words(good, reasons, Vote(1, 2, True))[0]
    bad = setting_of("outlier", "residuals")
    found = panels_of(bad)
    reasons = reasons_of(bad, found)
    assert stands_out(reasons)
    assert found.actual is not None
    words = why_words(bad, reasons, Vote(found.actual % 20 + 1, found.actual, True))[0]
    assert "this plot hides it: take means" in words
    assert extreme(reasons[0], found.actual) == "largest"
    largest = chance_words(bad, found, found.actual)
    assert f"Panel {found.actual} does have the largest" in largest


def test_reasons_are_in_the_words_of_the_data() -> None:
    setting = setting_of("schools")
    found = panels_of(setting)
    reasons = reasons_of(setting, found)
    words = " ".join([*(reason.label for reason in reasons), chance_words(setting, found, 1)])
    assert "school" in words and "participant" not in words
    drawn = strip_picture(reasons[0], found, Vote(1, found.actual, False))
    assert "participant" not in drawn.alt


def test_steps_of_a_scale_are_mentioned() -> None:
    setting = setting_of("random_slopes")
    assert steps_words(setting) == ""
    data = setting.dataset.frame.assign(score=setting.dataset.frame["score"].round(-1))
    fit = lmer("score ~ 1 + week + (1 | participant)", data)
    stepped = Setting(
        setting.dataset, Outcome(fit, setting.outcome.choice, "k", None), "lines", False, 1
    )
    assert "stand in steps" in steps_words(stepped)


def test_axes_in_words() -> None:
    setting = setting_of("mixture")
    words = axes_words(setting.dataset, panels_of(setting))
    assert "condition 0 and 1 from left to right" in words
    assert "Solid lines: group 1 and dashed lines: group 2." in words


@pytest.mark.parametrize(
    "p, words",
    [(0.05, "= .05"), (0.0025, "= .0025"), (1.0, "= 1"), (1e-5, "< .001"), (0.4, "= .4")],
)
def test_p_values_read_as_in_the_lecture(p: float, words: str) -> None:
    assert p_text(p) == words


def test_a_wrong_formula_is_marked_and_the_last_one_stays() -> None:
    app = open_page({"random_slopes.model": "score ~ 1 + wek + (1 | participant)"})
    assert not app.exception
    assert "Did you mean 'week'" in text(app).replace("\\", "")
    assert len(images(app)) == 20


@pytest.mark.parametrize(
    "query",
    [
        {"plot": "<script>", "round": "x", "draw": "-1", "seed": "nan"},
        {"story": "nonsense", "random_slopes.weeks": "1e99", "draw": "99999999999"},
        {"random_slopes.model": "score ~ (1 | " * 40},
        {"story": "A singular fit: regression to the mean", "plot": "Residuals"},
        {"story": OWN_TITLE},
    ],
)
def test_hostile_links(query: dict[str, str]) -> None:
    assert not open_page(query).exception


def test_a_singular_fit_says_so_after_the_vote() -> None:
    app = open_page({"story": SCENARIOS["singular"].title, "round": "Line-up"})
    assert "It is an answer, not an error" not in text(app)
    assert "It is an answer, not an error" in text(vote(app, 1))


def test_own_data() -> None:
    rows = ["who,day,score"]
    rows += [
        f"p{i},{d},{i + d * (i % 3) + (7 * i + d * d) % 5}" for i in range(9) for d in range(6)
    ]
    kept = ("own.csv", "\n".join(rows).encode())
    app = open_page({"story": OWN_TITLE, "round": "Line-up"}, **{KEPT: kept})
    assert not app.exception
    assert len(images(app)) == 20
    # Columns and kinds only: the first rows would show what the actual data are.
    assert [list(table.value.columns)[1:2] for table in app.dataframe] == [["kind"]]
    app = vote(app, 1)
    assert not app.exception
    assert "has to upload the file again" in text(app)
    bad = open_page({"story": OWN_TITLE}, **{KEPT: ("bad.csv", b"a,b\n1,2,3\n")})
    assert bad.error
    assert not bad.exception


def test_the_link_reproduces_the_panels() -> None:
    app = open_page({**REAL, "seed": "4", "draw": "9", "plot": "Means"})
    again = open_page(settings_in(app, "story="))
    assert images(app) == images(again)
    assert "means" in images(again)[0][0] or "mean " in images(again)[0][0]


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("name", ["unequal_variance", "random_slopes"])
def test_the_python_code_makes_the_same_line_up(name: str, plot: str, tmp_path: Path) -> None:
    setting = setting_of(name, plot)
    found = panels_of(setting)
    done = run_python(python_script(setting, found), tmp_path)
    assert f"The actual data are in panel {found.actual}" in done.stdout
    assert (tmp_path / "line_up.svg").stat().st_size > 10_000


@pytest.mark.parametrize(
    "name, plot, model",
    [
        ("random_slopes", "lines", 0),
        ("simpson", "lines", 1),
        ("unequal_variance", "means", 0),
        ("sleepstudy20", "residuals", 3),
        ("schools", "residuals", 0),
    ],
)
def test_the_r_code_runs(name: str, plot: str, model: int, tmp_path: Path) -> None:
    need_r("lme4")
    setting = setting_of(name, plot, model=model)
    setting.dataset.frame.to_csv(tmp_path / f"{name}.csv", index=False)
    done = run_r(r_script(setting, panels_of(setting)), tmp_path)
    assert re.search(r"The actual data are in panel \d+", done.stdout)
    assert (tmp_path / "Rplots.pdf").stat().st_size > 3_000
