"""Nesting: who belongs to whom, and what a/b and a + b make of it."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import header, section, show, show_error
from pages.learn._nesting.crossed import crossed_section
from pages.learn._nesting.estimates import show_panels, show_tables
from pages.learn._nesting.own import own_section
from pages.learn._nesting.pictures import counts_picture, graph_picture
from pages.learn._nesting.predict import ask, verdict
from pages.learn._nesting.reading import show_readings
from pages.learn._nesting.settings import (
    CLASS,
    CROSSED,
    NESTED,
    SCHOOL,
    World,
    choose_labels,
    choose_world,
    make_world,
)
from pages.learn._nesting.take_away import take_away
from pages.learn._nesting.words import RULE, see_why
from sim.designs import relation
from sim.errors import SimError


def graphs(world: World) -> list[Picture]:
    """What each bracket takes for a class, side by side."""
    pictures = [
        graph_picture(world.frame, SCHOOL, CLASS, combined=True, title=NESTED),
        graph_picture(world.frame, SCHOOL, CLASS, title=CROSSED),
    ]
    for column, picture in zip(st.columns(2, gap="large"), pictures, strict=True):
        with column:
            show(picture)
    return pictures


def answer(world: World) -> list[Picture]:
    """Graphs, fits, words and the contrast; returns the pictures for the download."""
    section("Who belongs to whom?")
    drawn = graphs(world)
    section("Two models, two labellings, the same scores")
    drawn += show_panels(world)
    show_tables(world)
    section("Where they agree, and where they don't")
    for paragraph in see_why(world):
        st.markdown(paragraph)
    st.markdown(RULE)
    section("What the slash means here")
    show_readings(relation(world.frame, SCHOOL, CLASS))
    return drawn + crossed_section()


header(
    "Nesting",
    "School 1 has a class a, and so has school 2. One class or two? A slash in a bracket gives "
    "one answer, a plus another.",
)
left, right = st.columns(2, gap="large")
with left:
    seed, parameters = choose_world()
    unique = choose_labels()
try:
    world = make_world(seed, parameters, unique)
except SimError as problem:
    show_error(problem)
    st.stop()
table = counts_picture(world.frame, SCHOOL, CLASS, title="Pupils by school and class")
with right:
    show(table)
guess = ask(world)
pictures = [table]
if guess is not None:
    st.markdown(verdict(guess, world))
    pictures += answer(world)
own_section()
take_away(world, pictures)
