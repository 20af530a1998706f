"""Who may open rooms: everybody, or who knows the password of a hosted site."""

import secrets
from datetime import timedelta

import streamlit as st

from pages._ui.frame import section, show_error
from pages._ui.visitor import address, now, store
from quizzes.settings import settings
from quizzes.store.attempts import check_attempts, count_attempt
from sim.errors import SimError

ALLOWED = "host.allowed"
DEED = "host password"
MOST_WRONG, WINDOW = 20, timedelta(minutes=15)


def may_open() -> bool:
    """Whether this visitor may open rooms; asks for the password where the site has one."""
    wanted = settings().host_password
    if not wanted or st.session_state.get(ALLOWED) == wanted:
        return True
    section("Password", "Whoever runs this site has set one for opening rooms.")
    with st.form("host.permission", border=False):
        typed = st.text_input("Password", type="password", max_chars=200, width=320)
        sent = st.form_submit_button("Go on")
    if not sent:
        return False
    try:
        check_attempts(store(), DEED, address(), now(), MOST_WRONG, WINDOW)
        if secrets.compare_digest(typed.encode(), wanted.encode()):
            st.session_state[ALLOWED] = wanted
            st.rerun()
        count_attempt(store(), DEED, address(), now(), MOST_WRONG, WINDOW)
        st.error("That is not the password.", icon=":material/error:")
    except SimError as problem:
        show_error(problem)
    return False
