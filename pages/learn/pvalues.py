"""P-values: the same effect tested in five ways, and how often each is wrong."""

import streamlit as st

from pages._data.dataset import OWN
from pages._data.own_data import own_dataset
from pages._data.panels import show_data
from pages._data.story import story_dataset
from pages._ui.charts import Picture
from pages._ui.check_yourself import check_yourself
from pages._ui.frame import header, show_error
from pages.learn._pvalues.answers import compute, see_why, show_five
from pages.learn._pvalues.counting import ask_for_counting, run_counting
from pages.learn._pvalues.five import Five
from pages.learn._pvalues.predict import guess_df, say_guess
from pages.learn._pvalues.question import Question, choose_question, choose_story
from pages.learn._pvalues.take_away import take_away
from sim.errors import SimError

SEED = 1


def choose() -> Question | None:
    """Data, model and effect beside the picture; None until a visitor has brought data."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        story = choose_story()
    if story == OWN:
        dataset = own_dataset()
        if dataset is None:
            return None
        left, right = st.columns([3, 2], gap="large")
    else:
        dataset = story_dataset(story)
    with left:
        question = choose_question(dataset)
    with right:
        show_data(dataset, question.fit)
    return question


def answer(question: Question) -> tuple[Five | None, list[Picture]]:
    """The five tests, once somebody has predicted."""
    guess = guess_df(question)
    if guess is None:
        st.caption("Click what you expect: then the five tests show.")
        return None, []
    five = compute(question, SEED)
    say_guess(question, five, guess)
    pictures = show_five(question, five)
    see_why(question, five)
    return five, pictures


header(
    "P-values",
    "Is an effect there at all? Five methods answer for the same coefficient of the same model. "
    "See where they differ, why degrees of freedom are not rows, and how often each finds "
    "something where nothing is.",
)
try:
    question = choose()
    if question is not None:
        five, pictures = answer(question)
        # Who has not seen the five methods cannot say which of them errs most.
        wanted = five is not None and ask_for_counting(question, SEED)
        counting_place = st.container()
        check_yourself("pvalues")
        take_away(question, five, pictures, SEED)
        if wanted:
            with counting_place:
                run_counting(question, SEED)
except SimError as problem:
    show_error(problem)
