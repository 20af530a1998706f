"""When a question comes back, what is asked next, and how far a learner is."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import fsrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.progress import CLEARED_AFTER, by_misconception, by_topic
from quizzes.review import Entry, Pick, Plan, cards_of, due, mixed, plan, rating, recall
from quizzes.topics import MISCONCEPTIONS, TOPICS
from quizzes.turn import Answer, Turn, local_day

DAY = date(2026, 11, 2)
AGAIN, HARD, GOOD = fsrs.Rating.Again, fsrs.Rating.Hard, fsrs.Rating.Good


def answered(
    item: str,
    day: date,
    right: bool = True,
    sure: bool | None = True,
    *,
    hour: int = 12,
    topic: str = "tails",
    level: int = 1,
    misconception: str = "",
    score: float | None = -1.0,
) -> Turn:
    """An answered turn; score -1 stands for 1 or 0 by `right`."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    points = float(right) if score == -1.0 else score
    given = Answer("?", points, misconception, sure, at, day)
    return Turn(f"{item} {at}", item, 1, topic, level, at, given)


def rated(item: str, day: date, mark: fsrs.Rating) -> Turn:
    return answered(item, day, right=mark is not AGAIN, sure=mark is not HARD)


def intervals(ratings: Sequence[fsrs.Rating]) -> list[int]:
    """Days from each answer to the next, with every answer given on the day it is due."""
    turns: list[Turn] = []
    day, out = DAY, []
    for mark in ratings:
        turns.append(rated("a", day, mark))
        card = cards_of(turns)["a"]
        out.append((card.due - day).days)
        day = card.due
    return out


def entries(per_level: int = 3) -> tuple[Entry, ...]:
    return tuple(
        Entry(f"{topic}/{level}{n}", topic, (level,))
        for topic in TOPICS
        for level in (1, 2, 3)
        for n in range(per_level)
    )


def ask(turns: Sequence[Turn], day: date = DAY, seed: int = 1, **settings: object) -> Plan:
    given: dict[str, object] = {"entries": entries(), **settings}
    return plan(turns=turns, day=day, rng=np.random.default_rng(seed), **given)  # type: ignore[arg-type]


# py-fsrs 6.3, tests/test_basic.py, test_review_card: days after six times Good, two times Again,
# five times Good.
PUBLISHED = [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_installed_fsrs_is_the_published_one() -> None:
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    card, at, out = fsrs.Card(card_id=1), datetime(2022, 11, 29, 12, 30, tzinfo=UTC), []
    for mark in [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5:
        card, _ = scheduler.review_card(card, mark, at)
        out.append((card.due - at).days)
        at = card.due
    assert out == PUBLISHED


def test_the_intervals_are_those_that_fsrs_publishes() -> None:
    # The published 0 is a second review on the first day, which we do not count. It makes the
    # card a little easier, which shows first in the fifth interval.
    ours = intervals([GOOD] * 5)
    assert ours[:4] == PUBLISHED[1:5]
    assert ours[4] == PUBLISHED[5] - 1


@given(st.lists(st.tuples(st.sampled_from([AGAIN, HARD, GOOD]), st.integers(1, 400)), min_size=1))
def test_any_history_is_scheduled_as_by_fsrs(history: list[tuple[fsrs.Rating, int]]) -> None:
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    theirs, day, turns = fsrs.Card(card_id=1), DAY, []
    for mark, gap in history:
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        theirs, _ = scheduler.review_card(theirs, mark, at)
        turns.append(rated("a", day, mark))
        ours = cards_of(turns)["a"]
        assert ours.due == theirs.due.date()
        assert ours.stability == theirs.stability
        assert ours.difficulty == theirs.difficulty
        later = at + timedelta(days=gap)
        assert recall(ours, later.date()) == scheduler.get_card_retrievability(theirs, later)
        day = later.date()


@pytest.mark.parametrize(
    ("score", "sure", "mark"),
    [
        (1.0, True, GOOD),
        (1.0, None, GOOD),
        (1.0, False, HARD),
        (0.9, True, AGAIN),
        (0.0, True, AGAIN),
        (0.0, False, AGAIN),
    ],
)
def test_answers_are_rated(score: float, sure: bool | None, mark: fsrs.Rating) -> None:
    answer = answered("a", DAY, sure=sure, score=score).answer
    assert answer is not None
    assert rating(answer) is mark


def test_unsure_comes_back_sooner_than_sure() -> None:
    assert intervals([GOOD, GOOD, HARD])[-1] < intervals([GOOD, GOOD, GOOD])[-1]
    assert intervals([GOOD, GOOD, AGAIN])[-1] < intervals([GOOD, GOOD, HARD])[-1]


def test_only_the_first_answer_of_a_day_schedules() -> None:
    first = answered("a", DAY, right=False, hour=9)
    once = cards_of([first])
    assert cards_of([first, answered("a", DAY, hour=10), answered("a", DAY, hour=11)]) == once
    assert once["a"].due == DAY + timedelta(days=1)
    assert not once["a"].is_right


def test_the_day_is_the_learners_own() -> None:
    # 22:30 and 23:30 UTC are two days in Berlin, one in London.
    evening = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
    for offset, n_reviews in ((-60, 2), (0, 1)):
        turns = []
        for at in (evening, evening + timedelta(hours=1)):
            given = Answer(1, 1.0, "", True, at, local_day(at, offset))
            turns.append(Turn(str(at), "a", 1, "tails", 1, at, given))
        assert cards_of(turns)["a"].n_reviews == n_reviews


def test_a_journey_west_does_not_count_a_day_twice() -> None:
    first = answered("a", DAY, hour=1)
    assert first.answer is not None
    later = first.answer.answered_at + timedelta(hours=2)
    yesterday = replace(first.answer, answered_at=later, day=DAY - timedelta(days=1))
    assert cards_of([first, replace(first, id="later", answer=yesterday)]) == cards_of([first])


@given(st.randoms(use_true_random=False))
def test_records_can_be_put_together_in_any_order(shuffle: random.Random) -> None:
    turns = [
        answered("a", DAY + timedelta(days=n), right=n % 3 > 0, hour=n % 24) for n in range(12)
    ]
    expected = cards_of(turns)
    shuffle.shuffle(turns)
    assert cards_of(turns) == expected


def test_polls_are_not_scheduled() -> None:
    assert cards_of([answered("poll", DAY, score=None)]) == {}


def test_nothing_draws_from_the_global_generator() -> None:
    random.seed(1)
    before = random.getstate()
    ask([answered("tails/10", DAY - timedelta(days=9))])
    assert random.getstate() == before


def test_at_first_there_are_first_steps_of_all_topics() -> None:
    first = ask([])
    assert first.state == "nothing yet"
    assert (first.n_due, first.n_new, first.days_away) == (0, 20, 0)
    assert len(first.picks) == 10
    assert {(pick.reason, pick.level) for pick in first.picks} == {("new", 1)}
    assert {pick.topic for pick in first.picks} == set(TOPICS)
    assert ask([]) == first
    assert ask([], seed=2).picks != first.picks


def test_due_items_come_first_and_topics_are_mixed() -> None:
    some = [entry for entry in entries() if entry.levels == (1,)][:9]
    assert len({entry.topic for entry in some}) == 3
    week_ago = DAY - timedelta(days=7)
    turns = [answered(entry.id, week_ago, topic=entry.topic) for entry in some]
    today = ask(turns, n=14)
    assert today.state == "going on"
    assert [pick.reason for pick in today.picks] == ["due"] * 9 + ["new"] * 5
    assert all(one.topic != two.topic for one, two in pairwise(today.picks))
    assert today.n_due == 9


def test_new_items_go_from_level_to_level() -> None:
    every = entries(1)
    levels = [pick.level for pick in ask([], entries=every, n=24, new_a_day=24).picks]
    assert levels.count(1) == levels.count(2) == levels.count(3) == 8
    first = ask([], entries=every, n=8).picks
    assert {pick.level for pick in first} == {1}
    turns = [answered(pick.id, DAY, topic=pick.topic) for pick in first]
    assert {pick.level for pick in ask(turns, entries=every, n=8).picks} == {2}


def test_the_least_met_topic_gets_the_next_new_item() -> None:
    met = [answered(f"{topic}/10", DAY, topic=topic) for topic in TOPICS if topic != "syntax"]
    assert ask(met, n=1).picks[0].topic == "syntax"


def test_all_done_says_when_there_is_more() -> None:
    few = [Entry(f"tails/{n}", "tails", (1,)) for n in range(3)]
    turns = [answered(f"tails/{n}", DAY, right=n > 0) for n in range(3)]
    done = ask(turns, entries=few)
    assert done.state == "all done"
    assert done.picks == ()
    assert (done.next_due, done.n_next) == (DAY + timedelta(days=1), 1)
    tomorrow = ask(turns, entries=few, day=DAY + timedelta(days=1))
    assert [pick.id for pick in tomorrow.picks] == ["tails/0"]
    assert tomorrow.next_due is None


def test_new_items_of_a_day_are_limited_and_the_limit_can_be_lifted() -> None:
    turns = [answered(entry.id, DAY, topic=entry.topic) for entry in entries()[:20]]
    done = ask(turns)
    assert done.state == "all done"
    assert (done.next_due, done.n_new) == (DAY + timedelta(days=1), 0)
    assert done.n_next == 20
    assert len(ask(turns, new_a_day=1000).picks) == 10
    # What was begun on another day does not count.
    assert ask(turns, day=DAY + timedelta(days=1)).n_new == 20


def test_after_a_month_what_is_nearly_kept_comes_first() -> None:
    turns = [
        answered(f"tails/1{n}", DAY - timedelta(days=60 - n), right=n != 1) for n in range(3)
    ] + [answered("syntax/10", DAY - timedelta(days=40), topic="syntax")]
    back = ask(turns, n=4)
    assert (back.state, back.days_away) == ("returning", 40)
    assert back.n_due == 4
    chances = [recall(card, DAY) for card in due(cards_of(turns), DAY)]
    assert chances == sorted(chances, reverse=True)
    assert due(cards_of(turns), DAY)[-1].item_id == "tails/11"
    assert ask(turns, day=turns[-1].shown_at.date() + timedelta(days=27)).state == "going on"


def test_topics_can_be_chosen() -> None:
    turns = [answered("tails/10", DAY - timedelta(days=9))]
    chosen = ask(turns, topics={"syntax"})
    assert {pick.topic for pick in chosen.picks} == {"syntax"}
    assert chosen.n_due == 0
    assert ask([], topics=()).picks == ()


def test_items_that_left_the_bank_are_not_asked() -> None:
    assert "tails/gone" not in {
        pick.id for pick in ask([answered("tails/gone", DAY - timedelta(days=9))], n=99).picks
    }


@pytest.mark.parametrize(
    ("right", "sure", "level", "asked"),
    [
        (True, True, 1, 2),
        (True, None, 2, 3),
        (True, True, 3, 3),
        (True, False, 2, 2),
        (False, True, 2, 1),
        (False, True, 1, 1),
    ],
)
def test_generators_follow_the_learner(
    right: bool, sure: bool | None, level: int, asked: int
) -> None:
    generator = Entry("df-of-days", "pvalues", (1, 2, 3))
    turn = answered("df-of-days", DAY, right, sure, topic="pvalues", level=level)
    later = ask([turn], entries=[generator], day=DAY + timedelta(days=5))
    assert [pick.level for pick in later.picks] == [asked]
    assert ask([], entries=[generator]).picks == (Pick("df-of-days", "pvalues", 1, "new"),)
    fewer = replace(generator, levels=(1, 2))
    assert ask([turn], entries=[fewer], day=DAY + timedelta(days=5)).picks[0].level <= 2


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.sampled_from(["", "a", "b"]))
def test_neighbours_differ_wherever_they_can(topics: list[str], after: str) -> None:
    picks = [Pick(str(n), topic, 1, "due") for n, topic in enumerate(topics)]
    out = mixed(picks, after)
    assert sorted(out, key=lambda pick: int(pick.id)) == picks
    counts = {topic: topics.count(topic) for topic in topics}
    largest = max(counts.values(), default=0)
    room = len(topics) - largest + (0 if counts.get(after) == largest else 1)
    row = ([after] if after else []) + [pick.topic for pick in out]
    if largest <= room:
        assert all(one != two for one, two in pairwise(row))


def test_progress_by_topic() -> None:
    week_ago = DAY - timedelta(days=7)
    turns = [
        answered("tails/10", week_ago),
        answered("tails/11", DAY, right=False),
        answered("tails/gone", DAY),
    ]
    rows = {row.topic: row for row in by_topic(entries(), turns, DAY)}
    assert list(rows) == list(TOPICS)
    tails = rows["tails"]
    assert (tails.n_entries, tails.n_met, tails.n_known, tails.n_due) == (9, 2, 1, 1)
    assert (rows["syntax"].n_met, rows["syntax"].n_due) == (0, 0)


def test_a_misconception_is_met_and_cleared() -> None:
    tag = "df-is-rows"
    tempting = [Entry(f"pvalues/{n}", "pvalues", (1,), frozenset({tag})) for n in range(3)]
    other = Entry("tails/1", "tails", (1,), frozenset({"pre-negative"}))

    def follow(*turns: Turn) -> tuple[str, int]:
        rows = {row.tag: row for row in by_misconception([*tempting, other], turns)}
        assert list(rows) == list(MISCONCEPTIONS)
        assert rows["pre-negative"].state == "never met"
        row = rows[tag]
        return row.state, row.needed

    before = answered("pvalues/0", DAY, hour=1)
    revealed = answered("pvalues/0", DAY, right=False, misconception=tag, hour=2)
    unsure = answered("pvalues/1", DAY, sure=False, hour=3)
    elsewhere = answered("tails/1", DAY, hour=4)
    once = answered("pvalues/1", DAY, hour=5)
    twice = answered("pvalues/2", DAY, hour=6)
    back = answered("pvalues/2", DAY, right=False, misconception=tag, hour=7)
    assert CLEARED_AFTER == 2
    assert follow() == ("never met", 0)
    assert follow(before) == ("never met", 0)
    assert follow(before, revealed) == ("met", 2)
    assert follow(before, revealed, unsure, elsewhere) == ("met", 2)
    assert follow(before, revealed, unsure, elsewhere, once) == ("met", 1)
    assert follow(before, revealed, once, twice) == ("cleared", 0)
    assert follow(before, revealed, once, twice, back) == ("met", 2)
    assert follow(answered("gone", DAY, misconception="not-a-tag")) == ("never met", 0)
