"""One question on the screen: asked, answered, and what there is to say about the answer."""

import streamlit as st

from pages._ui.items import ask_answer, item_of, show_mark, show_question
from pages._ui.take_away import page_link
from pages._ui.visitor import now, secret, store
from pages.practice._sitting import (
    ask_again,
    go_on,
    keep,
    leave,
    sitting,
    stop,
)
from quizzes import GENERATORS, Item, grade
from quizzes.store import answer_turn
from quizzes.topics import LEVELS, TOPICS
from quizzes.turn import Turn


def _place(item: Item) -> None:
    """Where in the sitting this question is, and what it is about."""
    here = sitting()
    about = f"{TOPICS[item.topic]} · {LEVELS[item.level]}"
    if here is None or not here.picks:
        st.caption(about)
        return
    done = here.at + 1
    st.progress(done / len(here.picks), text=f"Question {done} of {len(here.picks)} · {about}")


def ask_turn(turn: Turn) -> None:
    """Ask; what cannot be read is said and stays in its field."""
    item = item_of(turn.item_id, turn.seed or 0)
    _place(item)
    show_question(item)
    given = ask_answer(item, turn.id)
    mark = None if given is None else grade(item, given.response)
    if mark is not None and mark.malformed:
        st.warning(mark.feedback, icon=":material/edit:")
    if given is None or mark is None or mark.malformed:
        _skip()
        return
    answered = answer_turn(
        store(),
        secret(),
        turn.id,
        given.response,
        mark,
        now(),
        sure=given.sure,
        offset_minutes=st.context.timezone_offset,
    )
    keep(answered)
    here = sitting()
    if here is not None:
        here.turns.append(answered)
    st.rerun()


def _skip() -> None:
    here = sitting()
    with st.container(horizontal=True):
        if here is not None:
            st.button("Skip this one", type="tertiary", on_click=go_on)
        st.button("Stop here", type="tertiary", on_click=stop)


def show_answered(turn: Turn) -> None:
    """Feedback to the answer that was kept: the first one."""
    item = item_of(turn.item_id, turn.seed or 0)
    assert turn.answer is not None
    response = turn.answer.response
    mark = grade(item, response)
    _place(item)
    show_question(item)
    show_mark(item, response, mark)
    if turn.answer.sure is not None and not mark.malformed:
        _confidence(mark.is_right, turn.answer.sure)
    here = sitting()
    is_last = here is not None and here.at + 1 >= len(here.picks)
    with st.container(horizontal=True):
        if here is None:
            st.button("To the quiz", type="primary", on_click=leave, key="quiz.next")
        else:
            label = "See how it went" if is_last else "Next question"
            st.button(label, type="primary", on_click=go_on, key="quiz.next", shortcut="N")
        if turn.item_id in GENERATORS:
            st.button(
                "Again with fresh numbers",
                icon=":material/casino:",
                on_click=ask_again,
                args=(turn,),
                help="The same idea with other numbers. Only the day's first answer counts for "
                "when it comes back.",
            )
    _link(turn)


def _confidence(is_right: bool, sure: bool) -> None:
    if sure and not is_right:
        st.caption("You were sure. These are the answers worth a second look.")
    elif is_right and not sure:
        st.caption("Right, though you were not so sure: it comes back a little sooner.")


def _link(turn: Turn) -> None:
    with st.expander("A link to this question"):
        st.caption("Everybody who opens it gets the same question with the same numbers.")
        link = page_link({"item": turn.item_id, "seed": turn.seed or 0})
        st.code(link, language=None)
