"""Results of a live room: by question, what came up, the exit ticket, downloads."""

import streamlit as st

from pages._ui.frame import show_error
from pages._ui.way_back import HOST, secret_of_link
from pages.classroom._results.report import show_report
from pages.classroom._results.take_away import DELETED
from quizzes.settings import settings
from sim.errors import SimError

secret = secret_of_link()
if not secret:
    st.title("Results", anchor=False)
    if st.session_state.pop(DELETED, False):
        st.success("The room is deleted, with all its answers.", icon=":material/check_circle:")
    st.markdown(
        "The results of a room open with its host's link: on the host's page under "
        "*Links for you*, or with the button *Results* when the room has ended. They are kept "
        f"for {settings().room_days} days."
    )
    if st.button("Host a room", icon=":material/co_present:"):
        st.switch_page(HOST)
else:
    try:
        show_report(secret)
    except SimError as problem:
        st.title("Results", anchor=False)
        show_error(problem)
