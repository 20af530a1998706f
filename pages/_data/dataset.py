"""The data on the screen, whether a story told them or a visitor brought them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.rcode import Story
from sim.scenarios import SCENARIOS, Model, Roles, Truth, Value

OWN = "own"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data and what is known about them.

    Parameters
    ----------
    name : key of `SCENARIOS`, or `OWN`.
    title : for headings.
    key : names the content: equal keys mean equal data.
    frame : one row per observation; never changed.
    roles : of its columns.
    models : suggested, first one first.
    statistic : key of `STATISTICS` that shows the point; empty if none does.
    lesson : what to look at; empty for a visitor's own data.
    truth : the values the data came from, where anybody knows them.
    seed : of the data; None where they were not drawn.
    parameters : the values a visitor set.
    """

    name: str
    title: str
    key: str
    frame: pd.DataFrame
    roles: Roles
    models: tuple[Model, ...]
    statistic: str = ""
    lesson: str = ""
    truth: Truth | None = None
    seed: int | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """What downloads are called, without their ending."""
        return "data" if self.name == OWN else self.name

    @property
    def story(self) -> Story | None:
        """What makes these data anew in a script; None for a visitor's own."""
        if self.name not in SCENARIOS:
            return None
        return Story(self.name, self.seed or 0, self.parameters)

    def state(self, control: str) -> str:
        """The key of a control that every story keeps a setting of its own for."""
        return f"{self.name}.{control}"

    def with_unit(self, column: str) -> str:
        """A column's name with its unit, as printed beside an axis."""
        unit = self.roles.units.get(column, "")
        if column in unit.split():
            return unit
        return f"{column} ({unit})" if unit else column
