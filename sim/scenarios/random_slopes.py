"""Participants who differ in where they start and in how fast they change."""

import numpy as np

from sim.scenarios.layout import numbered
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "score ~ 1 + week + (1 | participant)",
        "Random intercepts",
        "Participants may differ in level, but all are believed to learn at the same speed, so "
        "their fitted lines are parallel.",
    ),
    Model(
        "score ~ 1 + week + (1 + week | participant)",
        "Random intercepts and slopes, correlated",
        "Participants may differ in level and in speed, and those who start high may also be the "
        "fast ones.",
    ),
    Model(
        "score ~ 1 + week + (1 + week || participant)",
        "Random intercepts and slopes, not correlated",
        "Participants may differ in level and in speed, but the one says nothing about the other.",
    ),
)


def _draw(
    rng: np.random.Generator,
    *,
    participants: int,
    weeks: int,
    baseline: float,
    slope: float,
    intercept_sd: float,
    slope_sd: float,
    correlation: float,
    residual_sd: float,
) -> Columns:
    participant = np.repeat(np.arange(participants), weeks)
    week = np.tile(np.arange(weeks), participants)
    first, second = rng.normal(size=(2, participants))
    intercepts = baseline + intercept_sd * first
    slopes = slope + slope_sd * (correlation * first + np.sqrt(1 - correlation**2) * second)
    noise = rng.normal(0, residual_sd, participant.size)
    return {
        "participant": numbered(participant, participants),
        "week": week,
        "score": intercepts[participant] + slopes[participant] * week + noise,
    }


def _tell(
    *,
    baseline: float,
    slope: float,
    intercept_sd: float,
    slope_sd: float,
    correlation: float,
    residual_sd: float,
    **_design: float,
) -> Truth:
    varies = intercept_sd > 0 and slope_sd > 0  # what does not vary has no correlation
    return Truth(
        fixef={"(Intercept)": baseline, "week": slope},
        sd={
            ("participant", "(Intercept)"): intercept_sd,
            ("participant", "week"): slope_sd,
        },
        corr={"participant": correlation} if varies else {},
        sigma=residual_sd,
        note="The intercept is the score in week 0.",
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = """\
  participant <- rep(seq_len(participants), each = weeks)
  week <- rep(seq_len(weeks) - 1, participants)
  first <- rnorm(participants)
  second <- rnorm(participants)
  intercept <- baseline + intercept_sd * first
  gain <- slope + slope_sd * (correlation * first + sqrt(1 - correlation^2) * second)
  score <- intercept[participant] + gain[participant] * week +
    rnorm(length(week), 0, residual_sd)
  data.frame(participant = factor(participant), week, score)"""

STORIES = (
    Scenario(
        name="random_slopes",
        title="Random slopes",
        story="Participants practise reading, and their score is taken once a week. Some start "
        "higher than others, and some learn faster than others.",
        lesson="A model with random intercepts only draws parallel lines and counts everything "
        "that is not parallel as residual noise. Its simulated participants all learn at the same "
        "speed, up to that noise, so their slopes vary less than the actual ones. With random "
        "slopes in the model the simulated lines fan out like the actual ones, and the residual "
        "SD falls to what one measurement really varies.",
        roles=Roles("score", "week", "participant", units={"score": "points", "week": "weeks"}),
        models=MODELS,
        statistic="slope_sd",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            Parameter(
                "participants", "Participants", 18, 4, 200, 1, help="How many people took part."
            ),
            Parameter(
                "weeks",
                "Weeks",
                10,
                3,
                30,
                1,
                help="How often each participant was measured: once a week, from week 0 on.",
            ),
            Parameter(
                "baseline",
                "Average at the start",
                50.0,
                0.0,
                200.0,
                1.0,
                "points",
                "The average score in week 0.",
            ),
            Parameter(
                "slope",
                "Average gain a week",
                3.0,
                -20.0,
                20.0,
                0.5,
                "points a week",
                "How much the average participant gains in a week.",
            ),
            Parameter(
                "intercept_sd",
                "SD of intercepts",
                8.0,
                0.0,
                50.0,
                0.5,
                "points",
                "How much participants differ in week 0.",
            ),
            Parameter(
                "slope_sd",
                "SD of slopes",
                2.0,
                0.0,
                20.0,
                0.1,
                "points a week",
                "How much participants differ in what they gain in a week.",
            ),
            Parameter(
                "correlation",
                "Correlation of intercepts and slopes",
                0.3,
                -1.0,
                1.0,
                0.05,
                help="Above 0, those who start higher tend to gain more.",
            ),
            Parameter(
                "residual_sd",
                "Residual SD",
                5.0,
                0.1,
                50.0,
                0.1,
                "points",
                "How much one measurement scatters around the participant's own line.",
            ),
        ),
    ),
)
