"""The panels of all schemes, their intervals, and the words beside them."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.words import number
from pages.learn._bootstrap.draws import Request, Result
from pages.learn._bootstrap.pictures import interval_words, scheme_pictures
from pages.learn._bootstrap.settings import INTERVAL_LABELS, MODEL, World
from pages.learn._bootstrap.words import by_scheme, message_words, population_words, see_why


def show_schemes(world: World, results: Sequence[Result], request: Request) -> list[Picture]:
    """The panels side by side, each with its interval and its messages."""
    pictures = scheme_pictures(results, world, request)
    grid = st.grid(len(results), min_column_width=230, gap="small")
    for result, picture in zip(results, pictures, strict=True):
        with grid.cell():
            show(picture)
            st.markdown(f"{request.percent}: **{interval_words(result, request)}**")
            st.caption(message_words(result))
    truth = " Dashed: the truth." if world.truth is not None else ""
    st.caption(
        "Orange: the estimates from the resamples. Red: four kinds of intervals, the chosen one "
        f"thick. Blue line: the estimate from the actual data.{truth}"
    )
    return pictures


def interval_table(results: Sequence[Result]) -> pd.DataFrame:
    """Every kind of interval for every scheme."""
    columns = {}
    for label, kind in INTERVAL_LABELS.items():
        columns[label] = [
            f"{number(r.intervals[kind].low)} to {number(r.intervals[kind].high)}" for r in results
        ]
    return pd.DataFrame(columns, index=[result.scheme.title for result in results])


def explain(world: World, results: Sequence[Result], request: Request) -> None:
    """Words beside the numbers."""
    left, right = st.columns(2, gap="large")
    with left:
        section("Why do they differ?")
        for paragraph in see_why(world, results, request):
            st.markdown(paragraph)
    with right:
        section("What the interval is about")
        st.markdown(population_words(world, by_scheme(results)[MODEL.title], request))
    st.markdown(f"**All intervals**, {request.percent}:")
    st.table(interval_table(results), width="content")
