"""The report on a room, in the parts a teacher asks for."""

import streamlit as st

from pages._ui.frame import section
from pages._ui.way_back import HOST
from pages._ui.words import count, plain
from pages.classroom._results.next_time import show_next_time
from pages.classroom._results.questions import show_questions
from pages.classroom._results.reading import Report, asked_of, read_report
from pages.classroom._results.take_away import show_take_away
from pages.classroom._room.exit_ticket import show_options, show_texts
from pages.classroom._room.show import PROJECTOR
from quizzes.classroom.results import exit_results, mean_right

VIEWS = {"questions": "By question", "next": "What came up", "exit": "Exit ticket"}


def show_report(secret: str) -> None:
    """Everything on one room.

    Raises
    ------
    StoreError : the link opens no room.
    """
    report = read_report(secret)
    st.html(PROJECTOR)
    _head(report)
    view = st.segmented_control(
        "Part",
        list(VIEWS),
        default="questions",
        required=True,
        format_func=VIEWS.__getitem__,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    if view == "next":
        show_next_time(report)
        return
    if view == "exit":
        _exit(report)
    else:
        show_questions(report)
    show_take_away(report)


def _head(report: Report) -> None:
    room = report.kept.room
    st.title(f"Results: {plain(room.title)}", anchor=False)
    n = len(asked_of(report))
    words = [f"{report.kept.made_at:%d %B %Y}", count(report.n_players, "player")]
    words.append(f"{n} of {count(len(room.questions), 'question')} answered")
    first, last = mean_right(report.results)
    if first is not None and last is not None:
        words.append(f"{first:.0%} right in the first vote")
        if last != first:
            words.append(f"{last:.0%} in the last")
    st.markdown(" · ".join(words))
    if room.stage != "ended":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("The room is still open", icon=":material/sensors:", color="orange")
            if st.button("Back to the room", icon=":material/arrow_back:", type="tertiary"):
                st.switch_page(HOST, query_params={"room": report.secret})


def _exit(report: Report) -> None:
    section("Exit ticket")
    results = exit_results(report.exits)
    if not report.exits:
        st.markdown("Nobody has left an exit ticket.")
        return
    with st.container(key="room_exit"):
        show_options(results)
        show_texts(results)
