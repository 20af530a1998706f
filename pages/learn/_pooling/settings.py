"""Which data, and the lines of their participants by every method."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages._data.dataset import OWN, Dataset
from pages._data.own_data import own_dataset
from pages._data.story import story_dataset, story_title
from pages._ui.cache import KEEP, LARGE_ROWS, story_data, story_key, time_limit
from pages._ui.words import plain
from sim.pooling import Pooling, pool
from sim.pooling.pooling import Varying
from sim.scenarios import SCENARIOS

# The stories with a number on the axis.
STORIES = ("sleepstudy20", "sleepstudy", "random_slopes", "simpson")
CHOOSER = "pooling"
VARYING: dict[str, Varying] = {
    "intercepts": "intercepts",
    "slopes": "slopes",
    "intercepts and slopes": "both",
}
# With so many values of the predictor or fewer, everybody is drawn at all of them.
MAX_SHARED_VALUES = 15


@dataclass(frozen=True, slots=True)
class Study:
    """Data with the lines of their participants.

    Parameters
    ----------
    dataset : the data.
    both : lines by the model with random intercepts and slopes.
    """

    dataset: Dataset
    both: Pooling

    @property
    def x_name(self) -> str:
        """The column of the predictor."""
        return self.dataset.roles.predictor

    @property
    def unit(self) -> str:
        """Unit of the response, with a space before it; empty where nobody knows it."""
        unit = self.dataset.roles.units.get(self.dataset.roles.response, "")
        return f" {unit}" if unit else ""

    @property
    def people(self) -> tuple[str, ...]:
        """Names of the participants, in the order of the model."""
        return self.both.measured.participants

    @property
    def counts(self) -> "pd.Series[int]":
        """Observations of each participant."""
        return pd.Series(self.both.measured.counts.astype(int), index=list(self.people))

    @property
    def values(self) -> np.ndarray:
        """Where lines are compared: all values of the predictor, or ten along its range."""
        found = np.unique(self.both.measured.x)
        if len(found) <= MAX_SHARED_VALUES:
            return found
        return np.linspace(found[0], found[-1], 10)

    def varying(self, varying: Varying) -> Pooling:
        """The same data with a model that lets less vary.

        Raises
        ------
        SimError : the model cannot be fitted.
        """
        return self.both if varying == "both" else lines_of(self.dataset, varying)


def _timely_pool(roles: tuple[str, str, str], varying: Varying, frame: pd.DataFrame) -> Pooling:
    with time_limit("Fitting this model", "Use fewer rows or fewer participants.") as stop:
        return pool(frame, *roles, varying, stop=stop)


@st.cache_resource(max_entries=200, ttl=KEEP, show_spinner=False)
def _small(
    key: str, roles: tuple[str, str, str], varying: Varying, _frame: pd.DataFrame
) -> Pooling:
    return _timely_pool(roles, varying, _frame)


@st.cache_resource(max_entries=6, ttl=KEEP, show_spinner="Fitting the model …")
def _large(
    key: str, roles: tuple[str, str, str], varying: Varying, _frame: pd.DataFrame
) -> Pooling:
    return _timely_pool(roles, varying, _frame)


def lines_of(dataset: Dataset, varying: Varying, left_out: tuple[int, ...] = ()) -> Pooling:
    """The participants' lines by every method; computed once.

    Parameters
    ----------
    left_out : positions of rows that are not used.

    Raises
    ------
    SimError : the data or the model do not allow it.
    """
    roles = (dataset.roles.response, dataset.roles.predictor, dataset.roles.participant)
    frame = dataset.frame.drop(index=dataset.frame.index[list(left_out)])
    cached = _small if len(frame) <= LARGE_ROWS else _large
    return cached(f"{dataset.key} {left_out}", roles, varying, frame)


def _real(name: str) -> Dataset:
    scenario = SCENARIOS[name]
    return Dataset(
        name=name,
        title=scenario.title,
        key=story_key(name, 0, {}),
        frame=story_data(name, 0, ()),
        roles=scenario.roles,
        models=scenario.models,
    )


def choose_dataset() -> Dataset | None:
    """Draw the chooser of the data; None until a visitor has brought some.

    Raises
    ------
    SimError : the upload cannot be used.
    """
    story: str = st.selectbox(
        "Data",
        [*STORIES, OWN],
        format_func=story_title,
        key=CHOOSER,
        bind="query-params",
        help="Each has one number on the axis, and participants measured more than once.",
    )
    if story == OWN:
        return own_dataset()
    st.caption(plain(SCENARIOS[story].story))
    return story_dataset(story) if SCENARIOS[story].parameters else _real(story)


def study_of(dataset: Dataset) -> Study:
    """Fit the lines.

    Raises
    ------
    SimError : the data do not allow it.
    """
    return Study(dataset, lines_of(dataset, "both"))
