"""Join a room: a door for those who came to the app instead of the phones' address."""

import streamlit as st

from pages._ui.frame import show_error
from pages.classroom._room.addresses import phone_address, spaced
from quizzes.classroom.names import read_code
from sim.errors import SimError

with st.container(width=560):
    st.title("Join a room", anchor=False)
    st.markdown("The code is on the projector: six letters and digits. No account is needed.")
    typed = st.text_input(
        "Code", max_chars=20, key="code", bind="query-params", autocomplete="off", width=260
    )
    if typed:
        try:
            code = read_code(typed)
            st.link_button(
                f"Enter room {spaced(code)}",
                f"{phone_address()}/{code}",
                type="primary",
                icon=":material/login:",
            )
        except SimError as problem:
            show_error(problem)
