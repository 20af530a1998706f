"""t and F of the same two groups: where t lands, and which hypotheses are rejected."""

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.stories import STORIES, Story
from quizzes.generators.wording import number
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.multiple_choice import MultipleChoice
from quizzes.kinds.numeric import Numeric
from quizzes.words import sentence_case
from sim.inference.conversions import t_to_f
from sim.inference.tails import TailTest, rejection_region


def make_f(rng: np.random.Generator, level: int) -> Item:
    """Ask for F of a t, or at level 2 for t of an F and the order of the means."""
    story = STORIES[int(rng.integers(len(STORIES)))]
    df = 2 * int(rng.integers(8, 41)) - 2
    t = round(float(rng.uniform(1.25, 3.4)) * int(rng.choice([-1, 1])), 1)
    while abs(t) == 2.0:  # 2 t and t squared would be the same
        t = round(float(rng.uniform(1.25, 3.4)) * int(rng.choice([-1, 1])), 1)
    return _ask_f(story, df, t, level) if level == 1 else _ask_t(story, df, t, level)


def _ask_f(story: Story, df: int, t: float, level: int) -> Item:
    key = round(t_to_f(t), 2)
    stem = (
        f"A study compares the {story.outcome} of two groups, {story.short_treated} and "
        f"{story.short_control}. A t-test gives $t({df}) = {number(t, 1)}$. A friend analyses the "
        f"same data with an ANOVA. Which $F(1, {df})$ does it print?"
    )
    size = abs(t)
    near = [
        Near(
            -key,
            "F is a ratio of two variances and never negative: squaring takes the sign away, "
            "so F cannot say which group is ahead.",
            "f-one-tail-directional",
        ),
        Near(
            size,
            f"The sign is gone, which is right, but F is measured in squares: {number(size, 1)} "
            "has to be squared.",
        ),
        Near(2 * size, f"Twice {number(size, 1)} is not its square: multiply it by itself."),
    ]
    if t < 0:
        near.append(
            Near(
                t,
                "F cannot be negative. Square t: both signs land on the same side of F.",
                "f-one-tail-directional",
            )
        )
    body = Numeric(
        key,
        0.02,
        f"Yes: F is t squared, and $t = {number(-t, 1)}$ would have landed on the same F.",
        f"For two groups F is t times t, here {number(t, 1)} times itself.",
        near=apart(key, 0.02, near),
    )
    explanation = (
        f"With two groups $F(1, {df}) = t^2 = ({number(t, 1)})^2 = {number(key)}$. The two tails "
        f"of t, below {number(-size, 1)} and above {number(size, 1)}, land together in the one "
        f"tail of F above {number(key)}. So this one tail asks for a difference in any direction."
    )
    facts = {"t": t, "df": df, "asks": "F", "key": key}
    see = See("tails", {"t": f"{t:.2f}", "guess.t.better": "Just show me"})
    return Item("t-on-f", "numeric", "tails", level, stem, body, explanation, see=see, facts=facts)


def _ask_t(story: Story, df: int, t: float, level: int) -> Item:
    f = round(t_to_f(t), 2)
    treated, control = story.short_treated, story.short_control
    ahead = treated if t > 0 else control
    stem = (
        f"An ANOVA compares the {story.outcome} of two groups: $F(1, {df}) = {number(f)}$. The "
        f"mean of the group *{ahead}* is the higher one. A friend runs a t-test on the same data "
        f"for the difference **{treated} minus {control}**. Which $t({df})$ is printed?"
    )
    sign = "positive" if t > 0 else "negative"
    body = Numeric(
        t,
        0.02,
        f"Yes: the size is the root of {number(f)}, and the means say that it is {sign}.",
        f"Take the root of {number(f)}, then look which mean is higher to find the sign.",
        near=apart(
            t,
            0.02,
            (
                Near(
                    -t,
                    f"The size is right. F has no sign; the means have: {ahead} is higher, so "
                    f"{treated} minus {control} is {sign}.",
                    "f-one-tail-directional",
                ),
                Near(f, f"{number(f)} is F, which is t squared. Take its root."),
                Near(
                    f**2, "It is the other way round: F is the square of t, so t is the root of F."
                ),
            ),
        ),
    )
    explanation = (
        f"$F = t^2$, so the size of t is $\\sqrt{{{number(f)}}} = {number(abs(t), 1)}$. F alone "
        f"cannot tell {number(abs(t), 1)} from {number(-abs(t), 1)}: both land on the same F. The "
        f"means say that {ahead} is higher, so {treated} minus {control} is {sign}."
    )
    facts = {"t": t, "df": df, "asks": "t", "f": f, "higher": ahead, "first": treated, "key": t}
    see = See("tails", {"t": f"{t:.2f}", "guess.t.better": "Just show me"})
    return Item("t-on-f", "numeric", "tails", level, stem, body, explanation, see=see, facts=facts)


def make_rejects(rng: np.random.Generator, level: int) -> Item:
    """Ask which hypotheses an observed t supports at .05, its critical values being given."""
    story = STORIES[int(rng.integers(len(STORIES)))]
    df = 2 * int(rng.integers(8, 41)) - 2
    sides = {
        hypothesis: rejection_region(TailTest("t", (float(df),), hypothesis))
        for hypothesis in ("better", "worse", "different")
    }
    one = round(sides["better"].upper, 2)
    two = round(sides["different"].upper, 2)
    f = round(rejection_region(TailTest("F", (1.0, float(df)))).upper, 2)
    between = bool(rng.integers(2))
    size = rng.uniform(one + 0.05, two - 0.04) if between else rng.uniform(two + 0.05, two + 0.9)
    t = round(float(size) * int(rng.choice([-1, 1])), 2)
    right = {name for name, region in sides.items() if region.contains(t)}
    borders = f"one-sided {number(one)}, two-sided {number(two)}"
    if level > 1:
        borders += f"; for $F(1, {df})$ it is {number(f)}"
    stem = (
        f"For the difference in {story.outcome}, {story.short_treated} minus "
        f"{story.short_control}, $t({df}) = {number(t)}$. The critical values at 5% are: "
        f"{borders}. Which hypotheses would be supported, each by somebody who had chosen it "
        "**before** looking at the data?"
    )
    choices = [
        _side(story, "better", t, one, "better" in right),
        _side(story, "worse", t, one, "worse" in right),
        _both(story, t, two, "different" in right),
    ]
    if level > 1:
        choices.append(_anova(t, f, "different" in right))
    explanation = (
        f"One-sided, all 5% lie on the claimed side, so {number(one)} on that side is enough; "
        f"on the other side nothing is. Two-sided, 2.5% lie on each side, so t must be further "
        f"out than {number(two)} on either. Here $t = {number(t)}$. The three hypotheses are "
        "three different questions about the same data."
    )
    return Item(
        "which-hypotheses", "multiple_choice", "tails", level, stem,
        MultipleChoice(tuple(choices)), explanation,
        see=See("tails", {"test": "t"}),
        facts={"t": t, "df": df, "one": one, "two": two, "f": f, "key": sorted(right)},
    )  # fmt: skip


def _side(story: Story, hypothesis: str, t: float, critical: float, right: bool) -> Choice:
    border = critical if hypothesis == "better" else -critical
    where = "above" if hypothesis == "better" else "below"
    text = f"{sentence_case(story.sentence(hypothesis == 'better'))}."
    if right:
        return Choice(text, f"This one counts values {where} {number(border)}, and "
                      f"{number(t)} is one of them.", True)  # fmt: skip
    return Choice(
        text,
        f"Only values {where} {number(border)} support this claim. {number(t)} lies on the other "
        "side, however far out it is.",
        misconception="two-sided-is-default-truth",
    )


def _both(story: Story, t: float, critical: float, right: bool) -> Choice:
    text = f"{sentence_case(story.treated)} differ in {story.outcome} from {story.control}."
    reach = f"{number(abs(t))} is {'beyond' if right else 'short of'} {number(critical)}"
    if right:
        return Choice(text, f"Without a direction the size decides: {reach}.", True)
    return Choice(
        text,
        f"Two-sided the size has to reach {number(critical)}, and {reach}. One-sided would have "
        "been easier, on the side of the data, had it been chosen before.",
        misconception="two-sided-is-default-truth",
    )


def _anova(t: float, f: float, right: bool) -> Choice:
    text = "The two means are not equal, tested with the F of an ANOVA."
    square = f"$F = t^2 = {number(t * t)}$ is {'above' if right else 'below'} {number(f)}"
    if right:
        return Choice(text, f"{square}: F says the same as the two-sided t.", True)
    return Choice(
        text,
        f"{square}. The one tail of F holds both tails of t, so F is as strict as a two-sided t.",
        misconception="f-one-tail-directional",
    )


GENERATORS = (
    Generator(
        "t-on-f",
        "tails",
        "tails",
        (1, 2),
        ("f-one-tail-directional",),
        ("F as the square of t",),
        "Where a t lands on F, and which t an F came from",
        make_f,
    ),
    Generator(
        "which-hypotheses",
        "tails",
        "tails",
        (1, 2),
        ("two-sided-is-default-truth", "f-one-tail-directional"),
        ("one-sided and two-sided critical values",),
        "One t and its critical values: which hypotheses does it support?",
        make_rejects,
    ),
)
