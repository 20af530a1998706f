"""The page on nesting without a browser: question, graphs, fits, words, own data, code."""

import io
import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.learn._nesting.advice import advise
from pages.learn._nesting.estimates import class_sd, estimates_table, quantities, school_sd
from pages.learn._nesting.own import example
from pages.learn._nesting.pictures import MAX_INNER, counts_picture, graph_picture, shown_part
from pages.learn._nesting.predict import LABELS, OPTIONS, PAIRS, UNKNOWN, verdict
from pages.learn._nesting.scripts import FILE, data_table, python_script, r_script
from pages.learn._nesting.settings import (
    BRACKETS,
    CROSSED,
    LABELLINGS,
    NESTED,
    SEED,
    SIZES,
    TRUTHS,
    World,
    make_world,
)
from pages.learn._nesting.words import agree_words, differ_words
from sim.designs import relation
from tests.app import screen
from tests.app.screen import alts, press, settings_in, text
from tests.engine.scripts import need_r, run_python, run_r

SHOWN = {"guess": "Just show me"}

open_page = partial(screen.open_page, "learn/nesting")


def world_of(seed: int = SEED, unique: bool = False, **chosen: float) -> World:
    kinds = {c.parameter: c.default for c in (*SIZES, *TRUTHS)}
    return make_world(seed, {**kinds, **chosen}, unique)


def upload(app: AppTest, content: bytes, name: str = "mine.csv") -> AppTest:
    app.file_uploader[0].upload(name, content)
    return app.run()


def as_csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def test_the_answer_is_hidden_until_a_guess() -> None:
    app = open_page()
    assert not app.exception
    assert [alt.split(":")[0] for alt in alts(app)] == ["Table of counts"]
    assert "How many classes are there?" in [group.label for group in app.button_group]
    said = text(app).partition("library(lme4)")[0]
    assert "REML criterion" not in said
    assert "drew" not in said
    app.button_group(key="guess").set_value(UNKNOWN).run()
    assert not app.exception
    assert "As you said. **The table cannot tell**" in text(app)
    assert "we drew **24** classes" in text(app)
    assert sum("Graph:" in alt for alt in alts(app)) == 3


def test_each_guess_has_its_answer() -> None:
    reused, unique = world_of(), world_of(unique=True)
    assert verdict(LABELS, reused).startswith("You expected *one for each label*")
    assert verdict(PAIRS, reused).startswith("24 it is, but not from the table alone.")
    for guess in (LABELS, PAIRS):
        assert verdict(guess, unique).startswith("As you said. There are **24** classes")
    assert verdict(UNKNOWN, unique).startswith("You expected *the table cannot tell*")


def test_only_the_names_of_the_classes_differ() -> None:
    world = world_of()
    reused, unique = (world.frames[labels] for labels in LABELLINGS)
    same = reused.columns.drop("class")
    pd.testing.assert_frame_equal(reused[same], unique[same])
    assert reused["class"].nunique() == 4
    assert unique["class"].nunique() == 24
    pasted = reused["school"].astype(str) + reused["class"].astype(str)
    assert pasted.tolist() == unique["class"].tolist()


def test_the_toggle_changes_the_table_and_the_graphs_but_no_score() -> None:
    app = open_page(SHOWN)
    before, tables = alts(app), [table.value for table in app.table]
    app.toggle(key="unique").set_value(True).run()
    assert not app.exception
    after = alts(app)
    assert before[0].startswith("Table of counts: 4 rows for class, 6 columns for school, all")
    assert after[0].startswith("Table of counts: 24 rows for class, 6 columns for school, 24 of")
    assert "so lines cross" in before[2]
    assert "Each of class belongs to one of school" in after[2]
    assert [alt for alt in after if "The truth is" in alt] == [
        alt for alt in before if "The truth is" in alt
    ]
    # The same two tables, the one on the screen first.
    pd.testing.assert_frame_equal(tables[0], app.table[1].value)
    pd.testing.assert_frame_equal(tables[1], app.table[0].value)


def test_where_the_models_agree_and_where_not() -> None:
    world = world_of()
    assert all(quantity.same for quantity in quantities(world, "unique"))
    reused = {quantity.name: quantity for quantity in quantities(world, "reused")}
    assert not any(quantity.same for quantity in reused.values())
    assert reused["classes"].values == (24, 4)
    nested = [world.fits[labels, NESTED] for labels in LABELLINGS]
    assert nested[0].criterion == pytest.approx(nested[1].criterion, abs=1e-9)
    table = estimates_table(world, "reused")
    assert table.loc["classes"].tolist() == ["24", "24", "4", "−20"]
    assert table.loc["REML criterion"].tolist() == ["–", "1564.9", "1603.7", "+38.8"]
    assert set(estimates_table(world, "unique")["change"]) == {"same"}


def test_the_r_code_gives_the_numbers_on_the_screen(tmp_path: Path) -> None:
    need_r("lme4")
    world = world_of(schools=5, classes=3)
    (tmp_path / FILE).write_text(data_table(world).to_csv(index=False), encoding="utf-8")
    done = run_r(r_script(world), tmp_path)
    printed = [line for line in done.stdout.splitlines() if line.startswith("REML criterion")]
    fits = [world.fits[labels, bracket] for labels in LABELLINGS for bracket in BRACKETS]
    assert printed == [f"REML criterion at convergence: {fit.criterion:.1f}" for fit in fits]
    for fit in fits:
        assert f"{fit.sigma:.3f}" in done.stdout
        assert f"{class_sd(fit):.3f}" in done.stdout


def test_the_python_code_gives_the_numbers_on_the_screen(tmp_path: Path) -> None:
    world = world_of(seed=3, schools=4, class_sd=7.5)
    done = run_python(python_script(world), tmp_path)
    for labels in LABELLINGS:
        for bracket in BRACKETS:
            assert world.fits[labels, bracket].summary() in done.stdout


def test_the_words_follow_the_numbers() -> None:
    said = " ".join([*agree_words(world_of()), *differ_words(world_of())])
    assert "not a digit changes: REML criterion 1564.9" in said
    assert "here `(1 | school/class)`, by 38.8" in said
    assert "the residual SD is 6.53 in place of 5.66 (truth 6.00)" in said
    assert "**too sure**" in said
    alike = world_of(class_sd=0.0)
    words = " ".join(differ_words(alike))
    assert "the criteria hardly differ" in words
    assert "where classes hardly differ, there is little to mix up" in words
    assert "too sure" not in words


def test_truth_is_found_where_there_are_many_classes() -> None:
    world = world_of(seed=5, schools=40, classes=10, pupils=20)
    fit = world.fits["reused", NESTED]
    assert class_sd(fit) == pytest.approx(5, rel=0.1)
    assert school_sd(fit) == pytest.approx(8, rel=0.3)
    assert fit.sigma == pytest.approx(6, rel=0.05)
    wrong = world.fits["reused", CROSSED]
    # What classes differ in ends up in the residual.
    assert wrong.sigma == pytest.approx(np.hypot(6, 5), rel=0.05)


def test_a_singular_fit_says_so_as_lme4_does() -> None:
    app = open_page(SHOWN | {"class_sd": "0", "seed": "3"})
    assert not app.exception
    world = world_of(seed=3, class_sd=0.0)
    assert world.fits["unique", NESTED].is_singular
    assert r"boundary \(singular\) fit" in text(app)
    assert "The data give no sign of such differences" in text(app)


def test_what_the_slash_means_and_a_crossed_design() -> None:
    found = text(open_page(SHOWN))
    for words in (
        "lme4's groups: `class:school` (24) and `school` (6).",
        "lme4's groups: `school:class` (24) and `class` (4).",
        "lme4's groups: `school` (6) and `class` (4).",
        "word 3 is the same word whoever reads it",
        "observations (problems: word:participant).",
    ):
        assert words in found
    again = text(open_page(SHOWN | {"unique": "true"}))
    assert "On these data the same model as `(1 | school) + (1 | class)`." in again


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_the_ends_of_every_slider(end: str, unique: bool) -> None:
    query = {c.parameter: str(getattr(c, end)) for c in (*SIZES, *TRUTHS)}
    app = open_page(SHOWN | query | {"unique": str(unique).lower()})
    assert not app.exception
    assert not app.error
    assert len(alts(app)) == 9


@pytest.mark.parametrize(
    "query",
    [
        {"schools": "9999", "classes": "-1", "pupils": "nan"},
        {"seed": "99999999999999999999", "school_sd": "inf", "method_effect": "<b>"},
        {"unique": "![](http://example.org/x.png)", "guess": "![](http://example.org/x.png)"},
        {"class_sd": "1e400", "residual_sd": "0", "labels": "x"},
    ],
)
def test_hostile_links_show_the_page(query: dict[str, str]) -> None:
    app = open_page(query)
    assert not app.exception
    assert app.title[0].value == "Nesting"
    assert "example.org" not in text(app).partition("Link to this page")[0]


def test_the_link_brings_everything_back() -> None:
    app = open_page({"guess": OPTIONS[0]})
    app.slider(key="schools").set_value(3).run()
    app.toggle(key="unique").set_value(True).run()
    press(app, "New scores")
    settings = settings_in(app, "guess=")
    assert settings["seed"] == str(SEED + 1)
    again = open_page(settings)
    assert alts(again) == alts(app)
    assert again.toggle(key="unique").value is True


def test_the_data_have_both_names_of_every_class() -> None:
    world = world_of()
    table = pd.read_csv(io.StringIO(data_table(world).to_csv(index=False)))
    assert list(table.columns[:3]) == ["school", "class", "class_name"]
    assert table.groupby("class_name")["class"].nunique().max() == 1
    assert len(table) == 240


def test_a_graph_lays_inner_groups_beside_their_outer_ones() -> None:
    rng = np.random.default_rng(1)
    inner = rng.permutation(12)
    data = pd.DataFrame({"b": inner.repeat(2).astype(str), "a": (np.arange(12) // 4).repeat(2)})
    rows = graph_picture(data, "a", "b").data
    edges = rows[rows["layer"] == "edge"].sort_values(["y", "y2"])
    # No two lines cross: who is higher on the left is higher on the right.
    assert edges["y2"].is_monotonic_increasing
    assert len(edges) == 12


def test_many_groups_are_drawn_in_part_and_the_page_says_so() -> None:
    data = pd.DataFrame({"a": np.arange(400) % 2, "b": np.arange(400) % 200})
    part = shown_part(data, "a", "b")
    assert part.frame["b"].nunique() == MAX_INNER
    assert part.note == "The pictures show the first 60 of 200 groups of b."
    picture = counts_picture(part.frame, "a", "b")
    assert "Table of counts: 60 rows for b, 2 columns for a" in picture.alt
    json.dumps(picture.spec)


def kinds(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {str(name): (row["relation"], row["start from"]) for name, row in table.iterrows()}


def test_own_data_with_reused_labels() -> None:
    app = upload(open_page(), example("schools"))
    assert not app.exception
    assert not app.error
    found = kinds(app.table[0].value)
    assert found["`school`, `class`"] == ("crossed", "`(1 | school) + (1 | class)` ?")
    assert app.warning[0].proto.title == "Labels used again?"
    said = text(app)
    assert "write `(1 | school/class)` where `class` lies within `school`" in said
    assert any(alt.startswith("Table of counts: 4 rows for class") for alt in alts(app))


def test_own_data_with_nested_and_crossed_factors() -> None:
    app = upload(open_page(), example("items"))
    found = kinds(app.table[0].value)
    assert found == {
        "`participant`, `word`": ("crossed", "`(1 | participant) + (1 | word)` ?"),
        "`participant`, `kind`": ("crossed", "`kind + (1 | participant)` ?"),
        "`word`, `kind`": ("`word` nested in `kind`", "`kind + (1 | word)`"),
    }
    app.selectbox[-1].set_value("word and kind").run()
    assert not app.exception
    assert "word is nested in kind" in text(app)
    assert not app.warning
    assert any(alt.startswith("Who belongs to whom. Graph: 2 groups of kind") for alt in alts(app))


def test_partly_crossed_and_the_same_groups_twice() -> None:
    rows = [(a, b) for a in range(6) for b in range(6) if abs(a - b) < 2]
    data = pd.DataFrame(rows * 2, columns=["a", "b"])
    partial = advise(relation(data, "a", "b"))
    assert (partial.kind, partial.doubt) == ("partially crossed", True)
    same = advise(relation(data.assign(c=data["a"] * 10), "a", "c"))
    assert (same.kind, same.terms) == ("the same groups twice", "(1 | a)")


def test_the_examples_need_no_file() -> None:
    app = open_page()
    press(app, "Words and people")
    assert not app.exception
    assert "`word` nested in `kind`" in text(app)
    press(app, "Schools and classes")
    assert "`school`, `class`" in text(app)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n3\n", "Line 3"),
        (b"x,y\n1.5,2.5\n2.5,3.5\n", "Choose at least two columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 50, "text"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, words: str) -> None:
    app = upload(open_page(), content)
    assert not app.exception
    titles = " ".join(str(e.proto.title) for e in app.error)
    assert words in (text(app) + titles).replace("\\", "")


def test_names_of_columns_are_never_markup() -> None:
    frame = pd.DataFrame(
        {
            "![x](http://example.org/x.png)": np.repeat(list("pqr"), 8),
            "a`b|c": np.tile(list("uvwxuvwx"), 3),
            ":red[no]": np.arange(24) % 3,
            "if": np.arange(24) // 8,
        }
    )
    app = upload(open_page(), as_csv(frame))
    assert not app.exception
    assert not app.error
    for element in (*app.markdown, *app.caption, *app.warning):
        bare = "".join(element.value.split("`")[::2])
        assert "![x](" not in bare
        assert ":red[" not in bare


def test_columns_without_two_groups_or_rows() -> None:
    frame = pd.DataFrame({"one": ["x"] * 6, "two": list("ababab"), "gap": [None] * 6})
    app = upload(open_page(), as_csv(frame))
    app.multiselect[0].set_value(["one", "two", "gap"]).run()
    assert not app.exception
    assert "No row has both" in " ".join(str(e.value) + str(e.proto.title) for e in app.error)
    app.multiselect[0].set_value(["one", "two"]).run()
    assert not app.exception
    assert "must have > 1 sampled level" in text(app)
