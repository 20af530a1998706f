"""Line-up: the actual data hidden among simulated data. Whoever finds them doubts the model."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.frame import header, show_error
from pages._ui.words import code, plain
from pages.practice._line_up.answer import explanation, real_answer, warm_up_answer
from pages.practice._line_up.drawing import axes_words, panels_of, pictures_of
from pages.practice._line_up.settings import Setting, choose_data, choose_round, fit_of
from pages.practice._line_up.take_away import share, take_away
from pages.practice._line_up.voting import ask, show_revealed, tally, vote_in
from sim.errors import SimError


def play(setting: Setting, beside: DeltaGenerator) -> None:
    """One round: the panels with the question, or the answer."""
    found = panels_of(setting)
    vote = vote_in(setting)
    pictures = pictures_of(setting, found, revealed=vote is not None)
    if vote is None:
        ask(setting, found, pictures, beside)
        st.caption(axes_words(setting.dataset, found))
        share(setting, pictures)
    elif setting.is_warm_up:
        warm_up_answer(setting, found, vote)
        show_revealed(found, pictures, vote.panel)
        st.caption(axes_words(setting.dataset, found))
    else:
        real_answer(setting, found, vote)
        show_revealed(found, pictures, vote.panel)
        st.caption(axes_words(setting.dataset, found))
        explanation(setting, found, vote)
        tally()
        take_away(setting, found, pictures_of(setting, found, revealed=False))


header(
    "Line-up",
    "Would you know the actual data among data that the model made up? If you find them, the "
    "model misses something.",
)
chosen = choose_data()
if chosen is None:
    st.info(
        "Open *Story, model and draw* above and choose a CSV file.", icon=":material/upload_file:"
    )
    st.stop()
outcome = fit_of(*chosen)
if outcome is not None:
    dataset = chosen[0]
    st.markdown(f"{plain(dataset.title)}, {code(outcome.choice.formula)}")
    plot, is_warm_up, beside = choose_round()
    setting = Setting(dataset, outcome, plot, is_warm_up, st.session_state["draw"])
    try:
        play(setting, beside)
    except SimError as problem:
        show_error(problem)
