"""Choose a deck: a ready one, by topic, by hand, or from a file."""

import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import streamlit as st

from pages._ui.words import count, plain
from pages.classroom._room.show import right_answer, show_choices, show_options
from quizzes import GENERATORS, Item, ItemError, ask, find_item, load_bank
from quizzes.classroom.decks import (
    Deck,
    deck_from_ids,
    deck_of_topics,
    load_decks,
    read_deck,
)
from quizzes.loader import MAX_READ_SECONDS
from quizzes.markdown import spoken
from quizzes.topics import LEVELS, TOPICS
from sim.stopping import after

WAYS = {
    "ready": "A ready deck",
    "topics": "By topic",
    "hand": "Pick questions",
    "file": "From a file",
}
ORDER = ("tails", "nesting", "syntax", "find-the-real-data", "mixed")
DRAW = "host.draw"
MOST_BYTES = 2_000_000
STEM_LETTERS = 90


def choose_deck() -> Deck | None:
    """The deck that was chosen; None until there is one.

    Raises
    ------
    ItemError : a file or a choice cannot be read.
    """
    way = st.segmented_control(
        "Where from",
        list(WAYS),
        default="ready",
        required=True,
        format_func=WAYS.__getitem__,
        key="host.way",
        label_visibility="collapsed",
    )
    deck = _FROM[way or "ready"]()
    if deck is not None:
        _preview(deck)
    return deck


def _ready() -> Deck:
    decks = load_decks()
    names = [name for name in ORDER if name in decks]
    names += [name for name in decks if name not in names]
    name = st.radio(
        "Deck",
        names,
        format_func=lambda n: f"{decks[n].title}",
        captions=[
            f"{count(len(decks[n].entries), 'question')}, about {decks[n].minutes} minutes"
            for n in names
        ],
        key="host.deck",
        label_visibility="collapsed",
    )
    return decks[name]


def _by_topic() -> Deck | None:
    topics: list[str] = st.pills(
        "Topics",
        list(TOPICS),
        selection_mode="multi",
        format_func=TOPICS.__getitem__,
        key="host.topics",
    )
    n = st.slider("How many questions", 3, 20, 8, key="host.n")
    seed = st.session_state.setdefault(DRAW, secrets.randbits(40))
    if not topics:
        st.caption("Choose one topic or several; easy questions come first.")
        return None
    st.button("Draw others", icon=":material/casino:", on_click=_draw_others)
    return deck_of_topics(topics, n, np.random.default_rng(seed))


def _draw_others() -> None:
    st.session_state[DRAW] = secrets.randbits(40)


def _by_hand() -> Deck | None:
    title = st.text_input("Title", "Hand-picked", max_chars=80, key="host.title")
    names = _catalogue()
    ids: list[str] = st.multiselect(
        "Questions",
        list(names),
        format_func=names.__getitem__,
        key="host.ids",
        placeholder="Type a word of the question, or a topic",
        help="They are asked in the order in which you choose them.",
        # Enter takes the first that has what was typed, never all.
        filter_mode="contains",
        select_all=False,
    )
    return deck_from_ids(ids, title.strip() or "Hand-picked") if ids else None


@st.cache_resource(show_spinner=False)
def _catalogue() -> Mapping[str, str]:
    """Every item and generator with a line that tells which it is."""
    found = {
        item.id: f"{TOPICS[item.topic]} · {LEVELS[item.level]} · {_first_words(item.stem)}"
        for item in load_bank().values()
    }
    found |= {
        name: f"{TOPICS[made.topic]} · fresh numbers · {made.title}"
        for name, made in GENERATORS.items()
    }
    return MappingProxyType(dict(sorted(found.items(), key=lambda pair: pair[1])))


def _first_words(stem: str) -> str:
    words = " ".join(spoken(stem).split())
    return words if len(words) <= STEM_LETTERS else f"{words[:STEM_LETTERS]}…"


def _from_file() -> Deck | None:
    given = st.file_uploader(
        "A deck as JSON",
        type=["json"],
        key="host.file",
        help="'Keep this deck as a file' below makes one to start from.",
    )
    if given is None:
        return None
    raw = given.getvalue()
    if len(raw) > MOST_BYTES:
        raise ItemError(f"The file has {len(raw) / 1e6:.1f} MB.", "A deck has at most 2 MB.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ItemError("The file is not text in UTF-8.", "Save it as UTF-8.") from None
    return read_deck(text, after(MAX_READ_SECONDS))


_FROM: Mapping[str, Callable[[], Deck | None]] = MappingProxyType(
    {"ready": _ready, "topics": _by_topic, "hand": _by_hand, "file": _from_file}
)


def _preview(deck: Deck) -> None:
    """What the deck is for, and its questions with a note for the teacher."""
    with st.container(border=True):
        about = f"{count(len(deck.entries), 'question')}, about {deck.minutes} minutes"
        st.markdown(f"**{plain(deck.title)}** · {about}")
        st.markdown(deck.purpose)
        with st.expander("What is in it, and what to ask between the votes"):
            if st.toggle("Show the right answers, too", key="host.keys"):
                st.caption("Not while the projector is on.")
            own = {item.id: item for item in deck.own}
            for i, entry in enumerate(deck.entries):
                _entry(i, own.get(entry.item) or _example(entry.item), entry.note)


@st.cache_resource(max_entries=300, show_spinner=False)
def _example(id: str) -> Item:
    """An item as it may be drawn; a room draws its own numbers."""
    return find_item(id, 1)


def _entry(i: int, item: Item, note: str) -> None:
    fresh = " · fresh numbers in each room" if item.id in GENERATORS else ""
    st.markdown(f"**{i + 1}** :gray[{TOPICS[item.topic]} · {LEVELS[item.level]}{fresh}]")
    if item.picture is not None:
        st.caption(f":material/image: {plain(item.picture.alt)}")
    st.markdown(item.stem)
    key = bool(st.session_state.get("host.keys"))
    if item.kind in ("single_choice", "multiple_choice"):
        show_choices(item, key=key)
    else:
        question = ask(item)
        show_options(question)
        if item.kind == "line_up":
            st.caption(f"{question.ask['panels']} panels")
        if key and (right := right_answer(item)):
            st.markdown(f":green[:material/check_circle: Right]: {right}")
    st.markdown(f":blue-badge[:material/school: between the votes] {note}")
    st.divider()
