"""Power over the number of participants, filled in as results arrive."""

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.charts import Picture
from pages._ui.controls import predict
from pages._ui.frame import section, show
from pages._ui.words import code, inside, number
from pages.learn._study.pictures import POWER_GOAL, curve_picture
from pages.learn._study.running import Run
from pages.learn._study.settings import Question, World
from pages.learn._study.words import is_too_eager, percent
from sim.errors import SimError
from sim.inference.counting import Study
from sim.inference.plan import prepare
from sim.study import PowerCurve, resized, size_parameter

POINTS = 8
CURVE_REPEATS = 600
MOST_ROWS = 6_000  # of one simulated study
SKIP = "Just show me"


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the curve goes over.

    Parameters
    ----------
    parameter : "participants" or "schools".
    now : its value in the side bar.
    worlds : one study for each size, smallest first.
    """

    parameter: str
    now: int
    worlds: dict[int, World]


def sizes_of(question: Question, world: World) -> Sizes:
    """Sizes from a third to three times the present one, as far as the story allows.

    Raises
    ------
    SimError : the story has no number of participants.
    """
    name = size_parameter(world.plan.scenario)
    now = int(dict(world.plan.parameters)[name])
    parameter = next(p for p in world.plan.scenario.parameters if p.name == name)
    rows = max(1, len(question.dataset.frame) // now)
    high = min(3 * now, int(parameter.maximum), max(now, MOST_ROWS // rows))
    low = max(int(parameter.minimum), now // 3)
    sizes = np.unique([*np.geomspace(low, max(high, low), POINTS).round().astype(int), now])
    worlds = {}
    for size in sizes.tolist():
        plan = resized(world.plan, name, size)
        try:
            prepare(plan)
        except SimError:
            continue  # too small for this model
        worlds[size] = World(f"{size}", plan, world.truth)
    return Sizes(name, now, worlds)


def enough(curve: PowerCurve) -> float | None:
    """The size at which the curve of lmer crosses 80%, between its points; None if it does not."""
    table = curve.table().dropna()
    size, power = table[curve.parameter].to_numpy(float), table["estimate"].to_numpy()
    above = np.flatnonzero(power >= POWER_GOAL)
    if not len(above):
        return None
    i = int(above[0])
    if i == 0:
        return float(size[0])
    share = (POWER_GOAL - power[i - 1]) / (power[i] - power[i - 1])
    return float(size[i - 1] + share * (size[i] - size[i - 1]))


def options(sizes: Sizes) -> list[str]:
    """What one may predict."""
    now = sizes.now
    return [f"Fewer than {now}", f"{now} to {2 * now}", f"More than {2 * now}", SKIP]


def answer(sizes: Sizes, needed: float | None) -> str:
    """The right one of the options."""
    if needed is None or needed > 2 * sizes.now:
        return options(sizes)[2]
    return options(sizes)[0 if needed < sizes.now else 1]


def curve_words(sizes: Sizes, curve: PowerCurve, guess: str, eager: bool) -> str:
    """How many participants would do; Markdown.

    Parameters
    ----------
    eager : the model says "significant" too often where nothing is there.
    """
    table = curve.table().dropna()
    if table.empty:
        return ""
    needed, last = enough(curve), table.iloc[-1]
    blocks = prepare(next(iter(sizes.worlds.values())).plan).design.blocks
    groups = {block.group for block in blocks}
    if needed is None:
        biggest = f"{int(last[curve.parameter]):,} {curve.parameter}"
        text = f"Even {biggest} find it in only {percent(last['estimate'])} of the studies."
    elif needed <= min(sizes.worlds):
        text = f"Already {min(sizes.worlds)} {curve.parameter} reach 80% power."
    else:
        text = f"**About {math.ceil(needed)} {curve.parameter}** reach 80% power."
    if guess != SKIP:
        right = answer(sizes, needed)
        text += f" You expected: *{inside(guess)}*" + (", as it is." if right == guess else ".")
    least = next(iter(curve.studies.values()))
    if least.done < least.asked:
        text += " The points are still moving."
    if eager:
        return text + (
            " But this model also finds what is not there far too often, so its power is not worth "
            "having. First find a model that keeps its 5%."
        )
    if "word" in groups:
        return text + (
            " People are only one of the two samples: against the luck of so few words more "
            "people do not help, more words would."
        )
    if len(groups) == 1:
        text += (
            " An effect half as large takes about four times as many: the standard error falls "
            "with the square root."
        )
    return text


class CurveSection:
    """The section, drawn now and filled in at the end of the page.

    Parameters
    ----------
    question : what the visitor chose.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.sizes: Sizes | None = None
        self.guess: str | None = None
        self.place: DeltaGenerator | None = None
        self.pictures: list[Picture] = []
        self.eager = False
        self.eager_means = False

    def learn(self, null: Study | None) -> None:
        """Hear how often the tests are wrong where nothing is there."""
        unit = self.question.dataset.roles.participant
        self.eager = is_too_eager(null)
        self.eager_means = null is not None and unit in null.outcomes and is_too_eager(null, unit)

    def open(self) -> None:
        """Ask for the prediction; say why there is no curve where there is none."""
        section(f"How many {size_parameter(self.question.worlds[0].plan.scenario)} are enough?")
        world = self.question.effect
        if world is None or world.truth is None:
            st.info("Power needs an effect to be found: set one in the side bar.")
            return
        sizes = sizes_of(self.question, world)
        if not sizes.worlds:
            st.info("The model cannot be fitted at any size near the present one.")
            return
        self.sizes = sizes
        dataset = self.question.dataset
        choices = options(sizes)
        self.guess = predict(
            f"Predict: how many {sizes.parameter} does it take to find the effect "
            f"({number(world.truth)}) in 80% of the studies?",
            choices,
            dataset.state(f"curve.{sizes.now}"),
            self.question.about,
        )
        if self.guess is None:
            st.caption("Click what you expect; then the studies run, at all sizes side by side.")
            return
        self.place = st.empty()

    def fill(self) -> None:
        """Run the studies and draw the curve as it grows."""
        if self.sizes is None or self.guess is None or self.place is None:
            return
        worlds = list(self.sizes.worlds.values())
        key = repr([world.key for world in worlds])
        Run("study.curve", key, worlds, CURVE_REPEATS).fill(self.place, self._draw)

    def _draw(self, studies: list[Study]) -> None:
        assert self.sizes is not None and self.guess is not None
        curve = PowerCurve(self.sizes.parameter, dict(zip(self.sizes.worlds, studies, strict=True)))
        unit = self.question.dataset.roles.participant
        others = [unit] if unit in studies[0].outcomes else []
        drawn = [m for m in others if np.isfinite(curve.table(m)["estimate"]).any()]
        self.pictures = [curve_picture(curve, ["lmer", *drawn], self.sizes.now)]
        show(self.pictures[0])
        legend = "Diamonds, solid line: lmer."
        if drawn:
            legend += f" Open circles, dashed line: by {code(unit)}."
        st.caption(
            f"{legend} Bands: Monte-Carlo intervals after {studies[0].done:,} repetitions of each "
            f"size. Purple: 80% (dashed) and the present {self.sizes.now} (dotted)."
        )
        words = curve_words(self.sizes, curve, self.guess, self.eager)
        if drawn and self.eager_means and not self.eager:
            words += (
                f" The curve by {code(unit)} is worth nothing: that test says “significant” "
                "far too often where nothing is there."
            )
        st.markdown(words)
