"""Before the room: choose what to play and how, then open it."""

import secrets

import streamlit as st

from pages._ui.frame import section, show_error
from pages._ui.visitor import address, now, store
from pages._ui.way_back import ROOM
from pages.classroom._host.choosing import choose_deck
from pages.classroom._host.drawer import SWITCHES, TIMERS, timer_words
from pages.classroom._host.permission import may_open
from quizzes.classroom.decks import Deck, deck_json, own_items_text, questions_of
from quizzes.store import create_room
from sim.errors import SimError

SEED_BITS = 40


def show_preparation() -> None:
    """Deck, settings, and the button that opens the room."""
    st.title("Host a room", anchor=False)
    st.markdown(
        "A question on the projector, a vote on every phone, a talk with a neighbour, a second "
        "vote. Nobody needs an account: phones join by a code."
    )
    if not may_open():
        return
    section("What to play")
    try:
        deck = choose_deck()
    except SimError as problem:
        show_error(problem)
        return
    if deck is None:
        return
    section("How to play")
    settings = _settings()
    with st.container(horizontal=True):
        wants = st.button(
            "Open a room", type="primary", icon=":material/meeting_room:", shortcut="N"
        )
        st.download_button(
            "Keep this deck as a file",
            deck_json(deck),
            f"{deck.name}.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
            help="Change it with any editor: order, notes, your own questions. Then open it here.",
        )
    if wants:
        _open(deck, settings)


def _settings() -> dict[str, object]:
    chosen: dict[str, object] = {}
    with st.expander("Timer, names, leaderboard", icon=":material/tune:"):
        chosen["timer"] = st.selectbox(
            "Time for each vote", TIMERS, format_func=timer_words, key="host.timer"
        )
        for name, (label, words) in SWITCHES.items():
            if name != "locked":
                chosen[name] = st.toggle(label, key=f"host.{name}", help=words)
        st.caption("None of it is needed, and all of it can be changed while the room is open.")
    return chosen


def _open(deck: Deck, settings: dict[str, object]) -> None:
    """Open the room and go to its link."""
    try:
        opened = create_room(
            store(),
            deck.title,
            questions_of(deck, secrets.randbits(SEED_BITS)),
            now(),
            address(),
            own_items=own_items_text(deck),
            notes=[entry.note for entry in deck.entries],
            settings=settings,
        )
    except SimError as problem:
        show_error(problem)
        return
    st.query_params[ROOM] = opened.host_secret
    st.rerun()
