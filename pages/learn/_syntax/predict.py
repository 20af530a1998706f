"""How many numbers will the formula estimate? Asked before the answer shows, never graded."""

import streamlit as st

from pages._ui.controls import predict
from pages._ui.frame import section
from pages._ui.words import code, count, listed
from pages.learn._syntax.reading import Reading

KEY = "guess"
MORE = "More"
SKIP = "Just show me, always"
LARGEST = 12
OPTIONS = (*(str(n) for n in range(2, LARGEST + 1)), MORE, SKIP)


def pills_about(about: str, label: str, options: tuple[str, ...], key: str) -> str | None:
    """Options to click, for one question at a time: what was clicked before is taken back.

    Parameters
    ----------
    about : names the question; a click on the last option holds for all of them.
    """
    state = f"{key} about"
    if st.session_state.get(state, about) != about:
        if st.session_state.get(key) != options[-1]:
            st.session_state[key] = None
        del st.session_state[state]
    return predict(label, options, key, about)


def ask(reading: Reading) -> str | None:
    """Ask; returns the guess, or None before there is one. A new formula is asked about anew."""
    section("Predict")
    guess = pills_about(
        f"{reading.source.name} {reading.text}",
        f"How many numbers will {code(reading.text)} estimate? Count the fixed effects, the SDs, "
        "the correlations, and the residual SD.",
        OPTIONS,
        KEY,
    )
    if guess is None:
        st.caption("Click what you expect; then you see what the formula says.")
    return guess


def parts(reading: Reading) -> str:
    """What the number is made of: "2 fixed effects, 2 SDs, 1 correlation and the residual SD"."""
    said = [count(reading.count("fixed"), "fixed effect")]
    for kind, noun in (("sd", "SD"), ("correlation", "correlation")):
        if n := reading.count(kind):
            said.append(count(n, noun))
    return listed([*said, "the residual SD"])


def _slip(guess: int, reading: Reading) -> str:
    """What may have been left out of the count; empty if nothing fits."""
    short = reading.n - guess
    correlations = reading.count("correlation")
    if short == 1 and correlations != 1:
        return " Did you leave out the residual SD?"
    if short == correlations > 0:
        return f" Did you leave out the correlation{'s' if correlations > 1 else ''}?"
    if short == correlations + 1:
        return " Did you leave out the correlations and the residual SD?"
    if guess == reading.count("fixed"):
        return " Did you count the fixed effects only?"
    if short == -1 and not correlations and reading.count("sd") > 1:
        return " Did you count a correlation? These effects do not have one."
    return ""


def verdict(guess: str, reading: Reading) -> str:
    """The answer, and what was expected; Markdown."""
    answer = f"**{count(reading.n, 'number')}**: {parts(reading)}."
    if guess == SKIP:
        return answer
    right = reading.n > LARGEST if guess == MORE else guess == str(reading.n)
    if right:
        return f"As you said: {answer}"
    slip = "" if guess == MORE else _slip(int(guess), reading)
    said = "more than 12" if guess == MORE else guess
    return f"You said {said}. It is {answer}{slip}"
