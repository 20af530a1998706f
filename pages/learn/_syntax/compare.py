"""Two formulas: the same model always, on these data, or not, and why."""

from dataclasses import dataclass

import streamlit as st

from pages._data.model import use_formula
from pages._ui.frame import section
from pages._ui.words import code, count, number, plain
from pages.learn._syntax.formula import formula_box, row_pills, show_formula_error
from pages.learn._syntax.predict import pills_about
from pages.learn._syntax.reading import Reading, fit_of, read
from sim import equivalent
from sim.errors import SimError
from sim.syntax.equivalent import Equivalence

KEY = "guess.same"
SAME, DIFFERENT, SKIP = "The same model", "Different models", "Just show me, always"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of two formulas."""

    first: Reading
    second: Reading
    found: Equivalence


def _start(reading: Reading) -> str:
    """Another row of the lecture's table, or the formula written out."""
    formulas = [row.formula for row in reading.source.rows]
    return formulas[3] if len(formulas) > 3 else reading.text


def _second(reading: Reading) -> str:
    state = reading.source.state("other")
    place = st.container()
    formula = formula_box(
        reading.source, state, "The second formula (the first one is above)", _start(reading)
    )
    with place:
        row_pills(reading.source, state, "Compare with a row of the table", formula)
    steps = reading.explanation.steps
    if steps and steps[-1].formula != formula:
        st.button(
            "Compare with the first one written out",
            key=f"{state}.written",
            on_click=use_formula,
            args=(state, steps[-1].formula),
        )
    return formula


def _guess(first: Reading, second: Reading) -> str | None:
    return pills_about(
        f"{first.source.name} {first.text} {second.text}",
        "Are the two the same model? They are if no data could ever be fitted better by one "
        "than by the other.",
        (SAME, DIFFERENT, SKIP),
        KEY,
    )


def verdict(compared: Comparison, guess: str) -> str:
    """The answer in a sentence; Markdown."""
    found = compared.found
    if found.always:
        answer = "**The same model, always**: two ways to write one thing."
    elif found.on_data:
        answer = "**The same model on these data**, though not on others."
    elif found.on_data is None and compared.first.source.frame is None:
        answer = "**Different models**, as far as one can tell without data."
    else:
        answer = "**Different models**."
    same = found.always or bool(found.on_data)
    if guess == SKIP:
        return answer
    return f"{'As you said' if (guess == SAME) == same else 'Not so'}: {answer}"


def _proof(compared: Comparison) -> str:
    """What both reach when they are fitted; empty where they are not."""
    fits = [fit_of(reading, reml=False) for reading in (compared.first, compared.second)]
    if any(fit is None for fit in fits):
        return ""
    one, other = (float(fit.criterion) for fit in fits if fit is not None)
    if compared.first.explanation.formula.response != compared.second.explanation.formula.response:
        return ""
    return (
        f"Fitted to these data by maximum likelihood, −2 log likelihood is {number(one, 6)} for "
        f"the first and {number(other, 6)} for the second."
    )


def _table(compared: Comparison) -> None:
    for name, reading in (("First", compared.first), ("Second", compared.second)):
        steps = reading.explanation.steps
        full = steps[-1].formula if steps else reading.text
        st.markdown(f"{name}: {code(full)} estimates {count(reading.n, 'number')}.")


def compare_section(reading: Reading) -> Comparison | None:
    """Draw the second formula, the question and the answer."""
    section("Are two formulas the same model?")
    text = _second(reading)
    try:
        second = read(reading.source, text)
        found = equivalent(reading.text, text, reading.source.frame)
    except SimError as problem:
        show_formula_error(problem, reading.source, reading.source.state("other"))
        return None
    guess = _guess(reading, second)
    if guess is None:
        st.caption("Click what you expect; then you see the answer and the reason.")
        return None
    compared = Comparison(reading, second, found)
    st.markdown(f"{verdict(compared, guess)}\n\n{plain(found.reason)}")
    if proof := _proof(compared):
        st.markdown(proof)
    _table(compared)
    return compared
