"""Scores, moves between votes and what a question tells apart, against counting by hand."""

import numpy as np
import pytest

from quizzes.classroom.votes import (
    Vote,
    discrimination,
    first_votes,
    last_round,
    moves,
    points,
    share_right,
    tally,
)


def vote(player: int, position: int, score: float | None, **more: object) -> Vote:
    given = {"round": 1, "answer": "A", "misconception": "", "at": 0.0} | more
    return Vote(player=player, position=position, score=score, **given)  # type: ignore[arg-type]


VOTES = [
    vote(1, 0, 0.0, answer="A", misconception="halve-f-p"),
    vote(2, 0, 1.0, answer="B"),
    vote(3, 0, 0.0, answer="A", misconception="halve-f-p"),
    vote(1, 0, 1.0, answer="B", round=2, misconception=""),
    vote(2, 0, 1.0, answer="B", round=2),
    vote(4, 0, 0.0, answer="C", round=2, misconception="small-f-opposite"),
]


def test_who_moved() -> None:
    assert moves(VOTES, 0, 1, 2) == {("A", "B"): 1, ("B", "B"): 1}
    assert tally(VOTES, 0, 1) == {"A": 2, "B": 1}
    assert share_right(VOTES, 0, 1) == pytest.approx(1 / 3)
    assert share_right(VOTES, 0, 2) == pytest.approx(2 / 3)
    assert share_right(VOTES, 1, 1) is None


def test_a_round_without_an_answer_is_not_the_first_vote() -> None:
    assert first_votes(VOTES) == VOTES[:3]
    second = [vote(1, 1, 1.0, round=2), vote(2, 1, 0.0, round=2), vote(1, 1, 0.0, round=3)]
    assert first_votes([*VOTES, *second]) == [*VOTES[:3], *second[:2]]


def test_the_last_vote_counts() -> None:
    assert points(VOTES) == {1: 1.0, 2: 1.0, 3: 0.0, 4: 0.0}
    assert last_round(VOTES)[1, 0].round == 2


def test_speed_is_measured_from_the_first_right_answer() -> None:
    votes = [
        vote(1, 0, 1.0, at=1_000.0),
        vote(2, 0, 1.0, at=1_010.0),
        vote(3, 0, 1.0, at=1_030.0),
        vote(4, 0, 0.0, at=990.0),
        vote(5, 0, 0.5, at=1_000.0),
        vote(6, 1, None, at=1_000.0),
    ]
    assert points(votes, speed=True) == {1: 1.5, 2: 1.25, 3: 1.0, 4: 0.0, 5: 0.5}


def test_discrimination_is_the_corrected_item_total_correlation() -> None:
    rng = np.random.default_rng(1)
    scores = (rng.normal(size=(40, 1)) + rng.normal(size=(40, 6)) > 0).astype(float)
    votes = [vote(p, q, s) for p, row in enumerate(scores) for q, s in enumerate(row)]
    rest = np.delete(scores, 2, axis=1).mean(axis=1)
    assert discrimination(votes, 2) == pytest.approx(np.corrcoef(scores[:, 2], rest)[0, 1])


def test_discrimination_needs_players_that_differ() -> None:
    assert discrimination([vote(p, q, 1.0) for p in range(9) for q in range(3)], 0) is None
    assert discrimination([vote(p, q, p % 2) for p in range(4) for q in range(3)], 0) is None
    assert discrimination([], 0) is None
