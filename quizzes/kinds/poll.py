"""A question without a key, such as those of an exit ticket."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.kind import Examples, Kind, Unreadable
from quizzes.kinds.responses import MAX_RESPONSE, NONSENSE, choose_hint, position, typed
from quizzes.words import LETTERS, code


@dataclass(frozen=True, slots=True)
class Poll:
    """An opinion.

    Parameters
    ----------
    options : to choose one from; empty for a text to be typed.
    thanks : what is said after the answer.
    most : longest text, in characters.
    """

    options: tuple[str, ...]
    thanks: str
    most: int = 500


def read(fields: Fields) -> Poll:
    """Read `options:`, `thanks:` and `most:`."""
    options = fields.texts("options", 2, 10) if fields.has("options") else ()
    if len(set(options)) < len(options):
        raise fields.error("options", "Two options are equal.", "Write different ones.")
    return Poll(options, fields.markdown("thanks"), fields.integer("most", 1, MAX_RESPONSE, 500))


def write(body: Poll) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    options = {"options": list(body.options)} if body.options else {}
    return options | {"thanks": body.thanks, "most": body.most}


def arrange(body: Poll, rng: np.random.Generator) -> Poll:
    """Leave it: the options of a poll are a scale."""
    return body


def ask(body: Poll) -> dict[str, Any]:
    """Return the options and the longest text."""
    return {"options": list(body.options), "most": body.most}


def parse(body: Poll, response: object) -> int | str:
    """Read the position of an option, 0 for the first, or a text where there are none."""
    if not body.options:
        hint = f"Write a text of at most {body.most} characters."
        text = typed(response, hint)
        if len(text) > body.most:
            raise Unreadable(hint)
        return text
    place = position(response, len(body.options))
    if place is None:
        raise Unreadable(choose_hint(len(body.options)))
    return place


def grade(body: Poll, answer: int | str) -> Mark:
    """Thank for it; there is no score."""
    return Mark(None, body.thanks)


def shown(body: Poll, answer: int | str) -> str:
    """Return letter and text of the option, or the text as code."""
    if isinstance(answer, int):
        return f"{LETTERS[answer]}: {body.options[answer]}"
    return code(answer, body.most)


def examples(body: Poll) -> Examples:
    """Every option or a text, and what is none."""
    if body.options:
        n = len(body.options)
        return Examples((*range(n), "0"), (), (n, -1, "", "first", 0.5, [0], *NONSENSE))
    return Examples(("x", "x" * body.most), (), ("", "  ", "x" * (body.most + 1), 3, *NONSENSE))


KIND = Kind("poll", Poll, read, write, arrange, ask, parse, grade, shown, examples)
