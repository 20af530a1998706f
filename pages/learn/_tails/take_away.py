"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section
from pages.learn._tails.looking import DONE
from pages.learn._tails.scripts import FILE, python_script, r_script
from pages.learn._tails.settings import HYPOTHESIS_LABELS, KIND_LABELS, Study

CONTROLS = ("test", "hypothesis", "alpha", "difference", "n", "groups", "sd", "seed", "t")
CODE_HEIGHT = 320


def link() -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    guesses = [f"guess.{kind}.{word}" for kind in KIND_LABELS.values() for word in _words()]
    others = [
        name for name in map(str, st.session_state) if name.startswith(("looking.0", "path."))
    ]
    settings = {}
    for name in (*CONTROLS, *guesses, *sorted(others)):
        value = st.session_state.get(name)
        if value is not None:
            settings[name] = str(value)
    if done := st.session_state.get(DONE):
        settings[DONE] = str(done)
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def _words() -> list[str]:
    return list(HYPOTHESIS_LABELS.values())


def take_away(study: Study, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    files = (
        ("Data (CSV)", lambda: study.frame.to_csv(index=False), FILE, "text/csv", "table"),
        ("Picture (SVG)", lambda: as_svg(pictures), "tails.svg", "image/svg+xml", "image"),
        ("Picture (PNG)", lambda: as_png(pictures), "tails.png", "image/png", "image"),
    )
    with st.container(horizontal=True):
        for label, content, name, mime, icon in files:
            st.download_button(
                label,
                content,
                file_name=name,
                mime=mime,
                icon=f":material/{icon}:",
                on_click="ignore",
            )
    in_r, in_python = st.tabs(["R code", "Python code"])
    with in_r:
        st.code(r_script(study), language="r", height=CODE_HEIGHT)
    with in_python:
        st.code(python_script(study), language="python", height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, seed and predictions included:")
    st.code(link(), language=None, wrap_lines=True)
