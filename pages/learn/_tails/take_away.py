"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section
from pages._ui.take_away import (
    downloads,
    in_state,
    picture_files,
    show_link,
    show_scripts,
    table_file,
)
from pages.learn._tails.looking import DONE
from pages.learn._tails.scripts import FILE, python_script, r_script
from pages.learn._tails.settings import HYPOTHESIS_LABELS, KIND_LABELS, Study

CONTROLS = ("test", "hypothesis", "alpha", "difference", "n", "groups", "sd", "seed", "t")


def settings() -> dict[str, object]:
    """What the page's link restores."""
    words = HYPOTHESIS_LABELS.values()
    guesses = [f"guess.{kind}.{word}" for kind in KIND_LABELS.values() for word in words]
    others = [
        name for name in map(str, st.session_state) if name.startswith(("looking.0", "path."))
    ]
    found = in_state((*CONTROLS, *guesses, *sorted(others)))
    if done := st.session_state.get(DONE):
        found[DONE] = done
    return found


def take_away(study: Study, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    data = table_file("Data", FILE, lambda: study.frame)
    downloads([data, *picture_files(pictures, "tails")])
    show_scripts(lambda: r_script(study), lambda: python_script(study))
    show_link(settings(), "seed and predictions included")
