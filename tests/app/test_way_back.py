"""The way back to a live room from the pages its host shows in between."""

from quizzes.store import Store
from tests.app.in_class import labels, open_class, open_host
from tests.app.screen import open_page, path_of, press, text

BACK = "Back to the room"


def test_other_pages_have_a_way_back_to_the_room(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    assert BACK not in labels(app)
    app.switch_page(path_of("learn/tails")).run()
    assert BACK in labels(app)
    assert room.secret not in text(app)
    room.click("end")
    app.switch_page(path_of("classroom/host"))
    app.query_params["room"] = room.secret
    app.run()
    app.switch_page(path_of("learn/tails")).run()
    assert BACK not in labels(app)


def test_who_comes_by_the_menu_finds_the_room_again(kept: Store) -> None:
    room = open_class(kept)
    app = open_host(room.secret)
    for page in ("host", "results"):
        app.switch_page(path_of(f"classroom/{page}"))
        app.query_params.clear()
        app.run()
        assert not app.exception
        press(app, BACK)
        assert "Start the questions" in labels(app)
        assert room.secret in app.query_params["room"]


def test_a_learn_pages_address_gives_no_room_away(kept: Store) -> None:
    room = open_class(kept)
    app = open_page("learn/tails", {"room": room.secret, "seed": "5"})
    assert not app.exception
    assert list(app.query_params) == ["seed"]
