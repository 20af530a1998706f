"""Two groups, one of which varies much more than the other."""

from dataclasses import replace

import numpy as np

from sim.scenarios.layout import (
    CONDITION_EFFECT,
    FIRST_MEAN,
    OBSERVATIONS,
    PARTICIPANTS,
    R_TWO_CONDITIONS,
    R_TWO_GROUPS,
    SEPARATION,
    SHARE,
    numbered,
    two_conditions,
    two_groups,
)
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "value ~ 1 + group + condition + (1 | participant)",
        "Random intercepts and group",
        "The groups may differ in their average, but lmer gives both the same participant SD and "
        "the same residual SD.",
    ),
    Model(
        "value ~ 1 + condition + (1 | participant)",
        "Random intercepts",
        "Without group, one participant SD must hold the distance between the groups and the "
        "differences inside them.",
    ),
    Model(
        "value ~ 1 + group * condition + (1 | participant)",
        "Group, condition and their interaction",
        "The condition may now work differently in the two groups, but that moves averages and "
        "leaves the spread as it was.",
    ),
)


def _draw(
    rng: np.random.Generator,
    *,
    participants: int,
    observations: int,
    first_mean: float,
    separation: float,
    share: float,
    condition_effect: float,
    first_participant_sd: float,
    second_participant_sd: float,
    first_residual_sd: float,
    second_residual_sd: float,
) -> Columns:
    participant, condition = two_conditions(participants, observations)
    group = two_groups(rng, participants, share)
    participant_sd = np.array([first_participant_sd, second_participant_sd])[group]
    residual_sd = np.array([first_residual_sd, second_residual_sd])[group[participant]]
    level = first_mean + separation * group + rng.normal(0, participant_sd)
    noise = rng.normal(0, residual_sd)
    return {
        "participant": numbered(participant, participants),
        "group": group[participant] + 1,
        "condition": condition.astype(str),
        "value": level[participant] + condition_effect * condition + noise,
    }


def _tell(
    *, first_mean: float, separation: float, condition_effect: float, **_spread: float
) -> Truth:
    intercept = first_mean - separation  # the group is coded 1 and 2
    return Truth(
        fixef={"(Intercept)": intercept, "group": separation, "condition1": condition_effect},
        note="There is no single true SD to compare with: each group has its own participant SD "
        "and its own residual SD, and the model estimates one of each for both. Where group is in "
        "the model as a number, 1 or 2, the intercept is the average of a group 0 that does not "
        "exist.",
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = f"""\
{R_TWO_CONDITIONS}
{R_TWO_GROUPS}
  participant_sd <- c(first_participant_sd, second_participant_sd)[group]
  residual_sd <- c(first_residual_sd, second_residual_sd)[group[participant]]
  level <- first_mean + separation * (group - 1) + rnorm(participants, 0, participant_sd)
  value <- level[participant] + condition_effect * condition +
    rnorm(length(participant), 0, residual_sd)
  data.frame(participant = factor(participant), group = group[participant],
             condition = factor(condition), value)"""

STORIES = (
    Scenario(
        name="unequal_variance",
        title="Groups with unequal variances",
        story="Participants in group 1 are much alike, participants in group 2 differ a lot from "
        "each other and from one measurement to the next. Everybody is measured in both "
        "conditions.",
        lesson="An lmer model has one residual SD and one participant SD for everybody. Both end "
        "up in the middle: too large for the quiet group, too small for the noisy one, and so the "
        "simulated groups vary equally. Adding group repairs the averages, not the spread. "
        "Nothing in an lmer formula repairs it: other tools (nlme::lme with weights, brms, "
        "glmmTMB) let each group have an SD of its own.",
        roles=Roles("value", "condition", "participant", "group", {"value": "points"}),
        models=MODELS,
        statistic="group_sd_ratio",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            PARTICIPANTS,
            OBSERVATIONS,
            FIRST_MEAN,
            replace(SEPARATION, default=30.0),
            SHARE,
            replace(CONDITION_EFFECT, default=1.0),
            Parameter(
                "first_participant_sd",
                "SD of participants in group 1",
                1.0,
                0.0,
                20.0,
                0.1,
                "points",
                "How much the participants of group 1 differ from each other.",
            ),
            Parameter(
                "second_participant_sd",
                "SD of participants in group 2",
                8.0,
                0.0,
                20.0,
                0.1,
                "points",
                "How much the participants of group 2 differ from each other.",
            ),
            Parameter(
                "first_residual_sd",
                "Residual SD in group 1",
                0.5,
                0.05,
                20.0,
                0.05,
                "points",
                "How much one measurement differs from the next in a participant of group 1.",
            ),
            Parameter(
                "second_residual_sd",
                "Residual SD in group 2",
                5.0,
                0.05,
                20.0,
                0.05,
                "points",
                "How much one measurement differs from the next in a participant of group 2.",
            ),
        ),
    ),
)
