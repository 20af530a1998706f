"""Two kinds of participants, which the model does not know about."""

import numpy as np

from sim.scenarios.layout import (
    CONDITION_EFFECT,
    FIRST_MEAN,
    OBSERVATIONS,
    PARTICIPANTS,
    R_TWO_CONDITIONS,
    R_TWO_GROUPS,
    RESIDUAL_SD,
    SEPARATION,
    SHARE,
    numbered,
    second_group,
    two_conditions,
    two_groups,
)
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "value ~ 1 + condition + (1 | participant)",
        "Random intercepts",
        "It believes that all participants come from one bell curve, although here there are two "
        "kinds.",
    ),
    Model(
        "value ~ 1 + group + condition + (1 | participant)",
        "Random intercepts and group",
        "The group explains why the two kinds differ, so the participant SD only has to describe "
        "the differences inside a group.",
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
    participant_sd: float,
    residual_sd: float,
) -> Columns:
    participant, condition = two_conditions(participants, observations)
    group = two_groups(rng, participants, share)
    level = first_mean + separation * group + rng.normal(0, participant_sd, participants)
    noise = rng.normal(0, residual_sd, participant.size)
    return {
        "participant": numbered(participant, participants),
        "group": group[participant] + 1,
        "condition": condition.astype(str),
        "value": level[participant] + condition_effect * condition + noise,
    }


def _tell(
    *,
    participants: int,
    first_mean: float,
    separation: float,
    share: float,
    condition_effect: float,
    participant_sd: float,
    residual_sd: float,
    **_design: float,
) -> Truth:
    second = second_group(participants, share) / participants
    without_group = Truth(
        fixef={"(Intercept)": first_mean + second * separation, "condition1": condition_effect},
        sd={
            ("participant", "(Intercept)"): float(
                np.sqrt(participant_sd**2 + second * (1 - second) * separation**2)
            )
        },
        sigma=residual_sd,
        note="Without group, the participant SD has to hold the distance between the groups too.",
    )
    return Truth(
        # The group is coded 1 and 2, so the intercept stands one step before group 1.
        fixef={
            "(Intercept)": first_mean - separation,
            "group": separation,
            "condition1": condition_effect,
        },
        sd={("participant", "(Intercept)"): participant_sd},
        sigma=residual_sd,
        note="With group in the model, the participant SD describes the differences inside a "
        "group. group is a number here, 1 or 2, so the intercept is the average of a group 0 that "
        "does not exist: one step before group 1.",
        others=(without_group,),
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = f"""\
{R_TWO_CONDITIONS}
{R_TWO_GROUPS}
  level <- first_mean + separation * (group - 1) + rnorm(participants, 0, participant_sd)
  value <- level[participant] + condition_effect * condition +
    rnorm(length(participant), 0, residual_sd)
  data.frame(participant = factor(participant), group = group[participant],
             condition = factor(condition), value)"""

STORIES = (
    Scenario(
        name="mixture",
        title="A mixture of participants",
        story="There are two kinds of participants, and one kind scores much higher than the "
        "other. Everybody is measured in both conditions, and condition 1 adds about the same for "
        "everybody.",
        lesson="A model without group fits these data well at first sight: every fitted line goes "
        "through its own participant. But it believes in one bell curve of participants, so its "
        "simulated participants fill the gap between the two kinds. With group in the model the "
        "gap comes back in the simulation, and the participant SD shrinks to the differences "
        "inside a group.",
        roles=Roles("value", "condition", "participant", "group", {"value": "points"}),
        models=MODELS,
        statistic="bimodality",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            PARTICIPANTS,
            OBSERVATIONS,
            FIRST_MEAN,
            SEPARATION,
            SHARE,
            CONDITION_EFFECT,
            Parameter(
                "participant_sd",
                "SD of participants",
                0.5,
                0.0,
                20.0,
                0.1,
                "points",
                "How much participants of the same group differ from each other.",
            ),
            RESIDUAL_SD,
        ),
    ),
)
