"""What a fitted model would make: how far its simulations spread."""

from math import sqrt

import numpy as np
import scipy

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.wording import MINUS, number, short
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.numeric import Numeric
from quizzes.kinds.single_choice import SingleChoice

STORIES = (
    ("mood", "points", 50, 8),
    ("reaction", "ms", 300, 30),
    ("score", "points", 70, 9),
    ("pulse", "beats", 80, 7),
)


def make_spread(rng: np.random.Generator, level: int) -> Item:
    """Ask for the SD of simulated values (1), participant means (2), or differences (3)."""
    y, unit, _, size = STORIES[int(rng.integers(len(STORIES)))]
    while True:
        tau, sigma = (round(size * float(rng.uniform(0.5, 1.6))) for _ in range(2))
        n = 1 if level == 1 else int(rng.integers(2, 10))
        if min(tau, sigma) >= 3 and 0.5 < tau / sigma < 2:
            break
    fixed = "1" if level < 3 else "1 + condition"
    model = (
        f"`{y} ~ {fixed} + (1 | participant)` has been fitted: participant SD {tau} {unit}, "
        f"residual SD {sigma} {unit}. "
    )
    total = sqrt(tau**2 + sigma**2)
    if level == 1:
        key = total
        ask = (
            "The model simulates one observation for each of very many **new** participants. "
            f"What is the SD of these observations, in {unit}?"
        )
        sums = f"\\sqrt{{{tau}^2 + {sigma}^2}}"
        why = "A new participant brings an intercept, and the observation brings a residual"
        near = [
            Near(tau, f"{tau} is the SD of the true intercepts. Every observation has a residual "
                 "on top.", "parallel-fit-parallel-data"),
            Near(sigma, f"{sigma} is the SD around each participant's own mean. New participants "
                 "differ in their means too.", "simulated-person-is-person"),
            Near(tau + sigma, "Variances add up, SDs do not: square them, add, take the root."),
        ]  # fmt: skip
    elif level == 2:
        key = sqrt(tau**2 + sigma**2 / n)
        ask = (
            f"The model simulates {n} observations for each of very many **new** participants. "
            f"What is the SD of the participants' means, in {unit}?"
        )
        sums = f"\\sqrt{{{tau}^2 + {sigma}^2 / {n}}}"
        why = (
            f"A mean of {n} observations has the intercept of its participant, and the mean of "
            f"{n} residuals"
        )
        near = [
            Near(tau, f"{tau} is the SD of the true intercepts. A mean of {n} observations has "
                      "some "
                 "residual left in it.", "parallel-fit-parallel-data"),
            Near(total, f"That is the SD of single observations. The mean of {n} has only a "
                 f"residual variance of {sigma}² / {n}."),
            Near(sigma / sqrt(n), "That would be the spread of the means if all participants had "
                 "the same intercept.", "simulated-person-is-person"),
            Near(sqrt((tau**2 + sigma**2) / n), "The intercept is the same in all observations of "
                 "one participant, so averaging does not make it smaller: divide the "
                 "residual variance only."),
        ]  # fmt: skip
    else:
        key = sigma * sqrt(2 / n)
        ask = (
            f"The model simulates {n} observations in each of two conditions for very many **new** "
            "participants. For each of them, the mean of one condition is taken from the mean of "
            f"the other. What is the SD of these differences, in {unit}?"
        )
        sums = f"\\sqrt{{2 \\cdot {sigma}^2 / {n}}}"
        why = (
            "The intercept is in both means and drops out of their difference; what is left are "
            f"two means of {n} residuals"
        )
        near = [
            Near(0, "All fitted lines are parallel, but the residuals are drawn anew for each "
                 "observation, so the simulated differences vary.", "parallel-fit-parallel-data"),
            Near(sqrt(2 * (tau**2 + sigma**2 / n)), "That would be so for two different "
                 "participants. Both means of one participant share the intercept, which drops "
                 "out."),
            Near(sigma / sqrt(n), "That is the residual spread of one mean. A difference has that "
                 "of two."),
            Near(tau, "The participant SD is about the intercepts, which drop out of a difference "
                 "within a participant."),
            Near(sigma * sqrt(2), f"Each mean is one of {n} observations."),
        ]  # fmt: skip
    key = round(key, 3)
    tolerance = round(max(0.02 * key, 0.06), 2)
    body = Numeric(
        key, tolerance, f"Yes. {why}.",
        "Ask what is drawn anew for each of them, and add up the variances.", unit,
        apart(key, tolerance, near),
    )  # fmt: skip
    explanation = (
        f"{why}. So the SD is ${sums} = {number(key, 1)}$ {unit}. Variances add up, not SDs."
    )
    return Item(
        "simulated-spread", "numeric", "simulation", level, model + ask, body, explanation,
        see=See("playground", {"who": "New participants"}),
        facts={"tau": tau, "sigma": sigma, "n": n, "level": level, "key": key},
    )  # fmt: skip


def make_who(rng: np.random.Generator, level: int) -> Item:
    """Ask for the average (1) or the spread (2) of a line of new or the same participants."""
    y, unit, centre, size = STORIES[int(rng.integers(len(STORIES)))]
    mean = round(centre + float(rng.uniform(-0.5, 0.5)) * size)
    effect = int(rng.choice([-1, 1])) * round(size * float(rng.uniform(0.9, 1.8)))
    tau, sigma = (
        round(size * float(rng.uniform(0.8, 1.4))),
        round(size * float(rng.uniform(0.8, 1.4))),
    )
    n, line = int(rng.integers(4, 11)), int(rng.integers(3, 13))
    new = bool(rng.integers(2))
    how = (
        "with **new** participants (`re.form = NA`)"
        if new
        else "with the **same** participants (`re.form = NULL`)"
    )
    story = (
        f"`{y} ~ 1 + (1 | participant)` has been fitted: intercept {mean} {unit}, participant SD "
        f"{tau}, residual SD {sigma}. The random intercept of participant {line} is "
        f"{'+' if effect > 0 else ''}{number(effect, 0)} {unit}. A thousand data sets are "
        f"simulated {how}. "
    )
    stranger = "Line {0} is then somebody new each time, who only bears the number {0}."
    if level == 1:
        ask = f"What is the average of line {line} over all of them, about?"
        values = {"new": mean, "same": mean + effect, "half": mean + effect / 2,
                  "other": mean - effect}  # fmt: skip
        texts = {name: f"{short(value, 1)} {unit}" for name, value in values.items()}
    else:
        ask = f"What is the SD of the mean of line {line}'s {n} observations, about?"
        values = {"new": sqrt(tau**2 + sigma**2 / n), "same": sigma / sqrt(n), "half": float(sigma),
                  "other": float(tau + sigma)}  # fmt: skip
        texts = {name: f"{number(value, 1)} {unit}" for name, value in values.items()}
        if len(set(texts.values())) < 4:
            return make_who(rng, level)
    sign = "+" if effect > 0 else MINUS
    right, tempting = ("new", "same") if new else ("same", "new")
    why = (
        stranger.format(line)
        if new
        else f"Participant {line} keeps its own intercept; only the residuals are drawn anew."
    )
    feedback = {
        tempting: f"That would be right for {'the same' if new else 'new'} participants. {why}",
        "half": "The random intercept is already the shrunken one; nothing is halved again."
        if level == 1
        else f"That is the SD of single residuals; the mean of {n} spreads less.",
        "other": f"That mirrors the participant. {why}"
        if level == 1
        else "SDs do not add up, and a mean spreads less than one observation.",
    }
    choices = [Choice(texts[right], why, True)]
    choices += [
        Choice(
            texts[name],
            text,
            misconception="simulated-person-is-person" if name == tempting else "",
        )
        for name, text in feedback.items()
    ]
    explanation = f"{why} " + (
        f"So on average the line is where the fixed effects put anybody: at {mean} {unit}."
        if new and level == 1
        else f"So the line varies around {mean} {sign} {abs(effect)} = "
        f"{short(mean + effect, 1)} {unit}."
        if level == 1
        else f"So both vary, the intercept and the mean of {n} residuals: "
        f"$\\sqrt{{{tau}^2 + {sigma}^2 / {n}}} = {texts['new'].split()[0]}$."
        if new
        else f"So only the mean of {n} residuals varies: "
        f"${sigma} / \\sqrt{{{n}}} = {texts['same'].split()[0]}$."
    )
    return Item(
        "new-or-same", "single_choice", "simulation", level, story + ask,
        SingleChoice(tuple(choices)), explanation,
        see=See("playground", {"who": "New participants"} if new else {}),
        facts={"mean": mean, "effect": effect, "tau": tau, "sigma": sigma, "n": n, "new": new,
               "level": level, "unit": unit, "key": texts[right]},
    )  # fmt: skip


def make_cross(rng: np.random.Generator, level: int) -> Item:
    """Ask how often two simulated points come in the other order than their fitted lines."""
    y, unit, _, size = STORIES[int(rng.integers(len(STORIES)))]
    while True:
        gap = round(size * float(rng.uniform(0.5, 2.0)))
        sigma = round(size * float(rng.uniform(0.6, 1.5)))
        share = float(scipy.stats.norm.sf(gap / (sigma * sqrt(2))))
        percent = round(100 * share)
        if gap >= 3 and sigma >= 3 and 12 <= percent <= 38:
            break
    stem = (
        f"`{y} ~ 1 + day + (1 | participant)` has been fitted. The fitted lines are parallel, and "
        f"Ann's is {gap} {unit} above Ben's. The residual SD is {sigma} {unit}. Data are simulated "
        "from the model for these **same** two participants. On which share of the days is Ben's "
        "simulated point above Ann's, about?"
    )
    choices = (
        Choice(
            f"On {percent}%: new residuals often bridge the gap.",
            "The residuals of both are drawn anew for each day, and often they bridge the gap.",
            True,
        ),
        Choice(
            "On none: parallel lines do not cross.",
            "The fitted lines do not. A simulated point is fitted line *plus* a new residual, and "
            f"with an SD of {sigma} residuals easily bridge {gap} {unit}.",
            misconception="parallel-fit-parallel-data",
        ),
        Choice(
            "On 50%: simulated points do not know whose line they are on.",
            f"They do: with the same participants, Ann's points vary around a line that is {gap} "
            f"{unit} higher.",
        ),
        Choice(
            f"On {100 - percent}%: whoever is ahead in the fit falls back.",
            "Nothing turns the order round: the gap makes it less likely than a half.",
        ),
    )
    explanation = (
        f"The difference of two residuals has an SD of $\\sqrt{{2}} \\cdot {sigma} = "
        f"{number(sigma * sqrt(2), 1)}$ {unit}. It has to exceed {gap} {unit} in Ben's favour, "
        f"which happens with probability {short(share, 2)}. That is why simulated lines cross "
        "although the fitted ones are parallel, just as the actual ones do."
    )
    return Item(
        "crossing-lines", "single_choice", "simulation", level, stem, SingleChoice(choices),
        explanation, see=See("playground"),
        facts={"gap": gap, "sigma": sigma, "key": choices[0].text},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "simulated-spread",
        "simulation",
        "playground",
        (1, 2, 3),
        ("simulated-person-is-person", "parallel-fit-parallel-data"),
        ("what a model draws anew",),
        "How far simulated values, means and differences spread",
        make_spread,
    ),
    Generator(
        "new-or-same",
        "simulation",
        "playground",
        (1, 2),
        ("simulated-person-is-person",),
        ("new or the same participants",),
        "Who is line 7 of a simulation?",
        make_who,
    ),
    Generator(
        "crossing-lines",
        "simulation",
        "playground",
        (3,),
        ("parallel-fit-parallel-data",),
        ("fitted lines and simulated points",),
        "How often simulated lines cross although the fitted ones are parallel",
        make_cross,
    ),
)
