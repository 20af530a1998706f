"""Rows and labels that several stories share."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.scenarios.scenario import Parameter

PARTICIPANTS = Parameter(
    "participants", "Participants", 20, 6, 200, 1, help="How many people took part."
)
OBSERVATIONS = Parameter(
    "observations",
    "Observations per condition",
    1,
    1,
    20,
    1,
    help="How often each participant was measured in each condition.",
)
CONDITION_EFFECT = Parameter(
    "condition_effect",
    "Effect of condition",
    2.0,
    -20.0,
    20.0,
    0.1,
    "points",
    "How much higher the values are in condition 1 than in condition 0.",
)
SHARE = Parameter(
    "share",
    "Share of group 2",
    0.5,
    0.1,
    0.9,
    0.05,
    help="Which part of the participants belongs to group 2; there is at least one in each.",
)
FIRST_MEAN = Parameter(
    "first_mean",
    "Average of group 1",
    2.0,
    -50.0,
    50.0,
    0.5,
    "points",
    "The average of group 1 in condition 0.",
)
SEPARATION = Parameter(
    "separation",
    "Distance between the groups",
    9.0,
    -50.0,
    50.0,
    0.5,
    "points",
    "How far the average of group 2 is above the average of group 1.",
)
RESIDUAL_SD = Parameter(
    "residual_sd",
    "Residual SD",
    0.5,
    0.05,
    20.0,
    0.05,
    "points",
    "How much one measurement differs from the next in the same participant.",
)

# The rows below, in R.
R_TWO_CONDITIONS = """\
  participant <- rep(seq_len(participants), 2 * observations)
  condition <- rep(0:1, each = participants * observations)"""
R_TWO_GROUPS = """\
  second <- min(max(round(share * participants), 1), participants - 1)
  group <- sample(rep(1:2, c(participants - second, second)))"""


def factor(codes: Sequence[int] | NDArray[np.integer], names: Sequence[str]) -> pd.Categorical:
    """Return labels that keep the order of `names` ("2" before "10", as R orders numbers).

    Parameters
    ----------
    codes : shape (n,), positions in `names`.
    names : one label for each level.
    """
    return pd.Categorical.from_codes(np.asarray(codes), dtype=_dtype(tuple(names)))


def numbered(codes: Sequence[int] | NDArray[np.integer], n: int) -> pd.Categorical:
    """Return the labels "1" to str(n) for codes 0 to n - 1."""
    return factor(codes, _numbers(n))


@lru_cache(maxsize=64)
def _numbers(n: int) -> tuple[str, ...]:
    return tuple(str(i + 1) for i in range(n))


@lru_cache(maxsize=64)
def _dtype(names: tuple[str, ...]) -> pd.CategoricalDtype:
    # Making one takes longer than drawing the data.
    return pd.CategoricalDtype(list(names))


def two_conditions(
    participants: int, observations: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the participant (0 to participants - 1) and condition (0 or 1) of every row.

    Everybody in condition 0 comes first, then everybody in condition 1, as in the lecture.
    """
    participant = np.tile(np.arange(participants), 2 * observations)
    condition = np.repeat(np.arange(2), participants * observations)
    return participant, condition


def second_group(participants: int, share: float) -> int:
    """Return how many participants are in group 2: at least one, and one left for group 1."""
    return min(max(round(share * participants), 1), participants - 1)


def two_groups(rng: np.random.Generator, participants: int, share: float) -> NDArray[np.intp]:
    """Return the group (0 or 1) of every participant, in random order."""
    group = np.zeros(participants, dtype=np.intp)
    group[: second_group(participants, share)] = 1
    return rng.permutation(group)
