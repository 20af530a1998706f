"""A design told in words; the formula that belongs to it is to be typed."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.places import PLACES
from quizzes.generators.slashes import THIRD
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.formula import FormulaAnswer
from quizzes.words import listed

# Who answers, what they answer to, the response, the effect, its two values.
CROSSED = (
    ("participant", "word", "time", "kind", "reads", "a word is common or rare"),
    ("rater", "essay", "grade", "hints", "grades", "an essay was written with or without hints"),
    ("participant", "picture", "rating", "colour", "rates", "a picture is in colour or not"),
    ("child", "puzzle", "tries", "size", "solves", "a puzzle is large or small"),
)
TELLING = "The formula is written in the columns' names, with an intercept for the average."


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for the formula of a nested design (levels 1 and 3) or of a crossed one (level 2)."""
    return _crossed(rng) if level == 2 else _nested(rng, level)


def _nested(rng: np.random.Generator, level: int) -> Item:
    place = PLACES[int(rng.integers(len(PLACES)))]
    o, i, y, x = place.outer, place.inner, place.response, place.predictor
    n_outer, n_inner = int(rng.integers(6, 21)), int(rng.integers(2, 6))
    letters = listed(list("abcdef"[:n_inner]))
    names = [o, i]
    story = (
        f"{n_outer} {place.outers} take part. In every {o} there are {n_inner} {place.inners}, "
        f"called {letters} in each of them, with their {place.members}"
    )
    if level == 3:
        third = THIRD[o]
        times = int(rng.integers(3, 7))
        story += f", who are numbered from 1 in each {i}" if _is_person(o) else (
            f", which are numbered from 1 in each {i}"
        )  # fmt: skip
        story += f". The {y} of every {third} is measured {times} times."
        names.append(third)
    else:
        story += f". The {y} of every {place.member} is measured once."
    columns = listed([f"`{name}`" for name in (y, x, *names)])
    start = f"{y} ~ 1 + {x} + "
    groups = listed([place.outers, f"{place.inners} within {place.outers}",
                     *([f"{THIRD[o]}s within {place.inners}"] if level == 3 else [])])  # fmt: skip
    stem = (
        f"{story} The columns are {columns}.\n\nWrite the formula: a fixed effect of `{x}`, and "
        f"random intercepts for {groups}. {TELLING}"
    )
    slash = "/".join(names)
    key = f"{start}(1 | {slash})"
    beside = " + ".join(f"(1 | {name})" for name in names)
    near = [
        Near(
            f"{start}(1 | {'/'.join(reversed(names))})",
            f"The slash goes from the largest groups to the smallest: `{slash}`. Yours puts "
            f"{names[-1]} first.",
            "slash-symmetric",
        ),
        Near(
            start + beside,
            f"Names are used again, so lmer would take {i} a of all {place.outers} for one and "
            f"the same {i}. `{o}/{i}` tells them apart.",
            "labels-decide",
        ),
        Near(
            f"{start}(1 | {o})",
            f"This lets {place.outers} differ, but the {place.inners} of one {o} may differ too.",
        ),
        Near(
            f"{start}(1 | {':'.join(names)})",
            f"This tells the smallest groups apart, but forgets what all of one {o} have in "
            "common.",
        ),
        Near(
            f"{y} ~ 1 + (1 | {slash})",
            f"The random intercepts are right. The fixed effect of `{x}` is missing.",
        ),
    ]
    if level == 3:
        near.append(
            Near(
                f"{start}(1 | {o}/{i})",
                f"The repeated measurements of one {names[-1]} belong together too: they need a "
                "random intercept of their own.",
            )
        )
    body = FormulaAnswer(
        key,
        f"Yes: `{slash}` makes groups of {place.outers}, and within them the smaller ones.",
        f"Start with `{start.rstrip(' +')}` and add a bracket that goes from the largest groups "
        "to the smallest.",
        near=tuple(near),
    )
    explanation = (
        f"Each {i} belongs to one {o}, so the design is nested, and names used again have to be "
        f"told apart: `(1 | {slash})`. Written out it has one bracket for `{o}` and one for "
        f"`{o}:{i}`"
        + (f", and one for `{':'.join(names)}`" if level == 3 else "")
        + ". Whoever gives every group a name of its own is safe with either way of writing."
    )
    return Item(
        "formula-of-a-design", "formula", "nesting", level, stem, body, explanation,
        see=See("nesting"),
        facts={"response": y, "predictor": x, "names": names, "crossed": False, "key": key},
    )  # fmt: skip


def _is_person(outer: str) -> bool:
    return THIRD[outer] in ("pupil", "patient", "player")


def _crossed(rng: np.random.Generator) -> Item:
    who, thing, y, x, does, values = CROSSED[int(rng.integers(len(CROSSED)))]
    n_who, n_thing = int(rng.integers(12, 61)), 2 * int(rng.integers(5, 21))
    columns = listed([f"`{name}`" for name in (y, x, who, thing)])
    start = f"{y} ~ 1 + {x} + "
    key = f"{start}(1 | {who}) + (1 | {thing})"
    many = {"child": "children"}.get(who, f"{who}s")
    stem = (
        f"Each of {n_who} {many} {does} the same {n_thing} {thing}s, and {values} (`{x}`). The "
        f"columns are {columns}.\n\nWrite the formula: a fixed effect of `{x}`, and random "
        f"intercepts for everything that was sampled. {TELLING}"
    )
    near = (
        Near(
            f"{start}(1 | {who})",
            f"The {thing}s are a sample too, and some are harder than others. Without their "
            f"intercepts, the luck of these few {thing}s passes for an effect of {x}.",
            "averaging-removes-items",
        ),
        Near(
            f"{start}(1 | {thing})",
            f"The {many} differ too: some give higher values than others everywhere.",
        ),
        Near(
            f"{start}(1 | {who}/{thing})",
            f"A slash would say that every {who} has {thing}s of their own. Here all meet the "
            f"same {thing}s: crossed, not nested.",
            "nesting-is-a-choice",
        ),
        Near(
            f"{start}(1 | {thing}/{who})",
            f"A slash would say that every {thing} has {many} of its own. Here each {who} meets "
            f"all {thing}s: crossed, not nested.",
            "nesting-is-a-choice",
        ),
        Near(
            f"{start}(1 | {who}:{thing})",
            f"Every {who} meets every {thing} once, so this has a group for every row. What is "
            f"needed is one intercept for each {who} and one for each {thing}.",
        ),
        Near(
            f"{y} ~ 1 + (1 | {who}) + (1 | {thing})",
            f"The random intercepts are right. The fixed effect of `{x}` is missing.",
        ),
    )
    body = FormulaAnswer(
        key,
        f"Yes: {many} and {thing}s are crossed, so each gets a bracket of its own.",
        f"Start with `{start.rstrip(' +')}`. Who or what is a sample here, and does everybody "
        "meet everything?",
        near=near,
    )
    explanation = (
        f"Every {who} meets every {thing}: crossed. Both are samples, and the question is about "
        f"{many} and {thing}s in general, so both get random intercepts, in two brackets side by "
        f"side. Averaging over the {thing}s first would hide their differences, not remove them."
    )
    return Item(
        "formula-of-a-design", "formula", "nesting", 2, stem, body, explanation,
        see=See("nesting"),
        facts={"response": y, "predictor": x, "names": [who, thing], "crossed": True, "key": key},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "formula-of-a-design",
        "nesting",
        "nesting",
        (1, 2, 3),
        (
            "slash-symmetric",
            "labels-decide",
            "averaging-removes-items",
            "nesting-is-a-choice",
        ),
        ("formula of a nested or crossed design",),
        "Write the formula of a design told in words",
        make,
    ),
)
