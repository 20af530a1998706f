"""Which tail or tails count against the null hypothesis."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.stories import STORIES, Story
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.region import PARTS, Region
from quizzes.words import listed
from sim.inference.tails import Hypothesis, TailTest, rejection_region

PAGE_WORDS = {"better": "better than", "worse": "worse than", "different": "different from"}


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask to shade the rejection region of a hypothesis told in words."""
    story = STORIES[int(rng.integers(len(STORIES)))]
    df = 2 * int(rng.integers(8, 31)) - 2
    from_treated = level == 1 or bool(rng.integers(2))
    direction = ("higher", "lower", "any")[int(rng.integers(3))]
    if level == 3 and rng.integers(2):
        return _f(rng, story, level)
    hypothesis: Hypothesis = "different"
    if direction != "any":
        hypothesis = "better" if (direction == "higher") == from_treated else "worse"
    test = TailTest("t", (float(df),), hypothesis)
    key = _parts(test)
    claim = (
        f"{story.treated} differ in {story.outcome} from {story.control}"
        if direction == "any"
        else story.sentence(direction == "higher")
    )
    pair = (story.short_treated, story.short_control)
    first, second = pair if from_treated else pair[::-1]
    stem = (
        f"Before looking at any data, somebody claims: *{claim}*. The test will use the "
        f"difference in {story.outcome}, **{first} minus {second}**. "
        f"Shade the values of $t({df})$ that count for the claim."
    )
    sides = {
        "different": f"differences of either sign fit the claim, so large values of either sign "
        f"of {first} minus {second} count",
        "better": f"if the claim is true, {first} minus {second} is positive, so large positive "
        "values of t count",
        "worse": f"if the claim is true, {first} minus {second} is negative, so large negative "
        "values of t count",
    }
    why = sides[hypothesis]
    explanation = (
        f"Here, {why}. The shaded part holds 5% of what the null hypothesis alone would give"
        + (", 2.5% at each end." if hypothesis == "different" else ", all of it at one end.")
    )
    body = Region(
        "t", key, f"Yes: {why}.", f"Ask what the claim predicts: {why}.",
        (float(df),), near=_near(key, why),
    )  # fmt: skip
    return Item(
        "shade-the-tail", "region", "tails", level, stem, body, explanation,
        see=See("tails", {"test": "t", "hypothesis": PAGE_WORDS[hypothesis]}),
        facts={
            "family": "t", "direction": direction, "treated": story.short_treated,
            "first": first, "key": key,
        },
    )  # fmt: skip


def _parts(test: TailTest) -> tuple[str, ...]:
    region = rejection_region(test)
    found = [np.isfinite(region.lower), False, np.isfinite(region.upper)]
    return tuple(part for part, shaded in zip(PARTS, found, strict=True) if shaded)


def _near(key: tuple[str, ...], why: str) -> tuple[Near, ...]:
    other = "right" if key == ("left",) else "left"
    middle = Near(
        ("middle",),
        "The middle is where t falls when nothing is going on: those values speak for nobody's "
        "claim. Shade what would be rare then.",
    )
    if len(key) == 2:
        return middle, *(
            Near(
                (side,),
                f"One tail is for a claim with a direction. This one has none: {why}.",
                "two-sided-is-default-truth",
            )
            for side in key
        )
    return (
        middle,
        Near(
            ("left", "right"),
            f"Both tails are for a claim without a direction. This one has a direction: {why}.",
            "two-sided-is-default-truth",
        ),
        Near((other,), f"Look at the order of the difference: {why}."),
    )


def _f(rng: np.random.Generator, story: Story, level: int) -> Item:
    groups = int(rng.integers(2, 5))
    df = (float(groups - 1), float(groups * int(rng.integers(8, 21)) - groups))
    key = _parts(TailTest("F", df))
    names = "ABCD"[:groups]
    means = " = ".join(f"\\mu_{name}" for name in names)
    stem = (
        f"{groups} groups, {listed(list(names))}, are compared in {story.outcome} with an ANOVA; "
        f"the null hypothesis is ${means}$. Shade the values of $F({df[0]:g}, {df[1]:g})$ that "
        "count for *the means are not all equal*."
    )
    why = (
        "differences between the means, whatever their direction, make F large, and equal means "
        "make it small"
    )
    body = Region(
        "F", key, f"Yes: {why}.", f"Only large values count: {why}.", df,
        near=(
            Near(
                ("left",),
                "F near 0 says that the means differ even less than chance would make them: "
                f"{why}.",
                "small-f-opposite",
            ),
            Near(
                ("left", "right"),
                "For F there are no two sides to share: both tails of t land together in the "
                f"upper tail of F, because {why}.",
                "f-one-tail-directional",
            ),
        ),
    )  # fmt: skip
    explanation = (
        f"F compares how much the group means differ with how much chance makes them differ. So "
        f"{why}. One tail is shaded, but the hypothesis has no direction."
    )
    return Item(
        "shade-the-tail", "region", "tails", level, stem, body, explanation,
        see=See("tails", {"test": "F (ANOVA)", "hypothesis": "different from"}),
        facts={"family": "F", "direction": "any", "key": key},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "shade-the-tail",
        "tails",
        "tails",
        (1, 2, 3),
        ("two-sided-is-default-truth", "small-f-opposite", "f-one-tail-directional"),
        ("rejection region of a hypothesis",),
        "Shade the tail or tails that belong to a claim",
        make,
    ),
)
