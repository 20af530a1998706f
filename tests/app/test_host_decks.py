"""A deck before a room is opened: what teachers see of it; its notes in the room."""

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from pages.classroom._room.show import right_answer
from quizzes import GENERATORS, find_item, load_bank
from quizzes.classroom.decks import Deck, Entry, deck_from_ids, deck_json
from quizzes.store import Store
from tests.app.in_class import labels, open_host
from tests.app.screen import plain_text, press, text


def one_of_each_kind() -> Deck:
    """A deck with one question of every kind of the bank."""
    made = (find_item(name, 1) for name in GENERATORS)
    found = {item.kind: item.id for item in (*made, *load_bank().values())}
    return deck_from_ids(list(found.values()), "One of each")


def from_file(deck: Deck) -> AppTest:
    app = open_host()
    app.button_group(key="host.way").set_value("file").run()
    raw = deck_json(deck).encode()
    return app.file_uploader(key="host.file").upload("deck.json", raw, "application/json").run()


def test_the_preview_shows_keys_only_when_asked(kept: Store) -> None:
    deck = one_of_each_kind()
    items = [find_item(entry.item, 1) for entry in deck.entries]
    keys = [right for item in items if (right := right_answer(item))]
    assert len(keys) >= 6
    app = from_file(deck)
    assert not app.exception
    for item in items:
        assert item.stem in text(app)
        for entry in getattr(item.body, "entries", None) or getattr(item.body, "options", ()):
            assert entry in text(app)
    assert ":green[" not in text(app) and "Right]" not in text(app)
    app.toggle(key="host.keys").set_value(True).run()
    assert not app.exception
    for item in items:
        right = right_answer(item)
        if item.kind in ("single_choice", "multiple_choice"):
            assert any(choice.text in text(app) for choice in item.body.choices if choice.right)
        elif right:
            assert f"Right]: {right}" in text(app)
    assert text(app).count("Right]:") == len(keys) - 2


def test_the_notes_of_an_edited_deck_are_in_the_room(kept: Store) -> None:
    deck = deck_from_ids(["tails/faster-is-on-the-left", "tails/f-close-to-zero"], "Mine")
    notes = ("Ask who was sure.", "Let neighbours **talk**.")
    entries = tuple(Entry(e.item, n, e.level) for e, n in zip(deck.entries, notes, strict=True))
    app = from_file(replace(deck, entries=entries))
    press(app, "Open a room")
    press(app, "Start the questions")
    assert notes[0] in text(app) and notes[1] not in text(app)
    press(app, "Close the vote")
    press(app, "Next question")
    assert notes[1] in plain_text(app) and notes[0] not in text(app)
    assert "Open the vote" in labels(app) or "Close the vote" in labels(app)
