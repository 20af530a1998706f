"""The page on pooling without a browser: questions, lines, tables, words, links, code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.files import as_svg
from pages.learn._playground.dataset import OWN, Dataset
from pages.learn._pooling.compare import printed
from pages.learn._pooling.dropping import read_dropped
from pages.learn._pooling.lines import MAX_PANELS, line_ends, person_pictures, shown_people
from pages.learn._pooling.moving import path_of, words
from pages.learn._pooling.observations import person_of, steps_of
from pages.learn._pooling.path_pictures import STEP, lines_picture, points_picture, weight_picture
from pages.learn._pooling.plane import NOBODY, arrows, plane_picture
from pages.learn._pooling.predict import ELSE, candidates, moves, verdict, winner
from pages.learn._pooling.scripts import python_script
from pages.learn._pooling.settings import Study, study_of
from pages.learn._pooling.spread import sd_table
from pages.learn._pooling.take_away import coefficient_frame
from pages.learn._pooling.words import see_why
from sim.errors import SimError
from sim.scenarios import SCENARIOS, Roles, generate

ROOT = Path(__file__).resolve().parents[2]
ROUTER = ROOT / "pages" / "_ui" / "router.py"
PAGE = ROOT / "pages" / "learn" / "pooling.py"
ANSWERS = json.loads((ROOT / "tests" / "reference" / "pooling.json").read_text(encoding="utf-8"))
SHOWN = {"sleepstudy20.guess": "Just show me"}


def open_page(query: dict[str, str] | None = None) -> AppTest:
    app = AppTest.from_file(str(ROUTER), default_timeout=90)
    app.switch_page(str(PAGE))
    for name, value in (query or {}).items():
        app.query_params[name] = value
    return app.run()


def text(app: AppTest) -> str:
    parts = [element.value for kind in ("markdown", "caption", "code") for element in app.get(kind)]
    parts += [element.value for kind in ("error", "info", "warning") for element in app.get(kind)]
    parts += [element.value.to_string() for element in app.table]
    return "\n".join(str(part) for part in parts)


def alts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


def one(app: AppTest, start: str) -> str:
    return next(alt for alt in alts(app) if alt.startswith(start))


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def study(name: str = "sleepstudy20") -> Study:
    roles = SCENARIOS[name].roles
    frame = generate(name, np.random.default_rng(1))
    return study_of(Dataset(name, name, f"test {name}", frame, roles, ()))


def own_study(frame: pd.DataFrame, key: str) -> Study:
    return study_of(Dataset(OWN, "mine", key, frame, Roles("y", "x", "who"), ()))


def test_partial_pooling_is_hidden_until_a_guess() -> None:
    app = open_page()
    assert not app.exception
    assert len(alts(app)) == 20
    assert not any("partial" in alt for alt in alts(app))
    assert "Partial pooling gives" not in text(app)
    assert "Click whom you expect; then the lines of partial pooling show." in text(app)


def test_a_guess_shows_everything() -> None:
    app = open_page({"sleepstudy20.guess": "335: smallest slope"})
    assert not app.exception
    assert "**374** moves most: their line shifts by 36.8 ms" in text(app)
    assert "You expected *335*." in text(app)
    assert "lines of complete pooling and partial pooling; no line of its own" in one(
        app, "Participant 373: 1 observation"
    )
    assert len([alt for alt in alts(app) if alt.startswith("Participant ")]) == 23


def test_right_and_wrong_guesses() -> None:
    sleep = study()
    assert winner(sleep) == "374"
    assert verdict(sleep, "374: 2 observations").startswith("As you said: **374**")
    assert "You expected *somebody else*." in verdict(sleep, ELSE)
    assert verdict(sleep, "Just show me") == ""
    assert "374" in candidates(sleep)
    others = study("sleepstudy")
    if winner(others) not in candidates(others):
        assert verdict(others, ELSE).startswith("As you said")


def test_the_distance_of_a_move() -> None:
    sleep = study()
    days = np.arange(10)
    own, partial = sleep.both.own.loc["374"], sleep.both.partial.loc["374"]
    gap = (own.iloc[0] - partial.iloc[0]) + (own.iloc[1] - partial.iloc[1]) * days
    assert moves(sleep, sleep.both)["374"] == pytest.approx(np.sqrt(np.mean(gap**2)))
    assert np.isnan(moves(sleep, sleep.both)["373"])


def test_every_method_can_be_switched_off() -> None:
    app = open_page(SHOWN)
    app.button_group(key="lines").set_value(["No pooling"]).run()
    assert one(app, "Participant 373").endswith("no line; no line of its own.")
    assert one(app, "Participant 308: 10").endswith("lines of no pooling.")
    app.button_group(key="lines").set_value([]).run()
    assert not app.exception
    app.button_group(key="view").set_value("All in one picture").run()
    assert not app.exception


def test_all_in_one_picture_with_parallel_lines() -> None:
    app = open_page(SHOWN | {"view": "All in one picture", "varying": "intercepts"})
    assert not app.exception
    together = [alt for alt in alts(app) if "all participants in one picture" in alt]
    assert [alt.split(",")[0] for alt in together] == [
        "Complete pooling",
        "No pooling",
        "Partial pooling",
    ]
    assert "19 lines. No line for 373." in together[1]
    assert "20 lines." in together[2]
    assert "only intercepts may differ, so the red lines are parallel" in text(app)


def test_the_tables_are_r_s() -> None:
    app = open_page(SHOWN)
    shown = [element.value for element in app.code]
    answers = ANSWERS["sleepstudy183"]
    own = [line.split() for line in answers["own_printed"]]
    assert [line.split() for line in shown[1].splitlines()] == own
    for place, varying in enumerate(("intercepts", "slopes", "both"), start=2):
        ours = [line.split() for line in shown[place].splitlines()]
        printed_by_r = [line.split() for line in answers["printed"][varying]]
        assert ours[0] == printed_by_r[0]
        for mine, theirs in zip(ours[1:], printed_by_r[1:], strict=True):
            assert mine[0] == theirs[0]
            # lme4's optimum lies up to 3e-7 from ours, which can show in the last digit.
            np.testing.assert_allclose(
                [float(v) for v in mine[1:]], [float(v) for v in theirs[1:]], rtol=2e-6, atol=1e-6
            )


def test_the_predictions_are_lme4_s() -> None:
    app = open_page(SHOWN)
    expected = np.array(ANSWERS["sleepstudy183"]["predict"]["both"])
    tables = [element.value for element in app.table][:2]
    ours = [float(value) for table in tables for value in table["partial"]]
    np.testing.assert_allclose(ours, expected, atol=0.051)
    assert set(tables[0]["no"]) == {"none"}
    assert list(tables[1]["no"])[:2] == ["286.0", "288.0"]


def test_the_sds_say_whose_they_are() -> None:
    sleep = study()
    table = sd_table(sleep, sleep.both)
    assert table.loc["no pooling, all 20"].tolist() == ["28.52", "6.66"]
    assert table.loc["partial pooling, all 20"].tolist() == ["20.69", "5.17"]
    assert table.loc["no pooling, the 18 with all their data"].tolist() == ["28.95", "6.56"]
    assert table.loc["partial pooling, the 18 with all their data"].tolist() == ["21.60", "5.46"]
    assert len(sd_table(study("sleepstudy"), study("sleepstudy").both)) == 2


def test_arrows_lead_from_own_lines_to_partial_ones() -> None:
    both = study().both
    rows = arrows(both).set_index("participant")
    np.testing.assert_array_equal(rows[["x", "y"]], both.own)
    np.testing.assert_array_equal(rows[["x2", "y2"]], both.partial)
    drawn = plane_picture(study(), both, "373")
    kinds = drawn.data["layer"].value_counts()
    assert kinds["arrow"] == 19
    assert kinds["partial"] == 20
    assert drawn.data.loc[drawn.data["layer"] == "likelihood", "line"].nunique() == 2
    assert "Marked: 373." in drawn.alt
    assert "likelihood" not in set(plane_picture(study(), both, NOBODY).data["layer"])


def test_the_arrow_over_an_axis_far_from_zero_stays_in_the_picture() -> None:
    sleep = study()
    for name in sleep.people:
        drawn = plane_picture(sleep, sleep.both, name)
        low, high = drawn.spec["layer"][3]["encoding"]["x"]["scale"]["domain"]
        x = drawn.data.loc[drawn.data["layer"] == "arrow", ["x", "x2"]]
        assert low < x.min().min()
        assert x.max().max() < high


def test_taking_days_away_moves_the_line_to_the_average() -> None:
    sleep = study()
    person = person_of(sleep, "335")
    steps = steps_of(sleep, person, list(range(9, -1, -1)))
    distances = [step.distance(sleep.values) for step in steps]
    assert distances[0] == pytest.approx(49.7, abs=0.05)
    assert distances[6] < distances[4] < distances[2] < distances[0]
    assert distances[-1] == 0.0
    assert [step.weight for step in steps] == sorted((s.weight for s in steps), reverse=True)
    assert np.isnan(steps[9].own).any()


def test_take_undo_reset() -> None:
    app = open_page(SHOWN)
    assert "Participant 335 with 10 of 10 observations" in one(app, "Participant 335 with")
    press(app, "Take the last")
    press(app, "Take the last")
    assert app.query_params["dropped"] == "9-8"
    assert "**nearer to** it than with all data (49.7 ms)" in text(app)
    assert "data <- data[-c(88, 89), ]" not in text(app)
    rows = person_of(study(), "335").rows
    assert f"data <- data[-c({rows[8] + 1}, {rows[9] + 1}), ]" in text(app)
    press(app, "Undo")
    assert "with 9 of 10" in one(app, "Participant 335 with")
    press(app, "Reset")
    assert "with 10 of 10" in one(app, "Participant 335 with")
    assert "dropped" not in app.query_params


def test_buttons_take_and_give_back() -> None:
    app = open_page(SHOWN | {"dropped": "0-1"})
    buttons = app.button_group(key="dropped.buttons.sleepstudy20")
    assert buttons.value == ["0", "1"]
    buttons.set_value(["1", "5"]).run()
    assert app.query_params["dropped"] == "1-5"
    assert "with 8 of 10" in one(app, "Participant 335 with")


def test_without_any_data_the_line_is_the_average() -> None:
    app = open_page(SHOWN | {"dropped": "-".join(map(str, range(10)))})
    assert not app.exception
    assert "to the model they are a **new participant**" in text(app)
    # lme4 without the ten rows of 335.
    assert "slope 11.2; the average line: 252.0, 11.2" in one(app, "Participant 335 with 0")


def test_another_participant_has_all_their_days() -> None:
    app = open_page(SHOWN | {"dropped": "9-8"})
    app.selectbox(key="sleepstudy20.who").set_value("308").run()
    assert "Participant 308 with 10 of 10" in one(app, "Participant 308 with")
    assert "dropped" not in app.query_params


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, []),
        ("", []),
        ("9-8", [9, 8]),
        ("3-3-99-x--1", [3, 1]),
        ("²-1e3", []),
        ("7" * 5_000, []),
    ],
)
def test_links_about_days(found: str | None, expected: list[int]) -> None:
    assert read_dropped(found, 10) == expected


def test_the_path_is_exact_at_both_ends() -> None:
    sleep = study()
    path = path_of(sleep.dataset.key, sleep.both)
    np.testing.assert_array_equal(path.coefficients[0], sleep.both.own)
    np.testing.assert_allclose(path.coefficients[-1], sleep.both.coefficients("complete"), 1e-9)
    np.testing.assert_allclose(path.coefficients[50 // STEP], sleep.both.partial, rtol=1e-9)
    assert "1 line cannot be drawn" in words(sleep, path, 0)
    assert "with slope 10.33, the same as `lm` gives" in words(sleep, path, 100 // STEP)
    assert "**0.24** (373, 1 observation) to **0.79**" in words(sleep, path, 50 // STEP)
    assert "count only 1/4.0 as much" in words(sleep, path, 80 // STEP)


@pytest.mark.parametrize("percent", [0, 2, 50, 98, 100])
def test_the_axes_stay_while_the_slider_moves(percent: int) -> None:
    sleep = study()
    path = path_of(sleep.dataset.key, sleep.both)
    for draw in (lines_picture, points_picture, weight_picture):
        now, fit = draw(sleep, path, percent // STEP), draw(sleep, path, 25)
        assert now.spec == fit.spec
        assert f"at {percent} percent pooling" in now.alt
        assert as_svg([now]).startswith(b"<svg")


def test_the_slider_reaches_the_link_and_the_code() -> None:
    app = open_page(SHOWN)
    app.slider(key="pooled.percent").set_value(80).run()
    assert not app.exception
    assert "20 lines at 80 percent pooling" in one(app, "20 lines at")
    assert "pooling_path(lines, [0.2])" in text(app)
    assert "pooled.percent=80" in text(app)


def test_play_ends_where_it_should() -> None:
    app = open_page(SHOWN)
    press(app, "Play to one line")
    assert app.slider(key="pooled.percent").value == 100
    assert "SD of intercepts 0" in one(app, "The lines as points at 100")


def test_simpson_s_average_lines_point_in_opposite_directions() -> None:
    simpson = study("simpson")
    assert any("**opposite directions**" in part for part in see_why(simpson, simpson.both))
    assert not any("**opposite directions**" in part for part in see_why(study(), study().both))
    app = open_page({"pooling": "Simpson's paradox", "simpson.guess": "Just show me"})
    assert not app.exception
    assert "Everybody has the same number of observations; these two move most." in text(app)


def test_lines_stay_where_their_data_are() -> None:
    simpson = study("simpson")
    ends = line_ends(simpson, simpson.both, "no")
    measured = simpson.both.measured
    margin = 0.05 * np.ptp(measured.x)
    mine = measured.x[measured.codes == 0]
    x = ends.loc[ends["participant"] == measured.participants[0], "x"]
    np.testing.assert_allclose(x, [mine.min() - margin, mine.max() + margin])


HOSTILE = "![](http://example.org/x.png) **b** `c`"


def test_own_data_with_many_people_and_odd_names() -> None:
    rng = np.random.default_rng(4)
    who = np.repeat([f"{HOSTILE} {i}" for i in range(45)], 4)
    x = np.tile(np.arange(4.0), 45)
    frame = pd.DataFrame({"who": who, "x": x, "y": np.repeat(rng.normal(0, 3, 45), 4) + x})
    frame["y"] += np.repeat(rng.normal(0, 1, 45), 4) * x + rng.normal(0, 1, 180)
    mine = own_study(frame.iloc[:-2], "many")
    assert len(shown_people(mine)) == MAX_PANELS
    assert mine.people[-1] in shown_people(mine) or mine.counts.idxmin() in shown_people(mine)
    pictures = person_pictures(mine, mine.both, ["no", "partial"], shown_people(mine))
    assert len(pictures) == MAX_PANELS
    assert not any("![](" in part for part in see_why(mine, mine.both))
    assert "![](" not in verdict(mine, ELSE)


def test_own_data_come_through_the_upload() -> None:
    app = open_page({"pooling": "Your own data (CSV)"})
    assert not app.exception
    assert "No data yet" in "".join(info.proto.title for info in app.info)
    press(app, "Use the example")
    assert not app.exception
    guess = next(group for group in app.button_group if "Who will move most" in group.label)
    guess.set_value("Just show me").run()
    assert not app.exception
    assert "SD of **28.95**, with partial pooling **21.60**" in text(app)
    assert "Your data are not in the link" in text(app)


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (pd.DataFrame({"who": list("aabb"), "x": 1.0, "y": [1.0, 2, 3, 4]}), "is the same"),
        (
            pd.DataFrame({"who": list("abcd"), "x": [1.0, 2, 3, 4], "y": [1.0, 2, 4, 3]}),
            "number of",
        ),
        (pd.DataFrame({"who": list("aabb"), "x": list("uvuv"), "y": [1.0, 2, 3, 5]}), "groups"),
    ],
)
def test_data_that_cannot_be_pooled_say_why(frame: pd.DataFrame, problem: str) -> None:
    with pytest.raises(SimError, match=problem):
        own_study(frame, problem)


@pytest.mark.parametrize(
    "query",
    [
        {"pooling": "<script>"},
        {"lines": "zzz", "varying": "nan", "view": HOSTILE},
        {"dropped": "999999999999999999999-../..-<b>", "pooled.percent": "nan"},
        {"pooled.percent": "1e9", "sleepstudy20.who": "nobody", "sleepstudy20.mark": HOSTILE},
        {"sleepstudy20.guess": HOSTILE},
        {"pooling": "Random slopes", "random_slopes.participants": "1", "seed": "-5"},
    ],
)
def test_hostile_links_show_the_page(query: dict[str, str]) -> None:
    app = open_page(SHOWN | query)
    assert not app.exception
    assert app.title[0].value == "Pooling"
    assert "example.org" not in text(app).partition("Link to this page")[0]


def test_the_link_brings_everything_back() -> None:
    app = open_page(SHOWN | {"varying": "slopes", "dropped": "2-7", "sleepstudy20.mark": "373"})
    app.slider(key="pooled.percent").set_value(30).run()
    link = next(c.value for c in app.code if "pooled.percent=30" in c.value)
    settings: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(link).query):
        settings.setdefault(name, []).append(value)
    again = AppTest.from_file(str(ROUTER), default_timeout=90)
    again.switch_page(str(PAGE))
    for name, values in settings.items():
        again.query_params[name] = values
    again.run()
    assert alts(again) == alts(app)


def test_the_table_to_download() -> None:
    table = coefficient_frame(study().both)
    assert len(table) == 60
    assert table["own_weight"].notna().sum() == 20
    assert (
        table.loc[(table["method"] == "no") & (table["participant"] == "373"), "days"].isna().all()
    )


def test_a_long_table_is_cut() -> None:
    frame = pd.DataFrame({"(Intercept)": np.arange(300.0), "x": np.nan}, index=range(300))
    lines = printed(frame).splitlines()
    assert len(lines) == 202
    assert lines[-1] == "... and 100 more"
    assert lines[1].split() == ["0", "0", "NA"]


def test_the_python_code_gives_the_numbers_on_the_screen(tmp_path: Path) -> None:
    sleep = study()
    script = tmp_path / "analysis.py"
    script.write_text(python_script(sleep, sleep.both, 80, ()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "no          28.515848  6.662904" in done.stdout
    assert "374   271.1447" in done.stdout
