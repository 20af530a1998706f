"""Convergence: where optimisers stop, why some stop too early, and which warnings matter."""

import streamlit as st

from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, section, show_error
from pages._ui.words import code, inside, plain
from pages.learn._convergence.paths import paths_section
from pages.learn._convergence.results import compare, n_reached, right_guess
from pages.learn._convergence.settings import (
    SHOWN_CURES,
    SKIP,
    Settings,
    choose_cure,
    choose_trouble,
    look_at,
    predict,
    tell_model,
)
from pages.learn._convergence.table import show_tables
from pages.learn._convergence.take_away import take_away
from pages.learn._convergence.words import (
    RULES,
    boundary_words,
    cure_words,
    warning_words,
    what_happened,
)
from sim.errors import SimError
from sim.inference.troubles import TROUBLES


def say_guess(name: str, guess: str) -> None:
    """The answer, beside what was expected."""
    found = compare(name, "")
    right = right_guess(found)
    reached = f"{n_reached(found)} of {len(found.attempts)} found the lowest point"
    if guess == SKIP:
        st.markdown(f"On the data as they are, **{reached}**.")
        return
    ending = ", as you said" if guess == right else f". You said: {inside(guess)}"
    st.markdown(f"On the data as they are, **{reached}**{ending}.")


def see_why(settings: Settings) -> None:
    """Words beside the pictures."""
    found = compare(settings.name, settings.cure)
    left, right = st.columns(2, gap="large")
    with left:
        section("What happened?")
        for paragraph in what_happened(settings, found):
            st.markdown(paragraph)
        if settings.cure:
            st.markdown(cure_words(settings, compare(settings.name, ""), found))
    with right:
        section("Is it singular?")
        for paragraph in boundary_words(found):
            st.markdown(paragraph)
        if not found.fit.is_singular:
            title = TROUBLES["singular"].title
            st.button(
                "Look at a fit that is singular",
                icon=":material/arrow_forward:",
                on_click=look_at,
                args=("singular",),
                help=plain(title),
            )


def which_warnings(settings: Settings) -> None:
    """Which warnings matter."""
    section("Which warnings matter?")
    for paragraph in warning_words(compare(settings.name, settings.cure)):
        st.markdown(paragraph)
    st.markdown(RULES)
    st.markdown("**Three cures**, each on data that it cures:")
    with st.container(horizontal=True):
        for label, name, cure in SHOWN_CURES:
            st.button(
                label,
                key=f"show {name}",
                icon=":material/healing:",
                on_click=look_at,
                args=(name, cure),
                disabled=(name, cure) == (settings.name, settings.cure),
                help=plain(f"{TROUBLES[name].title}. {TROUBLES[name].cures[cure].why}"),
            )


header(
    "Convergence",
    "No formula gives the estimates of a mixed model. The computer tries values and looks how "
    "badly each fits: that number is the **criterion**, and the best estimates are where it is "
    "lowest. An **optimiser** is a recipe for walking down to that point. Watch several of them, "
    "see some get lost, and find out which of lme4's warnings to take seriously.",
)
name = choose_trouble()
st.markdown(f"{plain(TROUBLES[name].story)}  \nModel: {code(TROUBLES[name].formula)}")
guess = predict(name)
if guess is None:
    st.stop()
try:
    say_guess(name, guess)
    settings = choose_cure(name)
    tell_model(settings)
    pictures = paths_section(settings)
    found = compare(settings.name, settings.cure)
except SimError as problem:
    show_error(problem)
    st.stop()
show_tables(found)
see_why(settings)
which_warnings(settings)
check_yourself("convergence")
take_away(settings, found, pictures)
