"""More resamples: what changes, and what does not."""

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.frame import section, show
from pages._ui.words import number
from pages.learn._bootstrap.draws import Request, draws_of
from pages.learn._bootstrap.pictures import settling_picture
from pages.learn._bootstrap.settings import INTERVAL_LABELS, MODEL, World
from sim.inference.intervals import interval

RUNS = 4
MOST = 1_000
GRID = np.unique([50, *np.geomspace(20, MOST, 45).astype(int)])
NARROWER = "Much narrower"
STEADIER = "About as wide, only steadier"
WIDER = "Wider"
SKIP = "Just show me"
GUESS_KEY = "guess.more"


def runs_of(world: World, request: Request) -> list[pd.DataFrame]:
    """Columns n, low, high: the interval after so many resamples, in each of several runs."""
    runs = []
    for i in range(RUNS):
        draws = draws_of(world, MODEL, MOST, request.draw + i)
        place = draws.place(world.setting.effect)
        t, t0 = draws.values[:, place], float(draws.estimate[place])
        influence = draws.influence[:, place]
        found = [interval(t[:n], t0, request.interval, request.level, influence) for n in GRID]
        ends = {"low": [f.low for f in found], "high": [f.high for f in found]}
        runs.append(pd.DataFrame({"n": GRID, **ends}))
    return runs


def settled_words(runs: list[pd.DataFrame], world: World) -> str:
    """Widths and how far the runs disagree, early and late; Markdown."""
    ends = pd.concat(runs)
    widths = (ends["high"] - ends["low"]).groupby(ends["n"]).mean()
    spread = ends.groupby("n")[["low", "high"]].agg(np.ptp).max(axis=1)
    few, many = 50, MOST
    edge = ""
    if widths[few] > 1.05 * widths[many]:
        edge = (
            f" (With {few}, its ends are nearly the most extreme resamples, so it comes out a "
            "little too wide.)"
        )
    return (
        f"With {few} resamples the interval is {number(float(widths[few]))} wide on average, with "
        f"{many:,} it is {number(float(widths[many]))}.{edge} What shrinks is the "
        f"**disagreement between runs**: their ends differ by up to "
        f"{number(float(spread[few]), 2)} at {few} resamples and by "
        f"{number(float(spread[many]), 2)} at {many:,}. Resamples are not data: they show "
        f"more and more exactly what {world.people} participants can tell, and that stays the "
        "same. To halve the width you need about four times as many participants."
    )


def settling_section(world: World, request: Request) -> None:
    """Predict, then see the ends of the interval settle."""
    section("More resamples: what changes?")
    guess = st.pills(
        f"Predict: with {MOST:,} resamples instead of 50, the interval will be …",
        (NARROWER, STEADIER, WIDER, SKIP),
        key=GUESS_KEY,
        bind="query-params",
    )
    if guess is None:
        st.caption("Click what you expect; then watch both ends as resamples are added.")
        return
    runs = runs_of(world, request)
    if not np.isfinite(runs[0]["low"].iloc[-1]):
        st.info("There is no such interval for these data: choose another kind above.")
        return
    if guess != SKIP:
        said = "as you said" if guess == STEADIER else f"you expected *{guess.lower()}*"
        st.markdown(f"**{STEADIER}**: {said}.")
    label = next(k for k, v in INTERVAL_LABELS.items() if v == request.interval)
    show(settling_picture(runs, world, label))
    st.caption(
        f"Both ends of the model's {label} interval, in {RUNS} runs (red). Blue: the estimate."
        + (" Dashed: the truth." if world.truth is not None else "")
    )
    st.markdown(settled_words(runs, world))
