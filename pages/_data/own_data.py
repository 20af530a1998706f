"""A visitor's own CSV: upload, kinds of columns, roles."""

import pandas as pd
import streamlit as st

from pages._data.dataset import OWN, Dataset
from pages._ui.cache import content_key
from pages._ui.frame import show_error
from pages._ui.words import count, plain
from sim.data import read_data
from sim.errors import DataError, SimError
from sim.scenarios import Model, Roles
from sim.tables import Table, quoted, read_table, suggest_roles

KEPT = "own.kept file"
NONE = "(none)"
MAX_KINDS_SHOWN = 60
PREVIEW_ROWS = 5
KINDS_HEIGHT = 240
EXAMPLE = "sleepstudy"


@st.cache_resource(max_entries=6, ttl="1h", show_spinner="Reading the file …")
def table_of(key: str, name: str, _raw: bytes) -> Table:
    """Read a file; the key names its content.

    Raises
    ------
    SimError : it cannot be read.
    """
    return read_table(_raw, name)


def _example_bytes() -> bytes:
    return read_data(EXAMPLE).to_csv(index=False).encode()


def _use_example() -> None:
    st.session_state[KEPT] = (f"{EXAMPLE}.csv", _example_bytes())


def choose_file() -> tuple[str, bytes] | None:
    """The file on the page; it stays when the visitor looks at a story and comes back."""
    uploaded = st.file_uploader(
        "CSV file",
        key="own.file",
        help="One row per observation, names of columns in the first line. Commas, semicolons or "
        "tabs; up to 20 MB. The file stays in this server's memory for this visit only.",
    )
    if uploaded is not None:
        st.session_state[KEPT] = (uploaded.name, uploaded.getvalue())
    kept: tuple[str, bytes] | None = st.session_state.get(KEPT)
    return kept


def _empty_state() -> None:
    st.info(
        "Choose a CSV with one row per observation: a column with what was measured, one with who "
        "was measured, and one with the condition, day or item. No file at hand? Take the example.",
        title="No data yet",
        icon=":material/upload_file:",
    )
    with st.container(horizontal=True):
        st.button("Use the example", icon=":material/table:", on_click=_use_example)
        st.download_button(
            "Download the example",
            _example_bytes,
            file_name=f"{EXAMPLE}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _with_kinds(table: Table, key: str) -> Table:
    """Let the visitor say which columns are numbers and which are factors."""
    shown = table.columns[:MAX_KINDS_SHOWN]
    listing = pd.DataFrame(
        {
            "column": [column.name for column in shown],
            "kind": [column.kind for column in shown],
            "different values": [column.n_distinct for column in shown],
            "missing": [column.n_missing for column in shown],
        }
    )
    edited = st.data_editor(
        listing,
        key=f"own.kinds.{key[:12]}",
        hide_index=True,
        height=KINDS_HEIGHT if len(listing) > PREVIEW_ROWS else "auto",
        disabled=["column", "different values", "missing"],
        column_config={
            "kind": st.column_config.SelectboxColumn(
                "kind", options=["number", "factor"], required=True
            )
        },
        alt="The columns of the file and their kinds; the kind can be changed.",
    )
    for column, kind in zip(shown, edited["kind"], strict=True):
        if kind != column.kind:
            try:
                table = table.with_kind(column.name, kind)
            except SimError as problem:
                show_error(problem, still="It stays a factor.")
    return table


def _any_roles(table: Table) -> Roles:
    """Three columns to start from where nothing better is known: the most varied one is y."""
    numbers = [column for column in table.columns if column.kind == "number"]
    response = max(numbers, key=lambda column: column.n_distinct).name
    others = [column.name for column in table.columns if column.name != response] or [response]
    return Roles(response, others[-1], others[0])


def _check_roles(response: str, predictor: str, participant: str) -> None:
    for other, role in ((participant, "who was measured"), (predictor, "the axis (x)")):
        if other == response:
            raise DataError(
                f"Column '{response}' stands for what was measured and for {role} at once.",
                "Choose another column for one of them, just above.",
            )


def _roles(table: Table, key: str) -> Roles:
    names = [column.name for column in table.columns]
    numbers = [column.name for column in table.columns if column.kind == "number"]
    if not numbers:
        raise DataError(
            "No column is a number, so there is nothing to predict.",
            "Make the column with the measurements a number.",
        )
    guess = suggest_roles(table) or _any_roles(table)
    state = f"own.{key[:12]}"

    def choose(label: str, options: list[str], default: str | None, part: str) -> str:
        index = options.index(default) if default in options else 0
        chosen: str = st.selectbox(
            label, options, index=index, key=f"{state}.{part}", persist_state="page"
        )
        return chosen

    with st.container(horizontal=True):
        response = choose("What was measured (y)", numbers, guess.response, "response")
        predictor = choose("Along the axis (x)", names, guess.predictor, "predictor")
        participant = choose("Who was measured (a line each)", names, guess.participant, "who")
        group = choose("Kind of participant", [NONE, *names], guess.group, "group")
    _check_roles(response, predictor, participant)
    return Roles(response, predictor, participant, None if group == NONE else group)


def _models(roles: Roles) -> tuple[Model, ...]:
    y, x, who = (quoted(n) for n in (roles.response, roles.predictor, roles.participant))
    models = [
        Model(f"{y} ~ 1 + {x} + (1 | {who})", "Random intercepts", ""),
        Model(f"{y} ~ 1 + {x} + (1 + {x} | {who})", "Random intercepts and slopes", ""),
        Model(f"{y} ~ 1 + {x} + (1 + {x} || {who})", "The same, not correlated", ""),
    ]
    if roles.group and roles.group not in (roles.response, roles.predictor, roles.participant):
        group = quoted(roles.group)
        model = f"{y} ~ 1 + {group} + {x} + (1 | {who})"
        models.insert(1, Model(model, "Random intercepts and kind", ""))
    return tuple(models)


def _preview(table: Table) -> None:
    st.dataframe(
        table.frame.head(PREVIEW_ROWS),
        hide_index=True,
        alt=f"The first rows of the file: {', '.join(table.frame.columns[:20])}.",
    )
    st.caption(plain(" ".join(table.notes)))


def own_dataset(*, preview: bool = True) -> Dataset | None:
    """Draw the upload and its settings; returns None until there are data.

    Parameters
    ----------
    preview : show the first rows.

    Raises
    ------
    SimError : the file cannot be read or used; the upload stays on the page.
    """
    kept = choose_file()
    if kept is None:
        _empty_state()
        return None
    name, raw = kept
    key = content_key(name.encode(), raw)
    table = table_of(key, name, raw)
    n_rows, n_columns = table.frame.shape
    size = f"{count(n_rows, 'row')}, {count(n_columns, 'column')}"
    with st.expander(f"{plain(name)}: {size}", expanded=True, icon=":material/table:"):
        if preview:
            left, right = st.columns([3, 2], gap="medium")
            with left:
                _preview(table)
        else:
            right = st.container()
        with right:
            table = _with_kinds(table, key)
        roles = _roles(table, key)
    kinds = ",".join(column.kind for column in table.columns)
    return Dataset(
        name=OWN,
        title=name,
        key=content_key(key.encode(), kinds.encode(), repr(roles).encode()),
        frame=table.frame,
        roles=roles,
        models=_models(roles),
    )
