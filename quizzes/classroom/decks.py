"""Decks: which items a class plays in which order, with what a teacher asks between the votes."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from quizzes import GENERATORS, generate_item, load_bank, misconceptions
from quizzes.classroom.room import MAX_QUESTIONS, Asked
from quizzes.errors import ItemError, did_you_mean, shown
from quizzes.fields import Fields
from quizzes.item import Item
from quizzes.loader import items_json, read_json_items
from quizzes.topics import TOPICS
from quizzes.tree import read_json, read_yaml
from sim.stopping import Stop

DECKS = Path(__file__).with_name("decks")
MINUTES_AN_ITEM = 4
# For items that nobody has written a note for.
NOTE = (
    "Do not say what is right yet. Let everybody find a neighbour with another answer and explain "
    "their own for a minute; then vote again."
)
_FORMAT = "mixed-models-deck"
_MAX_SEED = 2**31


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a deck.

    Parameters
    ----------
    item : id of an item, or name of a generator.
    note : for the teacher: what to ask between the votes.
    level : that a generator is to draw; None leaves it to chance.
    """

    item: str
    note: str = NOTE
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Deck:
    """Questions for one lesson.

    Parameters
    ----------
    name : of the file, without its ending.
    title : for everybody.
    minutes : with two votes on most questions.
    purpose : for the teacher: what the deck is for, and what comes before and after it.
    own : items that are not in the bank.
    """

    name: str
    title: str
    minutes: int
    purpose: str
    entries: tuple[Entry, ...]
    own: tuple[Item, ...] = ()


@cache
def load_decks() -> Mapping[str, Deck]:
    """Read the ready decks, by name.

    Raises
    ------
    ItemError : the first thing wrong, with file and line.
    """
    found = {}
    for path in sorted(DECKS.glob("*.yaml")):
        try:
            fields = Fields(read_yaml(path.read_text(encoding="utf-8")), "the deck")
            found[path.stem] = _read(fields, path.stem)
            fields.finish()
        except ItemError as problem:
            raise ItemError(problem.problem, problem.hint, problem.line, str(path)) from None
    return MappingProxyType(found)


def deck_of_topics(topics: Collection[str], n: int, rng: np.random.Generator) -> Deck:
    """Choose items of some topics by chance, easy ones first.

    Topics take turns, and a misconception that an item aims at is not aimed at again while there
    are others.

    Parameters
    ----------
    n : how many; fewer if the topics have no more.

    Raises
    ------
    ItemError : there is no such topic, or none was given, or `n` is not from 1 to 100.
    """
    unknown = [topic for topic in topics if topic not in TOPICS]
    if unknown or not topics:
        problem = f"There is no topic {shown(unknown[0])}." if unknown else "No topic was chosen."
        raise ItemError(problem, f"There are {', '.join(TOPICS)}.")
    if not 1 <= n <= MAX_QUESTIONS:
        raise ItemError(f"A deck of {n} items cannot be.", f"Choose 1 to {MAX_QUESTIONS}.")
    bank = [item for item in load_bank().values() if _has_key(item)]
    left = {topic: [item for item in bank if item.topic == topic] for topic in TOPICS}
    chosen: list[Item] = []
    aimed: set[str] = set()
    turn = [topic for topic in TOPICS if topic in topics]
    while len(chosen) < n and any(left[topic] for topic in turn):
        for topic in turn:
            if left[topic] and len(chosen) < n:
                fresh = [item for item in left[topic] if not misconceptions(item) & aimed]
                item = (fresh or left[topic])[int(rng.integers(len(fresh or left[topic])))]
                left[topic].remove(item)
                aimed |= misconceptions(item)
                chosen.append(item)
    chosen.sort(key=lambda item: item.level)
    return deck_from_ids([item.id for item in chosen], ", ".join(TOPICS[topic] for topic in turn))


def deck_from_ids(ids: Sequence[str], title: str = "Hand-picked") -> Deck:
    """Make a deck of items of the bank and generators.

    Raises
    ------
    ItemError : there is none of an id, or too few or too many.
    """
    if not 1 <= len(ids) <= MAX_QUESTIONS:
        raise ItemError(
            f"These are {len(ids)} items.", f"A deck has from 1 to {MAX_QUESTIONS} items."
        )
    for id in ids:
        _check(id, None, {}, 0)
    entries = tuple(Entry(id) for id in ids)
    purpose = "Two votes on each item, with a talk between them."
    return Deck("chosen", title, MINUTES_AN_ITEM * len(ids), purpose, entries)


def questions_of(deck: Deck, seed: int) -> tuple[Asked, ...]:
    """Return the questions of a new room: one draw for the whole class.

    Parameters
    ----------
    seed : of this room; another one draws other numbers and other orders of the choices.
    """
    rng = np.random.default_rng(seed)
    asked = []
    for entry in deck.entries:
        draw = int(rng.integers(_MAX_SEED))
        if entry.level is not None:
            draw = generate_item(entry.item, draw, entry.level).seed or 0
        asked.append(Asked(entry.item, draw))
    return tuple(asked)


def own_items_text(deck: Deck) -> str:
    """Return the deck's own items as a room keeps them; "" for none."""
    return items_json(deck.own) if deck.own else ""


def deck_json(deck: Deck) -> str:
    """Write a deck as a JSON document that `read_deck` reads back without a loss."""
    document: dict[str, Any] = {
        "format": _FORMAT,
        "version": 1,
        "name": deck.name,
        "title": deck.title,
        "minutes": deck.minutes,
        "purpose": deck.purpose,
        "entries": [
            {"item": entry.item, "note": entry.note}
            | ({} if entry.level is None else {"level": entry.level})
            for entry in deck.entries
        ],
    }
    if deck.own:
        document["items"] = json.loads(items_json(deck.own))["items"]
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read_deck(text: str, stop: Stop | None = None) -> Deck:
    """Read a deck from a JSON document.

    Its items may be those of the bank, generators, or its own, which stand under `items` in the
    form of `items_json` and go before those of the bank.

    Parameters
    ----------
    stop : as in `read_items_json`.

    Raises
    ------
    ItemError : anything wrong.
    """
    fields = Fields(read_json(text), "the document")
    fields.one_of("format", (_FORMAT,))
    fields.integer("version", 1, 1)
    deck = _read(fields, fields.text("name", "deck", 100), stop)
    fields.finish()
    return deck


def _read(fields: Fields, name: str, stop: Stop | None = None) -> Deck:
    own = read_json_items(fields, stop)
    by_id = {item.id: item for item in own}
    if len(by_id) < len(own):
        raise fields.error("items", "Two items of the deck have one id.", "Rename one of them.")
    entries = []
    for record in fields.records("entries", "entry", 1, MAX_QUESTIONS):
        level = record.integer("level", 1, 3) if record.has("level") else None
        item = record.text("item", most=100)
        _check(item, level, by_id, record.line("item"))
        entries.append(Entry(item, record.markdown("note", NOTE), level))
        record.finish()
    minutes = fields.integer("minutes", 1, 600, MINUTES_AN_ITEM * len(entries))
    return Deck(
        name,
        fields.text("title", most=80),
        minutes,
        fields.markdown("purpose", "For the classroom."),
        tuple(entries),
        own,
    )


def _check(id: str, level: int | None, own: Mapping[str, Item], line: int) -> None:
    """Refuse an item that nobody has, and a level that nobody draws."""
    bank = load_bank()
    if id in GENERATORS and id not in own:
        levels = GENERATORS[id].levels
        if level is not None and level not in levels:
            hint = f"It draws level {' or '.join(map(str, levels))}."
            raise ItemError(f"The generator '{id}' draws no items of level {level}.", hint, line)
        return
    if id not in own and id not in bank:
        known = [*own, *bank, *GENERATORS]
        raise ItemError(
            f"There is no item {shown(id)}.",
            f"The bank has {len(bank)} items and {len(GENERATORS)} generators."
            + did_you_mean(id, known),
            line,
        )
    if level is not None:
        raise ItemError(
            f"'{id}' is no generator, so no level can be chosen.", "Leave 'level' out.", line
        )


def _has_key(item: Item) -> bool:
    return item.kind != "poll" and not (item.kind == "line_up" and item.body.null)
