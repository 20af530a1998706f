"""Reaction times of people who slept three hours a night (Belenky et al. 2003)."""

from functools import partial

import numpy as np
import pandas as pd

from sim.data import read_data
from sim.scenarios.layout import factor
from sim.scenarios.scenario import Model, Roles, Scenario

ROLES = Roles("reaction", "days", "subject", units={"reaction": "ms", "days": "days"})

MODELS = (
    Model(
        "reaction ~ 1 + days + (1 + days | subject)",
        "Random intercepts and slopes, correlated",
        "Participants differ in how fast they are when rested and in how much each day costs "
        "them, and the two may go together.",
    ),
    Model(
        "reaction ~ 1 + days + (1 | subject)",
        "Random intercepts",
        "Participants differ in how fast they are, but a day costs all of them the same.",
    ),
    Model(
        "reaction ~ 1 + days + (0 + days | subject)",
        "Random slopes",
        "Rested participants are all alike; they differ in how much each day costs them.",
    ),
    Model(
        "reaction ~ 1 + days + (1 + days || subject)",
        "Random intercepts and slopes, not correlated",
        "As with correlated ones, but who starts slow says nothing about what a day costs.",
    ),
)


def _draw(rng: np.random.Generator, *, stored: str) -> pd.DataFrame:
    frame = read_data(stored)
    codes, levels = pd.factorize(frame["subject"], sort=True)
    frame["subject"] = factor(codes, [str(level) for level in levels])
    return frame


STORIES = (
    Scenario(
        name="sleepstudy",
        title="Sleep study, 18 participants",
        story="Eighteen people slept only three hours a night, and their reaction time was "
        "measured every day for ten days. These are real data, so nobody knows the truth.",
        lesson="Most participants get slower day by day, but not equally: some hardly change, "
        "some lose a lot. A model with random intercepts draws parallel lines and cannot show "
        "that. Compare the SD of the slopes in the actual data with the simulated ones, for "
        "random intercepts and for random slopes.",
        roles=ROLES,
        models=MODELS,
        statistic="slope_sd",
        draw=partial(_draw, stored="sleepstudy"),
    ),
    Scenario(
        name="sleepstudy20",
        title="Sleep study with 373 and 374",
        story="The sleep study with two more participants, as in the lecture: 374 was measured on "
        "two days and 373 on one day only. How much can a model say about people it hardly knows?",
        lesson="Participant 373 has one measurement: a line of their own cannot be drawn through "
        "it, and 374 has just two points. A mixed model gives both a line all the same. It takes "
        "the average line and moves it a little towards the few points there are: the fewer the "
        "points, the smaller the move.",
        roles=ROLES,
        models=MODELS,
        statistic="slope_sd",
        draw=partial(_draw, stored="sleepstudy20"),
    ),
)
