"""After a sitting: how it went, what it showed, and when it comes back."""

from collections import Counter

import streamlit as st

from pages._ui.frame import section
from pages._ui.visitor import secret, store
from pages._ui.words import count
from pages.practice._sitting import begin, leave, plan_today, sitting
from quizzes.review import cards_of
from quizzes.store import answered_turns
from quizzes.topics import MISCONCEPTIONS, TOPICS
from quizzes.turn import Turn


def show_finish() -> None:
    """The summary of the sitting that has ended."""
    here = sitting()
    assert here is not None
    turns = [turn for turn in here.turns if turn.answer is not None]
    if not turns:
        section("Nothing answered this time", "The questions stay where they are.")
    else:
        right = sum(turn.answer.is_right for turn in turns if turn.answer)
        section(f"{right} of {len(turns)} right", _topics(turns))
        _beliefs(turns)
        _confidence(turns)
    plan = plan_today(here.topics)
    with st.container(horizontal=True):
        if plan.picks:
            st.button(
                f"{len(plan.picks)} more",
                type="primary",
                on_click=begin,
                args=(plan.picks, here.topics),
                shortcut="N",
            )
        st.button("To the start", on_click=leave)


def _topics(turns: list[Turn]) -> str:
    asked = Counter(turn.topic for turn in turns)
    right = Counter(turn.topic for turn in turns if turn.answer and turn.answer.is_right)
    return " · ".join(f"{TOPICS[topic]} {right[topic]} of {n}" for topic, n in asked.items())


def _beliefs(turns: list[Turn]) -> None:
    """What wrong answers have shown, with what is so instead."""
    found = Counter(turn.answer.misconception for turn in turns if turn.answer)
    del found[""]
    if not found:
        return
    section("Worth a second look")
    for tag, n in found.most_common():
        belief = MISCONCEPTIONS[tag]
        times = "" if n == 1 else f" ({count(n, 'answer')})"
        st.markdown(f"- “{belief.belief}”{times}  \n  {belief.instead}")


def _confidence(turns: list[Turn]) -> None:
    sure = [turn.answer for turn in turns if turn.answer and turn.answer.sure]
    if len(sure) >= 3:
        right = sum(answer.is_right for answer in sure)
        st.caption(f"You were sure {count(len(sure), 'time')}; {right} of these were right.")
    # Earlier answers count too: what was known for weeks does not come back in days.
    cards = cards_of(answered_turns(store(), secret()))
    soon = [cards[turn.item_id].due for turn in turns if turn.item_id in cards]
    if soon:
        st.caption(f"The first of these questions comes back on {min(soon):%A, %d %B}.")
