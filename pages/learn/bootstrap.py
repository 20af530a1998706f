"""Bootstrap: what to resample, what its intervals promise, and whether they keep it."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, show, show_error
from pages._ui.words import code, number
from pages.learn._bootstrap.coverage import coverage_section, fill_in
from pages.learn._bootstrap.data import data_picture
from pages.learn._bootstrap.draws import Result, choose_request, result_of
from pages.learn._bootstrap.panels import explain, show_schemes
from pages.learn._bootstrap.predict import ask, verdict
from pages.learn._bootstrap.settings import (
    SCHEMES,
    World,
    choose_setting,
    choose_truth,
    make_world,
)
from pages.learn._bootstrap.settling import settling_section
from pages.learn._bootstrap.take_away import take_away
from sim.errors import SimError


def tell(world: World) -> None:
    """The story, its model, and the estimate."""
    setting = world.setting
    truth = "" if world.truth is None else f", the truth is **{number(world.truth)}**"
    st.markdown(
        f"{setting.tell}  \nModel: {code(setting.formula)}. Estimated {setting.what}: "
        f"**{number(world.estimate)}** {setting.unit}{truth}."
    )


header(
    "Bootstrap",
    "How far might an estimate have come out differently? Resample the data, fit again, look at "
    "the spread. But resample *what*?",
)
setting = choose_setting()
left, right = st.columns(2, gap="large")
seed, parameters = choose_truth(setting)
try:
    world = make_world(setting, seed, parameters)
except SimError as problem:
    show_error(problem)
    st.stop()
with left:
    tell(world)
with right:
    show(data_picture(world))
    if not setting.within:
        st.caption("Group 2 is dashed.")
question = st.container()  # above the controls, whose settings it names
request = choose_request()
with question:
    guess = ask(setting, request)
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
check_yourself("bootstrap")
take_away(world, results, request, pictures)
fill_in(world, request, place)
