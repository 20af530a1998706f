"""The list of items: choose some, open one as a student sees it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages._ui.frame import show_error
from pages._ui.items import ask_answer, show_mark, show_question
from pages._ui.words import code, plain
from pages.practice._items.finding import KIND_NAMES, Entry, Found, item_named
from pages.practice._items.keys import show_key
from quizzes import Item, grade
from quizzes.topics import LEVELS, TOPICS
from sim.errors import SimError

CHOSEN = "items.chosen"
OPEN = "items.open"
PAGE = "items.page"
A_PAGE = 8


def chosen() -> tuple[str, ...]:
    """Names of the chosen items, in the order of choosing."""
    found: tuple[str, ...] = st.session_state.get(CHOSEN, ())
    return found


def choose(names: Sequence[str]) -> None:
    """Choose these items and no others."""
    st.session_state[CHOSEN] = tuple(names)


def browse(found: Found) -> None:
    """The list, a page at a time."""
    if not found.entries:
        st.info("No item is like that. Take a word or a choice away.", icon=":material/search_off:")
        return
    new = [entry.name for entry in found.entries if entry.name not in chosen()]
    with st.container(horizontal=True):
        st.button(
            f"Choose all {len(found.entries)}",
            icon=":material/done_all:",
            on_click=choose,
            args=((*chosen(), *new),),
            disabled=not new,
        )
        if chosen():
            st.button("Choose none", type="tertiary", on_click=choose, args=((),))
    n_pages = -(-len(found.entries) // A_PAGE)
    page = min(int(st.session_state.get(PAGE, 1)), n_pages)
    for entry in found.entries[(page - 1) * A_PAGE : page * A_PAGE]:
        _row(entry, found.own)
    if n_pages > 1:
        st.pagination(n_pages, key=PAGE)


def _switch(name: str) -> None:
    before = chosen()
    choose([n for n in before if n != name] if name in before else [*before, name])


def _open(name: str) -> None:
    st.session_state[OPEN] = None if st.session_state.get(OPEN) == name else name


def _row(entry: Entry, own: Mapping[str, Item]) -> None:
    is_open = st.session_state.get(OPEN) == entry.name
    is_chosen = entry.name in chosen()
    with st.container(border=True):
        st.markdown(plain(entry.words))
        st.caption(_about(entry))
        with st.container(horizontal=True):
            st.button(
                "Close" if is_open else "Look",
                key=f"look-{entry.name}",
                icon=":material/close:" if is_open else ":material/visibility:",
                on_click=_open,
                args=(entry.name,),
            )
            st.button(
                "Chosen" if is_chosen else "Choose",
                key=f"choose-{entry.name}",
                icon=":material/check_box:" if is_chosen else ":material/check_box_outline_blank:",
                type="primary" if is_chosen else "secondary",
                on_click=_switch,
                args=(entry.name,),
            )
        if is_open:
            _preview(entry, own)


def _about(entry: Entry) -> str:
    levels = " or ".join(LEVELS[level] for level in entry.levels)
    parts = [TOPICS[entry.topic], levels, KIND_NAMES[entry.kind]]
    if entry.is_fresh:
        parts.append("fresh numbers")
    return " · ".join([*parts, code(entry.name)])


def _preview(entry: Entry, own: Mapping[str, Item]) -> None:
    """The question as a student sees it; below it the key, made only when it is asked for."""
    try:
        item = item_named(entry.name, own)
        st.divider()
        show_question(item)
        given = ask_answer(item, f"try-{entry.name}-{item.seed}")
        if given is not None:
            mark = grade(item, given.response)
            if mark.malformed:
                st.warning(mark.feedback, icon=":material/edit:")
            else:
                show_mark(item, given.response, mark)
        key = st.expander(
            "For teachers: the key and all feedback",
            key=f"key-{entry.name}",
            icon=":material/key:",
            on_change="rerun",
        )
        if key.open:
            with key:
                show_key(item)
    except SimError as problem:
        show_error(problem)
