"""The loader refuses whatever may mean two things, and says where and what to do."""

from pathlib import Path

import pytest

from quizzes import ItemError, items_json, load_bank, read_item, read_items_json
from quizzes.__main__ import main
from quizzes.check import contradiction
from quizzes.kinds import KINDS
from quizzes.loader import read_item_file
from tests.bank.refused_items import BEGINNINGS, CHOICES, NUMERIC, REFUSED, changed
from tests.bank.sample_items import BODIES, item_of, text_of


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_where_and_what_to_do(name: str) -> None:
    text, message = REFUSED[name]
    with pytest.raises(ItemError) as caught:
        read_item(text, "sample/refused")
    if message is None:
        assert str(caught.value).startswith(BEGINNINGS[name])
    else:
        assert str(caught.value) == message


@pytest.mark.parametrize("written", ["1e-3", "0.001", ".001", "+1e-3", "1.E-3"])
def test_numbers_are_numbers(written: str) -> None:
    item = read_item(changed(NUMERIC, "tolerance: 0.001", f"tolerance: {written}"), "sample/n")
    assert item.body.tolerance == 0.001


@pytest.mark.parametrize(
    "written", ["2026-01-01", "1:30", "0x10", "1_000", "N/A", "y", "n", "1.2.3"]
)
def test_plain_words_stay_text(written: str) -> None:
    item = read_item(changed(CHOICES, "text: the twin", f"text: {written}"), "sample/words")
    assert item.body.choices[1].text == written


def test_windows_lines_and_byte_order_marks_are_read() -> None:
    windows = "\ufeff" + CHOICES.replace("\n", "\r\n")
    assert read_item(windows, "sample/single-choice") == item_of("single_choice")


@pytest.mark.parametrize("id", ["", "a b", "../x", "/x", "x/", "Ä", "X", "a--b", "a.b", "x" * 101])
def test_ids_are_plain(id: str) -> None:
    with pytest.raises(ItemError) as caught:
        read_item(CHOICES, id)
    assert str(caught.value) == (
        f"The name '{id[:100]}' is no id. Use small letters, digits and hyphens, with slashes "
        "between folders."
    )


def test_recipes_are_drawn_by_sim() -> None:
    picture = (
        "picture:\n  form: lines\n  alt: Lines.\n  scenario: sleepstudy\n"
        "  show: [actual, fitted, simulated]\n"
    )
    drawn = read_item(CHOICES + picture, "sample/drawn").picture
    assert drawn is not None
    assert set(drawn.columns) == {"x", "y", "participant", "role", "panel"}
    assert {len(column) for column in drawn.columns.values()} == {540}
    assert drawn.settings == {"x_title": "days", "y_title": "reaction (ms)"}
    assert drawn.columns["y"][0] == 249.56
    assert read_item(CHOICES + picture, "sample/drawn").picture == drawn


def test_a_file_knows_its_place(tmp_path: Path) -> None:
    (tmp_path / "tails").mkdir()
    file = tmp_path / "tails" / "an-item.yaml"
    file.write_text(CHOICES, encoding="utf-8")
    with pytest.raises(ItemError) as caught:
        read_item_file(file, tmp_path)
    assert str(caught.value) == (
        f"{file}: The topic is 'syntax', but the file stands in 'tails'. Move the file or change "
        "the topic."
    )
    file.write_text(changed(CHOICES, "topic: syntax", "topic: tails"), encoding="utf-8")
    assert list(load_bank(tmp_path)) == ["tails/an-item"]
    file.write_bytes(b"kind: \xff\n")
    with pytest.raises(ItemError) as caught:
        read_item_file(file, tmp_path)
    assert str(caught.value) == f"{file}: This file is not UTF-8. Save it as UTF-8."


def test_check_lists_every_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, worse = (tmp_path / f"{name}.yaml" for name in ("good", "bad", "worse"))
    good.write_text(CHOICES, encoding="utf-8")
    bad.write_text(changed(CHOICES, "level: 1", "level: 9"), encoding="utf-8")
    worse.write_text("stem: [", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0] == f"{bad}:3: 'level' is 9. Write a whole number from 1 to 3."
    assert lines[1].startswith(f"{worse}:1: This is not YAML: ")
    assert len(lines) == 2
    assert printed.err == "1 of 3 files are fine.\n"
    assert main(["check", str(good)]) == 0
    assert main(["check", str(tmp_path / "absent.yaml")]) == 1
    assert capsys.readouterr().out == (
        f"{tmp_path / 'absent.yaml'}: No such file or directory. Check the name.\n"
    )


ONE = items_json([item_of("numeric")])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Line 1: This is not JSON: Expecting property name enclosed in double quotes."),
        ("[]", "The document is a list, not fields with names. Write 'name: value', one a line."),
        ("{}", "The field 'format' of the document is missing. Add it."),
        (
            ONE.replace('"version": 1', '"version": 2'),
            "'version' of the document is 2. Write 1.",
        ),
        (
            ONE.replace('"key": 0.05', '"key": NaN'),
            "'NaN' is not a number. Write a finite one.",
        ),
        (ONE.replace('"key": 0.05', '"key": 1e999'), "A number is too large. Write a smaller one."),
        (
            ONE.replace('"key": 0.05', '"key": null'),
            "A value is null. Fill it in, or leave the field out.",
        ),
        (
            ONE.replace('"key": 0.05', '"key": "0.05"'),
            "Item 'sample/numeric': 'key' of item 1 is the text '0.05'. Write a number.",
        ),
        (
            ONE.replace('"key": 0.05', '"key": 0.05, "key": 1'),
            "The field 'key' is there twice. Keep one of them.",
        ),
        (
            ONE.replace('"level"', '"levle"'),
            "Item 'sample/numeric': There is no field 'levle' in item 1. Did you mean 'level'?",
        ),
        (
            ONE.replace("Halve it.", "\\ud800"),
            "A text holds the character '\\ud800', which cannot be shown. Delete it.",
        ),
        (items_json([item_of("poll")] * 2), "Item 'sample/poll' is there twice. Keep one of them."),
        ("[" * 100_000, "There are too many lists inside lists. An item needs four at most."),
    ],
)
def test_json_is_read_as_strictly(text: str, message: str) -> None:
    with pytest.raises(ItemError) as caught:
        read_items_json(text)
    assert str(caught.value) == message


def test_all_kinds_go_through_one_document() -> None:
    items = tuple(item_of(kind) for kind in BODIES)
    assert read_items_json(items_json(items)) == items


def test_reading_ends_when_it_is_told_to() -> None:
    text = items_json(item_of(kind) for kind in BODIES)
    asked = iter([False, False, True])
    with pytest.raises(ItemError) as caught:
        read_items_json(text, stop=lambda: next(asked))
    assert str(caught.value) == (
        "Drawing the items takes too long; 2 were read. "
        "Take fewer of them, or smaller line-ups and pictures."
    )


def test_a_key_may_hold_a_name_with_spaces() -> None:
    key = "`reaction time` ~ days + (1 | subject)"
    text = text_of("formula", f'key: "{key}"\nright: Yes.\nwrong: No.\n')
    item = read_item(text, "sample/spaces")
    assert contradiction(item) == ""
    assert "`reaction time`~days+(1|subject)" in KINDS["formula"].examples(item.body).right
