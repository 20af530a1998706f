"""Nesting: who belongs to whom, and what a/b and a + b make of it."""

import streamlit as st

from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, section, show, show_error
from pages._ui.words import plain
from pages.learn._nesting.answer import answer
from pages.learn._nesting.own import own_section
from pages.learn._nesting.pictures import counts_picture
from pages.learn._nesting.predict import ask, verdict
from pages.learn._nesting.settings import (
    CLASS,
    SCHOOL,
    STORY,
    choose_labels,
    choose_world,
    make_world,
)
from pages.learn._nesting.take_away import take_away
from sim.errors import SimError

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
check_yourself("nesting")
take_away(world, pictures)
