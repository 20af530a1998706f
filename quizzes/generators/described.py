"""Random effects told in words; the formula is to be typed."""

from dataclasses import replace

import numpy as np

from quizzes.generators.effects import Part, Topic, draw_topic, model
from quizzes.generators.generator import Generator
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.formula import FormulaAnswer
from quizzes.words import listed
from sim.syntax.equivalent import equivalent


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for the formula of described random effects."""
    topic = draw_topic(rng)
    parts = _draw(rng, topic, level)
    fixed = topic.numbers[: max(1, *(len(part.numbers) for part in parts))]
    key = model(topic.response, fixed, *parts)
    plurals = dict(zip(topic.groups, topic.plurals, strict=True))
    columns = (topic.response, *fixed, *(part.group for part in parts))
    slopes = listed([f"`{name}`" for name in fixed])
    stem = (
        f"The columns are {listed([f'`{name}`' for name in columns])}. Write the formula for "
        f"`lmer()`:\n\n- `{topic.response}` is predicted, with a fixed intercept and a fixed slope "
        f"of {slopes};\n"
        + ";\n".join(f"- {_say(part, plurals[part.group])}" for part in parts)
        + "."
    )
    body = FormulaAnswer(
        key,
        "Yes, that says exactly this.",
        f"Write `{topic.response} ~`, then the fixed effects, then a bracket for each grouping "
        "factor: on the left of the bar what varies, on the right who it varies between.",
        near=_near(topic, fixed, parts, key),
    )
    explanation = (
        f"For example `{key}`. On the left of the bar stands what varies, on the right the "
        "groups. The intercept comes along unless `0 +` takes it away, and `|` estimates the "
        "correlations that `||` leaves out."
    )
    return Item(
        "write-the-formula", "formula", "syntax", level, stem, body, explanation,
        see=See("syntax"),
        facts={
            "response": topic.response, "fixed": fixed,
            "parts": [[list(p.numbers), p.intercept, p.correlated, p.group] for p in parts],
            "key": key,
        },
    )  # fmt: skip


def _draw(rng: np.random.Generator, topic: Topic, level: int) -> list[Part]:
    x = topic.numbers[:1]
    first, second = topic.groups
    shapes = [
        Part((), True, True, first),
        Part(x, True, True, first),
        Part(x, True, False, first),
        Part(x, False, True, first),
    ]
    if level == 1:
        return [shapes[int(rng.integers(2))]]
    if level == 2:
        return [shapes[2 + int(rng.integers(2))]]
    part = shapes[1 + int(rng.integers(3))]
    if rng.integers(2) and part.intercept:
        return [replace(part, numbers=topic.numbers)]
    return [part, Part((), True, True, second)]


def _say(part: Part, plural: str) -> str:
    names = [f"`{name}`" for name in part.numbers]
    slopes = f"slopes of {listed(names)}"
    if not part.numbers:
        return f"{plural} differ in their intercepts"
    if not part.intercept:
        return f"{plural} differ in their {slopes}, but not in their intercepts"
    told = f"{plural} differ in their intercepts and in their {slopes}"
    return f"{told}, and these are " + (
        "correlated" if part.correlated else "not allowed to be correlated"
    )


def _near(topic: Topic, fixed: tuple[str, ...], parts: list[Part], key: str) -> tuple[Near, ...]:
    main, others = parts[0], parts[1:]
    found: list[Near] = []

    def add(feedback: str, tag: str, *changed: Part, without: str = "") -> None:
        slopes = tuple(name for name in fixed if name != without)
        text = model(topic.response, slopes, *changed)
        known = [key, *(str(near.answer) for near in found)]
        if not any(equivalent(text, other).always for other in known):
            found.append(Near(text, feedback, tag))

    x = main.numbers[0] if main.numbers else fixed[0]
    both = replace(main, numbers=main.numbers or fixed[:1], intercept=True)
    add(
        f"`0 + {x}` leaves out the random intercepts; they are asked for here. Without `0 +` they "
        "come along by themselves.",
        "" if main.numbers else "zero-plus-zero-slope",
        replace(both, intercept=False, correlated=True), *others,
    )  # fmt: skip
    add(
        "`||` leaves out the correlation, which is asked for here: use one bar."
        if main.intercept and main.numbers
        else "`||` leaves out correlations only; intercepts and slopes both still vary.",
        "" if main.intercept and main.numbers else "double-bar-splits",
        replace(both, correlated=False), *others,
    )  # fmt: skip
    add(
        f"`({x} | {main.group})` lets the slopes of `{x}` vary too. Only intercepts vary here: "
        f"`(1 | {main.group})`."
        if not main.numbers
        else f"`({x} | {main.group})` also has random intercepts, correlated with the slopes: it "
        f"is short for `(1 + {x} | {main.group})`. "
        + ("Use `||` for no correlation." if main.intercept else "Use `0 +`."),
        "" if main.intercept else "x-without-intercept",
        replace(both, correlated=True), *others,
    )  # fmt: skip
    add(
        f"This lets only the intercepts vary. Put `{x}` on the left of the bar too.",
        "",
        Part((), True, True, main.group), *others,
    )  # fmt: skip
    add(
        f"The fixed slope of `{x}` is missing. "
        + (
            "Random slopes vary around it; without it they would vary around zero."
            if main.numbers
            else "Random effects do not stand for it."
        ),
        "random-replaces-fixed",
        *parts, without=x,
    )  # fmt: skip
    if others:
        add(f"The bracket for `{others[0].group}` is missing.", "", main)
    return tuple(found)


GENERATORS = (
    Generator(
        "write-the-formula",
        "syntax",
        "syntax",
        (1, 2, 3),
        (
            "zero-plus-zero-slope",
            "double-bar-splits",
            "x-without-intercept",
            "random-replaces-fixed",
        ),
        ("formula for described random effects",),
        "Write the formula for random effects told in words",
        make,
    ),
)
