"""The page on convergence without a browser: data, cures, paths, words, code."""

import io
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.learn._convergence.contours import contour_lines
from pages.learn._convergence.landscape import FAR_TIMES, window
from pages.learn._convergence.paths import TICK
from pages.learn._convergence.results import compare, judge, n_reached, right_guess
from pages.learn._convergence.scripts import FILE, python_script, r_script
from pages.learn._convergence.settings import ALL, ONE, SHOWN_CURES, SKIP, SOME, Settings
from pages.learn._convergence.take_away import paths_table
from pages.learn._convergence.words import boundary_components, boundary_words, warning_words
from sim.inference.optimisers import OPTIMISERS
from sim.inference.troubles import TROUBLES
from tests.app import screen
from tests.app.screen import alts, plain_text, press, settings_in
from tests.engine.scripts import need_r, run_python, run_r

pytestmark = pytest.mark.usefixtures("without_questions")

N = len(OPTIMISERS)
SCREENS = [(name, cure) for name, t in TROUBLES.items() for cure in ("", *t.cures)]


def open_page(name: str = "", cure: str = "", **query: str) -> AppTest:
    """The page with its data, a cure, and the answers shown."""
    settings = {"trouble": TROUBLES[name].title, f"guess.{name}": SKIP} if name else {}
    if cure:
        settings[f"cure.{name}"] = TROUBLES[name].cures[cure].label
    return screen.open_page("learn/convergence", settings | query)


def test_the_answer_waits_for_the_prediction() -> None:
    app = open_page()
    assert not app.exception
    assert app.title[0].value == "Convergence"
    assert alts(app) == []
    assert "found the lowest point" not in plain_text(app)
    app.get_by_key("guess.seconds").set_value(ALL).run()
    assert not app.exception
    n = n_reached(compare("seconds", ""))
    assert f"{n} of {N} found the lowest point**. You said: all of them" in plain_text(app)
    assert len(alts(app)) == 4
    app.get_by_key("guess.seconds").set_value(SOME).run()
    assert f"{n} of {N} found the lowest point**, as you said" in plain_text(app)


@pytest.mark.parametrize(("name", "cure"), SCREENS)
def test_every_screen_runs(name: str, cure: str) -> None:
    app = open_page(name, cure)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="trouble").value == name
    assert len(alts(app)) == 4
    found = compare(name, cure)
    table = app.dataframe[0].value
    assert list(table["Optimiser"]) == [o.label for o in OPTIMISERS.values()]
    assert f"**{found.best:.3f}**" in plain_text(app)
    if cure:
        n = n_reached(found)
        assert f"Now: **{n} of {N}**" in plain_text(app)
        assert f"`{TROUBLES[name].cures[cure].formula}`" in plain_text(app)


@pytest.mark.parametrize(
    ("name", "guess"), [("none", ALL), ("seconds", SOME), ("milliseconds", ONE), ("singular", ALL)]
)
def test_the_right_guess(name: str, guess: str) -> None:
    assert right_guess(compare(name, "")) == guess


def test_a_cure_is_one_click() -> None:
    app = open_page("seconds")
    n = n_reached(compare("seconds", ""))
    assert n < N
    app.get_by_key("cure.seconds").set_value("Centre and scale").run()
    assert not app.exception
    assert f"Before: {n} of {N} found the lowest point. Now: **{N} of {N}**" in plain_text(app)
    assert "the residual SD is 25.48 before and 25.48 now" in plain_text(app)
    app.get_by_key("cure.seconds").set_value("Drop the correlation").run()
    assert "a simpler model does not repair it" in plain_text(app)


@pytest.mark.parametrize(("label", "name", "cure"), SHOWN_CURES)
def test_each_of_the_three_cures_is_one_click_from_anywhere(
    label: str, name: str, cure: str
) -> None:
    app = open_page("seconds")
    press(app, label)
    assert app.selectbox(key="trouble").value == name
    # The other data have a prediction of their own.
    assert alts(app) == []
    app.get_by_key(f"guess.{name}").set_value(SKIP).run()
    assert not app.exception
    before = n_reached(compare(name, ""))
    assert before < N
    assert f"Before: {before} of {N} found the lowest point. Now: **{N} of {N}**" in plain_text(app)


def test_an_optimiser_that_cannot_begin_is_not_said_to_be_silent() -> None:
    table = open_page("milliseconds").dataframe[0].value
    failed = table[table["Lowest point?"] == "no answer"]
    assert len(failed) == N - 1
    assert set(failed["lme4 would say"]) == {"an error, no fit"}


@pytest.mark.parametrize("name", ["seconds", "year"])
def test_excursions_do_not_make_a_dot_of_the_valley(name: str) -> None:
    found = compare(name, "")
    shown = window(found, list(found.attempts), 0, 2, True)
    assert shown.log
    best = found.attempts[0].theta
    for at, (low, high) in ((0, shown.x), (2, shown.y)):
        assert low < min(1.0, best[at]) and high > max(1.0, best[at])
        assert high <= 3 * FAR_TIMES * max(1.0, best[at])
        assert low >= min(1.0, best[at]) / FAR_TIMES / 3


def test_optimisers_are_toggled() -> None:
    app = open_page("none")
    app.get_by_key("optimisers").set_value(["powell"]).run()
    assert not app.exception
    assert [alt.split(" over")[0] for alt in alts(app)] == ["Path of Powell"]
    app.get_by_key("optimisers").set_value([]).run()
    assert len(alts(app)) == len(OPTIMISERS)


def test_the_slider_shows_a_part_of_the_path() -> None:
    app = open_page("none")
    assert "177 evaluations of 177, found it in 177" in alts(app)[1]
    app.slider(key="step").set_value(20).run()
    assert not app.exception
    assert "20 evaluations of 177, step 20 of 177" in alts(app)[1]
    assert "12 evaluations of 12, found it in 12" in alts(app)[0]


def test_walking_goes_on_by_itself_until_stopped() -> None:
    app = open_page("none")

    def wait() -> int:
        time.sleep(TICK)
        app.run()
        assert not app.exception
        return app.slider(key="step").value

    press(app, "Walk")
    steps = [wait() for _ in range(3)]
    assert steps == sorted(set(steps))
    assert steps[-1] < 10
    press(app, "Stop")
    stopped = app.slider(key="step").value
    assert wait() == stopped
    app.session_state["step"] = 170
    app.session_state["walking"] = True
    wait()
    assert app.slider(key="step").value == 0
    assert not app.session_state["walking"]


@pytest.mark.parametrize("name", ["none", "year", "singular"])
def test_near_the_lowest_point(name: str) -> None:
    app = open_page(name, view="Near the lowest point")
    assert not app.exception
    assert len(alts(app)) == 4


def test_other_axes() -> None:
    app = open_page("none")
    app.selectbox(key="axes.3").set_value("theta 3 and theta 2").run()
    assert not app.exception
    assert "theta 3 to the right and theta 2 upwards" in alts(app)[0]


def test_the_boundary_is_named() -> None:
    assert boundary_components(compare("singular", "")) == ([("participant", "(Intercept)")], [])
    zero, perfect = boundary_components(compare("correlation", ""))
    assert zero == []
    assert perfect[0][:3] == ("participant", "(Intercept)", "week")
    said = " ".join(boundary_words(compare("singular", "")))
    assert "`(Intercept)` between levels of `participant` hit the boundary" in said
    assert "legal answer" in said
    lost = " ".join(boundary_words(compare("reference", "")))
    assert "The best fit is **not singular**" in lost
    assert "Nelder–Mead stopped where lme4 says" in lost


def test_warnings_are_judged_by_the_lowest_point() -> None:
    seconds = compare("seconds", "")
    verdicts = {a.optimiser: judge(a, seconds) for a in seconds.attempts}
    assert verdicts["newton"] == "false alarm"
    assert verdicts["nelder_mead"] == "warned"
    said = " ".join(warning_words(seconds))
    assert "A warning does not make an answer wrong" in said
    assert "Nor is a warning harmless" in said
    assert {judge(a, compare("none", "")) for a in compare("none", "").attempts} == {"right"}
    assert warning_words(compare("none", "")) == [
        "Nobody warns, all agree: there is nothing to worry about here."
    ]
    failed = compare("milliseconds", "")
    assert judge(failed.attempts[1], failed) == "failed"
    assert "No answer is an honest answer" in " ".join(warning_words(failed))
    assert "A singular fit is not a wrong fit" in " ".join(warning_words(compare("singular", "")))


def test_the_button_leads_to_a_singular_fit() -> None:
    app = open_page("none")
    press(app, "Look at a fit that is singular")
    assert not app.exception
    assert app.selectbox(key="trouble").value == "singular"


def test_other_data_are_shown_to_the_end_of_their_paths() -> None:
    app = open_page("year", "recode")
    app.slider(key="step").set_value(7).run()
    assert "step 7" in " ".join(alts(app))
    app.selectbox(key="trouble").set_value("singular").run()
    app.get_by_key("guess.singular").set_value(SKIP).run()
    assert not app.exception
    assert app.slider(key="step").value == 0


def test_the_link_restores_the_page() -> None:
    app = open_page("year", "recode")
    app.get_by_key("optimisers").set_value(["newton", "powell"]).run()
    app.slider(key="step").set_value(7).run()
    again = screen.open_page("learn/convergence", settings_in(app, "trouble="))
    assert not again.exception
    assert alts(again) == alts(app)
    assert len(alts(again)) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"trouble": "nonsense", "guess.seconds": "<script>"},
        {"step": "99999999", "guess.seconds": SKIP},
        {"step": "nan", "guess.seconds": SKIP},
        {"optimisers": "x", "view": "y", "axes.3": "z", "guess.seconds": SKIP},
        {"cure.seconds": "![](http://evil)", "guess.seconds": SKIP},
        {"trouble": TROUBLES["singular"].title, "axes.1": "theta 9", "guess.singular": SKIP},
    ],
)
def test_hostile_addresses_show_no_traceback(query: dict[str, str]) -> None:
    app = open_page(**query)
    assert not app.exception
    assert "evil" not in plain_text(app)


def test_contour_lines_lie_where_the_height_is() -> None:
    x, y = np.linspace(-2, 2, 81), np.linspace(-3, 3, 91)
    z = x[None] ** 2 + y[:, None] ** 2
    lines = contour_lines(x, y, z, (1.0, 2.0))
    for level in (1.0, 2.0):
        own = lines[lines["level"] == level]
        for a, b in (("x", "y"), ("x2", "y2")):
            np.testing.assert_allclose(own[a] ** 2 + own[b] ** 2, level, atol=5e-3)
        length = np.hypot(own["x2"] - own["x"], own["y2"] - own["y"]).sum()
        assert length == pytest.approx(2 * np.pi * np.sqrt(level), rel=1e-2)
    z[:45] = np.nan
    assert contour_lines(x, y, z, (1.0,))[["y", "y2"]].to_numpy().min() >= y[45]


def test_the_paths_as_a_table() -> None:
    found = compare("none", "")
    table = paths_table(found)
    assert len(table) == sum(a.evaluations for a in found.attempts)
    read = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    own = read[read["optimiser"] == "Powell"]
    assert own["criterion"].min() == pytest.approx(found.best, abs=1e-5)


@pytest.mark.parametrize(("name", "cure"), SCREENS)
def test_python_code_is_python(name: str, cure: str) -> None:
    compile(python_script(Settings(name, cure)), "script", "exec")


def test_python_code_runs(tmp_path: Path) -> None:
    done = run_python(python_script(Settings("reference", "recode")), tmp_path)
    assert "Nelder–Mead" in done.stdout
    assert "633.258" in done.stdout


@pytest.mark.parametrize(
    ("name", "cure", "says"),
    [
        ("reference", "", "661.851"),
        ("reference", "recode", "633.258"),
        ("milliseconds", "", "error: Downdated VtV is not positive definite"),
        ("year", "scale", "1771.447"),
        ("singular", "", "boundary (singular) fit"),
    ],
)
def test_r_code_runs(tmp_path: Path, name: str, cure: str, says: str) -> None:
    need_r("lme4")
    TROUBLES[name].frame(cure).to_csv(tmp_path / FILE, index=False)
    done = run_r(r_script(Settings(name, cure)), tmp_path)
    assert says in done.stdout
    assert done.stdout.count("== ") == 4
