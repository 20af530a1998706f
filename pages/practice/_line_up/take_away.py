"""Everything to take along: the panels, the link; and once voted, data and code."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
import vl_convert

from pages._ui.frame import section, show_error
from pages._ui.line_ups import Panel, panels_svg
from pages.learn._playground.dataset import OWN
from pages.learn._playground.story import story_title
from pages.practice._line_up.scripts import file_name, python_script, r_script
from pages.practice._line_up.settings import Setting, plot_title
from sim.checks.line_up import LineUp
from sim.errors import SimError

SHARED_CONTROLS = ("seed", "reml", "contrasts", "round", "draw")
CODE_HEIGHT = 320
PIXELS = 2  # of the PNG for each of the SVG: sharp on a projector


def link(setting: Setting) -> str:
    """The address of this round with every setting in it, defaults too: they may change.

    The vote is not in it, nor where the actual data are.
    """
    dataset = setting.dataset
    controls = [*SHARED_CONTROLS, dataset.state("model")]
    controls += [dataset.state(name) for name in dataset.parameters]
    settings = {"story": story_title(dataset.name), "plot": plot_title(setting.plot)}
    for name in controls:
        value = st.session_state.get(name)
        if value is not None:
            settings[name] = str(value).lower() if isinstance(value, bool) else str(value)
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def _show_link(setting: Setting) -> None:
    st.markdown("**Link to these panels**, without the answer:")
    st.code(link(setting), language=None, wrap_lines=True)
    if setting.dataset.name == OWN:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")


def _downloads(pictures: Sequence[Panel], files: Sequence[tuple] = ()) -> None:
    def png() -> bytes:
        drawn: bytes = vl_convert.svg_to_png(panels_svg(pictures).decode(), scale=PIXELS)
        return drawn

    images = (
        ("Panels (SVG)", lambda: panels_svg(pictures), "line_up.svg", "image/svg+xml", "image"),
        ("Panels (PNG)", png, "line_up.png", "image/png", "image"),
    )
    with st.container(horizontal=True):
        for label, content, name, mime, icon in (*files, *images):
            st.download_button(
                label,
                content,
                file_name=name,
                mime=mime,
                icon=f":material/{icon}:",
                on_click="ignore",
            )


def share(setting: Setting, pictures: Sequence[Panel]) -> None:
    """Draw what may be passed on before a vote: nothing in it tells where the actual data are."""
    with st.expander("Share these panels", icon=":material/share:"):
        _downloads(pictures)
        _show_link(setting)


def take_away(setting: Setting, found: LineUp, pictures: Sequence[Panel]) -> None:
    """Draw the downloads, the code and the link.

    Parameters
    ----------
    pictures : as they were before the vote, so that they can be shown to others.
    """
    section("Take it away")

    def table() -> str:
        return str(setting.dataset.frame.to_csv(index=False))

    _downloads(pictures, [("Data (CSV)", table, file_name(setting), "text/csv", "table")])
    try:
        scripts = r_script(setting, found), python_script(setting, found)
    except SimError as problem:
        show_error(problem)
    else:
        in_r, in_python = st.tabs(["R code", "Python code"])
        with in_r:
            st.code(scripts[0], language="r", height=CODE_HEIGHT)
        with in_python:
            st.code(scripts[1], language="python", height=CODE_HEIGHT)
    _show_link(setting)
