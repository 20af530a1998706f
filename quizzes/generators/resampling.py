"""What to resample, how often, and what an interval says."""

from math import sqrt

import numpy as np
import pandas as pd

from quizzes.generators.generator import Generator
from quizzes.generators.wording import number
from quizzes.item import Item, Picture, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import sentence_case
from sim.lmm.fit import lmer
from sim.lmm.refit import simulate


def standard_errors(
    tau: float, sigma: float, people: int, each: int, design: str
) -> tuple[float, float]:
    """SE of a mean difference in truth, and as resampled rows give it.

    Parameters
    ----------
    tau, sigma : SD of participants and of residuals.
    people, each : participants, an even number, and rows of each.
    design : "between" (half of the participants in each condition), "within" (half of the rows of
        each participant), or "single" (one row for each participant).
    """
    rows = people * each
    naive = sqrt(4 * (tau**2 + sigma**2) / rows)
    if design == "within":
        return sqrt(4 * sigma**2 / rows), naive
    return sqrt(4 * (tau**2 + sigma**2 / each) / people), naive


def make_rows(rng: np.random.Generator, level: int) -> Item:
    """Ask what resampling rows does to an interval in one of three designs."""
    design = ("between", "within", "single")[int(rng.integers(3 if level > 1 else 2))]
    people = 2 * int(rng.integers(8, 21))
    each = 1 if design == "single" else 2 * int(rng.integers(3, 8))
    sigma = int(rng.integers(8, 21))
    tau = round(sigma * float(rng.uniform(0.9, 1.6)))
    truth, naive = standard_errors(tau, sigma, people, each, design)
    verdict = "right" if design == "single" else "narrow" if naive < truth else "wide"
    told = {
        "between": f"Half of {people} participants drink coffee, the others water. Each is tested "
        f"{each} times",
        "within": f"Each of {people} participants is tested {each} times, {each // 2} times after "
        f"coffee and {each // 2} times after water",
        "single": f"Half of {people} participants drink coffee, the others water. Each is tested "
        "once",
    }[design]
    sds = (
        f"participants differ with an SD of {tau} ms, and "
        + (f"the {each} times of one participant with an SD of {sigma} ms" if each > 1 else
           f"single times with another {sigma} ms")
    )  # fmt: skip
    stem = (
        f"{told}; {sds}. A student fits `lm(time ~ drink)`, draws **rows** with replacement, and "
        "takes the 95% percentile interval of the effect of the drink. How wide is it?"
    )
    sizes = f"It gives a standard error of about {number(naive, 1)} ms" + (
        ", and that is the true one."
        if verdict == "right"
        else f"; the true one is {number(truth, 1)} ms."
    )
    feedback = {
        "narrow": "Resampled rows treat repeated rows of one participant as if they were other "
        "participants. For an effect **between** participants that is too optimistic. "
        if verdict == "narrow"
        else "That happens when the effect lies between participants who have several rows. ",
        "wide": "The effect lies **within** participants, so their differences drop out of it; "
        "resampled rows put them back in. "
        if verdict == "wide"
        else "That happens when the effect lies within participants. Here each participant has one "
        "drink only. ",
        "right": "With one row for each participant, a row *is* a participant. "
        if verdict == "right"
        else "That would be so with one row for each participant. Here the rows of a participant "
        "belong together. ",
    }
    texts = {
        "narrow": "Too narrow: it takes rows for independent participants.",
        "wide": "Too wide: it lets differences between participants in.",
        "right": "About right: rows are what was sampled here.",
    }
    tags = {
        "narrow": "rows-always-too-narrow",
        "wide": "",
        "right": "",
    }
    choices = [
        Choice(text, f"{feedback[name]}{sizes}", name == verdict,
               "" if name == verdict else tags[name])
        for name, text in texts.items()
    ]  # fmt: skip
    choices.append(
        Choice(
            "It depends on how often one resamples: with more resamples it gets narrower.",
            "More resamples make its ends steadier, not its width smaller.",
            misconception="more-resamples-narrower",
        )
    )
    explanation = (
        f"{sizes} "
        + {
            "narrow": "Participants were sampled, so participants are to be resampled, each with "
            "all their rows.",
            "wide": "Both drinks of a participant share the same intercept, so it drops out of the "
            "difference. Resample participants with all their rows, or use the mixed model.",
            "right": "Resampling rows is fine exactly where rows are independent: one for each "
            "participant.",
        }[verdict]
    )
    return Item(
        "rows-or-participants", "single_choice", "bootstrap", level, stem,
        SingleChoice(tuple(choices)), explanation, see=See("bootstrap"),
        facts={"tau": tau, "sigma": sigma, "people": people, "each": each, "design": design,
               "key": texts[verdict]},
    )  # fmt: skip


def make_more(rng: np.random.Generator, level: int) -> Item:
    """Ask what more resamples, or at level 2 more participants, do to an interval."""
    centre = round(float(rng.uniform(3, 15)), 1)
    half = round(float(rng.uniform(0.25, 0.6)) * centre, 1)
    small = int(rng.choice([250, 500, 1000]))
    factor = int(rng.choice([4, 9, 16]))
    people = int(rng.integers(12, 31))
    root = round(sqrt(factor))

    def interval(width: float) -> str:
        return f"about {number(centre - width, 1)} to {number(centre + width, 1)} ms"

    same, less, more = interval(half), interval(half / root), interval(half * root)
    start = (
        f"A bootstrap of participants with {small:,} resamples gives a 95% interval for the effect "
        f"of sleep: {number(centre - half, 1)} to {number(centre + half, 1)} ms. "
    )
    if level == 1:
        stem = (
            f"{start}The data stay the same, but now {factor * small:,} resamples are drawn. Which "
            "interval is to be expected?"
        )
        right, wrong = same, less
        right_why = "More resamples make the ends steadier. The width comes from the data."
        wrong_why = (
            f"{factor} times as many *participants* would do that. Resamples are made from the "
            "same data and bring no new information."
        )
    else:
        stem = (
            f"{start}The study had {people} participants. It is repeated with {factor * people} "
            f"such participants, and again {small:,} resamples are drawn. Which interval is to be "
            "expected, if the estimate comes out the same?"
        )
        right, wrong = less, same
        right_why = f"The width falls with the root of the number of participants: {root} times."
        wrong_why = (
            "The number of resamples does not set the width; the data do, and there are "
            f"{factor} times as many participants."
        )
    linear = interval(half / factor)
    choices = (
        Choice(f"{sentence_case(right)}.", right_why, True),
        Choice(f"{sentence_case(wrong)}.", wrong_why,
               misconception="more-resamples-narrower"),
        Choice(f"{sentence_case(more)}.", "Nothing here makes the estimate less certain."),
        Choice(
            f"{sentence_case(linear)}.",
            "Resamples bring no new information: the width stays."
            if level == 1
            else f"{factor} times as many participants divide the *variance* by {factor}, and the "
            f"width by its root, {root}.",
            misconception="more-resamples-narrower" if level == 1 else "",
        ),
    )  # fmt: skip
    explanation = (
        "An interval is as wide as the data leave the effect uncertain. Resamples only measure "
        "this width: with few of them the ends jump from run to run, with many they settle. To get "
        "a narrower interval, measure more participants: the width falls with the root of their "
        "number."
    )
    return Item(
        "more-resamples", "single_choice", "bootstrap", level, stem, SingleChoice(choices),
        explanation, see=See("bootstrap"),
        facts={"centre": centre, "half": half, "factor": factor, "level": level,
               "key": choices[0].text},
    )  # fmt: skip


def _slopes(scores: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Fixed slopes of simulated scores, shape (n,).

    Everybody was measured in the same weeks, so least squares gives what refitting would.
    """
    away = week - week.mean()
    return away @ scores / (away @ away)


def make_reading(rng: np.random.Generator, level: int) -> Item:
    """Show a bootstrap of a slope, and ask what its interval says."""
    people, weeks, n = 14, 5, 500
    while True:
        first, second = rng.normal(size=(2, people))
        slope, spread = float(rng.uniform(2, 5)), float(rng.uniform(1.2, 2.2))
        week = np.tile(np.arange(weeks), people)
        line = (50 + 6 * first).repeat(weeks) + (slope + spread * second).repeat(weeks) * week
        data = pd.DataFrame(
            {
                "pupil": np.repeat([f"P{i + 1:02d}" for i in range(people)], weeks),
                "week": week,
                "score": line + rng.normal(0, 3, week.size),
            }
        )
        fit = lmer("score ~ week + (week | pupil)", data)
        if fit.is_singular:
            continue
        draws = _slopes(simulate(fit, n, rng), week)
        fitted = fit.fitted.reshape(people, weeks)
        slopes = (fitted[:, -1] - fitted[:, 0]) / (weeks - 1)
        low, high = (round(float(v), 2) for v in np.quantile(draws, (0.025, 0.975)))
        outside = int(((slopes < low) | (slopes > high)).sum())
        if 4 <= outside <= 11 and low > 0:
            break
    sd = round(float(np.sqrt(fit.covariances[0][1, 1])), 2)
    shown = f"{number(low)} to {number(high)}"
    picture = Picture(
        "histogram",
        f"Histogram of {n} bootstrapped slopes of week, one hump, most between {number(low)} and "
        f"{number(high)} points per week.",
        {"value": tuple(np.round(draws, 3).tolist())},
        {"x_title": "bootstrapped average slope (points per week)"},
    )  # fmt: skip
    stem = (
        f"`score ~ week + (week | pupil)` is fitted to {people} pupils and bootstrapped {n} times. "
        f"The middle 95% of the slopes of week, shown in the picture, go from {shown} points per "
        f"week. The SD of the pupils' slopes is {number(sd)}. What does the interval say?"
    )
    inside = f"{people - outside} of {people}"
    choices = (
        Choice(
            f"Pupils gain on average from {shown} points per week.",
            "It is an interval for the fixed slope: the average.",
            True,
        ),
        Choice(
            f"95% of such pupils gain from {shown} points per week.",
            f"Here only {inside} pupils have slopes in there. Pupils vary with an SD of "
            f"{number(sd)}, much more than their average is uncertain.",
            misconception="percentile-is-population",
        ),
        Choice(
            f"With {10 * n:,} resamples the interval would be clearly narrower.",
            "More resamples make its ends steadier. Its width comes from the data.",
            misconception="more-resamples-narrower",
        ),
        Choice(
            f"95% of the scores of a pupil go from {shown} points.",
            "It is about slopes, points per week, not about scores.",
            misconception="percentile-is-population",
        ),
    )
    explanation = (
        f"What was bootstrapped is the fixed slope, the average over pupils, so from {shown} is "
        f"where this average may lie. Single pupils lie further apart (SD {number(sd)}): only "
        f"{inside} have slopes inside the interval."
    )
    return Item(
        "read-the-interval", "single_choice", "bootstrap", level, stem, SingleChoice(choices),
        explanation, see=See("bootstrap"), picture=picture,
        facts={"low": low, "high": high,
               "slopes": np.round(slopes, 4), "outside": outside, "key": choices[0].text},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "rows-or-participants",
        "bootstrap",
        "bootstrap",
        (2, 3),
        ("rows-always-too-narrow", "more-resamples-narrower"),
        ("what to resample",),
        "Too narrow, too wide or right: resampling rows in three designs",
        make_rows,
    ),
    Generator(
        "more-resamples",
        "bootstrap",
        "bootstrap",
        (1, 2),
        ("more-resamples-narrower",),
        ("number of resamples and of participants",),
        "What more resamples, or more participants, do to an interval",
        make_more,
    ),
    Generator(
        "read-the-interval",
        "bootstrap",
        "bootstrap",
        (1,),
        ("percentile-is-population", "more-resamples-narrower"),
        ("what a bootstrap interval says",),
        "What a bootstrap interval of a fixed slope says",
        make_reading,
    ),
)
