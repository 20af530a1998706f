"""A table of fixed effects: its degrees of freedom and its p-values."""

import numpy as np
import pandas as pd

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.moments import line_moments, mean_p
from quizzes.generators.wording import number, p_text
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.numeric import Numeric
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import sentence_case
from sim.inference.conversions import one_sided
from sim.inference.satterthwaite import satterthwaite
from sim.lmm.fit import Fit, lmer

BETWEEN = "score ~ group + (1 | participant)"
SLOPES = "score ~ days + (days | participant)"
PARALLEL = "score ~ days + (1 | participant)"


def _data(rng: np.random.Generator, people: int, each: int, slope: float = 1.0) -> pd.DataFrame:
    days = np.tile(np.arange(each), people)
    first, second = rng.normal(size=(2, people))
    score = (
        (50 + 8 * first).repeat(each)
        + (slope + 2.0 * second).repeat(each) * days
        + rng.normal(0, 4, days.size)
    )
    return pd.DataFrame(
        {
            "participant": np.repeat([f"P{i + 1:02d}" for i in range(people)], each),
            "days": days,
            "group": np.repeat(np.where(np.arange(people) % 2, "new", "old"), each),
            "score": score,
        }
    )


def make_df(rng: np.random.Generator, level: int) -> Item:
    """Ask for the Satterthwaite df of a slope (1), a group effect (2), or parallel lines (3)."""
    people, each = 2 * int(rng.integers(6, 13)), int(rng.integers(4, 8))
    formula, term = {1: (SLOPES, "days"), 2: (BETWEEN, "groupold"), 3: (PARALLEL, "days")}[level]
    while True:
        fit = lmer(formula, _data(rng, people, each))
        if not fit.is_singular:
            break
    key = round(float(satterthwaite(fit)["df"][term]))
    rows = people * each
    half = people // 2
    story = {
        1: f"{people} participants are tested on {each} days each: {rows} rows",
        2: f"{half} participants get the new training and {half} the old one; each is tested "
        f"{each} "
        f"times: {rows} rows",
        3: f"{people} participants are tested on {each} days each: {rows} rows",
    }[level]
    stem = (
        f"{story}. `{formula}` is fitted, and nothing is singular. How many degrees of freedom, by "
        f"Satterthwaite's method, has the t for `{term}`?"
    )
    why = {
        1: f"each of the {people} participants has a slope of its own, and these {people} slopes "
        f"are averaged: {people} − 1",
        2: f"a group is an average over participants: {people} participant means, minus 2 group "
        "means",
        3: f"all participants share one slope here, so the rows inform it: {rows} rows minus "
        f"{people} "
        "participant levels minus 1 slope",
    }[level]
    near = [
        Near(rows - 2, f"{rows} − 2 takes all {rows} rows for independent. "
             + ("Rows of one participant belong together." if level < 3 else
                f"The {people} participants' levels cost degrees of freedom too."), "df-is-rows"),
        Near(rows - 1, f"{rows} rows are not {rows} independent pieces of information about this "
             "effect.", "df-is-rows"),
    ]  # fmt: skip
    if level == 3:
        near.append(Near(people - 1, "That would be right with random slopes, `(days | "
                         "participant)`. This model has only one slope for all."))  # fmt: skip
    else:
        near.append(Near(rows - people - 1, "That would be right for an effect within participants "
                         "in a model with random intercepts only.", "df-is-rows"))  # fmt: skip
    if level == 3:
        near.append(
            Near(
                people,
                f"{people} participants would be close with random slopes. Here "
                "all share one slope, and every row tells something about it.",
            )
        )
    else:
        near.append(
            Near(
                people,
                f"Close: it is participants that count. From the {people} take "
                "what is estimated from them.",
            )
        )
        near.append(Near(people - 2 if level == 1 else people - 1, "Close: it is participants that "
                         "count. " + ("One average slope is estimated from them, so one is taken "
                         "away." if level == 1 else "Two group means are estimated from them, so "
                         "two are taken away.")))  # fmt: skip
    body = Numeric(
        key,
        0.45, f"Yes: {why}.",
        "Ask what the effect is an average of: rows, or participants? Then take away what is "
        "estimated from them.",
        near=apart(key, 0, near),
    )  # fmt: skip
    explanation = (
        f"{sentence_case(why)} = {key}. In a balanced design like this, Satterthwaite's df "
        "come out as this whole number; otherwise they lie nearby and have digits after the point."
    )
    return Item(
        "df-of-an-effect", "numeric", "pvalues", level, stem, body, explanation,
        see=See("pvalues"),
        facts={"people": people, "each": each, "level": level, "key": key},
    )  # fmt: skip


def _table(fit: Fit, tests: pd.DataFrame) -> str:
    lines = ["            Estimate Std. Error     df t value Pr(>|t|)"]
    for name, row in tests.iterrows():
        p = f"{row['p_value']:.4f}" if row["p_value"] >= 0.0001 else "<0.0001"
        lines.append(
            f"{name!s:<11} {row['estimate']:8.3f} {row['std_error']:10.3f} {row['df']:6.1f} "
            f"{row['statistic']:7.3f} {p:>8}"
        )
    return "```text\n" + "\n".join(lines) + "\n```"


def make_side(rng: np.random.Generator, level: int) -> Item:
    """Show lmerTest's table, and ask for the p of a claim with a direction."""
    people, each = 2 * int(rng.integers(6, 13)), 4
    slope = float(rng.choice([-1.0, 1.0]))
    while True:
        data = _data(rng, people, each, slope)
        score = data["score"].to_numpy().reshape(people, each)
        slopes, seen = line_moments(score, np.arange(float(each)))
        if np.linalg.det(seen) <= 0 or seen[0, 0] <= 0 or not 0.0015 < mean_p(slopes) < 0.51:
            continue
        fit = lmer(SLOPES, data)
        tests = satterthwaite(fit)
        p = round(float(tests["p_value"]["days"]), 4)
        if not fit.is_singular and 0.002 <= p <= 0.5:
            break
    up = bool(rng.integers(2)) if level > 1 else True
    rising = float(tests["estimate"]["days"]) > 0
    as_claimed = rising == up
    key = round(one_sided(p, as_claimed), 5)
    df = float(tests["df"]["days"])
    half, digits = round(p / 2, 5), 4 + round(10_000 * p) % 2
    claim = "rise" if up else "fall"
    stem = (
        f"Before the study, a student predicted that scores **{claim}** over the days. `{SLOPES}` "
        f"gives:\n\n{_table(fit, tests)}\n\nWhich p-value belongs to the student's one-sided "
        "hypothesis?"
    )
    rest = round(1 - p / 2, 5)
    sign = "positive" if rising else "negative"
    where = f"The estimate is {sign}, so scores {'rise' if rising else 'fall'}"
    choices = [
        Choice(
            p_text(key, digits),
            f"{where}, as predicted: half of {p_text(p, 4)}."
            if as_claimed
            else f"{where}, against the prediction: 1 − {p_text(half, digits)}.",
            True,
        ),
        Choice(
            p_text(p, 4),
            "`Pr(>|t|)` counts both directions: the bars around t say so. The student asked about "
            "one.",
            misconception="two-sided-is-default-truth",
        ),
        Choice(
            p_text(rest if as_claimed else half, digits),
            f"{where}, as predicted. This would be the p of the opposite prediction."
            if as_claimed
            else f"{where}: not what was predicted. Half of {p_text(p, 4)} belongs to the other "
            "prediction.",
            misconception="" if as_claimed else "one-sided-always-halves",
        ),
        Choice(
            p_text(min(2 * p, 0.9999), 4),
            "A one-sided hypothesis has one tail where the printed p has two: nothing doubles.",
            misconception="two-sided-is-default-truth",
        ),
    ]
    if len({choice.text for choice in choices}) < 4:
        return make_side(rng, level)
    explanation = (
        f"The {p_text(p, 4)} under `Pr(>|t|)` has two halves of {p_text(half, digits)}. {where}; "
        f"the prediction was that they {claim}. "
        + (
            f"They agree, so one half is the answer: {p_text(key, digits)}."
            if as_claimed
            else f"They disagree, so all but one half is the answer: {p_text(key, digits)}. The "
            "data do "
            "not support this prediction at all."
        )
        + f" The df of about {number(df, 0)} are those of {people} participants."
    )
    return Item(
        "p-from-a-table", "single_choice", "pvalues", level, stem, SingleChoice(tuple(choices)),
        explanation, see=See("pvalues"),
        facts={"p": p, "t": float(tests["statistic"]["days"]), "df": df, "up": up,
               "key": p_text(key, digits)},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "df-of-an-effect",
        "pvalues",
        "pvalues",
        (1, 2, 3),
        ("df-is-rows",),
        ("degrees of freedom of a fixed effect",),
        "How many degrees of freedom has this t?",
        make_df,
    ),
    Generator(
        "p-from-a-table",
        "pvalues",
        "pvalues",
        (1, 2),
        ("two-sided-is-default-truth", "one-sided-always-halves"),
        ("p-value of a claim with a direction",),
        "From lmerTest's table to the p of a claim with a direction",
        make_side,
    ),
)
