"""The buttons that move a room on; the coloured one is what comes next in a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from pages._ui.visitor import now
from pages.classroom._host.desk import Desk, want
from quizzes.classroom.room import Room, may


@dataclass(frozen=True, slots=True)
class Button:
    """One button; `key` is pressed on the keyboard where it is not the coloured one."""

    label: str
    icon: str
    key: str | None = None
    help: str = ""


# The coloured button, whatever it does: one key goes through a whole lesson. Only the end, which
# cannot be taken back, must be clicked.
GO_ON = "N"
BUTTONS: Mapping[str, Button] = MappingProxyType(
    {
        "start": Button("Start the questions", "play_arrow"),
        "open": Button("Open the vote", "play_arrow", "O"),
        "close": Button("Close the vote", "stop", "X"),
        "reopen": Button("Go on voting", "undo", "U", "The vote was closed too early."),
        "show": Button("Show votes", "bar_chart", "S", "How the vote went, without the key."),
        "reveal": Button("Reveal", "visibility", "A", "The right answer, and why."),
        "again": Button("Vote again", "replay", "V", "After neighbours have talked."),
        "back": Button("Back", "arrow_back", "B"),
        "next": Button("Next question", "arrow_forward"),
        "skip": Button("Skip", "skip_next", "K", "To the next question without opening it."),
        "exit": Button("Exit ticket", "logout", "E", "Pace, mood, what helped, what to improve."),
        "end": Button("End the room", "stop_circle", help="Phones say goodbye; results stay."),
    }
)


def next_command(room: Room) -> str:
    """What a lesson does next."""
    if room.stage == "lobby":
        return "start" if room.questions else "exit"
    if room.stage == "exit":
        return "end"
    asked = room.asked
    assert asked is not None
    if asked.phase == "revealed":
        return "next" if room.position + 1 < len(room.questions) else "exit"
    return {"waiting": "open", "open": "close", "closed": "reveal"}[asked.phase]


def commands_of(room: Room) -> tuple[str, ...]:
    """The buttons of a stage, in their order on the screen."""
    if room.stage == "lobby":
        return ("start", "exit")
    if room.stage == "exit":
        return ("back", "end")
    asked = room.asked
    assert asked is not None
    middle = {
        "waiting": ("open",),
        "open": ("close", "reveal"),
        "closed": ("reopen", "show", "reveal", "again"),
        "revealed": ("again",),
    }[asked.phase]
    return ("back", *middle, "next", "skip", "exit")


def show_controls(desk: Desk) -> None:
    """All buttons of this stage; those that would do nothing are grey."""
    room = desk.room
    at = now().timestamp()
    coloured = next_command(room)
    with st.container(horizontal=True, key="room_controls", vertical_alignment="center"):
        for command in commands_of(room):
            button = BUTTONS[command]
            is_next = command == coloured
            st.button(
                button.label,
                key=f"room.{command}",
                type="primary" if is_next else "secondary",
                icon=f":material/{button.icon}:",
                help=button.help or None,
                shortcut=GO_ON if is_next and command != "end" else button.key,
                disabled=not may(room, command, at),
                on_click=want,
                args=(command, None, room.version),
            )
        if room.stage == "question" and len(room.questions) > 1:
            _go_to(room)


def _go_to(room: Room) -> None:
    marks = {"waiting": "", "open": " (open)", "closed": " (closed)", "revealed": " (done)"}
    chosen = st.menu_button(
        "Go to",
        range(len(room.questions)),
        format_func=lambda i: f"Question {i + 1}{marks[room.questions[i].phase]}",
        key=f"room.go.{room.version}",
        type="tertiary",
    )
    if chosen is not None:
        want("go", chosen, room.version)
        st.rerun()
