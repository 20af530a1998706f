"""Moodle's XML: question bank → import → Moodle XML format.

Source
------
What `qformat_xml` and the question types of Moodle 4.4 and later read and write.
"""

import base64
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from quizzes.exports.format import Exported, Format, Pictures, name_of
from quizzes.exports.gathering import gather
from quizzes.exports.shapes import (
    Choices,
    Foreseen,
    Number,
    Opinion,
    Simple,
    Sorting,
    Text,
    letter_by_letter,
)
from quizzes.item import Item
from quizzes.markdown import bracketed, clean, line, paragraphs
from quizzes.topics import LEVELS, TOPICS

CATEGORY = "$course$/top/Mixed models"
ALL = "100"
NONE = "0"


def write(items: Sequence[Item], pictures: Pictures | None = None) -> Exported:
    """Write items as one Moodle XML file, in a category for each topic.

    Raises
    ------
    ItemError : there are no items.
    """
    gathered = gather(items, pictures, "png", _question)
    quiz = Element("quiz")
    topic = ""
    for item, question in sorted(gathered.parts, key=lambda part: [*TOPICS].index(part[0].topic)):
        if item.topic != topic:
            topic = item.topic
            quiz.append(_category(topic))
        quiz.append(question)
    indent(quiz)
    return gathered.exported(tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n")


def _category(topic: str) -> Element:
    question = Element("question", type="category")
    # A slash in a category's name is doubled.
    _text(SubElement(question, "category"), f"{CATEGORY}/{TOPICS[topic].replace('/', '//')}")
    return question


def _question(simple: Simple, picture: bytes | None) -> tuple[Element, tuple[str, ...]]:
    item, shape = simple.item, simple.shape
    kind = _kind(shape)
    question = Element("question", type=kind)
    _text(SubElement(question, "name"), name_of(item))
    stem = SubElement(question, "questiontext", format="html")
    shown = paragraphs(simple.stem, bracketed)
    if picture is not None:
        file = re.sub(r"[^a-z0-9]+", "-", name_of(item)) + ".png"
        alt = clean(item.picture.alt if item.picture is not None else "The picture of the question")
        image = Element("img", src=f"@@PLUGINFILE@@/{file}", alt=alt)
        shown = f"<p>{tostring(image, encoding='unicode')}</p>\n{shown}"
    _text(stem, shown)
    if picture is not None:
        held = SubElement(stem, "file", name=file, path="/", encoding="base64")
        held.text = base64.b64encode(picture).decode("ascii")
    _html(question, "generalfeedback", item.explanation)
    grade = NONE if isinstance(shape, Opinion) else "1"
    for name, value in {
        "defaultgrade": grade,
        "penalty": "0.3333333",
        "hidden": "0",
        "idnumber": clean(name_of(item)),
    }.items():
        SubElement(question, name).text = value
    more = _fill(question, shape)
    tags = SubElement(question, "tags")
    for tag in (TOPICS[item.topic], LEVELS[item.level], *item.skills):
        _text(SubElement(tags, "tag"), tag)
    return question, more


def _kind(shape: object) -> str:
    match shape:
        case Choices():
            return "multichoice"
        case Number():
            return "numerical"
        case Text():
            return "shortanswer"
        case Sorting():
            return "ordering"
        case Opinion(options=()):
            return "essay"
    return "multichoice"


def _fill(question: Element, shape: object) -> tuple[str, ...]:
    match shape:
        case Choices():
            return _choices(question, shape)
        case Number():
            return _number(question, shape)
        case Text():
            return _typed(question, shape)
        case Sorting():
            return _sorting(question, shape)
        case Opinion():
            return _opinion(question, shape)
    raise AssertionError(shape)


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = clean(text)


def _html(parent: Element, name: str, markdown: str) -> Element:
    made = SubElement(parent, name, format="html")
    _text(made, paragraphs(markdown, bracketed) if markdown else "")
    return made


def _answer(parent: Element, fraction: str, text: str, feedback: str, form: str) -> Element:
    made = SubElement(parent, "answer", fraction=fraction, format=form)
    _text(made, text)
    _html(made, "feedback", feedback)
    return made


def _settings(question: Element, **settings: str) -> None:
    for name, value in settings.items():
        SubElement(question, name).text = value


def _combined(question: Element, right: str, wrong: str) -> None:
    _html(question, "correctfeedback", right)
    _html(question, "partiallycorrectfeedback", wrong)
    _html(question, "incorrectfeedback", wrong)


def share(part: int, whole: int) -> str:
    """Return a share of the points in percent, as Moodle knows it: 33.33333, not 33.3333333."""
    return f"{100 * part / whole:.5f}".rstrip("0").rstrip(".")


def _choices(question: Element, shape: Choices) -> tuple[str, ...]:
    _settings(
        question,
        single=str(not shape.several).lower(),
        shuffleanswers=str(int(shape.shuffle)),
        answernumbering="ABCD",
    )
    _combined(question, "", "")
    right, wrong, more = fractions(shape)
    for option in shape.options:
        text = line(option.text, bracketed)
        _answer(question, right if option.right else wrong, text, option.feedback, "html")
    return more


def fractions(shape: Choices) -> tuple[str, str, tuple[str, ...]]:
    """Return the percentages of a right and a wrong option, and what differs from the app."""
    n_right = sum(option.right for option in shape.options)
    n_wrong = len(shape.options) - n_right
    if not shape.several:
        return ALL, NONE, ()
    if not shape.share:
        note = "The app gives points for all right ones only; Moodle gives a part for some of them."
        return share(1, n_right), "-100", (note,) * (n_right > 1)
    note = "Moodle takes fewer points for what is overlooked than the app does."
    return share(1, n_right), f"-{share(1, min(n_right, n_wrong))}", (note,) * (n_right > n_wrong)


def number_text(value: float) -> str:
    """Return a number with all its digits, as programs read it."""
    return f"{value:.15g}"


def _number(question: Element, shape: Number) -> tuple[str, ...]:
    foreseen = (Foreseen(shape.key, shape.right), *shape.near)
    for i, answer in enumerate(foreseen):
        made = _answer(
            question,
            NONE if i else ALL,
            number_text(answer.answer),
            answer.feedback,
            "moodle_auto_format",
        )
        SubElement(made, "tolerance").text = number_text(shape.tolerance)
    rest = _answer(question, NONE, "*", shape.wrong, "moodle_auto_format")
    SubElement(rest, "tolerance").text = NONE
    _settings(question, unitgradingtype="0", unitpenalty="0.1", showunits="3", unitsleft="0")
    return ()


def starred(text: str) -> str:
    """Return a text in which a star is a star: by itself it stands for any letters."""
    return text.replace("*", r"\*")


def _typed(question: Element, shape: Text) -> tuple[str, ...]:
    _settings(question, usecase="1")
    for spelling in shape.spellings:
        _answer(question, ALL, starred(spelling), shape.right, "moodle_auto_format")
    for near in shape.near:
        for spelling in near.answer:
            _answer(question, NONE, starred(spelling), near.feedback, "moodle_auto_format")
    _answer(question, NONE, "*", shape.wrong, "moodle_auto_format")
    return (letter_by_letter(shape),)


def _sorting(question: Element, shape: Sorting) -> tuple[str, ...]:
    _settings(
        question,
        layouttype="VERTICAL",
        selecttype="ALL",
        selectcount="0",
        gradingtype="RELATIVE_ALL_PREVIOUS_AND_NEXT" if shape.share else "ALL_OR_NOTHING",
        showgrading="SHOW",
        numberingstyle="none",
    )
    _combined(question, shape.right, shape.wrong)
    for place in shape.key:
        _answer(question, ALL, line(shape.entries[place], bracketed), "", "html")
    notes: tuple[str, ...] = ("Needs Moodle 4.4 or later, or its plugin Ordering.",)
    if shape.near:
        notes += ("Moodle has one feedback for all wrong orders.",)
    if shape.share:
        notes += ("Moodle takes nothing off for what guessing earns.",)
    return notes


def _opinion(question: Element, shape: Opinion) -> tuple[str, ...]:
    if not shape.options:
        _settings(
            question,
            responseformat="plain",
            responserequired="1",
            responsefieldlines="5",
            attachments="0",
            attachmentsrequired="0",
        )
        return ("A text without a key: an essay worth no points.",)
    _settings(question, single="true", shuffleanswers="0", answernumbering="none")
    _combined(question, shape.thanks, shape.thanks)
    for option in shape.options:
        _answer(question, ALL, line(option, bracketed), shape.thanks, "html")
    return ("It has no key: every option counts as right, for no points.",)


FORMAT = Format(
    "moodle",
    "Moodle XML",
    ".xml",
    "application/xml",
    "For Moodle's question bank, with pictures, formulas and the feedback of every answer.",
    write,
)
