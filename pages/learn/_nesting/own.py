"""A visitor's own CSV: which of its columns are nested in which?"""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from pages._data.own_data import KEPT, choose_file, table_of
from pages._ui.cache import content_key
from pages._ui.frame import section, show, show_error
from pages._ui.words import code, count, listed, plain
from pages.learn._nesting.advice import Advice, advise
from pages.learn._nesting.pictures import MIN_WIDTH, counts_picture, graph_picture, shown_part
from pages.learn._nesting.reading import show_readings
from sim.designs import Relation, candidate_factors, relations
from sim.errors import SimError
from sim.scenarios import SCENARIOS
from sim.tables import Table

MAX_CHOSEN = 6
EXAMPLES = {"Schools and classes": "schools", "Words and people": "items"}


def example(name: str) -> bytes:
    """The default data of a story, as a file somebody might bring."""
    return SCENARIOS[name].generate(np.random.default_rng(1)).to_csv(index=False).encode()


def _use(name: str) -> None:
    st.session_state[KEPT] = (f"{name}.csv", example(name))


def _examples() -> None:
    if st.session_state.get("own.file") is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("No file at hand? Take an example:")
        for label, name in EXAMPLES.items():
            st.button(label, icon=":material/table:", on_click=partial(_use, name))


def pairs_table(found: tuple[Relation, ...]) -> pd.DataFrame:
    """A row for every pair of columns; Markdown."""
    rows = []
    for pair in found:
        advice = advise(pair)
        rows.append(
            (
                f"{code(pair.a)}, {code(pair.b)}",
                advice.kind,
                f"{pair.n_a:,} and {pair.n_b:,}",
                f"{pair.n_pairs:,} of {pair.n_a * pair.n_b:,}",
                code(advice.terms) + (" ?" if advice.doubt else ""),
            )
        )
    columns = ["columns", "relation", "groups", "combinations that occur", "start from"]
    return pd.DataFrame(rows, columns=columns).set_index("columns")


def _choose_columns(table: Table, key: str) -> list[str]:
    names = [column.name for column in table.columns]
    chosen: list[str] = st.multiselect(
        "Columns that hold groups",
        names,
        default=list(candidate_factors(table.frame)[:MAX_CHOSEN]),
        max_selections=MAX_CHOSEN,
        key=f"nesting.{key[:12]}.columns",
        help="Who or what was measured, and where they belong: participant, item, class, school.",
    )
    return chosen


def _say(pair: Relation, advice: Advice) -> None:
    st.markdown(f"{plain(pair.words)}\n\nStart from {code(advice.terms)}. {advice.words}")
    if advice.doubt:
        st.warning(
            "Look at the labels: are those of one column numbers or letters that start again "
            "inside each group of the other? Then give every unit a name of its own first, such "
            "as school and class pasted together.",
            title="Labels used again?",
            icon=":material/warning:",
        )
    notes = []
    if pair.n_missing:
        notes.append(f"{count(pair.n_missing, 'row')} without one of the two left out.")
    if not pair.balanced:
        notes.append("The combinations differ in how many rows they have.")
    if notes:
        st.caption(" ".join(notes))


def _details(frame: pd.DataFrame, pair: Relation) -> None:
    a, b = (pair.outer, pair.inner) if pair.inner else (pair.a, pair.b)
    part = shown_part(frame, a, b)
    grid = st.grid(3, min_column_width=MIN_WIDTH, gap="medium")
    with grid.cell():
        _say(pair, advise(pair))
        if part.note:
            st.caption(plain(part.note))
    with grid.cell():
        show(counts_picture(part.frame, a, b, title="Rows in each combination"))
    with grid.cell():
        show(graph_picture(part.frame, a, b, title="Who belongs to whom"))
    show_readings(pair)


def _choose_pair(found: tuple[Relation, ...], key: str) -> Relation:
    if len(found) == 1:
        return found[0]
    named = {f"{pair.a} and {pair.b}": pair for pair in found}
    chosen = st.selectbox("Look at two columns", list(named), key=f"nesting.{key[:12]}.pair")
    return named.get(chosen, found[0])


def _answer(name: str, raw: bytes) -> None:
    key = content_key(name.encode(), raw)
    table = table_of(key, name, raw)
    n_rows, n_columns = table.frame.shape
    st.caption(f"{plain(name)}: {count(n_rows, 'row')}, {count(n_columns, 'column')}.")
    chosen = _choose_columns(table, key)
    if len(chosen) < 2:
        st.info("Choose at least two columns.", icon=":material/info:")
        return
    found = relations(table.frame, chosen)
    st.table(
        pairs_table(found),
        alt=f"How {listed(chosen)} stand to each other, pair by pair",
    )
    if any(advise(pair).doubt for pair in found):
        st.caption("**?** The table cannot tell whether labels are used again; you can.")
    _details(table.frame, _choose_pair(found, key))


def own_section() -> None:
    """Draw the upload and, once there are data, every pair of columns."""
    section(
        "Your own data: which factor is nested in which?",
        "Drop a CSV, and every pair of its grouping columns is compared. The file is not part of "
        "this page's link.",
    )
    try:
        kept = choose_file()
        _examples()
        if kept is not None:
            _answer(*kept)
    except SimError as problem:
        show_error(problem)
