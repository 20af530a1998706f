"""What several kinds of item are made of: choices, and near answers with their feedback."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from quizzes.fields import Fields
from quizzes.topics import MISCONCEPTIONS

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice.

    Parameters
    ----------
    text : Markdown, one idea.
    feedback : what a student reads who chose it (or, with several right ones, overlooked it).
    right : whether it belongs to the key.
    misconception : what a student who chose it wrongly may believe; "" for a right choice.
    """

    text: str
    feedback: str
    right: bool = False
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A wrong answer that was foreseen.

    Parameters
    ----------
    answer : in the form of the kind's key: a number, a formula, an order, a region.
    feedback, misconception : as in `Choice`.
    """

    answer: Any
    feedback: str
    misconception: str = ""


def read_choices(fields: Fields, most: int) -> tuple[Choice, ...]:
    """Read `choices:`, at least two; how many are right is the kind's own affair."""
    found: dict[str, Choice] = {}
    for record in fields.records("choices", "choice", 2, most):
        text = record.markdown("text")
        right = record.flag("right")
        choice = Choice(text, record.markdown("feedback"), right, read_misconception(record))
        if choice.right and choice.misconception:
            raise record.error(
                "misconception",
                f"{record.place.capitalize()} is right and has a misconception.",
                "Leave one of the two out.",
            )
        record.finish()
        if text in found:
            raise record.error(
                "text", f"{record.place.capitalize()} repeats another one.", "Write another text."
            )
        found[text] = choice
    return tuple(found.values())


def read_misconception(fields: Fields) -> str:
    """Read the optional tag of a wrong answer."""
    return fields.one_of("misconception", MISCONCEPTIONS, "")


def write_choices(choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
    """Return the choices as `read_choices` reads them."""
    return [
        {"text": choice.text}
        | ({"right": True} if choice.right else {})
        | _tagged(choice.feedback, choice.misconception)
        for choice in choices
    ]


def read_near(
    fields: Fields, answer: Callable[[Fields, str], Any], key: object
) -> tuple[Near, ...]:
    """Read `near:`, the foreseen wrong answers.

    Parameters
    ----------
    answer : called as answer(fields, "answer"); returns a value that equals no other answer.
    key : in the same form.
    """
    found: dict[Any, Near] = {}
    for record in fields.records("near", "near answer", 0, 12):
        value = answer(record, "answer")
        near = Near(value, record.markdown("feedback"), read_misconception(record))
        record.finish()
        if value == key or value in found:
            what = "the key" if value == key else "another one"
            raise record.error(
                "answer",
                f"{record.place.capitalize()} is the same as {what}.",
                "Every near answer is a wrong one of its own.",
            )
        found[value] = near
    return tuple(found.values())


def write_near(near: tuple[Near, ...], answer: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the near answers as `read_near` reads them; nothing if there are none."""
    entries = [{"answer": answer(n.answer)} | _tagged(n.feedback, n.misconception) for n in near]
    return {"near": entries} if entries else {}


def _tagged(feedback: str, misconception: str) -> dict[str, Any]:
    tag = {"misconception": misconception} if misconception else {}
    return tag | {"feedback": feedback}


def shuffled(entries: tuple[Entry, ...], rng: np.random.Generator) -> tuple[Entry, ...]:
    """Return the entries in a random order."""
    return tuple(entries[int(i)] for i in rng.permutation(len(entries)))
