"""Formulas that are one model, written differently, and formulas that are not."""

import numpy as np

from quizzes.generators.effects import Topic, draw_topic
from quizzes.generators.generator import Generator
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.multiple_choice import MultipleChoice
from sim.syntax.equivalent import equivalent

# Right of the tilde, why it is the same or not, and the misconception of who decides wrongly.
_Candidate = tuple[str, str, str]


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask which formulas are the same model as a given one."""
    topic = draw_topic(rng)
    base, pool = _pool(rng, topic, level)
    start = f"{topic.response} ~ "
    judged = [
        (text, why, tag, equivalent(start + base, start + text).always) for text, why, tag in pool
    ]
    same = [entry for entry in judged if entry[3]]
    other = [entry for entry in judged if not entry[3]]
    n_same = int(rng.integers(1, min(3, len(same)) + 1))
    chosen = [same[i] for i in rng.permutation(len(same))[:n_same]]
    chosen += [other[i] for i in rng.permutation(len(other))[: 5 - n_same]]
    choices = tuple(
        Choice(f"`{start}{text}`", why, right, "" if right else tag)
        for text, why, tag, right in chosen
    )
    explanation = (
        "To compare two formulas, write both out in full: the intercept that nobody wrote, both "
        "brackets behind a slash, one bracket for each part of `||`. The order of terms does not "
        "matter. Here the same model: "
        + ", ".join(choice.text for choice in choices if choice.right)
        + "."
    )
    return Item(
        "same-model", "multiple_choice", "syntax", level,
        f"All predictors are numbers. Which of these formulas are **always** the same model as "
        f"`{start}{base}`, whatever the data?",
        MultipleChoice(choices, "each"), explanation, see=See("syntax"),
        facts={
            "base": start + base,
            "key": sorted(choice.text for choice in choices if choice.right),
        },
    )  # fmt: skip


def _pool(rng: np.random.Generator, topic: Topic, level: int) -> tuple[str, list[_Candidate]]:
    x, z = topic.numbers
    g, h = topic.groups
    if level == 1:
        return f"{x} + ({x} | {g})", _slopes(x, g)
    if level == 2:
        return f"{x} + ({x} || {g})", _double_bar(x, g)
    if rng.integers(2):
        return f"{x} + (1 | {g}/{h})", _slash(x, g, h)
    return f"{x} * {z} + (1 | {g})", _star(x, z, g)


def _slopes(x: str, g: str) -> list[_Candidate]:
    return [
        (f"1 + {x} + (1 + {x} | {g})", "The intercepts that come along are only written out.", ""),
        (f"({x} | {g}) + {x}", "The order of what is added does not matter.", ""),
        (f"{x} + (1 + {x} | {g})", "`(x | g)` has a random intercept; here it is written.", ""),
        (f"1 + ({x} | {g}) + {x}", "Another order, and the fixed intercept written.", ""),
        (
            f"{x} + (0 + {x} | {g})",
            "`0 +` leaves out the random intercept, which the other formula has although nobody "
            "wrote it.",
            "x-without-intercept",
        ),
        (
            f"({x} | {g})",
            f"The fixed slope of {x} is gone: random slopes would vary around zero, not around "
            "an average that is estimated.",
            "random-replaces-fixed",
        ),
        (
            f"{x} + ({x} || {g})",
            "`||` leaves out the correlation of intercepts and slopes.",
            "",
        ),
        (
            f"{x} + (1 | {g})",
            f"Only intercepts vary here; the other formula also lets the slopes of {x} vary.",
            "",
        ),
        (
            f"0 + {x} + ({x} | {g})",
            "`0 +` at this place leaves out the fixed intercept: the average line would have to "
            "start at 0.",
            "",
        ),
    ]


def _double_bar(x: str, g: str) -> list[_Candidate]:
    return [
        (f"{x} + (1 + {x} || {g})", "The intercept that comes along is only written out.", ""),
        (
            f"{x} + (1 | {g}) + (0 + {x} | {g})",
            "Two brackets of one group: both vary, without a correlation. That is what `||` is "
            "short for.",
            "",
        ),
        (
            f"{x} + (0 + {x} | {g}) + (1 | {g})",
            "The two brackets `||` is short for, in another order.",
            "",
        ),
        (
            f"{x} + ({x} | {g})",
            "One bar estimates the correlation of intercepts and slopes too.",
            "",
        ),
        (
            f"{x} + (1 | {g})",
            "`||` leaves out the correlation only; the slopes still vary.",
            "double-bar-splits",
        ),
        (
            f"{x} + (0 + {x} | {g})",
            "The random intercepts are missing. `||` keeps them.",
            "x-without-intercept",
        ),
        (
            f"{x} + (1 | {g}) + ({x} | {g})",
            f"`({x} | {g})` has an intercept and a correlation of its own; `0 +` is missing.",
            "x-without-intercept",
        ),
        (
            f"({x} || {g})",
            f"The fixed slope of {x} is gone.",
            "random-replaces-fixed",
        ),
    ]


def _slash(x: str, g: str, h: str) -> list[_Candidate]:
    return [
        (f"{x} + (1 | {g}) + (1 | {g}:{h})", "That is what the slash is short for.", ""),
        (f"{x} + (1 | {h}:{g}) + (1 | {g})", "The colon has no direction: the same groups.", ""),
        (f"1 + {x} + (1 | {g}/{h})", "Only the fixed intercept is written out.", ""),
        (
            f"{x} + (1 | {h}/{g})",
            f"The slash has a direction: this has intercepts for {h}, the other one for {g}.",
            "slash-symmetric",
        ),
        (
            f"{x} + (1 | {g}) + (1 | {h})",
            f"The same only if every name of {h} stands in one group of {g}; not always.",
            "labels-decide",
        ),
        (
            f"{x} + (1 | {g}:{h})",
            f"The intercepts for {g} as a whole are missing.",
            "",
        ),
        (
            f"{x} + (1 | {h}) + (1 | {g}:{h})",
            f"That is `{h}/{g}`: intercepts for {h}, not for {g}.",
            "slash-symmetric",
        ),
    ]


def _star(x: str, z: str, g: str) -> list[_Candidate]:
    return [
        (f"{x} + {z} + {x}:{z} + (1 | {g})", "That is what the star is short for.", ""),
        (f"{z} * {x} + (1 | {g})", "The star has no direction.", ""),
        (f"({x} + {z})^2 + (1 | {g})", "Both predictors and their pair: the same terms.", ""),
        (f"1 + {x} * {z} + (1 | {g})", "Only the fixed intercept is written out.", ""),
        (f"{x}:{z} + (1 | {g})", f"The colon is the interaction alone, without {x} and {z}.", ""),
        (f"{x} + {z} + (1 | {g})", "The interaction is missing.", ""),
        (f"{x} + {x}:{z} + (1 | {g})", f"{z} by itself is missing.", ""),
        (
            f"{x} * {z} + ({x} | {g})",
            f"`({x} | {g})` lets the slopes of {x} vary too.",
            "",
        ),
        (
            f"{x} + ({z} | {g})",
            f"A random slope of {z} does not stand for its fixed slope, or for the interaction.",
            "random-replaces-fixed",
        ),
    ]


GENERATORS = (
    Generator(
        "same-model",
        "syntax",
        "syntax",
        (1, 2, 3),
        (
            "x-without-intercept",
            "random-replaces-fixed",
            "double-bar-splits",
            "slash-symmetric",
            "labels-decide",
        ),
        ("when two formulas are one model",),
        "Which formulas say the same in other words?",
        make,
    ),
)
