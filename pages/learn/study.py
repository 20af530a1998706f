"""Repeat the whole study: how often its test is wrong, how often it finds what is there."""

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.controls import predict
from pages._ui.frame import header, section, show_error
from pages._ui.words import plain
from pages.learn._study.curve import CurveSection
from pages.learn._study.results import draw_results
from pages.learn._study.running import Run
from pages.learn._study.settings import (
    Question,
    ask,
    choose_dataset,
    choose_formula,
    choose_story,
    show_example,
    story_words,
)
from pages.learn._study.take_away import take_away
from pages.learn._study.words import GUESSES
from sim.errors import SimError
from sim.inference.counting import Study
from sim.scenarios import SCENARIOS


def predict_alarms(question: Question) -> str | None:
    """One question before the answer shows."""
    section("Predict")
    guess = predict(
        "Suppose nothing is there: the true effect is 0. In how many studies will lmer with this "
        "model say “significant” (p at most 5%)?",
        GUESSES,
        question.dataset.state("guess"),
        question.about,
    )
    if guess is None:
        st.caption(
            f"Click what you expect; then the whole study is repeated {question.n:,} times, "
            "without the effect and with it."
        )
    return guess


header(
    "The study, repeated",
    "A p-value is about studies that nobody runs: the same study, again and again. Here you run "
    "them, because here you know the truth.",
)
left, right = st.columns(2, gap="large")
with left:
    story = choose_story()
    st.markdown(plain(SCENARIOS[story].story))
    st.caption("You set the truth behind every study in the side bar; » opens it on a phone.")
dataset = choose_dataset(story)
with right:
    show_example(dataset)
formula = choose_formula(dataset)
try:
    question = ask(dataset, formula)
except SimError as problem:
    show_error(problem)
    st.stop()
st.caption(story_words(question))
guess = predict_alarms(question)
run = Run("study.main", question.key, question.worlds, question.n)
results = st.container()
curve = CurveSection(question)
curve.open()
take_away_place = st.container()
pictures: list[Picture] = []


def draw(found: list[Study]) -> None:
    """Draw the results so far."""
    pictures[:] = draw_results(question, found, guess or GUESSES[-1])
    curve.learn(found[0] if question.null is not None else None)


# Filled in last, because it goes on for a while: the page above and between is complete meanwhile.
if guess is not None:
    with results:
        section("Repeat")
        run.fill(st.empty(), draw)
curve.fill()
with take_away_place:
    check_yourself("study")
    take_away(question, run, [*pictures, *curve.pictures])
