"""The lecture's own three data sets, to the last digit.

They are kept as the lecture's code made them, slip included: in the mixture and in the unequal
variances each row, not each participant, got a random level of its own.
"""

from functools import partial

import numpy as np
import pandas as pd

from sim.data import read_data
from sim.scenarios import mixture, outlier, unequal_variance
from sim.scenarios.layout import numbered
from sim.scenarios.scenario import Roles, Scenario

UNITS = {"value": "points"}
ONE_GROUP = Roles("value", "condition", "participant", units=UNITS)
TWO_GROUPS = Roles("value", "condition", "participant", "group", UNITS)


def _draw(rng: np.random.Generator, *, stored: str) -> pd.DataFrame:
    frame = read_data(stored)
    codes = frame["participant"].to_numpy() - 1
    frame["participant"] = numbered(codes, int(codes.max()) + 1)
    frame["condition"] = frame["condition"].astype(str)
    return frame


STORIES = (
    Scenario(
        name="lecture_outlier",
        title="The lecture's outlier",
        story="The lecture's own data: 20 participants in two conditions. Participant 20 is far "
        "above all the others.",
        lesson="REML criterion on the slide: 171.7. The model knows one bell curve of "
        "participants only, so it makes that curve wide enough for participant 20. Its simulated "
        "participants are all spread that widely, and none of them is alone.",
        roles=ONE_GROUP,
        models=outlier.MODELS,
        statistic="largest_participant",
        draw=partial(_draw, stored="lecture_outlier"),
    ),
    Scenario(
        name="lecture_mixture",
        title="The lecture's mixture",
        story="The lecture's own data: 20 participants of two kinds in two conditions. Group 2 "
        "lies about nine points above group 1.",
        lesson="REML criterion on the slides: 165.6 without group and 83.7 with it; the "
        "participant SD falls from 4.64 to 0.34. A slip in the code that made these data gave a "
        "random level to each row instead of each participant. So the two values of a participant "
        "are hardly more alike than those of two members of the same group, and the participant "
        "SD that is left once group is in the model is small.",
        roles=TWO_GROUPS,
        models=mixture.MODELS,
        statistic="bimodality",
        draw=partial(_draw, stored="lecture_mixture"),
    ),
    Scenario(
        name="lecture_unequal_variance",
        title="The lecture's unequal variances",
        story="The lecture's own data: 20 participants of two groups in two conditions. Group 2 "
        "varies much more than group 1.",
        lesson="REML criterion on the slide: 250.0. Nothing in an lmer formula lets the two "
        "groups differ in spread. A slip in the code that made these data gave a random level to "
        "each row instead of each participant. What was meant as differences between participants "
        "became residual noise, so the residual SD is estimated as 5.17, not 0.5. Compare with "
        "the story 'Groups with unequal variances', where every participant has one level.",
        roles=TWO_GROUPS,
        models=unequal_variance.MODELS,
        statistic="group_sd_ratio",
        draw=partial(_draw, stored="lecture_unequal_variance"),
    ),
)
