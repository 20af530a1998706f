"""The page on pooling without a browser: question, controls, tables, links."""

import json
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app import screen
from tests.app.screen import ROOT, alts, press, settings_in, text

ANSWERS = json.loads((ROOT / "tests" / "reference" / "pooling.json").read_text(encoding="utf-8"))
SHOWN = {"sleepstudy20.guess": "Just show me"}

open_page = partial(screen.open_page, "learn/pooling")


def one(app: AppTest, start: str) -> str:
    return next(alt for alt in alts(app) if alt.startswith(start))


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


def test_take_undo_reset() -> None:
    app = open_page(SHOWN)
    assert "Participant 335 with 10 of 10 observations" in one(app, "Participant 335 with")
    press(app, "Take the last")
    press(app, "Take the last")
    assert app.query_params["dropped"] == "9-8"
    assert "**nearer to** it than with all data (49.7 ms)" in text(app)
    assert "data <- data[-c(89, 90), ]" in text(app)
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
    app = open_page({"pooling": "Simpson's paradox", "simpson.guess": "Just show me"})
    assert not app.exception
    assert "**opposite directions**" in text(app)
    assert "**opposite directions**" not in text(open_page(SHOWN))
    assert "Everybody has the same number of observations; these two move most." in text(app)


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


HOSTILE = "![](http://example.org/x.png) **b** `c`"


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
    again = open_page(settings_in(app, "pooled.percent=30"))
    assert alts(again) == alts(app)
