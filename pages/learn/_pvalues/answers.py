"""The five answers on the screen: table, pictures, and why they differ."""

import pandas as pd
import streamlit as st

from pages._ui.cache import fitted_model
from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.words import count, number
from pages.learn._pvalues import words
from pages.learn._pvalues.five import Five, draws_wanted, run_five
from pages.learn._pvalues.pictures import df_words, p_words, ratio_picture, tail_picture
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.scripts import without_term
from sim.errors import SimError
from sim.inference.likelihood import anova


def tests_table(five: Five) -> pd.DataFrame:
    """Method, df, statistic, what it needs, p-value; as text."""
    rows = []
    for test in five.tests:
        known = not test.trouble
        df = "–" if test.method == "Parametric bootstrap" else df_words(test.df)
        rows.append(
            {
                "method": test.method,
                "df": df if known else "–",
                "statistic": f"{test.letter} = {number(test.statistic, 4)}" if known else "–",
                "needs for 5%": number(test.critical, 4) if known else "–",
                "p-value": p_words(test.p).removeprefix("p ").removeprefix("= "),
            }
        )
    return pd.DataFrame(rows).set_index("method")


def compute(question: Question, seed: int) -> Five:
    """All five tests, with a progress bar while the bootstrap runs."""
    place = st.empty()
    draws = count(draws_wanted(question.fit), "data set")

    def progress(share: float) -> None:
        place.progress(share, f"Bootstrap: fitting {draws} without the effect …")

    five = run_five(question, seed, progress)
    place.empty()
    return five


def show_five(question: Question, five: Five) -> list[Picture]:
    """The table and both pictures."""
    section("Five answers to one question")
    st.table(tests_table(five), alt="The five tests of the effect")
    st.markdown(words.verdict(question, five))
    pictures = [tail_picture(five), ratio_picture(five)]
    for column, picture, note in zip(
        st.columns(2, gap="large"),
        pictures,
        (
            "Orange: what chance alone gives; solid the normal (z), dashed Satterthwaite's t, "
            "dotted Kenward–Roger's. Purple marks: what each needs for 5%.",
            "Orange bars: data sets simulated without the effect; orange line: χ². Purple marks: "
            "what is needed for 5%, solid by χ², dotted by the bootstrap.",
        ),
        strict=True,
    ):
        with column:
            show(picture)
            st.caption(f"{note} Blue: these data.")
    return pictures


def see_why(question: Question, five: Five) -> None:
    """Why they differ."""
    section("Why?")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(words.df_paragraph(question, five))
        st.markdown(words.z_paragraph(five))
    with right:
        st.markdown(words.roger_paragraph(five))
        st.markdown(words.ratio_paragraph(question, five))
    _show_anova(question)


def _show_anova(question: Question) -> None:
    """The likelihood ratio as R prints it, where the effect is a term of its own."""
    found, fit, dataset = without_term(question), question.fit, question.dataset
    if found is None:
        return
    try:
        small = fitted_model(dataset.key, dataset.frame, str(found[1]), True, "treatment")
        compared = anova(small, fit, names=["without", "with"])
    except SimError:
        return
    with st.expander("The likelihood ratio as R prints it: anova(without, with)"):
        st.code("\n".join((*compared.messages, compared.text)), language=None, wrap_lines=False)
