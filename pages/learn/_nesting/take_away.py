"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section
from pages.learn._nesting.predict import GUESS_KEY
from pages.learn._nesting.scripts import FILE, data_table, python_script, r_script
from pages.learn._nesting.settings import SIZES, TRUTHS, UNIQUE_KEY, World

CONTROLS = (*(c.parameter for c in (*SIZES, *TRUTHS)), "seed", UNIQUE_KEY, GUESS_KEY)
CODE_HEIGHT = 320


def link() -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    settings = {}
    for name in CONTROLS:
        value = st.session_state.get(name)
        if value is not None:
            settings[name] = str(value).lower() if isinstance(value, bool) else str(value)
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def take_away(world: World, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")

    def table() -> str:
        return str(data_table(world).to_csv(index=False))

    files = (
        ("Data (CSV)", table, FILE, "text/csv", "table"),
        ("Pictures (SVG)", lambda: as_svg(pictures), "nesting.svg", "image/svg+xml", "image"),
        ("Pictures (PNG)", lambda: as_png(pictures), "nesting.png", "image/png", "image"),
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
        st.code(r_script(world), language="r", height=CODE_HEIGHT)
    with in_python:
        st.code(python_script(world), language="python", height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, seed and prediction included:")
    st.code(link(), language=None, wrap_lines=True)
