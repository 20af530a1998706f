"""Simpson's paradox: up within each participant, down between participants."""

import numpy as np

from sim.scenarios.layout import numbered
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "errors ~ 1 + speed + (1 | participant)",
        "Random intercepts",
        "Each participant has a level of their own, so the slope is learned mostly from comparing "
        "participants with themselves.",
    ),
    Model(
        "errors ~ 1 + speed + average_speed + (1 | participant)",
        "Speed now, and speed on average",
        "It keeps the two questions apart: what happens when a person types faster than usual, "
        "and how fast people differ from slow people.",
    ),
    Model(
        "errors ~ 1 + speed + (1 + speed | participant)",
        "Random intercepts and slopes",
        "It lets every participant have an effect of speed of their own, which these participants "
        "do not have unless you give them one.",
    ),
)


def _draw(
    rng: np.random.Generator,
    *,
    participants: int,
    observations: int,
    mean_speed: float,
    speed_sd_between: float,
    speed_sd_within: float,
    mean_errors: float,
    within_effect: float,
    between_effect: float,
    participant_sd: float,
    slope_sd: float,
    residual_sd: float,
) -> Columns:
    participant = np.repeat(np.arange(participants), observations)
    usual = rng.normal(mean_speed, speed_sd_between, participants)
    speed = usual[participant] + rng.normal(0, speed_sd_within, participant.size)
    # The effects act on the participant's observed average, so that they are exactly the
    # coefficients of the model with average_speed in it.
    average = speed.reshape(participants, observations).mean(axis=1)
    level = mean_errors + between_effect * (average - mean_speed)
    level += rng.normal(0, participant_sd, participants)
    slope = within_effect + rng.normal(0, slope_sd, participants)
    faster_than_usual = speed - average[participant]
    noise = rng.normal(0, residual_sd, participant.size)
    return {
        "participant": numbered(participant, participants),
        "speed": speed,
        "average_speed": average[participant],
        "errors": level[participant] + slope[participant] * faster_than_usual + noise,
    }


def _tell(
    *,
    observations: int,
    mean_speed: float,
    speed_sd_between: float,
    speed_sd_within: float,
    mean_errors: float,
    within_effect: float,
    between_effect: float,
    participant_sd: float,
    slope_sd: float,
    residual_sd: float,
    **_design: float,
) -> Truth:
    contrast = between_effect - within_effect
    spread = speed_sd_between**2 + speed_sd_within**2 / observations
    without_average = Truth(
        fixef={"(Intercept)": mean_errors - within_effect * mean_speed, "speed": within_effect},
        sd=_spread(np.sqrt(participant_sd**2 + contrast**2 * spread), slope_sd),
        sigma=residual_sd,
        note="'speed' is the effect within a participant. Without average_speed, the participant "
        "SD has to hold the differences between fast and slow people too.",
    )
    return Truth(
        fixef={
            "(Intercept)": mean_errors - between_effect * mean_speed,
            "speed": within_effect,
            "average_speed": contrast,
        },
        sd=_spread(participant_sd, slope_sd),
        sigma=residual_sd,
        note="'speed' is the effect within a participant; 'average_speed' is the effect between "
        "participants minus the effect within.",
        others=(without_average,),
    )


def _spread(intercept_sd: float, slope_sd: float) -> dict[tuple[str, str], float]:
    # Slopes that differ pivot around each participant's own average speed, so the SD of the
    # lines' heights at speed 0, lme4's intercept SD, is only well defined without them.
    sd = {("participant", "speed"): slope_sd}
    return sd if slope_sd > 0 else {("participant", "(Intercept)"): float(intercept_sd), **sd}


# The same draw as the body of an R function that sees the true values.
_R_DRAW = """\
  participant <- rep(seq_len(participants), each = observations)
  usual <- rnorm(participants, mean_speed, speed_sd_between)
  speed <- usual[participant] + rnorm(length(participant), 0, speed_sd_within)
  average_speed <- ave(speed, participant)
  average <- tapply(speed, participant, mean)
  level <- mean_errors + between_effect * (average - mean_speed) +
    rnorm(participants, 0, participant_sd)
  slope <- within_effect + rnorm(participants, 0, slope_sd)
  errors <- c(level[participant]) + slope[participant] * (speed - average_speed) +
    rnorm(length(participant), 0, residual_sd)
  data.frame(participant = factor(participant), speed, average_speed, errors)"""

STORIES = (
    Scenario(
        name="simpson",
        title="Simpson's paradox",
        story="Fast typists make fewer errors than slow typists. But when the same person types "
        "faster than usual, that person makes more errors.",
        lesson="One line through all points goes down, because it mostly compares fast people "
        "with slow people. The lines of the single participants go up. With a random intercept "
        "for each participant, lmer compares people mostly with themselves and finds the upward "
        "slope. Adding each participant's average speed answers both questions at once: within a "
        "person and between persons.",
        roles=Roles(
            "errors",
            "speed",
            "participant",
            units={
                "errors": "errors a page",
                "speed": "words a minute",
                "average_speed": "words a minute",
            },
        ),
        models=MODELS,
        statistic="participant_sd",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            Parameter(
                "participants", "Participants", 12, 4, 200, 1, help="How many people took part."
            ),
            Parameter(
                "observations",
                "Pages each participant types",
                8,
                2,
                50,
                1,
                help="How often each participant was measured.",
            ),
            Parameter(
                "mean_speed",
                "Average speed",
                60.0,
                20.0,
                120.0,
                1.0,
                "words a minute",
                "The average speed of all participants.",
            ),
            Parameter(
                "speed_sd_between",
                "SD of speed between participants",
                12.0,
                0.0,
                40.0,
                0.5,
                "words a minute",
                "How much participants differ in their usual speed.",
            ),
            Parameter(
                "speed_sd_within",
                "SD of speed within a participant",
                4.0,
                0.5,
                40.0,
                0.5,
                "words a minute",
                "How much the speed of one participant changes from page to page.",
            ),
            Parameter(
                "mean_errors",
                "Average errors",
                40.0,
                0.0,
                200.0,
                1.0,
                "errors a page",
                "The errors of a participant of average speed.",
            ),
            Parameter(
                "within_effect",
                "Effect within a participant",
                0.8,
                -5.0,
                5.0,
                0.1,
                "errors per word a minute",
                "How many errors a participant adds by typing one word a minute faster than usual.",
            ),
            Parameter(
                "between_effect",
                "Effect between participants",
                -1.0,
                -5.0,
                5.0,
                0.1,
                "errors per word a minute",
                "How many more errors a participant makes who is one word a minute faster than "
                "another.",
            ),
            Parameter(
                "participant_sd",
                "SD of participants",
                2.0,
                0.0,
                20.0,
                0.5,
                "errors a page",
                "How much participants of the same speed differ from each other.",
            ),
            Parameter(
                "slope_sd",
                "SD of slopes",
                0.0,
                0.0,
                5.0,
                0.1,
                "errors per word a minute",
                "How much participants differ in the effect of typing faster.",
            ),
            Parameter(
                "residual_sd",
                "Residual SD",
                2.0,
                0.1,
                20.0,
                0.1,
                "errors a page",
                "How much one page scatters around the participant's own line.",
            ),
        ),
    ),
)
