"""A question on the projector: asked, voted on, revealed."""

from dataclasses import replace

import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import show
from pages._ui.item_pictures import distribution_drawing, drawings
from pages._ui.see import link_to_page
from pages._ui.visitor import store
from pages._ui.words import code, plain
from pages.classroom._host.desk import Desk, item_on
from pages.classroom._host.live import show_count
from pages.classroom._host.ranking import show_ranking
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
from quizzes import Item, Question, ask, shown
from quizzes.classroom.results import Result, line_up_results, moves_of, results_of
from quizzes.classroom.room import Asked
from quizzes.classroom.votes import Vote
from quizzes.kinds import KINDS
from quizzes.store import votes_of

CHOICES = ("single_choice", "multiple_choice")
LABELS = {"labelFontSize": 18, "titleFontSize": 18}
HOW = {
    "multiple_choice": "Tick every one that holds.",
    "numeric": "Type a number.",
    "formula": "Type a formula.",
    "order": "Put these in order.",
    "region": "Choose which parts to shade.",
    "line_up": "Which panel is the actual data?",
}


def show_stage(desk: Desk) -> None:
    """The current question with as much of its votes as the phase lets be seen."""
    asked, item = desk.room.asked, item_on(desk)
    assert asked is not None
    if item is None:
        st.warning(
            "Skip it, or go to another one.",
            title="The bank does not have this question any more.",
            icon=":material/help:",
        )
        return
    show_count(desk)
    votes: tuple[Vote, ...] = ()
    if asked.phase == "revealed" or asked.votes_shown:
        votes = _votes_at(desk.kept.id, desk.room.position, desk.room.version)
    if item.kind == "line_up":
        _show_line_up(desk, asked, item, votes)
    else:
        _show_item(desk, asked, item, votes)
    if asked.phase == "revealed" and asked.round > 1:
        _show_moved(desk, asked, item, votes)
    if desk.room.leaderboard and asked.phase == "revealed":
        show_ranking(desk)


@st.cache_resource(max_entries=100, ttl="1h", show_spinner=False)
def _votes_at(id: int, position: int, version: int) -> tuple[Vote, ...]:
    """The votes on a question that is closed: until the next click they are the same."""
    return votes_of(store(), id, position)


def result_at(desk: Desk, item: Item, votes: tuple[Vote, ...]) -> Result:
    """What came of the current question."""
    items: list[Item | None] = [None] * len(desk.room.questions)
    items[desk.room.position] = item
    return results_of(items, votes)[desk.room.position]


def _show_item(desk: Desk, asked: Asked, item: Item, votes: tuple[Vote, ...]) -> None:
    question = ask(item)
    is_revealed = asked.phase == "revealed"
    has_votes = is_revealed or asked.votes_shown
    pictures = [larger(drawn) for drawn in drawings(item.picture)] if item.picture else []
    if len(pictures) > 1:
        _show_grid(pictures)
    is_wide = len(pictures) == 1 or has_votes or question.kind == "region"
    left, right = st.columns([3, 2], gap="large") if is_wide else (st.container(), None)
    with left:
        with st.container(key="room_question"):
            st.markdown(item.stem)
            _show_fields(question)
        if item.kind in CHOICES:
            with st.container(key="room_choices"):
                show_choices(item, key=is_revealed)
        if is_revealed and item.kind not in (*CHOICES, "poll"):
            with st.container(key="room_choices"):
                _show_right(item)
        if is_revealed:
            _show_why(desk, item, votes)
    if right is None:
        return
    with right:
        if len(pictures) == 1:
            show(pictures[0])
        if question.kind == "region":
            _show_distribution(item, key=is_revealed)
        if has_votes:
            result = result_at(desk, item, votes)
            show_votes(item, result, asked.round, key=is_revealed)


def _show_grid(pictures: list[Picture]) -> None:
    grid = st.grid(len(pictures), min_column_width=260, gap="medium")
    for drawn in pictures:
        with grid.cell():
            show(drawn)


def larger(picture: Picture) -> Picture:
    """A picture with letters for the back of the hall."""
    config = dict(picture.spec.get("config", {}))
    config["axis"] = dict(config.get("axis", {})) | LABELS
    return replace(picture, spec=picture.spec | {"config": config})


def _show_fields(question: Question) -> None:
    """What stands on phones as fields: entries to order, columns of the data."""
    show_options(question)
    if columns := question.ask.get("columns"):
        named = [code(c["name"]) + (f" ({plain(c['unit'])})" if c["unit"] else "") for c in columns]
        st.caption(f"The data have {', '.join(named)}.")
    if question.kind in HOW:
        st.caption(HOW[question.kind])


def _show_distribution(item: Item, *, key: bool) -> None:
    """The curve; after the reveal with what is to be shaded."""
    body = item.body
    words = f"The distribution of {body.family} if the null hypothesis is true."
    parts = tuple(body.key) if key else ()
    if parts:
        words += f" Shaded: {shown(item, list(parts))}."
    show(larger(distribution_drawing(body.family, body.df, body.statistic, parts, words, 320)))


def _show_right(item: Item) -> None:
    right = KINDS[item.kind].examples(item.body).right
    if right:
        st.markdown(f":green[:material/check_circle:] **{shown(item, right[0])}**")


def _show_line_up(desk: Desk, asked: Asked, item: Item, votes: tuple[Vote, ...]) -> None:
    is_revealed = asked.phase == "revealed"
    with st.container(key="room_question"):
        st.markdown(item.stem)
    counts = None
    if is_revealed or asked.votes_shown:
        here = [v for v in votes if (v.position, v.round) == (desk.room.position, asked.round)]
        numbers = range(1, item.body.panels + 1)
        counts = [sum(v.answer == shown(item, n) for v in here) for n in numbers]
    show_panels_with_votes(item, counts, key=is_revealed)
    if is_revealed:
        items: list[Item | None] = [None] * len(desk.room.questions)
        items[desk.room.position] = item
        with st.container(key="room_choices"):
            st.markdown(line_up_words(line_up_results(items, votes)[0]))
        _show_why(desk, item, votes)


def _show_why(desk: Desk, item: Item, votes: tuple[Vote, ...]) -> None:
    """The explanation, what wrong answers may come from, and the page that shows it."""
    with st.container(key="room_explanation"):
        if item.explanation:
            st.markdown(item.explanation)
        show_misconceptions(result_at(desk, item, votes))
        _show_page(item)


def _show_moved(desk: Desk, asked: Asked, item: Item, votes: tuple[Vote, ...]) -> None:
    """Who went where between the last two votes."""
    st.header("Who moved", anchor=False)
    before, after = asked.round - 1, asked.round
    shares = result_at(desk, item, votes).right
    with st.container(key="room_moved"):
        first, last = (shares[n - 1] if n <= len(shares) else None for n in (before, after))
        if first is not None and last is not None:
            st.markdown(
                f"{vote_name(before)}: {first:.0%} right. {vote_name(after)}: {last:.0%} right."
            )
        show_moves(item, moves_of(votes, desk.room.position, before, after), before, after)


def _show_page(item: Item) -> None:
    """The page that shows it, and a word on the way back."""
    if item.see is None:
        return
    link_to_page(item.see, help="'Back to the room' stands on top of that page.")
