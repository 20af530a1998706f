"""The sentences of an explanation."""

from functools import cache

import pandas as pd
import pytest

from sim.syntax.explain import Explanation, explain
from tests.reference.cases import HERE


@cache
def data() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "syntax.csv")


@cache
def explained(formula: str) -> Explanation:
    return explain(formula, data())


def test_words_of_the_usual_model() -> None:
    found = explain("reaction ~ 1 + days + (1 + days | subject)")
    assert found.words[:3] == (
        "The average reaction depends on days. Its intercept is the average where days is 0.",
        "(1 + days | subject): every subject has an intercept and a slope of days of its own, and "
        "the two may be correlated.",
        "What is left over is the residual; its SD is the same for everybody.",
    )
    assert found.varying[0].words == (
        "From one subject to the next, lines may differ in level and in the effect of days."
    )
    assert [q.words for q in found.quantities[:4]] == [
        "intercept: the average reaction where days is 0",
        "slope: how much the average reaction changes when days grows by 1",
        "how much the intercepts differ from one subject to the next (an SD)",
        "how much the slopes of days differ from one subject to the next (an SD)",
    ]


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("y ~ 1 + x + (1 | g)", "(1 | g): every g has an intercept of its own: its line is moved"),
        ("y ~ x + (x || g)", "The 2 brackets of g are taken as uncorrelated with each other."),
        ("y ~ cond + (cond || g)", "|| does not separate the groups of a factor: inside (0 + cond"),
        ("y ~ x + x2 + (1 | g)", "x2 is left out: the other columns say it already."),
        ("y ~ x + (1 + z | g)", "The effect of z may differ from one g to the next, but there"),
        (
            "y ~ 0 + x + (1 | g)",
            "There is no fixed intercept, so the intercepts of every g lie around 0.",
        ),
        (
            "y ~ x + (1 | a:b)",
            "(1 | a:b): every combination of a and b has an intercept of its own",
        ),
        ("y ~ x", "Nothing varies between groups: this is a model for lm(), and lmer() refuses."),
        (
            "y ~ 1 + (1 | g)",
            "On average, y is the same everywhere: one overall mean, the intercept",
        ),
        (
            "y ~ 0 + f + (f | g)",
            "The average y depends on f; every group there has a mean of its own.",
        ),
    ],
)
def test_words_name_what_is_special(formula: str, sentence: str) -> None:
    assert any(said.startswith(sentence) for said in explained(formula).words)


WORDS = [
    ("y ~ f:cond + (1 | g)", "(Intercept)", "intercept: the average y where fr:condb would be 1"),
    (
        "y ~ f:cond + (1 | g)",
        "fq:conda",
        "difference: the average y where f is q and cond is a, less the intercept",
    ),
    (
        "y ~ f/cond + (1 | g)",
        "fq:condb",
        "difference: the average y where cond is b, less that where it is a, where f is q",
    ),
    (
        "y ~ cond*x*z + (1 | g)",
        "condb:x:z",
        "interaction: how much the interaction of condb:x changes with z",
    ),
    (
        "y ~ x + z + (1 | g)",
        "x",
        "slope: how much the average y changes when x grows by 1 and the rest stays",
    ),
]


@pytest.mark.parametrize(("formula", "name", "words"), WORDS, ids=[row[1] for row in WORDS])
def test_words_of_fixed_effects(formula: str, name: str, words: str) -> None:
    assert {q.name: q.words for q in explained(formula).quantities}[name] == words


def test_lines_that_share_their_level_meet_where_the_predictor_is_zero() -> None:
    assert explained("y ~ x + (0 + x | g)").varying[0].words == (
        "From one g to the next, lines may differ in the effect of x, not in level: where x is 0, "
        "they meet."
    )
    assert (
        explained("y ~ x + (0 + x + z | g)")
        .varying[0]
        .words.endswith("not in level: where x and z are 0, they meet.")
    )


def test_steps_say_what_a_minus_takes_away() -> None:
    words = [step.words for step in explain("y ~ x*z - x:z - 1 + (1 | g)").steps]
    assert words[-1] == (
        "- x:z takes x:z away again; - 1 is another way to write 0 +: no intercept."
    )
    assert explain("y ~ x - 1 + (1 | g)").steps[0].words == (
        "- 1 is another way to write 0 +: no intercept."
    )


def test_effects_are_said_where_they_hold() -> None:
    words = {q.name: q.words for q in explained("y ~ cond*x + (cond*x | g) + (1 | h)").quantities}
    assert words["x"] == "slope: how much the average y changes when x grows by 1, where cond is a"
    assert words["condb"] == (
        "difference: the average y where cond is b, less that where it is a, where x is 0"
    )
    assert words["condb:x"] == "interaction: how much the effect of condb changes with x"
    summed = explain("y ~ f + (1 | g)", data(), "sum").quantities
    assert summed[0].words == "intercept: the average y, as a mean over the levels of f"
    assert summed[1].words.startswith("deviation: the average y where f is p")
