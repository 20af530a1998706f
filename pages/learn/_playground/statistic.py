"""One number of the actual data among the same number of 1,000 simulated data sets."""

import numpy as np
import streamlit as st

from pages._data.dataset import Dataset
from pages._data.model import Outcome
from pages._ui.cache import n_simulations, statistic_check
from pages._ui.charts import histogram_picture
from pages._ui.controls import predict
from pages._ui.frame import show, show_error
from pages._ui.words import code, count, inside, number, plain
from sim.checks.statistics import STATISTICS, Check, available
from sim.errors import SimError

GUESSES = ("Below most of them", "In the middle", "Above most of them", "Just show me")
SIMULATIONS = 1_000
# Outside the middle 90% counts as unusual, on the screen's words only.
UNUSUAL = 0.05


def where_it_lies(check: Check) -> str:
    """One of the first three guesses."""
    if check.p_lower <= UNUSUAL:
        return GUESSES[0]
    return GUESSES[2] if check.p_upper <= UNUSUAL else GUESSES[1]


def p_words(check: Check, label: str) -> str:
    """The simulation p-value in words; Markdown."""
    usable = check.simulated[np.isfinite(check.simulated)]
    tie = 1e-12 * abs(check.actual)
    at_least = int(np.count_nonzero(usable >= check.actual - tie))
    at_most = int(np.count_nonzero(usable <= check.actual + tie))
    upper = at_least <= at_most
    side = "at least as large as" if upper else "at most as large as"
    hits = at_least if upper else at_most
    lost = len(check.simulated) - check.n_usable
    ending = f" In {lost:,} others it is not defined." if lost else ""
    if check.p_two_sided <= UNUSUAL:
        verdict = "Data like the actual ones would be a surprise to this model."
    else:
        verdict = "In this respect the actual data are nothing unusual for this model."
    return (
        f"In {hits:,} of {count(check.n_usable, 'simulated data set')} the {plain(inside(label))} "
        f"is {side} the actual {number(check.actual)}. Simulation p-value: "
        f"**p = {number(check.p_two_sided, 2)}** (two-sided). {verdict}{ending}"
    )


def _alt(check: Check, label: str) -> str:
    usable = check.simulated[np.isfinite(check.simulated)]
    low, high = np.quantile(usable, [0.05, 0.95])
    return (
        f"Histogram of the {inside(label)} in {count(check.n_usable, 'simulated data set')}: "
        f"nine of ten lie between {number(float(low))} and {number(float(high))}. "
        f"The actual data have {number(check.actual)}."
    )


def _choose(dataset: Dataset, allowed: tuple[str, ...]) -> str:
    default = dataset.statistic if dataset.statistic in allowed else allowed[0]
    chosen: str = st.selectbox(
        "Statistic",
        allowed,
        index=allowed.index(default),
        format_func=lambda name: STATISTICS[name].named(dataset.roles).label,
        key=dataset.state("statistic"),
        bind="query-params",
    )
    return chosen


def _predict(dataset: Dataset, statistic: str, about: str) -> str | None:
    label = plain(inside(STATISTICS[statistic].named(dataset.roles).label))
    return predict(
        f"Predict first: where will the {label} of the actual data lie among those of the "
        "simulated data?",
        GUESSES,
        dataset.state("guess"),
        f"{about} {statistic}",
    )


def statistic_section(dataset: Dataset, outcome: Outcome, participants: str, seed: int) -> None:
    """Draw the chooser, the prediction, and, once predicted, the histogram."""
    fit = outcome.fit
    used = dataset.frame.iloc[np.asarray(fit.design.rows)]
    try:
        allowed = available(used, dataset.roles)
    except SimError as problem:
        show_error(problem)
        return
    if not allowed:
        st.info("These data allow none of the statistics: there are too few participants.")
        return
    statistic = _choose(dataset, allowed)
    named = STATISTICS[statistic].named(dataset.roles)
    st.caption(plain(named.explanation))
    guess = _predict(dataset, statistic, f"{outcome.key} {participants}")
    if guess is None:
        n = count(n_simulations(fit.nobs, SIMULATIONS), "data set")
        st.caption(f"Click what you expect: then the model simulates {n} and you see.")
        return
    try:
        check = statistic_check(
            statistic, outcome.key, seed, participants, SIMULATIONS, fit, used, dataset.roles
        )
    except SimError as problem:
        show_error(problem)
        return
    label = named.label
    found = where_it_lies(check)
    if guess != GUESSES[3]:
        st.markdown(
            f"You expected: *{guess.lower()}*. It lies: **{found.lower()}**"
            f"{', as you said.' if found == guess else '.'}"
        )
    else:
        st.markdown(f"The actual data lie **{found.lower()}**.")
    show(histogram_picture(check.simulated, check.actual, label, _alt(check, label)))
    st.markdown(p_words(check, label))
    st.caption(f"Simulated from {code(outcome.choice.formula)}.")
