"""Kahoot's spreadsheet: create → add question → import spreadsheet.

Source
------
Kahoot's own template: questions of at most 120 characters, two to four answers of at most 75, a
time limit out of eight, the numbers of the right answers separated by commas.
"""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from quizzes.errors import ItemError
from quizzes.exports.format import Exported, Format, LeftOut, Pictures
from quizzes.exports.gathering import gather
from quizzes.exports.shapes import Choices, Number, Option, Simple, Sorting, Text
from quizzes.item import Item
from quizzes.markdown import spoken
from quizzes.words import listed, number

MAX_QUESTION = 120
MAX_ANSWER = 75
MAX_ANSWERS = 4
LIMITS = (5, 10, 20, 30, 60, 90, 120, 240)
# Seconds for items of each level: there is something to read and to think about.
SECONDS = {1: 30, 2: 60, 3: 90}
HEADINGS = (
    "",
    "Question - max 120 characters",
    *(f"Answer {n} - max 75 characters" for n in range(1, 5)),
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
)
FIRST_ROW = 8  # of the headings, as in Kahoot's template

Row = tuple[str, tuple[str, ...], int, str]


def write(
    items: Sequence[Item], pictures: Pictures | None = None, *, seconds: int | None = None
) -> Exported:
    """Write what fits as Kahoot's spreadsheet; what does not is left out with the reason.

    Parameters
    ----------
    seconds : for every question; None for 30, 60 and 90 by level.

    Raises
    ------
    ItemError : there are no items, or Kahoot has no such time limit.
    """
    if seconds is not None and seconds not in LIMITS:
        raise ItemError(
            f"Kahoot has no time limit of {seconds} seconds.",
            f"There are {listed([str(limit) for limit in LIMITS])}.",
        )

    def row(simple: Simple, picture: bytes | None) -> tuple[Row, tuple[str, ...]]:
        return _row(simple, seconds or SECONDS[simple.item.level])

    gathered = gather(items, None, "", row)
    return gathered.exported(_workbook([row for _, row in gathered.parts]))


def _row(simple: Simple, seconds: int) -> tuple[Row, tuple[str, ...]]:
    options, more = _options(simple)
    question = spoken(simple.stem)
    if len(question) > MAX_QUESTION:
        raise LeftOut(f"The question has {len(question)} characters; Kahoot takes {MAX_QUESTION}.")
    if not 2 <= len(options) <= MAX_ANSWERS:
        raise LeftOut(f"It has {len(options)} answers; Kahoot takes 2 to {MAX_ANSWERS}.")
    texts = tuple(spoken(option.text) for option in options)
    for text in texts:
        if len(text) > MAX_ANSWER:
            raise LeftOut(
                f"The answer “{text[:40]}…” has {len(text)} characters; Kahoot takes {MAX_ANSWER}."
            )
    if len(set(texts)) < len(texts):
        raise LeftOut("Two of its answers are the same without their markup.")
    right = ",".join(str(n) for n, option in enumerate(options, 1) if option.right)
    return (question, texts, seconds, right), more


def _options(simple: Simple) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    note = "It is typed in the app; here it is chosen among the right answer and foreseen ones."
    match simple.shape:
        case Choices() as shape:
            return shape.options, ("Kahoot keeps no feedback to the single answers.",)
        case Number() as shape if shape.near:
            texts = [number(value) for value in (shape.key, *(n.answer for n in shape.near))]
            return _sorted_options(texts), (note,)
        case Text() as shape if shape.near:
            texts = [shape.spellings[0], *(near.answer[0] for near in shape.near)]
            return _sorted_options(texts), (note,)
        case Number() | Text():
            raise LeftOut("It is typed, and has no foreseen wrong answers to choose among.")
        case Sorting():
            raise LeftOut("Kahoot's spreadsheet has no questions about an order.")
    raise LeftOut("It has no key, and Kahoot's spreadsheet needs one.")


def _sorted_options(texts: list[str]) -> tuple[Option, ...]:
    """The first is right; in alphabetical order its place says nothing."""
    return tuple(
        Option(f"`{text}`", right=text == texts[0]) for text in sorted(texts[:MAX_ANSWERS])
    )


def _workbook(rows: Sequence[Row]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Kahoot"
    _put(sheet, 2, 2, "Quiz template").font = Font(bold=True, size=14)
    _put(sheet, 3, 2, "Made from items on mixed models; import it as it is.")
    for column, heading in enumerate(HEADINGS, 1):
        cell = _put(sheet, FIRST_ROW, column, heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        width = {1: 5, 2: 60}.get(column, 26)
        sheet.column_dimensions[cell.column_letter].width = width
    for n, (question, answers, seconds, right) in enumerate(rows, 1):
        at = FIRST_ROW + n
        sheet.cell(at, 1, n)
        _put(sheet, at, 2, question)
        for place, answer in enumerate(answers):
            _put(sheet, at, 3 + place, answer)
        sheet.cell(at, 7, seconds)
        _put(sheet, at, 8, right)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text that stays text: what begins with "=" would become a calculation."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = text
    cell.data_type = "s"
    return cell


FORMAT = Format(
    "kahoot",
    "Kahoot spreadsheet",
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Only questions of at most 120 characters with two to four answers of at most 75 fit.",
    write,
)
