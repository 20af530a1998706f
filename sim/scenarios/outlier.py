"""One participant far away from all the others."""

import numpy as np

from sim.scenarios.layout import (
    CONDITION_EFFECT,
    OBSERVATIONS,
    PARTICIPANTS,
    R_TWO_CONDITIONS,
    RESIDUAL_SD,
    numbered,
    two_conditions,
)
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "value ~ 1 + condition + (1 | participant)",
        "Random intercepts",
        "Every participant gets a level of their own, and all levels are believed to come from "
        "one bell curve.",
    ),
    Model(
        "value ~ 1 + (1 | participant)",
        "No effect of condition",
        "The compact model to compare with: it leaves the condition out.",
    ),
)


def _draw(
    rng: np.random.Generator,
    *,
    participants: int,
    observations: int,
    baseline: float,
    condition_effect: float,
    participant_sd: float,
    residual_sd: float,
    outliers: int,
    outlier_distance: float,
) -> Columns:
    participant, condition = two_conditions(participants, observations)
    level = baseline + rng.normal(0, participant_sd, participants)
    level[participants - outliers :] += outlier_distance
    noise = rng.normal(0, residual_sd, participant.size)
    return {
        "participant": numbered(participant, participants),
        "condition": condition.astype(str),
        "value": level[participant] + condition_effect * condition + noise,
    }


def _tell(
    *,
    baseline: float,
    condition_effect: float,
    participant_sd: float,
    residual_sd: float,
    **_counts: float,
) -> Truth:
    return Truth(
        fixef={"(Intercept)": baseline, "condition1": condition_effect},
        sd={("participant", "(Intercept)"): participant_sd},
        sigma=residual_sd,
        note="The true intercept and participant SD are those of the ordinary participants; "
        "the outlier comes on top.",
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = f"""\
{R_TWO_CONDITIONS}
  level <- baseline + rnorm(participants, 0, participant_sd)
  far <- seq_len(participants) > participants - outliers
  level[far] <- level[far] + outlier_distance
  value <- level[participant] + condition_effect * condition +
    rnorm(length(participant), 0, residual_sd)
  data.frame(participant = factor(participant), condition = factor(condition), value)"""

STORIES = (
    Scenario(
        name="outlier",
        title="An outlier participant",
        story="Everybody is measured in two conditions, and everybody is much alike. "
        "One participant is far above all the others, in both conditions.",
        lesson="The model has only one way to explain a participant who is far away: a large "
        "participant SD. So it believes that all participants differ a lot, and the data it "
        "simulates are spread out evenly instead of being one bundle and one straggler. The effect "
        "of condition hardly suffers, because each participant is compared with themselves.",
        roles=Roles("value", "condition", "participant", units={"value": "points"}),
        models=MODELS,
        statistic="largest_participant",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            PARTICIPANTS,
            OBSERVATIONS,
            Parameter(
                "baseline",
                "Average in condition 0",
                1.0,
                -50.0,
                50.0,
                0.5,
                "points",
                "The average of the ordinary participants in condition 0.",
            ),
            CONDITION_EFFECT,
            Parameter(
                "participant_sd",
                "SD of participants",
                0.5,
                0.0,
                20.0,
                0.1,
                "points",
                "How much the ordinary participants differ from each other.",
            ),
            RESIDUAL_SD,
            Parameter(
                "outliers",
                "Outlier participants",
                1,
                0,
                5,
                1,
                help="How many participants are far away; they are the last ones.",
            ),
            Parameter(
                "outlier_distance",
                "Distance of the outlier",
                30.0,
                -100.0,
                100.0,
                1.0,
                "points",
                "How far the outlier's own level is from where it would have been.",
            ),
        ),
    ),
)
