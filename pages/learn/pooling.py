"""Pooling: a line for everybody, a line for each, and what lies between."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, section, show_error
from pages.learn._pooling.compare import (
    TOGETHER,
    choose_lines,
    close_up,
    coefficient_tables,
    facets,
    together,
)
from pages.learn._pooling.dropping import dropping_section
from pages.learn._pooling.moving import moving_section
from pages.learn._pooling.plane import plane_section
from pages.learn._pooling.predict import ask, verdict
from pages.learn._pooling.settings import Study, choose_dataset, study_of
from pages.learn._pooling.spread import spread_section
from pages.learn._pooling.take_away import take_away
from pages.learn._pooling.words import see_why
from sim.errors import SimError
from sim.pooling import Pooling


def before(study: Study) -> None:
    """The data with complete and no pooling, and no answer yet."""
    section("The data, and a line for each participant alone")
    facets(study, study.both, ["complete", "no"])
    take_away(study)


def compare(study: Study) -> tuple[Pooling, list[Picture]]:
    """The lines by every method, the words, and those with the fewest data from nearby."""
    section("Three ways to draw a line for each")
    methods, varying, view = choose_lines()
    pooling = study.varying(varying)
    draw = together if view == TOGETHER else facets
    pictures = draw(study, pooling, methods)
    section("Why?")
    for paragraph in see_why(study, pooling):
        st.markdown(paragraph)
    close_up(study, pooling, methods)
    return pooling, pictures


@st.fragment
def explore(study: Study, pooling: Pooling, pictures: list[Picture]) -> None:
    """What a click changes without a change above it, and the link that knows of the click."""

    def below() -> None:
        check_yourself("pooling")
        take_away(study, pooling, pictures, arrows, gone)

    try:
        gone = dropping_section(study)
        arrows = plane_section(study, pooling)
        spread_section(study, pooling)
        moving_section(study, below)
    except SimError as problem:
        show_error(problem)


header(
    "Pooling",
    "What is the best guess for one participant's line: the line of everybody, the line of their "
    "own few data, or something between? Three methods, three answers, on the same data.",
)
try:
    dataset = choose_dataset()
    if dataset is not None:
        study = study_of(dataset)
        guess = ask(study)
        if guess is None:
            before(study)
        else:
            if said := verdict(study, guess):
                st.markdown(said)
            pooling, pictures = compare(study)
            coefficient_tables(study)
            explore(study, pooling, pictures)
except SimError as problem:
    show_error(problem)
