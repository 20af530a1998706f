"""The estimates: as lme4 prints them, and as a table with the truth beside them."""

import pandas as pd
import streamlit as st

from pages._data.dataset import Dataset
from pages._data.model import Outcome
from pages._ui.words import code, number, plain
from sim.lmm.fit import Fit
from sim.scenarios import Truth

MISSING = "–"
AS_TABLE, AS_IN_R = "Estimates", "Summary as in R"
OPENED = "results"


def _known(value: float | None) -> str:
    return MISSING if value is None else number(value, 4)


def _spread_rows(fit: Fit, truth: Truth) -> list[tuple[str, str, str, str]]:
    rows = []
    for row in fit.varcorr.itertuples(index=False):
        group = str(row.grp)
        base = group.rpartition(".")[0] if group.rpartition(".")[2].isdigit() else group
        if group == "Residual":
            what, true = "residual SD", truth.sigma
        elif row.var2 is None:
            what, true = f"SD of {code(row.var1)}, {code(base)}", truth.sd.get((base, row.var1))
        else:
            what = f"correlation {code(row.var1)} {code(row.var2)}, {code(base)}"
            true = truth.corr.get(base)
        rows.append((what, _known(true), number(float(row.sdcor), 4), ""))
    return rows


def estimates_table(dataset: Dataset, fit: Fit, contrasts: str) -> pd.DataFrame:
    """Columns truth, estimate and std. error; one row for everything that is estimated."""
    unknown = Truth(fixef={})
    known = dataset.truth or unknown
    beside = known.beside(list(fit.design.x_names))
    # Sum contrasts change what the coefficients mean, not the SDs.
    fixef = beside.fixef if contrasts == "treatment" else {}
    errors = fit.std_error
    rows = [
        (code(name), _known(fixef.get(name)), number(value, 4), number(float(errors[name]), 4))
        for name, value in fit.fixef.items()
    ]
    rows += _spread_rows(fit, beside)
    columns = ["estimated", "truth", "estimate", "std. error"]
    table = pd.DataFrame(rows, columns=columns).set_index("estimated")
    return table if dataset.truth is not None else table.drop(columns="truth")


def _show_table(dataset: Dataset, outcome: Outcome) -> None:
    fit, contrasts = outcome.fit, outcome.choice.contrasts
    st.table(
        estimates_table(dataset, fit, contrasts),
        alt="Everything the model estimates" + (", beside the truth" * bool(dataset.truth)),
    )
    if dataset.truth is None:
        st.caption("No truth is known for these data.")
    elif contrasts != "treatment":
        st.caption("With sum contrasts the coefficients have no truth of their own here.")
    else:
        st.caption(plain(dataset.truth.beside(list(fit.design.x_names)).note))


def show_results(dataset: Dataset, outcome: Outcome) -> None:
    """Draw the form whose tab is open; the other one is made when its tab is."""
    table, summary = st.tabs([AS_TABLE, AS_IN_R], key=OPENED, bind="query-params")
    with table:
        if table.open:
            _show_table(dataset, outcome)
    with summary:
        if summary.open:
            st.code(outcome.fit.summary(), language=None, wrap_lines=False)
