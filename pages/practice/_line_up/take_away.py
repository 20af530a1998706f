"""Everything to take along: the panels, the link; and once voted, data and code."""

from collections.abc import Sequence

import streamlit as st
import vl_convert

from pages._data.dataset import OWN
from pages._data.story import story_title
from pages._ui.frame import section
from pages._ui.line_ups import Panel, panels_svg
from pages._ui.take_away import (
    File,
    downloads,
    in_state,
    show_link,
    show_scripts,
    table_file,
)
from pages.practice._line_up.scripts import python_script, r_script
from pages.practice._line_up.settings import Setting, plot_title
from sim.checks.line_up import LineUp

SHARED_CONTROLS = ("seed", "reml", "contrasts", "round", "draw")
PIXELS = 2  # of the PNG for each of the SVG: sharp on a projector


def settings(setting: Setting) -> dict[str, object]:
    """What the link restores; the vote is not in it, nor where the actual data are."""
    dataset = setting.dataset
    own = [dataset.state(name) for name in ("model", *dataset.parameters)]
    found = {"story": story_title(dataset.name), "plot": plot_title(setting.plot)}
    return found | in_state((*SHARED_CONTROLS, *own))


def _show_link(setting: Setting) -> None:
    show_link(
        settings(setting),
        "without the answer",
        to="these panels",
        own_data=setting.dataset.name == OWN,
    )


def _panel_files(pictures: Sequence[Panel]) -> list[File]:
    def png() -> bytes:
        drawn: bytes = vl_convert.svg_to_png(panels_svg(pictures).decode(), scale=PIXELS)
        return drawn

    return [
        File("Panels (SVG)", "line_up.svg", lambda: panels_svg(pictures)),
        File("Panels (PNG)", "line_up.png", png),
    ]


def share(setting: Setting, pictures: Sequence[Panel]) -> None:
    """Draw what may be passed on before a vote: nothing in it tells where the actual data are."""
    with st.expander("Share these panels", icon=":material/share:"):
        downloads(_panel_files(pictures))
        _show_link(setting)


def take_away(setting: Setting, found: LineUp, pictures: Sequence[Panel]) -> None:
    """Draw the downloads, the code and the link.

    Parameters
    ----------
    pictures : as they were before the vote, so that they can be shown to others.
    """
    section("Take it away")
    data = table_file("Data", f"{setting.dataset.stem}.csv", lambda: setting.dataset.frame)
    downloads([data, *_panel_files(pictures)])
    show_scripts(lambda: r_script(setting, found), lambda: python_script(setting, found))
    _show_link(setting)
