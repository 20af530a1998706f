"""What * and ^ stand for."""

import numpy as np

from quizzes.generators.effects import draw_topic
from quizzes.generators.generator import Generator
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.lmm.formula import parse_formula
from sim.syntax.equivalent import equivalent

THIRDS = ("age", "practice", "group", "time")


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask what a*b (1), a*b less a term or added to c (2), or (a + b + c)^2 (3) is short for."""
    topic = draw_topic(rng)
    a, b = topic.numbers
    c = [name for name in THIRDS if name not in (a, b)][int(rng.integers(3))]
    form = int(rng.integers(2))
    short = {
        1: f"{a} * {b}",
        2: (f"{a} * {b} + {c}", f"{a} * {b} - {b}")[form],
        3: (f"({a} + {b} + {c})^2", f"{a} * {b} * {c}")[form],
    }[level]
    group = topic.groups[0]
    y = topic.response
    terms = parse_formula(f"{y} ~ {short} + (1 | {group})").fixed.terms
    key = " + ".join(":".join(str(factor) for factor in _names(term)) for term in terms)
    pool = {
        1: [
            (f"{a}:{b}", f"That is the interaction alone. The star also brings {a} and {b}."),
            (f"{a} + {b}", "That has no interaction: the effect of one would be the same for "
             "every value of the other. The star brings the interaction too."),
            (f"{a} + {a}:{b}", f"{b} alone is missing: the star brings both, and their "
             "interaction."),
        ],
        2: [
            (f"{a} + {b} + {a}:{b}", f"That is `{a} * {b}` alone. What about the rest?"),
            (f"{a} + {b} + {c} + {a}:{b} + {a}:{c} + {b}:{c}", f"{c} stands outside the star: it "
             "interacts with nothing."),
            (f"{a}:{b} + {c}", f"The star brings {a} and {b} too, not only their interaction."),
            (f"{a} + {c}", "The star brings the interaction too."),
            (f"{a} + {a}:{b}", f"{b} is not taken away here."),
            (f"{b} + {a}:{b}", f"It is {b} that the minus sign takes away, not {a}."),
            (f"{a}", f"The minus sign takes away {b} alone. The interaction is a term of its own "
             "and stays."),
        ],
        3: [
            (f"{a} + {b} + {c} + {a}:{b}:{c}", "The pairs are missing: "
             f"{a}:{b}, {a}:{c} and {b}:{c}."),
            (f"{a} + {b} + {c}", "There are interactions too."),
            (f"{a}:{b} + {a}:{c} + {b}:{c}", "The single predictors come along, not only pairs."),
            (f"{a} + {b} + {c} + {a}:{b} + {a}:{c} + {b}:{c}", "That stops at pairs; with two "
             "stars there is also the interaction of all three."),
            (f"{a} + {b} + {c} + {a}:{b} + {a}:{c} + {b}:{c} + {a}:{b}:{c}", "The power 2 stops at "
             "pairs of two predictors; all three together would need a 3."),
        ],
    }[level]  # fmt: skip
    wrong = _wrong(pool, key, level, form, y, group)
    choices = (Choice(f"`{key}`", "Exactly these terms.", True), *wrong)
    explanation = {
        1: f"The star crosses the two: {a}, {b}, and their interaction `{a}:{b}`, which lets the "
        f"effect of {a} change with {b}. The colon is the interaction alone.",
        2: f"First the star: `{a} + {b} + {a}:{b}`. Then "
        + (f"`+ {c}` adds one more." if form == 0 else f"`- {b}` takes that one away again, and "
           "leaves the interaction."),
        3: "The power 2 brings each predictor and each pair, but not all three together."
        if form == 0 else "Two stars bring each predictor, each pair, and all three together: "
        "7 terms. `^2` would stop at pairs.",
    }[level]  # fmt: skip
    return Item(
        "star-written-out", "single_choice", "syntax", level,
        f"A formula begins `{y} ~ {short}`; all predictors are numbers. Which fixed effects does "
        "this stand for, beside the intercept?",
        SingleChoice(choices), explanation, see=See("syntax"),
        facts={"short": short, "response": y, "group": group, "key": choices[0].text},
    )  # fmt: skip


def _names(term: tuple[object, ...]) -> list[str]:
    return [getattr(factor, "name", str(factor)) for factor in term]


def _wrong(
    pool: list[tuple[str, str]], key: str, level: int, form: int, y: str, group: str
) -> list[Choice]:
    """Take three that belong to this form and are not the same as the key."""
    if level == 2:
        pool = pool[:4] if form == 0 else [pool[0], *pool[5:]]
    right = f"{y} ~ {key} + (1 | {group})"
    return [
        Choice(f"`{text}`", why)
        for text, why in pool
        if not equivalent(f"{y} ~ {text} + (1 | {group})", right).always
    ]


GENERATORS = (
    Generator(
        "star-written-out",
        "syntax",
        "syntax",
        (1, 2, 3),
        (),
        ("what * and ^ stand for",),
        "Write out a * b and its relatives",
        make,
    ),
)
