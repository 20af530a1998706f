"""Votes of this visit: one for each round, the first one counts."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.frame import section
from pages._ui.line_ups import Panel, show_panels
from pages._ui.words import count
from pages.practice._line_up.settings import Setting
from sim.checks.line_up import LineUp, line_up_p_value

VOTES = "line_up.votes"
SEEN = "line_up.seen"
MAX_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody chose in one round.

    Parameters
    ----------
    panel : its number.
    actual : number of the actual panel; None in a warm-up.
    is_fresh : the actual data had not been shown in this visit before.
    """

    panel: int
    actual: int | None
    is_fresh: bool

    @property
    def is_hit(self) -> bool:
        """Whether it is the actual panel."""
        return self.panel == self.actual


def votes() -> dict[str, Vote]:
    """All votes of this visit, by the key of their round."""
    found: dict[str, Vote] = st.session_state.setdefault(VOTES, {})
    return found


def vote_in(setting: Setting) -> Vote | None:
    """What was chosen in this round, if anything was."""
    return votes().get(setting.key)


def cast(setting: Setting, found: LineUp, panel: int) -> None:
    """Keep a vote and say what it hit; as a callback."""
    kept = votes()
    if setting.key in kept:
        return
    seen: set[str] = st.session_state.setdefault(SEEN, set())
    kept[setting.key] = vote = Vote(panel, found.actual, setting.whose not in seen)
    if len(kept) > MAX_KEPT:
        del kept[next(iter(kept))]
    if found.actual is None:
        st.toast("All panels were simulated.", icon=":material/casino:")
        return
    seen.add(setting.whose)
    if vote.is_hit:
        st.toast(f"Found: panel {panel} is the actual data.", icon=":material/check_circle:")
    else:
        words = f"Panel {panel} is simulated. The actual data are in panel {found.actual}."
        st.toast(words, icon=":material/close:")


def ask(setting: Setting, found: LineUp, pictures: list[Panel], beside: DeltaGenerator) -> None:
    """Draw the question, a field for a number, and the panels with their buttons.

    Parameters
    ----------
    beside : where the field for a number goes.
    """
    with beside:
        _number_field(setting, found)
    st.markdown(_question(setting, found.panels))

    def button(panel: Panel) -> None:
        st.button(
            f"{panel.number}",
            key=f"panel-{panel.number}",
            on_click=cast,
            args=(setting, found, panel.number),
            width="stretch",
        )

    show_panels(pictures, below=button)


def _question(setting: Setting, n: int) -> str:
    if setting.is_warm_up:
        return (
            f"**All {n} panels are simulated from the model.** Which one looks the most unusual? "
            "Choose it: you see what chance alone can do."
        )
    return (
        f"**One of these {n} panels is the actual data**, {n - 1} are simulated from the model. "
        "Which one is not like the others? Choose it."
    )


def _number_field(setting: Setting, found: LineUp) -> None:
    with (
        st.form("by number", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"),
    ):
        panel = st.number_input(
            "Panel by number",
            min_value=1,
            max_value=found.panels,
            value=None,
            key="panel",
            width=150,
        )
        sent = st.form_submit_button("Choose")
    if sent and panel is not None:
        cast(setting, found, int(panel))
        st.rerun()


def show_revealed(found: LineUp, pictures: list[Panel], chosen: int) -> None:
    """Draw the panels with the actual one and the chosen one named."""
    names = [_name(panel.number, found.actual, chosen) for panel in pictures]
    show_panels(pictures, names)


def _name(panel: int, actual: int | None, chosen: int) -> str:
    if panel == actual:
        return f"{panel} · found: actual" if panel == chosen else f"{panel} · actual data"
    return f"{panel} · your choice" if panel == chosen else str(panel)


def p_text(p: float) -> str:
    """A p-value as in the lecture: ".05"."""
    if p < 0.001:
        return "< .001"
    return "= 1" if p > 0.995 else f"= {p:.2g}".replace("= 0.", "= .")


def tally() -> None:
    """Draw how many line-ups of this visit were found, and what that is worth."""
    real = [vote for vote in votes().values() if vote.actual is not None]
    if not real:
        return
    fresh = [vote for vote in real if vote.is_fresh]
    hits, n = sum(vote.is_hit for vote in fresh), len(fresh)
    section("Your line-ups in this visit")
    words = [f"**{hits} of {n} found**, each with data that you had not seen before."] if n else []
    if n > 1:
        # Other data and other simulations each time: hits are independent if the models are true.
        p = line_up_p_value(hits, n, attraction=float("inf"))
        words.append(
            "If every one of these models were true, each of them would be found with "
            "probability 1/20, whatever happened in the others. "
            f"{hits} or more of {n} would then happen with probability "
            f"**p {p_text(p)}** (a binomial distribution)."
        )
    elif n == 1:
        words.append("Line-ups with new data add up: two found of two would be p = .0025.")
    if known := len(real) - n:
        words.append(
            f"{count(known, 'vote')} on data you already knew {'is' if known == 1 else 'are'} "
            "not counted: who has seen the actual data recognises them, whatever the model."
        )
    st.markdown(" ".join(words))
