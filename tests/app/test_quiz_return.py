"""Coming back to the quiz: links left behind, dates told at the end, the cookie behind a proxy."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.visitor import Remember
from pages.practice import _sitting as sitting
from quizzes import find_item, grade
from quizzes.kinds import KINDS
from quizzes.review import cards_of
from quizzes.store import answer_turn, answered_turns, new_secret, open_store, open_turn
from tests.app.answering import fill_in, hand_in, open_quiz
from tests.app.screen import press, text


def answer_right(app: AppTest) -> None:
    turn = app.session_state[sitting.TURN]
    item = find_item(turn.item_id, turn.seed)
    fill_in(app, item, turn.id, KINDS[item.kind].examples(item.body).right[0])
    hand_in(app, turn.id)
    assert not app.exception


def test_fresh_numbers_leave_the_link_behind() -> None:
    app = open_quiz(new_secret(), {"item": "one-sided-p", "seed": "7"})
    answer_right(app)
    press(app, "Again with fresh numbers")
    assert not {"item", "seed"} & set(app.query_params)


def test_a_reload_goes_on_with_the_sitting() -> None:
    secret, query = new_secret(), {"topics": "Nested and crossed"}
    app = open_quiz(secret, query)
    press(app, "Begin")
    for _ in range(2):
        answer_right(app)
        press(app, "Next question")
    turn = app.session_state[sitting.TURN]
    assert app.query_params["only"] == "nesting"
    again = open_quiz(secret, {"only": "nesting"})
    assert again.session_state[sitting.TURN].id == turn.id
    here = again.session_state[sitting.SITTING]
    assert (here.at, len(here.picks), len(here.turns)) == (2, 10, 2)
    assert len({pick.id for pick in here.picks}) == 10
    assert {pick.topic for pick in here.picks} == {"nesting"}
    for _ in range(8):
        answer_right(again)
        press(again, again.button(key="quiz.next").label)
    assert "10 of 10 right" in text(again)
    # What comes now is another sitting.
    press(again, "To the start")
    press(again, "Begin with 10 new")
    assert "only" not in again.query_params
    assert open_quiz(secret).session_state[sitting.SITTING].at == 0


def test_a_step_back_shows_the_feedback_again() -> None:
    query = {"item": "tails/what-p-counts", "seed": "1"}
    app = open_quiz(new_secret(), query)
    answer_right(app)
    turn = app.session_state[sitting.TURN]
    press(app, "To the quiz")
    assert not {"item", "seed"} & set(app.query_params)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert app.session_state[sitting.TURN].id == turn.id


def test_the_day_a_question_comes_back_counts_earlier_answers() -> None:
    secret, kept = new_secret(), open_store(os.environ["DATABASE_URL"])
    item, at = find_item("tails/what-p-counts", 5), datetime.now(UTC) - timedelta(days=40)
    turn = open_turn(kept, secret, item, at)
    right = KINDS[item.kind].examples(item.body).right[0]
    answer_turn(kept, secret, turn.id, right, grade(item, right), at, sure=True)
    app = open_quiz(secret)
    press(app, "Begin with 1 due and 9 new")
    answer_right(app)
    press(app, "Next question")
    press(app, "Stop here")
    turns = answered_turns(kept, secret)
    kept.close()
    due = cards_of(turns)[item.id].due
    assert due > cards_of(turns[-1:])[item.id].due
    assert f"comes back on {due:%A, %d %B}." in text(app)


@pytest.mark.parametrize(
    ("told", "is_safe"),
    [("https", True), ("HTTPS", True), ("https, http", True), ("http, https", False), ("", False)],
)
def test_the_cookie_is_secure_where_the_visitor_came_by_tls(told: str, is_safe: bool) -> None:
    sent: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        kind = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"x-forwarded-proto", told.encode())] if told else []
    scope = {"type": "http", "method": "GET", "scheme": "http", "headers": headers}
    asyncio.run(Remember(page)(scope, None, send))
    cookie = dict(sent[0]["headers"])[b"set-cookie"].decode()
    assert dict(sent[0]["headers"])[b"cache-control"] == b"private, no-cache"
    assert cookie.startswith("learner=")
    assert ("Secure" in cookie.split("; ")) is is_safe


@pytest.mark.parametrize(
    ("status", "kind", "accepts", "gives"),
    [
        (304, "", "text/html,application/xhtml+xml", True),  # the page is in the browser's cache
        (304, "", "*/*", False),
        (200, "text/javascript", "text/html", False),
        (503, "text/html; charset=utf-8", "text/html", True),
    ],
)
def test_a_browser_without_the_cookie_gets_it_with_any_page(
    status: int, kind: str, accepts: str, gives: bool
) -> None:
    sent: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", kind.encode())] if kind else []
        headers.append((b"cache-control", b"no-cache"))
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", accepts.encode())]
    scope = {"type": "http", "method": "GET", "scheme": "http", "headers": headers}
    asyncio.run(Remember(page)(scope, None, send))
    told = sent[0]["headers"]
    assert (b"set-cookie" in dict(told)) is gives
    kept = [value for name, value in told if name == b"cache-control"]
    assert kept == [b"private, no-cache" if gives else b"no-cache"]
