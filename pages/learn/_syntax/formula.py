"""The formula: a box, the lecture's rows, errors at their character, and repairs."""

import streamlit as st

from pages._data.model import use_formula
from pages._ui.frame import show_error
from pages._ui.words import code, plain
from pages.learn._syntax.dataset import EXAMPLE, Source, data_title
from sim.errors import FormulaError, SimError
from sim.limits import MAX_FORMULA_LENGTH
from sim.syntax.repair import repair


def _row_clicked(pills: str, state: str) -> None:
    if picked := st.session_state[pills]:
        use_formula(state, picked)


def row_pills(source: Source, state: str, label: str, formula: str) -> None:
    """The rows of the lecture's table, one click each; the one in the box is marked."""
    brackets = {row.formula: plain(row.brackets) for row in source.rows}
    formulas = list(brackets)
    pills = f"{state}.rows"
    st.session_state[pills] = formula if formula in formulas else None
    st.pills(
        label,
        formulas,
        format_func=brackets.__getitem__,
        key=pills,
        wrap=True,
        on_change=_row_clicked,
        args=(pills, state),
    )


def formula_box(source: Source, state: str, label: str, start: str) -> str:
    """A box for any formula, kept in the link."""
    typed: str | None = st.text_input(
        label,
        value=start,
        max_chars=MAX_FORMULA_LENGTH,
        key=state,
        bind="query-params",
        live="400ms",
        help="Names of columns, `+ - * : / ^`, and brackets such as `(1 | participant)`.",
    )
    return typed or ""


def choose_formula(source: Source) -> str:
    """Draw the rows and the box; return what stands in the box."""
    state = source.state("formula")
    above = st.container()
    formula = formula_box(source, state, "Formula, as you would type it for lmer", source.start)
    with above:
        # Drawn after the box: on a first visit only the box knows the formula of the link.
        first = source.rows[0].start
        row_pills(source, state, f"The lecture's table: {code(first)} and …", formula)
        said = {row.formula: row.words for row in source.rows}.get(formula)
        if said:
            st.caption(f"In the lecture's words: {plain(said)}.")
        if len(source.rows) < 6:
            st.caption(
                "The table's last two rows need two grouping factors, and these data have one: "
                f"choose “{data_title(EXAMPLE)}”."
            )
    return formula


def show_formula_error(error: SimError, source: Source, state: str) -> None:
    """The error at its character, and a button that repairs it where that is possible."""
    show_error(error)
    if not isinstance(error, FormulaError):
        return
    columns = () if source.frame is None else tuple(map(str, source.frame.columns))
    mended = repair(error, columns)
    if mended is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Repair it",
                icon=":material/build:",
                key=f"{state}.repair",
                type="primary",
                on_click=use_formula,
                args=(state, mended),
            )
            st.markdown(code(mended))
