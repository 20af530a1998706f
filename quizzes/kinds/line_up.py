"""One panel is actual, the others are simulated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.item import NOTHING


@dataclass(frozen=True, slots=True)
class LineUpAnswer:
    """A line-up of panels, numbered from 1.

    Parameters
    ----------
    scenario, parameters, data_seed : where the actual data come from.
    formula : the model the others are simulated from.
    plot : "lines", "means" or "residuals", as in `sim.checks.line_up`.
    right, wrong : feedback.
    draw : what the simulations and the place of the actual panel are drawn from.
    null : all panels are simulated: a warm-up without a key.
    panels : how many.
    """

    scenario: str
    formula: str
    plot: str
    right: str
    wrong: str
    parameters: Mapping[str, Any] = NOTHING
    data_seed: int = 1
    draw: int = 1
    null: bool = False
    panels: int = 20
