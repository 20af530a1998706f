"""Codes of rooms that can be read aloud, and names that are only text."""

import secrets
import unicodedata
from collections.abc import Collection

from quizzes.classroom.errors import RoomError
from quizzes.codes import draw_code, letters_of_code

CODE_LENGTH = 6
MAX_NAME = 24
MAX_TITLE = 80

_ADJECTIVES = """
brave bright calm careful clever cosy curious daring eager early fair fast fond fresh gentle
glad golden grand green happy honest jolly keen kind lively loud lucky merry mild neat noble
patient plucky polite proud quick quiet rapid ready round silver sleepy smooth sunny swift
tall tidy warm wise witty
"""
ADJECTIVES = tuple(_ADJECTIVES.split())
_ANIMALS = """
badger bear beaver bison camel cat crane deer dolphin donkey duck eagle falcon ferret finch
fox frog gecko goat goose hare hawk hedgehog heron horse ibex jackdaw koala lark lemur lion
lynx magpie marten mole moose newt otter owl panda penguin pony puffin rabbit raven robin
seal sparrow squirrel stork swan tiger toad turtle walrus whale wolf wombat wren yak zebra
"""
ANIMALS = tuple(_ANIMALS.split())


def new_code() -> str:
    """Return a code for a room: 23 characters in six places, 148 million codes."""
    return draw_code(CODE_LENGTH)


def read_code(typed: object) -> str:
    """Return a typed code as it is stored; lower case, blanks and dashes do not matter.

    Raises
    ------
    RoomError : it cannot be a code.
    """
    code = letters_of_code(typed, CODE_LENGTH)
    if code is None:
        raise RoomError(
            "That is not a room's code.",
            f"It has {CODE_LENGTH} letters and digits: see the screen.",
        )
    return code


def read_name(typed: object, most: int = MAX_NAME) -> str:
    """Return a nickname, or a title, as one line of visible text, cut off where long; "" for none.

    Characters that are invisible, that turn the direction of writing or that pile up over the
    line are left out: the projector shows the rest.
    """
    if not isinstance(typed, str):
        return ""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", typed[:500]):
        kind = unicodedata.category(character)
        if kind.startswith("Z") or character in "\t\n\r":
            character = " "
        elif kind.startswith("C"):
            continue
        marks = marks + 1 if kind.startswith("M") else 0
        if marks <= 1:
            kept.append(character)
    return " ".join("".join(kept).split())[:most].strip()


def alias(taken: Collection[str]) -> str:
    """Return a generated nickname, such as "quick heron", that nobody has yet."""
    for _ in range(50):
        name = f"{secrets.choice(ADJECTIVES)} {secrets.choice(ANIMALS)}"
        if name not in taken:
            return name
    return (
        f"{secrets.choice(ADJECTIVES)} {secrets.choice(ANIMALS)} {secrets.randbelow(9000) + 1000}"
    )


def distinct(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where somebody has it already."""
    known = {other.casefold() for other in taken}
    number = 2
    wanted = name
    while wanted.casefold() in known:
        wanted = f"{name[: MAX_NAME - 4]} {number}"
        number += 1
    return wanted
