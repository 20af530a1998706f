"""A visitor's own CSV on the playground, without a browser."""

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sim.data import read_data
from tests.app.screen import alts, open_page, press, text

pytestmark = pytest.mark.usefixtures("without_questions")

OWN = {"story": "Your own data (CSV)"}


def upload(content: bytes, name: str = "mine.csv") -> AppTest:
    app = open_page("", OWN)
    app.file_uploader[0].upload(name, content)
    return app.run()


def errors(app: AppTest) -> str:
    return " ".join(f"{e.proto.title} {e.value}" for e in app.error).replace("\\", "")


def sleepstudy() -> bytes:
    return read_data("sleepstudy").to_csv(index=False).encode()


def test_before_the_upload_the_page_says_what_it_needs() -> None:
    app = open_page("", OWN)
    assert not app.exception
    assert not app.error
    assert app.info[0].proto.title == "No data yet"
    assert len(alts(app)) == 0


def test_an_uploaded_file_is_fitted_at_once() -> None:
    app = upload(sleepstudy())
    assert not app.exception
    assert not app.error
    assert app.text_input(key="own.model").value == "reaction ~ 1 + days + (1 | subject)"
    assert len(alts(app)) == 3
    app.session_state["results"] = "Summary as in R"
    app.run()
    assert any("REML criterion at convergence: 1786.5" in code.value for code in app.code)


def test_the_example_does_the_same() -> None:
    app = open_page("", OWN)
    press(app, "Use the example")
    assert not app.exception
    assert len(alts(app)) == 3


def test_the_file_stays_when_the_visitor_looks_at_a_story() -> None:
    app = upload(sleepstudy())
    app.text_input(key="own.model").set_value("reaction ~ days + (days || subject)").run()
    app.selectbox(key="story").set_value("mixture").run()
    app.selectbox(key="story").set_value("own").run()
    assert not app.exception
    assert app.text_input(key="own.model").value == "reaction ~ days + (days || subject)"
    assert len(alts(app)) == 3


def test_other_roles_bring_other_suggestions() -> None:
    frame = read_data("sleepstudy").assign(speed=lambda d: 1000 / d["reaction"])
    app = upload(frame.to_csv(index=False).encode())
    response = next(box for box in app.selectbox if box.label.startswith("What was measured"))
    response.set_value("speed").run()
    assert not app.exception
    assert app.text_input(key="own.model").value == "speed ~ 1 + days + (1 | subject)"


def two_rows_each() -> bytes:
    """Eight people before and after, whose changes differ wildly."""
    change = np.array([-33, -20, -8, 0, 6, 15, 28, 40])
    level = np.array([50, 62, 47, 55, 60, 52, 58, 49])
    frame = pd.DataFrame({"who": [*"abcdefgh"] * 2, "time": np.repeat(["then", "now"], 8)})
    frame["mood"] = np.concatenate([level, level + change])
    return frame.to_csv(index=False).encode()


def test_from_two_rows_each_nothing_is_concluded_about_slopes() -> None:
    app = upload(two_rows_each())
    assert not app.exception
    assert "this model calls all of it noise" in text(app)
    assert "noise alone is enough" not in text(app)
    # Nor is a model suggested that cannot be fitted to them.
    assert "Try it" not in [button.label for button in app.button]
    assert "Try it" in [button.label for button in upload(sleepstudy()).button]


def odd_names() -> bytes:
    rng = np.random.default_rng(1)
    n, people = 60, 10
    frame = pd.DataFrame(
        {
            "if": np.repeat(np.arange(people), n // people),
            "1x": np.tile(np.arange(n // people), people),
            "🙂.[0]": np.repeat(["a", "b"], n // 2),
        }
    )
    frame["a b"] = rng.normal(10, 1, people)[frame["if"]] + frame["1x"] + rng.normal(0, 1, n)
    return frame.to_csv(index=False).encode()


def test_columns_with_odd_names() -> None:
    app = upload(odd_names())
    assert not app.exception
    labels = ["What was measured", "Along the axis", "Who was measured", "Kind of participant"]
    for label, value in zip(labels, ["a b", "1x", "if", "🙂.[0]"], strict=True):
        next(box for box in app.selectbox if box.label.startswith(label)).set_value(value).run()
    assert not app.exception
    formula = "`a b` ~ 1 + `🙂.[0]` + `1x` + (1 | `if`)"
    app.text_input(key="own.model").set_value(formula).run()
    assert not app.exception
    assert not app.error
    assert len(alts(app)) == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 50, "text"),
        (b"a,b\n1,2\n3\n", "Line 3"),
        (b"a,a\n1,2\n3,4\n", "Two columns are called 'a'"),
        (b"who,what\nx,y\nz,w\n", "No column is a number"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, words: str) -> None:
    app = upload(content)
    assert not app.exception
    assert words in errors(app)
    assert app.selectbox(key="story").value == "own"


@pytest.mark.parametrize(
    ("values", "formula", "words"),
    [
        ({"y": 1.0}, "y ~ 1 + x + (1 | g)", "y"),
        ({"g": "only"}, "y ~ 1 + x + (1 | g)", "g"),
        ({"x": np.nan}, "y ~ 1 + x + (1 | g)", "x"),
        ({"g": np.arange(12)}, "y ~ 1 + x + (1 | g)", "number of levels"),
    ],
    ids=["constant response", "one level", "all missing", "one observation a level"],
)
def test_data_that_cannot_be_fitted_say_why(values, formula: str, words: str) -> None:
    frame = pd.DataFrame(
        {"y": np.arange(12) % 5 + 0.5, "x": np.arange(12) % 4, "g": np.repeat([1, 2, 3], 4)}
    ).assign(**values)
    app = upload(frame.to_csv(index=False).encode())
    assert not app.exception
    box = app.text_input(key="own.model") if app.text_input else None
    if box is not None:
        box.set_value(formula).run()
    assert not app.exception
    assert words in errors(app)


def test_one_column_in_two_roles_is_said_where_it_can_be_changed() -> None:
    app = upload(sleepstudy())
    who = next(box for box in app.selectbox if box.label.startswith("Who was measured"))
    who.set_value("reaction").run()
    assert not app.exception
    assert "'reaction' stands for what was measured and for who was measured" in errors(app)
    next(b for b in app.selectbox if b.label.startswith("Who was")).set_value("subject").run()
    assert not app.error
    assert len(alts(app)) == 3


def test_a_file_without_a_good_guess_starts_from_three_columns() -> None:
    rows = "".join(f"{i // 6},{i % 6},5\n" for i in range(48))
    app = upload(f"id,x,y\n{rows}".encode())
    assert not app.exception
    chosen = [box.value for box in app.selectbox if box.label != "Story"][:3]
    assert len(set(chosen)) == 3
