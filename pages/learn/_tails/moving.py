"""Move the observed statistic: both tails of t land on the one tail of F."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import scipy
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.words import number
from pages.learn._tails.distribution import p_words
from pages.learn._tails.settings import Study
from sim.inference.conversions import t_to_f
from sim.inference.tails import TailTest, judge, rejection_region

REACH = 5.0
STEP = 0.01
START = 2.1
HEIGHT = 300
# The density of F with one numerator df is infinite at zero; cut here, its tail can be seen.
F_TOP = 0.2
# Of the right and of the left tail of t, here and where they land on F.
STRONG, WEAK = 0.8, 0.35
POINTS = 121
FRAME_STEP, MAX_FRAMES, FRAME_SECONDS = 0.2, 10, 0.06
DRAWN = "t.drawn"


def _mark(name: str, kind: str, encoding: Layer, **settings: object) -> Layer:
    return layer(name, {"type": kind, **settings}, encoding)


def _layers(x: Layer, y: Layer) -> list[Layer]:
    both = {"x": x, "y": y}
    actual, null = {"color": colour("actual")}, {"color": colour("simulated")}
    stacked = both | {"y2": {"field": "y2"}} | actual
    return [
        _mark("right", "area", stacked, opacity=STRONG, clip=True),
        _mark("left", "area", stacked, opacity=WEAK, clip=True),
        _mark("curve", "line", both | null, strokeWidth=2.5, clip=True),
        _mark("border", "rule", {"x": x} | null, strokeDash=[5, 4], strokeWidth=2),
        _mark("observed", "rule", {"x": x} | actual, strokeWidth=4),
        _mark("mirror", "rule", {"x": x} | actual, strokeWidth=2, strokeDash=[2, 3]),
    ]


def _rows(name: str, x: np.ndarray, y: np.ndarray, y2: np.ndarray | float = 0.0) -> pd.DataFrame:
    return pd.DataFrame({"layer": name, "x": x, "y": y, "y2": y2})


@lru_cache(maxsize=200)
def t_picture(t: float, df: float, alpha: float) -> Picture:
    """t with both its tails beyond the observed one."""
    null, size = scipy.stats.t(df), abs(t)
    ends = (-REACH - 0.3, REACH + 0.3)
    at = np.linspace(*ends, 2 * POINTS)
    right, left = np.linspace(size, ends[1], POINTS), np.linspace(ends[0], -size, POINTS)
    rows = [
        _rows("curve", at, null.pdf(at)),
        _rows("right", right, null.pdf(right)),
        _rows("left", left, null.pdf(left)),
        pd.DataFrame({"layer": "border", "x": rejection_region(_t(df, alpha)).critical_values}),
        pd.DataFrame({"layer": ["observed", "mirror"], "x": [t, -t]}),
    ]
    x = axis("x", ends, f"t({df:g})")
    y = axis("y", (0.0, 0.42), "density", labels=False, grid=False, ticks=False)
    y["axis"]["ticks"] = False
    each = float(null.sf(size))
    alt = (
        f"t distribution with {df:g} df. Observed t = {number(t)}. The tail above {number(size)} "
        f"and the tail below {number(-size)} have area {number(each)} each."
    )
    return picture(_layers(x, y), pd.concat(rows), alt, title="t: two tails", height=HEIGHT)


def _t(df: float, alpha: float) -> TailTest:
    return TailTest("t", (df,), alpha=alpha)


@lru_cache(maxsize=200)
def f_picture(t: float, df: float, alpha: float) -> Picture:
    """F = t²: its one tail, made of both tails of t laid on each other."""
    f, critical = t_to_f(t), rejection_region(TailTest("F", (1, df), alpha=alpha)).upper
    end = max(6.0, 1.5 * critical, 1.25 * f)
    # Each t on one side brings half of the density of its square.
    at = np.linspace(math.sqrt(0.02), math.sqrt(end), 2 * POINTS) ** 2
    tail = np.linspace(max(f, 0.02), end, POINTS)
    half = scipy.stats.f(1, df).pdf(tail) / 2
    rows = [
        _rows("curve", at, scipy.stats.f(1, df).pdf(at)),
        _rows("right", tail, half),
        _rows("left", tail, 2 * half, half),
        pd.DataFrame({"layer": "border", "x": [critical]}),
        pd.DataFrame({"layer": "observed", "x": [f]}),
    ]
    x = axis("x", (0.0, end), f"F(1, {df:g}) = t²")
    y = axis("y", (0.0, F_TOP), "density", labels=False, grid=False)
    y["axis"]["ticks"] = False
    p = judge(TailTest("F", (1, df), alpha=alpha), f).p_value
    alt = (
        f"F distribution with 1 and {df:g} df. F = {number(f)}, the square of t. The one tail above"
        f" it has area {number(p)}: half of it comes from each tail of t."
    )
    return picture(_layers(x, y), pd.concat(rows), alt, title="F: one tail", height=HEIGHT)


def _use_data(t: float) -> None:
    st.session_state["t"] = round(t, 2)


def _turn() -> None:
    st.session_state["t"] = -st.session_state["t"]


def _controls(study: Study) -> float:
    t: float = st.slider(
        "Observed t: move it",
        -REACH,
        REACH,
        START,
        STEP,
        format="%.2f",
        key="t",
        bind="query-params",
    )
    data_t = study.difference.result.statistic
    with st.container(horizontal=True):
        st.button("Turn the sign", icon=":material/swap_horiz:", on_click=_turn)
        st.button(
            f"Take the t of the data ({number(data_t)})",
            icon=":material/my_location:",
            on_click=_use_data,
            args=(data_t,),
            disabled=not abs(data_t) <= REACH,
            help=None if abs(data_t) <= REACH else f"It lies beyond the slider's {REACH:g}.",
        )
    return float(t)


def p_table(t: float, df: float, alpha: float) -> pd.DataFrame:
    """What the same estimate says under each hypothesis, and as an F."""
    rows = {}
    for label, word in (
        ("t, better than", "better"),
        ("t, worse than", "worse"),
        ("t, different from", "different"),
    ):
        result = judge(TailTest("t", (df,), word, alpha), t)
        rows[label] = (number(t), p_words(result.p_value)[2:], result.is_rejected)
    f = judge(TailTest("F", (1, df), alpha=alpha), t_to_f(t))
    rows["F, different from"] = (number(f.statistic), p_words(f.p_value)[2:], f.is_rejected)
    table = pd.DataFrame(rows, index=["statistic", "p", "reject"]).T
    table["p"] = table["p"].str.removeprefix("= ")
    table["reject"] = table["reject"].map({True: "yes", False: "no"})
    table.index.name = "hypothesis"
    return table


def _words(t: float, df: float, alpha: float) -> list[str]:
    each = float(scipy.stats.t.sf(abs(t), df))
    f = t_to_f(t)
    first = (
        f"t = {number(t)} and t = {number(-t)} both land on **F = t² = {number(f)}**. The strong "
        f"tail ({number(each)}) and the faint tail ({number(each)}) of t lie on each other in the "
        f"one tail of F: {number(2 * each)}. So F uses one tail, and is *two-sided* all the same."
    )
    wrong = "worse than" if t > 0 else "better than"
    right = "better than" if t > 0 else "worse than"
    rest = f"= **{number(1 - each)}**" if each >= 0.0005 else "≈ **1**"
    if t == 0:
        second = "At t = 0 the data favour neither side: both one-sided p-values are 0.5."
    else:
        second = (
            f"Had you predicted “{right}”, the sign would be as predicted: p = "
            f"{number(2 * each)} / 2 = **{number(each)}**. Had you predicted “{wrong}”, the sign "
            f"would be wrong: p = 1 − {number(2 * each)} / 2 {rest}. A one-sided p is half of the "
            "two-sided one only if the sign is right."
        )
    third = (
        f"Dashed: the borders for alpha = {alpha:g}. The square of t's border is F's border. "
        "The picture of F is cut at the top."
    )
    return [first, second, third]


@dataclass(frozen=True, slots=True)
class Move:
    """Where the pictures stand, and from where to where the statistic moves.

    Parameters
    ----------
    place_t, place_f : of the two pictures.
    start, end : observed t on the screen until now, and from now on.
    """

    place_t: DeltaGenerator
    place_f: DeltaGenerator
    start: float
    end: float


def moving_section(study: Study) -> Move:
    """Draw the slider, both pictures as they were, the words and the table."""
    section(
        "Two tails of t, one tail of F",
        "Move the observed t. Both pictures follow. Turn its sign: what changes, and what does "
        "not?",
    )
    t = _controls(study)
    df, alpha = study.settings.truth.df[1], study.settings.alpha
    pictures = st.grid(2, min_column_width=240, gap="small")
    with pictures.cell():
        place_t = st.empty()
    with pictures.cell():
        place_f = st.empty()
    words = st.grid(2, min_column_width=320, gap="medium")
    with words.cell():
        for paragraph in _words(t, df, alpha):
            st.markdown(paragraph)
    with words.cell():
        st.table(p_table(t, df, alpha), width="content")
    move = Move(place_t, place_f, float(st.session_state.get(DRAWN, t)), t)
    _draw(study, move, move.start)
    return move


def _draw(study: Study, move: Move, t: float) -> None:
    st.session_state[DRAWN] = t
    df, alpha = study.settings.truth.df[1], study.settings.alpha
    with move.place_t:
        show(t_picture(t, df, alpha))
    with move.place_f:
        show(f_picture(t, df, alpha))


def finish(study: Study, move: Move) -> None:
    """Move the statistic and both areas to where they belong now; any click interrupts it."""
    frames = min(MAX_FRAMES, math.ceil(abs(move.end - move.start) / FRAME_STEP))
    for t in np.linspace(move.start, move.end, frames + 1)[1:]:
        _draw(study, move, round(float(t), 4))
        time.sleep(FRAME_SECONDS)
