"""How often a test cries wolf when its side is chosen late, or an F is halved."""

import math

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.stories import STORIES
from quizzes.generators.wording import p_text, short
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.numeric import Numeric
from quizzes.words import sentence_case
from sim.inference.error_rates import Claim, halved_f, side_after_looking

PERCENTS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for the rate of false alarms, in percent."""
    percent = float(rng.choice(PERCENTS))
    if level == 1:
        return _side(rng, percent)
    return _halved(rng, percent, level)


def _side(rng: np.random.Generator, percent: float) -> Item:
    story = STORIES[int(rng.integers(len(STORIES)))]
    late = bool(rng.integers(4))
    studies = int(rng.choice([200, 400, 1000, 2000]))
    rate = 100 * (side_after_looking(percent / 100) if late else percent / 100)
    key = round(rate, 6)
    when = (
        "In each of them, a student looks which mean is higher and then tests one-sided, at "
        f"{short(percent)}%, whether that group is truly the higher one."
        if late
        else "Before each of them, a student tosses a coin to choose the claim *"
        f"{story.sentence(True)}* or its opposite, and then tests the chosen claim one-sided at "
        f"{short(percent)}%."
    )
    stem = (
        f"{story.treated} and {story.control} have the same true mean {story.outcome}: nothing is "
        f"going on in any of {studies:,} studies. {when} In what percentage of the studies does "
        "the student claim a difference, in the long run?"
    )
    if late:
        near = (
            Near(
                percent,
                f"{short(percent)}% would be right with the side chosen before looking. Who lets "
                f"the data choose tests on both sides, at {short(percent)}% each.",
                "side-after-looking",
            ),
            Near(
                percent / 2,
                "Choosing late does not make the test stricter. Count both sides on which the "
                "student would have claimed something.",
                "side-after-looking",
            ),
        )
        right = f"Yes: {short(percent)}% on each of the two sides."
        why = (
            f"Whichever group is ahead by chance gets tested. So both tails, {short(percent)}% "
            f"each, lead to a claim: {short(rate)}%, about {round(studies * rate / 100):,} "
            f"of the {studies:,} studies."
        )
    else:
        near = (
            Near(
                2 * percent,
                "It would double if the *data* chose the side. The coin knows nothing of the data.",
                "side-after-looking",
            ),
            Near(
                percent / 2,
                "The coin halves nothing: whichever side it shows, that test has its "
                f"{short(percent)}%.",
            ),
        )
        right = "Yes: a side chosen without looking keeps what the test promises."
        why = (
            "What matters is not how the side was chosen but that the data had no say in it. Each "
            f"single test keeps its {short(percent)}%, so all of them do."
        )
    body = Numeric(
        key, 0.05, right,
        "Ask on which side or sides of zero the student would have claimed something, and how "
        "often chance alone leads there.",
        "%", apart(key, 0.05, near),
    )  # fmt: skip
    facts = {"percent": percent, "late": late, "key": key}
    return Item(
        "false-alarms", "numeric", "tails", 1, sentence_case(stem), body,
        f"{why} Choose the side before the data are there, or test two-sided.",
        see=See("tails"), facts=facts,
    )  # fmt: skip


def _halved(rng: np.random.Generator, percent: float, level: int) -> Item:
    groups = int(rng.integers(3, 6))
    claims: tuple[Claim, ...] = ("largest group", "whole order")
    claim: Claim = "any difference" if level == 2 else claims[int(rng.integers(2))]
    names = ", ".join("ABCDE"[:groups])
    found = {
        "any difference": "claims an effect whenever the halved p is below {p}",
        "largest group": "claims an effect whenever the halved p is below {p} **and** group A, "
        "as predicted, has the largest mean",
        "whole order": "claims an effect whenever the halved p is below {p} **and** the "
        f"means have the whole predicted order {' > '.join('ABCDE'[:groups])}",
    }[claim].replace("{p}", p_text(percent / 100, 2))

    rate = 100 * halved_f(percent / 100, groups, claim)
    key = round(rate, 4)
    stem = (
        f"Nothing is going on: {groups} groups of equal size ({names}) have the same true mean. A "
        f"researcher runs an ANOVA, halves its p-value because *my hypothesis has a direction*, "
        f"and {found}. How often is that, in percent?"
    )
    orders = {"any difference": 1, "largest group": groups, "whole order": math.factorial(groups)}
    near = [
        Near(
            percent,
            f"Halving the p means that F rejects in 2 × {short(percent)}% of the studies of "
            "nothing. "
            + (
                "Nothing brings that down again: F has no direction to be halved for."
                if claim == "any difference"
                else "Then comes the order of the means, which fits the claim only sometimes."
            ),
            "halve-f-p",
        ),
        Near(
            percent / 2,
            "Halving the p makes it easier to reject, not harder.",
            "halve-f-p",
        ),
    ]
    if claim == "any difference":
        why = "F has no direction, so there is nothing to halve: the rate simply doubles"
    else:
        share = f"1 of {orders[claim]}"
        which = "group is the largest" if claim == "largest group" else "order comes about"

        why = (
            f"F rejects in {short(2 * percent)}% of the studies. When nothing is going on, the "
            f"predicted {which} in {share} of these, whatever F is"
        )
        near.append(
            Near(
                2 * percent,
                "That is how often F rejects with a halved p. The claim also needs the means to "
                "come out as predicted, which chance rarely does.",
            )
        )
    tolerance = 0.01 if claim == "whole order" else 0.05
    body = Numeric(
        key, tolerance, f"Yes: {why}.",
        f"With a halved p, F rejects whenever its own p is below 2 × {short(percent)}%. "
        + (
            "How often is that, if nothing is going on?"
            if claim == "any difference"
            else "Then ask how often the means fit the claim by chance."
        ),
        "%", apart(key, tolerance, near),
    )  # fmt: skip
    sums = f"{short(2 * percent)}%"
    if claim != "any difference":
        sums += f" / {orders[claim]} = {short(rate, 3)}%"
    explanation = (
        f"{why}: {sums}. Halving is right for one kind of test only: a t, or an F with two "
        "groups, with its side chosen before. For a claim about several means, test that claim "
        "itself, with a contrast."
    )
    facts = {"percent": percent, "groups": groups, "claim": claim, "key": key}
    return Item(
        "false-alarms", "numeric", "tails", level, stem, body, explanation, see=See("tails"),
        facts=facts,
    )  # fmt: skip


GENERATORS = (
    Generator(
        "false-alarms",
        "tails",
        "tails",
        (1, 2, 3),
        ("side-after-looking", "halve-f-p"),
        ("error rate of a test",),
        "How often a late side or a halved F cries wolf",
        make,
    ),
)
