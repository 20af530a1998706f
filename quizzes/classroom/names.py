"""Codes that can be read aloud, secrets that cannot be guessed, names that are only text."""

import hashlib
import secrets
import unicodedata
from collections.abc import Collection

from quizzes.classroom.errors import RoomError

# Without letters and digits that look or sound alike: no I L O U V, no 0 1 8 B, no S 5, no Z 2.
CODE_CHARACTERS = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 6
MAX_NAME = 24

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
    return "".join(secrets.choice(CODE_CHARACTERS) for _ in range(CODE_LENGTH))


def read_code(typed: object) -> str:
    """Return a typed code as it is stored; lower case, blanks and dashes do not matter.

    Raises
    ------
    RoomError : it cannot be a code.
    """
    text = typed if isinstance(typed, str) and len(typed) <= 40 else ""
    code = "".join(ch for ch in text.upper() if ch not in " -–_")
    if len(code) != CODE_LENGTH or set(code) - set(CODE_CHARACTERS):
        raise RoomError(
            "That is not a room's code.",
            f"It has {CODE_LENGTH} letters and digits: see the screen.",
        )
    return code


def new_secret() -> str:
    """Return 192 random bits for a link or a cookie."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """What is kept of a secret; random secrets need no salt."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def read_name(typed: object) -> str:
    """Return a nickname as one line of visible text, cut off where long; "" for none.

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
    return " ".join("".join(kept).split())[:MAX_NAME].strip()


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
