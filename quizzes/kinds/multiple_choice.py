"""Any number of choices may be right."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.choices import Choice, read_choices, shuffled, write_choices
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong
from quizzes.kinds.responses import NONSENSE, positions
from quizzes.words import LETTERS, count, listed, paragraphs

SCORING = ("all", "each")


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """Choices of which one or more are right.

    Parameters
    ----------
    choices : two to eight; the feedback of a choice is shown to who decided it wrongly.
    scoring : "all" gives 1 or 0; "each" gives the share of choices decided rightly above what
        ticking nothing or everything earns, never below 0.
    keep_order : as in `SingleChoice`.
    """

    choices: tuple[Choice, ...]
    scoring: str = "all"
    keep_order: bool = False


def read(fields: Fields) -> MultipleChoice:
    """Read `choices:`, `scoring:` and `keep_order:`."""
    choices = read_choices(fields, most=8)
    n_right = sum(choice.right for choice in choices)
    if n_right in (0, len(choices)):
        raise fields.error(
            "choices",
            f"{'All' if n_right else 'None'} of the choices are right.",
            "Give at least one right and one wrong choice.",
        )
    return MultipleChoice(
        choices, fields.one_of("scoring", SCORING, "all"), fields.flag("keep_order")
    )


def write(body: MultipleChoice) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    kept = {"keep_order": True} if body.keep_order else {}
    return {"choices": write_choices(body.choices), "scoring": body.scoring} | kept


def arrange(body: MultipleChoice, rng: np.random.Generator) -> MultipleChoice:
    """Shuffle the choices."""
    return body if body.keep_order else replace(body, choices=shuffled(body.choices, rng))


def ask(body: MultipleChoice) -> dict[str, Any]:
    """Return the texts of the choices and how they are scored."""
    return {"choices": [choice.text for choice in body.choices], "scoring": body.scoring}


def parse(body: MultipleChoice, response: object) -> tuple[int, ...]:
    """Read a list of positions, 0 for the first choice, in any order; no tick is no answer."""
    n = len(body.choices)
    hint = f"I could not read what you ticked. Tick one or more from A to {LETTERS[n - 1]}."
    found = positions(response, n, hint)
    if not found:
        raise Unreadable("Nothing is ticked yet. Tick every statement that holds.")
    return tuple(sorted(found))


def grade(body: MultipleChoice, answer: tuple[int, ...]) -> Mark:
    """Score as the body says; the feedback is that of every choice decided wrongly."""
    missed = [i for i, choice in enumerate(body.choices) if choice.right != (i in answer)]
    if not missed:
        return Mark(1.0, _all_right(body))
    parts = [
        f"**{LETTERS[i]}** ({'ticked' if i in answer else 'not ticked'}): "
        f"{body.choices[i].feedback}"
        for i in missed
    ]
    tags = [body.choices[i].misconception for i in missed]
    n = len(body.choices)
    lead = f"You decided {n - len(missed)} of {count(n, 'statement')} rightly."
    return Mark(_score(body, missed), paragraphs(lead, *parts), next(filter(None, tags), ""))


def _all_right(body: MultipleChoice) -> str:
    right = [LETTERS[i] for i, choice in enumerate(body.choices) if choice.right]
    verb = "holds" if len(right) == 1 else "hold"
    return f"Right: {listed(right)} {verb}, the others do not."


def _score(body: MultipleChoice, missed: list[int]) -> float:
    if body.scoring == "all":
        return 0.0
    n = len(body.choices)
    n_right = sum(choice.right for choice in body.choices)
    free = max(n_right, n - n_right)  # what ticking everything or nothing earns
    return max(0.0, (n - len(missed) - free) / (n - free))


def shown(body: MultipleChoice, answer: tuple[int, ...]) -> str:
    """Return letters and texts of the choices ticked."""
    return "; ".join(f"{LETTERS[i]}: {body.choices[i].text}" for i in answer)


def examples(body: MultipleChoice) -> Examples:
    """The key, the key with each choice decided wrongly, and what is no answer."""
    key = [i for i, choice in enumerate(body.choices) if choice.right]
    wrong = []
    for i, choice in enumerate(body.choices):
        ticked = sorted({*key} ^ {i})
        if ticked:
            wrong.append(Wrong(ticked, choice.feedback, choice.misconception))
    return Examples(
        right=(key, [str(i) for i in reversed(key)]),
        wrong=tuple(wrong),
        malformed=([], [len(body.choices)], [-1], [0, 0], "all", 0, [0.5], [None], *NONSENSE),
    )


KIND = Kind(
    "multiple_choice", MultipleChoice, read, write, arrange, ask, parse, grade, shown, examples
)
