"""How many degrees of freedom? Asked before the answer shows."""

import math

import numpy as np
import streamlit as st

from pages._ui.controls import predict
from pages._ui.frame import section
from pages._ui.words import code, number
from pages.learn._pvalues.five import Five
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.words import participant_codes
from pages.learn._pvalues.world import METHODS

SKIP = "Just show me"


def options(question: Question) -> dict[str, float]:
    """The answers offered, with the number each stands for."""
    fit = question.fit
    people = len(np.unique(participant_codes(question)))
    rows = fit.nobs - len(fit.beta)
    return {
        f"About {rows:,}: one for each row": float(rows),
        f"About {people - 1}: one for each {question.noun}": float(people - 1),
        "Infinitely many: it is a z": math.inf,
    }


def guess_df(question: Question) -> str | None:
    """Ask; None until somebody has clicked."""
    fit = question.fit
    section(
        "Predict: how many degrees of freedom?",
        f"The data have **{fit.nobs:,} rows** from "
        f"**{len(np.unique(participant_codes(question)))} {question.noun}s**. The degrees of "
        "freedom of a t-test count the independent pieces of evidence behind it. How many has the "
        f"t-test of {code(question.effect)}?",
    )
    about = f"{question.key} {question.effect}"
    guess = predict("Click one", [*options(question), SKIP], question.dataset.state("df"), about)
    return guess if guess in (*options(question), SKIP) else None


def say_guess(question: Question, five: Five, guess: str) -> None:
    """Hold the prediction against Satterthwaite's df."""
    test = five.of(METHODS[1])
    if guess == SKIP or not math.isfinite(test.df):
        return
    offered = options(question)
    near = min(offered, key=lambda name: abs(math.log(max(offered[name], 0.5) / test.df)))
    said, best = (name.split(":")[0].lower() for name in (guess, near))
    if near == guess:
        st.markdown(f"Satterthwaite's df are **{number(test.df)}**: you said *{said}*.")
    else:
        st.markdown(
            f"Satterthwaite's df are **{number(test.df)}**: nearer to *{best}* than to your "
            f"*{said}*."
        )
