"""A room's phases: what each click does, what it refuses, and that no order of clicks breaks it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.classroom.errors import RoomError
from quizzes.classroom.room import (
    COMMANDS,
    MAX_ROUNDS,
    Asked,
    Room,
    is_open,
    may,
    on_time,
    step,
)

ROOM = Room("GD6F4D", "Tails", (Asked("tails/a", 1), Asked("tails/b", 2), Asked("t-on-f", 3)))


def after(*commands: str, room: Room = ROOM, now: float = 100.0) -> Room:
    for command in commands:
        room = step(room, command, now)
    return room


def test_a_lesson() -> None:
    room = after("start")
    assert (room.stage, room.position, room.asked) == (
        "question",
        0,
        Asked("tails/a", 1, "open", 1, 100.0, None),
    )
    assert is_open(room, 1e9)
    room = after("close", room=room)
    assert not is_open(room, 100.0)
    room = after("again", room=room)
    assert room.asked is not None and (room.asked.round, room.asked.phase) == (2, "open")
    room = after("reveal", "next", room=room)
    assert room.questions[0].phase == "revealed"
    assert (room.position, room.questions[1].phase) == (1, "open")
    room = after("exit", "end", room=room)
    assert room.stage == "ended"
    assert room.version == 7
    assert [q.phase for q in room.questions] == ["revealed", "closed", "waiting"]


def test_a_question_left_open_is_closed_and_stays_as_it_was() -> None:
    room = after("start", "next", "back")
    assert (room.position, room.questions[0].phase) == (0, "closed")
    assert room.questions[1].phase == "closed"
    room = after("next", room=room)
    assert room.questions[1] == replace(room.questions[1], phase="closed", round=1)


def test_votes_are_shown_when_asked_and_hidden_again_in_the_next_vote() -> None:
    room = after("start", "close")
    assert room.asked is not None and not room.asked.votes_shown
    shown = after("show", room=room)
    assert shown.asked is not None and shown.asked.votes_shown
    assert shown.asked.phase == "closed"
    with pytest.raises(RoomError, match=r"There are no votes to show now\. Close the vote first\."):
        after("show", room=shown)
    again = after("again", room=shown)
    assert again.asked is not None and not again.asked.votes_shown
    with pytest.raises(RoomError, match=r"There are no votes to show now\."):
        after("show", room=again)


def test_a_close_can_be_taken_back_until_something_is_shown() -> None:
    timed = after("start", room=replace(ROOM, seconds=30))
    late = step(timed, "reopen", 131.0)  # the time was up
    assert late.asked is not None and late.asked.closes_at == 161.0
    room = after("start", "close", "reopen")
    assert room.asked == Asked("tails/a", 1, "open", 1, 100.0, None, goes_on=True)
    # The next vote is one like any other.
    again = after("close", "again", room=room)
    assert again.asked == Asked("tails/a", 1, "open", 2, 100.0, None)
    # By way of the exit ticket, too.
    room = after("start", "exit", "back", "reopen")
    assert room.asked is not None and room.asked.phase == "open"
    for commands in (["start"], ["start", "close", "show"], ["start", "reveal"], ["start", "skip"]):
        with pytest.raises(RoomError, match=r"This vote cannot go on\. Use 'Vote again'"):
            after(*commands, "reopen")


def test_back_from_the_exit_ticket_is_where_the_room_was() -> None:
    assert after("exit", "back") == replace(ROOM, version=2)
    assert after("start", "exit", "back").position == 0


def test_skip_shows_the_next_one_unopened() -> None:
    room = after("start", "skip")
    assert room.asked is not None and room.asked.phase == "waiting"
    assert after("open", room=room).questions[1].phase == "open"


def test_the_timer_is_the_servers() -> None:
    room = step(ROOM, "timer", 0.0, 30)
    room = step(room, "start", 100.0)
    assert is_open(room, 129.9)
    assert not is_open(room, 130.0)
    assert on_time(room, 129.0) is room
    late = on_time(room, 131.0)
    assert late.asked is not None and late.asked.phase == "closed"
    with pytest.raises(RoomError, match=r"This question is not open\. Open it first\."):
        step(room, "close", 131.0)
    # The timer of a vote is set when it opens; another one counts from the next vote on.
    longer = step(room, "timer", 101.0, 900)
    assert not is_open(longer, 131.0)


@pytest.mark.parametrize(
    ("commands", "refused", "words"),
    [
        ([], "close", "No question is shown. Start the questions first."),
        ([], "exit-ticket", "There is no such button. Reload the page."),
        (["start"], "start", "The questions have begun. Use 'Next'."),
        (["start"], "open", "This question has been opened. Use 'Vote again' for a second vote."),
        (["start"], "again", "The first vote is not closed. Close it first."),
        (["start"], "back", "This is the first question. Use 'Next'."),
        (["start", "reveal"], "reveal", "There is nothing to reveal now. Open the question first."),
        (
            ["start", "next", "next"],
            "next",
            "This was the last question. Go to the exit ticket, or end the room.",
        ),
        (["exit"], "exit", "The exit ticket is open. End the room when everybody is done."),
        (["end"], "start", "This room has ended. Its results are kept; open a new room to go on."),
    ],
)
def test_what_is_refused(commands: list[str], refused: str, words: str) -> None:
    room = after(*commands)
    with pytest.raises(RoomError) as caught:
        step(room, refused, 100.0)
    assert str(caught.value) == words
    assert not may(room, refused, 100.0)


def test_votes_on_one_question_are_bounded() -> None:
    room = after("start", *["close", "again"] * (MAX_ROUNDS - 1), "close")
    assert not may(room, "again", 100.0)


@pytest.mark.parametrize("value", [True, 4, 901, 10.0, "30", float("nan"), [30]])
def test_nonsense_timers(value: object) -> None:
    with pytest.raises(RoomError, match=r"That is no timer\."):
        step(ROOM, "timer", 0.0, value)


@pytest.mark.parametrize("value", [True, -1, 3, 1.0, "1", None])
def test_nonsense_positions(value: object) -> None:
    with pytest.raises(RoomError):
        step(after("start"), "go", 0.0, value)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(COMMANDS)),
            st.one_of(st.none(), st.booleans(), st.integers(-2, 40)),
            st.floats(0, 60),
        ),
        max_size=40,
    )
)
def test_no_order_of_clicks_breaks_a_room(clicks: list[tuple[str, object, float]]) -> None:
    room, now = ROOM, 1000.0
    for command, value, wait in clicks:
        now += wait
        try:
            made = step(room, command, now, value)
        except RoomError:
            continue
        assert made.version == room.version + 1
        assert [q.item_id for q in made.questions] == [q.item_id for q in room.questions]
        for old, new in zip(room.questions, made.questions, strict=True):
            assert old.round <= new.round <= MAX_ROUNDS
            assert (new.round == 0) == (new.phase == "waiting")
        others = [q for i, q in enumerate(made.questions) if i != made.position]
        assert all(q.phase != "open" for q in others)
        if made.stage != "question":
            assert all(q.phase != "open" for q in made.questions)
        room = made
