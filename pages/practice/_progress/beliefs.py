"""Progress by misconception: beliefs that answers have shown, and those left behind."""

from collections.abc import Sequence

import streamlit as st

from pages._ui.frame import section
from pages._ui.words import count
from quizzes.progress import by_misconception
from quizzes.review import Entry
from quizzes.topics import MISCONCEPTIONS
from quizzes.turn import Turn


def show_beliefs(entries: Sequence[Entry], turns: Sequence[Turn]) -> None:
    """Open beliefs first, then those left behind."""
    found = by_misconception(entries, turns)
    met = [belief for belief in found if belief.state == "met"]
    cleared = [belief for belief in found if belief.state == "cleared"]
    section("What your answers have shown")
    if not met and not cleared:
        st.markdown("No answer of yours has shown a misconception so far.")
    for belief in met:
        entry = MISCONCEPTIONS[belief.tag]
        more = f"{count(belief.needed, 'right answer')} to go"
        st.markdown(
            f":orange-badge[{more}] “{entry.belief}”  \n{entry.instead}",
        )
    if cleared:
        with st.expander(f"Left behind: {len(cleared)}", expanded=not met):
            for belief in cleared:
                entry = MISCONCEPTIONS[belief.tag]
                st.markdown(f":green-badge[left behind] “{entry.belief}”  \n{entry.instead}")
