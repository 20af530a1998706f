"""A sitting: the questions somebody sat down to answer, one of them on the screen.

What is on the screen is in the store before it is shown. A reload, a lost connection or a killed
server therefore brings back the same question, or the feedback to the answer that was kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import streamlit as st

from pages._ui.visitor import secret, store
from quizzes import GENERATORS, Item, ItemError, find_item, generate_item, load_bank
from quizzes.entries import entries_of
from quizzes.review import Entry, Pick, Plan, plan
from quizzes.store import answered_turns, latest_turn, open_turn
from quizzes.turn import Turn, local_day

SITTING = "quiz.sitting"
TURN = "quiz.turn"
RESUMED = "quiz.resumed"
LINKED = "quiz.linked"
N_QUESTIONS = 10
# An answered question is shown again after a reload, not on another day.
STILL_READING = timedelta(minutes=30)


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


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


def today() -> date:
    """The visitor's day."""
    return local_day(now(), st.context.timezone_offset)


def plan_today(topics: Sequence[str], n: int = N_QUESTIONS, *, more: bool = False) -> Plan:
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
    return plan(entries(), turns, today(), rng, n, chosen, **limit)


def sitting() -> Sitting | None:
    """The sitting that is going on."""
    found: Sitting | None = st.session_state.get(SITTING)
    return found


def current() -> Turn | None:
    """The question on the screen, None before the first and after the last."""
    turn: Turn | None = st.session_state.get(TURN)
    return turn


def keep(turn: Turn | None) -> None:
    """Put a question on the screen."""
    st.session_state[TURN] = turn


@st.cache_resource(max_entries=500, ttl="1h", show_spinner=False)
def item_of(id: str, seed: int) -> Item:
    """The item of a turn: the same for everybody with this id and seed."""
    return find_item(id, seed)


def begin(picks: tuple[Pick, ...], topics: Sequence[str]) -> None:
    """Sit down."""
    st.session_state[SITTING] = Sitting(picks, tuple(topics))
    _open_next()


def go_on() -> None:
    """Show the next question, or the end."""
    here = sitting()
    if here is None:
        keep(None)
        return
    here.at += 1
    _open_next()


def leave() -> None:
    """Go back to the start."""
    st.session_state.pop(SITTING, None)
    st.query_params.pop("item", None)
    st.query_params.pop("seed", None)
    keep(None)


def ask_again(turn: Turn) -> None:
    """Ask the same idea with fresh numbers."""
    item = generate_item(turn.item_id, secrets.randbits(40), turn.level)
    keep(open_turn(store(), secret(), item, now()))


def _open_next() -> None:
    here = sitting()
    if here is None or here.at >= len(here.picks):
        keep(None)
        return
    pick = here.picks[here.at]
    seed = secrets.randbits(40)
    is_fresh = pick.id in GENERATORS
    item = generate_item(pick.id, seed, pick.level) if is_fresh else find_item(pick.id, seed)
    keep(open_turn(store(), secret(), item, now()))


def resume() -> None:
    """Bring back what this browser showed last, in a session that has just begun."""
    if st.session_state.setdefault(RESUMED, False):
        return
    st.session_state[RESUMED] = True
    if current() is not None:
        return
    last = latest_turn(store(), secret())
    if last is None or now() - last.shown_at > timedelta(hours=12):
        return
    if last.answer is None or now() - last.answer.answered_at < STILL_READING:
        try:
            item_of(last.item_id, last.seed or 0)
        except ItemError:  # it has left the bank since
            return
        keep(last)


def open_linked() -> None:
    """Open the question a link names: `?item=…&seed=…`.

    Raises
    ------
    ItemError : there is no such item.
    """
    wanted = (st.query_params.get("item", ""), st.query_params.get("seed", "1"))
    if not wanted[0] or st.session_state.get(LINKED) == wanted:
        return
    st.session_state[LINKED] = wanted
    st.session_state[RESUMED] = True
    seed = int(wanted[1]) if wanted[1].isascii() and wanted[1].isdigit() else -1
    keep(open_turn(store(), secret(), item_of(wanted[0], seed), now()))
