"""Answers: one a player, question and round; the last before closing counts; none is lost."""

import csv
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from quizzes.classroom.exit import ExitAnswer
from quizzes.classroom.votes import points
from quizzes.store import (
    Ballot,
    Counts,
    Store,
    click,
    counts,
    exit_of,
    room_csv,
    room_json,
    save_votes,
    votes_of,
)
from quizzes.store import votes as votes_module
from quizzes.store.schema import votes
from tests.bank.databases import NOW
from tests.bank.one_by_one import ballot_of, ballots_of_player
from tests.bank.rooms import SECOND, ballot, ballots, clicked, opened


def n_rows(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(votes)).scalar_one()


def test_the_last_answer_before_closing_counts(store: Store) -> None:
    room, (seat, *_) = opened(store)
    clicked(store, room.host_secret, "start")
    for response in (2, 1, 0):
        assert save_votes(store, [ballot(room, seat, response)], NOW) == ["saved"]
    clicked(store, room.host_secret, "close")
    assert save_votes(store, [ballot(room, seat, 3)], NOW) == ["closed"]
    own = ballot_of(store, seat.player.id, 0, 1)
    assert own is not None and (own.response, own.score, own.at) == (0, 1.0, NOW)
    assert n_rows(store) == 1
    (vote,) = votes_of(store, room.id)
    assert (vote.player, vote.position, vote.round, vote.answer) == (1, 0, 1, "B: answer")
    assert (vote.score, vote.misconception, vote.at) == (1.0, "", NOW.timestamp())


def test_of_two_answers_in_one_batch_the_later_counts(store: Store) -> None:
    room, (seat, *_) = opened(store)
    clicked(store, room.host_secret, "start")
    both = [ballot(room, seat, 2), ballot(room, seat, 0)]
    assert save_votes(store, both, NOW) == ["saved", "saved"]
    assert [own.response for own in ballots_of_player(store, seat.player.id)] == [0]


def test_a_retry_is_not_a_second_answer_nor_a_later_one(store: Store) -> None:
    room, (ann, bo, _) = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, [ballot(room, ann)], NOW)
    save_votes(store, [ballot(room, bo)], NOW + 5 * SECOND)
    for _ in range(3):
        assert save_votes(store, [ballot(room, ann)], NOW + 10 * SECOND) == ["saved"]
    assert n_rows(store) == 2
    assert points(votes_of(store, room.id), speed=True) == {1: 1.5, 2: 1.375}
    # The acknowledgement was lost, and meanwhile the host has closed and gone on.
    clicked(store, room.host_secret, "next")
    assert save_votes(store, [ballot(room, ann), ballot(room, bo, 1)], NOW) == ["saved", "closed"]
    assert n_rows(store) == 2


def test_an_answer_changed_and_changed_back_is_as_late_as_the_last_change(store: Store) -> None:
    room, (seat, *_) = opened(store)
    clicked(store, room.host_secret, "start")
    for second, response in enumerate((0, 1, 0)):
        save_votes(store, [ballot(room, seat, response)], NOW + second * SECOND)
    (own,) = ballots_of_player(store, seat.player.id)
    assert own.at == NOW + 2 * SECOND


def test_late_is_what_the_servers_clock_calls_late(store: Store) -> None:
    room, seats = opened(store)
    click(store, room.host_secret, "timer", 30, 0, NOW)
    clicked(store, room.host_secret, "start")
    assert save_votes(store, [ballot(room, seats[0])], NOW + 29.999 * SECOND) == ["saved"]
    assert save_votes(store, [ballot(room, seats[1])], NOW + 30 * SECOND) == ["closed"]
    assert counts(store, room.id) == Counts(3, 1)


@pytest.mark.parametrize(
    ("position", "round"), [(1, 1), (0, 2), (0, 0), (-1, 1), (3, 1), (99, 1), (-4, 1)]
)
def test_only_the_current_question_and_round_take_answers(
    store: Store, position: int, round: int
) -> None:
    room, (seat, *_) = opened(store)
    sent = ballot(room, seat, 0, position, round)
    assert save_votes(store, [sent], NOW) == ["closed"], "in the lobby"
    clicked(store, room.host_secret, "start")
    assert save_votes(store, [sent], NOW) == ["closed"]
    assert n_rows(store) == 0


def test_a_second_vote_leaves_the_first(store: Store) -> None:
    room, (ann, bo, _) = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, [ballot(room, ann, 1), ballot(room, bo, 0)], NOW)
    clicked(store, room.host_secret, "close", "again")
    assert counts(store, room.id) == Counts(3, 0)
    assert save_votes(store, [ballot(room, ann, 0, round=2)], NOW) == ["saved"]
    assert counts(store, room.id) == Counts(3, 1)
    kept = [(vote.player, vote.round, vote.score) for vote in votes_of(store, room.id)]
    assert kept == [(1, 1, 0.0), (2, 1, 1.0), (1, 2, 1.0)]
    assert [own.round for own in ballots_of_player(store, ann.player.id)] == [1, 2]


def test_a_batch_of_many_rooms_sorts_good_from_bad(store: Store) -> None:
    one, (ann, _, _) = opened(store)
    other, (eve, _, _) = opened(store)
    clicked(store, one.host_secret, "start")
    good = ballot(one, ann)
    batch = [
        good,
        ballot(other, eve),
        replace(ballot(one, eve), response=3),
        replace(good, room_id=10**9),
        replace(good, player_id=10**9),
        replace(good, position=10**30),
        replace(good, position=-5),
        replace(good, round=-1),
        replace(good, round=2**40),
        replace(good, score=2.0),
        replace(good, score=float("nan")),
        replace(good, response="x" * 30_000),
        replace(good, response={1, 2}),
        replace(good, response=float("inf")),
        replace(good, misconception="\x00"),
    ]
    assert save_votes(store, batch, NOW) == [
        *("saved", "closed", "removed", "removed", "removed"),
        *["refused"] * 10,
    ]
    assert [own.response for own in ballots_of_player(store, ann.player.id)] == [0]
    assert n_rows(store) == 1
    assert save_votes(store, [], NOW) == []


@pytest.mark.parametrize("typed", ["\x00", "a\x00b", "\ud800", "<b>", "=1+1", "😀" * 250, "'"])
def test_what_is_typed_comes_back_whatever_it_is(store: Store, typed: str) -> None:
    room, (seat, *_) = opened(store)
    clicked(store, room.host_secret, "start")
    sent = replace(ballot(room, seat), response=typed, shown=f"`{typed}`")
    assert save_votes(store, [sent], NOW) == ["saved"]
    own = ballot_of(store, seat.player.id, 0, 1)
    assert own is not None and (own.response, own.shown) == (typed, f"`{typed}`")
    assert votes_of(store, room.id)[0].answer == f"`{typed}`"
    assert json.loads(room_json(store, room.host_secret))["votes"][0]["response"] == typed
    table = room_csv(store, room.host_secret).encode().decode()
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert json.loads(row["response"]) == typed
    assert "\x00" not in table


def test_the_exit_ticket_takes_answers_until_the_end(store: Store) -> None:
    room, (ann, bo, _) = opened(store)
    clicked(store, room.host_secret, "start", "exit")
    first = [ballot(room, ann, 2, -1), ballot(room, ann, "the bars", -3), ballot(room, bo, 4, -1)]
    assert save_votes(store, first, NOW) == ["saved"] * 3
    assert save_votes(store, [ballot(room, ann, 3, -1)], NOW) == ["saved"]
    wrong = [ballot(room, ann, 1, -1, 2), ballot(room, ann, 0, 0)]
    assert save_votes(store, wrong, NOW) == ["closed"] * 2
    assert counts(store, room.id) == Counts(3, 2)
    clicked(store, room.host_secret, "end")
    assert save_votes(store, [ballot(room, bo, 0, -2)], NOW) == ["closed"]
    at = NOW.timestamp()
    assert exit_of(store, room.id) == (
        ExitAnswer(1, -3, "the bars", at),
        ExitAnswer(1, -1, 3, at),
        ExitAnswer(2, -1, 4, at),
    )
    assert votes_of(store, room.id) == ()
    rows = json.loads(room_json(store, room.host_secret))["votes"]
    assert [(row["question"], row["item"]) for row in rows] == [
        (0, "exit/liked"),
        (0, "exit/pace"),
        (0, "exit/pace"),
    ]


def test_exports_hold_names_only_if_asked(store: Store) -> None:
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, ballots(room, seats), NOW)
    clicked(store, room.host_secret, "end")
    for write in (room_json, room_csv):
        plain = write(store, room.host_secret)
        full = write(store, room.host_secret, names=True)
        for seat in seats:
            assert seat.player.name not in plain and seat.player.name in full
            assert seat.token not in full
        assert room.host_secret not in full
    document = json.loads(room_json(store, room.host_secret))
    assert document["questions"][0] == {"item": "tails/what-p-counts", "seed": 1, "rounds": 1}
    assert document["votes"][2] == {
        "player": 3,
        "question": 1,
        "item": "tails/what-p-counts",
        "seed": 1,
        "round": 1,
        "response": 0,
        "answer": "B: answer",
        "score": 1.0,
        "misconception": "",
        "at": "2026-11-22T12:00:00.000+00:00",
    }
    table = list(csv.DictReader(io.StringIO(room_csv(store, room.host_secret))))
    assert len(table) == 3 and table[0]["response"] == "0" and "name" not in table[0]


def test_an_exit_ticket_is_nobodys(store: Store) -> None:
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    save_votes(store, ballots(room, seats), NOW)
    clicked(store, room.host_secret, "exit")
    texts = ("the last", "in the middle", "a first")
    left = [
        Ballot(room.id, seat.player.id, -3, 1, text, None, "", text)
        for seat, text in zip(seats, texts, strict=True)
    ]
    assert save_votes(store, left, NOW) == ["saved"] * 3
    rows = json.loads(room_json(store, room.host_secret, names=True))["votes"]
    assert [row["name"] for row in rows[:3]] == [seat.player.name for seat in seats]
    told = [(row["player"], row["name"], row["at"], row["answer"]) for row in rows[3:]]
    assert told == [(None, None, None, text) for text in sorted(texts)]
    table = list(csv.DictReader(io.StringIO(room_csv(store, room.host_secret, names=True))))
    assert [(row["player"], row["name"]) for row in table[3:]] == [("", "")] * 3


@pytest.mark.parametrize(
    ("shown", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-3.5", "-3.5"),
        ("-3.5 points", "'-3.5 points"),
        ("A: yes", "A: yes"),
    ],
)
def test_no_cell_is_a_formula(store: Store, shown: str, cell: str) -> None:
    room, seats = opened(store)
    clicked(store, room.host_secret, "start")
    first = replace(ballots(room, seats)[0], shown=shown)
    save_votes(store, [first], NOW)
    (row,) = csv.DictReader(io.StringIO(room_csv(store, room.host_secret)))
    assert row["answer"] == cell


def test_a_thousand_votes_are_saved_in_batches_of_milliseconds(store: Store) -> None:
    room, seats = opened(store, 1_000)
    clicked(store, room.host_secret, "start")
    taken = []
    for start in range(0, 1_000, 200):
        batch = ballots(room, seats[start : start + 200])
        began = time.perf_counter()
        assert set(save_votes(store, batch, NOW)) == {"saved"}
        taken.append(time.perf_counter() - began)
    assert counts(store, room.id) == Counts(1_000, 1_000)
    # 10 to 60 ms each on a quiet machine; a vote in a transaction of its own takes 5 ms.
    assert sorted(taken)[2] < 0.3


def test_a_click_waits_for_votes_on_their_way_to_the_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, (seat, *_) = opened(store)
    clicked(store, room.host_secret, "start")
    looked, go_on = Event(), Event()
    look = votes_module._players

    def pause(*given: Any) -> dict[int, int]:
        looked.set()
        assert go_on.wait(timeout=30)
        return look(*given)

    monkeypatch.setattr(votes_module, "_players", pause)
    with ThreadPoolExecutor(2) as pool:
        voting = pool.submit(save_votes, store, [ballot(room, seat)], NOW)
        assert looked.wait(timeout=30)
        closing = pool.submit(clicked, store, room.host_secret, "close")
        wait([closing], timeout=0.5)
        # The room was open when the vote came in: it must not be closed before the vote is kept.
        early = closing.done()
        go_on.set()
        assert voting.result(timeout=30) == ["saved"] and not early
        closing.result(timeout=30)
    assert save_votes(store, [ballot(room, seat, 1)], NOW) == ["closed"]


def test_no_vote_is_lost_between_processes_and_a_closing_host(store: Store) -> None:
    room, seats = opened(store, 60)
    clicked(store, room.host_secret, "start")

    def vote(seat_number: int) -> str:
        seat = seats[seat_number]
        # Two tabs of one player, in opposite order of the others' batches.
        pair = [seat, seats[(seat_number + 1) % 60]]
        batch = ballots(room, pair if seat_number % 2 else pair[::-1])
        return save_votes(store, batch, NOW)[0]

    with ThreadPoolExecutor(9) as pool:
        voting = [pool.submit(vote, n) for n in range(60)]
        closing = pool.submit(clicked, store, room.host_secret, "close")
        outcome = [future.result(timeout=60) for future in voting]
        closing.result(timeout=60)
    saved = {vote.player for vote in votes_of(store, room.id)}
    assert set(outcome) <= {"saved", "closed"}
    acknowledged = {
        (n if n % 2 else (n + 1) % 60) + 1 for n, word in enumerate(outcome) if word == "saved"
    }
    assert acknowledged <= saved
    assert n_rows(store) == len(saved)
    assert save_votes(store, [ballot(room, seats[0], 3)], NOW) == ["closed"]
