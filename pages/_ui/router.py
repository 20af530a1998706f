"""The list of pages, in the sections of the navigation."""

from pathlib import Path

import streamlit as st

from pages._server.metrics import RERUNS
from pages._ui.way_back import ROOM, show_way_back
from quizzes.learn_pages import LEARN_PAGES

PAGES = Path(__file__).parents[1]
PLAYGROUND = PAGES / "learn" / "playground.py"

# A picture of our own: a Material icon here would be fetched from a font server.
ICON = Path(__file__).with_name("icon.svg")
STYLE = Path(__file__).with_name("page.css")

# A projector has no room to spare for the list of pages.
sidebar = "collapsed" if ROOM in st.query_params else "auto"
st.set_page_config(
    page_title="Mixed models", page_icon=ICON, layout="wide", initial_sidebar_state=sidebar
)
page = st.navigation(
    {
        # Streamlit serves the default page at "/" only, so the playground is there and at its name.
        "": [
            st.Page(
                PLAYGROUND,
                title="Playground",
                url_path="start",
                default=True,
                visibility="hidden",
            )
        ],
        "Learn": [
            st.Page(
                PAGES / "learn" / f"{learn.name}.py",
                title=learn.title,
                icon=f":material/{learn.icon}:",
                url_path=learn.name,
                help=learn.help or None,
            )
            for learn in LEARN_PAGES.values()
        ],
        "Practice": [
            st.Page(PAGES / "practice" / "quiz.py", title="Quiz", icon=":material/quiz:"),
            st.Page(
                PAGES / "practice" / "line_up.py", title="Line-up", icon=":material/grid_view:"
            ),
            st.Page(
                PAGES / "practice" / "progress.py", title="Progress", icon=":material/trending_up:"
            ),
        ],
        "Classroom": [
            st.Page(
                PAGES / "classroom" / "host.py", title="Host a room", icon=":material/co_present:"
            ),
            st.Page(
                PAGES / "classroom" / "results.py", title="Results", icon=":material/bar_chart:"
            ),
            st.Page(PAGES / "classroom" / "join.py", title="Join", icon=":material/login:"),
            st.Page(
                PAGES / "practice" / "items.py", title="Item bank", icon=":material/inventory_2:"
            ),
        ],
    }
)
show_way_back(page.url_path)
st.html(STYLE)
with RERUNS.labels(page.url_path or "start").time():
    page.run()
