"""The record itself: take it to another device, download it, delete it."""

import streamlit as st

from pages._ui.frame import section, show_error
from pages._ui.visitor import now, secret, store
from pages._ui.words import count
from pages.practice._sitting import leave
from quizzes.store import (
    code_made_at,
    delete_record,
    join,
    make_code,
    record_csv,
    record_json,
    record_rows,
)
from sim.errors import SimError

CODE = "progress.code"
SAID = "progress.said"


def show_record() -> None:
    """A code for another device, the downloads, and the way to delete."""
    section("Your record")
    grid = st.grid(3, min_column_width=240, gap="medium")
    with grid.cell(), st.container(border=True):
        _code()
    with grid.cell(), st.container(border=True):
        _downloads()
    with grid.cell(), st.container(border=True):
        _deletion()


def _code() -> None:
    st.markdown("**On another device**")
    st.caption("Make a code here and type it there, on this page.")
    if st.button("Make a code", icon=":material/devices:"):
        st.session_state[CODE] = make_code(store(), secret(), now())
    made = st.session_state.get(CODE)
    if made:
        st.code(made, language=None)
        st.caption("Write it down: it is shown only now. A new code replaces it.")
    elif (when := code_made_at(store(), secret())) is not None:
        st.caption(f"Your last code is from {when:%d %B %Y}; a new one replaces it.")


def _downloads() -> None:
    st.markdown("**Download**")
    st.caption("Every answer with its question, its mark and its time.")
    rows = record_rows(store(), secret())
    with st.container(horizontal=True):
        st.download_button("CSV", record_csv(rows), "answers.csv", "text/csv", on_click="ignore")
        st.download_button(
            "JSON", record_json(rows), "answers.json", "application/json", on_click="ignore"
        )


def _deletion() -> None:
    st.markdown("**Delete**")
    st.caption("All answers on all your devices, at once and for good.")
    sure = st.checkbox("Yes, all of it", key="progress.sure")
    if st.button("Delete my record", icon=":material/delete:", disabled=not sure):
        n = delete_record(store(), secret())
        st.session_state.pop(CODE, None)
        leave()
        _say_next(f"{count(n, 'answer')} deleted. Nothing is left of your record.")


def _say_next(words: str) -> None:
    """Draw the page anew and say on top of it what has been done."""
    st.session_state[SAID] = words
    st.rerun()


def show_said() -> None:
    """What was done just before."""
    if words := st.session_state.pop(SAID, ""):
        st.success(words, icon=":material/check:")


def show_joining() -> None:
    """Type a code made on another device."""
    section("A code from another device", "Both devices then share one record.")
    with st.form("progress.join", border=False):
        typed = st.text_input("Code", placeholder="ACDE-FGHJ-KMNP", max_chars=40, width=280)
        sent = st.form_submit_button("Join")
    if not sent:
        return
    try:
        joined = join(store(), secret(), typed, st.context.ip_address or "", now())
    except SimError as problem:
        show_error(problem)
        return
    words = {
        "joined": f"This device now has your record: {count(joined.n_answers, 'answer')}.",
        "merged": f"Both records are one now: {count(joined.n_answers, 'answer')}, "
        f"{joined.n_added} of them from this device.",
        "same": "This device already had this record.",
    }
    _say_next(words[joined.outcome])
