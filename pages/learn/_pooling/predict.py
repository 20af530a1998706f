"""Who will move most? Asked before partial pooling shows, never graded."""

import numpy as np
import pandas as pd
import streamlit as st

from pages._data.dataset import OWN
from pages._ui.frame import section
from pages._ui.words import count, number, plain
from pages.learn._pooling.settings import Study
from sim.pooling import Pooling

ELSE = "Somebody else"
SKIP = "Just show me"


def guess_key(study: Study) -> str:
    """Where the guess for these data is kept; a new upload is a new question."""
    name = study.dataset.name
    return f"guess.{name}.{study.dataset.key[:10]}" if name == OWN else f"{name}.guess"


def moves(study: Study, pooling: Pooling) -> "pd.Series[float]":
    """How far partial pooling moves each participant's own line.

    Returns
    -------
    Root of the mean squared distance of the two lines over the values of the predictor, in units
    of the response; nan for who has no line.
    """
    away = (pooling.own - pooling.partial).to_numpy()
    distance = away[:, :1] + away[:, 1:] * study.values
    return pd.Series(np.sqrt((distance**2).mean(axis=1)), index=pooling.own.index)


def candidates(study: Study) -> dict[str, str]:
    """Participants worth a guess, and why: the fewest data, the highest, lowest, steepest line."""
    own = study.both.own.dropna()
    if own.empty:
        return {}
    middle = own.iloc[:, 0] + own.iloc[:, 1] * study.both.measured.x.mean()
    counts = study.counts[list(own.index)]
    found = {}
    if counts.min() < counts.max():
        fewest = str(counts.idxmin())
        found[fewest] = count(int(counts.min()), "observation")
    for name, why in (
        (own.iloc[:, 1].idxmax(), "steepest line"),
        (middle.idxmax(), "highest line"),
        (own.iloc[:, 1].idxmin(), "smallest slope"),
        (middle.idxmin(), "lowest line"),
    ):
        found.setdefault(str(name), why)
    return found


def ask(study: Study) -> str | None:
    """Ask; returns the guess, or None before there is one."""
    section(
        "Predict",
        "**Complete pooling** forgets who is who: one line for everybody. **No pooling** fits each "
        "participant alone. **Partial pooling** (`lmer`) lies between: it moves each participant's "
        "own line towards the average line, but not all of them equally far.",
    )
    options = [f"{name}: {why}" for name, why in candidates(study).items()]
    own = study.dataset.name == OWN
    guess: str | None = st.pills(
        "Who will move most? Whose own line will partial pooling move furthest?",
        [*options, ELSE, SKIP],
        format_func=plain if own else str,
        key=guess_key(study),
        wrap=True,
        bind=None if own else "query-params",
    )
    if guess is None:
        st.caption("Click whom you expect; then the lines of partial pooling show.")
    return guess


def winner(study: Study) -> str:
    """Who moves most; empty where nobody has a line of their own."""
    far = moves(study, study.both).dropna()
    return "" if far.empty else str(far.idxmax())


def verdict(study: Study, guess: str) -> str:
    """What was expected and what came; Markdown, empty for those who did not guess."""
    name = winner(study)
    if guess == SKIP or not name:
        return ""
    far = moves(study, study.both)
    options = {f"{who}: {why}": who for who, why in candidates(study).items()}
    said = options.get(guess)
    right = said == name or (said is None and name not in options.values())
    answer = (
        f"**{plain(name)}** moves most: their line shifts by {number(far[name])}{study.unit} on "
        f"average over {plain(study.x_name)} {study.values[0]:.4g} to {study.values[-1]:.4g}."
    )
    if right:
        return f"As you said: {answer}"
    yours = "" if said is None else f" {plain(said)} moves by {number(far[said])}{study.unit}."
    return (
        f"{answer} You expected *{plain(guess).lower() if said is None else plain(said)}*.{yours}"
    )
