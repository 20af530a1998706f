"""The page on the bootstrap without a browser: questions, panels, words, counts, code."""

import io
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pages.learn._bootstrap.coverage import rate_of
from pages.learn._bootstrap.designs import SETTINGS
from pages.learn._bootstrap.draws import Request, result_of
from pages.learn._bootstrap.predict import SAME, verdict, widest
from pages.learn._bootstrap.scripts import FILE, python_script, r_script
from pages.learn._bootstrap.settings import CASES, LM_ROWS, ROWS, SCHEMES, World, make_world
from pages.learn._bootstrap.take_away import draws_table
from pages.learn._bootstrap.words import see_why
from sim.inference.coverage import Repeat
from sim.inference.intervals import Interval
from sim.scenarios import SCENARIOS
from tests.app import screen
from tests.app.screen import alts, press, settings_in, text
from tests.engine.scripts import need_r, run_python, run_r

pytestmark = pytest.mark.usefixtures("without_questions")

SHOWN = {"guess.sleep": "Rows"}
REQUEST = Request(200, "percentile", 0.95, 1)

open_page = partial(screen.open_page, "learn/bootstrap")


def world_of(name: str, seed: int = 1, **parameters: float) -> World:
    setting = next(s for s in SETTINGS if s.name == name)
    values = {c.parameter: c.default for c in setting.controls}
    story = SCENARIOS[setting.story]
    chosen = {**setting.fixed, **values, **parameters} if setting.controls else {}
    return make_world(setting, seed, story.complete(chosen))


def test_the_answer_is_hidden_until_a_guess() -> None:
    app = open_page()
    assert not app.exception
    assert [alt.split(":")[0] for alt in alts(app)] == ["Actual data"]
    assert "Click what you expect; then all of them are drawn" in text(app)
    assert "too narrow" not in text(app)


def test_three_schemes_of_lmer_and_one_of_lm_on_shared_axes() -> None:
    app = open_page(SHOWN)
    assert not app.exception
    panels = [alt for alt in alts(app) if "histogram" in alt]
    assert [alt.split(": histogram")[0] for alt in panels] == [s.title for s in SCHEMES]
    found = text(app)
    assert "You expected *rows*. The widest: **participants and the model**" in found
    assert "That is **too narrow**" in found
    assert "message(s): boundary (singular) fit: see help('isSingular')" in found
    assert "Of the 20 participants here" in found


def test_the_model_gives_the_lectures_interval() -> None:
    world = world_of("sleep")
    result = result_of(world, SCHEMES[3], Request(1_000, "percentile", 0.95, 1))
    found = result.intervals["percentile"]
    # The lecture's bootMer: (7.5, 13.4); quantiles of 1,000 draws vary by 0.15.
    assert found.low == pytest.approx(7.5, abs=0.4)
    assert found.high == pytest.approx(13.4, abs=0.4)


@pytest.mark.parametrize(
    ("name", "word"),
    [("slopes", "too narrow"), ("conditions", "too wide"), ("groups", "too narrow")],
)
def test_each_design_says_which_way_rows_are_wrong(name: str, word: str) -> None:
    world = world_of(name)
    results = [result_of(world, scheme, REQUEST) for scheme in SCHEMES]
    said = see_why(world, results, REQUEST)
    assert f"**{word}**" in said[0]
    expected = ["Rows"] if name == "conditions" else ["Participants", "The model"]
    assert widest(results[1:], REQUEST) == expected
    assert verdict(expected[0], results[1:], REQUEST).startswith("As you said")
    assert verdict(SAME, results[1:], REQUEST).startswith("You expected *all about the same*")


def test_fewer_resamples_are_the_first_of_more() -> None:
    world = world_of("sleep")
    few, many = (result_of(world, CASES, Request(n, "percentile", 0.95, 1)) for n in (50, 1_000))
    np.testing.assert_array_equal(few.effect, many.effect[:50])
    assert result_of(world, CASES, Request(2_000, "percentile", 0.95, 1)).draws.n == 2_000


def test_the_number_of_resamples_and_the_interval_change_the_words() -> None:
    app = open_page(SHOWN)
    before = alts(app)
    app.select_slider(key="b").set_value(100).run()
    assert "in 100 resamples" in alts(app)[1]
    app.button_group(key="interval").set_value("BCa").run()
    assert "BCa interval, 95%" in alts(app)[1]
    press(app, "Resample again")
    assert app.number_input(key="draw").value == 2
    assert not app.exception
    assert alts(app)[1:5] != before[1:5]


def test_more_resamples_are_not_more_data() -> None:
    app = open_page(SHOWN | {"guess.more": "Much narrower"})
    assert not app.exception
    found = text(app)
    assert "**About as wide, only steadier**: you expected *much narrower*." in found
    widths = re.search(r"interval is ([\d.]+) wide on average, with 1,000 it is ([\d.]+)\.", found)
    assert widths is not None
    assert float(widths[1]) == pytest.approx(float(widths[2]), rel=0.3)
    assert any(alt.startswith("Both ends of the percentile interval") for alt in alts(app))


def test_studies_are_counted_and_can_be_run_again() -> None:
    settings = {"data": "Two groups of people", "guess.coverage": "Just show me", "studies": "20"}
    app = open_page(settings)
    assert "No study yet: press Run." in text(app)
    press(app, "Run")
    assert not app.exception
    counted = [alt for alt in alts(app) if "hold the truth" in alt]
    assert [alt.split(": intervals of 20 studies")[0] for alt in counted] == [
        "Rows",
        "Participants",
        "The model",
    ]
    expected = "Intervals from **resampled rows** miss the truth **more often** than promised."
    assert expected in text(app)
    first = counted
    press(app, "Run")
    assert [alt for alt in alts(app) if "hold the truth" in alt] == first


def test_without_a_known_truth_the_fit_plays_it() -> None:
    app = open_page({"guess.coverage": "Just show me"})
    assert "so here the fitted model makes the studies: its 10.45 plays the truth" in text(app)
    study = world_of("sleep").study(np.random.default_rng(1))
    assert study.nobs == 183
    assert study.fixef["days"] != world_of("sleep").estimate


def test_counting() -> None:
    ends = [(0.0, 2.0), (1.5, 3.0), (np.nan, np.nan), (-1.0, 1.0)]
    repeats = [Repeat(1.0, {"rows": Interval(low, high)}) for low, high in ends]
    assert (rate_of(repeats, ROWS, 1.0).hits, rate_of(repeats, ROWS, 1.0).n) == (2, 4)


@pytest.mark.parametrize(
    "query",
    [
        {"data": "<script>"},
        {"b": "7", "interval": "zzz", "level": "nan", "draw": "-5"},
        {"b": "1e9", "seed": "99999999999999999999", "studies": "10000000"},
        {"data": "Slopes that differ", "slopes.participants": "1", "slopes.weeks": "nan"},
        {"guess.sleep": "![](http://example.org/x.png)", "guess.coverage": "", "guess.more": "x"},
    ],
)
def test_hostile_links_show_the_page(query: dict[str, str]) -> None:
    app = open_page(SHOWN | query)
    assert not app.exception
    assert app.title[0].value == "Bootstrap"
    assert "example.org" not in text(app).partition("Link to this page")[0]


@pytest.mark.parametrize("truth", [0.0, 6.0])
@pytest.mark.parametrize("name", ["slopes", "conditions", "groups"])
def test_the_ends_of_every_slider(name: str, truth: float) -> None:
    setting = next(s for s in SETTINGS if s.name == name)
    query = {"data": setting.title, f"guess.{name}": "Just show me", "b": "50"}
    for control in setting.controls:
        end = control.minimum if truth == 0.0 else control.maximum
        query[f"{name}.{control.parameter}"] = str(end)
    app = open_page(query | {"interval": "BCa"})
    assert not app.exception
    assert not app.error
    assert len([alt for alt in alts(app) if "histogram" in alt]) == 4


def test_the_link_brings_everything_back() -> None:
    app = open_page({"data": "Slopes that differ", "guess.slopes": "The model"})
    app.slider(key="slopes.participants").set_value(12).run()
    settings = settings_in(app, "slopes.participants=12")
    assert settings["guess.slopes"] == "The model"
    again = open_page(settings)
    assert alts(again) == alts(app)


def test_the_resamples_as_a_table() -> None:
    world = world_of("sleep")
    results = [result_of(world, scheme, REQUEST) for scheme in (LM_ROWS, CASES)]
    table = pd.read_csv(io.StringIO(draws_table(results).to_csv(index=False)))
    assert len(table) == 400
    assert list(table["scheme"].unique()) == ["lm: rows", "lmer: participants"]
    assert table.loc[table["scheme"] == "lm: rows", "sd_days|subject"].isna().all()


@pytest.mark.parametrize("name", ["sleep", "groups"])
def test_the_python_code_gives_the_numbers_on_the_screen(name: str, tmp_path: Path) -> None:
    world = world_of(name)
    request = Request(60, "percentile", 0.9, 3)
    done = run_python(python_script(world, request), tmp_path)
    for scheme in SCHEMES:
        found = result_of(world, scheme, request).intervals["bca"]
        assert f"bca: {found.low:.4f} to {found.high:.4f}" in done.stdout


def test_the_r_code_runs(tmp_path: Path) -> None:
    need_r("lme4", "boot")
    world = world_of("conditions", participants=6)
    (tmp_path / FILE).write_text(world.frame.to_csv(index=False), encoding="utf-8")
    done = run_r(r_script(world, Request(50, "percentile", 0.9, 1)), tmp_path)
    for scheme in SCHEMES:
        assert f"== {scheme.title}" in done.stdout
    assert done.stdout.count("BCa") >= 4
