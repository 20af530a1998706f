"""Progress: what is known, what is believed, and the record itself: move, download, delete."""

from pathlib import Path

import streamlit as st

from pages._ui.frame import header, show_error
from pages._ui.visitor import secret, store, today
from pages.practice._progress.beliefs import show_beliefs
from pages.practice._progress.record import show_joining, show_record, show_said
from pages.practice._progress.topics import show_topics
from pages.practice._sitting import entries
from quizzes.store import answered_turns
from sim.errors import SimError

QUIZ = Path(__file__).with_name("quiz.py")

header(
    "Progress",
    "What you know, what waits, and which beliefs your answers have shown. All of it is worked "
    "out from your answers, which are kept for this browser without an account.",
)
show_said()
try:
    turns = answered_turns(store(), secret())
    if turns:
        show_topics(entries(), turns, today())
        show_beliefs(entries(), turns)
        show_record()
    else:
        st.info("Nothing here yet: answer a first question in the quiz.", icon=":material/quiz:")
        st.page_link(QUIZ, label="To the quiz", icon=":material/quiz:")
    show_joining()
except SimError as problem:
    show_error(problem)
    st.button("Try again", icon=":material/refresh:")
