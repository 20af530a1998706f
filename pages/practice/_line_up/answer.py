"""What a vote says and what it does not, and where to go from here."""

import streamlit as st

from pages._data.model import offer_next, say_messages
from pages._ui.frame import section, show_error
from pages._ui.words import count, plain
from pages.practice._line_up.settings import (
    Setting,
    new_data,
    other_plot,
    other_simulations,
    story_lesson,
    to_line_up,
)
from pages.practice._line_up.voting import Vote, p_text
from pages.practice._line_up.why import chance_words, reasons_of, see_why
from sim.checks.line_up import MAX_VOTES, PLOTS, LineUp, line_up_p_value
from sim.errors import SimError


def warm_up_answer(setting: Setting, found: LineUp, vote: Vote) -> None:
    """Draw what the warm-up shows."""
    st.info(
        f"{chance_words(setting, found, vote.panel)} All {found.panels} come from the same model, "
        "so nothing in any panel is a sign of anything else. Keep this in mind: in the line-up "
        "the actual data have to look stranger than this.",
        title=f"All {found.panels} are simulated: this is what chance looks like",
        icon=":material/casino:",
    )
    with st.container(horizontal=True):
        st.button(
            "To the line-up",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=to_line_up,
            key="next",
        )
        st.button("Another warm-up", icon=":material/casino:", on_click=other_simulations)


def verdict(found: LineUp, vote: Vote) -> None:
    """Draw the result of the vote and its p-value."""
    if vote.is_hit:
        body = (
            f"If the model were true, the actual data would be one of {found.panels} data sets of "
            f"the same kind, and whoever picks one panel would pick it with probability "
            f"1/{found.panels}. "
        )
        if vote.is_fresh:
            p = line_up_p_value(1, 1, found.panels)
            body += f"For one viewer who finds it: **p {p_text(p)}**."
        else:
            body += (
                "But you had seen these data before, so recognising them says nothing about the "
                "model. Take new data for a vote that counts."
            )
        title = f"Found: panel {vote.panel} is the actual data"
        st.success(body, title=title, icon=":material/check_circle:")
    else:
        st.warning(
            f"Panel {vote.panel} is simulated. What caught your eye there is chance. This vote "
            "gives no reason to doubt the model (p = 1). It does not show that the model is "
            "right: another plot, another viewer or more data may tell the two apart.",
            title=f"Not found: the actual data are in panel {found.actual}",
            icon=":material/search_off:",
        )


def meaning(found: LineUp, vote: Vote) -> None:
    """Draw what the p-value means and does not mean."""
    section("What the p-value means")
    if vote.is_hit and not vote.is_fresh:
        st.markdown("There is none for this vote: it was not the panel that told you, but memory.")
    elif vote.is_hit:
        p = p_text(line_up_p_value(1, 1, found.panels))
        st.markdown(
            f"p {p} is how often one viewer would find the actual data if the model were true."
        )
    else:
        st.markdown("Whoever does not find the actual data has p = 1.")
    st.markdown(
        "- It is **not** the probability that the model is true, and not how wrong it is.\n"
        f"- With {found.panels} panels one viewer cannot get below 1/{found.panels} = .05. More "
        "viewers can, or more line-ups with new data.\n"
        "- It is about what this plot shows. Lines, means and residuals can disagree.\n"
        "- It holds only for eyes that have not seen the data before."
    )
    _several(found)


@st.fragment
def _several(found: LineUp) -> None:
    """Draw the p-value of several viewers of the same panels."""
    with st.expander("A whole class voted on these panels?", icon=":material/groups:"):
        with st.container(horizontal=True):
            n = st.number_input("Votes", 1, MAX_VOTES, 20, key="class.votes", width=140)
            hits = st.number_input(
                "For the actual panel", 0, int(n), 0, key="class.hits", width=180
            )
        try:
            p = line_up_p_value(int(hits), int(n), found.panels)
            alone = line_up_p_value(int(hits), int(n), found.panels, attraction=float("inf"))
        except SimError as problem:
            show_error(problem)
            return
        st.markdown(
            f"{hits} of {count(int(n), 'vote')}: **p {p_text(p)}**. All of them looked at the same "
            "panels, and some panels attract every eye whatever they hold, so the votes are not "
            "independent (a beta-binomial distribution). Counted as independent, which they are "
            f"not, they would give p {p_text(alone)}."
        )


def real_answer(setting: Setting, found: LineUp, vote: Vote) -> None:
    """Draw the answer, why, and what may be done next."""
    verdict(found, vote)
    with st.container(horizontal=True):
        if setting.can_have_new_data:
            st.button(
                "New data",
                icon=":material/casino:",
                type="primary",
                on_click=new_data,
                help="The same story with another seed: data you have not seen.",
            )
        st.button(
            "Same data, other simulations",
            icon=":material/refresh:",
            on_click=other_simulations,
            help="You know the actual data now, so that vote will not be counted.",
        )
        for plot in PLOTS:
            if plot != setting.plot:
                label = f"Same data as {plot}"
                st.button(label, key=f"plot-{plot}", on_click=other_plot, args=(plot,))


def explanation(setting: Setting, found: LineUp, vote: Vote) -> None:
    """Draw why, what p means, and what to try."""
    left, right = st.columns(2, gap="large")
    with left:
        section("See why")
        see_why(setting, found, vote, reasons_of(setting, found))
        if not vote.is_hit:
            st.markdown(chance_words(setting, found, vote.panel))
    with right:
        meaning(found, vote)
        if lesson := story_lesson(setting.dataset):
            section("What to look at")
            st.markdown(plain(lesson))
        offer_next(setting.dataset, setting.outcome.choice.formula)
    say_messages(setting.outcome.fit)
