"""The way back to a live room from a page that its host opened to show something."""

from pathlib import Path

import streamlit as st

HOST = Path(__file__).parents[1] / "classroom" / "host.py"
# The secret of the room this session hosts, and its name in the host's link.
HOSTED, ROOM = "room.hosted", "room"
CLASSROOM = ("host", "results", "join")


def secret_of_link() -> str:
    """The host's secret in the address of the page, "" without one."""
    return str(st.query_params.get(ROOM, ""))


def show_way_back(url_path: str) -> None:
    """A button on top of other pages; a link would show the secret where the mouse rests.

    A learn page's address is there to be passed on: the secret that a step back in the browser's
    history has brought along is taken out of it.
    """
    is_own = url_path in CLASSROOM and ROOM in st.query_params
    if url_path not in CLASSROOM and ROOM in st.query_params:
        del st.query_params[ROOM]
    secret = st.session_state.get(HOSTED)
    if not secret or is_own:
        return
    if st.button("Back to the room", icon=":material/arrow_back:", type="primary"):
        st.switch_page(HOST, query_params={ROOM: secret})
