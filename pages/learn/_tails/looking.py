"""Choosing the side after looking: studies of nothing, counted as they come in."""

import time

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.links import number_in
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.words import count
from pages.learn._tails.settings import KEEP, Study
from pages.learn._tails.words import percent
from sim.inference.error_rates import (
    CLAIMS,
    Rate,
    count_errors,
    halved_f,
    side_after_looking,
    simulate_halved_f,
    simulate_t,
    wilson,
)

BLOCK = 1_000  # studies drawn from one seed
CHUNK = 50  # a link counts in steps of it
MAX_STUDIES = 20_000
MORE = (1_000, 5_000)
STUDIES_A_FRAME = (50, 150)  # of few studies, of many
FRAME_SECONDS = 0.1
HALVED_STUDIES = 4_000
SKIP = "Just show me"
DONE, TARGET = "looked", "looking.target"


@st.cache_data(max_entries=400, ttl=KEEP, show_spinner=False)
def _block(seed: int, per_group: int, i: int) -> np.ndarray:
    return simulate_t(BLOCK, per_group, np.random.default_rng([seed, 3, i]))


def errors_of(seed: int, per_group: int, alpha: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """False alarms in n studies of nothing: side planned, side chosen after looking.

    Returns
    -------
    Boolean arrays of shape (n,); the first studies are the same for every n.
    """
    blocks = [_block(seed, per_group, i) for i in range(-(-n // BLOCK))]
    t = np.concatenate(blocks)[:n] if blocks else np.empty(0)
    return count_errors(t, 2 * per_group - 2, alpha)


def studies_in(text: str | None) -> int:
    """How many studies a link asks for; 0 for anything that is no number of ours."""
    return min(number_in(text, 6) or 0, MAX_STUDIES) // CHUNK * CHUNK


def _running(errors: np.ndarray, name: str) -> pd.DataFrame:
    n = np.arange(1, len(errors) + 1)
    hits = np.cumsum(errors)
    keep = np.unique(np.linspace(9, len(errors) - 1, 200).astype(int))
    low, high = wilson(hits[keep], n[keep])
    rows = {"x": n[keep], "y": hits[keep] / n[keep], "low": low, "high": high}
    return pd.DataFrame({"layer": name, **rows})


def rates_picture(planned: np.ndarray, looked: np.ndarray, alpha: float) -> Picture:
    """Both error rates as the studies come in, with what they must become."""
    n = len(planned)
    top = max(0.06, 4.2 * alpha)
    x = axis("x", (0, max(n, 200)), "studies in which nothing is going on", grid=False)
    y = axis("y", (0, top), "share that rejects", format="%")
    both, simulated = {"x": x, "y": y}, {"color": colour("simulated")}
    band = {"x": x, "y": axis("low", (0, top), "share that rejects", format="%")}
    band |= {"y2": {"field": "high"}} | simulated
    line = {"type": "line", "strokeWidth": 3, "clip": True}
    area = {"type": "area", "opacity": 0.22, "clip": True}
    text = {"type": "text", "align": "right", "fontSize": 15, "fontWeight": 600, "dy": -14}
    layers = [
        layer("planned", area, band),
        layer("looked", area, band),
        layer(
            "exact",
            {"type": "rule", "strokeDash": [8, 5], "strokeWidth": 2.5},
            {"y": y, "color": colour("truth")},
        ),
        layer("planned", line | {"strokeDash": [3, 2]}, both | simulated),
        layer("looked", line, both | simulated),
        layer("name", text, both | {"text": {"field": "label"}} | simulated),
    ]
    exact = [alpha, side_after_looking(alpha)]
    names = {"x": [max(n, 200)] * 2, "y": exact, "label": ["side planned", "side after looking"]}
    data = pd.concat(
        [
            _running(planned, "planned"),
            _running(looked, "looked"),
            pd.DataFrame({"layer": "exact", "y": exact}),
            pd.DataFrame({"layer": "name", **names}),
        ],
        ignore_index=True,
    )
    rates = [Rate(int(errors.sum()), n).estimate for errors in (planned, looked)]
    alt = (
        f"Share of false alarms in {count(n, 'study', 'studies')} of nothing: "
        f"{percent(rates[0])} with the side planned, {percent(rates[1])} with the side chosen "
        f"after looking. Dashed lines at {percent(alpha)} and {percent(exact[1])}."
    )
    return picture(layers, data, alt, height=280)


def _count_words(label: str, errors: np.ndarray) -> str:
    rate = Rate(int(errors.sum()), len(errors))
    low, high = rate.interval()
    return (
        f"**{label}:** {rate.hits:,} of {rate.n:,} rejected, **{percent(rate.estimate)}** "
        f"(the long-run rate lies between {percent(low)} and {percent(high)}, with 95% confidence)"
    )


def _show(study: Study, n: int) -> None:
    settings = study.settings
    truth, alpha = settings.truth, settings.alpha
    planned, looked = errors_of(settings.seed, truth.per_group, alpha, n)
    grid = st.grid(2, min_column_width=300, gap="medium")
    with grid.cell():
        show(rates_picture(planned, looked, alpha))
    with grid.cell():
        st.markdown(_count_words("Side planned", planned))
        st.markdown(_count_words("Side after looking", looked))
        st.markdown(
            f"Whoever looks first always bets on the tail where t already is. So t is unusual in "
            f"*either* tail, and {percent(alpha)} + {percent(alpha)} = "
            f"**{percent(side_after_looking(alpha))}** of studies of nothing look like a finding."
        )


def _guess(alpha: float) -> str | None:
    options = [percent(value) for value in (alpha / 2, alpha, side_after_looking(alpha), 0.5)]
    guess: str | None = st.pills(
        f"Predict: nothing is going on. You look which group is ahead, then do the one-sided test "
        f"of that side, with alpha = {alpha:g}. How often do you find something?",
        [*options, SKIP],
        key=f"looking.{alpha:g}",
        bind="query-params",
    )
    return guess


def _start(more: int) -> None:
    done = st.session_state.get(DONE, 0)
    if done + more > MAX_STUDIES:
        done = 0
    st.session_state[DONE] = done
    st.session_state[TARGET] = done + more


def _stop() -> None:
    st.session_state[TARGET] = 0


def _buttons() -> None:
    with st.container(horizontal=True):
        for more in MORE:
            st.button(
                f"Run {more:,} studies",
                icon=":material/play_arrow:",
                on_click=_start,
                args=(more,),
                type="primary" if more == MORE[0] else "secondary",
            )
        st.button("Stop", icon=":material/stop:", on_click=_stop)


def looking_section(study: Study) -> DeltaGenerator | None:
    """Predict; return the place for the count of `fill_in`, or None before the prediction."""
    section(
        "Choosing the side after looking",
        "“The difference is positive, so I test one-sided: better than.” What does that cost?",
    )
    if DONE not in st.session_state:
        st.session_state[DONE] = studies_in(st.query_params.get(DONE))
    alpha = study.settings.alpha
    guess = _guess(alpha)
    if guess is None:
        st.caption("Click what you expect; then run studies in which nothing is going on.")
        return None
    exact = percent(side_after_looking(alpha))
    if guess != SKIP:
        verdict = "as you said" if guess == exact else f"you said {guess}"
        st.markdown(f"In the long run it is **{exact}**: {verdict}. Watch it happen:")
    _buttons()
    return st.empty()


def fill_in(study: Study, place: DeltaGenerator | None) -> None:
    """Show the count so far, and go on to the target.

    Called last: the page is complete while studies come in, and any click interrupts this loop.
    """
    if place is None:
        return
    done, target = st.session_state[DONE], st.session_state.get(TARGET, 0)
    if done:
        with place.container():
            _show(study, done)
    if target <= done:
        return
    step = STUDIES_A_FRAME[target - done > MORE[0]]
    while done < target:
        done = min(done + step, target)
        with place.container():
            _show(study, done)
        st.session_state[DONE] = done
        time.sleep(FRAME_SECONDS)
    # Once more, because the page's link says how many studies there are.
    st.rerun()


@st.cache_data(max_entries=200, ttl=KEEP, show_spinner=False)
def halved_table(n_groups: int, per_group: int, alpha: float, seed: int) -> pd.DataFrame:
    """Error rates of halving an ANOVA's p-value, exact and simulated."""
    says = {
        "any difference": "any difference",
        "largest group": "the group you predicted is the largest",
        "whole order": "the whole order you predicted",
    }
    rows = []
    for i, claim in enumerate(CLAIMS):
        rng = np.random.default_rng([seed, 4, i])
        rate = simulate_halved_f(HALVED_STUDIES, n_groups, per_group, alpha, rng, claim)
        low, high = rate.interval()
        exact = percent(halved_f(alpha, n_groups, claim))
        simulated = f"{percent(rate.estimate)} ({percent(low)} to {percent(high)})"
        rows.append({"you claim": says[claim], "exact": exact, "simulated": simulated})
    return pd.DataFrame(rows).set_index("you claim")


def halving_section(study: Study) -> None:
    """What halving an F's p-value does to the error rate."""
    truth, alpha = study.settings.truth, study.settings.alpha
    groups = truth.n_groups if truth.n_groups > 2 else 3
    st.markdown(
        f"**And halving the p of an F?** With {groups} groups and nothing going on, somebody "
        f"halves the p-value of the ANOVA “because the hypothesis has a direction” and rejects at "
        f"{alpha:g}. The error rate depends on what has to be seen before the claim is made:"
    )
    table = halved_table(groups, truth.per_group, alpha, study.settings.seed)
    st.table(table, width="content")
    st.markdown(
        f"None of them is {percent(alpha)}. Half of an F's p is an honest one-sided p only for two "
        "groups and a difference with the predicted sign: there it is the p of t."
    )
