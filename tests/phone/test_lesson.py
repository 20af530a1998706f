"""A lesson as its players have it: they come, go, change their minds, and are told."""

from pathlib import Path

from quizzes.store import (
    counts,
    exit_of,
    players_of,
    remove_player,
    room_csv,
)
from tests.phone.classroom import Ear, Phone, eventually, now
from tests.phone.lesson import LATE, lesson, responses


def test_a_close_that_is_taken_back_keeps_what_phones_have(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        ear = Ear(phone)
        ear.wait_for("hello")
        host.click("start")
        ear.wait_for("show")
        assert phone.answer("1")["saved"]
        heard = len(ear.events)
        host.click("close", "reopen")
        ear.wait_for("fetch", after=heard)
        eventually(lambda: 'value="1" checked' in phone.see())
        assert phone.answer("2")["saved"]
        assert responses(host.store, phone) == [(0, 1, "2")]
        # Not the same form for all: theirs have answers in them.
        assert "show" not in [name for name, _ in ear.events[heard:]]
        ear.close()


def test_two_tabs_are_one_player(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        tab = Phone(phone.port, phone.me)
        ears = [Ear(phone), Ear(tab)]
        for ear in ears:
            ear.wait_for("hello")
        host.click("start")
        for ear in ears:
            assert "answer" in ear.wait_for("show")["html"]
        assert phone.answer("0")["saved"] and tab.answer("1")["saved"]
        assert "Saved: " in phone.see() and phone.see() == tab.see()
        assert responses(host.store, phone) == [(0, 1, "1")]
        assert counts(host.store, host.room.id).players == 1
        for ear in ears:
            ear.close()


def test_a_player_who_leaves_may_come_back_as_itself_or_as_another(
    address: str, tmp_path: Path
) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        code = host.room.room.code
        host.click("start")
        assert phone.answer("0")["saved"]
        door = phone.get(f"/p/{code}")
        assert f'href="{phone.me}"' in door.text and "You have been in this room" in door.text
        other = Phone(phone.port, cookie=phone.cookie).join(code, "Somebody")
        assert other.me != phone.me
        assert "Saved" not in other.see().partition('<p id="saved"')[2].partition("</p>")[0]
        assert other.answer("1")["saved"]
        assert responses(host.store, phone) == [(0, 1, "0")]
        assert responses(host.store, other) == [(0, 1, "1")]
        assert Phone(phone.port).get(f"/p/{code}").text.count("You have been") == 0


def test_a_phone_that_was_away_gets_the_room_as_it_is(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        ear = Ear(phone)
        assert ear.wait_for("hello") == "0"
        ear.close()
        host.click("start", "close", "reveal", "next")
        eventually(lambda: 'name="position" value="1"' in phone.see())
        again = Ear(phone)
        assert again.wait_for("hello") == "4"
        again.close()


def test_the_servers_timer_decides(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1, timer=5) as (_, host, (phone,)):
        ear = Ear(phone)
        ear.wait_for("hello")
        host.click("start")
        assert phone.answer("0")["saved"]
        data = ear.wait_for("fetch", 8)
        assert data["version"] == "1-closed"
        assert "<h1>Closed</h1>" in phone.see()
        # A phone whose clock is wrong, or whose form is still open.
        assert phone.answer("1")["words"] == LATE
        assert responses(host.store, phone) == [(0, 1, "0")]
        ear.close()


def test_a_removed_player_is_told_and_is_out(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 2) as (_, host, (phone, other)):
        ear = Ear(phone)
        ear.wait_for("hello")
        host.click("start")
        ear.wait_for("show")
        remove_player(host.store, host.room.host_secret, 1, now())
        ear.wait_for("fetch")
        assert "You have left this room" in phone.see()
        assert phone.answer("0") == {
            "saved": False,
            "words": "You are no longer in this room.",
            "html": "<p>You are no longer in this room.</p>\n",
            "reload": True,
            "again": False,
        }
        assert phone.get(f"{phone.me}/events").status == 204
        assert "You have been" not in phone.get(f"/p/{host.room.room.code}").text
        assert other.answer("0")["saved"]
        ear.close()


def test_everything_works_without_the_script(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start")
        eventually(lambda: 'name="position"' in phone.get(phone.me).text)
        form = {"position": "0", "round": "1", "answer": "1"}
        sent = phone.post(f"{phone.me}/answer", form)
        assert sent.status == 303 and sent.header("location") == phone.me
        assert "Saved: " in phone.get(phone.me).text
        host.click("close")
        late = phone.post(f"{phone.me}/answer", form | {"answer": "2"})
        assert late.status == 409 and LATE in late.text and "<h1>Closed</h1>" in late.text
        assert responses(host.store, phone) == [(0, 1, "1")]
        # Pages on which nothing is typed look again by themselves, also after a form was sent.
        again = f'<noscript><meta http-equiv="refresh" content="5; url={phone.me}"></noscript>'
        assert again in late.text
        for command, words, looks in (
            ("reveal", "Not yet", True),
            ("next", "<form", False),
            ("exit", "Before you go", False),
            ("end", "That was it", False),
        ):
            host.click(command)
            eventually(lambda words=words: words in phone.see())
            assert (again in phone.get(phone.me).text) == looks, command


def test_an_exit_ticket_can_be_changed_until_the_room_ends(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (_, host, (phone,)):
        host.click("start", "exit")
        eventually(lambda: "Before you go" in phone.see())
        said = phone.answer({"ticket-0": "3", "ticket-2": "the pictures"}, -1)
        assert said["saved"] and said["words"] == "Saved. You can change it until the room ends."
        assert said["words"] in phone.see()
        assert phone.answer({"ticket-0": "2"}, -1)["saved"]
        assert responses(host.store, phone) == [(-3, 1, "the pictures"), (-1, 1, 2)]
        # A text can be taken back; an option can be changed only.
        assert phone.answer({"ticket-0": "", "ticket-2": " ", "ticket-3": ""}, -1)["saved"]
        assert [(e.position, e.response) for e in exit_of(host.store, host.room.id)] == [(-1, 2)]
        assert "the pictures" not in phone.see()
        assert "the pictures" not in room_csv(host.store, host.room.host_secret)
        assert phone.answer({"ticket-2": "the bars"}, -1)["saved"]
        assert len(exit_of(host.store, host.room.id)) == 2


def test_a_locked_door_says_so_before_anybody_types_a_name(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 1) as (server, host, (phone,)):
        host.click("locked", value=True)
        code = host.room.room.code
        words = "This room is locked: nobody new may join. Ask whoever runs it."
        stranger = Phone(server.port).get(f"/p/{code}")
        assert words in stranger.text and "<form" not in stranger.text
        assert Phone(server.port).post(f"/p/{code}", {"name": "Eve"}).status == 409
        # Who is in finds the way back.
        assert "Go on as" in phone.get(f"/p/{code}").text


def test_a_late_joiner_gets_the_current_question(address: str, tmp_path: Path) -> None:
    with lesson(address, tmp_path, 0) as (server, host, _):
        host.click("start", "close", "reveal", "next")
        phone = Phone(server.port).join(host.room.room.code)
        assert 'name="position" value="1"' in eventually(lambda: phone.see())
        assert len(players_of(host.store, host.room.id)) == 1
