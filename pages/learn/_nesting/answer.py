"""What shows after the prediction: graphs, fits, words, readings and the contrast."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages.learn._nesting.crossed import crossed_section
from pages.learn._nesting.estimates import show_tables
from pages.learn._nesting.panels import show_panels
from pages.learn._nesting.pictures import graph_picture
from pages.learn._nesting.reading import show_readings
from pages.learn._nesting.settings import CLASS, CROSSED, NESTED, SCHOOL, World
from pages.learn._nesting.words import agree_words, differ_words
from sim.designs import relation


def _graphs(world: World) -> list[Picture]:
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


def _see_why(world: World) -> None:
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
    drawn = _graphs(world)
    section("Two models, two labellings, the same scores")
    drawn += show_panels(world)
    show_tables(world)
    _see_why(world)
    section("What the slash means here")
    show_readings(relation(world.frame, SCHOOL, CLASS))
    return drawn + crossed_section()
