"""What came up: a page for the first minutes of the next class."""

import streamlit as st

from pages._ui.see import link_to_page
from pages._ui.words import count
from pages.classroom._results.reading import Report, asked_of
from quizzes.classroom.results import CameUp, came_up, mean_right


def show_next_time(report: Report) -> None:
    """What the class believed, what is so, and where to see it."""
    found = came_up(report.votes)
    st.header("What came up last time", anchor=False)
    first, last = mean_right(asked_of(report))
    if first is not None and last is not None:
        words = f"{count(report.n_players, 'player')}, {first:.0%} right in the first vote"
        st.markdown(words + (f", {last:.0%} in the last." if last != first else "."))
    if not found:
        st.markdown("No misconception showed in this room's answers.")
        return
    with st.container(key="room_explanation"):
        for one in found:
            _show_belief(report, one)


def _show_belief(report: Report, one: CameUp) -> None:
    with st.container(border=True):
        st.markdown(
            f":orange-badge[{one.share:.0%} in the first vote] “{one.misconception.belief}”"
        )
        st.markdown(f"**{one.misconception.instead}**")
        numbers = ", ".join(str(position + 1) for position in one.positions)
        which = f"Question {numbers}" if len(one.positions) == 1 else f"Questions {numbers}"
        again = any(len(report.results[position].n) > 1 for position in one.positions)
        cleared = f" {one.cleared} of {one.players} had it right in their last vote."
        st.caption(f"{which}.{cleared if again else ''}")
        seen = [report.items[position] for position in one.positions]
        see = next((item.see for item in seen if item is not None and item.see), None)
        if see is not None:
            link_to_page(see)
