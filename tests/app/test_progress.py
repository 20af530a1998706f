"""The page on progress without a browser: topics, beliefs, and the record with its code."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages.practice._progress import record
from quizzes import find_item, grade
from quizzes.kinds import KINDS
from quizzes.store import (
    Store,
    StoreError,
    answer_turn,
    answered_turns,
    code_made_at,
    make_code,
    new_secret,
    open_turn,
)
from quizzes.topics import MISCONCEPTIONS
from tests.app.screen import open_as, press, text


def open_progress(secret: str) -> AppTest:
    return open_as(secret, "practice/progress")


def answered(kept: Store, secret: str, id: str, *, right: bool = True, days: int = 0) -> str:
    """Let a visitor have answered; returns the tag of what the answer revealed."""
    item, at = find_item(id, 5), datetime.now(UTC) - timedelta(days=days)
    examples = KINDS[item.kind].examples(item.body)
    telling = [wrong.response for wrong in examples.wrong if wrong.misconception]
    response = examples.right[0] if right else telling[0]
    mark = grade(item, response)
    turn = open_turn(kept, secret, item, at)
    answer_turn(kept, secret, turn.id, response, mark, at)
    return mark.misconception


def bars(app: AppTest) -> list[str]:
    return [bar.proto.text for bar in app.get("progress")]


def test_before_the_first_answer() -> None:
    app = open_progress(new_secret())
    assert not app.exception
    assert "Nothing here yet" in text(app)
    assert len(app.get("page_link")) == 1
    assert "Delete my record" not in [button.label for button in app.button]
    assert app.text_input[0].label == "Code"


def test_topics_and_beliefs(kept: Store) -> None:
    secret = new_secret()
    tag = answered(kept, secret, "tails/what-p-counts", right=False, days=2)
    answered(kept, secret, "nesting/count-the-classes", days=2)
    app = open_progress(secret)
    assert not app.exception
    found = bars(app)
    assert any("1 of " in bar and "0 right the last time, 1 due today" in bar for bar in found)
    assert any("1 of " in bar and "1 right the last time" in bar for bar in found)
    assert any("none met yet" in bar for bar in found)
    assert MISCONCEPTIONS[tag].belief in text(app)
    assert MISCONCEPTIONS[tag].instead in text(app)


def test_a_code_joins_a_device_that_has_nothing(kept: Store) -> None:
    first, second = new_secret(), new_secret()
    answered(kept, first, "tails/what-p-counts")
    app = open_progress(first)
    press(app, "Make a code")
    code = app.code[0].value
    assert len(code) == 14
    other = open_progress(second)
    other.text_input[0].set_value(f" {code.lower().replace('-', ' ')} ")
    press(other, "Join")
    assert not other.exception
    assert "This device now has your record: 1 answer." in text(other)
    assert answered_turns(kept, second) == answered_turns(kept, first)
    other.text_input[0].set_value(code)
    press(other, "Join")
    assert "This device already had this record." in text(other)


def test_two_records_become_one(kept: Store) -> None:
    first, second = new_secret(), new_secret()
    answered(kept, first, "tails/what-p-counts")
    answered(kept, second, "tails/a-negative-pre")
    answered(kept, second, "nesting/count-the-classes")
    code = make_code(kept, first, datetime.now(UTC))
    app = open_progress(second)
    app.text_input[0].set_value(code)
    press(app, "Join")
    assert "Both records are one now: 3 answers, 2 of them from this device." in text(app)
    assert len(answered_turns(kept, first)) == 3


@pytest.mark.parametrize("typed", ["", "ACDE-FGHJ-KMNP", "<b>", "x" * 40, "ÄÖÜ 😀"])
def test_a_code_that_nobody_has(typed: str) -> None:
    app = open_progress(new_secret())
    app.text_input[0].set_value(typed)
    press(app, "Join")
    assert not app.exception
    said = app.error[0]
    assert "No record has this code" in said.proto.title.replace("\\", "")
    assert "Compare it with the code you noted" in said.value.replace("\\", "")


def test_a_new_code_replaces_the_old_one(kept: Store) -> None:
    secret = new_secret()
    answered(kept, secret, "tails/what-p-counts")
    app = open_progress(secret)
    press(app, "Make a code")
    old = app.code[0].value
    press(app, "Make a code")
    assert app.code[0].value != old
    again = open_progress(secret)
    made = code_made_at(kept, secret)
    assert made is not None
    assert f"Your last code is from {made:%d %B %Y}" in text(again)
    assert old not in text(again)


def test_deleting_asks_first_and_leaves_nothing(kept: Store) -> None:
    secret = new_secret()
    answered(kept, secret, "tails/what-p-counts")
    app = open_progress(secret)
    button = next(b for b in app.button if b.label == "Delete my record")
    assert button.disabled
    app.checkbox[0].check().run()
    press(app, "Delete my record")
    assert not app.exception
    assert "1 answer deleted." in text(app)
    assert "Nothing here yet" in text(app)
    assert answered_turns(kept, secret) == ()


def test_a_store_that_refuses_is_told(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> int:
        raise StoreError("Nothing was saved. The database is busy.", "Try again in a moment.")

    secret = new_secret()
    answered(kept, secret, "tails/what-p-counts")
    app = open_progress(secret)
    app.checkbox[0].check().run()
    with monkeypatch.context() as patch:
        patch.setattr(record, "delete_record", refuse)
        press(app, "Delete my record")
        assert not app.exception
        assert "Nothing was saved" in app.error[0].proto.title
    assert len(answered_turns(kept, secret)) == 1


def test_the_downloads(kept: Store) -> None:
    secret = new_secret()
    answered(kept, secret, "tails/what-p-counts")
    labels = [button.proto.label for button in open_progress(secret).get("download_button")]
    assert labels == ["CSV", "JSON"]
