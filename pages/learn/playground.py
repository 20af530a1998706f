"""The playground: make data, fit a model, hold its simulations beside the data."""

import numpy as np
import streamlit as st

from pages._data import panels
from pages._data.dataset import OWN, Dataset
from pages._data.model import (
    Outcome,
    choose_model,
    fit_choice,
    offer_next,
    say_error,
    say_messages,
)
from pages._data.own_data import own_dataset
from pages._data.story import choose_story, story_dataset, tell
from pages._ui.cache import fitted_model, statistic_check
from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, section, show_error
from pages.learn._playground import explain
from pages.learn._playground.results import show_results
from pages.learn._playground.simulation import (
    SHORT_TITLES,
    TITLES,
    Request,
    choose_simulation,
    run_simulation,
)
from pages.learn._playground.statistic import statistic_section
from pages.learn._playground.take_away import take_away
from sim.checks.statistics import StatisticUnavailable
from sim.errors import SimError

TILT_SIMULATIONS = 200
# px: three panels side by side on a tablet, one below the other on a phone.
MIN_PANEL_WIDTH = 180


def dataset_of(story: str) -> Dataset | None:
    """The data of a story, or the visitor's own."""
    return own_dataset() if story == OWN else story_dataset(story)


def draw_pictures(
    dataset: Dataset, outcome: Outcome, request: Request, simulated: dict[str, np.ndarray]
) -> list[Picture]:
    """Actual, fitted and simulated on the same axes; returns the panels for the download."""
    fit = outcome.fit
    shown = [fit.design.y, fit.fitted, *simulated.values()]
    stage = panels.set_stage(dataset, fit, outcome.choice.contrasts, shown)
    first = [panels.actual_panel(stage, fit), panels.fitted_panel(stage, fit)]
    if request.n == 1:
        drawn = [
            panels.simulated_panel(stage, y[:, 0], TITLES[kind], title=SHORT_TITLES[kind])
            for kind, y in simulated.items()
        ]
        panels.draw_grid([*first, *drawn], columns=2 + len(drawn), min_width=MIN_PANEL_WIDTH)
    else:
        panels.draw_grid(first, columns=2, min_width=MIN_PANEL_WIDTH)
        drawn = []
        for kind, y in simulated.items():
            st.markdown(f"**{TITLES[kind]}**")
            small = [
                panels.simulated_panel(
                    stage, column, f"{TITLES[kind]} {i}", title=f"{i}", small=True
                )
                for i, column in enumerate(y.T, start=1)
            ]
            panels.draw_grid(small, columns=5, min_width=150)
            drawn += small
    if notes := panels.picture_notes(dataset, stage):
        st.caption(notes)
    return [*first, *drawn]


def tilt_of(dataset: Dataset, outcome: Outcome) -> explain.Tilt | None:
    """How much the lines differ in steepness; None where they have no slopes to compare."""
    fit = outcome.fit
    used = dataset.frame.iloc[np.asarray(fit.design.rows)]
    try:
        fitted = explain.fitted_tilt(dataset, fit)
        check = statistic_check(
            "slope_sd", outcome.key, 0, "new", TILT_SIMULATIONS, fit, used, dataset.roles
        )
    except StatisticUnavailable:
        return None
    return explain.Tilt(fitted, check)


def see_why(dataset: Dataset, outcome: Outcome, simulated: dict[str, np.ndarray]) -> None:
    """Words beside the picture, and the next model to try."""
    fit, choice = outcome.fit, outcome.choice
    tilt = tilt_of(dataset, outcome)
    parallel = None if tilt is None else explain.are_parallel(tilt, fit)
    left, right = st.columns(2, gap="large")
    with left:
        section(explain.parallel_question(parallel))
        for paragraph in explain.parallel_words(dataset, fit, tilt):
            st.markdown(paragraph)
        if words := explain.who_words(dataset, fit, tuple(simulated)):
            st.markdown(words)
    with right:
        section("What to look at")
        st.markdown(explain.lesson_words(dataset))
        if compared := compared_with_first(dataset, outcome):
            st.markdown(compared)
        offer_next(dataset, choice.formula)


def compared_with_first(dataset: Dataset, outcome: Outcome) -> str:
    """What changed from the first suggested model; empty for that model itself."""
    choice, start = outcome.choice, dataset.models[0].formula
    if choice.formula == start:
        return ""
    try:
        first = fitted_model(dataset.key, dataset.frame, start, choice.reml, choice.contrasts)
    except SimError:
        return ""
    return explain.repair_words(dataset, first, outcome.fit)


header(
    "Playground",
    "Fit a mixed model, let it simulate data, and hold them beside the actual data: where the two "
    "differ, the model believes something that is not so.",
)
left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
with left:
    story = choose_story()
with right:
    tell(story)
try:
    dataset = dataset_of(story)
except SimError as problem:
    show_error(problem)
    dataset = None
if dataset is not None:
    choice = choose_model(dataset)
    try:
        outcome = fit_choice(dataset, choice)
    except SimError as problem:
        show_error(problem)
        st.stop()
    say_error(outcome)
    request = choose_simulation()
    simulated = run_simulation(outcome.fit, request)
    pictures = draw_pictures(dataset, outcome, request, simulated)
    say_messages(outcome.fit)
    see_why(dataset, outcome, simulated)
    section("Would the model produce such data?")
    statistic_section(dataset, outcome, request.kinds[0], request.seed)
    section("What the model estimates")
    show_results(dataset, outcome)
    check_yourself("playground")
    section("Take it away")
    take_away(dataset, outcome, request, simulated, pictures)
