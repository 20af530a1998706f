"""Line-ups of actual and simulated data, over many stories and models."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.item import Item, See
from quizzes.kinds.line_up import LineUpAnswer
from sim.scenarios import SCENARIOS

PANELS = {1: 9, 2: 12, 3: 20}


@dataclass(frozen=True, slots=True)
class _Case:
    """A story whose data a model cannot make.

    Parameters
    ----------
    scenario, formula, plot : as in `LineUpAnswer`.
    about : what is measured, for the stem.
    size : the parameter that makes the difference, and its ends from large to small.
    others : parameters that stay.
    look : what gives the data away.
    """

    scenario: str
    formula: str
    plot: str
    about: str
    size: tuple[str, float, float]
    others: dict[str, Any]
    look: str


CASES = (
    _Case(
        "outlier", "value ~ 1 + condition + (1 | participant)", "lines",
        "Values of participants in two conditions",
        ("outlier_distance", 30.0, 8.0), {"participants": 20, "residual_sd": 0.5},
        "one participant lies far from all others. The model has one normal distribution for all, "
        "so it spreads everybody instead",
    ),
    _Case(
        "mixture", "value ~ 1 + condition + (1 | participant)", "means",
        "Means of participants over two conditions",
        ("separation", 14.0, 6.0), {"participants": 60},
        "the means have two humps: there are two kinds of participants. One normal distribution "
        "has one hump",
    ),
    _Case(
        "unequal_variance", "value ~ 1 + group + condition + (1 | participant)", "lines",
        "Values of two groups of participants in two conditions",
        ("second_participant_sd", 14.0, 6.0), {"participants": 30},
        "one group spreads much more than the other. The model has one SD for both",
    ),
    _Case(
        "random_slopes", "score ~ 1 + week + (1 | participant)", "lines",
        "Scores of participants over the weeks",
        ("slope_sd", 7.0, 3.0), {"participants": 14, "weeks": 8, "residual_sd": 4.0},
        "the lines fan out: participants differ in their slopes. The model gives all of them one "
        "slope",
    ),
)  # fmt: skip


def make(rng: np.random.Generator, level: int) -> Item:
    """Hide data among simulations from a model that leaves something out."""
    case = CASES[int(rng.integers(len(CASES)))]
    name, large, small = case.size
    share = {1: 0.0, 2: 0.5, 3: 1.0}[level]
    parameters = {**case.others, name: round(large + share * (small - large), 1)}
    data_seed, draw = (int(rng.integers(1, 2**31 - 1)) for _ in range(2))
    body = LineUpAnswer(
        case.scenario, case.formula, case.plot,
        f"Yes: {case.look}.",
        "Look for the panel that differs from all others in its shape, not in its noise: "
        f"{case.look}.",
        parameters, data_seed, draw, panels=PANELS[level],
    )  # fmt: skip
    stem = (
        f"{case.about}. One of the {PANELS[level]} panels shows the actual data; the others were "
        f"simulated from `{case.formula}`, fitted to them. Which panel is the actual one?"
    )
    explanation = (
        f"In the actual data {case.look}. A model may fit as well as it can and still not be what "
        "made the data: ask what it would make."
    )
    return Item(
        "find-the-data", "line_up", "simulation", level, stem, body, explanation,
        see=See("playground", {"story": SCENARIOS[case.scenario].title}),
        facts={"scenario": case.scenario, "parameters": parameters, "data_seed": data_seed,
               "draw": draw},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "find-the-data",
        "simulation",
        "",
        (1, 2, 3),
        (),
        ("actual and simulated data",),
        "Line-up: find the actual data among simulations of a wrong model",
        make,
    ),
)
