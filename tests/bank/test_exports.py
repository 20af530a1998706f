"""Items as files: read again by readers of their own, and held against the items."""

import base64
import json
import re
import string
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from quizzes import Item, ItemError, arrange, grade, items_json, read_items_json
from quizzes.exports import EXPORTS, Exported, kahoot
from quizzes.exports.format import in_order, name_of
from quizzes.markdown import bracketed, line, paragraphs, spoken
from tests.bank.export_samples import (
    PNG,
    draw,
    everything,
    generated,
    hostile_item,
    sample_items,
    whole_bank,
)
from tests.bank.moodle_reader import read_gift


def named(items: tuple[Item, ...]) -> dict[str, Item]:
    return {name_of(item): item for item in in_order(items)}


@pytest.fixture(scope="module")
def items() -> dict[str, Item]:
    """All items by name, in the order in which files have their choices."""
    return named(everything())


@pytest.fixture(scope="module")
def made() -> Callable[[str], Exported]:
    return cache(lambda name: EXPORTS[name].write(everything(), draw))


@pytest.mark.parametrize("name", EXPORTS)
def test_every_item_is_in_the_file_or_named_with_a_reason(
    name: str, made: Callable[[str], Exported]
) -> None:
    file = made(name)
    out = [note.item_id for note in file.left_out]
    assert sorted([*file.written, *out]) == sorted(name_of(item) for item in everything())
    assert all(note.reason.endswith(".") for note in (*file.left_out, *file.changed))
    assert {note.item_id for note in file.changed} <= set(file.written)
    expected = {
        "json": set(),
        "html": {"sample/warm-up", "simulation/warm-up-without-a-key"},
    }
    if name in expected:
        assert set(out) == expected[name]
    if name in ("moodle", "qti"):
        assert set(out) == expected["html"]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_whole_bank_without_pictures(name: str) -> None:
    file = EXPORTS[name].write(whole_bank(), None)
    assert file.written
    if name in ("moodle", "gift", "qti", "html"):
        kinds = {item.id: item.kind for item in whole_bank()}
        assert {kinds[note.item_id] for note in file.left_out} == {"line_up"}
        described = {n.item_id for n in file.changed if "described in words" in n.reason}
        assert described == {item.id for item in whole_bank() if item.picture is not None}


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_chosen_is_said(name: str) -> None:
    with pytest.raises(ItemError, match=r"No items are chosen\. Choose at least one\."):
        EXPORTS[name].write((), None)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_items_make_the_same_file(name: str) -> None:
    if name != "kahoot":  # a spreadsheet holds the time it was made
        items = sample_items()
        assert EXPORTS[name].write(items, draw) == EXPORTS[name].write((*items, *items), draw)


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(ItemError, match=r"The picture of 'sample/single-choice' is no SVG file"):
        EXPORTS["html"].write(sample_items(), lambda item, form: b"<html>")


# JSON.


def test_json_comes_back_the_same() -> None:
    real = (*whole_bank(), *generated(), *sample_items())
    file = EXPORTS["json"].write(real, None)
    back = read_items_json(file.data.decode())
    assert back == real
    assert json.loads(items_json(back)) == json.loads(file.data)
    json.loads(EXPORTS["json"].write(everything(), None).data)


# Moodle's XML.


def text_of(parent: ET.Element, path: str) -> str:
    found = parent.find(f"{path}/text")
    assert found is not None, path
    return found.text or ""


def questions(file: Exported) -> dict[str, ET.Element]:
    root = ET.fromstring(file.data)
    assert root.tag == "quiz"
    found = [q for q in root if q.get("type") != "category"]
    categories = [text_of(q, "category") for q in root if q.get("type") == "category"]
    assert all(c.startswith("$course$/top/Mixed models/") for c in categories)
    assert len(set(categories)) == len(categories)
    return {text_of(q, "name"): q for q in found}


def html(text: str) -> str:
    return paragraphs(text, bracketed) if text else ""


def moodle_grade(question: ET.Element, chosen: list[int]) -> float:
    total = sum(float(question.findall("answer")[i].get("fraction", "")) for i in chosen)
    return max(0.0, min(1.0, total / 100))


def test_moodle_says_what_the_items_say(
    made: Callable[[str], Exported], items: dict[str, Item]
) -> None:
    file = made("moodle")
    found = questions(file)
    assert set(found) == set(file.written)
    for name, question in found.items():
        item = items[name]
        stem = text_of(question, "questiontext")
        assert html(item.stem) in stem or item.kind in ("formula", "numeric", "order")
        assert html(item.stem).split("</p>")[0] in stem
        assert text_of(question, "generalfeedback") == html(item.explanation)
        assert (question.find("questiontext/file") is not None) == (draw(item, "png") is not None)
        if item.kind in ("single_choice", "multiple_choice"):
            answers = question.findall("answer")
            choices = item.body.choices
            assert question.get("type") == "multichoice"
            assert question.findtext("single") == str(item.kind == "single_choice").lower()
            assert question.findtext("shuffleanswers") == str(int(not item.body.keep_order))
            texts = [a.findtext("text") for a in answers]
            assert texts == [line(c.text, bracketed) for c in choices]
            assert [text_of(a, "feedback") for a in answers] == [html(c.feedback) for c in choices]
            for i, choice in enumerate(choices):
                share = float(answers[i].get("fraction", ""))
                assert (share > 0) == choice.right


# The shares of points that Moodle's import accepts.
FRACTIONS = {
    *("0", "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333"),
    *("30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5"),
}


def test_moodle_knows_every_share_of_points(made: Callable[[str], Exported]) -> None:
    for question in questions(made("moodle")).values():
        answers = question.findall("answer")
        assert {a.get("fraction", "").removeprefix("-") for a in answers} <= FRACTIONS
        shares = [float(a.get("fraction", "")) for a in answers]
        if question.findtext("single") == "false":
            assert sum(s for s in shares if s > 0) == pytest.approx(100, abs=1e-3)
        elif question.get("type") != "essay":
            assert max(shares) == 100


def test_moodle_gives_the_points_of_the_app(items: dict[str, Item]) -> None:
    several = [item for item in items.values() if item.kind == "multiple_choice"]
    assert several
    file = EXPORTS["moodle"].write(several, draw)
    told = {note.item_id for note in file.changed}
    for name, question in questions(file).items():
        item = items[name]
        n = len(item.body.choices)
        differs = False
        for mask in range(1, 2**n):
            chosen = [i for i in range(n) if mask >> i & 1]
            ours = grade(item, chosen).score
            differs |= abs(moodle_grade(question, chosen) - ours) > 1e-3
        assert differs == (name in told), name


def test_moodle_numbers_and_formulas_are_marked_as_in_the_app(
    made: Callable[[str], Exported], items: dict[str, Item]
) -> None:
    for name, question in questions(made("moodle")).items():
        item = items[name]
        answers = question.findall("answer")
        if item.kind == "numeric":
            numbers = [a for a in answers if a.findtext("text") != "*"]
            assert len(answers) == len(numbers) + 1
            assert float(numbers[0].findtext("text") or "") == pytest.approx(item.body.key)
            for answer in numbers:
                mark = grade(item, float(answer.findtext("text") or ""))
                assert mark.is_right == (answer.get("fraction") == "100")
                assert text_of(answer, "feedback") == html(mark.feedback)
                tolerance = float(answer.findtext("tolerance") or "")
                assert tolerance == pytest.approx(item.body.tolerance)
        if item.kind == "formula":
            assert question.findtext("usecase") == "1"
            typed = [re.sub(r"\\\*", "*", a.findtext("text") or "") for a in answers[:-1]]
            assert len(set(typed)) == len(typed)
            assert answers[-1].findtext("text") == "*"
            for text, answer in zip(typed, answers, strict=False):
                assert grade(item, text).is_right == (answer.get("fraction") == "100"), text


def test_moodle_orders_stand_in_the_right_order(
    made: Callable[[str], Exported], items: dict[str, Item]
) -> None:
    seen = 0
    for name, question in questions(made("moodle")).items():
        item = items[name]
        if item.kind == "order":
            texts = [a.findtext("text") for a in question.findall("answer")]
            assert texts == [line(item.body.entries[i], bracketed) for i in item.body.key]
            seen += 1
    assert seen > 10


def test_moodle_holds_the_picture_itself(made: Callable[[str], Exported]) -> None:
    question = questions(made("moodle"))["sample/region"]
    file = question.find("questiontext/file")
    assert file is not None and file.get("encoding") == "base64"
    assert base64.b64decode(file.text or "") == PNG
    assert f'src="@@PLUGINFILE@@/{file.get("name")}"' in text_of(question, "questiontext")


# GIFT.


def test_gift_says_what_the_items_say(
    made: Callable[[str], Exported], items: dict[str, Item]
) -> None:
    file = made("gift")
    read = read_gift(file.data.decode())
    assert [q.name for q in read] and {q.name for q in read} == set(file.written)
    moodle = questions(made("moodle"))
    kinds = {"order": "match", "formula": "shortanswer", "numeric": "numerical"}
    for question in read:
        item = items[question.name]
        assert question.general == html(item.explanation).strip()
        if item.kind in kinds or item.kind.endswith("choice"):
            assert question.kind == kinds.get(item.kind, "multichoice")
        same = moodle[question.name]
        shares = [float(a.get("fraction", "")) for a in same.findall("answer")]
        if item.kind == "order":
            places = {a.text: int(a.match) for a in question.answers}
            for place, entry in enumerate(item.body.key, 1):
                text = line(item.body.entries[entry], bracketed)
                assert places[f"<span>{text}</span>"] == place
        elif question.kind == "numerical":
            assert [a.fraction for a in question.answers] == shares[:-1]
            assert [a.feedback for a in question.answers] + [question.wrong] == [
                text_of(a, "feedback").strip() for a in same.findall("answer")
            ]
            value, _, spread = question.answers[0].text.partition(":")
            assert (float(value), float(spread)) == pytest.approx(
                (item.body.key, item.body.tolerance)
            )
        elif question.kind != "essay":
            assert [a.fraction for a in question.answers] == shares
            texts = [a.findtext("text") for a in same.findall("answer")]
            wrapped = question.kind == "multichoice"
            assert [a.text for a in question.answers] == [
                f"<span>{text}</span>" if wrapped else text for text in texts
            ]


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=string.printable + "~=#{}:\\<>&$%-é\x00", max_size=40))
def test_gift_and_moodle_carry_any_text(text: str) -> None:
    item = hostile_item(text)
    (question,) = read_gift(EXPORTS["gift"].write((item,), None).data.decode())
    arranged = arrange(item, 1)
    texts = [f"<span>{line(c.text, bracketed)}</span>" for c in arranged.body.choices]
    assert [a.text for a in question.answers] == texts
    (same,) = questions(EXPORTS["moodle"].write((item,), None)).values()
    assert [f"<span>{a.findtext('text')}</span>" for a in same.findall("answer")] == texts


# Kahoot's spreadsheet.


def rows_of(file: Exported) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(file.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(i for i, row in enumerate(rows) if row[1] == "Question - max 120 characters")
    return rows[heading + 1 :]


def test_kahoot_keeps_its_limits(made: Callable[[str], Exported], items: dict[str, Item]) -> None:
    file = made("kahoot")
    rows = rows_of(file)
    assert len(rows) == len(file.written) > 5
    for number, (name, row) in enumerate(zip(file.written, rows, strict=True), 1):
        assert row[0] == number
        answers = [a for a in row[2:6] if a is not None]
        assert 1 <= len(str(row[1])) <= 120 and 2 <= len(answers) <= 4
        assert all(len(str(a)) <= 75 for a in answers) and len(set(answers)) == len(answers)
        assert row[6] in kahoot.LIMITS
        item = items[name]
        if item.kind in ("single_choice", "multiple_choice"):
            right = [str(i) for i, c in enumerate(item.body.choices, 1) if c.right]
            assert str(row[7]).split(",") == right
            assert answers == [spoken(c.text) for c in item.body.choices]
        elif item.kind == "numeric":
            assert grade(item, str(answers[int(str(row[7])) - 1])).is_right


def test_kahoot_names_the_item_that_is_too_long() -> None:
    file = EXPORTS["kahoot"].write((hostile_item("x" * 130), sample_items()[0]), None)
    assert file.written == ("sample/single-choice",)
    assert str(file.left_out[0]) == (
        "sample/hostile-1: The question has 135 characters; Kahoot takes 120."
    )


def test_kahoot_has_no_calculations_and_no_other_time_limit() -> None:
    file = kahoot.write((hostile_item("=1+1"),), seconds=20)
    book = load_workbook(BytesIO(file.data))
    assert all(c.data_type != "f" for row in book.active.iter_rows() for c in row)  # type: ignore[union-attr]
    assert rows_of(file)[0][6] == 20
    with pytest.raises(ItemError, match=r"Kahoot has no time limit of 7 seconds\. There are 5, 10"):
        kahoot.write((hostile_item(""),), seconds=7)
