"""A singular fit: which of its parts lies on the boundary."""

import numpy as np
import pandas as pd

from quizzes.generators.generator import Generator
from quizzes.generators.moments import line_moments
from quizzes.generators.wording import number, table
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.lmm.fit import Fit, lmer

FORMULAS = {
    "score ~ week + (week | pupil)": True,
    "score ~ week + (week || pupil)": False,
}
PARTS = {
    "intercept": "The SD of the pupils' intercepts, which is estimated as 0.",
    "slope": "The SD of the pupils' slopes, which is estimated as 0.",
    "correlation": "The correlation of both, which is estimated as 1 or −1.",
}


def _estimates(fit: Fit) -> dict[str, float]:
    """SDs of intercepts and slopes, their correlation (nan without one), and the residual SD."""
    sds = [float(sd) for part in fit.covariances for sd in np.sqrt(np.diag(part))]
    correlation = np.nan
    if len(fit.covariances) == 1 and min(sds) > 0:
        correlation = float(fit.covariances[0][1, 0] / (sds[0] * sds[1]))
    return {"intercept": sds[0], "slope": sds[1], "correlation": correlation,
            "residual": float(fit.sigma)}  # fmt: skip


def _hit(found: dict[str, float]) -> list[str]:
    """Which parts lie on the boundary."""
    hit = [name for name in ("intercept", "slope") if found[name] < 1e-4]
    if not hit and abs(found["correlation"]) > 0.99995:
        hit.append("correlation")
    return hit


def _promising(score: np.ndarray, week: np.ndarray, wanted: str) -> bool:
    """Whether a fit will probably have this part on the boundary."""
    _, seen = line_moments(score, week)
    levels, slopes = seen[0, 0] > 0, seen[1, 1] > 0
    if wanted == "correlation":
        return bool(levels and slopes and np.linalg.det(seen) < 0)
    return bool(slopes and not levels) if wanted == "intercept" else bool(levels and not slopes)


def make(rng: np.random.Generator, level: int) -> Item:
    """Show the random effects of a singular fit, and ask what is on the boundary."""
    formula = list(FORMULAS)[int(rng.integers(2)) if level == 1 else 0]
    target = (("intercept", "slope"), ("correlation",))[FORMULAS[formula]]
    wanted = target[int(rng.integers(len(target)))]
    people, weeks = 10, 4
    week = np.tile(np.arange(weeks) - 1.5, people)
    pupil = np.repeat([f"P{i + 1:02d}" for i in range(people)], weeks)
    while True:
        first, second = rng.normal(size=(2, people))
        a, b = {
            "intercept": (0.0, 2.5), "slope": (5.0, 0.0), "correlation": (4.0, 1.6),
        }[wanted]  # fmt: skip
        if wanted == "correlation":
            second = first * int(rng.choice([-1, 1]))
        score = (60 + a * first).repeat(weeks) + (2 + b * second).repeat(weeks) * week
        score += rng.normal(0, 5, week.size)
        if not _promising(score.reshape(people, weeks), week[:weeks], wanted):
            continue
        data = pd.DataFrame({"pupil": pupil, "week": week, "score": score})

        fit = lmer(formula, data)
        found = _estimates(fit)
        shown = [value for name, value in found.items() if name not in (wanted, "correlation")]
        if fit.is_singular and _hit(found) == [wanted] and min(shown) > 0.3:
            break
    correlated = FORMULAS[formula]
    rows = [
        ["pupil", "(Intercept)", number(found["intercept"]), ""],
        ["pupil" if not correlated else "", "week", number(found["slope"]),
         number(found["correlation"]) if correlated else ""],
        ["Residual", "", number(found["residual"]), ""],
    ]  # fmt: skip
    stem = (
        f"`{formula}` reports a **singular fit**. Its random effects are:\n\n"
        f"{table(['Groups', 'Name', 'Std.Dev.', 'Corr'], rows)}\n\n"
        "What has reached the boundary of what is possible?"
    )
    parts = ["intercept", "slope", *(["correlation"] if correlated else [])]
    value = found[wanted]
    choices = [
        Choice(text, f"Yes: it is estimated as {number(value)}.", True)
        if name == wanted
        else Choice(
            text,
            f"That is estimated as {number(found[name])}, well inside what is possible.",
        )
        for name, text in PARTS.items()
        if name in parts
    ]
    choices.append(
        Choice(
            "The residual SD, because the model explains every score.",
            f"The residual SD is {number(found['residual'])}. It is not near 0.",
        )
    )
    choices.append(
        Choice(
            "Nothing: the message says that the search for the estimates has failed.",
            "A singular fit is an optimum, found properly, on the boundary. One of the numbers in "
            "the table says where.",
            misconception="singular-is-wrong",
        )
    )
    meaning = {
        "intercept": "the data show no differences between pupils in level, beyond the residuals",
        "slope": "the data show no differences between pupils in slope, beyond the residuals",
        "correlation": "in the fit, a pupil's intercept fully determines the slope: the data are "
        "too "
        "few to tell more",
    }[wanted]
    explanation = (
        f"An SD cannot be below 0, nor a correlation beyond ±1. Here {meaning}. The estimates are "
        "the best ones, and the fixed effects can be used; a simpler model without this part would "
        "say much the same."
    )
    return Item(
        "what-is-singular", "single_choice", "convergence", level, stem,
        SingleChoice(tuple(choices)), explanation, see=See("convergence"),
        facts={"shown": {name: round(value, 2) for name, value in found.items()
                         if not np.isnan(value)},
               "key": PARTS[wanted]},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "what-is-singular",
        "convergence",
        "convergence",
        (1, 2),
        ("singular-is-wrong",),
        ("what a singular fit means",),
        "Which part of a singular fit lies on the boundary?",
        make,
    ),
)
