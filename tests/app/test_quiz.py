"""The quiz without a browser: asking, marking, remembering, and what can go wrong."""

import re
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import quizzes
from pages._ui.line_ups import panel_pictures
from pages.practice import _sitting as sitting
from pages.practice._quiz import asking, start
from quizzes import GENERATORS, Item, find_item, grade, load_bank
from quizzes.entries import entries_of
from quizzes.kinds import KINDS
from quizzes.kinds.line_up import draw_panels
from quizzes.review import Plan, plan
from quizzes.store import Store, StoreError, answer_turn, answered_turns, new_secret, open_turn
from quizzes.turn import Turn
from tests.app.answering import fill_in, hand_in, open_quiz
from tests.app.screen import press, text
from tests.bank.sample_items import BODIES, TEXT_POLL, WARM_UP, item_of

SAMPLES = {
    "sample/text-poll": ("poll", TEXT_POLL),
    "sample/warm-up": ("line_up", WARM_UP),
} | {f"sample/{kind.replace('_', '-')}": (kind, "") for kind in BODIES}


@pytest.fixture
def samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add one item of every kind to the bank."""
    bank = dict(load_bank())
    for id, (kind, body) in SAMPLES.items():
        item = item_of(kind, body)
        bank[id] = Item(**{name: getattr(item, name) for name in Item.__slots__} | {"id": id})
    monkeypatch.setattr(quizzes, "load_bank", lambda: MappingProxyType(bank))


@pytest.fixture
def secret() -> str:
    return new_secret()


def on_screen(app: AppTest) -> tuple[Turn, Item]:
    assert not app.exception
    turn = app.session_state[sitting.TURN]
    return turn, find_item(turn.item_id, turn.seed)


def answer(app: AppTest, *, right: bool = True, sure: bool = True) -> Item:
    turn, item = on_screen(app)
    examples = KINDS[item.kind].examples(item.body)
    fill_in(app, item, turn.id, examples.right[0] if right else examples.wrong[0].response)
    hand_in(app, turn.id, sure=sure)
    assert not app.exception
    return item


def past(kept: Store, secret: str, days: int, n: int, *, right: bool = True) -> None:
    """Let a visitor have answered n new questions some days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    entries = entries_of(load_bank(), GENERATORS)
    turns = answered_turns(kept, secret)
    asked = plan(entries, turns, at.date(), np.random.default_rng(1), n, new_a_day=10_000)
    for i, pick in enumerate(asked.picks):
        item = find_item(pick.id, 5)
        examples = KINDS[item.kind].examples(item.body)
        response = examples.right[0] if right else examples.wrong[0].response
        turn = open_turn(kept, secret, item, at + timedelta(microseconds=i))
        mark = grade(item, response)
        answer_turn(kept, secret, turn.id, response, mark, at + timedelta(microseconds=i))


@pytest.mark.parametrize("id", SAMPLES)
def test_every_kind_is_asked_and_answered_right(id: str, samples: None, secret: str) -> None:
    app = open_quiz(secret, {"item": id, "seed": "3"})
    turn, item = on_screen(app)
    assert item.stem in text(app)
    assert item.explanation not in text(app)
    right = KINDS[item.kind].examples(item.body).right[0]
    fill_in(app, item, turn.id, right)
    assert item.explanation not in text(app)
    hand_in(app, turn.id)
    found = text(app)
    mark = grade(item, right)
    assert mark.feedback in found
    assert item.explanation in found
    assert len(app.success) == mark.is_right


@pytest.mark.parametrize(
    "id", [id for id in SAMPLES if "poll" not in id and id != "sample/warm-up"]
)
def test_every_kind_answered_wrong_says_why(id: str, samples: None, secret: str) -> None:
    app = open_quiz(secret, {"item": id, "seed": "3"})
    turn, item = on_screen(app)
    wrong = KINDS[item.kind].examples(item.body).wrong[0]
    fill_in(app, item, turn.id, wrong.response)
    hand_in(app, turn.id, sure=False)
    found = text(app)
    assert wrong.feedback in found
    assert "Right" not in found.splitlines()
    assert "Not yet" in found or "Partly right" in found


@pytest.mark.parametrize(
    ("id", "response"),
    [
        ("sample/single-choice", None),
        ("sample/numeric", "a lot"),
        ("sample/numeric", ""),
        ("sample/formula", "reaction ~ days + (1 | "),
        ("sample/line-up", None),
        ("sample/text-poll", ""),
    ],
)
def test_what_cannot_be_read_is_no_answer(
    id: str, response: object, samples: None, secret: str, kept: Store
) -> None:
    app = open_quiz(secret, {"item": id, "seed": "3"})
    turn, item = on_screen(app)
    if response is not None:
        fill_in(app, item, turn.id, response)
    hand_in(app, turn.id)
    assert not app.exception
    assert grade(item, response).feedback in [warning.value for warning in app.warning]
    assert item.explanation not in text(app)
    assert answered_turns(kept, secret) == ()
    if response:
        assert app.text_input[0].value == response
    fill_in(app, item, turn.id, KINDS[item.kind].examples(item.body).right[0])
    hand_in(app, turn.id)
    assert item.explanation in text(app)
    assert len(answered_turns(kept, secret)) == 1


@pytest.mark.parametrize("id", ["sample/single-choice", "sample/multiple-choice"])
def test_what_the_feedback_has_said_is_not_said_again(id: str, samples: None, secret: str) -> None:
    for of in ("right", "wrong"):
        app = open_quiz(secret, {"item": id, "seed": "1"})
        turn, item = on_screen(app)
        examples = KINDS[item.kind].examples(item.body)
        response = examples.right[0] if of == "right" else examples.wrong[0].response
        fill_in(app, item, turn.id, response)
        hand_in(app, turn.id)
        said = grade(item, response).feedback
        told = {choice.feedback for choice in item.body.choices if choice.feedback in said}
        (others,) = (e for e in app.expander if e.label == "What about the other answers?")
        words = "\n".join(markdown.value for markdown in others.markdown)
        again = {choice.feedback for choice in item.body.choices if choice.feedback in words}
        assert again == {choice.feedback for choice in item.body.choices} - told
        secret = new_secret()


def test_nothing_but_the_data_tells_panels_apart(samples: None) -> None:
    found = draw_panels(find_item("sample/line-up", 3).body)
    panels = panel_pictures(found, "lines")
    assert len(panels) == 6
    assert {panel.role for panel in panels} == {"actual"}
    assert {panel.alt.replace(str(panel.number), "", 1) for panel in panels} == {"Panel : lines"}
    assert len({re.sub(r"[-\d., ]+", "", panel.marks) for panel in panels}) == 1
    revealed = panel_pictures(found, "lines", revealed=True)
    assert [panel.number for panel in revealed if panel.role == "actual"] == [found.actual]


def test_a_sitting_of_ten(secret: str, kept: Store) -> None:
    app = open_quiz(secret)
    assert "Ten questions, about ten minutes" in text(app)
    press(app, "Begin")
    ids = []
    for number in range(1, 11):
        assert f"Question {number} of 10" in app.get("progress")[0].proto.text
        ids.append(answer(app, right=number != 4, sure=number % 3 > 0).id)
        press(app, "Next question" if number < 10 else "See how it went")
    assert not app.exception
    found = text(app)
    assert "9 of 10 right" in found
    assert len(set(ids)) == 10
    turns = answered_turns(kept, secret)
    assert [turn.item_id for turn in turns] == ids
    assert [turn.answer.is_right for turn in turns if turn.answer].count(False) == 1
    assert "You were sure 7 times" in found
    press(app, "10 more")
    assert on_screen(app)[0].item_id not in ids


def test_skipped_questions_are_no_answers(secret: str, kept: Store) -> None:
    app = open_quiz(secret)
    press(app, "Begin")
    for _ in range(10):
        press(app, "Skip this one")
    assert "Nothing answered this time" in text(app)
    assert answered_turns(kept, secret) == ()
    press(app, "To the start")
    assert "Ten questions" in text(app)


def test_stopping_sums_up_what_was_answered(secret: str) -> None:
    app = open_quiz(secret)
    press(app, "Begin")
    press(app, "Stop here")
    assert "Ten questions" in text(app)
    press(app, "Begin")
    answer(app)
    press(app, "Next question")
    press(app, "Stop here")
    assert "1 of 1 right" in text(app)


def test_topics_are_kept_to(secret: str) -> None:
    app = open_quiz(secret, {"topics": "Nested and crossed"})
    press(app, "Begin")
    for _ in range(3):
        assert on_screen(app)[1].topic == "nesting"
        press(app, "Skip this one")


def test_fresh_numbers_on_demand(secret: str) -> None:
    app = open_quiz(secret, {"item": "one-sided-p", "seed": "7"})
    first, item = on_screen(app)
    answer(app)
    press(app, "Again with fresh numbers")
    second, again = on_screen(app)
    assert (second.item_id, second.level) == (first.item_id, first.level)
    assert again.stem != item.stem
    assert second.answer is None


def test_a_reload_brings_the_question_back_then_its_feedback(secret: str) -> None:
    app = open_quiz(secret)
    press(app, "Begin")
    turn, _ = on_screen(app)
    again = open_quiz(secret)
    assert on_screen(again)[0] == turn
    item = answer(again, right=False)
    after = open_quiz(secret)
    assert on_screen(after)[0].id == turn.id
    assert item.explanation in text(after)
    assert len(after.radio) == len(after.text_input) == 0
    press(after, "Next question")
    assert "Question 2 of 10" in after.get("progress")[0].proto.text


def test_two_tabs_cannot_answer_one_question_twice(secret: str, kept: Store) -> None:
    one = open_quiz(secret, {"item": "tails/what-p-counts", "seed": "3"})
    two = open_quiz(secret)
    assert on_screen(one)[0] == on_screen(two)[0]
    answer(one, right=False)
    item = answer(two, right=True)
    assert len(answered_turns(kept, secret)) == 1
    wrong = KINDS[item.kind].examples(item.body).wrong[0]
    assert wrong.feedback in text(two)


def test_an_old_question_is_not_brought_back(secret: str, kept: Store) -> None:
    item = find_item("tails/what-p-counts", 3)
    open_turn(kept, secret, item, datetime.now(UTC) - timedelta(days=2))
    assert "Ten questions, about ten minutes" in text(open_quiz(secret))


def test_a_question_of_a_learn_page_is_not_brought_back(secret: str, kept: Store) -> None:
    item, at = find_item("tails/what-p-counts", 3), datetime.now(UTC)
    turn = open_turn(kept, secret, item, at)
    answer_turn(kept, secret, turn.id, 0, grade(item, 0), at)
    app = open_quiz(secret)
    assert item.stem not in text(app)
    assert sitting.TURN not in app.session_state or app.session_state[sitting.TURN] is None


def test_all_done_for_today(secret: str, kept: Store) -> None:
    past(kept, secret, 0, 20)
    app = open_quiz(secret)
    found = text(app)
    assert "All done for today" in found
    assert "will be due" in found
    press(app, "Go on all the same")
    assert on_screen(app)[0].answer is None


def test_due_questions_come_first(secret: str, kept: Store) -> None:
    past(kept, secret, 3, 4, right=False)
    asked = {turn.item_id for turn in answered_turns(kept, secret)}
    app = open_quiz(secret)
    assert "4 questions due today" in text(app)
    press(app, "Begin with 4 due and 6 new")
    first = []
    for _ in range(4):
        first.append(on_screen(app)[0].item_id)
        press(app, "Skip this one")
    assert set(first) == asked


def test_returning_after_a_month(secret: str, kept: Store) -> None:
    past(kept, secret, 40, 12)
    found = text(open_quiz(secret))
    assert "Welcome back" in found
    assert "It has been 40 days. 12 questions are waiting" in found


def test_a_browser_without_cookies_is_told(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "keeps no cookies for this site"
    assert told in text(open_quiz(secret))
    monkeypatch.setattr(start, "is_remembered", lambda: True)
    assert told not in text(open_quiz(secret))


def test_a_link_gives_everybody_the_same_question(secret: str) -> None:
    query = {"item": "pre-in-words", "seed": "12"}
    mine, yours = open_quiz(secret, query), open_quiz(new_secret(), query)
    assert on_screen(mine)[1] == on_screen(yours)[1]
    assert mine.radio[0].options == yours.radio[0].options
    answer(mine)
    link = next(code.value for code in mine.code if "item=" in code.value)
    assert link.endswith("?item=pre-in-words&seed=12")


def test_an_unknown_item_says_so_and_the_start_is_near(secret: str) -> None:
    app = open_quiz(secret, {"item": "tails/what-p-count", "seed": "1"})
    assert not app.exception
    found = text(app)
    assert "There is no item" in found
    assert "Did you mean" in found
    press(app, "To the start")
    assert not app.error
    assert "Ten questions" in text(app)


@pytest.mark.parametrize(
    "query",
    [
        {"item": "../../etc/passwd"},
        {"item": "tails/what-p-counts", "seed": "-1"},
        {"item": "tails/what-p-counts", "seed": "9" * 5_000},
        {"item": "one-sided-p", "seed": "9223372036854775808"},
        {"item": "one-sided-p", "seed": "٣"},
        {"item": "![](http://example.org/x.png)", "seed": "1"},
        {"item": "x" * 10_000},
        {"topics": "<script>"},
        {"topics": "tails,nonsense"},
    ],
)
def test_hostile_links_show_the_page(query: dict[str, str], secret: str) -> None:
    app = open_quiz(secret, query)
    assert not app.exception
    assert app.title[0].value == "Quiz"
    assert "![](http" not in text(app)
    assert len(text(app)) < 3_000


def full(*arguments: object, **options: object) -> Turn:
    raise StoreError("Nothing was saved. The disk is full.", "Tell whoever runs it.")


def test_a_full_disk_loses_nothing(
    secret: str, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_quiz(secret, {"item": "tails/square-of-a-negative-t", "seed": "1"})
    turn, item = on_screen(app)
    with monkeypatch.context() as patch:
        patch.setattr(asking, "answer_turn", full)
        fill_in(app, item, turn.id, "4.41")
        hand_in(app, turn.id)
        assert not app.exception
        assert "Nothing was saved. The disk is full" in text(app).replace("\\", "")
        assert app.text_input[0].value == "4.41"
        assert item.explanation not in text(app)
    hand_in(app, turn.id)
    assert item.explanation in text(app)
    assert len(answered_turns(kept, secret)) == 1


def test_the_next_question_survives_a_full_disk(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_quiz(secret)
    press(app, "Begin")
    answer(app)
    picks = app.session_state[sitting.SITTING].picks
    with monkeypatch.context() as patch:
        patch.setattr(sitting, "open_turn", full)
        press(app, "Next question")
        assert not app.exception
        assert app.error
    press(app, "Try again")
    assert not app.error
    assert on_screen(app)[0].item_id == picks[1].id


def test_new_questions_are_announced_before_what_need_not_come_back() -> None:
    waiting = Plan((), "going on", 0, 10, None, 0, 1)
    title, words = start._words(waiting, datetime.now(UTC).date())
    assert title == "10 new questions for today"
    assert "need not come back yet" in words
