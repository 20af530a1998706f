"""Which data are on the screen, and the ways to resample them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.cache import KEEP, fitted_model, story_data, story_key
from pages._ui.controls import Control, number_and_next, true_value
from pages.learn._bootstrap.designs import SETTINGS, Setting
from sim import Fit, LinearFit, lm, lmer, simulate
from sim.inference.intervals import IntervalKind
from sim.inference.resamples import Kind
from sim.scenarios import SCENARIOS, Value

SIZES = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
DEFAULT_SIZE = 1_000
INTERVAL_LABELS: dict[str, IntervalKind] = {
    "percentile": "percentile",
    "basic": "basic",
    "normal": "normal",
    "BCa": "bca",
}
LEVELS = ("0.80", "0.90", "0.95", "0.99")


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to resample.

    Parameters
    ----------
    title : above its panel.
    short : inside a sentence.
    kind : of `bootstrap`.
    number : which random numbers it gets.
    linear : of the `lm` fit, not the `lmer` fit.
    """

    title: str
    short: str
    kind: Kind
    number: int
    linear: bool = False


LM_ROWS = Scheme("lm: rows", "resampled rows with lm", "rows", 1, linear=True)
ROWS = Scheme("lmer: rows", "resampled rows", "rows", 2)
CASES = Scheme("lmer: participants", "resampled participants", "cases", 3)
MODEL = Scheme("lmer: the model", "the model", "parametric", 4)
SCHEMES = (LM_ROWS, ROWS, CASES, MODEL)
MIXED = (ROWS, CASES, MODEL)


@dataclass(frozen=True, slots=True)
class World:
    """The data on the screen with their fits.

    Parameters
    ----------
    setting : where they come from.
    seed, parameters : of the story.
    key : names all of it.
    frame, fit, linear : data, lmer fit, lm fit.
    truth : of the effect; None where nobody knows it.
    """

    setting: Setting
    seed: int
    parameters: Mapping[str, Value]
    key: str
    frame: pd.DataFrame
    fit: Fit
    linear: LinearFit
    truth: float | None

    @property
    def estimate(self) -> float:
        """The effect in the lmer fit of the actual data."""
        return float(self.fit.fixef[self.setting.effect])

    @property
    def people(self) -> int:
        """Number of participants."""
        return self.fit.ngroups[self.setting.participant]

    def model(self, scheme: Scheme) -> Fit | LinearFit:
        """The fit that a scheme resamples."""
        return self.linear if scheme.linear else self.fit

    def study(self, rng: np.random.Generator) -> Fit:
        """Draw the data of another such study and fit them.

        Where nobody knows the truth, the fitted model plays it.
        """
        setting = self.setting
        if self.truth is None:
            y = simulate(self.fit, 1, rng)[:, 0]
            response = self.fit.design.formula.response_text
            used = self.frame.iloc[np.asarray(self.fit.design.rows)]
            return lmer(setting.formula, used.assign(**{response: y}))
        return lmer(setting.formula, SCENARIOS[setting.story].generate(rng, **self.parameters))


@st.cache_resource(max_entries=200, ttl=KEEP, show_spinner=False)
def _linear_fit(key: str, formula: str, _frame: pd.DataFrame) -> LinearFit:
    return lm(formula, _frame)


def choose_setting() -> Setting:
    """Draw the chooser of the design."""
    titles = [setting.title for setting in SETTINGS]
    chosen = st.segmented_control(
        "Data",
        titles,
        default=titles[0],
        key="data",
        bind="query-params",
        required=True,
        help="The sleep study is the lecture's; the others come from a truth that you set.",
    )
    return next((s for s in SETTINGS if s.title == chosen), SETTINGS[0])


def _slider(setting: Setting, control: Control) -> Value:
    parameters = SCENARIOS[setting.story].parameters
    parameter = next(p for p in parameters if p.name == control.parameter)
    return true_value(control, parameter, f"{setting.name}.{control.parameter}")


def choose_truth(setting: Setting) -> tuple[int, dict[str, Value]]:
    """Draw the sliders; returns the seed and the story's parameters."""
    if not setting.controls:
        return 0, {}
    values = dict(setting.fixed)
    grid = st.grid(4, min_column_width=190, gap="medium")
    for control in setting.controls:
        with grid.cell():
            values[control.parameter] = _slider(setting, control)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = number_and_next(
            "Seed",
            "seed",
            0,
            "New data",
            width=150,
            help="The same seed and settings always give the same data, on every computer.",
        )
    return seed, SCENARIOS[setting.story].complete(values)


def make_world(setting: Setting, seed: int, parameters: Mapping[str, Value]) -> World:
    """Draw the data and fit them.

    Raises
    ------
    SimError : what `lmer` and `lm` say.
    """
    key = story_key(setting.story, seed, parameters)
    frame = story_data(setting.story, seed, tuple(sorted(parameters.items())))
    fit = fitted_model(key, frame, setting.formula, True, "treatment")
    truth = SCENARIOS[setting.story].truth(**parameters)
    known = None if truth is None else truth.beside(list(fit.fixef.index)).fixef[setting.effect]
    return World(
        setting=setting,
        seed=seed,
        parameters=parameters,
        key=f"{setting.name} {key}",
        frame=frame,
        fit=fit,
        linear=_linear_fit(key, setting.linear, frame),
        truth=known,
    )
