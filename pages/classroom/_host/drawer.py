"""What the host opens when needed: a note, the settings, the players, the links."""

import streamlit as st

from pages._ui.visitor import store
from pages._ui.words import count, plain
from pages.classroom._host.desk import Desk, want
from pages.classroom._room.addresses import is_here_only, link, phone_address, spaced
from quizzes.classroom.decks import NOTE
from quizzes.classroom.names import MAX_NAME
from quizzes.classroom.room import Room
from quizzes.store import players_of

TIMERS: tuple[int | None, ...] = (None, 20, 30, 45, 60, 90, 120, 180, 300)
SWITCHES = {
    "locked": ("Lock the room", "Nobody new may join; who is in stays in."),
    "names_hidden": ("Hide names on this screen", "For a class that would rather not be seen."),
    "leaderboard": ("Leaderboard after each reveal", "Off by default: it is not a race."),
    "speed": ("Bonus for speed", "Up to half a point, counted from the first right answer."),
}


def timer_words(seconds: int | None) -> str:
    """A timer as words."""
    if seconds is None:
        return "no timer"
    return f"{seconds} seconds" if seconds < 60 else f"{seconds / 60:g} min"


def show_drawer(desk: Desk) -> None:
    """All of it, closed: nothing here is for the projector."""
    room = desk.room
    grid = st.grid(2, min_column_width=340, gap="small")
    if room.asked is not None:
        with grid.cell(), st.expander("What to ask between the votes", icon=":material/school:"):
            notes = desk.kept.notes
            st.markdown(notes[room.position] if notes else NOTE)
    if room.stage != "ended":
        with grid.cell(), st.expander("Settings", icon=":material/tune:"):
            _settings(room)
        with grid.cell(), st.expander("Players", icon=":material/group:"):
            _players(desk)
    with grid.cell(), st.expander("Links for you", icon=":material/key:"):
        _links(desk)


def _settings(room: Room) -> None:
    # The version is in the keys: what another device set is what these show.
    timer, version = f"room.timer.{room.version}", room.version
    options = TIMERS if room.seconds in TIMERS else (*TIMERS, room.seconds)
    st.selectbox(
        "Time for each vote",
        options,
        index=options.index(room.seconds),
        format_func=timer_words,
        key=timer,
        on_change=lambda: want("timer", st.session_state[timer], version),
        help="From the next vote on.",
    )
    for name, (label, words) in SWITCHES.items():
        key = f"room.{name}.{version}"
        st.toggle(
            label,
            value=getattr(room, name),
            key=key,
            help=words,
            on_change=lambda key=key, name=name: want(name, st.session_state[key], version),
        )


def _players(desk: Desk) -> None:
    there = {p.number: p for p in players_of(store(), desk.kept.id) if not p.removed}
    if not there:
        st.caption("Nobody has joined.")
        st.button("Look again", icon=":material/refresh:", type="tertiary")
        return
    version = desk.room.version
    number = st.selectbox(
        count(len(there), "player"),
        list(there),
        index=None,
        format_func=lambda n: there[n].name,
        placeholder="Choose a player",
        key=f"room.player.{version}",
    )
    st.button("Look again", icon=":material/refresh:", type="tertiary")
    if number is None:
        return
    name = st.text_input(
        "Another name",
        there[number].name,
        max_chars=MAX_NAME,
        key=f"room.name.{version}.{number}",
        live=True,
    )
    st.button(
        "Rename",
        disabled=name == there[number].name or not name.strip(),
        on_click=want,
        args=("rename", (number, name), version),
    )
    sure = st.checkbox(
        "Remove from the room, with all answers",
        key=f"room.sure.{version}.{number}",
        help="Whoever it was can join again unless the room is locked.",
    )
    st.button(
        "Remove",
        icon=":material/person_remove:",
        disabled=not sure,
        on_click=want,
        args=("remove", number, version),
    )


def _links(desk: Desk) -> None:
    st.markdown(
        "Whoever has the first two can run this room. Open the first one on your phone: it is a "
        "remote control. Keep them: they are shown to nobody else and cannot be found again."
    )
    st.caption("This room")
    st.code(link("/host", desk.secret), language=None, wrap_lines=True)
    st.caption("Its results")
    st.code(link("/results", desk.secret), language=None, wrap_lines=True)
    st.caption("For players: this one is no secret")
    st.code(f"{phone_address()}/{desk.room.code}", language=None, wrap_lines=True)


def warn_if_here_only(address: str) -> None:
    """Say that phones cannot reach this computer, and what to do."""
    if is_here_only(address):
        st.warning(
            "Start the app with `make run HOST=0.0.0.0` and open this page by the computer's "
            "own address in the network, for example `http://192.168.1.20:8501`. The README says "
            "more under *For hosts*.",
            title="Only this computer can reach that address: phones cannot join.",
            icon=":material/wifi_off:",
        )


def room_line(room: Room, address: str) -> str:
    """How to join, in one line for those who come late."""
    where = plain(address.partition("://")[2] or address)
    return f"Join: **{where}** · code **{spaced(room.code)}**" + (
        " · :orange-badge[locked]" if room.locked else ""
    )
