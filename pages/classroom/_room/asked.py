"""The items that a room asks."""

import streamlit as st

from quizzes import Item, ItemError
from quizzes.classroom.asking import item_asked, read_own_items
from quizzes.classroom.room import Asked


def item_for(own_items: str, asked: Asked) -> Item | None:
    """The item of a question; None if the bank has lost it."""
    try:
        return _item(own_items, asked.item_id, asked.seed)
    except ItemError:
        return None


@st.cache_resource(max_entries=300, ttl="2h", show_spinner=False)
def _item(own_items: str, id: str, seed: int) -> Item:
    return item_asked(Asked(id, seed), read_own_items(own_items))
