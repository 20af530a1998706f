"""Tables of what a class answered: by question, by vote, by misconception, and the exit ticket."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizzes import grade, shown
from quizzes.classroom.exit import EXIT_ITEMS, ExitAnswer
from quizzes.classroom.votes import Vote, discrimination, first_votes, moves, share_right
from quizzes.item import Item
from quizzes.kinds.line_up import draw_panels
from quizzes.kinds.poll import parse
from quizzes.topics import MISCONCEPTIONS, Misconception
from sim.checks.line_up import line_up_p_value


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question.

    Parameters
    ----------
    answer : in words, as in `Vote`.
    is_right : None where there is no key.
    misconception : tag, or "".
    counts : how many gave it, by round from the first on.
    """

    answer: str
    is_right: bool | None
    misconception: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question.

    Parameters
    ----------
    position : in the deck, from 0.
    item : None if the bank has lost it.
    n : how many answered, by round from the first on.
    right : mean score, by round; None where nobody answered or there is no key.
    choices : in the order in which they were offered, else the most frequent first.
    misconceptions : players of the first round by tag, the most frequent first.
    discrimination : of the first round, as in `quizzes.classroom.votes`.
    """

    position: int
    item: Item | None
    n: tuple[int, ...]
    right: tuple[float | None, ...]
    choices: tuple[Choice, ...]
    misconceptions: tuple[tuple[str, int], ...]
    discrimination: float | None

    @property
    def first(self) -> int:
        """The first round that anybody took part in, counted from 0; 0 if nobody did."""
        return next((place for place, n in enumerate(self.n) if n), 0)


@dataclass(frozen=True, slots=True)
class Move:
    """How many went from one answer to another; rightness is None without a key."""

    before: str
    after: str
    n: int
    was_right: bool | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class LineUpResult:
    """What a class saw in a line-up, in its first vote.

    Parameters
    ----------
    counts : votes by panel, from panel 1 on.
    actual : number of the actual panel; None in a warm-up, which has none.
    hits, n : votes for the actual panel, and all votes.
    p_value : as in `line_up_p_value`; None without an actual panel or a vote.
    """

    position: int
    counts: tuple[int, ...]
    actual: int | None
    hits: int
    n: int
    p_value: float | None


@dataclass(frozen=True, slots=True)
class ExitResult:
    """Answers to one question of the exit ticket.

    Parameters
    ----------
    options : each with how many chose it; empty where texts were asked for.
    texts : as they were typed, plain text, in the order of the players.
    """

    item: Item
    n: int
    options: tuple[tuple[str, int], ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CameUp:
    """A belief that showed in first votes.

    Parameters
    ----------
    misconception : what is believed, and what is so instead.
    players : how many revealed it in at least one question.
    share : of those who answered a question in which it came up.
    positions : of these questions.
    cleared : how many of the players were right in their last vote on the last of these questions
        in which they revealed it.
    """

    misconception: Misconception
    players: int
    share: float
    positions: tuple[int, ...]
    cleared: int


def results_of(items: Sequence[Item | None], votes: Sequence[Vote]) -> tuple[Result, ...]:
    """Summarise every question of a room.

    Parameters
    ----------
    items : of the room's questions, None for one that the bank has lost meanwhile.
    votes : of the players that count.
    """
    found = []
    for position, item in enumerate(items):
        own = [vote for vote in votes if vote.position == position]
        rounds = range(1, max((vote.round for vote in own), default=0) + 1)
        tags = Counter(v.misconception for v in first_votes(own) if v.misconception)
        found.append(
            Result(
                position,
                item,
                tuple(sum(vote.round == round for vote in own) for round in rounds),
                tuple(share_right(own, position, round) for round in rounds),
                _choices(item, own, rounds),
                tuple(tags.most_common()),
                discrimination(votes, position),
            )
        )
    return tuple(found)


def moves_of(votes: Sequence[Vote], position: int, before: int, after: int) -> tuple[Move, ...]:
    """Return who went from which answer to which between two votes, the most frequent first."""
    right = {
        vote.answer: None if vote.score is None else vote.score >= 1
        for vote in votes
        if vote.position == position
    }
    counted = moves(votes, position, before, after).most_common()
    return tuple(Move(old, new, n, right[old], right[new]) for (old, new), n in counted)


def line_up_results(
    items: Sequence[Item | None], votes: Sequence[Vote]
) -> tuple[LineUpResult, ...]:
    """Summarise the line-ups of a room. Only first votes count: later ones have talked."""
    found = []
    for position, item in enumerate(items):
        if item is None or item.kind != "line_up":
            continue
        picked = Counter(v.answer for v in first_votes(votes) if v.position == position)
        counts = tuple(picked[shown(item, n)] for n in range(1, item.body.panels + 1))
        actual, n = draw_panels(item.body).actual, sum(counts)
        hits = counts[actual - 1] if actual is not None else 0
        p_value = line_up_p_value(hits, n, item.body.panels) if actual is not None and n else None
        found.append(LineUpResult(position, counts, actual, hits, n, p_value))
    return tuple(found)


def exit_results(answers: Sequence[ExitAnswer]) -> tuple[ExitResult, ...]:
    """Summarise the exit ticket, one result for each of its questions."""
    found = []
    for place, item in enumerate(EXIT_ITEMS, 1):
        own = [parse(item.body, one.response) for one in answers if one.position == -place]
        chosen = Counter(own)
        options = tuple((text, chosen[n]) for n, text in enumerate(item.body.options))
        texts = () if options else tuple(str(text) for text in own)
        found.append(ExitResult(item, len(own), options, texts))
    return tuple(found)


def came_up(votes: Sequence[Vote], most: int = 5) -> tuple[CameUp, ...]:
    """Return the beliefs that showed in first votes, the most widespread first.

    Parameters
    ----------
    most : how many are returned.
    """
    first = first_votes(votes)
    final: dict[tuple[int, int], Vote] = {}
    for vote in sorted(votes, key=lambda vote: vote.round):
        final[vote.player, vote.position] = vote
    found = []
    for tag in {vote.misconception for vote in first} & MISCONCEPTIONS.keys():
        # Of each player the last question in which the belief showed.
        showed: dict[int, int] = {}
        for vote in sorted(first, key=lambda vote: vote.position):
            if vote.misconception == tag:
                showed[vote.player] = vote.position
        positions = sorted({vote.position for vote in first if vote.misconception == tag})
        asked = {vote.player for vote in first if vote.position in positions}
        cleared = sum((final[key].score or 0.0) >= 1 for key in showed.items())
        share = len(showed) / len(asked)
        found.append(CameUp(MISCONCEPTIONS[tag], len(showed), share, tuple(positions), cleared))
    found.sort(key=lambda one: (-one.players, -one.share, one.misconception.tag))
    return tuple(found[:most])


def mean_right(results: Sequence[Result]) -> tuple[float | None, float | None]:
    """Mean share right over the questions with a key: in the first and in the last vote."""
    keyed = [[share for share in result.right if share is not None] for result in results]
    keyed = [shares for shares in keyed if shares]
    if not keyed:
        return None, None
    return (
        float(np.mean([shares[0] for shares in keyed])),
        float(np.mean([shares[-1] for shares in keyed])),
    )


def _choices(item: Item | None, own: Sequence[Vote], rounds: range) -> tuple[Choice, ...]:
    offered = _offered(item)
    in_order = bool(offered)
    for vote in own:
        if vote.answer not in offered:
            is_right = None if vote.score is None else vote.score >= 1
            offered[vote.answer] = (is_right, vote.misconception)
    counted = Counter((vote.answer, vote.round) for vote in own)
    rows = [
        Choice(answer, *offered[answer], tuple(counted[answer, round] for round in rounds))
        for answer in offered
    ]
    if not in_order:
        rows.sort(key=lambda row: (-sum(row.counts), row.answer))
    return tuple(rows)


def _offered(item: Item | None) -> dict[str, tuple[bool | None, str]]:
    """Return the answers one of which must be chosen, with rightness and misconception."""
    if item is None or item.kind not in ("single_choice", "poll"):
        return {}
    found = {}
    offered = item.body.choices if item.kind == "single_choice" else item.body.options
    for place in range(len(offered)):
        mark = grade(item, place)
        is_right = None if mark.score is None else mark.is_right
        found[shown(item, place)] = (is_right, mark.misconception)
    return found
