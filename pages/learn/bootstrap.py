"""Bootstrap: what to resample, what its intervals promise, and whether they keep it."""

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import header, section, show, show_error
from pages._ui.words import code, number
from pages.learn._bootstrap.coverage import coverage_section, fill_in
from pages.learn._bootstrap.data import data_picture
from pages.learn._bootstrap.draws import Request, Result, choose_request, result_of
from pages.learn._bootstrap.pictures import interval_words, scheme_pictures
from pages.learn._bootstrap.predict import ask, verdict
from pages.learn._bootstrap.settings import (
    INTERVAL_LABELS,
    MODEL,
    SCHEMES,
    World,
    choose_setting,
    choose_truth,
    make_world,
)
from pages.learn._bootstrap.settling import settling_section
from pages.learn._bootstrap.take_away import take_away
from pages.learn._bootstrap.words import by_scheme, message_words, population_words, see_why
from sim.errors import SimError


def tell(world: World) -> None:
    """The story, its model, and the estimate."""
    setting = world.setting
    truth = "" if world.truth is None else f", the truth is **{number(world.truth)}**"
    st.markdown(
        f"{setting.tell}  \nModel: {code(setting.formula)}. Estimated {setting.what}: "
        f"**{number(world.estimate)}** {setting.unit}{truth}."
    )


def show_schemes(world: World, results: list[Result], request: Request) -> list[Picture]:
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


def interval_table(results: list[Result]) -> pd.DataFrame:
    """Every kind of interval for every scheme."""
    columns = {}
    for label, kind in INTERVAL_LABELS.items():
        columns[label] = [
            f"{number(r.intervals[kind].low)} to {number(r.intervals[kind].high)}" for r in results
        ]
    return pd.DataFrame(columns, index=[result.scheme.title for result in results])


def explain(world: World, results: list[Result], request: Request) -> None:
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


header(
    "Bootstrap",
    "How far might an estimate have come out differently? Resample the data, fit again, look at "
    "the spread. But resample *what*?",
)
setting = choose_setting()
left, right = st.columns(2, gap="large")
with left:
    told = st.container()
    seed, parameters = choose_truth(setting)
try:
    world = make_world(setting, seed, parameters)
except SimError as problem:
    show_error(problem)
    st.stop()
with told:
    tell(world)
with right:
    show(data_picture(world))
    if not setting.within:
        st.caption("Group 2 is dashed.")
request = choose_request()
guess = ask(setting, request.percent)
results: list[Result] = []
pictures: list[Picture] = []
if guess is not None:
    try:
        results = [result_of(world, scheme, request) for scheme in SCHEMES]
    except SimError as problem:
        show_error(problem)
        st.stop()
    if words := verdict(guess, results[1:], request):
        st.markdown(words)
    pictures = show_schemes(world, results, request)
    explain(world, results, request)
    settling_section(world, request)
place = coverage_section(world, request)
take_away(world, results, request, pictures)
fill_in(world, request, place)
