"""The host's page without a browser: open a room, lead it, and what can go wrong."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages.classroom._host.card import join_card
from pages.classroom._host.controls import BUTTONS, commands_of, next_command
from quizzes.classroom.decks import deck_from_ids, load_decks, questions_of
from quizzes.classroom.room import MOVES, Asked, Room
from quizzes.kinds import KINDS
from quizzes.settings import settings
from quizzes.store import (
    Player,
    Store,
    StoreError,
    click,
    create_room,
    delete_room,
    host_room,
    players_of,
)
from tests.app.in_class import labels, now, open_class, open_host
from tests.app.screen import open_page, press, text

NASTY = ("**Bob**", "![x](http://example.org/x.png)", "<b>Eve</b>", "$x^2$", ":red[hi]")


def test_a_room_is_opened_from_a_ready_deck(kept: Store) -> None:
    app = open_host()
    assert not app.exception
    assert "10 questions" in text(app)
    press(app, "Open a room")
    assert not app.exception
    secret = app.query_params["room"]
    secret = secret[0] if isinstance(secret, list) else secret
    room = host_room(kept, secret).room
    assert (room.stage, len(room.questions)) == ("lobby", 10)
    assert (room.seconds, room.names_hidden, room.leaderboard, room.speed) == (
        None,
        False,
        False,
        False,
    )
    assert "Waiting for the first player" in text(app)


def test_settings_go_into_the_room(kept: Store) -> None:
    app = open_host()
    app.selectbox(key="host.timer").set_value(30)
    app.toggle(key="host.names_hidden").set_value(True)
    press(app, "Open a room")
    secret = app.query_params["room"]
    room = host_room(kept, secret[0] if isinstance(secret, list) else secret).room
    assert (room.seconds, room.names_hidden, room.speed) == (30, True, False)


def test_decks_by_topic_and_by_hand(kept: Store) -> None:
    app = open_host()
    app.button_group(key="host.way").set_value("topics").run()
    assert "Open a room" not in labels(app)
    app.button_group(key="host.topics").set_value(["nesting"]).run()
    assert not app.exception
    assert "8 questions" in text(app)
    app.button_group(key="host.way").set_value("hand").run()
    assert "Open a room" not in labels(app)
    names = list(load_decks()["syntax"].entries)
    app.multiselect(key="host.ids").set_value([names[0].item, names[1].item]).run()
    press(app, "Open a room")
    secret = app.query_params["room"]
    room = host_room(kept, secret[0] if isinstance(secret, list) else secret).room
    assert [q.item_id for q in room.questions] == [names[0].item, names[1].item]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe", "The file is not text in UTF-8."),
        (b"{", "JSON"),
        (json.dumps({"format": "mixed-models-deck"}).encode(), "version"),
    ],
)
def test_a_file_that_is_no_deck_says_so(raw: bytes, words: str) -> None:
    app = open_host()
    app.button_group(key="host.way").set_value("file").run()
    app.file_uploader(key="host.file").upload("deck.json", raw, "application/json").run()
    assert not app.exception
    assert words in text(app).replace("\\", "")
    assert "Open a room" not in labels(app)


def test_a_whole_lesson(kept: Store) -> None:
    room = open_class(kept, names=("Ada", "Bob", "Cyd"))
    app = open_host(room.secret)
    assert "3 players" in text(app)
    assert "Ada" in text(app)
    press(app, "Start the questions")
    item = room.item()
    assert item.stem in text(app)
    assert item.explanation not in text(app)
    room.vote(True, False)
    app.run()
    assert "**2** of 3 answers in" in text(app)
    n_pictures = len(app.get("vega_lite_chart"))
    press(app, "Close the vote")
    assert len(app.get("vega_lite_chart")) == n_pictures
    press(app, "Show votes")
    assert len(app.get("vega_lite_chart")) == n_pictures + 1
    assert ":green[" not in text(app)
    press(app, "Vote again")
    room.vote(True, True, True)
    press(app, "Close the vote")
    press(app, "Reveal")
    found = text(app)
    assert item.explanation in found
    assert "First vote: 50% right. Second vote: 100% right." in found
    assert "**1 moved to the right answer**" in found
    press(app, "Next question")
    assert "Question **2** of 10" in text(app)
    press(app, "Exit ticket")
    assert "**0** of 3 exit tickets in" in text(app)
    press(app, "End the room")
    assert "Results" in labels(app)
    assert room.now().room.stage == "ended"


def test_the_reveal_shades_what_is_right(kept: Store) -> None:
    room = open_class(kept, "tails")
    app = open_host(room.secret)
    press(app, "Start the questions")
    assert room.item().kind == "region"
    assert '"area"' not in app.get("vega_lite_chart")[0].proto.spec
    press(app, "Close the vote")
    assert '"area"' not in app.get("vega_lite_chart")[0].proto.spec
    press(app, "Reveal")
    assert app.get("vega_lite_chart")[0].proto.spec.count('"area"') == len(room.item().body.key)


def test_a_reload_and_a_second_device_show_the_same(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    press(app, "Start the questions")
    press(app, "Close the vote")
    press(app, "Show votes")
    again = open_host(room.secret)
    assert labels(again) == labels(app)
    assert text(again) == text(app)


def test_of_two_hosts_clicking_at_once_one_is_told(kept: Store) -> None:
    room = open_class(kept)
    first, second = open_host(room.secret), open_host(room.secret)
    press(first, "Start the questions")
    press(second, "Start the questions")
    found = text(second)
    assert "Somebody else was quicker" in found
    assert "Question **1** of 10" in found
    assert room.now().room.version == 1
    press(second, "Close the vote")
    assert "Somebody else" not in text(second)


def test_a_key_pressed_twice_is_one_click(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    press(app, "Start the questions")
    # The second press comes before the browser has the new buttons.
    app.session_state["room.wanted"] = app.session_state["room.done"]
    app.run()
    assert "Somebody else" not in text(app)
    assert room.now().room.version == 1


def test_names_are_text(kept: Store) -> None:
    room = open_class(kept, names=NASTY)
    app = open_host(room.secret)
    found = text(app)
    for nasty in NASTY:
        assert nasty not in found
    assert r"\*\*Bob\*\*" in found


def test_names_can_be_hidden_changed_and_players_removed(kept: Store) -> None:
    room = open_class(kept)
    room.click("names_hidden", True)
    app = open_host(room.secret)
    assert not any("Ada" in markdown.value for markdown in app.markdown)
    player = next(box for box in app.selectbox if box.key.startswith("room.player"))
    player.set_value(1).run()
    name = next(box for box in app.text_input if box.key.startswith("room.name"))
    name.set_value("Ida").run()
    press(app, "Rename")
    people: tuple[Player, ...] = players_of(kept, room.id)
    assert [p.name for p in people] == ["Ida", "Bob"]
    next(box for box in app.selectbox if box.key.startswith("room.player")).set_value(2).run()
    # Answers go with it, so it takes two clicks.
    assert "Remove" not in labels(app)
    next(box for box in app.checkbox if box.key.startswith("room.sure")).check().run()
    press(app, "Remove")
    assert [p.removed for p in players_of(kept, room.id)] == [False, True]


def test_settings_of_an_open_room(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    app.toggle(key="room.locked.0").set_value(True).run()
    assert room.now().room.locked
    assert "locked" in text(app)
    app.selectbox(key="room.timer.1").set_value(60).run()
    assert room.now().room.seconds == 60
    app.toggle(key="room.leaderboard.2").set_value(True).run()
    press(app, "Start the questions")
    room.vote(True, False)
    press(app, "Reveal")
    found = text(app)
    assert "**1.** Ada · 1.0 points" in found
    assert "**2.** Bob · 0.0 points" in found


def test_the_leaderboard_gives_away_nothing_that_is_not_revealed(kept: Store) -> None:
    room = open_class(kept)
    room.click("leaderboard", True)
    room.click("start")
    room.vote(True, False)
    room.click("close")
    room.click("next")
    app = open_host(room.secret)
    press(app, "Reveal")
    assert "points" not in text(app)
    room.click("back")
    app = open_host(room.secret)
    press(app, "Reveal")
    assert "**1.** Ada · 1.0 points" in text(app)


def test_a_vote_whose_time_is_up_is_closed_on_the_screen(kept: Store) -> None:
    room = open_class(kept)
    room.click("timer", 5)
    click(kept, room.secret, "start", None, 1, now() - timedelta(minutes=1))
    app = open_host(room.secret)
    assert "Show votes" in labels(app)
    assert "Close the vote" not in labels(app)


@pytest.mark.parametrize("secret", ["x", "../../etc", "A" * 43, "<script>", "%00"])
def test_a_link_that_opens_nothing_says_so(secret: str) -> None:
    app = open_host(secret)
    assert not app.exception
    assert "This link opens no room" in text(app).replace("\\", "")


def test_a_room_deleted_while_it_is_shown(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    delete_room(kept, room.secret)
    app.run()
    assert not app.exception
    assert "This link opens no room" in text(app).replace("\\", "")


def test_a_store_that_fails_is_told_without_a_traceback(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = open_class(kept)
    app = open_host(room.secret)

    def fail(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room, then try again.")

    monkeypatch.setattr("pages.classroom._host.desk.click", fail)
    press(app, "Start the questions")
    assert not app.exception
    assert "The disk is full" in text(app)
    monkeypatch.setattr("pages.classroom._host.live.counts", fail)
    app.run()
    assert not app.exception
    assert "The page looks again by itself" in text(app).replace("\\", "")


@pytest.mark.parametrize("deck", sorted(load_decks()))
def test_every_question_of_the_ready_decks_is_shown_and_revealed(deck: str, kept: Store) -> None:
    room = open_class(kept, deck, names=("Ada", "Bob", "Cyd"))
    app = open_host(room.secret)
    press(app, "Start the questions")
    for i in range(len(load_decks()[deck].entries)):
        assert f"Question **{i + 1}** of" in text(app)
        wrong = KINDS[room.item().kind].examples(room.item().body).wrong
        room.vote(True, not wrong)
        press(app, "Reveal")
        assert not app.exception
        assert not app.error
        assert room.item().explanation in text(app)
        press(app, "Next question") if i + 1 < len(load_decks()[deck].entries) else None


def test_an_item_that_has_left_the_bank_can_be_skipped(kept: Store) -> None:
    questions = (Asked("tails/never-was", 1), *questions_of(deck_from_ids(["t-on-f"]), 1))
    opened = create_room(kept, "Lost", questions, now(), f"lost {now().timestamp()}")
    app = open_host(opened.host_secret)
    press(app, "Start the questions")
    assert not app.exception
    assert "The bank does not have this question any more" in text(app)
    press(app, "Next question")
    assert "Question **2** of 2" in text(app)


def test_the_secret_is_on_no_card_and_in_no_words_but_the_hosts_links(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    shown_to_all = [m.value for m in app.markdown] + [c.value for c in app.caption]
    assert all(room.secret not in words for words in shown_to_all)
    assert sum(room.secret in code.value for code in app.code) == 2
    assert room.secret not in join_card("http://a.org/p", room.now().room.code)
    for seat in room.seats:
        assert seat.token not in text(app)


def test_every_move_has_a_button_and_one_comes_next() -> None:
    assert set(BUTTONS) == set(MOVES) - {"go"}
    for phase in ("waiting", "open", "closed", "revealed"):
        room = Room("C", "T", (Asked("a", 1, phase),), "question", 0)
        assert next_command(room) in commands_of(room)
    keys = [button.key for button in BUTTONS.values() if button.key]
    # Streamlit keeps C and R for itself.
    assert len(keys) == len(set(keys)) and not {"C", "R", "N"} & set(keys)


def open_join(code: str) -> AppTest:
    return open_page("classroom/join", {"code": code})


def test_the_door_leads_to_the_phones() -> None:
    app = open_join("gd6 f4d")
    assert not app.exception
    link = app.get("link_button")[0].proto
    assert (link.label, link.url) == ("Enter room GD6 F4D", "/p/GD6F4D")


@pytest.mark.parametrize("code", ["12", "<script>", "A" * 20, "\u202e"])
def test_the_door_refuses_what_is_no_code(code: str) -> None:
    app = open_join(code)
    assert not app.exception
    assert not app.get("link_button")
    assert "That is not a room's code" in text(app).replace("\\", "")


def ask_for_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """Run the page as on a site with a password."""
    hosted = replace(settings(), host_password=password)
    monkeypatch.setattr("pages.classroom._host.permission.settings", lambda: hosted)


def test_a_site_with_a_password_asks_for_it(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for_password(monkeypatch, "pâté")
    app = open_host()
    assert "Open a room" not in labels(app)
    app.text_input[0].set_value("pate")
    press(app, "Go on")
    assert "That is not the password." in text(app)
    assert "Open a room" not in labels(app)
    app.text_input[0].set_value("pâté")
    press(app, "Go on")
    press(app, "Open a room")
    assert "room" in app.query_params
    # A room that is open needs its link and no password.
    assert "Start the questions" in labels(open_host(open_class(kept).secret))


def test_passwords_are_not_guessed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for_password(monkeypatch, "right")
    monkeypatch.setattr("pages.classroom._host.permission.MOST_WRONG", 3)
    monkeypatch.setattr("pages.classroom._host.permission.address", lambda: "203.0.113.9")
    app = open_host()
    for i in range(4):
        app.text_input[0].set_value(f"wrong {i}")
        press(app, "Go on")
    assert "Too many passwords were tried" in text(app)
    app.text_input[0].set_value("right")
    press(app, "Go on")
    assert "Open a room" not in labels(app)


def test_the_time_left_is_shown(kept: Store) -> None:
    room = open_class(kept)
    room.click("timer", 300)
    app = open_host(room.secret)
    press(app, "Start the questions")
    assert ":material/timer: **5:00**" in text(app) or ":material/timer: **4:5" in text(app)
