"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section, show_error
from pages.learn._playground.dataset import OWN
from pages.learn._syntax import compare, predict
from pages.learn._syntax.compare import Comparison
from pages.learn._syntax.dataset import Source, data_title
from pages.learn._syntax.reading import Reading
from pages.learn._syntax.scripts import python_script, r_script
from sim.errors import SimError

CONTROLS = ("seed", predict.KEY, compare.KEY, "level", "slope", "together", "draw")
CODE_HEIGHT = 320


def link(source: Source) -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    controls = [*CONTROLS, source.state("formula"), source.state("other")]
    controls += [source.state(name) for name in source.parameters]
    settings = {"data": data_title(source.name)}
    for name in controls:
        value = st.session_state.get(name)
        if value is not None:
            settings[name] = str(value)
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def _downloads(reading: Reading, pictures: Sequence[Picture]) -> None:
    source = reading.source
    files = []
    if (frame := source.frame) is not None:
        files.append(
            ("Data (CSV)", lambda: frame.to_csv(index=False), source.file, "text/csv", "table")
        )
    if pictures:
        files += [
            (
                "Pictures (SVG)",
                lambda: as_svg(pictures, columns=2),
                "syntax.svg",
                "image/svg+xml",
                "image",
            ),
            (
                "Pictures (PNG)",
                lambda: as_png(pictures, columns=2),
                "syntax.png",
                "image/png",
                "image",
            ),
        ]
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


def take_away(reading: Reading, compared: Comparison | None, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    _downloads(reading, pictures)
    try:
        scripts = r_script(reading, compared), python_script(reading, compared)
    except SimError as problem:
        show_error(problem)
    else:
        in_r, in_python = st.tabs(["R code", "Python code"])
        with in_r:
            st.code(scripts[0], language="r", height=CODE_HEIGHT)
        with in_python:
            st.code(scripts[1], language="python", height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, formulas and predictions included:")
    st.code(link(reading.source), language=None, wrap_lines=True)
    if reading.source.name == OWN:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")
