"""Tails: one-sided or two-sided, t or F or PRE, and where the p-value is in the picture."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, section, show, show_error
from pages.learn._tails.data import data_picture
from pages.learn._tails.distribution import distribution_picture
from pages.learn._tails.looking import fill_in, halving_section, looking_section
from pages.learn._tails.moving import finish, moving_section
from pages.learn._tails.path import path_section
from pages.learn._tails.predict import which_picture
from pages.learn._tails.reduction import reduction_section
from pages.learn._tails.settings import Settings, Study, choose_test, choose_truth
from pages.learn._tails.study import study_of
from pages.learn._tails.take_away import take_away
from pages.learn._tails.words import cannot_test, see_why
from sim.errors import SimError


def show_data(study: Study) -> Picture:
    """The data with the truth behind them."""
    picture = data_picture(study)
    show(picture)
    st.caption("Points: scores. Red: means of the sample. Dashed: true means.")
    return picture


def show_test(study: Study) -> Picture:
    """The null distribution with the region, the statistic and the p-value."""
    picture = distribution_picture(study.result, title="The test")
    show(picture)
    st.caption(
        "Orange: where the test rejects, from the dashed border outwards. Blue: the observed "
        "statistic, and its p-value as an area."
    )
    return picture


header(
    "Tails",
    "“How do I tell whether I need a one-sided or a two-sided test?” Say what you expect, see "
    "which part of a distribution speaks for it, and what happens when the side is chosen too "
    "late. At the end, three questions answer it for a study of your own.",
)
kind, hypothesis, alpha = choose_test()
predict_place = st.container()
section("The data and the test", "You know the truth here: you set it.")
pictures_place = st.grid(2, min_column_width=240, gap="medium")
below = st.grid(2, min_column_width=320, gap="medium")
with below.cell():
    truth, seed = choose_truth(kind)
settings = Settings(kind, hypothesis, alpha, truth, seed)
with predict_place:
    revealed = which_picture(settings)
try:
    study = study_of(settings)
except SimError as problem:
    show_error(problem)
    st.stop()
with pictures_place.cell():
    pictures = [show_data(study)]
with pictures_place.cell():
    if revealed:
        pictures.append(show_test(study))
    else:
        st.info("Your prediction first: which of the three pictures tests your hypothesis?")
if revealed:
    with below.cell():
        if not settings.is_testable:
            st.warning(cannot_test(settings), icon=":material/block:")
        section("Why?")
        for paragraph in see_why(study):
            st.markdown(paragraph)
    move = moving_section(study)
reduction_section(study)
count_place = looking_section(study)
if count_place is not None:
    halving_section(study)
path_section()
check_yourself("tails")
take_away(study, pictures)
# Last, because these go on for a while: the page is complete meanwhile.
if revealed:
    finish(study, move)
fill_in(study, count_place)
