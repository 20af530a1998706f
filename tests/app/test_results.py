"""The results of a room without a browser: tables, pictures, downloads, deletion."""

import csv
import io
import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.classroom._results.questions import discrimination_words, first_words, table_of
from pages.classroom._results.reading import asked_of, read_report
from pages.classroom._room.pictures import Bar, bars, slopes
from pages.classroom._room.show import line_up_words, moves_words
from quizzes import find_item
from quizzes.classroom.results import LineUpResult, Move
from quizzes.store import Store, StoreError, host_room, save_votes
from quizzes.store.votes import Ballot
from tests.app.in_class import Class, now, open_class
from tests.app.screen import open_page, press, text
from tests.bank.one_by_one import player_of

TYPED = "more **pictures** <img src=x>"


def open_results(secret: str = "", view: str = "") -> AppTest:
    query = {"room": secret, "view": view}
    return open_page("classroom/results", {name: value for name, value in query.items() if value})


def ticket(room: Class) -> None:
    """Let everybody leave an exit ticket."""
    ballots = []
    for seat in room.seats:
        player, _ = player_of(room.store, seat.token)
        ballots.append(Ballot(room.id, player.id, -1, 1, 3, None, "", "D: a little fast"))
        ballots.append(Ballot(room.id, player.id, -4, 1, TYPED, None, "", TYPED))
    assert set(save_votes(room.store, ballots, now())) == {"saved"}


def played(store: Store, deck: str = "tails") -> Class:
    """A room after two questions, the first of them voted on twice."""
    room = open_class(store, deck, ("Ada", "Bob", "Cyd"))
    room.click("start")
    room.vote(True, False, False)
    room.click("close")
    room.click("again")
    room.vote(True, True, False)
    room.click("reveal")
    room.click("next")
    room.vote(True, True)
    room.click("exit")
    ticket(room)
    room.click("end")
    return room


def test_without_a_link_the_page_says_where_results_are() -> None:
    app = open_results()
    assert not app.exception
    assert "Links for you" in text(app)


@pytest.mark.parametrize("secret", ["x", "A" * 43, "<script>"])
def test_a_link_that_opens_nothing_says_so(secret: str) -> None:
    app = open_results(secret)
    assert not app.exception
    assert "This link opens no room" in text(app)


def test_a_room_nobody_answered_in(kept: Store) -> None:
    room = open_class(kept)
    app = open_results(room.secret)
    assert not app.exception
    assert "Nobody has answered a question in this room." in text(app)
    assert any(button.label == "Back to the room" for button in app.button)
    app = open_results(room.secret, "Exit ticket")
    assert "Nobody has left an exit ticket." in text(app)
    app = open_results(room.secret, "What came up")
    assert "No misconception showed" in text(app)


def test_the_table_and_the_question_in_full(kept: Store) -> None:
    room = played(kept)
    app = open_results(room.secret)
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["question"]) == [1, 2]
    assert list(table["answers"]) == [3, 2]
    assert list(table["right at first"]) == [33, 100]
    assert list(table["right at last"]) == [67, 100]
    assert set(table["tells apart"]) == {"too few to say"}
    found = text(app)
    # Without Bob's later vote on the first question the mean of (1/3, 1) and (2/3, 1).
    assert "67% right in the first vote · 83% in the last" in found
    assert "**First vote** · 3 answers · 33% right" in found
    assert "**Second vote** · 3 answers · 67% right" in found
    assert "**1 moved to the right answer**, 0 away from it, 2 stayed." in found
    app.selectbox(key="results.question").set_value(1).run()
    assert not app.exception
    assert "Who moved" not in text(app)


def test_what_came_up_says_what_is_so_instead(kept: Store) -> None:
    room = played(kept)
    app = open_results(room.secret, "What came up")
    assert not app.exception
    found = text(app)
    assert "[67% in the first vote]" in found
    assert "1 of 2 had it right in their last vote." in found
    # A page to show in class has no downloads and no deletion.
    assert not app.get("download_button")


def test_the_exit_ticket_is_shown_as_typed(kept: Store) -> None:
    room = played(kept)
    app = open_results(room.secret, "Exit ticket")
    assert not app.exception
    assert [text.value for text in app.text] == [TYPED] * 3
    assert TYPED not in text(app)


def test_line_ups_have_a_p_value(kept: Store) -> None:
    room = open_class(kept, "find-the-real-data", ("Ada", "Bob", "Cyd"))
    room.click("start")
    room.vote(True, True, True)
    room.click("next")
    room.vote(True, True, True)
    room.click("reveal")
    app = open_results(room.secret)
    assert not app.exception
    assert "There was nothing to find" in text(app)
    app.selectbox(key="results.question").set_value(1).run()
    assert "3 of 3 found it in the first vote" in text(app)


def test_downloads_have_names_only_when_asked(
    kept: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: dict[str, str] = {}

    def take(label: str, data: str, *_: object, **__: object) -> None:
        taken[label] = data

    monkeypatch.setattr("streamlit.download_button", take)
    room = played(kept)
    app = open_results(room.secret)
    assert set(taken) == {"Votes as CSV", "Room as JSON", "Questions as CSV"}
    assert all("Ada" not in text and room.secret not in text for text in taken.values())
    rows = list(csv.DictReader(io.StringIO(taken["Votes as CSV"])))
    assert len([row for row in rows if row["question"] == "1"]) == 6
    assert json.loads(taken["Room as JSON"])["title"] == room.now().room.title
    app.toggle(key="results.names").set_value(True).run()
    assert "Ada" in taken["Votes as CSV"]
    assert "Ada" in taken["Room as JSON"]


def test_a_room_is_deleted_only_when_sure(kept: Store) -> None:
    room = played(kept)
    app = open_results(room.secret)
    button = next(b for b in app.button if b.label == "Delete the room")
    assert button.disabled
    app.checkbox(key="results.sure").set_value(True).run()
    press(app, "Delete the room")
    assert not app.exception
    assert "The room is deleted, with all its answers." in text(app)
    assert "Links for you" in text(app)
    assert "is deleted" not in text(app.run())
    with pytest.raises(StoreError, match="This link opens no room"):
        host_room(kept, room.secret)


@pytest.mark.parametrize(
    ("value", "n", "words"),
    [
        (None, 3, "too few to say"),
        (-0.11, 36, "hardly (−0.11)"),
        (-0.5, 36, "the wrong way: look at its wording (−0.50)"),
        (0.19, 36, "hardly (0.19)"),
        (0.2, 36, "somewhat (0.20)"),
        (0.4, 36, "well (0.40)"),
    ],
)
def test_discrimination_in_words(value: float | None, n: int, words: str) -> None:
    assert discrimination_words(value, n) == words


def test_a_warm_up_tells_nobody_apart(kept: Store) -> None:
    room = open_class(kept, "find-the-real-data", names=tuple("ABCDEF"))
    room.click("start")
    room.vote(*[True] * 6)
    (row,) = table_of(asked_of(read_report(room.secret))).to_dict("records")
    assert row["tells apart"] == "nothing is right or wrong" and row["answers"] == 6


def test_who_joins_for_the_second_vote_is_in_the_results(kept: Store) -> None:
    room = open_class(kept, "tails", ("Ada",))
    room.click("start")
    room.click("close")
    room.click("again")
    room.vote(False)
    room.click("end")
    app = open_results(room.secret)
    assert not app.exception
    table = app.dataframe[0].value
    assert (list(table["answers"]), list(table["right at first"])) == ([1], [0])
    assert "**Second vote** · 1 answer · 0% right" in text(app)


def test_the_first_words_are_plain() -> None:
    item = find_item("tails/different-needs-both-tails", 1)
    assert "**" not in first_words(item)
    assert "$" not in first_words(item)
    assert first_words(None) == "a question that has left the bank"


def test_pictures_say_their_numbers() -> None:
    drawn = bars([Bar("A", 3, True), Bar("B", 1, False)], "First vote")
    assert drawn.alt == "First vote. ✓ A: 3 votes. B: 1 vote."
    assert list(drawn.data["words"]) == ["3 (75%)", "1 (25%)"]
    moved = (Move("A: x", "B: y", 2, False, True), Move("B: y", "B: y", 1, True, True))
    lines = slopes(moved, {"A: x": "A", "B: y": "B"}, ("First vote", "Second vote"))
    assert lines.alt == "First vote to second vote: 2 went from A to B; 1 stayed with B."
    assert "**2 moved to the right answer**, 0 away from it, 1 stayed." in moves_words(moved)


def test_a_line_ups_p_value_in_words() -> None:
    found = LineUpResult(0, (0,) * 19 + (8,), 20, 8, 8, 0.0004)
    assert line_up_words(found).endswith(
        "8 or more of 8 people who look at the same 20 panels would choose it with p < .001."
    )
    found = LineUpResult(0, (0,) * 19 + (1,), 20, 1, 1, 0.05)
    assert line_up_words(found).endswith("p = .050.")
