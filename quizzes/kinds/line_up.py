"""One panel is actual, the others are simulated."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong
from quizzes.kinds.responses import NONSENSE, position
from sim import SCENARIOS, SimError, lmer
from sim.checks.line_up import MAX_PANELS, PLOTS, LineUp, line_up

MAX_DRAW = 2**31


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
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    data_seed: int = 1
    draw: int = 1
    null: bool = False
    panels: int = 20


def draw_panels(body: LineUpAnswer) -> LineUp:
    """Draw the panels: the same for the same body.

    Raises
    ------
    SimError : the model cannot be fitted to these data.
    """
    return _draw(
        body.scenario,
        tuple(sorted(body.parameters.items())),
        body.data_seed,
        body.formula,
        body.plot,
        body.draw,
        body.null,
        body.panels,
    )


@lru_cache(maxsize=64)
def _draw(
    scenario: str,
    parameters: tuple[tuple[str, Any], ...],
    data_seed: int,
    formula: str,
    plot: Any,
    draw: int,
    null: bool,
    panels: int,
) -> LineUp:
    story = SCENARIOS[scenario]
    data = story.generate(np.random.default_rng(data_seed), **dict(parameters))
    rng = np.random.default_rng((draw, data_seed))
    return line_up(lmer(formula, data), data, story.roles, plot, rng, panels, null)


def read(fields: Fields) -> LineUpAnswer:
    """Read where the panels come from; draws them once to see that it can be done."""
    name = fields.one_of("scenario", SCENARIOS)
    null = fields.flag("null")
    body = LineUpAnswer(
        name,
        fields.text("formula", SCENARIOS[name].models[0].formula),
        fields.one_of("plot", PLOTS, "lines"),
        fields.markdown("right"),
        fields.markdown("wrong", "" if null else None),
        fields.values("parameters"),
        fields.integer("data_seed", 0, MAX_DRAW, 1),
        fields.integer("draw", 0, MAX_DRAW, 1),
        null,
        fields.integer("panels", 2, MAX_PANELS, 20),
    )
    try:
        SCENARIOS[name].complete(body.parameters)
        draw_panels(body)
    except SimError as problem:
        raise fields.error("scenario", problem.problem, problem.hint) from None
    return body


def write(body: LineUpAnswer) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    written: dict[str, Any] = {
        "scenario": body.scenario,
        "data_seed": body.data_seed,
        "formula": body.formula,
        "plot": body.plot,
        "draw": body.draw,
        "panels": body.panels,
        "right": body.right,
    }
    if body.wrong:
        written["wrong"] = body.wrong
    if body.parameters:
        written["parameters"] = dict(body.parameters)
    return written | ({"null": True} if body.null else {})


def arrange(body: LineUpAnswer, rng: np.random.Generator) -> LineUpAnswer:
    """Draw other simulations, and another place for the actual panel."""
    return replace(body, draw=int(rng.integers(MAX_DRAW)))


def ask(body: LineUpAnswer) -> dict[str, Any]:
    """Return the number of panels and the plot; whoever knew the draw could find the key."""
    return {"panels": body.panels, "plot": body.plot, "null": body.null}


def parse(body: LineUpAnswer, response: object) -> int:
    """Read the number of a panel, 1 for the first."""
    number = position(response, body.panels + 1)
    if not number:
        raise Unreadable(
            f"I could not read which panel you chose. Choose one from 1 to {body.panels}."
        )
    return number


def grade(body: LineUpAnswer, answer: int) -> Mark:
    """Right if the panel is the actual one; a warm-up has no score."""
    if body.null:
        return Mark(None, body.right)
    actual = draw_panels(body).actual
    if answer == actual:
        return Mark(1.0, body.right)
    return Mark(0.0, f"The actual data are in panel {actual}. {body.wrong}")


def shown(body: LineUpAnswer, answer: int) -> str:
    """Return the panel in words."""
    return f"panel {answer}"


def examples(body: LineUpAnswer) -> Examples:
    """The actual panel, another one, and what is no panel."""
    n = body.panels
    malformed = (0, n + 1, -1, "", "left", 1.5, [1], *NONSENSE)
    if body.null:
        return Examples((1, str(n)), (), malformed)
    actual = draw_panels(body).actual or 0
    return Examples((actual, str(actual)), (Wrong(actual % n + 1, body.wrong),), malformed)


KIND = Kind("line_up", LineUpAnswer, read, write, arrange, ask, parse, grade, shown, examples)
