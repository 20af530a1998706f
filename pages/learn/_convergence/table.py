"""What the optimisers say: one row each, and their estimates."""

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.words import number
from pages.learn._convergence.results import VERDICT_WORDS, judge
from sim.inference.allfit import AllFit, Attempt

HELP = {
    "Lowest point?": "Found: less than 0.001 above the lowest criterion that anybody found.",
    "Above the lowest": "Criterion less the lowest one; the criterion is -2 log likelihood or "
    "its REML relative.",
    "max|grad|": "The slope at the end as lme4 judges it; above 0.002 it warns. Not defined where "
    "the ground does not curve upwards.",
    "Evaluations": "How often the optimiser asked for the criterion.",
    "Optimiser's message": "What the optimiser says of itself.",
    "lme4 would say": "What lme4's checks say of this end.",
}
WIDTHS = {"Lowest point?": 180, "lme4 would say": 420, "Optimiser's message": 420}


def agreement(found: AllFit) -> pd.DataFrame:
    """Did they agree? One row for each optimiser, as shown."""
    return pd.DataFrame(
        {
            "Optimiser": attempt.label,
            "Lowest point?": VERDICT_WORDS[judge(attempt, found)],
            "Above the lowest": _above(attempt),
            "lme4 would say": _says(attempt),
            "Criterion": _fixed(attempt.criterion),
            "max|grad|": _significant(attempt.scaled_gradient),
            "Evaluations": attempt.evaluations,
            "Time (ms)": round(1000 * attempt.seconds),
            "Optimiser's message": attempt.message,
        }
        for attempt in found.attempts
    )


def _says(attempt: Attempt) -> str:
    if attempt.failure:
        return "an error, no fit"
    return "; ".join(" ".join(warning.split()) for warning in attempt.warnings) or "nothing"


def _fixed(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "none"


def _above(attempt: Attempt) -> str:
    if not np.isfinite(attempt.excess):
        return "none"
    return "0" if attempt.excess < 5e-7 else number(attempt.excess)


def _significant(value: float) -> str:
    return number(value, 2) if np.isfinite(value) else "not defined"


def estimates_table(found: AllFit) -> pd.DataFrame:
    """The estimates where each optimiser stopped, as shown."""
    frame = found.frame()
    start = list(frame.columns).index("criterion")
    table = frame.iloc[:, :start].rename(columns={"optimiser": "Optimiser"})
    for name in table.columns[1:]:
        table[name] = [_estimate(float(value), name) for value in table[name]]
    return table


def _estimate(value: float, name: str) -> str:
    return number(value, 4) if np.isfinite(value) else "none"


def show_tables(found: AllFit) -> None:
    """Both tables, in tabs."""
    agree, estimates = st.tabs(["Did they agree?", "Their estimates"])
    with agree:
        config = {
            name: st.column_config.Column(help=text, width=WIDTHS.get(name))
            for name, text in HELP.items()
        }
        config["Optimiser"] = st.column_config.Column(pinned=True)
        st.dataframe(agreement(found), hide_index=True, column_config=config)
    with estimates:
        st.dataframe(estimates_table(found), hide_index=True)
        st.caption(
            "Fixed effects, then SDs and correlations of the random effects and the residual SD, "
            "named as lme4's allFit names them."
        )
