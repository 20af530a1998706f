"""Codes and nicknames: what players type, and what attackers type."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.classroom.errors import RoomError
from quizzes.classroom.names import (
    MAX_NAME,
    alias,
    distinct,
    new_code,
    read_code,
    read_name,
)
from quizzes.codes import CHARACTERS


def test_codes_have_no_look_alikes_and_differ() -> None:
    codes = Counter(new_code() for _ in range(2_000))
    assert codes.most_common(1)[0][1] == 1
    assert set("".join(codes)) == set(CHARACTERS)
    assert not set("IL1O0UVB8S5Z2") & set(CHARACTERS)


@pytest.mark.parametrize("typed", ["gd6f4d", " GD6 F4D ", "GD6-F4D", "G D 6 F 4 D"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert read_code(typed) == "GD6F4D"


@pytest.mark.parametrize(
    "typed", ["", "GD6F4", "GD6F4DD", "GD6F40", "<b>GD6F4D", None, 6, "G" * 10**6, "ＧＤ６Ｆ４Ｄ"]
)
def test_what_is_no_code(typed: object) -> None:
    words = r"That is not a room's code\. It has 6 letters and digits: see the screen\."
    with pytest.raises(RoomError, match=words):
        read_code(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada \n Lovelace ", "Ada Lovelace"),
        ("<b>Bo</b>", "<b>Bo</b>"),
        ("evil\u202egnp", "evilgnp"),
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("e" + "\u0301" * 50, "é\u0301"),
        ("Zoë Ødegård 王", "Zoë Ødegård 王"),
        ("x" * 10_000, "x" * MAX_NAME),
        ("\x00\x1b[31m", "[31m"),
        ("\u200b\u202e", ""),
        (None, ""),
        (12, ""),
    ],
)
def test_names_are_one_line_of_visible_text(typed: object, shown: str) -> None:
    assert read_name(typed) == shown


@given(st.text())
def test_no_name_breaks_reading(typed: str) -> None:
    name = read_name(typed)
    assert len(name) <= MAX_NAME
    assert read_name(name) == name
    assert "\n" not in name and "\u202e" not in name


def test_names_are_told_apart() -> None:
    assert distinct("Bo", ["Ann"]) == "Bo"
    assert distinct("bo", ["Bo", "Bo 2"]) == "bo 3"
    assert len(distinct("x" * MAX_NAME, ["x" * MAX_NAME])) <= MAX_NAME
    taken: set[str] = set()
    for _ in range(500):
        taken.add(alias(taken))
    assert len(taken) == 500
