"""What the visitor chose: the test, the hypothesis, and the truth behind the data."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pages._ui.controls import number_and_next, whole_number
from sim.inference.groups import Groups
from sim.inference.linear_tests import CoefficientTest, ModelComparison
from sim.inference.tails import Hypothesis, Kind, Result, TailTest

KEEP = "1h"
KIND_LABELS: dict[str, Kind] = {"t": "t", "F (ANOVA)": "F", "PRE": "PRE"}
HYPOTHESIS_LABELS: dict[str, Hypothesis] = {
    "better than": "better",
    "worse than": "worse",
    "different from": "different",
}
ALPHAS = ("0.01", "0.05", "0.10")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides the data and the test.

    Parameters
    ----------
    kind, hypothesis, alpha : of the test.
    truth : behind the data.
    seed : of the data.
    """

    kind: Kind
    hypothesis: Hypothesis
    alpha: float
    truth: Groups
    seed: int

    @property
    def is_testable(self) -> bool:
        """Whether this kind of test can test this hypothesis."""
        return self.kind == "t" or self.hypothesis == "different"

    @property
    def last(self) -> str:
        """The group the hypothesis is about."""
        return self.truth.names[-1]


@dataclass(frozen=True, slots=True)
class Study:
    """One study with its tests.

    Parameters
    ----------
    settings : where it came from.
    frame : participant, group, score.
    comparison : one mean for all against a mean for each group.
    difference : the last group against the first, tested with t.
    result : the test the visitor chose; for a direction that F and PRE cannot test, theirs.
    """

    settings: Settings
    frame: pd.DataFrame
    comparison: ModelComparison
    difference: CoefficientTest
    result: Result

    @property
    def test(self) -> TailTest:
        """The test the picture shows."""
        return self.result.test


def _slider(label: str, key: str, low: float, high: float, value: float, step: float) -> float:
    shown = "%.1f" if isinstance(step, float) else "%d"
    chosen: float = st.slider(
        label, low, high, value, step, format=shown, key=key, bind="query-params"
    )
    return chosen


def choose_test() -> tuple[Kind, Hypothesis, float]:
    """Draw the choice of the test, the hypothesis and alpha."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Test",
            list(KIND_LABELS),
            default="t",
            key="test",
            bind="query-params",
            required=True,
            help="t compares two groups. F and PRE (proportional reduction in error) compare two "
            "models: one mean for everybody, and a mean for each group.",
        )
        hypothesis = st.segmented_control(
            "Your hypothesis: the last group is … the first",
            list(HYPOTHESIS_LABELS),
            default="better than",
            key="hypothesis",
            bind="query-params",
            required=True,
        )
        alpha = st.segmented_control(
            "alpha",
            ALPHAS,
            default="0.05",
            key="alpha",
            bind="query-params",
            required=True,
            help="How often the test may reject when nothing is going on.",
        )
    return (
        KIND_LABELS.get(kind or "", "t"),
        HYPOTHESIS_LABELS.get(hypothesis or "", "better"),
        float(alpha) if alpha in ALPHAS else 0.05,
    )


def choose_truth(kind: Kind) -> tuple[Groups, int]:
    """Draw the sliders for the truth and the seed, beside the data."""
    difference = _slider("True difference (points)", "difference", -20.0, 20.0, 6.0, 0.5)
    per_group = int(_slider("Participants in each group", "n", 3, 100, 20, 1))
    n_groups = 2
    if kind != "t":
        n_groups = int(_slider("Groups", "groups", 2, 5, 3, 1))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sd = whole_number("SD of the noise", "sd", 1, 40, 10, width=150)
        seed = number_and_next(
            "Seed",
            "seed",
            0,
            "New data",
            width=150,
            help="The same seed and settings always give the same data, on every computer.",
            type="primary",
        )
    return Groups(n_groups, per_group, float(difference), float(sd)), seed
