"""What the formula says: words, equation, everything that is estimated, what it is short for."""

import re

import pandas as pd
import streamlit as st

from pages._ui.frame import section
from pages._ui.words import code, count, number, plain
from pages.learn._syntax.reading import Reading, estimates, fit_of

SYMBOLS = {
    r"\beta": "β: fixed effects.",
    r"\alpha": "α: a coefficient that differs between groups.",
    "b_{": "*b*: what group *j* has of its own.",
    "b^": "*b*: what group *j* has of its own; the raised number is that of the bracket.",
    r"\tau": "τ: how much that varies (an SD).",
    r"\rho": "ρ: correlations.",
    r"\Sigma": "Σ: the variances and covariances.",
    r"\sigma": "σ: the residual SD.",
}
MOST_SENTENCES = 12
MOST_ROWS = 80


def in_words(reading: Reading) -> None:
    """The sentences, one below the other, with pieces of the formula as code."""
    said = reading.explanation.words
    st.markdown("\n".join(f"- {_sentence(words)}" for words in said[:MOST_SENTENCES]))
    if len(said) > MOST_SENTENCES:
        st.caption(f"and {count(len(said) - MOST_SENTENCES, 'sentence')} more of this kind.")


def _sentence(words: str) -> str:
    """A sentence that starts with a bracket of the formula shows that as code."""
    bracket = re.match(r"\(.*?\)(?=: )", words)
    if bracket is None:
        return plain(words)
    return code(bracket.group()) + plain(words[bracket.end() :])


def equation(reading: Reading) -> None:
    """The model in symbols, and what they stand for."""
    section("As an equation")
    st.latex(reading.explanation.equation)
    latex = reading.explanation.equation
    said = [words for symbol, words in SYMBOLS.items() if symbol in latex]
    st.caption(f"*i* counts the rows of the data. {' '.join(said)}")


def estimated(reading: Reading) -> None:
    """A row for each number that is estimated."""
    section(f"What is estimated: {count(reading.n, 'number')}")
    values = estimates(reading)
    rows = []
    for i, quantity in enumerate(reading.explanation.quantities[:MOST_ROWS]):
        row = {"symbol": f"${quantity.symbol}$"}
        if values is not None:
            row["estimate"] = plain(number(values[i], 4))
        row["what it says, and its name in lme4"] = f"{plain(quantity.words)} {code(quantity.name)}"
        rows.append(row)
    st.table(
        pd.DataFrame(rows),
        hide_index=True,
        alt=f"The {count(reading.n, 'number')} that the formula estimates.",
    )
    if reading.n > MOST_ROWS:
        st.caption(f"and {count(reading.n - MOST_ROWS, 'number')} more, mostly correlations.")
    if values is not None:
        fit = fit_of(reading)
        singular = (
            " An SD of 0, or a correlation of 1 or −1, is an answer and not an error: the fit is "
            "then called singular."
            if fit is not None and fit.is_singular
            else ""
        )
        st.caption(f"Estimates: by REML, from the data chosen above, as lmer gives them.{singular}")


def written_out(reading: Reading) -> None:
    """One step for each operator that stands for more than it shows."""
    steps = reading.explanation.steps
    section("Written out in full")
    if not steps:
        st.markdown("Nothing is hidden in this formula: it says everything it means.")
        return
    rows = [
        {
            "you write": code(step.before),
            "it means": "as it stands" if step.before == step.after else code(step.after),
            "because": plain(step.words),
        }
        for step in steps
    ]
    st.table(pd.DataFrame(rows), hide_index=True, alt="What each operator stands for.")
    st.markdown("Altogether:")
    st.code(steps[-1].formula, language=None, wrap_lines=True)
