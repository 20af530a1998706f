"""Results by question: a table of all, and one of them in full."""

import math

import pandas as pd
import streamlit as st

from pages._ui.frame import section, show
from pages._ui.item_pictures import drawings
from pages._ui.words import count
from pages.classroom._results.reading import Report, asked_of
from pages.classroom._room.show import (
    line_up_words,
    show_choices,
    show_misconceptions,
    show_moves,
    show_options,
    show_panels_with_votes,
    show_votes,
    vote_name,
)
from quizzes import Item, ask
from quizzes.classroom.results import Result, line_up_results, moves_of
from quizzes.markdown import spoken
from quizzes.topics import TOPICS

CHOICES = ("single_choice", "multiple_choice")
STEM_LETTERS = 110
FIRST, LAST = "right at first", "right at last"


def show_questions(report: Report) -> None:
    """The table, then the question that was chosen."""
    asked = asked_of(report)
    if not asked:
        st.info("Nobody has answered a question in this room.", icon=":material/inbox:")
        return
    section(
        "By question",
        "A question *tells apart* where those who got it right did better on the others, too.",
    )
    st.dataframe(
        table_of(asked),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%d%%") for name in (FIRST, LAST)
        },
        alt="Each question with its answers, the share right in the first and in the last vote.",
    )
    chosen = st.selectbox(
        "Look at one question",
        range(len(asked)),
        format_func=lambda i: f"{asked[i].position + 1}. {first_words(asked[i].item)}",
        key="results.question",
    )
    _show_one(report, asked[chosen])


def first_words(item: Item | None) -> str:
    """The beginning of a question on one line."""
    if item is None:
        return "a question that has left the bank"
    words = " ".join(spoken(item.stem).split())
    return words if len(words) <= STEM_LETTERS else f"{words[:STEM_LETTERS]}…"


def table_of(asked: tuple[Result, ...]) -> pd.DataFrame:
    """One row for each question that was answered."""
    rows = [
        {
            "question": result.position + 1,
            "answers": result.n[result.first],
            FIRST: _percent(result.right[result.first]),
            LAST: _percent(result.right[-1]),
            "tells apart": discrimination_words(result.discrimination, result.n[result.first])
            if result.right[result.first] is not None
            else "nothing is right or wrong",
            "about": TOPICS[result.item.topic] if result.item else "",
            "asked": first_words(result.item),
        }
        for result in asked
    ]
    return pd.DataFrame(rows)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


def discrimination_words(value: float | None, n: int) -> str:
    """A corrected item-total correlation in words; the usual borders are .2 and .4.

    Parameters
    ----------
    n : how many answered; a few below zero are chance when they are few.
    """
    if value is None:
        return "too few to say"
    if value < -2 / math.sqrt(n):
        words = "the wrong way: look at its wording"
    elif value < 0.2:
        words = "hardly"
    elif value < 0.4:
        words = "somewhat"
    else:
        words = "well"
    return f"{words} ({value:.2f})".replace("-", "\u2212")


def _show_one(report: Report, result: Result) -> None:
    item = result.item
    with st.container(border=True):
        if item is not None:
            _show_question(item)
        if item is not None and item.kind == "line_up":
            _show_line_up(report, item, result)
        else:
            grid = st.grid(2, min_column_width=380, gap="large")
            for round, share in enumerate(result.right, 1):
                with grid.cell():
                    right = "" if share is None else f" · {share:.0%} right"
                    n = count(result.n[round - 1], "answer")
                    st.markdown(f"**{vote_name(round)}** · {n}{right}")
                    show_votes(item, result, round, key=True)
            if item is not None and item.kind == "poll" and not item.body.options:
                # The bars have room for their beginnings, and for the most frequent.
                st.markdown("\n".join(f"- {choice.answer}" for choice in result.choices))
        if result.misconceptions:
            st.markdown("**What wrong answers may come from**")
            show_misconceptions(result, most=5, least=1)
        if len(result.n) > 1:
            st.markdown("**Who moved**")
            last = len(result.n)
            show_moves(
                item, moves_of(report.votes, result.position, last - 1, last), last - 1, last
            )


def _show_question(item: Item) -> None:
    for drawn in drawings(item.picture) if item.picture else ():
        show(drawn)
    st.markdown(item.stem)
    if item.kind in CHOICES:
        show_choices(item, key=True)
    else:
        show_options(ask(item))


def _show_line_up(report: Report, item: Item, result: Result) -> None:
    found = {one.position: one for one in line_up_results(report.items, report.votes)}
    show_panels_with_votes(item, found[result.position].counts, key=True)
    st.markdown(line_up_words(found[result.position]))
