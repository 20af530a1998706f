"""What an F of several groups says, and what it does not."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.wording import equals_p, number, p_text
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import listed
from sim.inference.tails import TailTest, judge, p_value

STUDIES = (
    ("three kinds of music", "reading speed", ("Bach", "jazz", "silence")),
    ("three drinks", "reaction time", ("coffee", "tea", "water")),
    ("four ways to learn", "recall", ("tests", "pictures", "rereading", "nothing")),
    ("three snacks", "mood", ("chocolate", "apple", "carrots")),
    ("four kinds of breaks", "errors", ("nap", "walk", "film", "none")),
)


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask what follows from a large F (levels 1 and 3) or from a tiny one (level 2)."""
    what, outcome, names = STUDIES[int(rng.integers(len(STUDIES)))]
    groups, each = len(names), int(rng.integers(10, 26))
    df = (float(groups - 1), float(groups * (each - 1)))
    test = TailTest("F", df)
    small = level == 2
    while True:
        f = round(float(rng.uniform(0.02, 0.12) if small else rng.uniform(3.2, 7.5)), 2)
        result = judge(test, f)
        if small or 0.001 <= result.p_value < 0.045:
            break
    p = p_value(test, f)
    order = [names[i] for i in rng.permutation(groups)]
    stem = (
        f"A study compares {what} ({listed(names)}; {each} participants each) in {outcome}: "
        f"$F({df[0]:g}, {df[1]:g}) = {number(f)}$, $p {equals_p(p)}$."
    )
    if level == 3:
        stem += (
            f" The means, from high to low, came in the order that was predicted: {listed(order)}."
        )
    stem += " What does this F say?"
    choices = _small(f, p) if small else _large(order, p, level)
    explanation = (
        f"F is about 1 when nothing is going on. F = {number(f)} is far below: the means lie "
        "closer together than chance usually puts them. That is no evidence for an opposite "
        "pattern, for F has no opposite. And p is computed as if the means were equal, so it "
        "cannot be the probability that they are."
        if small
        else f"A large F says that the {groups} means are not all equal. One group may stand "
        "out, or all may differ: the same F comes from many patterns. To claim a pair or an "
        "order, test that claim: a comparison of two groups, or a contrast planned before."
    )
    return Item(
        "what-f-says", "single_choice", "tails", level, stem, SingleChoice(choices), explanation,
        see=See("tails", {"test": "F (ANOVA)", "groups": str(groups)}),
        facts={"f": f, "df": df, "p": round(p, 6), "small": small, "key": choices[0].text},
    )  # fmt: skip


def _large(order: list[str], p: float, level: int) -> tuple[Choice, ...]:
    high, low = order[0], order[-1]
    right = Choice(
        f"Not all of the {len(order)} true means are equal; it leaves open which ones differ.",
        "That is all an F of several groups says.",
        True,
    )
    pair = Choice(
        f"The true mean of the group *{high}* is higher than that of the group *{low}*.",
        "This may well be so, but F did not test this pair. Compare these two groups "
        "directly, with a test planned for it.",
        misconception="omnibus-names-pair",
    )
    if level == 1:
        third = Choice(
            "Each one of the groups differs in its true mean from every other group.",
            "One group that stands out from all others is enough for a large F.",
            misconception="omnibus-names-pair",
        )
        last = Choice(
            f"The probability that the true means are equal is {p_text(p)}.",
            "The p-value is computed as if the means were equal: it says how often such an F "
            "would come about then, not how probable equality is.",
            misconception="p-is-h0-probability",
        )
    else:
        third = Choice(
            "The predicted order of the means is confirmed, because F used only one tail.",
            "The one tail of F collects differences of every kind and order; the order itself "
            "was not tested.",
            misconception="f-one-tail-directional",
        )
        last = Choice(
            "The predicted order of the means is confirmed, even with half of this p-value.",
            "Halving the p of an F doubles its error rate and still tests no order. A contrast "
            "would.",
            misconception="halve-f-p",
        )
    return right, pair, third, last


def _small(f: float, p: float) -> tuple[Choice, ...]:
    return (
        Choice(
            "The means lie closer together than chance usually puts them.",
            f"F is about 1 when nothing is going on, and this one is {number(f)}.",
            True,
        ),
        Choice(
            "The opposite of the predicted pattern is supported by it.",
            "An opposite pattern would be a difference between the means too, and would make F "
            "large. F near 0 means hardly any difference at all.",
            misconception="small-f-opposite",
        ),
        Choice(
            f"The true means are equal, with a probability of {p_text(p)}.",
            "The p-value takes equal means for granted, so it cannot be their probability.",
            misconception="p-is-h0-probability",
        ),
        Choice(
            "The effect is significant, but on the lower side of F instead.",
            "Nothing is claimed from the lower side: only large values of F speak against equal "
            "means.",
            misconception="small-f-opposite",
        ),
    )


GENERATORS = (
    Generator(
        "what-f-says",
        "tails",
        "tails",
        (1, 2, 3),
        (
            "omnibus-names-pair",
            "p-is-h0-probability",
            "f-one-tail-directional",
            "halve-f-p",
            "small-f-opposite",
        ),
        ("what an F of several groups says",),
        "What a large or a tiny F of several groups says",
        make,
    ),
)
