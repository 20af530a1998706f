"""What data can tell about random slopes: enough rows, and values that differ."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from quizzes.generators.generator import Generator
from quizzes.generators.wording import table
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.multiple_choice import MultipleChoice
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import count
from sim.errors import DesignError
from sim.lmm.design import build_design

# By level: the story, the cells of each participant, and brackets with their random effects.
DESIGNS: dict[int, tuple[str, dict[str, tuple[Any, ...]], tuple[tuple[str, int], ...]]] = {
    1: (
        "tries two doses, 0 and 1",
        {"dose": (0, 1)},
        (("1", 1), ("0 + dose", 1), ("1 + dose", 2)),
    ),
    2: (
        "does a task under three conditions (a, b, c; `order` is 1, 2, 3)",
        {"condition": ("a", "b", "c")},
        (("1", 1), ("1 + order", 2), ("1 + condition", 3)),
    ),
    3: (
        "does a task in two conditions, quiet and loud, at two times of the day, noon and night",
        {"condition": ("quiet", "loud"), "time": ("noon", "night")},
        (("1", 1), ("1 + condition", 2), ("1 + condition + time", 3), ("1 + condition * time", 4)),
    ),
}
NONE = "None of them: there are rows enough for all of these."


def _is_refused(formula: str, data: pd.DataFrame) -> bool:
    try:
        build_design(formula, data)
    except DesignError:
        return True
    return False


def make_too_many(rng: np.random.Generator, level: int) -> Item:
    """Ask which bracket lmer refuses, because it has as many random effects as there are rows."""
    story, cells, brackets = DESIGNS[level]
    n, times = int(rng.integers(10, 26)), int(rng.choice([1, 1, 2, 3]))

    names = list(cells)
    rows = [
        (f"P{person}", *cell)
        for person in range(n)
        for cell in product(*cells.values())
        for _ in range(times)
    ]
    data = pd.DataFrame(rows, columns=["participant", *names])
    data["score"] = np.arange(len(data)) % 7.0
    if level == 2:
        data["order"] = data["condition"].map({"a": 1, "b": 2, "c": 3})
    fixed = " * ".join(names)
    formulas = [f"score ~ {fixed} + ({left} | participant)" for left, _ in brackets]
    refused = [_is_refused(formula, data) for formula in formulas]
    n_rows = len(data)
    often = {1: "once", 2: "twice", 3: "three times"}[times]
    each = "each of them" if level < 3 else "each combination"
    stem = (
        f"{n} participants take part. Everyone {story}, {each} {often}, so there are "
        f"{n_rows} rows. Which of these formulas does `lmer()` refuse, because the data are too "
        "few for its random effects?"
    )
    choices = []
    for formula, (_, effects), no in zip(formulas, brackets, refused, strict=True):
        sums = f"{count(effects, 'random effect')} for each of {n} participants make {n * effects}"
        text = (
            f"{sums}, as many as there are rows: nothing is left to tell them from residuals."
            if no
            else f"{sums}, fewer than the {n_rows} rows. This one can be fitted."
        )
        choices.append(Choice(f"`{formula}`", text, no))
    any_refused = any(refused)
    choices.append(
        Choice(
            NONE,
            f"With {n_rows} rows all of them have fewer random effects than rows."
            if not any_refused
            else "One of them has as many random effects as there are rows. Count for each: what "
            f"varies, times {n} participants.",
            not any_refused,
            "slope-from-one-observation" if any_refused else "",
        )
    )
    key = next(choice.text for choice in choices if choice.right)
    most = max(effects for _, effects in brackets)
    explanation = (
        f"A participant's random effects have to be told from the residuals, so there must be "
        f"fewer of them than rows. Each participant has {count(n_rows // n, 'row')}; the largest "
        f"bracket here has {most} random effects for each: {n * most} against {n_rows} rows"
        + (", which lmer refuses." if any_refused else ", which can be fitted.")
    )
    return Item(
        "too-many-effects", "single_choice", "syntax", level, stem, SingleChoice(tuple(choices)),
        explanation, see=See("syntax"),
        facts={"n": n, "rows": n_rows, "effects": [e for _, e in brackets], "key": key},
    )  # fmt: skip


WITHIN = {
    "day": ("0", "1", "2"),
    "drink": ("tea", "milk", "tea"),
    "noise": ("40", "65", "50"),
    "light": ("dim", "dim", "bright"),
}
BETWEEN = {
    "age": ("21", "34", "27"),
    "group": ("drug", "placebo", "drug"),
    "country": ("Peru", "Kenya", "Japan"),
    "height": ("171", "165", "182"),
}


def make_informed(rng: np.random.Generator, level: int) -> Item:
    """Show the rows of three participants and ask which random slopes the data inform."""
    n_within = int(rng.integers(1, 3))
    n_columns = 3 if level == 1 else 4
    within = [list(WITHIN)[i] for i in rng.permutation(len(WITHIN))[:n_within]]
    between = [list(BETWEEN)[i] for i in rng.permutation(len(BETWEEN))[: n_columns - n_within]]
    names = [[*within, *between][i] for i in rng.permutation(n_columns)]
    people = ("Ann", "Ben", "Cem")
    rows = []
    for i, person in enumerate(people):
        turns = {name: rng.permutation(3) if name != "day" else range(3) for name in within}
        for row in range(3):
            values = {name: WITHIN[name][turns[name][row]] for name in within}
            values |= {name: BETWEEN[name][i] for name in between}
            score = str(int(rng.integers(10, 40)))
            rows.append([person, *(values[name] for name in names), score])
    frame = pd.DataFrame(rows, columns=["participant", *names, "score"])
    varies = frame.groupby("participant")[names].nunique().gt(1).any()
    key = [name for name in names if varies[name]]
    stem = (
        "These are the first rows of a study; the other participants' rows are of the same "
        f"kind.\n\n{table(['participant', *names, 'score'], rows)}\n\n"
        "For which of these brackets do the data say anything about the random **slopes**?"
    )
    choices = tuple(
        Choice(
            f"`(1 + {name} | participant)`",
            f"{name} changes within each participant, so everyone shows an effect of their own."
            if varies[name]
            else f"Everyone has one value of {name} only. No row says how the same participant "
            f"would answer with another, so nothing informs a slope of their own.",
            bool(varies[name]),
            "" if varies[name] else "between-predictor-slope",
        )
        for name in names
    )
    explanation = (
        "A random slope asks how an effect differs from one participant to the next. So everyone "
        f"needs at least two values of the predictor. Here that holds for {' and '.join(key)}. "
        "The others differ only between participants: they can have a fixed effect, but no random "
        "slope by participant."
    )
    return Item(
        "informed-slopes", "multiple_choice", "syntax", level, stem, MultipleChoice(choices),
        explanation, see=See("syntax"),
        facts={"rows": rows, "names": names, "key": [f"`(1 + {n} | participant)`" for n in key]},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "too-many-effects",
        "syntax",
        "syntax",
        (1, 2, 3),
        ("slope-from-one-observation",),
        ("random effects against rows",),
        "Which formula has too many random effects for these rows?",
        make_too_many,
    ),
    Generator(
        "informed-slopes",
        "syntax",
        "syntax",
        (1, 2),
        ("between-predictor-slope",),
        ("within and between participants",),
        "For which predictors can participants have slopes of their own?",
        make_informed,
    ),
)
