"""Tails: one-sided or two-sided, t or F or PRE, and where the p-value is in the picture."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import header, section, show, show_error
from pages.learn._tails.data import data_picture
from pages.learn._tails.distribution import distribution_picture
from pages.learn._tails.looking import halving_section, looking_section
from pages.learn._tails.moving import moving_section
from pages.learn._tails.path import path_section
from pages.learn._tails.predict import which_picture
from pages.learn._tails.reduction import reduction_section
from pages.learn._tails.settings import Settings, Study, choose_test, choose_truth
from pages.learn._tails.study import study_of
from pages.learn._tails.take_away import take_away
from pages.learn._tails.words import cannot_test, see_why
from sim.errors import SimError


def show_study(study: Study, revealed: bool) -> list[Picture]:
    """The test's picture and words, once predicted; returns the pictures for the download."""
    pictures = [data_picture(study)]
    if not revealed:
        st.info("Your prediction first: which of the three pictures tests your hypothesis?")
        return pictures
    if not study.settings.is_testable:
        st.warning(cannot_test(study.settings), icon=":material/block:")
    pictures.append(distribution_picture(study.result, title="The test"))
    show(pictures[-1])
    st.caption(
        "Orange: where the test rejects, from the dashed border outwards. Blue: the observed "
        "statistic, and its p-value as an area."
    )
    return pictures


header(
    "Tails",
    "“How do I tell whether I need a one-sided or a two-sided test?” Say what you expect, see "
    "which part of a distribution speaks for it, and what happens when the side is chosen too "
    "late.",
)
kind, hypothesis, alpha = choose_test()
predict_place = st.container()
section("The data behind it", "You know the truth here: you set it.")
left, right = st.columns(2, gap="large")
with left:
    picture_place = st.container()
    truth, seed = choose_truth(kind)
settings = Settings(kind, hypothesis, alpha, truth, seed)
with predict_place:
    revealed = which_picture(settings)
try:
    study = study_of(settings)
except SimError as problem:
    show_error(problem)
    st.stop()
with picture_place:
    show(data_picture(study))
    st.caption("Points: scores. Red: means of the sample. Dashed: true means.")
with right:
    pictures = show_study(study, revealed)
    if revealed:
        section("Why?")
        for paragraph in see_why(study):
            st.markdown(paragraph)
if revealed:
    moving_section(study)
reduction_section(study)
looking_section(study)
halving_section(study)
path_section()
take_away(study, pictures)
