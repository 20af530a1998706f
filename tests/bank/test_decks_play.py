"""Simulated players of different ability play every ready deck through, from lobby to the end."""

import time
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from scipy import stats

from quizzes import grade, shown
from quizzes.classroom.asking import item_asked
from quizzes.classroom.decks import load_decks, questions_of
from quizzes.classroom.exit import EXIT_ITEMS, ExitAnswer
from quizzes.classroom.results import (
    came_up,
    exit_results,
    line_up_results,
    mean_right,
    moves_of,
    results_of,
)
from quizzes.classroom.room import Room, is_open, step
from quizzes.classroom.votes import Vote, points
from quizzes.item import Item, Mark
from quizzes.kinds import KINDS

DECKS = load_decks()
PLAYERS = 30
# How hard an item is for a player of ability 0: the logit of knowing it.
DIFFICULTY = {1: -0.7, 2: 0.0, 3: 0.7}


@dataclass(frozen=True, slots=True)
class Played:
    """A room after its lesson."""

    room: Room
    items: tuple[Item | None, ...]
    votes: tuple[Vote, ...]
    exit: tuple[ExitAnswer, ...]
    ability: np.ndarray
    seconds: float


class Desk:
    """One question as the server has it: each different answer is graded once."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.examples = KINDS[item.kind].examples(item.body)
        self._marks: dict[str, tuple[Mark, str]] = {}

    def response(self, ability: float, rng: np.random.Generator) -> object:
        """What a player answers: the key if it is known, else a wrong answer of the item's own."""
        right, wrong = self.examples.right, self.examples.wrong
        knows = rng.random() < 1 / (1 + np.exp(DIFFICULTY[self.item.level] - 1.5 * ability))
        if knows or not wrong:
            return right[int(rng.integers(len(right)))]
        return wrong[int(rng.integers(len(wrong)))].response

    def vote(self, room: Room, player: int, response: object, now: float) -> Vote:
        """Grade an answer as the phone's server does."""
        assert is_open(room, now) and room.asked is not None
        if repr(response) not in self._marks:
            self._marks[repr(response)] = grade(self.item, response), shown(self.item, response)
        mark, words = self._marks[repr(response)]
        assert not mark.malformed, (self.item.id, response)
        tag = mark.misconception
        return Vote(player, room.position, room.asked.round, words, mark.score, tag, now)


@cache
def played(name: str, seed: int = 1, n: int = PLAYERS) -> Played:
    """Play a deck: two votes on each question, of which the second helps by talking."""
    began = time.perf_counter()
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    deck = DECKS[name]
    room = Room("GD6F4D", deck.title, questions_of(deck, seed))
    items = tuple(item_asked(asked, {}) for asked in room.questions)
    votes: list[Vote] = []
    now = 1_000.0
    room = step(room, "start", now)
    for place, item in enumerate(items):
        assert item is not None and room.position == place
        desk = Desk(item)
        for help in (0.0, 1.0):
            for player in range(n):
                now += 0.1
                response = desk.response(ability[player] + help, rng)
                votes.append(desk.vote(room, player + 1, response, now))
            room = step(room, "close", now)
            if not help:
                room = step(room, "again", now)
        room = step(room, "reveal", now)
        room = step(room, "exit" if place == len(items) - 1 else "next", now)
    left = tuple(
        ExitAnswer(player + 1, -place, response, now)
        for place, item in enumerate(EXIT_ITEMS, 1)
        for player in range(n)
        for response in [int(rng.integers(5)) if item.body.options else f"words of {player}"]
    )
    room = step(room, "end", now)
    return Played(room, items, tuple(votes), left, ability, time.perf_counter() - began)


@pytest.mark.parametrize("name", DECKS)
def test_a_deck_is_played_through(name: str) -> None:
    game = played(name)
    assert game.room.stage == "ended"
    assert all((asked.phase, asked.round) == ("revealed", 2) for asked in game.room.questions)
    results = results_of(game.items, game.votes)
    assert [result.n for result in results] == [(PLAYERS, PLAYERS)] * len(game.items)
    first, last = mean_right(results)
    assert first is not None and last is not None and 0.3 < first < last - 0.05 < 1
    for result in results:
        assert sum(choice.counts[0] for choice in result.choices) == PLAYERS
        moved = moves_of(game.votes, result.position, 1, 2)
        assert sum(move.n for move in moved) == PLAYERS


@pytest.mark.parametrize("name", DECKS)
def test_strong_players_end_above_weak_ones(name: str) -> None:
    game = played(name)
    score = points(game.votes)
    totals = np.array([score.get(player + 1, 0.0) for player in range(PLAYERS)])
    # Four line-ups with a key tell less than ten questions.
    least = 0.5 if len(game.items) == 10 else 0.3
    assert stats.spearmanr(game.ability, totals).statistic > least
    order = np.argsort(game.ability)
    assert totals[order[-10:]].mean() > 1.3 * totals[order[:10]].mean()
    fast = points(game.votes, speed=True)
    assert all(score[player] <= fast[player] <= 1.5 * len(game.items) for player in score)


@pytest.mark.parametrize("name", DECKS)
def test_every_item_tells_strong_from_weak_or_has_no_key(name: str) -> None:
    game = played(name, seed=2, n=300)
    for item, result in zip(game.items, results_of(game.items, game.votes), strict=True):
        assert item is not None
        if result.discrimination is None:
            # A warm-up in which every panel is simulated: there is nothing to be right about.
            assert item.kind == "line_up" and item.body.null
            assert result.right == (None, None)
        else:
            assert result.discrimination > 0.15, item.id


@pytest.mark.parametrize("name", sorted(set(DECKS) - {"find-the-real-data"}))
def test_wrong_answers_come_up_as_what_is_believed(name: str) -> None:
    game = played(name)
    found = came_up(game.votes, most=100)
    believed = {vote.misconception for vote in game.votes if vote.round == 1} - {""}
    assert {one.misconception.tag for one in found} == believed
    assert len(found) >= 5
    assert [one.players for one in found] == sorted((one.players for one in found), reverse=True)
    assert all(0 < one.share <= 1 and 0 <= one.cleared <= one.players for one in found)


def test_line_ups_are_found_more_often_than_by_chance() -> None:
    game = played("find-the-real-data")
    warm_up, *others = line_up_results(game.items, game.votes)
    assert (warm_up.actual, warm_up.p_value, warm_up.hits) == (None, None, 0)
    assert sum(warm_up.counts) == warm_up.n == PLAYERS
    for one in others:
        assert one.actual is not None and one.p_value is not None
        assert one.hits == one.counts[one.actual - 1]
        assert one.p_value < 0.05


def test_the_exit_ticket_is_summed_up() -> None:
    pace, happiness, liked, improve = exit_results(played("tails").exit)
    for scale in (pace, happiness):
        assert sum(n for _, n in scale.options) == scale.n == PLAYERS and scale.texts == ()
    for texts in (liked, improve):
        assert texts.n == len(texts.texts) == PLAYERS and texts.options == ()


@pytest.mark.parametrize("name", DECKS)
def test_a_class_of_thirty_is_played_in_a_second(name: str) -> None:
    played(name)
    played.cache_clear()
    # 0.1 to 0.6 s on a quiet machine; the line-ups draw their panels, which takes longest.
    assert played(name).seconds < 3
