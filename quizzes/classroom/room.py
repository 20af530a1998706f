"""A room as a state machine: what a host's click does to it, and what is refused.

lobby → question (waiting → open → closed → revealed, and open again for a second vote) → … →
exit ticket → ended. A room is a value; `step` makes the next one. The store keeps it and lets
only one of two clicks on the same version through.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from quizzes.classroom.errors import RoomError

Stage = Literal["lobby", "question", "exit", "ended"]
Phase = Literal["waiting", "open", "closed", "revealed"]

MAX_QUESTIONS = 100
MAX_ROUNDS = 5
MAX_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a room.

    Parameters
    ----------
    item_id, seed : what `quizzes.find_item` makes the same item of for everybody.
    phase : of this question, also while another one is shown.
    round : number of the vote, from 1; 0 before the first.
    opened_at, closes_at : of the current vote, in seconds since 1970 by the server's clock;
        `closes_at` is None without a timer.
    votes_shown : the projector shows how a closed vote went, without the key.
    goes_on : a close was taken back, so this vote has answers already.
    """

    item_id: str
    seed: int
    phase: Phase = "waiting"
    round: int = 0
    opened_at: float | None = None
    closes_at: float | None = None
    votes_shown: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """What everybody in a room shares.

    Parameters
    ----------
    code : six characters that players type.
    title : of the deck.
    questions : in order.
    stage : where the room is.
    position : of the current question in `questions`; -1 in the lobby.
    version : grows by one with every change.
    locked : nobody new may join.
    names_hidden, leaderboard, speed : what the projector shows, and whether speed counts.
    seconds : timer of each vote; None for none.
    """

    code: str
    title: str
    questions: tuple[Asked, ...]
    stage: Stage = "lobby"
    position: int = -1
    version: int = 0
    locked: bool = False
    names_hidden: bool = False
    leaderboard: bool = False
    speed: bool = False
    seconds: int | None = None

    @property
    def asked(self) -> Asked | None:
        """The current question, None outside the questions."""
        return self.questions[self.position] if self.stage == "question" else None


def is_open(room: Room, now: float) -> bool:
    """Whether answers to the current question are taken."""
    asked = room.asked
    if asked is None or asked.phase != "open":
        return False
    return asked.closes_at is None or now < asked.closes_at


def on_time(room: Room, now: float) -> Room:
    """Return the room as the clock leaves it: a vote whose time is up is closed."""
    asked = room.asked
    if asked is not None and asked.phase == "open" and not is_open(room, now):
        return _with(room, replace(asked, phase="closed"))
    return room


def step(room: Room, command: str, now: float, value: object = None) -> Room:
    """Return what a host's click makes of a room.

    Parameters
    ----------
    command : key of `COMMANDS`.
    now : seconds since 1970 by the server's clock.
    value : of the commands that set something: seconds, a position, true or false.

    Returns
    -------
    The room with the next version.

    Raises
    ------
    RoomError : there is no such command, or not in this phase.
    """
    if not isinstance(command, str) or command not in COMMANDS:
        raise RoomError("There is no such button.", "Reload the page.")
    room = on_time(room, now)
    if room.stage == "ended":
        raise RoomError("This room has ended.", "Its results are kept; open a new room to go on.")
    made = COMMANDS[command](room, now, value)
    return replace(made, version=room.version + 1)


def may(room: Room, command: str, now: float) -> bool:
    """Whether a button does something now; those that set a value always do."""
    if command in SETTINGS:
        return room.stage != "ended"
    try:
        step(room, command, now)
    except RoomError:
        return False
    return True


def _with(room: Room, asked: Asked) -> Room:
    at = room.position
    questions = (*room.questions[:at], asked, *room.questions[at + 1 :])
    return replace(room, questions=questions)


def _current(room: Room) -> Asked:
    if room.asked is None:
        raise RoomError("No question is shown.", "Start the questions first.")
    return room.asked


def _opened(room: Room, now: float) -> Room:
    asked = _current(room)
    if asked.round >= MAX_ROUNDS:
        raise RoomError(
            f"This question has been voted on {MAX_ROUNDS} times.", "Go on to the next one."
        )
    closes_at = None if room.seconds is None else now + room.seconds
    opened = replace(asked, phase="open", round=asked.round + 1, opened_at=now, closes_at=closes_at)
    return _with(room, replace(opened, votes_shown=False, goes_on=False))


def _start(room: Room, now: float, value: object) -> Room:
    if room.stage != "lobby":
        raise RoomError("The questions have begun.", "Use 'Next'.")
    if not room.questions:
        raise RoomError("This room has no questions.", "Go to the exit ticket, or end the room.")
    return _opened(replace(room, stage="question", position=0), now)


def _open(room: Room, now: float, value: object) -> Room:
    if _current(room).phase != "waiting":
        raise RoomError("This question has been opened.", "Use 'Vote again' for a second vote.")
    return _opened(room, now)


def _close(room: Room, now: float, value: object) -> Room:
    asked = _current(room)
    if asked.phase != "open":
        raise RoomError("This question is not open.", "Open it first.")
    return _with(room, replace(asked, phase="closed"))


def _reopen(room: Room, now: float, value: object) -> Room:
    """Take a close back: the same vote goes on, as long as nothing of it has been shown."""
    asked = _current(room)
    if asked.phase != "closed" or asked.votes_shown:
        raise RoomError("This vote cannot go on.", "Use 'Vote again' for another vote.")
    closes_at = None if room.seconds is None else now + room.seconds
    return _with(room, replace(asked, phase="open", closes_at=closes_at, goes_on=True))


def _show(room: Room, now: float, value: object) -> Room:
    """Show how the vote went, so that the class can talk about it before the reveal."""
    asked = _current(room)
    if asked.phase != "closed" or asked.votes_shown:
        raise RoomError("There are no votes to show now.", "Close the vote first.")
    return _with(room, replace(asked, votes_shown=True))


def _reveal(room: Room, now: float, value: object) -> Room:
    asked = _current(room)
    if asked.phase not in ("open", "closed"):
        raise RoomError("There is nothing to reveal now.", "Open the question first.")
    return _with(room, replace(asked, phase="revealed"))


def _again(room: Room, now: float, value: object) -> Room:
    if _current(room).phase not in ("closed", "revealed"):
        raise RoomError("The first vote is not closed.", "Close it first.")
    return _opened(room, now)


def _settled(room: Room) -> Room:
    """Return the room with the current vote closed, so that no question stays open behind."""
    asked = room.asked
    if asked is not None and asked.phase == "open":
        return _with(room, replace(asked, phase="closed"))
    return room


def _next(room: Room, now: float, value: object) -> Room:
    _current(room)
    if room.position + 1 >= len(room.questions):
        raise RoomError("This was the last question.", "Go to the exit ticket, or end the room.")
    room = replace(_settled(room), position=room.position + 1)
    # A question that was opened before is shown as it was left.
    return _opened(room, now) if _current(room).phase == "waiting" else room


def _back(room: Room, now: float, value: object) -> Room:
    if room.stage == "exit":
        return replace(room, stage="lobby" if room.position < 0 else "question")
    _current(room)
    if room.position == 0:
        raise RoomError("This is the first question.", "Use 'Next'.")
    return replace(_settled(room), position=room.position - 1)


def _skip(room: Room, now: float, value: object) -> Room:
    """Show the next question without opening it."""
    _current(room)
    if room.position + 1 >= len(room.questions):
        raise RoomError("This was the last question.", "Go to the exit ticket, or end the room.")
    return replace(_settled(room), position=room.position + 1)


def _go(room: Room, now: float, value: object) -> Room:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RoomError("That is not the number of a question.", "Choose one from the list.")
    if not 0 <= value < len(room.questions):
        raise RoomError(
            f"There is no question {value + 1}.", f"The deck has {len(room.questions)}."
        )
    return replace(_settled(room), stage="question", position=value)


def _exit(room: Room, now: float, value: object) -> Room:
    if room.stage == "exit":
        raise RoomError("The exit ticket is open.", "End the room when everybody is done.")
    return replace(_settled(room), stage="exit")


def _end(room: Room, now: float, value: object) -> Room:
    return replace(_settled(room), stage="ended")


def _timer(room: Room, now: float, value: object) -> Room:
    if value is None:
        return replace(room, seconds=None)
    if isinstance(value, bool) or not isinstance(value, int) or not 5 <= value <= MAX_SECONDS:
        raise RoomError("That is no timer.", f"Choose whole seconds from 5 to {MAX_SECONDS}.")
    return replace(room, seconds=value)


def _switch(name: str) -> "Click":
    def switch(room: Room, now: float, value: object) -> Room:
        if not isinstance(value, bool):
            raise RoomError("That switch is on or off.", "Reload the page.")
        changed: dict[str, Any] = {name: value}
        return replace(room, **changed)

    return switch


Click = Callable[[Room, float, object], Room]

# Buttons that change what everybody sees, in the order in which a lesson uses them.
MOVES: Mapping[str, Click] = MappingProxyType(
    {
        "start": _start,
        "open": _open,
        "close": _close,
        "reopen": _reopen,
        "show": _show,
        "reveal": _reveal,
        "again": _again,
        "next": _next,
        "skip": _skip,
        "back": _back,
        "go": _go,
        "exit": _exit,
        "end": _end,
    }
)
SETTINGS: Mapping[str, Click] = MappingProxyType(
    {
        "timer": _timer,
        **{name: _switch(name) for name in ("locked", "names_hidden", "leaderboard", "speed")},
    }
)
COMMANDS: Mapping[str, Click] = MappingProxyType({**MOVES, **SETTINGS})
