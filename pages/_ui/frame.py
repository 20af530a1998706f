"""The rhythm of a learn page: predict, do, see why, check yourself, take it away."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.words import plain
from sim.errors import FormulaError, SimError


def header(title: str, idea: str) -> None:
    """The page's name and its idea in one sentence."""
    st.title(title, anchor=False)
    st.markdown(idea)


def section(title: str, lead: str = "") -> None:
    """A step of the page."""
    st.header(title, anchor=False)
    if lead:
        st.markdown(lead)


def show(picture: Picture) -> None:
    """A picture as wide as its column."""
    st.vega_lite_chart(picture.table(), picture.spec, width="stretch", alt=picture.alt)


def show_error(error: SimError, *, still: str = "") -> None:
    """What is wrong, where, and what to do; never a traceback.

    Parameters
    ----------
    still : what the page shows all the same, as a sentence.
    """
    body = "\n\n".join(part for part in (plain(error.hint), still) if part)
    if body:
        st.error(body, title=plain(error.problem), icon=":material/error:")
    else:
        st.error(plain(error.problem), icon=":material/error:")
    if isinstance(error, FormulaError) and error.formula:
        st.code(error.marked(), language=None)
