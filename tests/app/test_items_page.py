"""The item bank without a browser: find, look, check own files, take along."""

import base64

import pytest
from streamlit.testing.v1 import AppTest

from pages.practice._items import browsing, taking
from pages.practice._items.own_files import EXAMPLE
from quizzes import find_item, load_bank, read_items_json
from quizzes.exports import EXPORTS
from quizzes.exports.format import ORDER_SEED
from tests.app.answering import fill_in
from tests.app.screen import open_page, press, text

ITEM = "nesting/count-the-classes"


def open_bank(query: dict[str, str] | None = None) -> AppTest:
    app = open_page("practice/items", query)
    assert not app.exception
    return app


def find(app: AppTest, words: str) -> None:
    app.text_input(key="words").set_value(words).run()
    assert not app.exception


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_the_bank_is_browsed_by_topic_level_kind_and_belief() -> None:
    app = open_bank()
    found = text(app)
    assert f"{len(load_bank())}" not in ("0", "")
    assert "Nothing is chosen yet" in found
    app = open_bank({"topics": "Nested and crossed"})
    n = sum(item.topic == "nesting" for item in load_bank().values())
    total = next(label for label in labels(app) if label.startswith("Choose all"))
    assert int(total.removeprefix("Choose all ")) >= n
    app.selectbox(key="misconception").select("labels-decide").run()
    app.multiselect(key="kinds").set_value(["numeric"]).run()
    assert ITEM in text(app)
    find(app, "no such words anywhere")
    assert "No item is like that" in text(app)


def test_an_item_is_looked_at_as_a_student_sees_it() -> None:
    item = find_item(ITEM, ORDER_SEED)
    app = open_bank()
    find(app, ITEM)
    assert item.explanation not in text(app)
    app.button(key=f"look-{ITEM}").click().run()
    assert not app.exception
    found = text(app)
    assert item.stem in found
    assert item.explanation not in found and item.body.right not in found
    fill_in(app, item, f"try-{ITEM}-{ORDER_SEED}", item.body.key)
    press(app, "Answer: I am sure")
    assert item.explanation in text(app)


def test_the_key_comes_after_a_click_only() -> None:
    item = find_item(ITEM, ORDER_SEED)
    app = open_bank()
    find(app, ITEM)
    app.button(key=f"look-{ITEM}").click().run()
    assert item.body.near[0].feedback not in text(app)
    app.session_state[f"key-{ITEM}"] = True
    app.run()
    found = text(app)
    assert item.explanation in found
    assert all(near.feedback in found for near in item.body.near)


@pytest.mark.parametrize("form", EXPORTS)
def test_chosen_items_are_taken_along(form: str) -> None:
    app = open_bank({"format": EXPORTS[form].title})
    find(app, "square-of-a-negative-t")
    app.button(key="choose-tails/square-of-a-negative-t").click().run()
    find(app, "subject-dot-one")
    app.button(key="choose-syntax/subject-dot-one").click().run()
    assert app.session_state[browsing.CHOSEN] == (
        "tails/square-of-a-negative-t",
        "syntax/subject-dot-one",
    )
    assert app.radio(key="format").value == form
    press(app, "Make the file")
    assert not app.exception
    _, made = app.session_state[taking.MADE]
    assert len(made.written) + len(made.left_out) == 2
    found = text(app)
    for note in made.left_out:
        assert note.item_id in found
    if form == "json":
        assert [item.id for item in read_items_json(made.data.decode())] == list(made.written)
    if form == "moodle":
        assert base64.b64encode(b"\x89PNG")[:4] in made.data or b"<file" not in made.data


def test_fresh_numbers_have_a_seed() -> None:
    app = open_bank({"format": "JSON"})
    find(app, "one-sided-p")
    app.button(key="choose-one-sided-p").click().run()
    app.number_input(key="items.seed").set_value(12).run()
    press(app, "Make the file")
    _, made = app.session_state[taking.MADE]
    assert made.written == ("one-sided-p 12",)


def test_own_files_are_checked_and_taken_along() -> None:
    app = open_bank({"format": "JSON"})
    wrong = EXAMPLE.replace("right: true", "right: maybe")
    app.file_uploader(key="items.files").set_value(
        [("My first item.yaml", EXAMPLE.encode(), "x"), ("broken.yaml", wrong.encode(), "x")]
    ).run()
    assert not app.exception
    found = text(app)
    line = wrong.splitlines().index("    right: maybe") + 1
    assert "1 item without a fault" in found
    assert f"line {line}" in found
    assert f"→ {line:>3}      right: maybe" in found
    find(app, "own/my-first-item")
    app.button(key="choose-own/my-first-item").click().run()
    press(app, "Make the file")
    _, made = app.session_state[taking.MADE]
    assert made.written == ("own/my-first-item",)


@pytest.mark.parametrize(
    "raw",
    [b"\xff\xfe\x00", b"", b"kind: [", b"{", b"a: &x 1\nb: *x", b"x" * 1_000_001, b"- 1\n- 2"],
)
@pytest.mark.parametrize("name", ["a.yaml", "a.json", "![](http://example.org/x.png).yaml"])
def test_files_that_are_none_are_said_to_be(raw: bytes, name: str) -> None:
    app = open_bank()
    app.file_uploader(key="items.files").set_value([(name, raw, "x")]).run()
    assert not app.exception
    assert app.error
    assert "![](" not in text(app)


@pytest.mark.parametrize(
    "query",
    [
        {"topics": "<script>"},
        {"levels": "9"},
        {"format": "exe"},
        {"kinds": "x", "misconception": "y"},
    ],
)
def test_hostile_links_show_the_page(query: dict[str, str]) -> None:
    app = open_bank(query)
    assert app.title[0].value == "Item bank"
