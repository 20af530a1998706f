"""Nesting: who belongs to whom, and what a/b and a + b make of it."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import header, section, show, show_error
from pages._ui.words import plain
from pages.learn._nesting.crossed import crossed_section
from pages.learn._nesting.estimates import show_tables
from pages.learn._nesting.own import own_section
from pages.learn._nesting.panels import show_panels
from pages.learn._nesting.pictures import counts_picture, graph_picture
from pages.learn._nesting.predict import ask, verdict
from pages.learn._nesting.reading import show_readings
from pages.learn._nesting.settings import (
    CLASS,
    CROSSED,
    NESTED,
    SCHOOL,
    STORY,
    World,
    choose_labels,
    choose_world,
    make_world,
)
from pages.learn._nesting.take_away import take_away
from pages.learn._nesting.words import agree_words, differ_words
from sim.designs import relation
from sim.errors import SimError


def graphs(world: World) -> list[Picture]:
    """What each bracket takes for a class, side by side."""
    section("Who belongs to whom?", "What each bracket takes for a class:")
    pictures = [
        graph_picture(world.frame, SCHOOL, CLASS, combined=True, title=NESTED),
        graph_picture(world.frame, SCHOOL, CLASS, title=CROSSED),
    ]
    for column, picture in zip(st.columns(2, gap="large"), pictures, strict=True):
        with column:
            show(picture)
    return pictures


def see_why(world: World) -> None:
    """Words that follow the numbers."""
    parts = {
        "Where they agree": agree_words(world),
        "Where they differ": differ_words(world),
    }
    for column, title in zip(st.columns(2, gap="large"), parts, strict=True):
        with column:
            section(title)
            for paragraph in parts[title]:
                st.markdown(paragraph)


def answer(world: World) -> list[Picture]:
    """Graphs, fits, words and the contrast; returns the pictures for the download."""
    drawn = graphs(world)
    section("Two models, two labellings, the same scores")
    drawn += show_panels(world)
    show_tables(world)
    see_why(world)
    section("What the slash means here")
    show_readings(relation(world.frame, SCHOOL, CLASS))
    return drawn + crossed_section()


header(
    "Nesting",
    "School 1 has a class a, and so has school 2. One class or two? A slash in a bracket gives "
    "one answer, a plus another.",
)
st.caption(plain(STORY.story))
seed, parameters = choose_world()
section("Predict")
left, right = st.columns(2, gap="large")
with left:
    unique = choose_labels()
try:
    world = make_world(seed, parameters, unique)
except SimError as problem:
    show_error(problem)
    st.stop()
table = counts_picture(world.frame, SCHOOL, CLASS, title="Pupils by school and class")
with right:
    show(table)
with left:
    guess = ask(world)
    if guess is not None:
        st.markdown(verdict(guess, world))
pictures = [table]
if guess is not None:
    pictures += answer(world)
own_section()
take_away(world, pictures)
