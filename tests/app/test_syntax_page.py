"""The page on formulas without a browser: question, words, count, Z, comparison, code."""

import re
from functools import partial

import numpy as np
import pandas as pd
import pytest

from pages._ui.words import plain
from pages.learn._syntax.compare import Comparison, verdict
from pages.learn._syntax.dataset import EXAMPLE, LECTURE, Source
from pages.learn._syntax.example import example_data
from pages.learn._syntax.imagined import Spread, lines_of, panels_of
from pages.learn._syntax.reading import MOST_CELLS, MOST_COLUMNS, Reading, estimates, read
from pages.learn._syntax.words import see_why
from pages.learn._syntax.z_image import z_picture
from sim import equivalent
from sim.data import read_data
from sim.rcode import Story
from sim.scenarios import SCENARIOS
from tests.app import screen
from tests.app.screen import alts, press, settings_in, text

ALWAYS = "Just show me, always"
SHOWN = {"guess": ALWAYS, "guess.same": ALWAYS}
ANY = SHOWN | {"data": "No data, any names"}

open_page = partial(screen.open_page, "learn/syntax")


def assert_is_text(markdown: str) -> None:
    """Nothing but inline code and escapes: no picture, tag, colour or link."""
    bare = re.sub(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)
    assert not re.search(r"(?<!\\)!\[|(?<!\\)<\w|(?<!\\):red\[|http:", bare), markdown


def source_of(name: str, frame: pd.DataFrame | None, story: Story | None = None) -> Source:
    return Source(name, f"test {name}", frame, LECTURE, LECTURE[0].formula, story)


EXAMPLE_SOURCE = source_of(EXAMPLE, example_data())
SLEEP = source_of("sleepstudy20", read_data("sleepstudy20"), Story("sleepstudy20", 0))


def shown(source: Source, formula: str, **spread: float) -> tuple[Reading, list[str]]:
    """A formula with the words beside its picture."""
    reading = read(source, formula)
    values = {"level": 1.0, "slope": 1.0, "together": 0.0} | spread
    return reading, see_why(reading, panels_of(reading), Spread(**values, draw=1))


def test_the_answer_is_hidden_until_a_guess() -> None:
    app = open_page()
    assert not app.exception
    assert alts(app) == []
    assert not app.table
    assert "6 numbers" not in text(app)
    app.button_group(key="guess").set_value("5").run()
    assert "You said 5. It is **6 numbers**" in text(app)
    assert "Did you leave out the correlation?" in text(app)
    assert alts(app)[0].startswith("Lines by g: twelve imaginary ones, which differ in level and")


def test_a_new_formula_is_asked_about_anew_unless_told_otherwise() -> None:
    app = open_page({"guess": "6"})
    assert "As you said: **6 numbers**" in text(app)
    app.text_input(key="example.formula").set_value("dv ~ x1 + (1 | g)").run()
    assert app.button_group(key="guess").value is None
    assert alts(app) == []
    app.button_group(key="guess").set_value(ALWAYS).run()
    app.text_input(key="example.formula").set_value("dv ~ x1 + (x1 || g)").run()
    assert "**5 numbers**: 2 fixed effects, 2 SDs and the residual SD." in text(app)


COUNTS = {"(1 | g)": 4, "(0 + x1 | g)": 4, "(x1 | g)": 6, "(x1 || g)": 5}
COUNTS |= {"(1 | school) + (1 | teacher)": 5, "(1 | school/teacher)": 5}
KINDS = {"(1 | g)": "level only", "(0 + x1 | g)": "slope only", "(x1 | g)": "level and slope"}


def test_the_six_rows_of_the_lecture_one_click_each() -> None:
    app = open_page(SHOWN)
    rows = app.button_group(key="example.formula.rows")
    assert rows.options == [plain(bracket) for bracket in COUNTS]
    for row, (bracket, n) in zip(LECTURE, COUNTS.items(), strict=True):
        app.button_group(key="example.formula.rows").set_value(row.formula).run()
        assert not app.exception
        assert app.text_input(key="example.formula").value == f"dv ~ x1 + {bracket}"
        assert f"**{n} numbers**" in text(app)
        assert f"In the lecture's words: {plain(row.words)}." in text(app)
        assert KINDS.get(bracket, "level") in alts(app)[0]


def test_numbers_are_lme4_s() -> None:
    """The lecture's table for 20 participants, and the sleep study's fit as lme4 prints it."""
    values = estimates(read(SLEEP, "reaction ~ 1 + days + (1 + days | subject)"))
    assert values is not None
    np.testing.assert_allclose(values, [252.543, 10.452, 24.139, 5.919, 0.0693, 25.480], rtol=2e-3)
    app = open_page(SHOWN | {"data": "Sleep study with 373 and 374"})
    table = app.table[0].value
    assert table["estimate"].str.replace("\\", "").tolist() == [
        "252.5", "10.45", "24.14", "5.919", "0.06928", "25.48",
    ]  # fmt: skip
    assert "`cor_days.(Intercept)|subject`" in table.iloc[4, -1]
    assert "Z, 183 rows and 40 columns" in alts(app)[1]


def test_lines_share_level_slope_both_or_neither() -> None:
    def lines(formula: str, together: float = 0.0) -> np.ndarray:
        panel = panels_of(read(EXAMPLE_SOURCE, formula))[0]
        return lines_of(panel, Spread(1.0, 1.0, together, 3))[2]

    parallel = lines("dv ~ x1 + (1 | g)")
    assert parallel.shape == (12, 2)
    assert np.ptp(parallel[:, 1] - parallel[:, 0]) == pytest.approx(0.0)
    assert parallel[:, 0].std(ddof=1) == pytest.approx(1.0)
    fan = lines("dv ~ x1 + (0 + x1 | g)")
    assert np.ptp(fan[:, 0]) == 0.0
    assert np.ptp(fan[:, 1]) > 1.0
    assert np.ptp(lines("dv ~ x1")) > 0.0
    assert np.ptp(lines("dv ~ x1"), axis=0) == pytest.approx(0.0)
    for together in (0.0, -0.7, 1.0):
        both = lines("dv ~ x1 + (x1 | g)", together)
        rise = both[:, 1] - both[:, 0]
        assert np.corrcoef(both[:, 0], rise)[0, 1] == pytest.approx(together, abs=1e-9)
    apart = lines("dv ~ x1 + (x1 || g)", 0.9)
    assert np.corrcoef(apart[:, 0], apart[:, 1] - apart[:, 0])[0, 1] == pytest.approx(0.0, abs=1e-9)


def test_there_is_a_slider_for_what_is_estimated_and_only_for_that() -> None:
    labels = {
        "(1 | g)": ["SD of the intercepts"],
        "(0 + x1 | g)": ["SD of the slopes"],
        "(x1 || g)": ["SD of the intercepts", "SD of the slopes"],
        "(x1 | g)": ["SD of the intercepts", "SD of the slopes", "Correlation of the two"],
        "(school | g)": ["SD of the intercepts", "SD of the differences", "Correlation of the two"],
    }
    for bracket, expected in labels.items():
        app = open_page(SHOWN | {"example.formula": f"dv ~ x1 + school + {bracket}"})
        assert [slider.label for slider in app.slider] == expected
    assert not open_page(SHOWN | {"example.formula": "dv ~ x1"}).slider


def test_words_follow_the_picture() -> None:
    formula = "dv ~ x1 + (x1 | g)"
    assert "The correlation is at 0 now" in shown(EXAMPLE_SOURCE, formula)[1][0]
    assert "rises more" in shown(EXAMPLE_SOURCE, formula, together=0.6)[1][0]
    assert "rises less" in shown(EXAMPLE_SOURCE, formula, together=-0.6)[1][0]
    assert "parallel now" in shown(EXAMPLE_SOURCE, formula, slope=0.0)[1][0]
    assert "are parallel" in shown(EXAMPLE_SOURCE, "dv ~ x1 + (1 | g)")[1][0]
    assert "fan out" in shown(EXAMPLE_SOURCE, "dv ~ x1 + (0 + x1 | g)")[1][0]
    said = shown(EXAMPLE_SOURCE, formula)[1]
    assert "2 fixed effects and the residual SD; `g` adds 2 SDs and 1 correlation" in said[1]
    assert "and it is 5 numbers" in said[2]
    assert "The 48 random effects are not in the count" in said[3]
    assert "and it is 6 numbers" in shown(EXAMPLE_SOURCE, "dv ~ x1 + (x1 || g)")[1][2]
    # A factor's levels are kept together by ||.
    assert "keeps its correlations" in shown(EXAMPLE_SOURCE, "dv ~ school + (school | g)")[1][2]


def test_z_names_row_column_and_value() -> None:
    drawn = z_picture(read(SLEEP, "reaction ~ days + (days | subject)"))
    assert len(drawn.data) == 183 * 40
    cell = drawn.data[(drawn.data["row"] == "4") & (drawn.data["column"] == "308 days")].iloc[0]
    assert (cell["group"], cell["effect"], cell["value"]) == ("subject 308", "days", "3")
    labels = drawn.spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert len(set(labels)) == 40
    crossed = z_picture(read(EXAMPLE_SOURCE, "dv ~ x1 + (1 | g) + (x1 | g) + (1 | school)"))
    labels = crossed.spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert len(set(labels)) == len(labels) == 24 + 48 + 3


def test_a_large_z_is_shown_in_part() -> None:
    n = 3_000
    frame = pd.DataFrame({"y": np.arange(n) % 7.0, "x": np.arange(n) % 5, "g": np.arange(n) // 10})
    reading = read(source_of("large", frame), "y ~ x + (1 | g)")
    assert reading.z_shape == (3_000, 300)
    assert reading.z is not None
    assert reading.z.values.shape == (MOST_CELLS // MOST_COLUMNS, MOST_COLUMNS)


def test_below_zero_is_said() -> None:
    app = open_page(SHOWN | {"example.formula": "dv ~ x1 + (scale(x1) | g)"})
    assert "Orange: below 0." in text(app)
    assert "Orange: below 0." not in text(open_page(SHOWN))


def test_what_cannot_be_fitted_says_so_in_lme4_s_words() -> None:
    formula = "value ~ condition + (condition | participant)"
    app = open_page(SHOWN | {"data": "The lecture's outlier", "lecture_outlier.formula": formula})
    assert not app.exception
    assert (
        "number of observations (=40) <= number of random effects (=40) for term (condition | "
        "participant)" in app.warning[0].value
    )
    assert "Each participant would need more observations than random effects" in text(app)
    assert "**6 numbers**" in text(app)
    assert "so there is no Z to show" in text(app)
    assert "try(lmer(formula, data = data))" in text(app)


def test_an_error_is_marked_and_repaired_with_a_click() -> None:
    app = open_page(SHOWN | {"example.formula": "dv ~ x + 1 | g"})
    assert "dv ~ x + 1 | g\n           ^" in [block.value for block in app.code]
    press(app, "Repair it")
    assert app.text_input(key="example.formula").value == "dv ~ x1 + (1 | g)"
    assert not app.error
    assert "**4 numbers**" in text(app)
    app = open_page(SHOWN | {"example.formula": "dv ~ x1 + (1 | )"})
    assert "There is no grouping factor after '|'" in app.error[0].proto.title.replace("\\", "")
    assert [b for b in app.button if b.label == "Repair it"] == []


def test_two_formulas_are_compared() -> None:
    app = open_page({"guess": ALWAYS, "example.formula": "dv ~ x1 + (x1 || g)"})
    app.text_input(key="example.other").set_value("dv ~ (1 | g) + x1 + (0 + x1 | g)").run()
    assert "The same model, always" not in text(app)
    app.button_group(key="guess.same").set_value("Different models").run()
    assert "Not so: **The same model, always**" in text(app)
    values = re.search(r"is ([\d.]+) for the first and ([\d.]+) for the second", text(app))
    assert values is not None
    assert values[1] == values[2]
    app.text_input(key="example.other").set_value("dv ~ x1 + (x1 | g)").run()
    assert app.button_group(key="guess.same").value is None
    app.button_group(key="guess.same").set_value("Different models").run()
    assert "As you said: **Different models**." in text(app)
    assert plain("be correlated, the other takes them as unrelated.") in text(app)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("dv ~ x1 + (1 | school/teacher)", "dv ~ x1 + (1 | school) + (1 | teacher)", "Different"),
        ("dv ~ x1 + (1 | school:teacher)", "dv ~ x1 + (1 | teacher:school)", "always"),
        ("dv ~ school + (1 | g)", "dv ~ 0 + school + (1 | g)", "on these data"),
    ],
)
def test_verdicts(first: str, second: str, said: str) -> None:
    readings = [read(EXAMPLE_SOURCE, formula) for formula in (first, second)]
    compared = Comparison(*readings, equivalent(first, second, example_data()))
    assert said in verdict(compared, ALWAYS)


def test_the_written_out_formula_is_one_click_and_the_same_model() -> None:
    app = open_page(SHOWN | {"example.formula": "dv ~ x1*school + (x1 || school/teacher)"})
    press(app, "Compare with the first one written out")
    assert app.text_input(key="example.other").value == (
        "dv ~ 1 + x1 + school + x1:school + (1 | school) + (1 | teacher:school) + "
        "(0 + x1 | school) + (0 + x1 | teacher:school)"
    )
    assert "**The same model, always**" in text(app)


def test_without_data() -> None:
    app = open_page(ANY | {"none.formula": "anything ~ at_all + (at_all | here)"})
    assert not app.exception
    assert "**6 numbers**" in text(app)
    assert "Z belongs to data" in text(app)
    assert plain("Without data every predictor counts as a number") in text(app)
    assert "estimate" not in app.table[0].value.columns
    assert "findbars(formula)" in text(app)


def test_odd_columns_of_an_upload_are_text() -> None:
    names = ["a + b", "![x](http://example.org/x.png)", "$x$ <b>z</b>", "`tick`", ":red[x] | 'q'"]
    rows = [",".join(names)]
    rows += [f"{3 * i % 17},{i % 4},g{i // 4},{i % 3}k,h{i % 5}" for i in range(40)]
    kept = {"own.kept file": ("odd.csv", "\n".join(rows).encode())}
    app = open_page(SHOWN | {"data": "Your own data (CSV)"}, **kept)
    assert not app.exception
    assert len(alts(app)) == 2
    for element in [*app.markdown, *app.caption]:
        assert_is_text(element.value)
    for row in app.button_group(key="own.formula.rows").options:
        assert_is_text(row)


HOSTILE = [
    "`<img src=x onerror=alert(1)>` ~ x + (1 | g)",
    "y ~ `![](http://example.org/x.png)` + (1 | `[b](http://example.org)`)",
    "y ~ `$$ }{ #_^~&%` + (`%a` | `$`)",
    "`:material/home:` ~ x + (1 | `:red[x]`)",
    "y ~ " + " + ".join(f"x{i}" for i in range(150)) + " + (1 | g)",
    "y ~ (" + " + ".join(f"x{i}" for i in range(30)) + " | g)",
    "y ~ x + (x | a) + (z | b) + (w | c) + (v | d) + (u | e)",
    "x" * 5_000,
    "y ~ " + "(" * 40 + "x" + ")" * 40,
    "y ~ x\x00 + (1 | g)",
    "y ~ \u202ex + (1 | g)",
    "",
    "~",
    "y ~ 0 + (1 | g)",
]


@pytest.mark.parametrize("formula", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_formulas_are_text(formula: str) -> None:
    app = open_page(ANY | {"none.formula": formula})
    assert not app.exception
    assert app.title[0].value == "Syntax"
    for element in [*app.markdown, *app.caption, *app.error, *app.warning]:
        assert_is_text(element.value)
    for equation in app.get("latex"):
        assert equation.value.count("{") == equation.value.count("}")


@pytest.mark.parametrize(
    "query",
    [
        {"data": "<script>"},
        {"guess": "99", "level": "nan", "slope": "1e99", "together": "-7", "draw": "-3"},
        {"guess.same": "[x](http://example.org)", "draw": "99999999999999999999"},
        SHOWN | {"example.other": "dv ~ nothing"},
        SHOWN | {"example.formula": "school ~ x1 + (1 | g)"},
        SHOWN | {"data": "Words and people", "items.participants": "nan"},
    ],
)
def test_hostile_links_show_the_page(query: dict[str, str]) -> None:
    app = open_page(query)
    assert not app.exception
    assert app.title[0].value == "Syntax"


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_every_story_and_its_rows(name: str) -> None:
    app = open_page(SHOWN | {"data": SCENARIOS[name].title})
    assert not app.exception
    assert not app.error
    rows = app.button_group(key=f"{name}.formula.rows").options
    assert len(rows) == (6 if name in ("schools", "items") else 4)
    app.text_input(key=f"{name}.formula").set_value("nothing ~ here").run()
    assert "is not in the data" in app.error[0].proto.title


def test_the_link_brings_everything_back() -> None:
    app = open_page({"data": "Sleep study, 18 participants", "guess": "4"})
    app.text_input(key="sleepstudy.formula").set_value("reaction ~ days + (days || subject)").run()
    app.button_group(key="guess").set_value("4").run()
    app.slider(key="slope").set_value(0.3).run()
    settings = settings_in(app, "slope=0.3")
    assert settings["sleepstudy.formula"] == "reaction ~ days + (days || subject)"
    again = open_page(settings)
    assert alts(again) == alts(app)
    assert "You said 4. It is **5 numbers**" in text(again)
