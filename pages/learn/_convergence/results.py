"""What the optimisers did, computed once and then kept; and how to judge it."""

from typing import Literal

import streamlit as st

from pages._ui.cache import KEEP
from pages.learn._convergence.settings import ALL, ONE, SOME, Settings
from sim import lmer
from sim.inference.allfit import AllFit, Attempt, allfit
from sim.lmm.fit import SINGULAR

Verdict = Literal["right", "false alarm", "warned", "silent", "failed"]

VERDICT_WORDS: dict[Verdict, str] = {
    "right": "found it",
    "false alarm": "found it, with a false alarm",
    "warned": "missed it, with a warning",
    "silent": "missed it, and says nothing",
    "failed": "no answer",
}


@st.cache_resource(max_entries=60, ttl=KEEP, show_spinner="The optimisers are on their way …")
def compare(name: str, cure: str) -> AllFit:
    """All optimisers on one of the data sets, with or without a cure."""
    settings = Settings(name, cure)
    return allfit(lmer(settings.formula, settings.trouble.frame(cure), data_name="data"))


def n_reached(found: AllFit) -> int:
    """How many optimisers stopped at the lowest point."""
    return sum(attempt.reached for attempt in found.attempts)


def right_guess(found: AllFit) -> str:
    """The guess that turned out right."""
    reached = [attempt.reached for attempt in found.attempts]
    if all(reached):
        return ALL
    return ONE if reached == [True] + [False] * (len(reached) - 1) else SOME


def judge(attempt: Attempt, found: AllFit) -> Verdict:
    """Say whether the answer is right, and whether lme4 would have warned of it."""
    if attempt.failure:
        return "failed"
    if attempt.reached:
        return "false alarm" if _alarms(attempt, found) else "right"
    return "warned" if attempt.warnings else "silent"


def _alarms(attempt: Attempt, found: AllFit) -> list[str]:
    """Warnings of a right answer; that it is singular is none where it is so."""
    return [w for w in attempt.warnings if not (w == SINGULAR and found.fit.is_singular)]


def says_singular(attempt: Attempt) -> bool:
    """Whether lme4 would call the end singular."""
    return SINGULAR in attempt.warnings
