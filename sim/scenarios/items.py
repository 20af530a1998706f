"""Participants crossed with words: averaging over words does not make words go away."""

import numpy as np

from sim.scenarios.layout import factor, numbered
from sim.scenarios.scenario import Columns, Model, Parameter, Roles, Scenario, Truth

MODELS = (
    Model(
        "time ~ 1 + kind + (1 | participant) + (1 | word)",
        "Participants and words",
        "Some people are slower than others and some words are slower than others, and both are a "
        "sample of the people and words there are.",
    ),
    Model(
        "time ~ 1 + kind + (1 | participant)",
        "Participants only",
        "It forgets that words differ, so it takes the luck of these few words for an effect of "
        "their kind.",
    ),
    Model(
        "time ~ 1 + kind + (1 + kind | participant) + (1 | word)",
        "Participants with an effect of their own, and words",
        "The kind of word may matter more to some participants than to others.",
    ),
)
KINDS = ("common", "rare")


def _draw(
    rng: np.random.Generator,
    *,
    participants: int,
    words: int,
    baseline: float,
    kind_effect: float,
    participant_sd: float,
    effect_sd: float,
    word_sd: float,
    residual_sd: float,
) -> Columns:
    participant = np.repeat(np.arange(participants), 2 * words)
    word = np.tile(np.arange(2 * words), participants)
    rare = word >= words
    level = baseline + rng.normal(0, participant_sd, participants)
    effect = kind_effect + rng.normal(0, effect_sd, participants)
    time = level[participant] + effect[participant] * rare
    time += rng.normal(0, word_sd, 2 * words)[word]
    time += rng.normal(0, residual_sd, word.size)
    return {
        "participant": numbered(participant, participants),
        "word": numbered(word, 2 * words),
        "kind": factor(rare.astype(np.intp), KINDS),
        "time": time,
    }


def _tell(
    *,
    words: int,
    baseline: float,
    kind_effect: float,
    participant_sd: float,
    effect_sd: float,
    word_sd: float,
    residual_sd: float,
    **_design: float,
) -> Truth:
    return Truth(
        fixef={"(Intercept)": baseline, "kindrare": kind_effect},
        sd={
            ("participant", "(Intercept)"): participant_sd,
            ("participant", "kindrare"): effect_sd,
            ("word", "(Intercept)"): word_sd,
        },
        corr={"participant": 0.0} if participant_sd > 0 and effect_sd > 0 else {},
        sigma=residual_sd,
        note=f"The average of {words} words of one kind keeps a luck of its own, with an SD of "
        f"{word_sd / np.sqrt(words):.3g} ms, however many participants there are.",
    )


# The same draw as the body of an R function that sees the true values.
_R_DRAW = """\
  participant <- rep(seq_len(participants), each = 2 * words)
  word <- rep(seq_len(2 * words), participants)
  rare <- word > words
  level <- baseline + rnorm(participants, 0, participant_sd)
  effect <- kind_effect + rnorm(participants, 0, effect_sd)
  time <- level[participant] + effect[participant] * rare + rnorm(2 * words, 0, word_sd)[word] +
    rnorm(length(word), 0, residual_sd)
  kind <- factor(ifelse(rare, "rare", "common"), levels = c("common", "rare"))
  data.frame(participant = factor(participant), word = factor(word), kind, time)"""

STORIES = (
    Scenario(
        name="items",
        title="Words and people",
        story="Everybody reads the same words aloud, common ones and rare ones, and the time until "
        "they speak is measured. People differ, and so do words: some words of either kind are "
        "slow.",
        lesson="Participants and words are crossed: every person meets every word. The words are a "
        "sample too, and the few rare ones may be slow ones by luck. Averaging over the words "
        "hides that luck without taking it away, so a model without words, or a test on "
        "participant means, finds effects of the kind that are not there. More participants make "
        "it worse, because they all read the same unlucky words. Only (1 | word) counts it, and "
        "only more words help.",
        roles=Roles("time", "kind", "participant", units={"time": "ms"}),
        models=MODELS,
        statistic="participant_sd",
        draw=_draw,
        tell=_tell,
        r_draw=_R_DRAW,
        parameters=(
            Parameter(
                "participants", "Participants", 20, 4, 200, 1, help="How many people took part."
            ),
            Parameter(
                "words",
                "Words of each kind",
                8,
                2,
                40,
                1,
                help="How many common words there are, and as many rare ones.",
            ),
            Parameter(
                "baseline",
                "Average time for common words",
                600.0,
                200.0,
                2000.0,
                10.0,
                "ms",
                "How long the average person takes for the average common word.",
            ),
            Parameter(
                "kind_effect",
                "Effect of rare words",
                40.0,
                -200.0,
                200.0,
                5.0,
                "ms",
                "How much longer the average rare word takes.",
            ),
            Parameter(
                "participant_sd",
                "SD of participants",
                80.0,
                0.0,
                300.0,
                5.0,
                "ms",
                "How much people differ in how fast they are.",
            ),
            Parameter(
                "effect_sd",
                "SD of participants' effects",
                0.0,
                0.0,
                100.0,
                5.0,
                "ms",
                "How much people differ in what a rare word costs them.",
            ),
            Parameter(
                "word_sd",
                "SD of words",
                60.0,
                0.0,
                200.0,
                5.0,
                "ms",
                "How much words of the same kind differ.",
            ),
            Parameter(
                "residual_sd",
                "Residual SD",
                100.0,
                1.0,
                300.0,
                1.0,
                "ms",
                "How much one reading differs from the next of the same word and person.",
            ),
        ),
    ),
)
