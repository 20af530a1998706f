"""One choice is right."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.choices import Choice, read_choices, shuffled, write_choices
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong
from quizzes.kinds.responses import NONSENSE, choose_hint, position
from quizzes.words import LETTERS


@dataclass(frozen=True, slots=True)
class SingleChoice:
    """Choices of which exactly one is right.

    Parameters
    ----------
    choices : two to six.
    keep_order : do not shuffle, because the choices have an order of their own.
    """

    choices: tuple[Choice, ...]
    keep_order: bool = False


def read(fields: Fields) -> SingleChoice:
    """Read `choices:` and `keep_order:`."""
    choices = read_choices(fields, most=6)
    n_right = sum(choice.right for choice in choices)
    if n_right != 1:
        raise fields.error(
            "choices",
            f"{n_right or 'None'} of the choices {'is' if n_right < 2 else 'are'} right.",
            "Exactly one needs 'right: true'.",
        )
    return SingleChoice(choices, fields.flag("keep_order"))


def write(body: SingleChoice) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    kept = {"keep_order": True} if body.keep_order else {}
    return {"choices": write_choices(body.choices)} | kept


def arrange(body: SingleChoice, rng: np.random.Generator) -> SingleChoice:
    """Shuffle the choices."""
    return body if body.keep_order else replace(body, choices=shuffled(body.choices, rng))


def ask(body: SingleChoice) -> dict[str, Any]:
    """Return the texts of the choices."""
    return {"choices": [choice.text for choice in body.choices]}


def parse(body: SingleChoice, response: object) -> int:
    """Read the position of the choice, 0 for the first; digits as text are read too."""
    place = position(response, len(body.choices))
    if place is None:
        raise Unreadable(choose_hint(len(body.choices)))
    return place


def grade(body: SingleChoice, answer: int) -> Mark:
    """Mark with the feedback of the choice."""
    choice = body.choices[answer]
    return Mark(1.0 if choice.right else 0.0, choice.feedback, choice.misconception)


def shown(body: SingleChoice, answer: int) -> str:
    """Return letter and text of the choice."""
    return f"{LETTERS[answer]}: {body.choices[answer].text}"


def examples(body: SingleChoice) -> Examples:
    """Every choice, and what is none."""
    n = len(body.choices)
    right = [i for i, choice in enumerate(body.choices) if choice.right]
    wrong = [
        Wrong(i, choice.feedback, choice.misconception)
        for i, choice in enumerate(body.choices)
        if not choice.right
    ]
    return Examples(
        right=(right[0], str(right[0]), float(right[0])),
        wrong=tuple(wrong),
        malformed=(n, -1, "", "first", 0.5, "٠", 10**400, [right[0]], *NONSENSE),
    )


KIND = Kind("single_choice", SingleChoice, read, write, arrange, ask, parse, grade, shown, examples)
