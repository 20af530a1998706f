"""Host a room: choose a deck, open it, and lead a class through it on the projector."""

import streamlit as st

from pages._ui.frame import show_error
from pages._ui.way_back import HOST, secret_of_link
from pages.classroom._host.prepare import show_preparation
from pages.classroom._host.screen import show_room
from sim.errors import SimError

secret = secret_of_link()
try:
    if secret:
        show_room(secret)
    else:
        with st.container(width=980):
            show_preparation()
except SimError as problem:
    st.title("Host a room", anchor=False)
    show_error(problem)
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:")
        if st.button("Open a new room"):
            st.switch_page(HOST)
