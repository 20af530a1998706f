"""Reading responses that several kinds share: positions in what was shown."""

from typing import Any

from quizzes.kinds.kind import Unreadable
from quizzes.words import LETTERS

MAX_RESPONSE = 2_000  # characters of a typed response

# What no kind can read; the examples of every kind end with them.
NONSENSE: tuple[Any, ...] = (None, True, {"answer": 1}, float("nan"), b"1", [[1]])


def position(response: object, n: int) -> int | None:
    """Return a position from 0 to n - 1, or None for what is none."""
    if isinstance(response, bool):
        return None
    if isinstance(response, str):
        text = response[:20].strip()
        # int() would take digits of every script, and underscores.
        response = int(text) if text.isascii() and text.isdigit() else None
    elif isinstance(response, float):
        response = int(response) if response.is_integer() else None
    if not isinstance(response, int) or not 0 <= response < n:
        return None
    return int(response)


def positions(response: object, n: int, hint: str) -> tuple[int, ...]:
    """Return different positions from 0 to n - 1, in the order given.

    Raises
    ------
    Unreadable : anything else, with `hint`.
    """
    if not isinstance(response, list | tuple) or len(response) > n:
        raise Unreadable(hint)
    found = [position(entry, n) for entry in response]
    known = tuple(place for place in found if place is not None)
    if len(known) < len(found) or len(set(known)) < len(known):
        raise Unreadable(hint)
    return known


def typed(response: object, hint: str) -> str:
    """Return a typed text without spaces at its ends.

    Raises
    ------
    Unreadable : no text, an empty one, or one too long.
    """
    if not isinstance(response, str) or not response.strip():
        raise Unreadable(hint)
    if len(response) > MAX_RESPONSE:
        raise Unreadable(f"That is too long to be read: {len(response):,} characters. {hint}")
    return response.strip()


def choose_hint(n: int) -> str:
    """Return what to do where one of n choices is wanted."""
    return f"Choose an answer, from A to {LETTERS[n - 1]}."
