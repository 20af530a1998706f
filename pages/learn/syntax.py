"""Syntax: what a formula for lmer says, in words, symbols, pictures and numbers."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, section, show, show_error
from pages._ui.words import code, plain
from pages.learn._syntax.compare import compare_section
from pages.learn._syntax.dataset import Source, choose_source
from pages.learn._syntax.formula import choose_formula, show_formula_error
from pages.learn._syntax.imagined import choose_spread, imagined_picture, panels_of
from pages.learn._syntax.predict import ask, verdict
from pages.learn._syntax.reading import Reading, read
from pages.learn._syntax.says import equation, estimated, in_words, written_out
from pages.learn._syntax.take_away import take_away
from pages.learn._syntax.words import picture_notes, see_why
from pages.learn._syntax.z_image import z_section
from sim.errors import SimError


def say_refusal(reading: Reading) -> None:
    """Why lmer would not fit the formula to these data; what it says is explained all the same."""
    found = reading.explanation
    if found.problem:
        # As code: Markdown would turn <= into another character, and lme4 writes <=.
        st.warning(
            f"{code(found.problem)}\n\n{plain(found.hint)} What the formula says is explained all "
            "the same.",
            title="lmer refuses to fit this formula to these data. It says:",
            icon=":material/block:",
        )


def show_meaning(reading: Reading) -> list[Picture]:
    """Pictures of twelve imaginary participants, and beside them words and reasons."""
    panels = panels_of(reading)
    left, right = st.columns(2, gap="large")
    with left:
        section("As a picture")
        place = st.container()
        spread = choose_spread(panels)
    response = reading.explanation.formula.response_text
    pictures = [imagined_picture(panel, spread, response, i) for i, panel in enumerate(panels)]
    with place:
        grid = st.grid(min(2, len(pictures)), min_column_width=240, gap="small")
        for picture in pictures:
            with grid.cell():
                show(picture)
        st.caption(picture_notes(panels))
    with right:
        section("In words")
        in_words(reading)
        section("Why?")
        for paragraph in see_why(reading, panels, spread):
            st.markdown(paragraph)
    return pictures


def explain_formula(source: Source, text: str) -> None:
    """Everything below the formula."""
    reading = read(source, text)
    say_refusal(reading)
    guess = ask(reading)
    pictures: list[Picture] = []
    compared = None
    if guess is not None:
        st.markdown(verdict(guess, reading))
        pictures = show_meaning(reading)
        equation(reading)
        estimated(reading)
        written_out(reading)
        if (z := z_section(reading)) is not None:
            pictures.append(z)
        compared = compare_section(reading)
    check_yourself("syntax")
    take_away(reading, compared, pictures)


header(
    "Syntax",
    "What does a formula for `lmer()` say? Type one and read it: in words, as an equation, as a "
    "picture, and as the list of everything it will estimate.",
)
try:
    source = choose_source()
except SimError as problem:
    show_error(problem)
    source = None
if source is not None:
    text = choose_formula(source)
    try:
        explain_formula(source, text)
    except SimError as problem:
        show_formula_error(problem, source, source.state("formula"))
