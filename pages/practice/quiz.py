"""Quiz: one question at a time, chosen by what is due; feedback for the answer that was given."""

import streamlit as st

from pages._ui.frame import show_error
from pages.practice._quiz.asking import ask_turn, show_answered
from pages.practice._quiz.finish import show_finish
from pages.practice._quiz.start import show_start
from pages.practice._sitting import current, leave, open_linked, resume, sitting
from sim.errors import SimError

# Lines of text stay readable on a wide screen.
with st.container(width=860):
    st.title("Quiz", anchor=False)
    try:
        open_linked()
        resume()
        turn = current()
        if turn is not None and turn.answer is None:
            ask_turn(turn)
        elif turn is not None:
            show_answered(turn)
        elif sitting() is not None:
            show_finish()
        else:
            show_start()
    except SimError as problem:
        show_error(problem)
        with st.container(horizontal=True):
            st.button("Try again", icon=":material/refresh:")
            st.button("To the start", on_click=leave)
