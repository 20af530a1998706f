"""A claim with a direction, and the p-value that belongs to it."""

from dataclasses import dataclass

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.stories import STORIES, Story
from quizzes.generators.wording import number, p_text
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.numeric import Numeric
from quizzes.words import sentence_case
from sim.inference.conversions import one_sided
from sim.inference.tails import TailTest, p_value

SMALLEST, LARGEST = 0.02, 0.5


@dataclass(frozen=True, slots=True)
class _Printed:
    """What R prints for a story, and which sign of t was claimed."""

    story: Story
    df: int
    t: float
    p: float
    from_treated: bool  # the difference is treated minus control, else control minus treated

    @property
    def wants_positive(self) -> bool:
        return self.story.wants_higher == self.from_treated

    @property
    def as_claimed(self) -> bool:
        return (self.t > 0) == self.wants_positive

    @property
    def groups(self) -> tuple[str, str]:
        """First minus second."""
        pair = self.story.short_treated, self.story.short_control
        return pair if self.from_treated else pair[::-1]


def _draw(rng: np.random.Generator, level: int) -> _Printed:
    stories = [story for story in STORIES if story.wants_higher or level > 1]
    story = stories[int(rng.integers(len(stories)))]
    from_treated = level < 3 or bool(rng.integers(2))
    while True:
        df = 2 * int(rng.integers(9, 41)) - 2
        t = round(float(rng.uniform(0.7, 2.5)) * int(rng.choice([-1, 1])), 2)
        p = round(p_value(TailTest("t", (float(df),)), t), 3)
        if SMALLEST <= p <= LARGEST:
            return _Printed(story, df, t, p, from_treated)


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for the one-sided p of a claim from the two-sided one of R."""
    drawn = _draw(rng, level)
    story, first, second = drawn.story, *drawn.groups
    key = round(one_sided(drawn.p, drawn.as_claimed), 4)
    half, rest = drawn.p / 2, 1 - drawn.p / 2
    sign = "positive" if drawn.wants_positive else "negative"
    own = "positive" if drawn.t > 0 else "negative"
    stem = (
        f"Before looking at any data, a student claims: *{story.claim}*. The study is done, and R "
        f"prints for the difference in {story.outcome}, **{first} minus {second}**: "
        f"$t({drawn.df}) = {number(drawn.t)}$, two-sided $p = {p_text(drawn.p)}$.\n\n"
        "Which $p$ belongs to the student's one-sided hypothesis?"
    )
    claimed = f"The claim says that {first} minus {second} is {sign}; here $t$ is {own}"
    right = f"Yes. {claimed}, so the p-value is " + (
        f"half of {p_text(drawn.p)}." if drawn.as_claimed else f"1 − {p_text(half, 4)}."
    )
    body = Numeric(
        key,
        0.001,
        right,
        f"{claimed}. If the two agree, the one-sided p is half of {p_text(drawn.p)}; if they do "
        "not, it is 1 minus that half.",
        near=apart(key, 0.001, _near(drawn, claimed, half, rest)),
    )
    if drawn.as_claimed:
        agree = (
            f"agree, so only that half counts: {p_text(drawn.p)} / 2 = {p_text(half, 4)}. This is "
            "allowed because the side was chosen before looking."
        )
    else:
        agree = (
            "point to opposite sides. Everything from the observed $t$ towards the claimed side "
            f"counts, which is all but one half: 1 − {p_text(half, 4)} = {p_text(rest, 4)}. A "
            "one-sided p-value above .5 is the honest answer to a claim that the data speak "
            "against."
        )
    explanation = (
        f"The two-sided p has two halves, one in each tail. {claimed}, so the claim and the data "
        f"{agree}"
    )
    return Item(
        "one-sided-p", "numeric", "tails", level, sentence_case(stem), body, explanation,
        see=See("tails", {"test": "t", "hypothesis": "better than"}),
        facts={
            "t": drawn.t, "df": drawn.df, "p_two": drawn.p, "first": first, "second": second,
            "treated": story.short_treated, "wants_higher": story.wants_higher, "key": key,
        },
    )  # fmt: skip


def _near(drawn: _Printed, claimed: str, half: float, rest: float) -> tuple[Near, ...]:
    both = Near(
        drawn.p,
        f"The printed {p_text(drawn.p)} counts differences in both directions. The student asked "
        "about one direction only, and that is another question with another p-value.",
        "two-sided-is-default-truth",
    )
    if drawn.as_claimed:
        other = Near(
            rest,
            f"{claimed}, as claimed. A p of {p_text(rest, 4)} would be right for somebody who had "
            "claimed the opposite.",
        )
    else:
        other = Near(
            half,
            f"Half of {p_text(drawn.p)} belongs to the side on which the estimate lies. "
            f"{claimed}: the wrong side for this student, whose p-value is above .5.",
            "one-sided-always-halves",
        )
    return both, other


GENERATORS = (
    Generator(
        "one-sided-p",
        "tails",
        "tails",
        (1, 2, 3),
        ("two-sided-is-default-truth", "one-sided-always-halves"),
        ("one-sided p-value from a two-sided one",),
        "From R's two-sided p to the p of a claim with a direction",
        make,
    ),
)
