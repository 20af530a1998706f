"""What a room left, read once for a run of the page."""

from dataclasses import dataclass

from pages._ui.visitor import store
from pages.classroom._room.asked import item_for
from quizzes import Item
from quizzes.classroom.exit import ExitAnswer
from quizzes.classroom.results import Result, results_of
from quizzes.classroom.votes import Vote
from quizzes.store import Kept, exit_of, host_room, players_of, votes_of


@dataclass(frozen=True, slots=True)
class Report:
    """A room with everything that was answered in it.

    Parameters
    ----------
    items : of its questions, None for those the bank has lost.
    results : one for each question.
    n_players : without removed ones.
    """

    secret: str
    kept: Kept
    items: tuple[Item | None, ...]
    votes: tuple[Vote, ...]
    results: tuple[Result, ...]
    exits: tuple[ExitAnswer, ...]
    n_players: int


def read_report(secret: str) -> Report:
    """Read a room by its host's secret.

    Raises
    ------
    StoreError : the link opens no room.
    """
    kept = host_room(store(), secret)
    items = tuple(item_for(kept.own_items, asked) for asked in kept.room.questions)
    votes = votes_of(store(), kept.id)
    n = sum(not player.removed for player in players_of(store(), kept.id))
    results = results_of(items, votes)
    return Report(secret, kept, items, votes, results, exit_of(store(), kept.id), n)


def asked_of(report: Report) -> tuple[Result, ...]:
    """The questions that somebody answered."""
    return tuple(result for result in report.results if result.n)
