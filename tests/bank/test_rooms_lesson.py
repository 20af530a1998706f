"""A whole lesson through the store: what players were told is saved is what the results show."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from quizzes import grade, shown
from quizzes.classroom.asking import item_asked, read_own_items
from quizzes.classroom.decks import load_decks, own_items_text, questions_of, read_deck
from quizzes.classroom.exit import EXIT_ITEMS
from quizzes.classroom.results import came_up, exit_results, mean_right, results_of
from quizzes.classroom.votes import Vote
from quizzes.kinds import KINDS
from quizzes.store import (
    Ballot,
    Counts,
    Kept,
    Seat,
    Store,
    click,
    counts,
    create_room,
    exit_of,
    host_room,
    join_all,
    room_by_id,
    save_votes,
    versions,
    votes_of,
)
from tests.bank.databases import NOW
from tests.bank.rooms import HERE

PLAYERS = 30


def ballots_of_all(kept: Kept, seats: Sequence[Seat], rng: np.random.Generator) -> list[Ballot]:
    """What all answer to the current question: its key, or one of its wrong answers."""
    position, asked = kept.room.position, kept.room.asked
    assert asked is not None
    item = item_asked(asked, read_own_items(kept.own_items))
    examples = KINDS[item.kind].examples(item.body)
    answers = [*examples.right[:1], *(wrong.response for wrong in examples.wrong)]
    given = [answers[int(rng.integers(len(answers)))] for _ in seats]
    marks = [grade(item, response) for response in given]
    return [
        Ballot(
            kept.id, seat.player.id, position, asked.round, response,
            mark.score, mark.misconception, shown(item, response),
        )
        for seat, response, mark in zip(seats, given, marks, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["tails", "find-the-real-data"])
def test_a_lesson_from_the_code_to_the_results(store: Store, name: str) -> None:
    rng = np.random.default_rng(5)
    deck = load_decks()[name]
    questions = questions_of(deck, 5)
    room = create_room(store, deck.title, questions, NOW, HERE, own_items=own_items_text(deck))
    seats = [s for s in join_all(store, [(room.id, "")] * PLAYERS, NOW) if isinstance(s, Seat)]
    sent: list[Ballot] = []
    while True:
        version = versions(store, [room.id])[room.id]
        kept = room_by_id(store, room.id)
        assert kept.room.version == version
        asked = kept.room.asked
        if kept.room.stage == "lobby":
            press = "start"
        elif asked is None:
            break
        elif asked.phase == "open":
            batch = ballots_of_all(kept, seats, rng)
            assert save_votes(store, batch, NOW) == ["saved"] * PLAYERS
            assert counts(store, room.id) == Counts(PLAYERS, PLAYERS)
            sent += batch
            press = "close" if asked.round == 1 else "reveal"
        elif asked.phase == "closed":
            press = "again"
        else:
            press = "next" if kept.room.position + 1 < len(questions) else "exit"
        click(store, room.host_secret, press, None, version, NOW)
    ticket = [
        Ballot(room.id, seat.player.id, -place, 1, 2 if item.body.options else "more", None, "", "")
        for place, item in enumerate(EXIT_ITEMS, 1)
        for seat in seats
    ]
    assert set(save_votes(store, ticket, NOW)) == {"saved"}
    kept = click(
        store, room.host_secret, "end", None, host_room(store, room.host_secret).room.version, NOW
    )
    numbers = {seat.player.id: seat.player.number for seat in seats}
    told = [
        Vote(numbers[b.player_id], b.position, b.round, b.shown, b.score, b.misconception, 0.0)
        for b in sent
    ]
    votes = votes_of(store, room.id)
    assert [replace(vote, at=0.0) for vote in votes] == told
    first = votes_of(store, room.id, 0)
    assert first == tuple(vote for vote in votes if vote.position == 0)
    results = results_of([item_asked(asked, {}) for asked in kept.room.questions], votes)
    assert [result.n for result in results] == [(PLAYERS, PLAYERS)] * len(questions)
    assert mean_right(results)[0] is not None
    assert (name == "tails") == bool(came_up(votes))
    assert [one.n for one in exit_results(exit_of(store, room.id))] == [PLAYERS] * 4


def test_a_deck_of_a_file_is_a_room_like_any_other(store: Store) -> None:
    text = (
        '{"format": "mixed-models-deck", "version": 1, "title": "Mine", "entries": '
        '[{"item": "mine/poll"}], "items": [{"id": "mine/poll", "kind": "poll", "topic": "tails", '
        '"level": 1, "skills": ["x"], "stem": "Ready?", "options": ["yes", "no"], '
        '"thanks": "Thanks.", "explanation": "-"}]}'
    )
    deck = read_deck(text)
    room = create_room(
        store, deck.title, questions_of(deck, 1), NOW, HERE, own_items=own_items_text(deck)
    )
    kept = room_by_id(store, room.id)
    (asked,) = kept.room.questions
    assert item_asked(asked, read_own_items(kept.own_items)).stem == "Ready?"
