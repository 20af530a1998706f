"""A table of optimisers, to be judged."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.wording import number, table
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.inference.allfit import REACHED
from sim.lmm.criterion import criterion
from sim.lmm.fit import lmer
from sim.scenarios import generate

NAMES = ("bobyqa", "Nelder_Mead", "nlminbwrap", "nloptwrap")
TEXTS = {
    "agree": "Keep the estimates: all found the same, so the warning may be set aside.",
    "one": "Use what the others found: {odd} stopped early, at a worse criterion.",
    "none": "Use none of them yet: rescale the predictors and try again until some agree.",
    "all wrong": "Use none of them: a warning means that the estimates of all are wrong.",
    "average": "Use the average of the four: each of them is equally likely to be right.",
}


def make(rng: np.random.Generator, level: int) -> Item:
    """Show where four optimisers stopped, and ask what to do."""
    kind = ("agree", "one", "none")[int(rng.integers(2 if level == 1 else 3))]
    odd = int(rng.integers(4))
    warned = odd if kind != "none" else -1
    while True:
        data = generate(
            "random_slopes", rng, participants=10, weeks=4, slope_sd=0.0, intercept_sd=8.0,
            correlation=0.0,
        )  # fmt: skip
        fit = lmer("score ~ week + (1 | participant)", data)
        theta = _ends(rng, kind, float(fit.theta[0]), odd)
        reached = np.array([criterion(fit.design, np.array([value])) for value in theta])
        gaps = np.diff(np.sort(reached))
        # Those that differ have to differ in the digits that are shown.
        if fit.theta[0] > 0.6 and gaps[gaps > 1e-9].min(initial=1.0) > 0.2:
            break
    judged = _judge(reached, fit.criterion)
    rows = [
        [
            name,
            number(float(value), 3),
            number(float(found), 2),
            "did not converge" if warned in (i, -1) else "",
        ]
        for i, (name, value, found) in enumerate(zip(NAMES, theta, reached, strict=True))
    ]
    stem = (
        "A fit gave a warning, so four optimisers were tried on the same model. The smaller the "
        "criterion, the better; theta is the participant SD divided by the residual SD.\n\n"
        f"{table(['optimiser', 'theta', 'REML criterion', 'warning'], rows)}\n\nWhat follows?"
    )
    feedback = _feedback(judged, NAMES[odd], reached)
    offered = ("agree", "one", "none", "all wrong", "average")[: 4 if level == 1 else 5]
    shown = {name: TEXTS[name].format(odd=NAMES[odd]) for name in offered}
    tags = {
        "agree": "warning-is-harmless",
        "one": "warning-is-harmless" if judged == "none" else "",
        "none": "singular-is-wrong",
        "all wrong": "singular-is-wrong",
        "average": "warning-is-harmless",
    }
    choices = tuple(
        Choice(text, feedback[name], name == judged, "" if name == judged else tags[name])
        for name, text in shown.items()
    )
    explanation = {
        "agree": "Different methods ended at the same theta and the same criterion, and different "
        "methods rarely make the same mistake. The check behind the warning was too strict here.",
        "one": f"Three agree on theta and on the lowest criterion, {number(reached.min(), 2)}; "
        f"{NAMES[odd]} ended at {number(reached[odd], 2)}, which is worse. Its estimates are not "
        "to be used, those of the others are.",
        "none": "No two ended at the same place, and nobody knows whether the lowest of these "
        "criteria is the minimum. First centre and scale the predictors, start elsewhere, give the "
        "optimisers more steps; use estimates on which several agree.",
    }[judged]
    return Item(
        "judge-the-optimisers", "single_choice", "convergence", level, stem, SingleChoice(choices),
        explanation, see=See("convergence"),
        facts={"theta": np.round(theta, 3), "criterion": np.round(reached, 2), "odd": odd,
               "key": shown[judged]},
    )  # fmt: skip


def _ends(rng: np.random.Generator, kind: str, best: float, odd: int) -> np.ndarray:
    """Draw where the four stopped, shape (4,): all at the best theta, all but one, or none."""
    theta = np.full(4, best)
    if kind == "one":
        theta[odd] = best * float(rng.choice([0.35, 2.5, 3.0]))
    if kind == "none":
        theta = best * rng.permutation([0.3, 0.45, 2.2, 3.2]) * rng.uniform(0.8, 1.2, 4)
    return theta


def _judge(reached: np.ndarray, best: float) -> str:
    """Say how many reached the minimum: all, all but one, or none."""
    n = int((reached - best < REACHED).sum())
    return {4: "agree", 3: "one"}.get(n, "none")


def _feedback(judged: str, odd: str, reached: np.ndarray) -> dict[str, str]:
    spread = f"the criteria go from {number(reached.min(), 2)} to {number(reached.max(), 2)}"
    return {
        "agree": "All four have the same criterion and the same theta: that is what agreement "
        "looks like."
        if judged == "agree"
        else f"They do not agree: {spread}. A warning is a reason to look, and here there is "
        "something to see.",
        "one": f"{odd} is alone with its theta and has the larger criterion."
        if judged == "one"
        else f"{odd} ended where the others did."
        if judged == "agree"
        else f"The others do not agree with each other either: {spread}.",
        "none": "No two of them agree, so there is nothing to rely on yet."
        if judged == "none"
        else "They agree on the lowest criterion"
        + (", all four of them." if judged == "agree" else f", all but {odd}.")
        + " Rescaling does no harm, but the answer is already there.",
        "all wrong": "A warning is a reason to check, not a verdict. "
        + (
            f"The check says that {spread}: rescale and try again, then there may be an answer."
            if judged == "none"
            else "The check is in the table: several found the same minimum."
        ),
        "average": "The criterion says who is better: the smallest wins. An average of a good and "
        "a "
        "bad answer is worse than the good one.",
    }


GENERATORS = (
    Generator(
        "judge-the-optimisers",
        "convergence",
        "convergence",
        (1, 2),
        ("warning-is-harmless", "singular-is-wrong"),
        ("do optimisers agree",),
        "Four optimisers and a warning: keep, choose, or start again?",
        make,
    ),
)
