"""Fitted lines of participants, and the formula they come from."""

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.wording import number
from quizzes.item import Item, Picture, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import listed
from sim.lmm.fit import lmer
from sim.scenarios import generate

WEEKS = 5
# Right of the tilde, and what its lines look like.
FORMS = {
    "week + (1 | pupil)": (
        "Its lines would be parallel: pupils differ in level, and all have one slope."
    ),
    "week + (0 + week | pupil)": (
        "Its lines would all meet at week 0: `0 +` leaves out the random intercepts, so pupils "
        "differ in their slopes only."
    ),
    "week + (week | pupil)": (
        "Its lines would differ in level *and* slope: `(week | pupil)` brings a random intercept "
        "along."
    ),
    "1 + (1 | pupil)": (
        "Its lines would be flat: without `week` the model knows nothing of the weeks."
    ),
}
# Of the lines that are shown and the formula somebody takes them for: what is believed then.
BELIEFS = {
    ("week + (1 | pupil)", "week + (0 + week | pupil)"): "zero-plus-zero-slope",
    ("week + (0 + week | pupil)", "week + (week | pupil)"): "x-without-intercept",
}


def make(rng: np.random.Generator, level: int) -> Item:
    """Show fitted lines and ask which of three (level 1) or four formulas they belong to."""
    forms = list(FORMS)[: 3 if level == 1 else 4]
    key = forms[int(rng.integers(len(forms)))]
    formula = f"score ~ {key}"
    while True:
        data = generate(
            "random_slopes", rng, participants=8, weeks=WEEKS, baseline=float(rng.integers(30, 60)),
            slope=float(rng.integers(2, 6)), intercept_sd=8.0, slope_sd=2.5, correlation=0.0,
            residual_sd=2.0,
        ).rename(columns={"participant": "pupil"})  # fmt: skip
        fit = lmer(formula, data)
        y = fit.predict().reshape(8, WEEKS)
        if _clear(y, key):
            break
    lines = np.round(y, 2)
    week = np.tile(np.arange(WEEKS), 8)
    pupil = np.repeat([f"pupil {i + 1}" for i in range(8)], WEEKS)
    picture = Picture(
        "lines",
        "Straight lines of 8 pupils from week 0 to week 4. Scores at week 0: "
        f"{listed([number(v, 0) for v in lines[:, 0]])}. Scores at week 4, in the same order: "
        f"{listed([number(v, 0) for v in lines[:, -1]])}.",
        {
            "x": tuple(week.tolist()), "y": tuple(lines.ravel().tolist()),
            "participant": tuple(pupil.tolist()), "role": ("fitted",) * week.size,
        },
        {"x_title": "week", "y_title": "predicted score (points)"},
    )  # fmt: skip
    choices = tuple(
        Choice(f"`score ~ {form}`", "The lines show what it lets vary, and nothing else.", True)
        if form == key
        else Choice(f"`score ~ {form}`", FORMS[form], misconception=BELIEFS.get((key, form), ""))
        for form in forms
    )
    why = {
        "week + (1 | pupil)": "The lines start at different heights and stay as far apart: only "
        "intercepts vary.",
        "week + (0 + week | pupil)": "The lines start at one point and spread out: only slopes "
        "vary.",
        "week + (week | pupil)": "The lines start at different heights and are not parallel: "
        "intercepts and slopes vary.",
        "1 + (1 | pupil)": "The lines are flat and differ in height: there is no slope at all, "
        "neither fixed nor random.",
    }[key]
    return Item(
        "lines-of-a-formula", "single_choice", "syntax", level,
        "The picture shows the lines that a fitted model predicts for eight pupils. Which formula "
        "was fitted?",
        SingleChoice(choices),
        f"{why} What stands on the left of the bar is what may differ from line to line.",
        see=See("playground", {"story": "Random slopes"}), picture=picture,
        facts={"lines": lines, "key": f"`score ~ {key}`"},
    )  # fmt: skip


def _clear(y: np.ndarray, key: str) -> bool:
    """Whether one sees what varies: starts (points) and changes over all weeks."""
    starts, changes = y[:, 0].std(), (y[:, -1] - y[:, 0]).std()
    levels = "(week" in key or "(1" in key
    slopes = "week |" in key
    steep = key.startswith("1") or abs((y[:, -1] - y[:, 0]).mean()) > 6
    return bool((starts > 4) == levels and (changes > 4) == slopes and steep)


GENERATORS = (
    Generator(
        "lines-of-a-formula",
        "syntax",
        "playground",
        (1, 2),
        ("zero-plus-zero-slope", "x-without-intercept"),
        ("what a bracket lets vary",),
        "Which formula do these fitted lines come from?",
        make,
    ),
)
