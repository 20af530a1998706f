"""Choosing a story, and a control for every true value behind its data."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from pages._data.dataset import OWN, Dataset
from pages._ui.cache import story_data, story_key
from pages._ui.controls import number_and_next
from pages._ui.words import plain
from sim.scenarios import SCENARIOS, Parameter, Scenario, Value

DEFAULT_STORY = "mixture"
OWN_TITLE = "Your own data (CSV)"
SPREAD_WORDS = ("sd", "correlation", "corr")


def story_title(name: str) -> str:
    """The name of a story in the chooser, and in links."""
    return OWN_TITLE if name == OWN else SCENARIOS[name].title


def choose_story(default: str = DEFAULT_STORY) -> str:
    """The story chooser; returns a key of `SCENARIOS`, or `OWN`."""
    names = [*SCENARIOS, OWN]
    story: str = st.selectbox(
        "Story",
        names,
        index=names.index(default),
        format_func=story_title,
        key="story",
        bind="query-params",
        help="Where the data come from. Each story shows one thing that a mixed model believes.",
    )
    return story


def _group(parameter: Parameter) -> str:
    if parameter.kind == "choice" or not parameter.unit:
        words = parameter.name.split("_")
        return "Spread" if any(word in SPREAD_WORDS for word in words) else "Design"
    return "Spread" if "sd" in parameter.name.split("_") else "Averages and effects"


def _decimals(step: float) -> int:
    return max(0, len(f"{step:g}".partition(".")[2]))


def _control(scenario: Scenario, parameter: Parameter) -> Value:
    key = f"{scenario.name}.{parameter.name}"
    label = f"{parameter.label} ({parameter.unit})" if parameter.unit else parameter.label
    value: Value
    if parameter.kind == "choice":
        value = st.segmented_control(
            label,
            parameter.choices,
            default=parameter.default,
            key=key,
            bind="query-params",
            required=True,
            help=parameter.help,
        )
        return value if value in parameter.choices else parameter.default
    whole = parameter.kind == "int"
    kind = int if whole else float
    value = st.slider(
        label,
        min_value=kind(parameter.minimum),
        max_value=kind(parameter.maximum),
        value=kind(parameter.default),
        step=kind(parameter.step),
        format="%d" if whole else f"%.{_decimals(parameter.step)}f",
        key=key,
        bind="query-params",
        help=parameter.help,
    )
    return value


def _reset(scenario: Scenario) -> None:
    for parameter in scenario.parameters:
        st.session_state[f"{scenario.name}.{parameter.name}"] = parameter.default
    st.session_state[f"{scenario.name}.model"] = scenario.models[0].formula
    st.session_state["seed"] = 1


def _seed() -> int:
    seed = number_and_next(
        "Seed",
        "seed",
        0,
        "New data",
        help="The same seed and settings always give the same data, on every computer.",
    )
    return seed


def story_dataset(name: str, start: Mapping[str, Value] | None = None) -> Dataset:
    """Draw the controls of a story in the sidebar and return its data.

    Parameters
    ----------
    start : where controls stand at first, if not at the story's defaults.
    """
    scenario = SCENARIOS[name]
    if start:
        moved = [replace(p, default=start.get(p.name, p.default)) for p in scenario.parameters]
        scenario = replace(scenario, parameters=tuple(moved))
    with st.sidebar:
        seed = 0
        values: dict[str, Value] = {}
        if scenario.parameters:
            st.header("The truth", anchor=False, help="The values the data are made from.")
            seed = _seed()
            for group in ("Design", "Averages and effects", "Spread"):
                members = [p for p in scenario.parameters if _group(p) == group]
                if members:
                    with st.expander(group, expanded=True):
                        values |= {p.name: _control(scenario, p) for p in members}
        else:
            st.markdown("These data are fixed: there is nothing to set.")
        st.button(
            "Back to the story's defaults",
            icon=":material/undo:",
            on_click=_reset,
            args=(scenario,),
            width="stretch",
        )
    values = scenario.complete(values)
    return Dataset(
        name=name,
        title=scenario.title,
        key=story_key(name, seed, values),
        frame=story_data(name, seed, tuple(sorted(values.items()))),
        roles=scenario.roles,
        models=scenario.models,
        statistic=scenario.statistic,
        lesson=scenario.lesson,
        truth=scenario.truth(**values),
        seed=seed if scenario.parameters else None,
        parameters=values,
    )


def tell(name: str) -> None:
    """The story in two sentences."""
    if name != OWN:
        st.markdown(plain(SCENARIOS[name].story))
