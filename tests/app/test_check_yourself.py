"""The questions of the learn pages without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui import check_yourself
from pages._ui.check_yourself import draw_questions, questions_of
from quizzes import Item, grade
from quizzes.kinds import KINDS
from quizzes.store import Store, StoreError, answered_turns, latest_turn, new_secret
from quizzes.turn import Turn
from tests.app.answering import fill_in, hand_in
from tests.app.screen import ROOT, open_as, press, text

PAGES = sorted(path.stem for path in (ROOT / "pages" / "learn").glob("*.py"))
# What a page wants to hear first.
GUESSES = {
    "pooling": {"sleepstudy20.guess": "Just show me"},
    "pvalues": {"sleepstudy20.df": "Just show me", "sleepstudy20.worst": "Just show me"},
    "convergence": {"guess.seconds": "Just show me"},
}


def open_page(page: str, secret: str, query: dict[str, str] | None = None) -> AppTest:
    return open_as(secret, f"learn/{page}", GUESSES.get(page, {}) | (query or {}))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_questions_of_its_own(page: str) -> None:
    ids = {id for level in questions_of(page).values() for id in level}
    assert len(ids) >= 3
    for draw in range(1, 12):
        items = draw_questions(page, draw)
        assert len({item.id for item in items}) == 3
        assert all(item.see is not None and item.see.page == page for item in items)
        assert [item.level for item in items] == sorted(item.level for item in items)
        assert items == draw_questions(page, draw)
    assert draw_questions(page, 1) != draw_questions(page, 2)


def test_many_draws_ask_everything() -> None:
    every = {id for level in questions_of("tails").values() for id in level}
    assert {item.id for draw in range(1, 60) for item in draw_questions("tails", draw)} == every


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_them_in_place(page: str, kept: Store) -> None:
    secret = new_secret()
    app = open_page(page, secret)
    assert not app.exception
    found = text(app)
    assert "Check yourself" in found
    for item in draw_questions(page, 1):
        assert item.stem in found
        assert item.explanation not in found
    assert latest_turn(kept, secret) is None  # nothing is written down before an answer


def answers_of(item: Item) -> tuple[object, object]:
    examples = KINDS[item.kind].examples(item.body)
    return examples.right[0], examples.wrong[0].response


def test_answers_show_their_feedback_and_count_for_review(kept: Store) -> None:
    secret = new_secret()
    app = open_page("tails", secret)
    items = draw_questions("tails", 1)
    for place, item in enumerate(items):
        response = answers_of(item)[place % 2]
        fill_in(app, item, f"check.tails.1.{place}", response)
        hand_in(app, f"check.tails.1.{place}", sure=place > 0)
        assert not app.exception
        found = text(app)
        assert grade(item, response).feedback in found
        assert item.explanation in found
        assert all(later.explanation not in found for later in items[place + 1 :])
    turns = answered_turns(kept, secret)
    assert [turn.item_id for turn in turns] == [item.id for item in items]
    given = [turn.answer for turn in turns if turn.answer]
    assert [answer.is_right for answer in given] == [True, False, True]
    assert [answer.sure for answer in given] == [False, True, True]
    assert app.title[0].value == "Tails"
    app.run()
    assert items[0].explanation in text(app)
    assert len(answered_turns(kept, secret)) == 3


def test_other_questions_and_a_link_to_them() -> None:
    secret = new_secret()
    app = open_page("nesting", secret)
    press(app, "Other questions")
    assert not app.exception
    assert app.query_params["check"] in ("2", ["2"])
    stems = [item.stem for item in draw_questions("nesting", 2)]
    assert all(stem in text(app) for stem in stems)
    again = open_page("nesting", new_secret(), {"check": "2"})
    assert all(stem in text(again) for stem in stems)


@pytest.mark.parametrize("check", ["", "0", "-3", "x", "9" * 5_000, "1e3", "<b>", "٣"])
def test_hostile_links_ask_the_first_questions(check: str) -> None:
    app = open_page("nesting", new_secret(), {"check": check})
    assert not app.exception
    assert draw_questions("nesting", 1)[0].stem in text(app)


def test_a_store_that_refuses_loses_nothing(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> Turn:
        raise StoreError("Nothing was saved. The disk is full.", "Tell whoever runs it.")

    secret = new_secret()
    app = open_page("tails", secret)
    item, key = draw_questions("tails", 1)[0], "check.tails.1.0"
    fill_in(app, item, key, answers_of(item)[0])
    with monkeypatch.context() as patch:
        patch.setattr(check_yourself, "keep_answer", refuse)
        hand_in(app, key)
        assert not app.exception
        assert "Nothing was saved" in app.error[0].proto.title
        assert item.explanation not in text(app)
    assert latest_turn(kept, secret) is None  # nor is a question left open
    hand_in(app, key)
    assert item.explanation in text(app)
    assert len(answered_turns(kept, secret)) == 1
