"""What changes by itself: players who come, answers that come in, another host's click, the clock.

Each second one cheap look at the store; the whole page is drawn anew only when the room has moved.
"""

import streamlit as st

from pages._ui.frame import show_error
from pages._ui.visitor import now, store
from pages._ui.words import count, plain
from pages.classroom._host.desk import Desk
from pages.classroom._room.exit_ticket import show_options, show_texts
from quizzes.classroom.results import exit_results
from quizzes.classroom.room import is_open
from quizzes.store import Player, counts, exit_of, players_of, versions
from sim.errors import SimError

EVERY = 1.0
# The exit ticket's bars are read, not watched.
EXIT_EVERY = 3.0
MOST_NAMES = 240
NAMES = "room.names"


def _has_moved(desk: Desk) -> bool:
    """Whether the page shows a room that is not so any more."""
    found = versions(store(), [desk.kept.id]).get(desk.kept.id)
    was_open = desk.room.asked is not None and desk.room.asked.phase == "open"
    is_late = was_open and not is_open(desk.room, now().timestamp())
    return found != desk.room.version or is_late


@st.fragment(run_every=EVERY)
def show_count(desk: Desk) -> None:
    """How many answers are in, never what they are; and the time that is left."""
    try:
        if _has_moved(desk):
            st.rerun()
        found = counts(store(), desk.kept.id)
    except SimError as problem:
        show_error(problem, still="The page looks again by itself.")
        return
    asked = desk.room.asked
    with st.container(key="room_count"):
        if asked is None or asked.phase == "waiting":
            st.markdown(f"{count(found.players, 'player')} here")
            return
        words = f"**{found.answers}** of {found.players} answers in"
        if asked.phase == "open" and asked.closes_at is not None:
            words += f" · :orange[:material/timer: **{clock(asked.closes_at)}**]"
        st.markdown(words)


def clock(until: float) -> str:
    """Time left as minutes and seconds."""
    left = max(0, round(until - now().timestamp()))
    return f"{left // 60}:{left % 60:02d}"


@st.fragment(run_every=EVERY)
def show_lobby(desk: Desk) -> None:
    """Who has joined, the latest first."""
    try:
        if _has_moved(desk):
            st.rerun()
        n = counts(store(), desk.kept.id).players
        players = _players(desk, n)
    except SimError as problem:
        show_error(problem, still="The page looks again by itself.")
        return
    with st.container(key="room_count"):
        st.markdown(f"**{count(n, 'player')}** here" if n else "Waiting for the first player …")
    if desk.room.names_hidden or not players:
        return
    with st.container(key="room_names"):
        names = [plain(player.name) for player in reversed(players)]
        words = " · ".join(names[:MOST_NAMES])
        if len(names) > MOST_NAMES:
            words += f" and {len(names) - MOST_NAMES} more"
        st.markdown(words)


def _players(desk: Desk, n: int) -> list[Player]:
    """The players that count, read again only when somebody has come or gone."""
    kept = st.session_state.get(NAMES)
    mark = (desk.kept.id, desk.room.version, n)
    if kept is None or kept[0] != mark:
        there = [p for p in players_of(store(), desk.kept.id) if not p.removed]
        kept = st.session_state[NAMES] = (mark, there)
    players: list[Player] = kept[1]
    return players


@st.fragment(run_every=EXIT_EVERY)
def show_exit(desk: Desk) -> None:
    """The exit ticket as it fills: opinions as bars, texts only when the host opens them."""
    try:
        if _has_moved(desk):
            st.rerun()
        found = counts(store(), desk.kept.id)
        results = exit_results(exit_of(store(), desk.kept.id))
    except SimError as problem:
        show_error(problem, still="The page looks again by itself.")
        return
    with st.container(key="room_count"):
        st.markdown(f"**{found.answers}** of {found.players} exit tickets in")
    with st.container(key="room_exit"):
        show_options(results)
    written = sum(len(result.texts) for result in results)
    with st.expander(f"What they wrote ({written})", key="room.texts"):
        st.caption("As it was typed, by whoever typed it. Look before you show it.")
        show_texts(results)
