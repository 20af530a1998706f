"""What a formula estimates, counted."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from quizzes.generators.effects import Part, Topic, draw_topic, model
from quizzes.generators.generator import Generator
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.numeric import Numeric
from quizzes.words import count, listed
from sim.syntax.explain import explain

Counter = Callable[[str], int]


def variances(formula: str) -> int:
    """Count the variances of random effects."""
    return sum(quantity.kind == "sd" for quantity in explain(formula).quantities)


def correlations(formula: str) -> int:
    """Count the correlations of random effects."""
    return sum(quantity.kind == "correlation" for quantity in explain(formula).quantities)


def parameters(formula: str) -> int:
    """Count all that is estimated, the residual variance with it."""
    return explain(formula).n_parameters


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for the number of variances (1), with correlations (2), or of all parameters (3)."""
    topic = draw_topic(rng)
    parts = [_draw_part(rng, topic, 0, level)]
    if level > 1 and rng.integers(2):
        parts.append(_draw_part(rng, topic, 1, level))
    fixed = topic.numbers[: max(1, *(len(part.numbers) for part in parts))]
    n = int(rng.integers(18, 41))
    formula = model(topic.response, fixed, *parts)
    counter, asked = _question(level)
    key = counter(formula)
    stem = (
        f"{n} {topic.plurals[0]} were measured, and this model is fitted; all predictors are "
        f"numbers:\n\n`{formula}`\n\n{asked}"
    )
    listing = _listing(formula, level)
    body = Numeric(
        key, 0, f"Yes: {listing}.",
        "Go through the brackets one by one. For each, list what varies, and whether it may be "
        "correlated.",
        near=_near(topic, fixed, parts, counter, key, n),
    )  # fmt: skip
    explanation = (
        f"The model estimates {listing}: {key} in all. The number of "
        f"{topic.plurals[0]} does not matter: their effects are predicted from these, "
        "not estimated one by one."
    )
    return Item(
        "count-parameters", "numeric", "syntax", level, stem, body, explanation,
        see=See("syntax"),
        facts={
            "parts": [[len(p.numbers), p.intercept, p.correlated] for p in parts],
            "fixed": len(fixed), "level": level, "key": key,
        },
    )  # fmt: skip


def _draw_part(rng: np.random.Generator, topic: Topic, which: int, level: int) -> Part:
    most = 1 if level == 1 or which else 2
    n_slopes = int(rng.integers(0 if which else 1, most + 1))
    numbers = topic.numbers[:n_slopes]
    shape = int(rng.integers(3)) if numbers else 0
    return Part(
        numbers, shape != 1, shape != 2, topic.groups[which], explicit=bool(rng.integers(3) == 0)
    )


def _question(level: int) -> tuple[Counter, str]:
    if level == 1:
        return variances, (
            "How many **variances of random effects** does it estimate? (Do not count the "
            "residual variance.)"
        )
    if level == 2:
        return lambda formula: variances(formula) + correlations(formula), (
            "How many variances and correlations **of random effects** does it estimate "
            "altogether? (Do not count the residual variance.)"
        )
    return parameters, (
        "How many parameters does it estimate altogether? Count fixed effects, variances and "
        "correlations of random effects, and the residual variance."
    )


def _listing(formula: str, level: int) -> str:
    found = explain(formula)
    fixed = sum(quantity.kind == "fixed" for quantity in found.quantities)
    sds = [q.name.removeprefix("sd_").replace("|", " by ") for q in found.quantities
           if q.kind == "sd"]  # fmt: skip
    words = [f"{count(len(sds), 'variance')} ({listed([f'`{name}`' for name in sds])})"]
    n_correlations = correlations(formula)
    if level > 1:
        words.append(count(n_correlations, "correlation"))
    if level > 2:
        words = [count(fixed, "fixed effect"), *words, "the residual variance"]
    return listed(words)


def _near(
    topic: Topic, fixed: tuple[str, ...], parts: list[Part], counter: Counter, key: int, n: int
) -> tuple[Near, ...]:
    found: list[Near] = []
    group = topic.plurals[0]

    def misread(change: Callable[[Part], Part], feedback: str, tag: str) -> None:
        changed = [change(part) for part in parts]
        if changed != parts:
            wrong = counter(model(topic.response, fixed, *changed))
            if wrong != key and all(near.answer != wrong for near in found):
                found.append(Near(wrong, feedback, tag))

    misread(
        lambda p: replace(p, intercept=False) if p.intercept and p.numbers else p,
        "The random intercept is there even if nobody writes it: `(x | g)` is short for "
        "`(1 + x | g)`. Only `0 + x` leaves it out.",
        "x-without-intercept",
    )
    misread(
        lambda p: replace(p, intercept=True, numbers=()) if not p.intercept else p,
        "`0 + x` leaves out the intercept, not the slope: the slopes still vary.",
        "zero-plus-zero-slope",
    )
    misread(
        lambda p: p if p.correlated else replace(p, correlated=True),
        "`||` leaves out the correlations between the random effects, so there is none to count "
        "behind it.",
        "double-bar-splits",
    )
    misread(
        lambda p: p if p.correlated else replace(p, numbers=(), correlated=True),
        "`||` leaves out the correlations only. Intercepts and slopes both still vary.",
        "double-bar-splits",
    )
    misread(
        lambda p: p if p.intercept else replace(p, intercept=True),
        "`0 +` takes the random intercept away, so there is one thing less to estimate.",
        "",
    )
    gone = sum(len(part.numbers) for part in parts if not part.intercept)
    if gone and counter is variances:
        found.append(
            Near(
                key - gone,
                "`0 + x` leaves out the intercept, not the slope: the slope still varies.",
                "zero-plus-zero-slope",
            )
        )
    for wrong in (n, n * parts[0].n_effects, key + n):
        if wrong != key and all(near.answer != wrong for near in found):
            found.append(
                Near(
                    wrong,
                    f"The {n} {group} cost no parameter each. The model estimates how much they "
                    "vary: a variance for each thing that varies.",
                    "participants-are-parameters",
                )
            )
    return tuple(found)


GENERATORS = (
    Generator(
        "count-parameters",
        "syntax",
        "syntax",
        (1, 2, 3),
        (
            "x-without-intercept",
            "zero-plus-zero-slope",
            "double-bar-splits",
            "participants-are-parameters",
        ),
        ("what a formula estimates",),
        "Count variances, correlations and parameters of a formula",
        make,
    ),
)
