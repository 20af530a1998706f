"""What the page on pooling shows: lines, moves, arrows, steps, words, code."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pages._data.dataset import OWN, Dataset
from pages._ui.files import as_svg
from pages._ui.words import plain
from pages.learn._pooling.compare import prediction_table, printed
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
from tests.engine.scripts import run_python

HOSTILE = "![](http://example.org/x.png) **b** `c`"


def study(name: str = "sleepstudy20") -> Study:
    roles = SCENARIOS[name].roles
    frame = generate(name, np.random.default_rng(1))
    return study_of(Dataset(name, name, f"test {name}", frame, roles, ()))


def own_study(frame: pd.DataFrame, key: str) -> Study:
    return study_of(Dataset(OWN, "mine", key, frame, Roles("y", "x", "who"), ()))


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
    assert "count only 1/4 as much" in words(sleep, path, 80 // STEP)


@pytest.mark.parametrize("percent", [0, 2, 50, 98, 100])
def test_the_axes_stay_while_the_slider_moves(percent: int) -> None:
    sleep = study()
    path = path_of(sleep.dataset.key, sleep.both)
    for draw in (lines_picture, points_picture, weight_picture):
        now, fit = draw(sleep, path, percent // STEP), draw(sleep, path, 25)
        assert now.spec == fit.spec
        assert f"at {percent} percent pooling" in now.alt
        assert as_svg([now]).startswith(b"<svg")


def test_lines_stay_where_their_data_are() -> None:
    simpson = study("simpson")
    ends = line_ends(simpson, simpson.both, "no")
    measured = simpson.both.measured
    margin = 0.05 * np.ptp(measured.x)
    mine = measured.x[measured.codes == 0]
    x = ends.loc[ends["participant"] == measured.participants[0], "x"]
    np.testing.assert_allclose(x, [mine.min() - margin, mine.max() + margin])


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


def test_the_reason_for_a_move_is_the_model_s() -> None:
    sleep = study("sleepstudy")
    few = see_why(study(), study().both)
    assert any("2 observations are soon outvoted" in part for part in few)
    parallel = see_why(sleep, sleep.varying("intercepts"))
    assert any("gives everybody the same slope, and theirs is far from it" in p for p in parallel)
    assert not any("**A singular fit:**" in part for part in (*few, *parallel))
    assert any("0.5 is the most here, because the slope is everybody's" in p for p in parallel)


def test_a_singular_fit_says_so() -> None:
    rng = np.random.default_rng(1)
    x, who = np.tile(np.arange(6.0), 8), np.repeat(np.arange(8), 6)
    flat = own_study(pd.DataFrame({"x": x, "who": who, "y": 3 + x + rng.normal(0, 2, 48)}), "flat")
    assert any("**A singular fit:**" in part for part in see_why(flat, flat.both))
    assert plane_picture(flat, flat.both, flat.people[0]).alt


def test_a_name_of_a_column_is_no_markdown_in_the_table() -> None:
    frame = generate("sleepstudy20", np.random.default_rng(1))
    frame = frame.rename(columns={"days": "$x$ **b**", "reaction": "y", "subject": "who"})
    roles = Roles("y", "$x$ **b**", "who")
    mine = study_of(Dataset(OWN, "mine", "odd", frame, roles, ()))
    assert prediction_table(mine, mine.both, "373").index.name == plain("$x$ **b**")


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
    done = run_python(python_script(sleep, sleep.both, 80, ()), tmp_path)
    assert "no          28.515848  6.662904" in done.stdout
    assert "374   271.1447" in done.stdout
