"""Which scheme will be the widest? Asked before the answer shows, never graded."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages._ui.frame import section
from pages._ui.words import listed
from pages.learn._bootstrap.designs import Setting
from pages.learn._bootstrap.draws import Request, Result
from pages.learn._bootstrap.settings import CASES, MODEL, ROWS

OPTIONS = {"Rows": ROWS, "Participants": CASES, "The model": MODEL}
SAME = "All about the same"
SKIP = "Just show me"
ALIKE = 0.85  # widths within 15% of the widest count as equally wide


def guess_key(setting: Setting) -> str:
    """Where the guess for a setting is kept."""
    return f"guess.{setting.name}"


def ask(setting: Setting, request: Request) -> str | None:
    """Ask; returns the guess, or None before there is one."""
    section(
        "Predict",
        f"The mixed model is fitted again to {request.n:,} resamples of the data. A resample may "
        "draw **rows**, whoever they belong to; it may draw whole **participants** with all their "
        "rows; or **the model** may make up new data (lme4's `bootMer`).",
    )
    guess: str | None = st.pills(
        f"Which of the three gives the widest {request.percent} interval for the {setting.what}?",
        (*OPTIONS, SAME, SKIP),
        key=guess_key(setting),
        bind="query-params",
    )
    if guess is None:
        st.caption("Click what you expect; then all of them are drawn, and you see.")
    return guess


def widest(mixed: Sequence[Result], request: Request) -> list[str]:
    """The options whose intervals are the widest, or about as wide."""
    widths = np.array([result.width(request.interval) for result in mixed])
    if not np.isfinite(widths).any():
        return []
    near = widths >= ALIKE * np.nanmax(widths)
    names = [
        name for name, scheme in OPTIONS.items() for result in mixed if result.scheme == scheme
    ]
    return [name for name, is_near in zip(names, near, strict=True) if is_near]


def verdict(guess: str, mixed: Sequence[Result], request: Request) -> str:
    """What was expected and what came; Markdown, empty for those who did not guess."""
    found = widest(mixed, request)
    if guess == SKIP or not found:
        return ""
    everything = len(found) == len(OPTIONS)
    answer = SAME.lower() if everything else listed([name.lower() for name in found])
    right = guess == SAME if everything else guess in found
    together = " (about equally wide)" if 1 < len(found) < len(OPTIONS) else ""
    start = "As you said" if right else f"You expected *{guess.lower()}*. The widest"
    return f"{start}: **{answer}**{together}."
