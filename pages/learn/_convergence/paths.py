"""The paths on the screen: which optimisers, which axes, how far, and walking by itself."""

import math
import time

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import show
from pages._ui.words import code, listed
from pages.learn._convergence.curve import curve, curve_panel
from pages.learn._convergence.landscape import (
    BANDS,
    heights,
    pairs,
    panel,
    whole_log,
    window,
)
from pages.learn._convergence.results import compare
from pages.learn._convergence.settings import Settings
from sim.inference.allfit import AllFit, Attempt
from sim.inference.optimisers import OPTIMISERS

WHOLE, NEAR = "From the start", "Near the lowest point"
FIRST = ("newton", "nelder_mead", "l_bfgs_b", "slsqp")
END = 0  # the slider's step that stands for the end of every path
ABOUT = "step about"
TICK = 0.5  # seconds between two pictures of a walk
PLAYING, TURNED, LAST = "walking", "walking turned on or off", "last step of the walk"


def _label(name: str) -> str:
    return OPTIMISERS[name].label


def choose_optimisers(found: AllFit) -> list[Attempt]:
    """Which paths to show; all where none is chosen."""
    chosen = st.pills(
        "Optimisers",
        list(OPTIMISERS),
        selection_mode="multi",
        default=list(FIRST),
        format_func=_label,
        key="optimisers",
        bind="query-params",
        wrap=True,
        help="\n".join(f"- **{one.label}**: {one.idea}" for one in OPTIMISERS.values()),
    )
    wanted = chosen if isinstance(chosen, list) and chosen else list(OPTIMISERS)
    return [attempt for attempt in found.attempts if attempt.optimiser in wanted]


def _choose_axes(settings: Settings, found: AllFit) -> tuple[int, int]:
    choices = pairs(found)
    names = {f"theta {a + 1} and theta {b + 1}": (a, b) for a, b in choices}
    if len(names) == 1:
        return choices[0]
    name: str = st.selectbox(
        "Axes",
        list(names),
        key=f"axes.{len(found.fit.theta)}",
        bind="query-params",
        help="Every other theta is at its best for each point of the picture.",
    )
    return names.get(name, choices[0])


def _choose_view() -> bool:
    view = st.segmented_control(
        "Show",
        [WHOLE, NEAR],
        default=WHOLE,
        required=True,
        key="view",
        bind="query-params",
    )
    return view != NEAR


def _walk() -> None:
    st.session_state[PLAYING] = st.session_state[TURNED] = True
    st.session_state["step"] = 1


def _halt() -> None:
    st.session_state[PLAYING] = False
    st.session_state[TURNED] = True


def _to_the_end() -> None:
    st.session_state[PLAYING] = False
    st.session_state["step"] = END


def _is_time() -> bool:
    """Whether the last step is long enough ago: other reruns must not make the walk a run."""
    now = time.monotonic()
    if now - st.session_state.get(LAST, 0.0) < 0.8 * TICK:
        return False
    st.session_state[LAST] = now
    return True


def _choose_step(longest: int, about: str) -> int:
    """The slider and its buttons; small steps first, because most happens at the start.

    Parameters
    ----------
    about : names what the optimisers were set to; other paths are shown whole.
    """
    if st.session_state.setdefault(ABOUT, about) != about:
        st.session_state[ABOUT] = about
        _to_the_end()
    walking = bool(st.session_state.get(PLAYING))
    if walking and _is_time():
        step = int(st.session_state.get("step", 1))
        following = max(step + 1, math.ceil(1.2 * step))
        if following >= longest:
            _to_the_end()
            st.rerun()
        st.session_state["step"] = following
    elif int(st.session_state.get("step", END)) > longest:
        st.session_state["step"] = END
    with st.container(horizontal=True, vertical_alignment="bottom"):
        step = st.slider(
            "Evaluations shown (0: all)",
            0,
            max(longest, 1),
            key="step",
            bind="query-params",
            width=420,
        )
        if walking:
            st.button("Stop", icon=":material/stop:", on_click=_halt)
        else:
            st.button("Walk", icon=":material/play_arrow:", on_click=_walk)
    return longest if step == END else int(step)


def theta_words(found: AllFit) -> str:
    """What each theta is; Markdown."""
    diagonal = found.fit.problem.diagonal
    parts = []
    for at, name in enumerate(found.theta_names):
        what = "an SD" if at in diagonal else "what two random effects share"
        parts.append(f"theta {at + 1} is {code(name)} ({what})")
    return f"**Theta** is what the optimisers vary, relative to the residual SD: {listed(parts)}."


def _caption(found: AllFit, one: bool, log: bool) -> str:
    marks = (
        "Red ring: start. Red dots: every theta that was tried. Red square: where it stands. "
        "Violet cross: the lowest point anybody found."
    )
    if one:
        return f"Grey line: the criterion. {marks}"
    bands = listed([f"{band:g}" for band in BANDS])
    axes = (
        " Both axes are logarithmic, because the start and the lowest point lie so far apart; "
        "what does not fit stands on the edge."
        if log
        else ""
    )
    return f"Grey lines: the criterion is {bands} above its lowest point. {marks}{axes}"


def draw_paths(settings: Settings) -> list[Picture]:
    """Draw the controls and a panel for each optimiser; returns the panels."""
    found = compare(settings.name, settings.cure)
    attempts = choose_optimisers(found)
    one = len(found.fit.theta) == 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whole = _choose_view()
        if not one:
            first, second = _choose_axes(settings, found)
    longest = max(attempt.evaluations for attempt in attempts)
    step = _choose_step(longest, f"{settings.name} {settings.cure}")
    if one:
        line = curve(found, attempts, whole)
        pictures = [curve_panel(found, a, line, step) for a in attempts]
    else:
        shown = window(found, attempts, first, second, whole)
        ground = heights(settings.name, settings.cure, shown)
        pictures = [panel(found, a, shown, ground, step) for a in attempts]
    st.markdown(theta_words(found))
    grid = st.grid(2 if len(pictures) in (1, 2, 4) else 3, min_column_width=260)
    for picture in pictures:
        with grid.cell():
            show(picture)
    log = not one and whole and whole_log(found, first, second)
    st.caption(_caption(found, one, log))
    return pictures


def paths_section(settings: Settings) -> list[Picture]:
    """The paths, a part of the page that runs by itself while they are walked."""
    drawn: list[Picture] = []

    def run() -> None:
        if st.session_state.pop(TURNED, False):
            st.rerun()  # only the whole page can let this part run by itself, or stop it
        drawn.extend(draw_paths(settings))

    every = TICK if st.session_state.get(PLAYING) else None
    st.fragment(run, run_every=every)()
    return drawn
