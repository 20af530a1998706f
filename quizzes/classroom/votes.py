"""What a class answered: scores, who moved between votes, what each question told apart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

SPEED_SHARE = 0.5
SPEED_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Vote:
    """One player's answer in one round; the last one before closing.

    Parameters
    ----------
    player : its number in the room.
    position : of the question in the deck, from 0.
    round : of the vote, from 1.
    answer : in words that are the same for the same answer, "B: different from".
    score : from 0 to 1, None for a poll.
    misconception : tag, or "".
    at : when the server got it, in seconds since 1970.
    """

    player: int
    position: int
    round: int
    answer: str
    score: float | None
    misconception: str
    at: float


def last_round(votes: Iterable[Vote]) -> dict[tuple[int, int], Vote]:
    """Return each player's vote of the last round taken part in, by (player, position)."""
    found: dict[tuple[int, int], Vote] = {}
    for vote in votes:
        key = (vote.player, vote.position)
        if key not in found or vote.round > found[key].round:
            found[key] = vote
    return found


def points(votes: Sequence[Vote], speed: bool = False) -> dict[int, float]:
    """Points of each player: the score of each question's last vote.

    Parameters
    ----------
    speed : add up to half a point for a right answer: all of it for the first right one of that
        question and round, none for one that came 20 seconds later. Measured between answers, by
        the server's clock, so that neither a slow start nor a phone's clock matters.
    """
    counted = [vote for vote in last_round(votes).values() if vote.score is not None]
    first: dict[tuple[int, int], float] = {}
    for vote in votes:
        if vote.score is not None and vote.score >= 1:
            key = (vote.position, vote.round)
            first[key] = min(first.get(key, vote.at), vote.at)
    total: dict[int, float] = defaultdict(float)
    for vote in counted:
        total[vote.player] += float(vote.score or 0.0)
        if speed and (vote.score or 0.0) >= 1:
            late = (vote.at - first[vote.position, vote.round]) / SPEED_SECONDS
            total[vote.player] += SPEED_SHARE * max(0.0, 1.0 - late)
    return dict(total)


def first_votes(votes: Sequence[Vote]) -> list[Vote]:
    """Return the votes of each question's first round that anybody took part in.

    Later ones have talked; a round that ran out of time without an answer is none.
    """
    first: dict[int, int] = {}
    for vote in votes:
        first[vote.position] = min(first.get(vote.position, vote.round), vote.round)
    return [vote for vote in votes if vote.round == first[vote.position]]


def tally(votes: Iterable[Vote], position: int, round: int) -> Counter[str]:
    """How many gave each answer in one vote."""
    return Counter(v.answer for v in votes if (v.position, v.round) == (position, round))


def moves(
    votes: Sequence[Vote], position: int, before: int, after: int
) -> Counter[tuple[str, str]]:
    """How many went from one answer to another between two rounds, stayers included."""
    old = {v.player: v.answer for v in votes if (v.position, v.round) == (position, before)}
    new = {v.player: v.answer for v in votes if (v.position, v.round) == (position, after)}
    return Counter((old[player], new[player]) for player in old.keys() & new.keys())


def share_right(votes: Iterable[Vote], position: int, round: int) -> float | None:
    """Mean score of one vote; None where nobody answered or there is no key."""
    scores = [
        v.score for v in votes if (v.position, v.round) == (position, round) and v.score is not None
    ]
    return float(np.mean(scores)) if scores else None


def discrimination(votes: Sequence[Vote], position: int) -> float | None:
    """How far the question's first vote tells strong from weak players.

    Returns
    -------
    Correlation of the players' scores on this question with their mean scores on the others
    (corrected item-total correlation); None with fewer than five players, or where either does
    not vary.

    Source
    ------
    Crocker & Algina (1986), Introduction to classical and modern test theory, ch. 14.
    """
    own: dict[int, float] = {}
    rest: dict[int, list[float]] = defaultdict(list)
    for vote in first_votes(votes):
        if vote.score is None:
            continue
        if vote.position == position:
            own[vote.player] = vote.score
        else:
            rest[vote.player].append(vote.score)
    players = sorted(own.keys() & rest.keys())
    if len(players) < 5:
        return None
    x = np.array([own[player] for player in players])
    y = np.array([np.mean(rest[player]) for player in players])
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])
