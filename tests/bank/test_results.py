"""Tables of results against counting by hand."""

import pytest

from quizzes import arrange, load_bank, shown
from quizzes.classroom.exit import EXIT_ITEMS, ExitAnswer
from quizzes.classroom.results import (
    Move,
    came_up,
    exit_results,
    line_up_results,
    mean_right,
    moves_of,
    results_of,
)
from quizzes.classroom.votes import Vote
from quizzes.kinds.line_up import draw_panels
from sim.checks.line_up import line_up_p_value

BANK = load_bank()
ITEM = BANK["tails/p-of-f-with-two-groups"]
HALF, PRINTED, TWICE, NONE = (shown(ITEM, n) for n in range(4))
TAGS = {HALF: "halve-f-p", TWICE: "f-one-tail-directional"}


def vote(player: int, answer: str, round: int = 1, position: int = 0) -> Vote:
    right = float(answer == PRINTED)
    return Vote(player, position, round, answer, right, TAGS.get(answer, ""), 0.0)


VOTES = [
    *(vote(player, HALF) for player in (1, 2, 3)),
    vote(4, PRINTED),
    vote(5, TWICE),
    vote(1, PRINTED, 2),
    vote(2, PRINTED, 2),
    vote(3, HALF, 2),
    vote(4, PRINTED, 2),
    vote(6, TWICE, 2),
]


def test_a_question_with_two_votes() -> None:
    (result,) = results_of([ITEM], VOTES)
    assert (result.position, result.item, result.n) == (0, ITEM, (5, 5))
    assert result.right == (pytest.approx(1 / 5), pytest.approx(3 / 5))
    table = [(c.answer, c.is_right, c.misconception, c.counts) for c in result.choices]
    assert table == [
        (HALF, False, "halve-f-p", (3, 1)),
        (PRINTED, True, "", (1, 3)),
        (TWICE, False, "f-one-tail-directional", (1, 1)),
        (NONE, False, "f-one-tail-directional", (0, 0)),
    ]
    assert result.misconceptions == (("halve-f-p", 3), ("f-one-tail-directional", 1))
    assert result.discrimination is None
    assert mean_right([result]) == (pytest.approx(0.2), pytest.approx(0.6))


def test_who_moved_and_who_stayed() -> None:
    assert moves_of(VOTES, 0, 1, 2) == (
        Move(HALF, PRINTED, 2, False, True),
        Move(HALF, HALF, 1, False, False),
        Move(PRINTED, PRINTED, 1, True, True),
    )


def test_answers_that_were_not_offered_stand_by_how_often_they_were_given() -> None:
    numeric = BANK["tails/square-of-a-negative-t"]
    votes = [
        Vote(1, 0, 1, "2.5", 0.0, "", 0.0),
        Vote(2, 0, 1, "6.25", 1.0, "", 0.0),
        Vote(3, 0, 1, "6.25", 1.0, "", 0.0),
    ]
    (result,) = results_of([numeric], votes)
    assert [(c.answer, c.is_right, c.counts) for c in result.choices] == [
        ("6.25", True, (2,)),
        ("2.5", False, (1,)),
    ]
    (lost,) = results_of([None], votes)
    assert lost.item is None and lost.choices == result.choices


def test_questions_nobody_answered() -> None:
    (result,) = results_of([ITEM], [])
    assert (result.n, result.right, result.misconceptions) == ((), (), ())
    assert [choice.counts for choice in result.choices] == [()] * 4
    assert mean_right([result]) == mean_right([]) == (None, None)
    assert results_of([], []) == () == came_up([]) == line_up_results([ITEM], [])


def test_a_line_up_counts_first_votes_only() -> None:
    item = arrange(BANK["simulation/find-the-loner"], 5)
    actual = draw_panels(item.body).actual
    assert actual is not None
    other = actual % 20 + 1
    picks = [(1, actual), (2, actual), (3, actual), (4, other)]
    votes = [Vote(p, 1, 1, shown(item, n), float(n == actual), "", 0.0) for p, n in picks]
    votes.append(Vote(4, 1, 2, shown(item, actual), 1.0, "", 0.0))
    (result,) = line_up_results([ITEM, item], votes)
    assert (result.position, result.actual, result.hits, result.n) == (1, actual, 3, 4)
    assert (result.counts[actual - 1], result.counts[other - 1], sum(result.counts)) == (3, 1, 4)
    assert result.p_value == line_up_p_value(3, 4, 20)
    (empty,) = line_up_results([item], [])
    assert (empty.n, empty.p_value, len(empty.counts)) == (0, None, 20)


def test_what_came_up() -> None:
    more = [
        # The same belief again, now of player 5 as well, who is right in the second vote.
        Vote(5, 1, 1, "x", 0.0, "halve-f-p", 0.0),
        Vote(5, 1, 2, "y", 1.0, "", 0.0),
        Vote(1, 1, 1, "y", 1.0, "", 0.0),
        Vote(9, 1, 1, "z", 0.0, "no-such-tag", 0.0),
    ]
    first, second = came_up([*VOTES, *more])
    assert first.misconception.tag == "halve-f-p" and "doubles" in first.misconception.instead
    assert (first.players, first.positions) == (4, (0, 1))
    assert first.share == pytest.approx(4 / 6)
    # Players 1, 2 and 5 ended right, player 3 did not.
    assert first.cleared == 3
    assert (second.misconception.tag, second.players, second.cleared) == (
        "f-one-tail-directional",
        1,
        0,
    )
    assert came_up([*VOTES, *more], most=1) == (first,)


def test_the_exit_ticket() -> None:
    answers = [
        ExitAnswer(1, -1, 2, 0.0),
        ExitAnswer(2, -1, "2", 0.0),
        ExitAnswer(3, -1, 4, 0.0),
        ExitAnswer(1, -3, "<b>bars</b>", 0.0),
        ExitAnswer(2, -3, "5", 0.0),
    ]
    pace, happiness, liked, improve = exit_results(answers)
    assert [result.item for result in (pace, happiness, liked, improve)] == list(EXIT_ITEMS)
    assert pace.options == (
        ("much too slow", 0),
        ("a little slow", 0),
        ("right", 2),
        ("a little fast", 0),
        ("much too fast", 1),
    )
    assert (pace.n, happiness.n, improve.n) == (3, 0, 0)
    assert liked.texts == ("<b>bars</b>", "5") and liked.options == ()
