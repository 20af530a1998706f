"""Forms that nobody's page sends."""

import asyncio
import time
from typing import Any

import pytest
from starlette.requests import Request

from pages.classroom.phone import forms, views
from pages.classroom.phone.answers import ALIKE, LATE, read_ballots, words_of
from pages.classroom.phone.forms import MAX_BODY, NONE, number, read_form
from quizzes import grade, load_bank
from quizzes.classroom.room import Asked
from quizzes.store import Store, host_room
from tests.bank.one_by_one import join_room
from tests.phone.classroom import Host, now


def form(body: bytes, part: int = 1000) -> Any:
    parts = [body[at : at + part] for at in range(0, len(body), part)] or [b""]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    return asyncio.run(read_form(Request({"type": "http", "method": "POST"}, receive)))


def test_a_form_is_read_as_text() -> None:
    assert form(b"name=%3Cb%3E&answer=1&answer=2&x=") == {
        "name": ["<b>"],
        "answer": ["1", "2"],
        "x": [""],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"%",
        b"%zz=%zz",
        b"=" * 50,
        b"a&" * 90,
        b'{"answer": 1}',
        b"answer=%00%ff%ed%a0%80",
    ],
)
def test_nonsense_is_a_form_without_an_answer(body: bytes) -> None:
    assert isinstance(form(body), dict)


def test_what_is_too_long_or_has_too_many_fields_is_no_form() -> None:
    assert form(b"answer=" + b"x" * MAX_BODY) == {}
    assert form(b"a=1&" * 5_000) == {}
    assert form(b"a=1&" * 101) == {}


def test_what_comes_too_slowly_is_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PATIENCE", 0.02)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": b"a", "more_body": True}

    assert asyncio.run(read_form(Request({"type": "http", "method": "POST"}, receive))) == {}


@pytest.mark.parametrize(
    "text", ["", "-", "--1", "1.5", "٣", "1e3", "999999", "0x1", " 1", "1_0", "nan", "-1-1"]
)
def test_what_is_no_small_number_is_none(text: str) -> None:
    assert number({"n": [text]}, "n") == NONE


def test_small_numbers_are_read() -> None:
    assert number({"n": ["-1", "7"]}, "n") == -1
    assert number({"n": ["12"]}, "n") == 12
    assert number({}, "n") == NONE


HOSTILE: list[dict[str, list[str]]] = [
    {},
    {"answer": []},
    {"answer": [""]},
    {"answer": ["-1"]},
    {"answer": ["99"]},
    {"answer": ["1"] * 90},
    {"answer": ["x" * 15_000]},
    {"answer": ["\x00"]},
    {"answer": ["\ud800"]},
    {"answer": ["((((" * 1_000]},
    {"answer": ["y ~ " + "+".join(["x"] * 3_000)]},
    {"answer": ["1e999"]},
    {"place-0": ["9"] * 9},
]


@pytest.mark.parametrize("kind", sorted({item.kind for item in load_bank().values()}))
def test_no_answer_of_any_shape_raises(kind: str) -> None:
    item = next(item for item in load_bank().values() if item.kind == kind)
    for fields in HOSTILE:
        mark = grade(item, views.read_response(item, fields))
        assert mark.malformed or mark.score is not None


@pytest.mark.parametrize(
    ("position", "round"),
    [("1", "1"), ("0", "2"), ("99", "1"), ("-2", "1"), ("0", "0"), ("0", "-1"), ("--1", "1")],
)
def test_answers_to_what_is_not_asked_are_late(store: Store, position: str, round: str) -> None:
    host = Host(store, [Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3)])
    host.click("start")
    seat = join_room(store, host.room.id, "", now())
    kept = host_room(store, host.room.host_secret)

    class Same:
        async def fresh(self, room_id: int) -> Any:
            return kept

    fields = {"position": [position], "round": [round], "answer": ["0"]}
    hall: Any = Same()
    found = asyncio.run(read_ballots(seat.player, kept, fields, now().timestamp(), hall, hall))
    assert found == ([], LATE)


@pytest.mark.parametrize("answer", ["right", "near", "unreadable"])
def test_how_long_a_formula_is_marked_tells_nothing(store: Store, answer: str) -> None:
    item = next(item for item in load_bank().values() if item.kind == "formula" and item.body.near)
    given = {"right": item.body.key, "near": item.body.near[0].answer, "unreadable": "y ~ ("}
    host = Host(store, [Asked(item.id, 1)])
    host.click("start")
    seat = join_room(store, host.room.id, "", now())
    kept = host_room(store, host.room.host_secret)
    fields = {"position": ["0"], "round": ["1"], "answer": [given[answer]]}
    hall: Any = None
    begun = time.perf_counter()
    asyncio.run(read_ballots(seat.player, kept, fields, now().timestamp(), hall, hall))
    assert time.perf_counter() - begun >= ALIKE


def test_every_refusal_of_the_store_has_words() -> None:
    assert words_of(["saved", "saved"]) == ""
    for outcome in ("closed", "removed", "refused"):
        assert words_of(["saved", outcome])
