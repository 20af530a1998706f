"""A sitting: the questions somebody sat down to answer, one of them on the screen.

What is on the screen is in the store before it is shown. A reload, a lost connection or a killed
server therefore brings back the same question, or the feedback to the answer that was kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import streamlit as st

from pages._ui.items import item_of
from pages._ui.links import number_in
from pages._ui.visitor import now, secret, store, today
from quizzes import GENERATORS, Item, ItemError, find_item, generate_item, load_bank
from quizzes.entries import entries_of
from quizzes.review import Entry, Pick, Plan, plan
from quizzes.store import answered_turns, latest_turn, open_turn
from quizzes.topics import TOPICS
from quizzes.turn import Answer, Turn

SITTING = "quiz.sitting"
TURN = "quiz.turn"
RESUMED = "quiz.resumed"
LINKED = "quiz.linked"
AGAIN = "quiz.again"
# The topics of the sitting, in the address: those chosen at the start leave it with their field.
ONLY = "only"
N_QUESTIONS = 10
# An answered question is shown again after a reload, not on another day.
STILL_READING = timedelta(minutes=30)
STILL_OPEN = timedelta(hours=12)


@dataclass(slots=True)
class Sitting:
    """The questions of a sitting.

    Parameters
    ----------
    picks : to ask, in this order.
    at : position of the current one.
    turns : answered ones.
    topics : it was chosen from; empty for all.
    """

    picks: tuple[Pick, ...]
    topics: tuple[str, ...] = ()
    at: int = 0
    turns: list[Turn] = field(default_factory=list)


@st.cache_resource(show_spinner=False)
def entries() -> tuple[Entry, ...]:
    """All that can be asked."""
    return entries_of(load_bank(), GENERATORS)


def plan_today(topics: Sequence[str], *, more: bool = False) -> Plan:
    """What to ask now.

    Parameters
    ----------
    topics : empty for all.
    more : new questions beyond those meant for one day.
    """
    rng = np.random.default_rng(secrets.randbits(64))
    turns = answered_turns(store(), secret())
    chosen = topics or None
    limit = {"new_a_day": 1000} if more else {}
    return plan(entries(), turns, today(), rng, N_QUESTIONS, chosen, **limit)


def sitting() -> Sitting | None:
    """The sitting that is going on."""
    found: Sitting | None = st.session_state.get(SITTING)
    return found


def current() -> Turn | None:
    """The question on the screen, None before the first and after the last.

    Raises
    ------
    StoreError : the next question could not be put down; it is tried again at the next run.
    """
    turn: Turn | None = st.session_state.get(TURN)
    if turn is None and (item := _next_item()) is not None:
        turn = open_turn(store(), secret(), item, now())
        st.session_state.pop(AGAIN, None)
        keep(turn)
    return turn


def keep(turn: Turn | None) -> None:
    """Put a question on the screen."""
    st.session_state[TURN] = turn


# Buttons call these: they only note what comes next, because an error raised in a callback could
# not be told on the page.
def begin(picks: tuple[Pick, ...], topics: Sequence[str]) -> None:
    """Sit down."""
    st.session_state[SITTING] = Sitting(picks, tuple(topics))
    if topics:
        st.query_params[ONLY] = list(topics)
    keep(None)


def go_on() -> None:
    """Show the next question, or the end."""
    if (here := sitting()) is not None:
        here.at += 1
    keep(None)


def stop() -> None:
    """End the sitting: what was answered is summed up."""
    here = sitting()
    if here is None or not here.turns:
        leave()
        return
    here.at = len(here.picks)
    st.session_state.pop(AGAIN, None)
    keep(None)


def leave() -> None:
    """Go back to the start."""
    st.session_state.pop(SITTING, None)
    st.session_state.pop(AGAIN, None)
    st.query_params.pop(ONLY, None)
    _leave_link()
    keep(None)


def _leave_link() -> None:
    """Let a reload show what is on the screen now, and a step back the question of the link."""
    st.session_state.pop(LINKED, None)
    rest = {name: st.query_params.get_all(name) for name in st.query_params}
    if rest.pop("item", None) is not None:
        rest.pop("seed", None)
        # At once: one step in the browser's history.
        st.query_params.from_dict(rest)


def ask_again(turn: Turn) -> None:
    """Ask the same idea with fresh numbers."""
    _leave_link()
    st.session_state[AGAIN] = Pick(turn.item_id, turn.topic, turn.level, "new")
    keep(None)


def _next_item() -> Item | None:
    """What is to be asked and not on the screen yet."""
    pick: Pick | None = st.session_state.get(AGAIN)
    here = sitting()
    if pick is None and here is not None and here.at < len(here.picks):
        pick = here.picks[here.at]
    if pick is None:
        return None
    seed = secrets.randbits(40)
    is_fresh = pick.id in GENERATORS
    return generate_item(pick.id, seed, pick.level) if is_fresh else find_item(pick.id, seed)


def resume() -> None:
    """Bring back what this browser showed last, in a session that has just begun.

    The sitting goes on, too: what was answered in one go before, and after it what is to be asked
    now.
    """
    if st.session_state.get(RESUMED):
        return
    last = latest_turn(store(), secret())
    st.session_state[RESUMED] = True
    if last is None or not _is_going_on(last):
        return
    try:
        item_of(last.item_id, last.seed or 0)
    except ItemError:  # it has left the bank since
        return
    st.session_state[SITTING] = _sitting_around(last)
    keep(last)


def _sitting_around(last: Turn) -> Sitting:
    """The sitting that a question belongs to, as far as the answers tell."""
    earlier: list[Turn] = []
    follows = last.shown_at
    for turn in reversed(answered_turns(store(), secret())):
        if turn.id == last.id or turn.answer is None or not _is_of_quiz(turn.answer, turn):
            continue
        if follows - turn.answer.answered_at > STILL_READING:
            break
        earlier.insert(0, turn)
        follows = turn.shown_at
    # Who goes on after the last question begins another sitting.
    earlier = earlier[len(earlier) - len(earlier) % N_QUESTIONS :]
    done = [*earlier, last]
    chosen = st.query_params.get_all(ONLY)
    topics = tuple(topic for topic in TOPICS if topic in chosen)
    asked = {turn.item_id for turn in done}
    rest = [pick for pick in plan_today(topics).picks if pick.id not in asked]
    picks = [Pick(turn.item_id, turn.topic, turn.level, "due") for turn in done]
    answered = [turn for turn in done if turn.answer is not None]
    return Sitting((*picks, *rest[: N_QUESTIONS - len(done)]), topics, len(earlier), answered)


def _is_of_quiz(answer: Answer, turn: Turn) -> bool:
    """Whether the quiz asked: a learn page puts question and answer down in one moment."""
    return answer.answered_at > turn.shown_at


def _is_going_on(turn: Turn) -> bool:
    """Whether somebody who comes back now would expect to see this question."""
    if turn.answer is None:
        return now() - turn.shown_at < STILL_OPEN
    return _is_of_quiz(turn.answer, turn) and now() - turn.answer.answered_at < STILL_READING


def open_linked() -> None:
    """Open the question a link names: `?item=…&seed=…`.

    Raises
    ------
    ItemError : there is no such item.
    """
    wanted = (st.query_params.get("item", ""), st.query_params.get("seed", "1"))
    if not wanted[0] or st.session_state.get(LINKED) == wanted:
        return
    seed = number_in(wanted[1], 19)
    item = item_of(wanted[0], -1 if seed is None else seed)
    last = latest_turn(store(), secret())
    is_same = last is not None and (last.item_id, last.seed) == (item.id, item.seed)
    if last is None or not is_same or not _is_going_on(last):
        last = open_turn(store(), secret(), item, now())
    st.session_state[LINKED] = wanted
    st.session_state[RESUMED] = True
    keep(last)
