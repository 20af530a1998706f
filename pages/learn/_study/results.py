"""What the repetitions show so far: pictures, a table, and words."""

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.words import code, count, number
from pages.learn._study.pictures import intervals_picture, rates_picture
from pages.learn._study.settings import Question
from pages.learn._study.words import (
    ROWS,
    compare_words,
    coverage_words,
    error_words,
    fit_words,
    guess_words,
    method_label,
    power_words,
    with_interval,
)
from sim.inference.counting import Average, Study


def _mean(average: Average | None) -> str:
    if average is None or average.n < 2:
        return "–"
    low, high = average.interval()
    return f"{number(average.estimate, 2)} ({number(low, 2)} to {number(high, 2)})"


def results_table(studies: dict[str, Study]) -> pd.DataFrame:
    """Every share with its Monte-Carlo interval: methods by what is counted."""
    columns: dict[str, list[str]] = {}
    methods = list(next(iter(studies.values())).outcomes)
    for world, study in studies.items():
        title = {"no effect": "type I error", "effect": "power"}.get(world, "significant")
        columns[title] = [with_interval(study.of(m).rejected) for m in methods]
    last = list(studies.values())[-1]
    if last.truth is not None:
        shares = [last.of(m).covered for m in methods]
        columns["coverage"] = [with_interval(share) if share else "–" for share in shares]
        columns["bias"] = [_mean(last.of(m).bias) for m in methods]
    return pd.DataFrame(columns, index=[method_label(m) for m in methods])


def draw_results(question: Question, found: list[Study], guess: str) -> list[Picture]:
    """Draw what there is; returns the pictures for the download."""
    studies = {w.name: study for w, study in zip(question.worlds, found, strict=True)}
    null, effect = studies.get("no effect"), studies.get("effect")
    last = found[-1]
    pictures = []
    grid = st.grid(2, min_column_width=320, gap="medium")
    with grid.cell():
        pictures.append(rates_picture(studies))
        show(pictures[-1])
        st.caption(_legend(studies))
    with grid.cell():
        if last.truth is not None:
            pictures.append(intervals_picture(last))
            show(pictures[-1])
            st.caption(
                "Each line is one study of lmer. Dashed: the truth. Red: intervals that miss it."
            )
    st.table(results_table(studies), alt="Shares of all repetitions with Monte-Carlo intervals")
    section("Why?")
    words = [guess_words(guess, null)] if null else []
    words += [error_words(question, null)] if null else []
    words += [power_words(effect, null)] if effect else []
    words += [coverage_words(last), fit_words(last), compare_words(question, null, effect)]
    for paragraph in filter(None, words):
        st.markdown(paragraph)
    return pictures


def _legend(studies: dict[str, Study]) -> str:
    parts = []
    if "no effect" in studies:
        parts.append("Orange circles: nothing is there, so each “significant” is a false alarm.")
    if set(studies) - {"no effect"}:
        parts.append("Blue diamonds: the effect is there.")
    done = count(next(iter(studies.values())).done, "repetition")
    groups = [m for m in next(iter(studies.values())).outcomes if m not in ("lmer", ROWS)]
    parts.append(
        f"By {code(groups[0])}: each of its levels gives one number, a mean or a slope, and a "
        "t-test compares those."
    )
    return " ".join([*parts, f"Bars and brackets: Monte-Carlo intervals (95%) after {done}."])
