"""Decks: the ready ones are lessons, a teacher's own is read strictly, and a room is one draw."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from quizzes import GENERATORS, ItemError, items_json, load_bank, misconceptions
from quizzes.classroom.asking import item_asked, read_own_items
from quizzes.classroom.decks import (
    NOTE,
    Deck,
    Entry,
    deck_from_ids,
    deck_json,
    deck_of_topics,
    load_decks,
    own_items_text,
    questions_of,
    read_deck,
)
from quizzes.classroom.room import Asked
from quizzes.item import Item
from quizzes.topics import TOPICS

READY = load_decks()
HOME = {name: name for name in ("tails", "nesting", "syntax")}


def items(deck: Deck, seed: int = 1) -> list[Item]:
    own = {item.id: item for item in deck.own}
    return [item_asked(asked, own) for asked in questions_of(deck, seed)]


def aims(deck: Deck) -> list[set[str]]:
    """The misconceptions each question of a deck can reveal."""
    return [set(misconceptions(item)) for item in items(deck)]


def test_there_are_five_ready_decks() -> None:
    sizes = {name: len(deck.entries) for name, deck in READY.items()}
    assert sizes == {"tails": 10, "nesting": 10, "syntax": 10, "find-the-real-data": 5, "mixed": 10}


@pytest.mark.parametrize("name", READY)
def test_a_teacher_is_told_what_to_ask(name: str) -> None:
    deck = READY[name]
    assert deck.name == name and 15 <= deck.minutes <= 50
    assert 30 <= len(deck.purpose.split()) <= 90
    notes = [entry.note for entry in deck.entries]
    assert len(set(notes)) == len(notes) and NOTE not in notes
    assert all(12 <= len(note.split()) <= 60 for note in notes)
    assert all("?" in note or '"' in note for note in notes), "words to say"


@pytest.mark.parametrize("name", HOME)
def test_a_lesson_goes_from_easy_to_transfer_through_its_topic(name: str) -> None:
    lesson = items(READY[name])
    assert {item.topic for item in lesson} == {name}
    levels = [item.level for item in lesson]
    assert levels[:2] == [1, 1] and levels[-1] == 3
    assert np.corrcoef(levels, range(10))[0, 1] > 0.6
    assert len({item.kind for item in lesson}) >= 3
    # Each question aims at something, and the lesson covers most of what its topic is about.
    assert all(aims(READY[name]))
    known = {
        tag for item in load_bank().values() if item.topic == name for tag in misconceptions(item)
    }
    assert len(set().union(*aims(READY[name]))) >= 0.7 * len(known)
    assert max(Counter(tag for tags in aims(READY[name]) for tag in tags).values()) <= 5


def test_the_line_ups_begin_with_one_that_hides_nothing() -> None:
    lesson = items(READY["find-the-real-data"])
    assert [item.kind for item in lesson] == ["line_up"] * 5
    assert [item.body.null for item in lesson] == [True, False, False, False, False]
    assert [item.level for item in lesson] == sorted(item.level for item in lesson)


def test_the_review_touches_every_topic() -> None:
    assert {item.topic for item in items(READY["mixed"])} == set(TOPICS)


def test_one_seed_is_one_room_and_another_one_draws_anew() -> None:
    for deck in READY.values():
        first = questions_of(deck, 7)
        assert first == questions_of(deck, 7)
        assert all(asked == Asked(asked.item_id, asked.seed) for asked in first)
        again = questions_of(deck, 8)
        assert [asked.item_id for asked in again] == [asked.item_id for asked in first]
        assert all(old.seed != new.seed for old, new in zip(first, again, strict=True))
        for entry, asked in zip(deck.entries, first, strict=True):
            if entry.level is not None:
                assert item_asked(asked, {}).level == entry.level


@pytest.mark.parametrize("name", READY)
def test_a_deck_survives_its_file(name: str) -> None:
    assert read_deck(deck_json(READY[name])) == READY[name]


def test_a_deck_brings_its_own_items() -> None:
    bank_item = load_bank()["tails/what-p-counts"]
    own = replace(bank_item, id="mine/p", stem="What does *this* p say?")
    better = replace(bank_item, stem="In other words?")
    entries = tuple(Entry(id) for id in ("mine/p", "tails/what-p-counts", "t-on-f"))
    deck = Deck("mine", "My own", 12, "For Monday.", entries, (own, better))
    assert read_deck(deck_json(deck)) == deck
    kept = read_own_items(own_items_text(deck))
    first, second, third = (item_asked(asked, kept) for asked in questions_of(deck, 1))
    assert first.stem == own.stem and first.seed is not None
    assert second.stem == better.stem, "a teacher's own goes before the bank's"
    assert third.id == "t-on-f"
    assert own_items_text(READY["tails"]) == "" and read_own_items("") == {}


def document(**changed: object) -> str:
    """A deck of one item as a file, with some fields changed; None leaves one out."""
    whole = {
        "format": "mixed-models-deck",
        "version": 1,
        "title": "Mine",
        "entries": [{"item": "tails/what-p-counts"}],
    } | changed
    return json.dumps({name: value for name, value in whole.items() if value is not None})


def test_the_shortest_deck() -> None:
    deck = read_deck(document())
    assert deck == Deck("deck", "Mine", 4, "For the classroom.", (Entry("tails/what-p-counts"),))


ITEM = json.loads(items_json([load_bank()["tails/what-p-counts"]]))["items"][0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This is not JSON: Expecting value."),
        ("[]", "The document is a list, not fields with names. Write 'name: value', one a line."),
        ("{}", "The field 'format' of the document is missing. Add it."),
        (
            document(format="mixed-models-items"),
            "'format' of the document is 'mixed-models-items'. There are mixed-models-deck. "
            "Did you mean 'mixed-models-deck'?",
        ),
        (document(version=2), "'version' of the document is 2. Write 1."),
        (document(title=None), "The field 'title' of the document is missing. Add it."),
        (document(entries=[]), "'entries' of the document has 0 entries. Give 1 to 100."),
        (
            document(entries=["tails/what-p-counts"]),
            "Entry 1 is the text 'tails/what-p-counts', not fields with names. "
            "Write 'name: value', one a line.",
        ),
        (
            document(entries=[{"item": "tails/what-p-count"}]),
            f"There is no item 'tails/what-p-count'. The bank has {len(load_bank())} items and "
            f"{len(GENERATORS)} generators. Did you mean 'tails/what-p-counts'?",
        ),
        (
            document(entries=[{"item": "t-on-f", "level": 3}]),
            "The generator 't-on-f' draws no items of level 3. It draws level 1 or 2.",
        ),
        (
            document(entries=[{"item": "tails/what-p-counts", "level": 1}]),
            "'tails/what-p-counts' is no generator, so no level can be chosen. Leave 'level' out.",
        ),
        (
            document(entries=[{"item": "t-on-f", "notes": "x"}]),
            "There is no field 'notes' in entry 1. Did you mean 'note'?",
        ),
        (
            document(entries=[{"item": "t-on-f", "note": "![](http://x/y.png)"}]),
            "'note' of entry 1 holds an image.",
        ),
        (document(minutes=True), "'minutes' of the document is the switch true."),
        (document(host="x"), "There is no field 'host' in the document."),
        (document(items=[{"id": "x"}]), "Item 'x': The field 'kind' of item 1 is missing. Add it."),
        (document(items=[ITEM, ITEM]), "Item 'tails/what-p-counts' is there twice."),
        (
            document(items=[ITEM, ITEM | {"item_seed": 3}]),
            "Two items of the deck have one id. Rename one of them.",
        ),
        (
            document(items=[ITEM | {"stem": 3}]),
            "Item 'tails/what-p-counts': 'stem' of item 1 is the number 3.",
        ),
    ],
)
def test_files_that_are_no_decks(text: str, words: str) -> None:
    with pytest.raises(ItemError) as caught:
        read_deck(text)
    assert str(caught.value).removeprefix("Line 1: ").startswith(words)


def test_decks_of_topics() -> None:
    deck = deck_of_topics(["syntax", "tails"], 12, np.random.default_rng(3))
    assert deck.title == "One tail or two, Formula syntax"
    chosen = items(deck)
    assert Counter(item.topic for item in chosen) == {"syntax": 6, "tails": 6}
    assert [item.level for item in chosen] == sorted(item.level for item in chosen)
    assert len({item.id for item in chosen}) == 12
    repeated = Counter(tag for tags in aims(deck) for tag in tags)
    assert len(repeated) >= 12, "few misconceptions twice"
    other = deck_of_topics(["syntax", "tails"], 12, np.random.default_rng(4))
    assert other.entries != deck.entries
    everything = deck_of_topics(list(TOPICS), 100, np.random.default_rng(1))
    assert len(everything.entries) == 100
    assert not any(item.kind == "line_up" and item.body.null for item in items(everything))


def test_decks_that_cannot_be_made() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ItemError, match=r"There is no topic 'taxes'\. There are tails, "):
        deck_of_topics(["taxes"], 5, rng)
    with pytest.raises(ItemError, match=r"No topic was chosen\."):
        deck_of_topics([], 5, rng)
    with pytest.raises(ItemError, match=r"A deck of 0 items cannot be\. Choose 1 to 100\."):
        deck_of_topics(["tails"], 0, rng)
    with pytest.raises(ItemError, match=r"These are 0 items\. A deck has from 1 to 100 items\."):
        deck_from_ids([])
    with pytest.raises(ItemError, match="There is no item 'x'"):
        deck_from_ids(["x"])
    assert deck_from_ids(["t-on-f", "syntax/two-bars"]).minutes == 8
