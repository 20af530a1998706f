"""The resamples behind the pictures: made once, kept, and shared between visitors."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages._ui.cache import KEEP
from pages._ui.controls import number_and_next
from pages.learn._bootstrap.settings import (
    DEFAULT_SIZE,
    INTERVAL_LABELS,
    LEVELS,
    SIZES,
    Scheme,
    World,
)
from sim import Fit, LinearFit
from sim.inference.bootstrap import Draws, bootstrap
from sim.inference.intervals import Interval, IntervalKind, interval


@dataclass(frozen=True, slots=True)
class Request:
    """What a visitor asked for.

    Parameters
    ----------
    n : resamples of each kind.
    interval, level : of the intervals in the words.
    draw : the same number gives the same resamples.
    """

    n: int
    interval: IntervalKind
    level: float
    draw: int

    @property
    def percent(self) -> str:
        """The level as one says it."""
        return f"{100 * self.level:g}%"


@dataclass(frozen=True, slots=True)
class Result:
    """One scheme's resamples, for the effect of the setting."""

    scheme: Scheme
    draws: Draws
    effect: np.ndarray
    estimate: float
    intervals: dict[IntervalKind, Interval]

    def width(self, kind: IntervalKind) -> float:
        """Of an interval; not a number where there is none."""
        return self.intervals[kind].high - self.intervals[kind].low


@st.cache_resource(max_entries=150, ttl=KEEP, show_spinner="Resampling …")
def _draws(key: str, scheme: Scheme, n: int, draw: int, _fit: Fit | LinearFit) -> Draws:
    return bootstrap(_fit, scheme.kind, n, np.random.default_rng([draw, scheme.number]))


def draws_of(world: World, scheme: Scheme, n: int, draw: int) -> Draws:
    """n resamples of one scheme; fewer than 1,000 are the first of 1,000.

    Raises
    ------
    SimError : what `bootstrap` says.
    """
    made = _draws(world.key, scheme, max(n, DEFAULT_SIZE), draw, world.model(scheme))
    return made.first(n)


def result_of(world: World, scheme: Scheme, request: Request) -> Result:
    """The resamples of one scheme with all intervals for the effect."""
    draws = draws_of(world, scheme, request.n, request.draw)
    place = draws.place(world.setting.effect)
    t, t0 = draws.values[:, place], float(draws.estimate[place])
    found = {
        kind: interval(t, t0, kind, request.level, draws.influence[:, place])
        for kind in INTERVAL_LABELS.values()
    }
    return Result(scheme, draws, t, t0, found)


def choose_request() -> Request:
    """Draw the controls of the bootstrap."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = st.select_slider(
            "Resamples",
            SIZES,
            DEFAULT_SIZE,
            format_func=lambda size: f"{size:,}",
            key="b",
            bind="query-params",
            width=300,
            help="Each resample is fitted again, in each of the panels.",
        )
        kind = st.segmented_control(
            "Interval",
            list(INTERVAL_LABELS),
            default="percentile",
            key="interval",
            bind="query-params",
            required=True,
            help="Percentile: the middle of the resampled estimates. Basic: the same, mirrored at "
            "the estimate. Normal: estimate less bias, plus and minus z standard deviations. BCa: "
            "percentiles corrected for bias and skewness.",
        )
        level = st.segmented_control(
            "Level", LEVELS, default="0.95", key="level", bind="query-params", required=True
        )
        draw = number_and_next(
            "Draw number",
            "draw",
            1,
            "Resample again",
            width=140,
            help="The same number always gives the same resamples.",
            type="primary",
        )
    return Request(
        n=int(n) if n in SIZES else DEFAULT_SIZE,
        interval=INTERVAL_LABELS.get(kind or "", "percentile"),
        level=float(level) if level in LEVELS else 0.95,
        draw=draw,
    )
