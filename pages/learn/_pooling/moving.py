"""From separate regressions to one line for everybody, by the ratio of the variances."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.cache import KEEP
from pages._ui.frame import section, show, show_error
from pages._ui.words import count, number, plain
from pages.learn._pooling.path_pictures import STEP, lines_picture, points_picture, weight_picture
from pages.learn._pooling.settings import Study
from sim.errors import SimError
from sim.pooling import Pooling, PoolingPath, pooling_path

KEY = "pooled.percent"
PLAY = "pooled.play"
MAX_KEPT_PEOPLE = 500  # a path of so many takes 2 MB
FRAME_STEP, FRAME_SECONDS = 4, 0.07


@st.cache_resource(max_entries=60, ttl=KEEP, show_spinner=False)
def _kept_path(key: str, _pooling: Pooling) -> PoolingPath:
    return _path(_pooling)


def _path(pooling: Pooling) -> PoolingPath:
    return pooling_path(pooling, 1.0 - np.arange(0, 101, STEP) / 100)


def path_of(key: str, pooling: Pooling) -> PoolingPath:
    """The lines at every step of the slider, strongest pooling last.

    Raises
    ------
    SimError : nobody was measured at two places.
    """
    return _kept_path(key, pooling) if len(pooling.own) <= MAX_KEPT_PEOPLE else _path(pooling)


def words(study: Study, path: PoolingPath, step: int) -> str:
    """What the step means; Markdown."""
    percent = step * STEP
    weights = pd.Series(path.own_weight[step], index=list(study.people))
    low, high = str(weights.idxmin()), str(weights.idxmax())
    who = (
        f"The own data of {plain(high)} have a weight of **{number(float(weights[high]), 2)}**"
        if weights[high] - weights[low] < 0.005
        else f"The own data weigh from **{number(float(weights[low]), 2)}** ({plain(low)}, "
        f"{count(int(study.counts[low]), 'observation')}) to "
        f"**{number(float(weights[high]), 2)}** ({plain(high)}, "
        f"{count(int(study.counts[high]), 'observation')})"
    )
    if percent == 0:
        lost = int(np.isnan(path.coefficients[step]).any(axis=1).sum())
        none = f" {count(lost, 'line')} cannot be drawn: there is no slope." if lost else ""
        return (
            "**No pooling**: as if the residual variance were zero and every observation exact. "
            f"Each line obeys its own data.{none}"
        )
    if percent == 100:
        return (
            "**Complete pooling**: as if participants did not differ at all. All lines fall into "
            f"one, with slope {number(path.fixef[step, 1], 4)}, the same as `lm` gives; the own "
            "data count no more than anybody else's."
        )
    ratio = float(path.ratio[step])
    if percent == 50:
        start = "**What `lmer` estimated**: the ratio of the variances as the data have it."
    else:
        times = number(max(ratio, 1 / ratio), 2).removesuffix(".0")
        more = f"{times} times" if ratio > 1 else f"only 1/{times}"
        start = (
            f"The differences between participants count {more} as much beside the residual "
            "variance as `lmer` estimated."
        )
    uneven = weights[high] > weights[low] + 0.02
    same = study.counts.min() == study.counts.max()
    what = "observations close together on the axis" if same else "few observations"
    few = f" Whoever has {what} gives in first." if uneven else ""
    return f"{start} {who}.{few}"


def _play(target: int) -> None:
    st.session_state[PLAY] = st.session_state.get(KEY, 50)
    st.session_state[KEY] = target


def _draw(study: Study, path: PoolingPath, percent: int, places: list[DeltaGenerator]) -> None:
    step = percent // STEP
    for place, draw in zip(places, (lines_picture, points_picture, weight_picture), strict=True):
        with place:
            show(draw(study, path, step))


def _controls() -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        percent = st.slider(
            "Pooling: 0 = separate regressions, 50 = as `lmer` estimated, 100 = one line",
            0,
            100,
            50,
            STEP,
            format="%d%%",
            key=KEY,
            bind="query-params",
            width=560,
        )
        for label, icon, target in (
            ("Play to one line", "play_arrow", 100),
            ("Play to separate lines", "fast_rewind", 0),
        ):
            st.button(label, icon=f":material/{icon}:", on_click=_play, args=(target,))
    return int(percent)


def _animate(study: Study, path: PoolingPath, percent: int, places: list[DeltaGenerator]) -> None:
    """Draw where the slider stands; on the way from where it stood, if somebody pressed play."""
    start = st.session_state.pop(PLAY, None)
    if start is not None:
        direction = FRAME_STEP if percent >= start else -FRAME_STEP
        for frame in range(int(start), percent, direction):
            _draw(study, path, frame, places)
            time.sleep(FRAME_SECONDS)
    _draw(study, path, percent, places)


@st.fragment
def moving_section(study: Study, below: Callable[[], None]) -> None:
    """The slider from no to complete pooling, with the weight of the own data.

    Parameters
    ----------
    below : draws what follows; here, because the link in it has to know the slider.
    """
    section(
        "From separate regressions to one line",
        "Partial pooling has to weigh two variances: how much *participants* differ, and how much "
        "*observations* of one participant do. Move their ratio from one extreme to the other.",
    )
    percent = _controls()
    try:
        path = path_of(study.dataset.key, study.both)
    except SimError as problem:
        show_error(problem)
        below()
        return
    grid = st.grid(3, min_column_width=280, gap="small")
    places = []
    for _ in range(3):
        with grid.cell():
            places.append(st.empty())
    st.caption("Red: the participants. Dotted grey: the average line, and where the slider stands.")
    st.markdown(words(study, path, percent // STEP))
    below()
    _animate(study, path, percent, places)
