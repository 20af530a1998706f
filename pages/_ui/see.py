"""The link from a question to the page that shows its answer."""

from pathlib import Path

import streamlit as st

from quizzes import See
from quizzes.learn_pages import LEARN_PAGES

LEARN = Path(__file__).parents[1] / "learn"


def link_to_page(see: See, *, help: str | None = None) -> None:
    """Draw the link to a learn page with the settings that show the answer.

    Parameters
    ----------
    help : a word on the way back.
    """
    st.page_link(
        LEARN / f"{see.page}.py",
        label=f"See it on the page {LEARN_PAGES[see.page].title}",
        icon=":material/visibility:",
        query_params=dict(see.settings),
        help=help,
    )
