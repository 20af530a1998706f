"""Which data the formula is read for: the lecture's names, a story, an upload, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from pages._data.dataset import OWN, Dataset
from pages._data.own_data import own_dataset
from pages._data.story import story_dataset, story_title
from pages._ui.words import plain
from pages.learn._syntax.example import example_data
from sim.rcode import Story
from sim.scenarios import SCENARIOS, Value
from sim.tables import quoted

EXAMPLE, NOTHING = "example", "none"
TITLES = {EXAMPLE: "The lecture's names", NOTHING: "No data, any names"}
# The second grouping factor of the stories that have one.
SECOND = {"schools": "class", "items": "word"}
TOLD = {
    EXAMPLE: "24 pupils (g) in three schools, each seen at x1 = 0, 1, 2, 3. Every school has "
    "teachers A, B, C and D: whether that makes four teachers or twelve is for the formula to say. "
    "The names are those of the lecture's table, the numbers are made up.",
    NOTHING: "Any names may stand in the formula. Nobody knows then which of them hold numbers "
    "and which hold groups, so every predictor counts as a number.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the lecture's table, in the names of the data.

    Parameters
    ----------
    start : response and fixed effects, as typed.
    brackets : the random effects.
    words : what the lecture says they are.
    """

    start: str
    brackets: str
    words: str

    @property
    def formula(self) -> str:
        """The whole formula."""
        return f"{self.start} + {self.brackets}"


@dataclass(frozen=True, slots=True)
class Source:
    """The data on the screen, or none.

    Parameters
    ----------
    name : key of `SCENARIOS`, `OWN`, `EXAMPLE` or `NOTHING`.
    key : names the content.
    frame : None without data.
    rows : of the lecture's table.
    start : the formula shown first.
    story : how Python draws the data; None where they are read from a file.
    """

    name: str
    key: str
    frame: pd.DataFrame | None
    rows: tuple[Row, ...]
    start: str
    story: Story | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)

    def state(self, control: str) -> str:
        """The key of a control that every source keeps a setting of its own for."""
        return f"{self.name}.{control}"

    @property
    def file(self) -> str:
        """Name of the CSV."""
        return {OWN: "data.csv", EXAMPLE: "lecture_names.csv"}.get(self.name, f"{self.name}.csv")


def lecture_rows(y: str, x: str, group: str, pair: tuple[str, str] | None) -> tuple[Row, ...]:
    """The lecture's table; its last two rows need two grouping factors."""
    brackets = {
        f"(1 | {group})": f"a random intercept for each {group}",
        f"(0 + {x} | {group})": f"a random slope for each {group}",
        f"({x} | {group})": "random intercepts and slopes, correlated",
        f"({x} || {group})": "random intercepts and slopes, not correlated",
    }
    if pair is not None:
        one, other = pair
        brackets[f"(1 | {one}) + (1 | {other})"] = f"{one} and {other} crossed"
        brackets[f"(1 | {one}/{other})"] = f"{other} nested in {one}"
    return tuple(Row(f"{y} ~ {x}", bracket, words) for bracket, words in brackets.items())


LECTURE = lecture_rows("dv", "x1", "g", ("school", "teacher"))


def data_title(name: str) -> str:
    """The name of a source in the chooser, and in links."""
    return TITLES.get(name) or story_title(name)


def choose_source() -> Source | None:
    """Draw the chooser and what belongs to the choice; None until there is an upload.

    Raises
    ------
    SimError : the upload cannot be read.
    """
    names = [EXAMPLE, NOTHING, "sleepstudy20", *(n for n in SCENARIOS if n != "sleepstudy20"), OWN]
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with left:
        name: str = st.selectbox(
            "Data", names, format_func=data_title, key="data", bind="query-params"
        )
    with right:
        told = TOLD.get(name) or (SCENARIOS[name].story if name in SCENARIOS else "")
        st.markdown(plain(told))
    if name == NOTHING:
        return Source(name, name, None, LECTURE, LECTURE[2].formula)
    if name == EXAMPLE:
        return Source(name, name, example_data(), LECTURE, LECTURE[2].formula)
    dataset = own_dataset() if name == OWN else story_dataset(name)
    return None if dataset is None else _source(dataset)


def _source(dataset: Dataset) -> Source:
    roles = dataset.roles
    second = SECOND.get(dataset.name) if dataset.name != OWN else _other_factor(dataset)
    y, x, group = (quoted(n) for n in (roles.response, roles.predictor, roles.participant))
    return Source(
        name=dataset.name,
        key=dataset.key,
        frame=dataset.frame,
        rows=lecture_rows(y, x, group, (group, quoted(second)) if second else None),
        start=dataset.models[0].formula,
        story=dataset.story,
        parameters=dataset.parameters,
    )


def _other_factor(dataset: Dataset) -> str | None:
    """A column of an upload that may be a second grouping factor."""
    roles = dataset.roles
    taken = {roles.response, roles.predictor, roles.participant, roles.group}
    for name in dataset.frame.columns:
        column = dataset.frame[name]
        if name not in taken and not pd.api.types.is_numeric_dtype(column) and column.nunique() > 2:
            return str(name)
    return None
