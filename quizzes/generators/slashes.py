"""What a slash stands for, and which of a/b and b/a it is."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.places import PLACES
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.lmm.formula import parse_formula

THIRD = {"school": "pupil", "hospital": "patient", "farm": "plant", "club": "player",
         "town": "house"}  # fmt: skip


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for a bracket with a slash written out."""
    place = PLACES[int(rng.integers(len(PLACES)))]
    names = [place.outer, place.inner]
    left = "1"
    if level == 2:
        left = f"1 + {place.predictor}"
    if level == 3:
        names.append(THIRD[place.outer])
    outer, inner = place.outers, place.inners
    reversed_ = bool(rng.integers(2))
    if reversed_:
        names.reverse()
    slashed = f"({left} | {'/'.join(names)})"
    start = f"{place.response} ~ 1 + "
    # lme4 puts the smallest groups first; a student reads from the largest.
    brackets = parse_formula(start + slashed).brackets[::-1]
    key = " + ".join(f"({left} | {':'.join(reversed(b.group))})" for b in brackets)
    choices = [
        Choice(f"`{key}`", "One bracket for each step from left to right, each with all the names "
               "up to there.", True)
    ]  # fmt: skip
    choices += [
        Choice(f"`{text}`", why, misconception=tag) for text, why, tag in _wrong(left, names)
    ]
    own = " and its own effect of " + place.predictor if level == 2 else ""
    explanation = (
        f"Read the slash from left to right: first `{names[0]}`, then `{':'.join(names[:2])}`"
        + (f", then `{':'.join(names)}`" if len(names) > 2 else "")
        + f". Each gets its own intercept{own}. A colon makes a group of each combination of names "
        f"in the data. Turned round, `{'/'.join(reversed(names))}` is another model"
        + (
            f"; where {inner} lie in {outer}, that is the one to write, with the larger unit on "
            "the left."
            if reversed_
            else "."
        )
    )
    return Item(
        "slash-written-out", "single_choice", "nesting", level,
        f"A formula has the bracket `{slashed}`. What is it short for?",
        SingleChoice(tuple(choices)), explanation, see=See("syntax"),
        facts={"bracket": slashed, "key": choices[0].text},
    )  # fmt: skip


def _wrong(left: str, names: list[str]) -> list[tuple[str, str, str]]:
    both = ":".join(names)
    first, last = names[0], names[-1]
    turned = names[::-1]
    steps = [":".join(turned[: i + 1]) for i in range(len(turned))]
    found = [
        (
            " + ".join(f"({left} | {group})" for group in steps),
            f"That is `{'/'.join(turned)}`. The slash has a direction: what stands on its left "
            "gets the bracket of its own.",
            "slash-symmetric",
        ),
        (
            " + ".join(f"({left} | {name})" for name in names),
            f"Here `{last}` stands alone, so the same name of a {last} is always the same group. "
            f"The slash combines the names: `{both}`.",
            "labels-decide",
        ),
        (
            f"({left} | {both})",
            f"This is only the last step. The slash also keeps what stands on its left: `{first}` "
            "has a bracket of its own.",
            "",
        ),
    ]
    if left != "1":
        predictor = left.removeprefix("1 + ")
        found.append(
            (
                f"(1 | {first}) + ({left} | {both})",
                f"What stands on the left of the bar goes into every bracket, so the effect of "
                f"{predictor} varies between the groups of {first} too.",
                "",
            )
        )
    return found


GENERATORS = (
    Generator(
        "slash-written-out",
        "nesting",
        "syntax",
        (1, 2, 3),
        ("slash-symmetric", "labels-decide"),
        ("a/b written out",),
        "What a/b is short for, and what b/a would be",
        make,
    ),
)
