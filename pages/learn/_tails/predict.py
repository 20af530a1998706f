"""Which picture tests your hypothesis? Asked before the answer shows."""

import math
from functools import cache

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages.learn._tails.distribution import thumbnail
from pages.learn._tails.settings import Settings
from sim.inference.tails import Kind, Region, TailTest, null_distribution

LETTERS = ("A", "B", "C")
NONE = "None of these"
SKIP = "Just show me"
SKETCHED = 0.1
WORDS = ("the lower tail", "the upper tail", "both tails")


@cache
def _sketches(kind: Kind) -> tuple[Picture, ...]:
    """A distribution of this kind with three parts shaded, each drawn larger than alpha."""
    test = TailTest(kind, (30,) if kind == "t" else (4, 30))
    null = null_distribution(test)
    low, high = float(null.ppf(SKETCHED)), float(null.isf(SKETCHED))
    regions = (Region(low, math.inf), Region(-math.inf, high), Region(low, high))
    drawn = zip(regions, LETTERS, WORDS, strict=True)
    return tuple(thumbnail(test, *each) for each in drawn)


def right_answer(settings: Settings) -> str:
    """The letter of the picture that tests the hypothesis, or `NONE`."""
    if settings.kind == "t":
        return {"worse": "A", "better": "B", "different": "C"}[settings.hypothesis]
    return "B" if settings.hypothesis == "different" else NONE


def _reason(settings: Settings) -> str:
    kind, last = settings.kind, settings.last
    if not settings.is_testable:
        return (
            f"{kind} has no sign: {last} better and {last} worse both make it large. None of its "
            "tails belongs to one direction."
        )
    if kind != "t":
        article = "An F" if kind == "F" else "A PRE"
        return (
            f"Differences in *any* direction make {kind} large, so everything that speaks for "
            f"“different” is in its upper tail. {article} near 0 says that the groups are alike, "
            "more alike than chance usually makes them."
        )
    return {
        "better": f"Only a large positive t says that {last} is better.",
        "worse": f"Only a large negative t says that {last} is worse.",
        "different": "A large t of either sign says “different”, so each tail gets half of alpha.",
    }[settings.hypothesis]


def hypothesis_words(settings: Settings) -> str:
    """The hypothesis as one says it: "B is better than A"."""
    names, groups = settings.truth.names, settings.truth.n_groups
    if settings.hypothesis == "different" and groups > 2:
        return "the groups differ"
    word = {"better": "better than", "worse": "worse than", "different": "different from"}
    return f"{names[-1]} is {word[settings.hypothesis]} {names[0]}"


def which_picture(settings: Settings) -> bool:
    """Ask; return whether the answer may be shown."""
    section(
        "Predict: which picture tests your hypothesis?",
        f"You say: **{hypothesis_words(settings)}**. The shaded part is where {settings.kind} "
        "has to fall for you to be believed (a sketch).",
    )
    grid = st.grid(3, min_column_width=90, gap="small")
    for sketch in _sketches(settings.kind):
        with grid.cell():
            show(sketch)
    guess = st.pills(
        "Click one",
        (*LETTERS, NONE, SKIP),
        key=f"guess.{settings.kind}.{settings.hypothesis}",
        bind="query-params",
    )
    if guess is None:
        st.caption("Click what you expect; then the test of the data shows below.")
        return False
    answer = right_answer(settings)
    start = ""
    if guess != SKIP:
        start = "As you said: " if guess == answer else f"You said {guess}. It is "
    told = answer.lower() if start.endswith("It is ") and answer == NONE else answer
    st.markdown(f"{start}**{told}**. {_reason(settings)}")
    return True
