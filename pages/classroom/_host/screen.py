"""The room on the screen: one line on top, buttons, the stage, and what the host may open."""

from pathlib import Path

import streamlit as st

from pages._ui.frame import show_error
from pages._ui.way_back import HOST
from pages._ui.words import plain
from pages.classroom._host.card import card_alt, join_card
from pages.classroom._host.controls import show_controls
from pages.classroom._host.desk import Desk, sit_down
from pages.classroom._host.drawer import room_line, show_drawer, warn_if_here_only
from pages.classroom._host.live import show_exit, show_lobby
from pages.classroom._host.question import show_stage
from pages.classroom._room.addresses import phone_address
from pages.classroom._room.show import PROJECTOR, vote_name
from quizzes.classroom.room import Room
from quizzes.settings import settings

RESULTS = Path(__file__).parents[1] / "results.py"
PHASES = {
    "waiting": "not open yet",
    "open": "vote now",
    "closed": "closed",
    "revealed": "revealed",
}


def show_room(secret: str) -> None:
    """The room of a host's link.

    Raises
    ------
    StoreError : the link opens no room.
    """
    desk, problem = sit_down(secret)
    st.html(PROJECTOR)
    _line(desk.room)
    if problem is not None:
        show_error(problem)
    if desk.room.stage == "ended":
        _ended(secret)
        return
    show_controls(desk)
    match desk.room.stage:
        case "lobby":
            _lobby(desk)
        case "question":
            show_stage(desk)
        case _:
            show_exit(desk)
    st.space("medium")
    show_drawer(desk)


def _line(room: Room) -> None:
    """Title, place in the deck, and how to join."""
    with st.container(horizontal=True, vertical_alignment="center", key="room_line", gap="medium"):
        st.title(plain(room.title), anchor=False, width="content")
        if room.asked is not None:
            asked = room.asked
            vote = f" · {vote_name(asked.round).lower()}" if asked.round else ""
            st.markdown(
                f"Question **{room.position + 1}** of {len(room.questions)}{vote} · "
                f"{PHASES[asked.phase]}"
            )
        if room.stage in ("question", "exit"):
            st.markdown(room_line(room, phone_address()))


def _lobby(desk: Desk) -> None:
    address = phone_address()
    code = desk.room.code
    st.image(join_card(address, code), width="stretch", alt=card_alt(address, code))
    if desk.room.locked:
        st.markdown(":orange-badge[:material/lock: The room is locked: nobody new may join.]")
    show_lobby(desk)
    warn_if_here_only(address)


def _ended(secret: str) -> None:
    days = settings().room_days
    st.markdown(f"The room has ended. Its results are kept for {days} days, then deleted.")
    with st.container(horizontal=True):
        if st.button("Results", type="primary", icon=":material/bar_chart:", shortcut="N"):
            st.switch_page(RESULTS, query_params={"room": secret})
        if st.button("Open another room", icon=":material/add:"):
            st.switch_page(HOST)
