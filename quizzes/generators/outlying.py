"""What one outlying participant does to everybody else."""

import numpy as np
import pandas as pd

from quizzes.generators.generator import Generator
from quizzes.generators.moments import intercept_weight
from quizzes.generators.shrinkage import own_weight
from quizzes.generators.wording import number, p_text
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.lmm.fit import lmer
from sim.scenarios import SCENARIOS

EACH = 4
PEOPLE = 12


def _sds(data: pd.DataFrame) -> tuple[float, float]:
    fit = lmer("score ~ 1 + (1 | participant)", data)
    return float(np.sqrt(fit.covariances[0][0, 0])), float(fit.sigma)


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask what an outlier does to the weight of the others' own data."""
    while True:
        truth = 50.0 + rng.normal(0, float(rng.uniform(3, 6)), PEOPLE)
        score = np.repeat(truth, EACH) + rng.normal(0, 8.0, PEOPLE * EACH)
        participant = np.repeat([f"P{i + 1:02d}" for i in range(PEOPLE)], EACH)
        score = score.round(1)
        shift = int(rng.integers(30, 61))
        moved = score + shift * (participant == "P12")
        if not 0.19 < intercept_weight(score.reshape(PEOPLE, EACH)) < 0.76:
            continue
        data = pd.DataFrame({"participant": participant, "score": score})
        far = data.assign(score=moved)
        tau, sigma = _sds(data)
        tau_far, sigma_far = _sds(far)
        before, after = own_weight(tau, sigma, EACH), own_weight(tau_far, sigma_far, EACH)
        if tau > 1.0 and 0.2 < before < 0.75 and after > before + 0.12:
            break
    before, after = round(before, 2), round(after, 2)
    stem = (
        f"{PEOPLE} participants were measured {EACH} times each. `score ~ 1 + (1 | participant)` "
        f"gives a participant SD of {number(tau, 1)} and a residual SD of {number(sigma, 1)} "
        f"points: the own mean of each has the weight {p_text(before, 2)}. Then a clerk corrects "
        f"the scores of participant P12, who is in truth {shift} points higher. Nothing else "
        "changes. What happens to the estimates of the **other** participants?"
    )
    lower = round(max(before - (after - before) / 2, before / 2), 2)
    choices = (
        Choice(
            f"Their own means get the weight {p_text(after, 2)}: they are shrunk less.",
            f"The participant SD grows to {number(tau_far, 1)}, and it is the same for all.",
            True,
        ),
        Choice(
            f"Their own means keep the weight {p_text(before, 2)}: only P12 is concerned.",
            "All participants share one SD. P12 stretches it, and with it everybody's weight.",
            misconception="outlier-harms-itself",
        ),
        Choice(
            f"Their own means get the weight {p_text(lower, 2)}: they are shrunk more.",
            "More shrinkage would need a smaller participant SD, or a larger residual SD. P12 "
            "makes the participant SD larger.",
        ),
        Choice(
            "Their own means get the weight 1: they are no longer shrunk at all.",
            "That would need an infinite participant SD, or no residuals.",
        ),
    )
    explanation = (
        f"One normal distribution describes all participants. To make room for P12, its SD grows "
        f"from {number(tau, 1)} to {number(tau_far, 1)}, while the residual SD stays at "
        f"{number(sigma_far, 1)}. The weight of the own means grows from {p_text(before, 2)} to "
        f"{p_text(after, 2)}, so everybody else is pooled less than the data of the others would "
        "suggest."
    )
    return Item(
        "outlier-and-others", "single_choice", "pooling", level, stem, SingleChoice(choices),
        explanation, see=See("playground", {"story": SCENARIOS["outlier"].title}),
        facts={"score": score, "shift": shift, "before": before, "after": after,
               "key": choices[0].text},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "outlier-and-others",
        "pooling",
        "playground",
        (2,),
        ("outlier-harms-itself",),
        ("one SD for all participants",),
        "What one outlying participant does to all others",
        make,
    ),
)
