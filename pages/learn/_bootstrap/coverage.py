"""Repeat the study and count, before the viewer's eyes, how many intervals hold the truth."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.cache import KEEP
from pages._ui.frame import section, show, show_error
from pages._ui.words import count, number, sentence_case
from pages.learn._bootstrap.draws import Request
from pages.learn._bootstrap.pictures import coverage_picture
from pages.learn._bootstrap.settings import CASES, INTERVAL_LABELS, MIXED, ROWS, Scheme, World
from sim.errors import SimError
from sim.inference.coverage import Repeat, Repeats, repeat_bootstrap
from sim.inference.error_rates import Rate
from sim.inference.intervals import IntervalKind

RESAMPLES = 199  # with 199 the ends of a 95% interval are two of the resamples themselves
STUDIES = (20, 50, 100, 200)
DEFAULT_STUDIES = 50
CHUNK = 5  # studies computed, shown, and shared between visitors at a time
KINDS = tuple(scheme.kind for scheme in MIXED)
GUESSES = ("Far fewer than promised", "About as promised", "More than promised", "Just show me")
GUESS_KEY = "guess.coverage"
STUDIES_KEY = "studies"
_RUNNING, _DONE, _OF = "coverage.running", "coverage.done", "coverage.of"


@st.cache_resource(max_entries=600, ttl=KEEP, show_spinner=False)
def _chunk(
    key: str, interval: IntervalKind, level: float, draw: int, start: int, _world: World
) -> tuple[Repeat, ...]:
    repeats = Repeats(
        study=_world.study,
        name=_world.setting.effect,
        truth=truth_of(_world),
        interval=interval,
        level=level,
        resamples=RESAMPLES,
        seed=draw,
    )
    return tuple(repeat_bootstrap(repeats, KINDS, range(start, start + CHUNK)))


def truth_of(world: World) -> float:
    """The true effect; the fitted one where nobody knows it and the fit makes the data."""
    return world.estimate if world.truth is None else world.truth


def rate_of(repeats: Sequence[Repeat], scheme: Scheme, truth: float) -> Rate:
    """How many intervals of a scheme hold the truth."""
    return Rate(sum(repeat.holds(scheme.kind, truth) for repeat in repeats), len(repeats))


def rate_words(rate: Rate) -> str:
    """Hits, share, and where the long-run share lies; Markdown."""
    if not rate.n:
        return "No study yet."
    low, high = rate.interval()
    return (
        f"**{rate.hits} of {rate.n}** hold the truth: {100 * rate.estimate:.0f}% (in the long run "
        f"{100 * low:.0f}% to {100 * high:.0f}%)"
    )


def coverage_words(repeats: Sequence[Repeat], world: World, request: Request) -> str:
    """What the counts say about the schemes; Markdown."""
    truth = truth_of(world)
    said = []
    for scheme in MIXED:
        low, high = rate_of(repeats, scheme, truth).interval()
        name = f"**{scheme.short}**" if scheme == ROWS else scheme.short
        if high < request.level:
            said.append(f"Intervals from {name} miss the truth **more often** than promised.")
        elif low > request.level:
            said.append(f"Intervals from {name} hold it more often than promised: too wide.")
        else:
            said.append(f"Intervals from {name} may well keep their promise of {request.percent}.")
    few = ""
    if len(repeats) < 100:
        few = " So few studies cannot tell 90% from 95%: run more to see small differences."
    elif world.people <= 30 and rate_of(repeats, CASES, truth).estimate < request.level:
        few = (
            f" With {world.people} participants even those that draw people fall a little short: "
            "they take the estimated variances for the true ones."
        )
    return " ".join(said) + few


def _domain(repeats: Sequence[Repeat], truth: float) -> tuple[float, float]:
    """Around the truth, from the first studies, so that the axis stays while studies come in."""
    ends = [
        abs(end - truth)
        for repeat in repeats[:CHUNK]
        for found in repeat.intervals.values()
        for end in (found.low, found.high)
        if np.isfinite(end)
    ]
    reach = 1.35 * max(ends, default=1.0) or 1.0
    return truth - reach, truth + reach


def _draw(repeats: Sequence[Repeat], world: World, request: Request, studies: int) -> None:
    truth = truth_of(world)
    domain = _domain(repeats, truth)
    grid = st.grid(3, min_column_width=170, gap="small")
    for scheme in MIXED:
        ends = [
            (repeat.intervals[scheme.kind].low, repeat.intervals[scheme.kind].high)
            for repeat in repeats
        ]
        with grid.cell():
            title = scheme.title.removeprefix("lmer: ")
            title = sentence_case(title)  # short enough for three in a row
            show(coverage_picture(title, ends, truth, studies, domain, world.setting.unit))
            st.markdown(rate_words(rate_of(repeats, scheme, truth)))
    st.progress(
        min(1.0, len(repeats) / studies), f"{count(len(repeats), 'study', 'studies')} of {studies}"
    )
    if repeats:
        st.caption(
            f"One line for each study: its interval for the {world.setting.what}, with lmer. All "
            "panels have the same studies. Dashed: the truth. Thick red with a cross: the "
            "interval misses it."
        )
        st.markdown(coverage_words(repeats, world, request))


def _start() -> None:
    st.session_state[_RUNNING] = True
    st.session_state[_DONE] = 0


def _stop() -> None:
    st.session_state[_RUNNING] = False


def fill_in(world: World, request: Request, place: DeltaGenerator | None) -> None:
    """Show the studies so far and, while running, go on.

    Called last: the page is complete while studies come in, and any click interrupts this loop.
    """
    if place is None:
        return
    studies = st.session_state.get(STUDIES_KEY)
    studies = studies if studies in STUDIES else DEFAULT_STUDIES
    asked = (world.key, request.interval, request.level, request.draw)
    if st.session_state.get(_OF) != asked:
        st.session_state[_OF] = asked
        st.session_state[_DONE] = 0
    try:
        _go_on(world, request, studies, place)
    except SimError as problem:
        st.session_state[_RUNNING] = False
        with place.container():
            show_error(problem)


def _go_on(world: World, request: Request, studies: int, place: DeltaGenerator) -> None:
    done = min(st.session_state.get(_DONE, 0), studies)
    repeats = [r for at in range(0, done, CHUNK) for r in _chunk(*st.session_state[_OF], at, world)]
    if not done and not st.session_state.get(_RUNNING):
        place.caption("No study yet: press Run.")
        return
    while True:
        with place.container():
            _draw(repeats, world, request, studies)
        if done >= studies or not st.session_state.get(_RUNNING):
            break
        repeats += _chunk(*st.session_state[_OF], done, world)
        done += CHUNK
        st.session_state[_DONE] = done
    st.session_state[_RUNNING] = False


def _lead(world: World, request: Request) -> str:
    label = next(k for k, v in INTERVAL_LABELS.items() if v == request.interval)
    article = "An" if request.percent.startswith("8") else "A"
    promise = (
        f"{article} {request.percent} interval makes a promise: if the study were repeated many "
        f"times, {request.percent} of the intervals would hold the truth. Here the study is "
        f"repeated, and you count. Each time you see the {label} interval from {RESAMPLES} "
        "resamples."
    )
    if world.truth is None:
        promise += (
            " Nobody knows the truth behind the actual data, so here the fitted model makes the "
            f"studies: its {number(world.estimate, 4)} plays the truth."
        )
    return promise


def coverage_section(world: World, request: Request) -> DeltaGenerator | None:
    """Predict, then let studies come in; returns where `fill_in` puts them, once predicted."""
    section("Does the interval keep its promise?", _lead(world, request))
    guess = st.pills(
        "Predict: of intervals from resampled **rows**, how many will hold the truth?",
        GUESSES,
        key=GUESS_KEY,
        bind="query-params",
    )
    if guess is None:
        st.caption("Click what you expect; then run the studies.")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Studies",
            STUDIES,
            default=DEFAULT_STUDIES,
            key=STUDIES_KEY,
            bind="query-params",
            required=True,
        )
        st.button("Run", icon=":material/play_arrow:", on_click=_start, type="primary")
        st.button("Stop", icon=":material/stop:", on_click=_stop)
    return st.empty()
