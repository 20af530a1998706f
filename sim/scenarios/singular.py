"""Regression to the mean: two tests, mostly luck, and a participant variance of zero."""

import numpy as np
from numpy.typing import NDArray

from sim.scenarios.layout import factor, numbered
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "score ~ 1 + test + (1 | participant)",
        "Random intercepts",
        "It asks how much participants really differ; when the scores of one participant are no "
        "more alike than the scores of different ones, the answer is an SD of zero and a "
        "singular fit.",
    ),
    Model(
        "score ~ 1 + (1 | participant)",
        "No effect of test",
        "The compact model to compare with: no change of the average from test to test.",
    ),
)


def _luck(
    rng: np.random.Generator, participants: int, tests: int, overshoot: float
) -> NDArray[np.float64]:
    """Return standard normal luck (tests, participants), each test's linked to the one before."""
    luck = rng.normal(size=(tests, participants))
    for test in range(1, tests):
        luck[test] = np.sqrt(1 - overshoot**2) * luck[test] - overshoot * luck[test - 1]
    return luck


def _draw(
    rng: np.random.Generator,
    *,
    participants: int,
    tests: int,
    average: float,
    gain: float,
    participant_sd: float,
    residual_sd: float,
    overshoot: float,
) -> Columns:
    skill = average + rng.normal(0, participant_sd, participants)
    luck = residual_sd * _luck(rng, participants, tests, overshoot)
    test = np.repeat(np.arange(tests), participants)
    participant = np.tile(np.arange(participants), tests)
    return {
        "participant": numbered(participant, participants),
        "test": factor(test, [str(i + 1) for i in range(tests)]),
        "score": skill[participant] + gain * (test > 0) + luck.ravel(),
    }


def _tell(
    *,
    tests: int,
    average: float,
    gain: float,
    participant_sd: float,
    residual_sd: float,
    overshoot: float,
    **_design: float,
) -> Truth:
    later = {f"test{i + 1}": gain for i in range(1, tests)}
    note = "An estimated SD of zero is a legal answer: the data show no lasting differences."
    if overshoot > 0:
        note += (
            " No random intercept can describe luck that turns into its opposite, so the "
            "estimate is pushed to zero."
        )
    return Truth(
        fixef={"(Intercept)": average, **later},
        sd={("participant", "(Intercept)"): participant_sd},
        sigma=residual_sd,
        note=note,
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = """\
  skill <- average + rnorm(participants, 0, participant_sd)
  luck <- matrix(rnorm(tests * participants), participants)
  for (i in seq_len(tests)[-1])
    luck[, i] <- sqrt(1 - overshoot^2) * luck[, i] - overshoot * luck[, i - 1]
  participant <- rep(seq_len(participants), tests)
  test <- rep(seq_len(tests), each = participants)
  score <- skill[participant] + gain * (test > 1) + residual_sd * c(luck)
  data.frame(participant = factor(participant), test = factor(test), score)"""

STORIES = (
    Scenario(
        name="singular",
        title="A singular fit: regression to the mean",
        story="Everybody takes a test twice, and a score is mostly luck. Those who were far above "
        "the average the first time tend to fall back, and those far below tend to rise.",
        lesson="A random intercept says that some participants are always a bit higher than "
        "others. In this story the lines cross: who was high comes down, who was low goes up, so a "
        "participant's two scores are no more alike than the scores of two strangers. The best "
        "estimate of the participant SD is then exactly zero, which lmer reports as a singular "
        "fit. It is not an error: the model found nothing for that SD to do, and every "
        "participant gets the same fitted line. Raise the SD of participants and watch it go "
        "away.",
        roles=Roles("score", "test", "participant", units={"score": "points"}),
        models=MODELS,
        statistic="participant_sd",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            Parameter(
                "participants", "Participants", 20, 4, 200, 1, help="How many people took part."
            ),
            Parameter("tests", "Tests", 2, 2, 6, 1, help="How many tests each participant takes."),
            Parameter(
                "average",
                "Average of the first test",
                100.0,
                0.0,
                200.0,
                1.0,
                "points",
                "The average score in the first test.",
            ),
            Parameter(
                "gain",
                "True gain after the first test",
                0.0,
                -30.0,
                30.0,
                1.0,
                "points",
                "How much higher the average is in every later test.",
            ),
            Parameter(
                "participant_sd",
                "SD of participants",
                0.0,
                0.0,
                50.0,
                0.5,
                "points",
                "How much participants really differ in skill; at 0 only luck is left.",
            ),
            Parameter(
                "residual_sd",
                "SD of luck",
                10.0,
                0.5,
                50.0,
                0.5,
                "points",
                "How much luck is in a single score.",
            ),
            Parameter(
                "overshoot",
                "Overshoot",
                0.3,
                0.0,
                0.95,
                0.05,
                help="At 0 luck is fresh in every test; above 0 those who were lucky do worse "
                "than average next time, and those who were unlucky do better.",
            ),
        ),
    ),
)
