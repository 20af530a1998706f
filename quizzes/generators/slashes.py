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
    if rng.integers(2):
        names.reverse()
    slashed = f"({left} | {'/'.join(names)})"
    start = f"{place.response} ~ 1 + "
    # lme4 puts the smallest groups first; a student reads from the largest.
    brackets = parse_formula(start + slashed).brackets[::-1]
    key = " + ".join(f"({left} | {':'.join(reversed(b.group))})" for b in brackets)
    choices = [
        Choice(f"`{key}`", "One bracket for each step from the largest groups to the smallest.",
               True)
    ]  # fmt: skip
    choices += [
        Choice(f"`{text}`", why, misconception=tag) for text, why, tag in _wrong(left, names)
    ]
    largest, smallest = names[0], names[-1]
    own = " and its own effect of " + place.predictor if level == 2 else ""
    explanation = (
        f"Read the slash from left to right: {largest} first, then "
        f"{' in '.join(reversed(names[:2]))}"
        + (f", then {' in '.join(reversed(names))}" if len(names) > 2 else "")
        + f". Each gets its own intercept{own}. `{':'.join(names)}` means: tell every {smallest} "
        f"of every {largest} apart. Turned round, `{'/'.join(reversed(names))}` is another model."
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
            "comes first, as the larger group.",
            "slash-symmetric",
        ),
        (
            " + ".join(f"({left} | {name})" for name in names),
            f"Here every name of {last} would count as one and the same {last}, wherever it "
            f"stands. The slash makes {both}: it tells them apart.",
            "labels-decide",
        ),
        (
            f"({left} | {both})",
            f"This keeps only the smallest groups. The slash also keeps the larger ones: what all "
            f"of one {first} have in common.",
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
        (1, 2, 3),
        ("slash-symmetric", "labels-decide"),
        ("a/b written out",),
        "What a/b is short for, and what b/a would be",
        make,
    ),
)
