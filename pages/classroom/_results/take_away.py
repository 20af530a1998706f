"""Take the results away, or delete the room."""

import streamlit as st

from pages._ui.frame import section
from pages._ui.take_away import File, downloads
from pages._ui.visitor import store
from pages._ui.way_back import HOSTED
from pages.classroom._results.questions import table_of
from pages.classroom._results.reading import Report, asked_of
from quizzes.plain import cell
from quizzes.store import delete_room, room_csv, room_json

DELETED = "results.deleted"


def show_take_away(report: Report) -> None:
    """Downloads without names unless asked for, and the deletion."""
    section("Take it away", "Every vote with its question, answer, score and time.")
    names = st.toggle(
        "With the names that players gave themselves",
        key="results.names",
        help="Otherwise players are numbers.",
    )
    code = report.kept.room.code.lower()
    files = [
        File("Votes as CSV", f"room-{code}.csv", room_csv(store(), report.secret, names)),
        File("Room as JSON", f"room-{code}.json", room_json(store(), report.secret, names)),
    ]
    if asked := asked_of(report):
        table = table_of(asked).map(lambda found: cell(found) if isinstance(found, str) else found)
        table = table.to_csv(index=False)
        files.append(File("Questions as CSV", f"room-{code}-questions.csv", table))
    downloads(files, icon="download")
    with st.expander("Delete this room", icon=":material/delete:"):
        st.caption("Questions, players and all their answers, at once and for good.")
        sure = st.checkbox("Yes, all of it", key="results.sure")
        if st.button("Delete the room", disabled=not sure):
            delete_room(store(), report.secret)
            st.session_state.pop(HOSTED, None)
            st.session_state[DELETED] = True
            st.query_params.clear()
            st.rerun()
