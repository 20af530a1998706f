"""Data on which optimisers stumble, and what makes them walk again.

Every trouble is a small data set with one thing wrong, and cures that change one thing each. The
cures are formulas or factor levels, so that they can be typed in R as they stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.scenarios import generate

DAY = 86_400  # seconds
MILLISECONDS = 86_400_000  # in a day
FIRST_YEAR = 2016


@dataclass(frozen=True, slots=True)
class Cure:
    """One change that may help.

    Attributes
    ----------
    label : what a button says.
    formula : the model with the change.
    levels : the order of a factor's levels; the first is the reference.
    same_model : whether it is the same model in other clothes, or another, simpler one.
    why : what it does, in a sentence or two.
    works : whether every optimiser then reaches the optimum.
    """

    label: str
    formula: str
    why: str
    same_model: bool = True
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    works: bool = True


@dataclass(frozen=True, slots=True)
class Trouble:
    """Data with one thing wrong.

    Attributes
    ----------
    title : in a list.
    story : what was measured and what is wrong, in two sentences.
    formula : the model as one would first type it.
    data : draws the data; always the same.
    cures : at most one for each idea.
    lme4 : what lme4 1.1-31 does with its default optimiser, in a sentence.
    """

    title: str
    story: str
    formula: str
    data: Callable[[], pd.DataFrame]
    cures: Mapping[str, Cure]
    lme4: str

    def frame(self, cure: str = "") -> pd.DataFrame:
        """Return the data, with the factor levels that a cure asks for."""
        frame = self.data()
        levels = self.cures[cure].levels if cure else {}
        for name, order in levels.items():
            frame = frame.assign(**{name: pd.Categorical(frame[name].astype(str), list(order))})
        return frame

    def model(self, cure: str = "") -> str:
        """Return the formula, as a cure has it."""
        return self.cures[cure].formula if cure else self.formula


def _sleep(**columns: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    frame = generate("sleepstudy20", np.random.default_rng(1))
    days = frame.pop("days")
    return frame.assign(**{name: make(days) for name, make in columns.items()})


def _alarm() -> pd.DataFrame:
    """Twenty people, alike while it is calm, very different after an alarm."""
    rng = np.random.default_rng(4)
    people, repeats = 20, 4
    z = rng.normal(size=(people, 2))
    own = np.column_stack([z[:, 0], 30 * (0.3 * z[:, 0] + np.sqrt(0.91) * z[:, 1])])
    participant = np.repeat(np.arange(people), 2 * repeats)
    condition = np.tile(np.repeat([0, 1], repeats), people)
    noise = rng.normal(size=len(participant))
    return pd.DataFrame(
        {
            "participant": pd.Categorical((participant + 1).astype(str)),
            "condition": pd.Categorical(np.array(["calm", "alarm"])[condition], ["calm", "alarm"]),
            "sweat": 50 + 30 * condition + own[participant, condition] + noise,
        }
    )


def _few() -> pd.DataFrame:
    """Eight people, four weeks: too little to tell how level and slope go together."""
    rng = np.random.default_rng(16)
    people, weeks = 8, 4
    own = rng.normal(size=(people, 2)) * [2, 0.7]
    participant = np.repeat(np.arange(people), weeks)
    week = np.tile(np.arange(weeks), people)
    mean = 10 + own[participant, 0] + (1 + own[participant, 1]) * week
    return pd.DataFrame(
        {
            "participant": pd.Categorical((participant + 1).astype(str)),
            "week": week,
            "score": mean + 2 * rng.normal(size=len(week)),
        }
    )


def _timed(name: str, per_day: int, unit: str) -> tuple[str, dict[str, Cure]]:
    formula = f"reaction ~ {name} + ({name} | subject)"
    cures = {
        "scale": Cure(
            "Centre and scale",
            f"reaction ~ scale({name}) + (scale({name}) | subject)",
            "scale() takes the mean away and divides by the SD, so a step of 1 is a typical step. "
            "The lines that the model can draw stay the same; only their numbers are told in "
            "other units.",
        ),
        "recode": Cure(
            "Count in days",
            f"reaction ~ I({name} / {per_day}) + (I({name} / {per_day}) | subject)",
            f"A day has {per_day:,} {unit}. Counted in days, a slope is some milliseconds of "
            "reaction time a day, as large as the residual SD and not a millionth of it.",
        ),
        "uncorrelate": Cure(
            "Drop the correlation",
            f"reaction ~ {name} + ({name} || subject)",
            "One theta less, but the slope still has its tiny unit. What is wrong is the unit, "
            "and a simpler model does not repair it.",
            same_model=False,
            works=False,
        ),
    }
    return formula, cures


_SECONDS_FORMULA, _SECONDS_CURES = _timed("seconds", DAY, "seconds")
_MILLISECONDS_FORMULA, _MILLISECONDS_CURES = _timed("milliseconds", MILLISECONDS, "milliseconds")
_YEAR = "reaction ~ year + (year | subject)"
_SINCE = f"I(year - {FIRST_YEAR})"

TROUBLES: Mapping[str, Trouble] = {
    "none": Trouble(
        "All is well: days as days",
        "The sleep study: twenty people, up to ten days of short nights, reaction times in "
        "milliseconds. Days run from 0 to 9, so every number of the model is of ordinary size.",
        "reaction ~ days + (days | subject)",
        lambda: _sleep(days=lambda days: days),
        {
            "uncorrelate": Cure(
                "Drop the correlation",
                "reaction ~ days + (days || subject)",
                "A simpler model with one theta less. Nothing was wrong, so nothing had to be "
                "repaired: the correlation was estimated as only 0.07, and little is lost.",
                same_model=False,
            ),
        },
        "lme4 finds the optimum, 1771.448, and says nothing.",
    ),
    "seconds": Trouble(
        "Badly scaled: days in seconds",
        "The sleep study: twenty people, up to ten days of short nights, but time was stored in "
        "seconds. A slope is now a change per second, 86,400 times as small, and so is its SD.",
        _SECONDS_FORMULA,
        lambda: _sleep(seconds=lambda days: days * DAY),
        _SECONDS_CURES,
        "lme4 warns that predictors are on very different scales, stops at 1803.87 where the "
        "optimum is 1794.18, and calls the fit singular.",
    ),
    "milliseconds": Trouble(
        "Badly scaled: days in milliseconds",
        "The sleep study with time in milliseconds from the first day on, as computers store "
        "it, neither centred nor scaled. The last days are numbers near 800 million.",
        _MILLISECONDS_FORMULA,
        lambda: _sleep(milliseconds=lambda days: days * MILLISECONDS),
        _MILLISECONDS_CURES,
        'lme4 warns of the scales and gives up: "Downdated VtV is not positive definite".',
    ),
    "year": Trouble(
        "Not centred: from the year 0",
        "The sleep study, as if every day had been a year from 2016 on. The intercept "
        "is now the reaction time in the year 0, two thousand years before the data begin.",
        _YEAR,
        lambda: _sleep(year=lambda days: days + FIRST_YEAR),
        {
            "scale": Cure(
                "Centre",
                "reaction ~ center(year) + (center(year) | subject)",
                "The intercept becomes the reaction time in the middle of the study. Level and "
                "slope no longer have to move together, and the long narrow valley is gone.",
            ),
            "recode": Cure(
                "Count from the first year",
                f"reaction ~ {_SINCE} + ({_SINCE} | subject)",
                "Another zero point: the intercept becomes the reaction time in the first year.",
            ),
            "uncorrelate": Cure(
                "Drop the correlation",
                "reaction ~ year + (year || subject)",
                "With the zero point so far away, level and slope must be correlated: forbidding "
                "it forbids nearly all differences in slope. That model is another one and a bad "
                "one; centre first.",
                same_model=False,
                works=False,
            ),
        },
        "lme4 stops at 1815.37 where the optimum is 1771.45: unable to evaluate scaled gradient.",
    ),
    "reference": Trouble(
        "An unlucky reference level",
        "How much people sweat while it is calm and after an alarm, four times each. While it is "
        "calm they are nearly alike; after the alarm they differ by tens of points.",
        "sweat ~ condition + (condition | participant)",
        _alarm,
        {
            "recode": Cure(
                "Make alarm the reference",
                "sweat ~ condition + (condition | participant)",
                "The intercept now belongs to the condition where people differ a lot, so its SD "
                "is far from zero and no step overshoots into the boundary.",
                levels={"condition": ("alarm", "calm")},
            ),
        },
        "lme4 stops at 661.85 where the optimum is 633.26, and calls the fit singular. With alarm "
        "as the reference it finds 633.26 and says nothing.",
    ),
    "correlation": Trouble(
        "Too few data for a correlation",
        "Eight people, measured in four weeks. That is too little to say how level and slope go "
        "together, and the best estimate of their correlation is exactly 1.",
        "score ~ week + (week | participant)",
        _few,
        {
            "uncorrelate": Cure(
                "Drop the correlation",
                "score ~ week + (week || participant)",
                "The data cannot tell the correlation, so the model no longer asks for it. The "
                "criterion is 0.87 higher with one theta less: next to nothing is lost.",
                same_model=False,
            ),
            "scale": Cure(
                "Centre",
                "score ~ center(week) + (center(week) | participant)",
                "The same model seen from the middle week. It is still singular, because no "
                "recoding makes eight people tell more than they do.",
            ),
        },
        "lme4 finds the optimum, 149.057, and says that the fit is singular. So it is.",
    ),
    "singular": Trouble(
        "A singular fit: the best SD is zero",
        "Twenty people take a test twice, and a score is mostly luck. Two scores of one person "
        "are no more alike than the scores of strangers.",
        "score ~ 1 + test + (1 | participant)",
        lambda: generate("singular", np.random.default_rng(1)),
        {},
        "lme4 finds the optimum and says that the fit is singular. So it is.",
    ),
}
