"""What a/b, b/a and a + b mean on the data at hand."""

import streamlit as st

from pages._ui.words import code, listed, plain
from sim.designs import Reading, Relation, readings


def _reading_words(reading: Reading) -> str:
    groups = listed([f"{code(name)} ({n:,})" for name, n in reading.groups])
    parts = [f"**{code(reading.bracket)}**", f"lme4's groups: {groups}.", plain(reading.words)]
    if reading.same_as:
        others = listed([code(other) for other in reading.same_as])
        parts.append(f"On these data the same model as {others}.")
    if reading.problem:
        parts.append(f"lmer refuses it: {code(reading.problem)}")
    return "\n\n".join(parts)


def show_readings(found: Relation) -> None:
    """Draw the three readings side by side."""
    grid = st.grid(3, min_column_width=250, gap="small")
    for reading in readings(found):
        with grid.cell(), st.container(border=True, height="stretch"):
            st.markdown(_reading_words(reading))
