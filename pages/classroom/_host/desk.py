"""The host's desk: the room that a link opens, and what a click does to it.

Nothing of a room is kept in the session: a reload, a second device or a server that was started
again shows what the store says.
"""

from dataclasses import dataclass

import streamlit as st

from pages._ui.visitor import now, store
from pages._ui.way_back import HOSTED
from pages.classroom._room.asked import item_for
from quizzes import Item
from quizzes.classroom.room import Room, on_time
from quizzes.store import Kept, click, host_room, remove_player, rename_player
from sim.errors import SimError

WANTED, DONE = "room.wanted", "room.done"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A click that waits for the next run: an error in a callback could not be told on the page.

    Parameters
    ----------
    command : of the room, or "rename" or "remove" for a player.
    version : of the room that the host saw.
    """

    command: str
    value: object
    version: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What a host sees.

    Parameters
    ----------
    secret : of the link.
    kept : the room as it is in the store.
    room : the same as the clock leaves it.
    """

    secret: str
    kept: Kept
    room: Room


def want(command: str, value: object, version: int) -> None:
    """Note a click; buttons call this."""
    st.session_state[WANTED] = Wanted(command, value, version)


def sit_down(secret: str) -> tuple[Desk, SimError | None]:
    """Do what was clicked and return the room with what went wrong.

    Raises
    ------
    StoreError : the link opens no room, or the store cannot be reached.
    """
    problem = None
    wanted: Wanted | None = st.session_state.pop(WANTED, None)
    # A key pressed twice is one click.
    if wanted is not None and wanted != st.session_state.get(DONE):
        try:
            _do(secret, wanted)
            st.session_state[DONE] = wanted
        except SimError as error:
            problem = error
    kept = host_room(store(), secret)
    st.session_state[HOSTED] = secret if kept.ended_at is None else ""
    return Desk(secret, kept, on_time(kept.room, now().timestamp())), problem


def _do(secret: str, wanted: Wanted) -> None:
    match wanted.command, wanted.value:
        case "rename", (int(number), str(name)):
            rename_player(store(), secret, number, name)
        case "remove", int(number):
            remove_player(store(), secret, number, now())
        case _:
            click(store(), secret, wanted.command, wanted.value, wanted.version, now())


def item_on(desk: Desk) -> Item | None:
    """The item of the current question; None outside the questions and for one that is lost."""
    asked = desk.room.asked
    return None if asked is None else item_for(desk.kept.own_items, asked)
