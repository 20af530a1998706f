"""The design on the screen: sizes, true values and seed, with both labellings of its classes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pages._ui.cache import fitted_model, story_data, story_key
from pages._ui.controls import MAX_SEED, Control, take_next, true_value, whole_number
from sim import Fit
from sim.scenarios import SCENARIOS, Truth, Value

STORY = SCENARIOS["schools"]
SCHOOL, CLASS = "school", "class"
NESTED, CROSSED = "(1 | school/class)", "(1 | school) + (1 | class)"
BRACKETS = (NESTED, CROSSED)
LABELLINGS = ("reused", "unique")
FIXED = "score ~ 1 + method + hours"
SEED = 16
UNIQUE_KEY = "unique"


SIZES = (
    Control("schools", 2, 10, 6),
    Control("classes", 2, 6, 4),
    Control("pupils", 2, 30, 10),
)
TRUTHS = (
    Control("school_sd", 0, 20, 8),
    Control("class_sd", 0, 20, 5),
    Control("residual_sd", 0.5, 20, 6),
    Control("method_effect", -10, 10, 5),
)


def formula_of(bracket: str) -> str:
    """The model with these random intercepts."""
    return f"{FIXED} + {bracket}"


@dataclass(frozen=True, slots=True)
class World:
    """One set of scores under two labellings, and two models fitted to each.

    Parameters
    ----------
    seed, parameters : of the story; `labels` is not among the parameters.
    key : names both.
    unique : which labelling is on the screen.
    frames : labelling -> data; they differ in the column `class` only.
    fits : (labelling, bracket) -> fit by REML.
    truth : the values the scores came from.
    """

    seed: int
    parameters: Mapping[str, Value]
    key: str
    unique: bool
    frames: Mapping[str, pd.DataFrame]
    fits: Mapping[tuple[str, str], Fit]
    truth: Truth

    @property
    def labelling(self) -> str:
        """The one on the screen."""
        return LABELLINGS[self.unique]

    @property
    def frame(self) -> pd.DataFrame:
        """The data with the labels on the screen."""
        return self.frames[self.labelling]

    def size(self, name: str) -> int:
        """Number of schools, of classes per school, of pupils per class."""
        return int(self.parameters[name])

    @property
    def n_classes(self) -> int:
        """How many classes the scores were drawn for."""
        return self.size("schools") * self.size("classes")


def _slider(control: Control) -> Value:
    parameter = next(p for p in STORY.parameters if p.name == control.parameter)
    return true_value(control, parameter, control.parameter)


def choose_world() -> tuple[int, dict[str, Value]]:
    """Draw the sliders; returns the seed and the story's parameters."""
    values: dict[str, Value] = {}
    grid = st.grid(4, min_column_width=150, gap="medium")
    for control in (*SIZES, *TRUTHS):
        with grid.cell():
            values[control.parameter] = _slider(control)
    with grid.cell():
        seed = whole_number(
            "Seed",
            "seed",
            0,
            MAX_SEED,
            SEED,
            help="The same seed and settings always give the same scores, on every computer.",
        )
    st.button("New scores", icon=":material/casino:", on_click=take_next, args=("seed", 0))
    return seed, values


def choose_labels() -> bool:
    """Draw the toggle; returns whether every class has a name of its own."""
    return bool(
        st.toggle(
            "Every class has a name of its own",
            key=UNIQUE_KEY,
            bind="query-params",
            wrap=True,
            help="Off: the classes are called a, b, c … in every school. On: 1a, 1b, … 2a, 2b, … "
            "Only the names change. Pupils and scores stay the same.",
        )
    )


def make_world(seed: int, chosen: Mapping[str, Value], unique: bool) -> World:
    """Draw the scores under both labellings and fit both models to each.

    Raises
    ------
    SimError : what `lmer` says.
    """
    frames: dict[str, pd.DataFrame] = {}
    fits: dict[tuple[str, str], Fit] = {}
    for labels in LABELLINGS:
        values = STORY.complete({**chosen, "labels": labels})
        key = story_key(STORY.name, seed, values)
        frames[labels] = story_data(STORY.name, seed, tuple(sorted(values.items())))
        for bracket in BRACKETS:
            fits[labels, bracket] = fitted_model(
                key, frames[labels], formula_of(bracket), True, "treatment"
            )
    truth = STORY.truth(**{**chosen, "labels": "unique"})
    if truth is None:
        raise ValueError("the story of schools knows its truth")
    key = story_key(STORY.name, seed, chosen)
    return World(seed, dict(chosen), key, unique, frames, fits, truth)
