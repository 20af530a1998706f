"""Values as both databases can keep them; anything else is refused in words."""

import json
import operator

from quizzes.store.errors import StoreError

MAX_RESPONSE = 20_000
MAX_LAYERS = 10


def as_json(response: object) -> str:
    """Write a response as text that every database takes: NUL and lone surrogates are escaped.

    Raises
    ------
    StoreError : not of JSON's types, too long, or nested too deeply.
    """
    try:
        text = json.dumps(response, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise StoreError("This answer is not of JSON's types.", "Send it as shown.") from None
    if len(text) > MAX_RESPONSE:
        raise StoreError(
            f"This answer is longer than {MAX_RESPONSE:,} characters.", "Make it shorter."
        )
    if not _is_shallow(json.loads(text)):
        raise StoreError("This answer is nested too deeply.", "Send it as shown.")
    return text


def _is_shallow(value: object) -> bool:
    """Whether a value has few layers: reading it back must never run out of stack."""
    layer = [value]
    for _ in range(MAX_LAYERS):
        layer = [
            child
            for parent in layer
            if isinstance(parent, (list, dict))
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not layer:
            return True
    return False


def valid_score(score: float | None) -> float | None:
    """Return a score, if a mark may hold it.

    Raises
    ------
    StoreError : it is not from 0 to 1.
    """
    if score is not None and not 0.0 <= score <= 1.0:
        raise StoreError(f"A score is from 0 to 1, not {score!r}.", "Grade the answer again.")
    return None if score is None else float(score)


def whole_number(value: int, most: int, what: str) -> int:
    """Return a whole number as Python's, numpy's too.

    Raises
    ------
    StoreError : it is none, or not from 0 to `most`.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = -1
    if not 0 <= number <= most:
        raise StoreError(
            f"This {what} of an item cannot be kept.", f"It is a whole number from 0 to {most}."
        )
    return number


def plain_text(text: str, most: int, what: str) -> str:
    """Return a text, if PostgreSQL can keep it: so both databases keep the same.

    Raises
    ------
    StoreError : it is longer than `most`, or has what cannot be printed.
    """
    if not isinstance(text, str) or len(text) > most or not (text.isprintable() or text == ""):
        raise StoreError(
            f"This name of the {what} cannot be kept.",
            f"It may have {most} printable characters.",
        )
    return text
