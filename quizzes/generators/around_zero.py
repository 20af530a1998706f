"""Random slopes without their fixed slope: they vary around zero."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.wording import number
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.lmm.fit import Fit, lmer
from sim.scenarios import generate

SUPPORT = "score ~ week + (week | pupil)"
WITHOUT = "score ~ 1 + (week | pupil)"


def slope_sd(fit: Fit) -> float:
    """SD of the random slopes of week."""
    return float(np.sqrt(fit.covariances[0][1, 1]))


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask what the SD of random slopes becomes when the fixed slope is left out."""
    while True:
        spread = float(rng.integers(15, 26)) / 10
        slope = round(spread * float(rng.uniform(1.8, 3.0)), 1)
        data = generate(
            "random_slopes", rng, participants=14, weeks=5, baseline=40.0, slope=slope,
            intercept_sd=6.0, slope_sd=spread, residual_sd=2.0,
        ).rename(columns={"participant": "pupil"})  # fmt: skip
        both, without = lmer(SUPPORT, data), lmer(WITHOUT, data)
        old, new = slope_sd(both), slope_sd(without)
        average = float(both.fixef["week"])
        # Apart enough that the numbers tell the choices from each other.
        if not both.is_singular and old > 0.4 and new > 1.6 * old and average > 1.5:
            break
    old, new, average = round(old, 2), round(new, 2), round(average, 2)
    stem = (
        f"`{SUPPORT}` is fitted to the scores of 14 pupils over 5 weeks. The fixed slope of week "
        f"is {number(average)} points per week, and the SD of the random slopes is {number(old)}. "
        f"Somebody leaves the fixed slope out: `{WITHOUT}`. What happens to the SD of the random "
        "slopes?"
    )
    choices = (
        Choice(
            f"It grows to {number(new)}, because the slopes now vary around zero.",
            f"Most pupils' slopes lie near {number(average)}, which is far from zero.",
            True,
        ),
        Choice(
            f"It stays {number(old)}, because the random slopes take over the average.",
            "Random effects have mean zero by definition: without a fixed slope the model "
            "assumes that the average slope is zero.",
            misconception="random-replaces-fixed",
        ),
        Choice(
            f"It falls to {number(old / 2)}, because there is one parameter less.",
            f"The slopes of the pupils are what they are, around {number(average)}. With zero as "
            "their assumed average they lie further out, so the SD has to be larger.",
            misconception="random-replaces-fixed",
        ),
        Choice(
            "It falls to 0, because without a fixed slope there are no slopes.",
            "The bracket still lets the slopes vary. Only their assumed average is zero.",
            misconception="zero-plus-zero-slope",
        ),
    )
    explanation = (
        "Random slopes are deviations from the fixed slope. Without one, they are deviations from "
        f"zero: the model believes that pupils improve by 0 points per week on average. The data "
        f"say {number(average)}, so the SD has to cover this distance too, and grows from "
        f"{number(old)} to {number(new)}. A random slope does not replace the fixed one."
    )
    return Item(
        "slopes-around-zero", "single_choice", "syntax", level, stem, SingleChoice(choices),
        explanation, see=See("playground", {"story": "Random slopes"}),
        facts={"old": old, "new": new, "average": average, "scores": data["score"].round(6),
               "key": choices[0].text},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "slopes-around-zero",
        "syntax",
        "playground",
        (2,),
        ("random-replaces-fixed", "zero-plus-zero-slope"),
        ("fixed and random slopes",),
        "What a random slope assumes when its fixed slope is left out",
        make,
    ),
)
