"""Where data come from: one file per story, one registry.

A new story is a new file here that defines `STORIES`, and its name in `_FILES`.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import numpy as np
import pandas as pd

from sim.arguments import check_rng
from sim.errors import ScenarioError, did_you_mean, shown
from sim.scenarios.scenario import (
    Model,
    Parameter,
    Roles,
    Scenario,
    Truth,
    Value,
)

_FILES = (  # in the order of the screen
    "outlier",
    "mixture",
    "unequal_variance",
    "random_slopes",
    "singular",
    "simpson",
    "schools",
    "items",
    "sleepstudy",
    "lecture",
)


def _collect() -> Mapping[str, Scenario]:
    found: dict[str, Scenario] = {}
    for file in _FILES:
        for scenario in import_module(f"sim.scenarios.{file}").STORIES:
            found[scenario.name] = scenario
    return MappingProxyType(found)


SCENARIOS: Mapping[str, Scenario] = _collect()


def generate(name: str, rng: np.random.Generator, **parameters: Value) -> pd.DataFrame:
    """Draw one data set from a scenario.

    Parameters
    ----------
    name : key of `SCENARIOS`.
    rng : source of all randomness; not used by real data and the lecture's presets.
    parameters : true values, with defaults for those not given.

    Returns
    -------
    A tidy frame, one row per observation.

    Raises
    ------
    DataError : `rng` is not a generator.
    ScenarioError : unknown scenario, unknown parameter, or a value outside its range.
    """
    check_rng(rng)
    return find_scenario(name).generate(rng, **parameters)


def find_scenario(name: str) -> Scenario:
    """Return a scenario by its name.

    Raises
    ------
    ScenarioError : there is none of this name.
    """
    if not isinstance(name, str) or name not in SCENARIOS:
        raise ScenarioError(
            f"There is no scenario {shown(name)}.",
            f"There are {', '.join(SCENARIOS)}.{did_you_mean(name, SCENARIOS)}",
        )
    return SCENARIOS[name]


__all__ = [
    "SCENARIOS",
    "Model",
    "Parameter",
    "Roles",
    "Scenario",
    "Truth",
    "Value",
    "find_scenario",
    "generate",
]
