"""What a class left on its exit ticket."""

from collections.abc import Sequence

import streamlit as st

from pages._ui.frame import show
from pages._ui.words import count
from pages.classroom._room.pictures import Bar, bars
from quizzes.classroom.results import ExitResult


def show_options(results: Sequence[ExitResult]) -> None:
    """Pace and happiness as bars, side by side where there is room."""
    asked = [result for result in results if result.options]
    grid = st.grid(2, min_column_width=420, gap="large")
    for result in asked:
        with grid.cell():
            st.markdown(f"**{result.item.stem}** {count(result.n, 'answer')}")
            show(bars([Bar(text, n) for text, n in result.options], result.item.stem))


def show_texts(results: Sequence[ExitResult]) -> None:
    """What people wrote, as they wrote it."""
    for result in results:
        if result.options:
            continue
        st.markdown(f"**{result.item.stem}** {count(result.n, 'answer')}")
        for text in result.texts:
            st.text(text)
