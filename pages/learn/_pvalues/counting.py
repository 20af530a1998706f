"""How often each method is wrong when nothing is there, counted before the viewer's eyes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.cache import KEEP
from pages._ui.frame import section, show
from pages._ui.links import number_in
from pages._ui.words import code, count, listed, plain
from pages.learn._pvalues.five import ALPHA, is_slow
from pages.learn._pvalues.pictures import LETTERS, rates_picture
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.world import (
    BOOTSTRAP_DRAWS,
    METHODS,
    Plan,
    World,
    make_world,
    p_values,
)
from sim.errors import SimError
from sim.inference.error_rates import Rate

SIZES = (5, 10, 20, 50)
FAST = Plan(size=100, kenward_roger=50, bootstrap=10)
SLOW = Plan(size=20, kenward_roger=2, bootstrap=0)
MAX_ROUNDS = 50
ROUNDS = 10
MOST_ROWS = 5_000  # of one simulated study
DONE = "rounds"
TARGET = "pvalues.target"
COUNTED = "pvalues.counted"
ALIKE = "All about 5%"
SKIP = "Just show me"


@st.cache_resource(max_entries=60, ttl=KEEP, show_spinner=False)
def _world(key: str, participants: int, effect: str, _question: Question) -> World | SimError:
    """A study of one size, or why there is none."""
    fit, dataset = _question.fit, _question.dataset
    unit = _question.unit
    people = max(1, dataset.frame[unit].nunique())
    if fit.nobs / people * participants > MOST_ROWS:
        return SimError(f"{participants} of them would have more than {MOST_ROWS:,} rows.")
    try:
        return make_world(fit, dataset.frame, unit, participants, effect)
    except SimError as problem:
        return problem


@st.cache_data(max_entries=4_000, ttl=KEEP, show_spinner=False)
def _round(key: str, participants: int, i: int, seed: int, plan: Plan, _world: World) -> np.ndarray:
    return p_values(_world, plan, np.random.default_rng([seed, 6, participants, i]))


def plan_of(question: Question) -> Plan:
    """How much one round does."""
    return SLOW if is_slow(question.fit) else FAST


def rounds_in(text: str | None) -> int:
    """How many rounds a link asks for; 0 for anything that is no number of ours."""
    return min(number_in(text, 4) or 0, MAX_ROUNDS)


def tally(p: np.ndarray, tested: Sequence[int]) -> dict[str, tuple[Rate, int]]:
    """Rates of one study size, each with how many fits did not converge.

    Parameters
    ----------
    p : p-values, shape (5, studies).
    tested : how many studies each method was given.
    """
    result = {}
    for method, row, given in zip(METHODS, p, tested, strict=True):
        usable = int(np.isfinite(row).sum())
        hits = int(np.count_nonzero(row[np.isfinite(row)] <= ALPHA + 1e-12))
        result[method] = (Rate(hits, usable), given - usable)
    return result


def _tested(plan: Plan, rounds: int) -> list[int]:
    each = (plan.size, plan.size, plan.kenward_roger, plan.size, plan.bootstrap)
    return [rounds * n for n in each]


def rates_table(rates: dict[tuple[int, str], Rate], sizes: Sequence[int]) -> pd.DataFrame:
    """Shares with their Monte-Carlo intervals, methods by study sizes."""
    columns = {}
    for size in sizes:
        cells = []
        for method in METHODS:
            rate = rates[size, method]
            low, high = (100 * v for v in rate.interval())
            share = f"{100 * rate.estimate:.1f}% ({low:.1f}–{high:.1f})"
            cells.append(share if rate.n else "–")
        columns[f"n = {size}"] = cells
    most = [max(rates[size, method].n for size in sizes) for method in METHODS]
    columns["studies"] = [f"{n:,}" for n in most]
    return pd.DataFrame(columns, index=[f"{LETTERS[m]}  {m}" for m in METHODS])


def rate_words(rates: dict[tuple[int, str], Rate], sizes: Sequence[int], noun: str) -> str:
    """Which methods are off, for the smallest and the largest studies shown."""
    parts = []
    for size in dict.fromkeys((sizes[0], sizes[-1])):
        over = [m for m in METHODS if rates[size, m].n and rates[size, m].interval()[0] > ALPHA]
        under = [m for m in METHODS if rates[size, m].n and rates[size, m].interval()[1] < ALPHA]
        if over:
            worst = max(over, key=lambda m: rates[size, m].interval()[0])
            share = f"{100 * rates[size, worst].estimate:.0f}%"
            finds = "finds" if len(over) == 1 else "find"
            who = "" if len(over) == 1 else f"{worst} "
            said = f"{listed(over)} {finds} something too often, {who}in {share} of the studies"
        else:
            said = "no method is seen to be wrong too often"
        if under:
            said += f"; {listed(under)} {'finds' if len(under) == 1 else 'find'} too little"
        parts.append(f"With **{size} {noun}s** {said}.")
    return " ".join(parts)


def guess_words(rates: dict[tuple[int, str], Rate], size: int, guess: str) -> str:
    """The prediction beside what was counted; empty for whoever did not predict."""
    if guess == SKIP:
        return ""
    counted = {m: rates[size, m] for m in METHODS if rates[size, m].n}
    # By the lower end: the slow methods test so few studies that chance could put them first.
    worst = max(counted, key=lambda m: counted[m].interval()[0])
    found = worst if counted[worst].interval()[0] > ALPHA else ALIKE
    if guess == found:
        return f"As you said: *{guess}*."
    if found == ALIKE:
        return f"You said *{guess}*. So far none is clearly above 5%."
    return f"You said *{guess}*. So far {worst} says it most often."


def _show(question: Question, rounds: int, worlds: dict[int, World], seed: int) -> None:
    plan = plan_of(question)
    rates: dict[tuple[int, str], Rate] = {}
    lost: dict[str, int] = {}
    for size, world in worlds.items():
        parts = [_round(question.key, size, i, seed, plan, world) for i in range(rounds)]
        for method, (rate, failed) in tally(
            np.concatenate(parts, axis=1), _tested(plan, rounds)
        ).items():
            rates[size, method] = rate
            lost[method] = lost.get(method, 0) + failed
    sizes = list(worlds)
    show(rates_picture(rates, sizes, question.noun))
    st.caption(
        "Letters: the share so far, "
        + ", ".join(f"{letter} {method}" for method, letter in LETTERS.items())
        + ". Bars: where the long-run share may lie (95% intervals). Dashed: the promised 5%."
    )
    guess = str(st.session_state.get(question.dataset.state("worst")) or SKIP)
    said = guess_words(rates, sizes[0], guess)
    st.markdown(f"{said} {rate_words(rates, sizes, question.noun)}")
    st.table(rates_table(rates, sizes), alt="Counted error rates with Monte-Carlo intervals")
    failed = [f"{method} {n}" for method, n in lost.items() if n]
    if failed:
        st.caption(f"Left out because a fit did not converge: {', '.join(failed)}.")


def _guess(question: Question) -> str | None:
    guess: str | None = st.pills(
        f"Predict: {SIZES[0]} {question.noun}s, nothing is there. Which method says “significant” "
        "most often?",
        [*METHODS, ALIKE, SKIP],
        key=question.dataset.state("worst"),
        bind="query-params",
        wrap=True,
    )
    return guess


def _start(rounds: int) -> None:
    done = st.session_state.get(DONE, 0)
    if done + rounds > MAX_ROUNDS:
        done = 0
    st.session_state[DONE] = done
    st.session_state[TARGET] = done + rounds


def _stop() -> None:
    st.session_state[TARGET] = 0


def _worlds(question: Question) -> dict[int, World]:
    found = {}
    for size in SIZES:
        world = _world(question.key, size, question.effect, question)
        if isinstance(world, SimError):
            st.caption(f"{size} {question.noun}s are not counted: {plain(world.problem)}")
        else:
            found[size] = world
    return found


def _fill_in(question: Question, worlds: dict[int, World], seed: int) -> None:
    """Show the count so far and go on to the target; any click on the page stops it."""
    plan = plan_of(question)
    done, target = st.session_state[DONE], st.session_state.get(TARGET, 0)
    place, bar = st.empty(), st.empty()
    if done:
        with place.container():
            _show(question, done, worlds, seed)
    while done < target:
        for k, (size, world) in enumerate(worlds.items()):
            share = (done + (k + 1) / len(worlds)) / target
            bar.progress(min(share, 1.0), f"Round {done + 1} of {target}: {size} {question.noun}s")
            _round(question.key, size, done, seed, plan, world)
        done += 1
        st.session_state[DONE] = done
        with place.container():
            _show(question, done, worlds, seed)
    bar.empty()
    _stop()


def _remember(question: Question, seed: int) -> None:
    """Start with what a link asks for; other data or another effect start a new count."""
    if DONE not in st.session_state:
        st.session_state[DONE] = 0
        st.session_state[TARGET] = rounds_in(st.query_params.get(DONE))
    counted = st.session_state.setdefault(COUNTED, (question.key, seed))
    if counted != (question.key, seed):
        st.session_state[DONE] = st.session_state[TARGET] = 0
        st.session_state[COUNTED] = (question.key, seed)


def ask_for_counting(question: Question, seed: int) -> bool:
    """Predict, and the buttons; returns whether there is something to count or to show."""
    section(
        "How often is each of them wrong?",
        f"Now new studies are simulated in which {code(question.effect)} is exactly zero and "
        "everything else is as estimated above. So every “significant” is a false alarm, and a "
        "good method raises one in 5% of the studies.",
    )
    _remember(question, seed)
    guess = _guess(question)
    if guess is None:
        st.caption("Click what you expect; then let the studies run.")
        return False
    plan = plan_of(question)
    with st.container(horizontal=True):
        st.button(
            f"Run {count(ROUNDS * plan.size, 'study', 'studies')} of each size",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(ROUNDS,),
            type="primary",
        )
        st.button("Stop", icon=":material/stop:", on_click=_stop)
    st.caption(plan_words(plan))
    return True


def run_counting(question: Question, seed: int) -> None:
    """Count on to the target, last of all on the page: any click ends it.

    A fragment would not do: Streamlit lets a running fragment finish before it hears a click.
    """
    worlds = _worlds(question)
    if worlds:
        _fill_in(question, worlds, seed)


def rounds_asked() -> int:
    """Rounds counted, or about to be: what a link to this page has to name."""
    return max(st.session_state.get(DONE, 0), st.session_state.get(TARGET, 0))


def plan_words(plan: Plan) -> str:
    """Which methods test fewer studies, and why."""
    share = f"{plan.kenward_roger} of every {plan.size} studies"
    if not plan.bootstrap:
        return (
            f"Kenward–Roger tests {share}; the bootstrap is left out: with this design it would "
            "take minutes."
        )
    return (
        f"To be quick, Kenward–Roger tests {share}, and the bootstrap {plan.bootstrap}, each with "
        f"{BOOTSTRAP_DRAWS} draws of its own. Their intervals are wider for it."
    )
