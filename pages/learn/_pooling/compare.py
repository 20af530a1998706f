"""All lines side by side, the close-up with predictions, and the tables of coefficients."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section, show, show_error
from pages._ui.words import code, number, plain
from pages.learn._pooling.lines import (
    LABELS,
    legend,
    person_pictures,
    shown_people,
    together_picture,
)
from pages.learn._pooling.predict import moves
from pages.learn._pooling.settings import VARYING, Study
from sim.errors import SimError
from sim.lmm.rformat import format_numbers
from sim.pooling import Pooling
from sim.pooling.pooling import Method, Varying

PANELS, TOGETHER = "A panel each", "All in one picture"
VIEWS = (PANELS, TOGETHER)
MAX_TABLE_ROWS = 200


def facets(study: Study, pooling: Pooling, methods: Sequence[Method]) -> list[Picture]:
    """A panel for each participant, on shared axes."""
    shown = shown_people(study)
    pictures = person_pictures(study, pooling, methods, shown)
    grid = st.grid(5, min_column_width=120, gap="small")
    for picture in pictures:
        with grid.cell():
            show(picture)
    roles = study.dataset.roles
    some = (
        f" {len(shown)} of {len(study.people)} participants."
        if len(shown) < len(study.people)
        else ""
    )
    st.caption(
        plain(
            f"Across: {study.dataset.with_unit(roles.predictor)}. "
            f"Up: {study.dataset.with_unit(roles.response)}. {legend(methods)}{some}"
        )
    )
    return pictures


def together(study: Study, pooling: Pooling, methods: Sequence[Method]) -> list[Picture]:
    """A picture for each method, with everybody in it."""
    pictures = [together_picture(study, pooling, method) for method in methods]
    grid = st.grid(max(1, len(pictures)), min_column_width=280, gap="small")
    for picture in pictures:
        with grid.cell():
            show(picture)
    return pictures


def choose_lines() -> tuple[list[Method], Varying, str]:
    """Draw the toggles: methods, what varies in the mixed model, one picture or many."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        methods = st.pills(
            "Lines",
            list(LABELS),
            selection_mode="multi",
            default=list(LABELS),
            key="lines",
            bind="query-params",
            wrap=True,
        )
        varying = st.segmented_control(
            "Partial pooling lets vary",
            list(VARYING),
            default="intercepts and slopes",
            key="varying",
            bind="query-params",
            required=True,
            help="The random effects of the model: (1 | who), (0 + x | who) or (1 + x | who).",
        )
        view = st.segmented_control(
            "View", VIEWS, default=PANELS, key="view", bind="query-params", required=True
        )
    chosen = [method for label, method in LABELS.items() if label in (methods or [])]
    return chosen, VARYING.get(varying or "", "both"), view or PANELS


def close_ups(study: Study) -> list[str]:
    """Who is looked at closely: the two with the fewest observations, or else who move most."""
    by = study.counts
    if by.min() == by.max():
        by = -moves(study, study.both).fillna(0.0)
    few = set(by.sort_values(kind="stable").index[:2])
    return [name for name in study.people if name in few]


def prediction_table(study: Study, pooling: Pooling, name: str) -> pd.DataFrame:
    """Predictions of every method for one participant, a row for each value of the predictor.

    For st.table, which reads Markdown.
    """
    columns = {}
    for label, method in LABELS.items():
        rows = pooling.predict(method, study.values)
        y = rows.loc[rows["participant"] == name, "y"]
        columns[label.removesuffix(" pooling").lower()] = [
            "none" if np.isnan(value) else number(value, 4) for value in y
        ]
    at = [f"{value:.4g}" for value in study.values]
    return pd.DataFrame(columns, index=pd.Index(at, name=plain(study.x_name)))


def close_up_words(study: Study, pooling: Pooling, name: str) -> str:
    """What each method can say about somebody hardly measured; Markdown."""
    own, partial = pooling.own.loc[name], pooling.partial.loc[name]
    n, weight = int(study.counts[name]), pooling.own_weight[name]
    slope = number(partial.iloc[1])
    if np.isnan(own.iloc[1]):
        once = "One observation has" if n == 1 else "Observations at one place have"
        alone = (
            f"{once} no slope: `lm` answers with the intercept alone, {number(own.iloc[0], 4)}, "
            "and `NA`. **No line** can be drawn."
        )
    else:
        alone = f"Alone, {n} observations give a slope of {number(own.iloc[1])}" + (
            ": a line through two points, with no error left to judge it by." if n == 2 else "."
        )
    return (
        f"{alone} **Partial pooling** gives a slope of {slope} (the average is "
        f"{number(float(pooling.fit.fixef.iloc[1]))}). The own data have a weight of "
        f"**{number(weight, 2)}** in this line (of most participants here: "
        f"{number(float(pooling.own_weight.median()), 2)})."
    )


def close_up(study: Study, pooling: Pooling, methods: Sequence[Method]) -> None:
    """The two participants with the fewest data, and what every method predicts for them."""
    names = close_ups(study)
    even = study.counts.min() == study.counts.max()
    said = " and ".join(plain(name) for name in names)
    section(
        f"Close-up: {said}",
        "Everybody has the same number of observations; these two move most."
        if even
        else "The two with the fewest observations.",
    )
    pictures = person_pictures(study, pooling, methods, names, height=260, small=False)
    grid = st.grid(2, min_column_width=300, gap="medium")
    for name, picture in zip(names, pictures, strict=True):
        with grid.cell():
            show(picture)
            st.markdown(close_up_words(study, pooling, name))
            st.markdown(f"Predictions for {plain(name)} by complete, no and partial pooling:")
            st.table(prediction_table(study, pooling, name), width="content")
    st.caption(legend(methods))


def printed(frame: pd.DataFrame) -> str:
    """A table of coefficients as R prints it, seven digits a column."""
    shown = frame.iloc[:MAX_TABLE_ROWS]
    columns = [list(map(str, shown.index))]
    columns[0].insert(0, "")
    for name, values in shown.items():
        texts = format_numbers([float(value) for value in values])
        texts = [
            "NA" if np.isnan(v) else text.strip() for v, text in zip(values, texts, strict=True)
        ]
        columns.append([str(name), *texts])
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for cells in zip(*columns, strict=True):
        label = cells[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        lines.append(" ".join([label, *rest]))
    if len(frame) > MAX_TABLE_ROWS:
        lines.append(f"... and {len(frame) - MAX_TABLE_ROWS:,} more")
    return "\n".join(lines)


def coefficient_tables(study: Study) -> None:
    """Every method's coefficients, as R prints them."""
    section(
        "The coefficients",
        "An intercept and a slope for each participant, from each method, as R prints them.",
    )
    y, x = study.both.fit.design.formula.response_text, study.both.measured.terms[1]
    titles = ("Complete pooling", "No pooling", "Random intercepts", "Random slopes", "Both")
    places = st.tabs(titles)
    line = study.both.complete.to_frame().T
    line.index = [""]
    with places[0]:
        st.markdown(f"{code(f'coef(lm({y} ~ {x}))')}: one line, whoever it is.")
        st.code(printed(line), language=None)
    with places[1]:
        st.markdown(f"{code(f'lm({y} ~ {x})')} for each participant alone.")
        st.code(printed(study.both.own), language=None, height=480)
    for place, varying in zip(places[2:], VARYING.values(), strict=True):
        with place:
            try:
                pooling = study.varying(varying)
            except SimError as problem:
                show_error(problem)
                continue
            formula = pooling.fit.design.formula.r_text
            st.markdown(f"{code(f'coef(lmer({formula}))')}: {_same(varying)}")
            group = pooling.fit.group_coef[study.dataset.roles.participant]
            st.code(printed(group), language=None, height=480)


def _same(varying: Varying) -> str:
    return {
        "intercepts": "one slope for all, so the lines are parallel.",
        "slopes": "one intercept for all, so the lines leave from one point.",
        "both": "everybody has a line.",
    }[varying]
