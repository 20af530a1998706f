"""How many simulations, of whom, and which ones."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages._ui.cache import simulations
from pages._ui.controls import number_and_next
from sim.lmm.fit import Fit

MAX_SHOWN = 20
WHO = {
    "New participants": ("new",),
    "The same participants": ("same",),
    "Both": ("new", "same"),
}
TITLES = {"new": "Simulated: new participants", "same": "Simulated: the same participants"}
# Above a panel that is 180 px wide on a tablet.
SHORT_TITLES = {"new": "Simulated, new", "same": "Simulated, same"}


@dataclass(frozen=True, slots=True)
class Request:
    """Which simulations to show.

    Parameters
    ----------
    n : 1 to 20 data sets of each kind.
    kinds : "new", "same" or both.
    seed : the same seed and fit give the same simulations.
    """

    n: int
    kinds: tuple[str, ...]
    seed: int


def choose_simulation() -> Request:
    """Draw the controls."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.segmented_control(
            "Simulate",
            list(WHO),
            default="New participants",
            key="who",
            bind="query-params",
            required=True,
            help="New participants get levels (and slopes) drawn from the estimated bell curve; "
            "in lme4 `simulate(fit, re.form = NA)`. The same participants keep their "
            "estimated levels and only the noise is new; `re.form = NULL`.",
        )
        n = st.slider(
            "Simulated data sets", 1, MAX_SHOWN, 1, key="n", bind="query-params", width=220
        )
        seed = number_and_next(
            "Draw number",
            "draw",
            1,
            "Simulate again",
            width=140,
            help="The same number always gives the same simulations.",
            type="primary",
        )
    return Request(int(n), WHO.get(who or "", ("new",)), seed)


def run_simulation(fit: Fit, request: Request) -> dict[str, np.ndarray]:
    """Responses of shape (nobs, n) for each kind."""
    return {kind: simulations(fit, request.n, request.seed, kind) for kind in request.kinds}
