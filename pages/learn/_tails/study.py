"""One study under the visitor's settings, tested."""

import numpy as np
import streamlit as st

from pages.learn._tails.settings import KEEP, Settings, Study
from sim.inference.linear_tests import coefficient_test, several_groups


@st.cache_resource(max_entries=300, ttl=KEEP, show_spinner=False)
def study_of(settings: Settings) -> Study:
    """Draw the data and test them.

    Raises
    ------
    SimError : data that cannot be tested.
    """
    frame = settings.truth.draw(np.random.default_rng(settings.seed))
    comparison = several_groups(frame, "score", "group", settings.alpha)
    term = comparison.augmented.fixef.index[-1]
    direction = settings.hypothesis
    difference = coefficient_test(comparison.augmented, term, direction, settings.alpha)
    if settings.kind == "t":
        result = difference.result
    elif settings.kind == "F":
        result = comparison.result
    else:
        result = comparison.pre_result
    return Study(settings, frame, comparison, difference, result)
