"""Check yourself: a learn page's questions, asked and answered in place.

Nothing is written down before the first answer, and an answer draws only this part of the page
anew. Answers count for review like those of the quiz.
"""

from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

import numpy as np
import streamlit as st

from pages._ui.frame import section, show_error
from pages._ui.items import Given, ask_answer, item_of, show_mark, show_question
from pages._ui.links import number_in
from pages._ui.visitor import now, secret, store
from quizzes import GENERATORS, Item, grade, load_bank
from quizzes.generators import seed_of_level
from quizzes.store import keep_answer
from quizzes.topics import LEVELS
from quizzes.turn import Turn
from sim.errors import SimError

QUIZ = Path(__file__).parents[1] / "practice" / "quiz.py"
N_QUESTIONS = 3
DRAW = "check"
# Line-ups need a page of their own, polls have no key.
LEFT_OUT = ("line_up", "poll")


@st.cache_resource(show_spinner=False)
def questions_of(page: str) -> Mapping[int, tuple[str, ...]]:
    """Ids of what can be asked on a page, by level: all whose answer is shown there.

    Parameters
    ----------
    page : url path of a learn page, such as "tails".
    """
    found = [
        (item.level, item.id)
        for item in load_bank().values()
        if item.see is not None and item.see.page == page and item.kind not in LEFT_OUT
    ]
    found += [(level, g.name) for g in GENERATORS.values() if g.page == page for level in g.levels]
    return {level: tuple(sorted(id for at, id in found if at == level)) for level in LEVELS}


@st.cache_resource(max_entries=200, show_spinner=False)
def draw_questions(page: str, draw: int) -> tuple[Item, ...]:
    """The questions of one draw, easy ones first; the next draw has others as long as there are.

    Parameters
    ----------
    draw : 1 or more; the same draw gives everybody the same questions with the same numbers.
    """
    rng = np.random.default_rng(crc32(page.encode()))
    chosen: dict[str, int] = {}
    turned = {}
    for level, ids in questions_of(page).items():
        order = [ids[i] for i in rng.permutation(len(ids))]
        start = (draw - 1) % max(1, len(ids))
        turned[level] = order[start:] + order[:start]
    for n in (1, N_QUESTIONS):  # one of each level, then whatever there is
        for level, ids in turned.items():
            for id in [id for id in ids if id not in chosen][:n]:
                if len(chosen) < N_QUESTIONS:
                    chosen[id] = level
    items = [_item(id, draw, level) for id, level in chosen.items()]
    return tuple(sorted(items, key=lambda item: item.level))


def _item(id: str, draw: int, level: int) -> Item:
    made = GENERATORS.get(id)
    return item_of(id, draw if made is None else seed_of_level(made, draw, level))


def check_yourself(page: str) -> None:
    """Ask the questions of a learn page."""
    section(
        "Check yourself",
        "Answer before you look up. What you miss comes back in the quiz after a day or so.",
    )
    with st.container(width=860):
        _questions(page)
        with st.container(horizontal=True, vertical_alignment="center"):
            # Not in the fragment: the link in 'Take it away' has the number of the draw.
            st.button(
                "Other questions", icon=":material/casino:", key="check.other", on_click=_draw_next
            )
            st.page_link(QUIZ, label="All questions, mixed: the quiz", icon=":material/quiz:")


@st.fragment
def _questions(page: str) -> None:
    draw = draw_in_address() or 1
    for place, item in enumerate(draw_questions(page, draw)):
        with st.container(border=True):
            _question(item, f"check.{page}.{draw}.{place}")


def draw_in_address() -> int | None:
    """The number of the draw that the page's address asks for; None for anything that is none."""
    return number_in(st.query_params.get(DRAW), 6) or None


def _draw_next() -> None:
    st.query_params[DRAW] = str((draw_in_address() or 1) + 1)


def _question(item: Item, key: str) -> None:
    """One question; once answered, its feedback stands in place of the fields."""
    show_question(item)
    place = st.empty()
    if key not in st.session_state:
        with place.container():
            given = ask_answer(item, key)
            if given is None or not _keep(item, given, key):
                return
    turn: Turn = st.session_state[key]
    assert turn.answer is not None
    response = turn.answer.response
    with place.container():
        show_mark(item, response, grade(item, response), here=True)


def _keep(item: Item, given: Given, key: str) -> bool:
    """Mark and save an answer; say what is wrong if it cannot be read or saved."""
    mark = grade(item, given.response)
    if mark.malformed:
        st.warning(mark.feedback, icon=":material/edit:")
        return False
    try:
        st.session_state[key] = keep_answer(
            store(),
            secret(),
            item,
            given.response,
            mark,
            now(),
            sure=given.sure,
            offset_minutes=st.context.timezone_offset,
        )
    except SimError as problem:
        show_error(problem)
        return False
    return True
