"""What is in the bank, and which of it is looked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from pages._ui.controls import choose_topics
from pages._ui.items import item_of
from pages._ui.words import count
from quizzes import GENERATORS, Item, arrange, load_bank, misconceptions
from quizzes.exports.format import ORDER_SEED
from quizzes.markdown import spoken
from quizzes.topics import LEVELS, MISCONCEPTIONS, TOPICS

SEED = "items.seed"
KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "single_choice": "one choice",
        "multiple_choice": "several choices",
        "numeric": "number",
        "formula": "formula",
        "order": "order",
        "region": "region",
        "line_up": "line-up",
        "poll": "poll",
    }
)
WORDS = 130  # letters of a question that are shown in the list


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list.

    Parameters
    ----------
    name : id of an item, or name of a generator.
    words : how its question begins.
    misconceptions : tags of its wrong answers.
    is_fresh : made by a generator, with new numbers for each seed.
    """

    name: str
    words: str
    topic: str
    levels: tuple[int, ...]
    kind: str
    misconceptions: frozenset[str]
    is_fresh: bool = False


def _entry(item: Item) -> Entry:
    words = spoken(item.stem)
    if len(words) > WORDS:
        words = words[:WORDS].rsplit(" ", 1)[0] + " …"
    tags = misconceptions(item)
    return Entry(item.id, words, item.topic, (item.level,), item.kind, tags)


@st.cache_resource(show_spinner="Reading the bank …")
def catalogue() -> Mapping[str, Entry]:
    """All items of the bank and all generators, by topic and level."""
    found = [_entry(item) for item in load_bank().values()]
    for name, made in GENERATORS.items():
        first = _entry(item_of(name, 1))
        tags = frozenset(made.misconceptions)
        found.append(
            Entry(name, first.words, made.topic, tuple(made.levels), first.kind, tags, True)
        )
    topics = list(TOPICS)
    found.sort(key=lambda entry: (topics.index(entry.topic), entry.levels, entry.name))
    return MappingProxyType({entry.name: entry for entry in found})


def everything(own: Mapping[str, Item]) -> Mapping[str, Entry]:
    """The bank's entries after those of own files."""
    return {name: _entry(item) for name, item in own.items()} | dict(catalogue())


def seed() -> int:
    """What the fresh numbers are drawn from."""
    return int(st.session_state.get(SEED, 1))


def item_named(name: str, own: Mapping[str, Item]) -> Item:
    """The item of an entry, arranged as students and files get it.

    Raises
    ------
    ItemError : it cannot be made.
    """
    if name in own:
        item = own[name]
        return item if item.seed is not None else arrange(item, ORDER_SEED)
    return item_of(name, seed() if name in GENERATORS else ORDER_SEED)


@dataclass(frozen=True, slots=True)
class Found:
    """What the list shows.

    Parameters
    ----------
    entries : that were looked for.
    own : items of own files, by id.
    """

    entries: tuple[Entry, ...]
    own: Mapping[str, Item]


def find(own: Mapping[str, Item]) -> Found:
    """Fields to look for items, and what they find."""
    topics = choose_topics("None chosen means all of them.")
    levels: list[int] = st.pills(
        "Levels",
        list(LEVELS),
        selection_mode="multi",
        format_func=LEVELS.__getitem__,
        key="levels",
        bind="query-params",
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        kinds: list[str] = st.multiselect(
            "Kinds",
            list(KIND_NAMES),
            format_func=KIND_NAMES.__getitem__,
            key="kinds",
            bind="query-params",
            placeholder="All kinds",
        )
    with right:
        belief = st.selectbox(
            "Misconception",
            list(MISCONCEPTIONS),
            index=None,
            format_func=lambda tag: MISCONCEPTIONS[tag].belief,
            key="misconception",
            bind="query-params",
            placeholder="Any, or none",
            help="Items of which a wrong answer shows this belief.",
        )
    words = st.text_input("Words in the question or its name", key="words", max_chars=60)
    asked = _asked(topics, levels, kinds, belief, words)
    entries = everything(own)
    found = tuple(entry for entry in entries.values() if all(test(entry) for test in asked))
    st.caption(f"{count(len(found), 'item')} of {len(entries)}")
    return Found(found, own)


def _asked(
    topics: Sequence[str],
    levels: Sequence[int],
    kinds: Sequence[str],
    belief: str | None,
    words: str,
) -> list[Callable[[Entry], bool]]:
    tests: list[Callable[[Entry], bool]] = []
    if topics:
        tests.append(lambda entry: entry.topic in topics)
    if levels:
        tests.append(lambda entry: not set(levels).isdisjoint(entry.levels))
    if kinds:
        tests.append(lambda entry: entry.kind in kinds)
    if belief:
        tests.append(lambda entry: belief in entry.misconceptions)
    for word in words.casefold().split():
        tests.append(lambda entry, w=word: w in f"{entry.name} {_whole(entry)}".casefold())  # type: ignore[misc]
    return tests


def _whole(entry: Entry) -> str:
    """The whole question where it is in the bank, else as much as the list shows."""
    item = load_bank().get(entry.name)
    return entry.words if item is None else spoken(item.stem)
