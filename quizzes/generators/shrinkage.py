"""How far estimates move, and towards what."""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.wording import number, p_text, table
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.numeric import Numeric
from quizzes.kinds.order import Order
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import count


@dataclass(frozen=True, slots=True)
class _People:
    """Who is measured, in what, and two kinds of them that differ."""

    who: str
    plural: str
    outcome: str
    unit: str
    centre: float
    tau: float
    first: str
    second: str


PEOPLE = (
    _People("driver", "drivers", "reaction time", "ms", 300, 30, "day", "night"),
    _People("pupil", "pupils", "score", "points", 60, 8, "morning", "evening"),
    _People("patient", "patients", "pain", "points", 50, 10, "drug", "placebo"),
    _People("runner", "runners", "pulse", "beats per minute", 140, 12, "indoor", "outdoor"),
)
NAMES = ("Ann", "Ben", "Cem", "Dora", "Eli", "Fay")


def own_weight(tau: float, sigma: float, n: int) -> float:
    """Weight of the mean of n observations: tau² / (tau² + sigma² / n).

    Parameters
    ----------
    tau, sigma : SDs of participants' true means and of the residuals, in one unit.
    """
    return tau**2 / (tau**2 + sigma**2 / n)


def _sds(rng: np.random.Generator, people: _People) -> tuple[int, int]:
    tau = round(people.tau * float(rng.uniform(0.7, 1.3)))
    return tau, round(tau * float(rng.uniform(0.8, 2.2)))


def make_estimate(rng: np.random.Generator, level: int) -> Item:
    """Ask for the weight of the own mean (1) or for the estimate (2, and 3 with a group line)."""
    people = PEOPLE[int(rng.integers(len(PEOPLE)))]
    while True:
        tau, sigma = _sds(rng, people)
        n = int(rng.integers(1, 9))
        weight = own_weight(tau, sigma, n)
        once = own_weight(tau, sigma, 1)
        if 0.2 <= weight <= 0.85 and abs(weight - 0.5) > 0.06 and (n == 1 or weight - once > 0.08):
            break
    grand = round(people.centre + float(rng.uniform(-0.3, 0.3)) * people.tau)
    line = grand + int(rng.choice([-1, 1])) * round(people.tau * float(rng.uniform(0.8, 1.3)))
    target = grand if level < 3 else line
    own = target + int(rng.choice([-1, 1])) * round(people.tau * float(rng.uniform(1.6, 2.4)))
    facts = {"tau": tau, "sigma": sigma, "n": n, "target": target, "own": own, "grand": grand,
             "level": level}  # fmt: skip
    story = (
        f"In a model of {people.outcome} with a random intercept, the SD of the {people.plural}' "
        f"intercepts is {tau} {people.unit} and the residual SD is {sigma} {people.unit}. Ann was "
        f"measured {'once' if n == 1 else f'{n} times'}"
    )
    if level == 1:
        return _weight_item(story, facts, weight, once)
    return _estimate_item(story, facts, people, weight)


def _weight_item(story: str, facts: dict[str, int], weight: float, once: float) -> Item:
    tau, sigma, n = facts["tau"], facts["sigma"], facts["n"]
    per = "" if n == 1 else f" / {n}"
    key = round(weight, 4)
    near = [
        Near(once, f"That is the weight of one observation. Ann has {n}, and the mean of {n} has a "
             f"variance of {sigma}² / {n} only.", "equal-shrinkage"),
        Near(1 - weight, "That is the weight of what the fixed effects predict. The own mean has "
             "the rest."),
        Near(tau / (tau + sigma / sqrt(n)), "The idea is right, but it is variances that are "
             "compared: square the SDs."),
    ]  # fmt: skip
    body = Numeric(
        key, 0.011, f"Yes: {tau}² against {sigma}²{per}.",
        f"Compare two variances: {tau}² between people, and {sigma}²{per} of Ann's mean around "
        "her own truth. The weight is the share of the first in their sum.",
        near=apart(key, 0.011, near),
    )  # fmt: skip
    explanation = (
        f"The weight is $\\tau^2 / (\\tau^2 + \\sigma^2 / n) = {tau}^2 / ({tau}^2 + {sigma}^2"
        f"{per}) = {p_text(weight, 2)}$, with $\\tau$ for the SD of the intercepts and $\\sigma$ "
        "for the residual SD. More observations make it larger, larger residuals make it smaller. "
        "What is left goes to the prediction of the fixed effects."
    )
    return Item(
        "partial-pooling", "numeric", "pooling", 1,
        f"{story}. Which weight, from 0 to 1, does her own mean have in her partial-pooling "
        "estimate?", body, explanation, see=See("pooling"), facts={**facts, "key": key},
    )  # fmt: skip


def _estimate_item(story: str, facts: dict[str, int], people: _People, weight: float) -> Item:
    target, own, grand, level = facts["target"], facts["own"], facts["grand"], facts["level"]
    key = round(target + weight * (own - target), 2)
    shown = round(weight, 2)
    tolerance = round(max(0.012 * abs(own - target), 0.06), 2)
    unit = people.unit
    value = "value" if facts["n"] == 1 else "mean"
    if level == 2:
        where = f"The fixed effects predict {target} {unit} for everybody."
        to = f"the average of {target}"
    else:
        where = (
            f"She belongs to the {people.first} group, for which the fixed effects predict "
            f"{target} {unit}; the average over both groups is {grand} {unit}."
        )
        to = f"her group's {target}"
    stem = (
        f"{story}, with a {value} of {own} {unit}. {where} The weight of her own mean is "
        f"{p_text(shown, 2)}. What is her partial-pooling estimate, in {unit}?"
    )
    near = [
        Near(own, "That is no pooling: only her own data. Partial pooling moves it towards "
             f"{to}."),
        Near(target, "That is what the fixed effects predict: complete pooling. Her own data count "
             "too."),
        Near(own + weight * (target - own), "The weights are swapped: "
             f"{p_text(shown, 2)} belongs to her own mean of {own}."),
    ]  # fmt: skip
    if level == 3:
        near.insert(
            0,
            Near(grand + weight * (own - grand), f"This moves towards the average of all, {grand}. "
                 f"The model knows her group: it moves towards {target}.", "shrink-to-grand-mean"),
        )  # fmt: skip
    else:
        near.append(Near((own + target) / 2, "Half way would need a weight of .50, the same for "
                         f"everybody. Hers is {p_text(shown, 2)}.", "equal-shrinkage"))  # fmt: skip
    body = Numeric(
        key, tolerance, f"Yes: from {own} some way towards {to}.",
        f"Start at {target} and go {p_text(shown, 2)} of the way to {own}.", unit,
        apart(key, tolerance, near),
    )  # fmt: skip
    explanation = (
        f"{target} + {p_text(shown, 2)} × ({own} − {target}) is about {number(key, 1)}. The "
        f"estimate lies between her own mean and {to}, which is what the fixed effects predict for "
        "somebody like her. With more observations it would stay closer to her own mean."
    )
    return Item(
        "partial-pooling", "numeric", "pooling", level, stem, body, explanation,
        see=See("pooling"), facts={**facts, "key": key, "tolerance": tolerance},
    )  # fmt: skip


def make_order(rng: np.random.Generator, level: int) -> Item:
    """Ask who moves furthest, with other numbers of observations, or other distances, or both."""
    people = PEOPLE[int(rng.integers(len(PEOPLE)))]
    size = 3 if level == 1 else 4
    centre = round(people.centre)
    while True:
        tau, sigma = _sds(rng, people)
        if level == 2:
            counts = [int(rng.integers(2, 9))] * size
        else:
            counts = [int(n) for n in rng.choice([1, 2, 3, 5, 10, 20, 40], size, replace=False)]
        steps = rng.choice(np.arange(2, 16), size, replace=False) * 0.2
        if level == 1:
            steps = np.full(size, steps[0])
        signs = rng.choice([-1, 1], size)
        own = [centre + round(people.tau * float(step * sign))
               for step, sign in zip(steps, signs, strict=True)]  # fmt: skip
        if level == 1:
            own = [own[0]] * size
        moved = [
            (1 - own_weight(tau, sigma, n)) * abs(mean - centre)
            for n, mean in zip(counts, own, strict=True)
        ]
        ranked = sorted(moved, reverse=True)
        if all(a > 1.15 * b and a - b > 0.3 for a, b in pairwise(ranked)):
            break
    key = tuple(int(i) for i in np.argsort([-m for m in moved]))
    names = NAMES[:size]
    rows = [[name, str(n), str(mean)] for name, n, mean in zip(names, counts, own, strict=True)]
    stem = (
        f"`lmer()` estimates a mean for each of many {people.plural}, with a random intercept: SD "
        f"of {people.plural} {tau} {people.unit}, residual SD {sigma} {people.unit}, average of "
        f"all {centre} {people.unit}.\n\n"
        f"{table(['', 'observations', f'own mean ({people.unit})'], rows)}\n\n"
        "Whose partial-pooling estimate moves **furthest** from the own mean? Put the one who "
        "moves furthest first."
    )
    told = ", ".join(f"{names[i]} by {number(moved[i], 1)} {people.unit}" for i in key)
    tag = "equal-shrinkage"
    near = [
        Near(key[::-1], "The order is turned round: few observations and a mean far from the "
             "average make an estimate move far."),
    ]  # fmt: skip
    by_distance = tuple(int(i) for i in np.argsort([-abs(m - centre) for m in own], kind="stable"))
    by_count = tuple(int(i) for i in np.argsort(counts, kind="stable"))
    if level == 3:
        if by_distance != key:
            near.append(Near(by_distance, "That is the order of the distances from the average. "
                             "With many observations even a far one stays.", tag))  # fmt: skip
        if by_count not in (key, by_distance):
            near.append(Near(by_count, "That is the order of the numbers of observations. Who is "
                             "close to the average anyway cannot move far.", tag))  # fmt: skip
    kept = {entry.answer: entry for entry in reversed(near)}
    body = Order(
        tuple(f"{name} ({count(n, 'observation')}, mean {mean})"
              for name, n, mean in zip(names, counts, own, strict=True)),
        key, f"Yes: {told}.",
        "Two things make an estimate move: few observations, and a mean far from the average.",
        "pairs", tuple(kept.values()),
    )  # fmt: skip
    explanation = (
        f"{told}. The own mean of $n$ observations has the weight "
        f"$\\tau^2 / (\\tau^2 + \\sigma^2 / n)$, with $\\tau$ for the SD of {people.plural} and "
        f"$\\sigma$ for the residual SD; the rest of its distance from {centre} is lost. "
        "Fewer observations give a smaller weight, and a larger distance gives more to lose."
    )
    return Item(
        "who-moves-most", "order", "pooling", level, stem, body, explanation, see=See("pooling"),
        facts={"tau": tau, "sigma": sigma, "counts": counts, "own": own, "centre": centre,
               "key": key},
    )  # fmt: skip


def make_way(rng: np.random.Generator, level: int) -> Item:
    """Ask which number can be the estimate of somebody whose group lies away from the average."""
    people = PEOPLE[int(rng.integers(len(PEOPLE)))]
    side = int(rng.choice([-1, 1]))
    grand = round(people.centre)
    line = grand + side * round(people.tau * float(rng.uniform(2.0, 2.8)))
    own = round((line + grand) / 2 + side * people.tau * float(rng.uniform(-0.3, 0.2)))
    weight = float(rng.uniform(0.35, 0.7))
    right = line + weight * (own - line)
    wrong = grand + weight * (own - grand)
    beyond = line + side * 0.4 * abs(line - own)
    unit = people.unit
    group = people.first if level == 1 else people.second
    stem = (
        f"`{people.outcome.split()[0]} ~ 1 + group + (1 | {people.who})` is fitted. For the "
        f"{group} group the fixed effects predict {line} {unit}; the mean of all {people.plural} "
        f"is {grand} {unit}. Ben is in the {group} group, and the mean of his few observations is "
        f"{own} {unit}. Which number can be his partial-pooling estimate?"
    )
    choices = (
        Choice(
            f"{number(right, 1)} {unit}",
            f"It lies between his own {own} and the {line} predicted for his group.",
            True,
        ),
        Choice(
            f"{number(wrong, 1)} {unit}",
            f"That has moved towards {grand}, the mean of all. The model knows his group, so he "
            f"moves towards {line}.",
            misconception="shrink-to-grand-mean",
        ),
        Choice(
            f"{number(own, 1)} {unit}",
            "That has not moved at all, as if nobody else were in the data: no pooling.",
            misconception="equal-shrinkage",
        ),
        Choice(
            f"{number(beyond, 1)} {unit}",
            f"That has moved beyond the {line} of his group. Partial pooling ends between the two.",
        ),
    )
    explanation = (
        f"Estimates move towards what the fixed effects predict for such a {people.who}: {line} "
        f"{unit} in the {group} group. So Ben's lies between {own} and {line}. That it moves away "
        f"from the mean of all, {grand}, is no mistake: the model knows where he belongs."
    )
    return Item(
        "which-way-it-moves", "single_choice", "pooling", level, stem, SingleChoice(choices),
        explanation, see=See("pooling"),
        facts={"line": line, "own": own, "grand": grand, "key": choices[0].text},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "partial-pooling",
        "pooling",
        "pooling",
        (1, 2, 3),
        ("equal-shrinkage", "shrink-to-grand-mean"),
        ("weight of the own data", "partial-pooling estimate"),
        "The weight of a participant's own mean, and the estimate that follows",
        make_estimate,
    ),
    Generator(
        "who-moves-most",
        "pooling",
        "pooling",
        (1, 2, 3),
        ("equal-shrinkage",),
        ("what makes an estimate shrink",),
        "Whose estimate moves furthest?",
        make_order,
    ),
    Generator(
        "which-way-it-moves",
        "pooling",
        "pooling",
        (1, 2),
        ("shrink-to-grand-mean", "equal-shrinkage"),
        ("what estimates shrink towards",),
        "Towards the own group's line, not towards the mean of all",
        make_way,
    ),
)
