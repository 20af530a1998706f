"""From the bytes of a file to rows of text: encoding, delimiter, quotes, and where it fails."""

import codecs
import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sim.errors import DataError, LimitError
from sim.limits import MAX_ROWS, MAX_UPLOAD_BYTES, MAX_UPLOAD_COLUMNS

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

_BINARY = (
    (b"PK\x03\x04", "an Excel workbook or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"$FL2", "an SPSS file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
)
_MARKS = (  # the longer mark first: UTF-32's starts like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
MAX_CELLS = 5_000_000  # a second or two of one visitor's time
_SAMPLE = 64_000  # characters looked at to find the delimiter
_SAVE = "Save the table as CSV (UTF-8) and choose that file."


@dataclass(frozen=True, slots=True)
class Records:
    """A table of text.

    Parameters
    ----------
    names : the header's fields.
    cells : one sequence per column, spaces around values taken off.
    lines : shape (n,), the line on which each row starts, counted from 1.
    delimiter, encoding : as detected.
    notes : what was found, in plain words.
    """

    names: tuple[str, ...]
    cells: tuple[Sequence[str], ...]
    lines: NDArray[np.intp]
    delimiter: str
    encoding: str
    notes: tuple[str, ...]


def read_records(raw: bytes, filename: str = "") -> Records:
    """Split a file into columns of text.

    Parameters
    ----------
    raw : the file.
    filename : only for messages.

    Raises
    ------
    LimitError : too many bytes, rows or columns.
    DataError : not a text table, with the line where it stops being one.
    """
    file = f"'{filename}'" if filename else "The file"
    if len(raw) > MAX_UPLOAD_BYTES:
        size = math.ceil(len(raw) / 1e5) / 10  # never shown as the limit itself
        raise LimitError(
            f"{file} has {size:.1f} MB; the limit is {MAX_UPLOAD_BYTES / 1e6:.0f} MB.",
            "Keep only the rows and columns you need.",
        )
    text, encoding = _decode(raw, file)
    if not text.strip():
        raise DataError(f"{file} is empty.", "Choose a file with a header and rows of data.")
    delimiter = _find_delimiter(text)
    names, rows, lines = _split(text, delimiter, file)
    cells: tuple[Sequence[str], ...] = tuple(zip(*rows, strict=True))
    names, cells, dropped = _without_empty_tail(names, cells)
    notes = [f"Columns are separated by {DELIMITERS[delimiter]}.", *dropped]
    if encoding == "cp1252":
        notes.append(
            "The file is not UTF-8 and was read as Windows text (cp1252): check letters such as é."
        )
    return Records(
        tuple(names), cells, np.asarray(lines, dtype=np.intp), delimiter, encoding, tuple(notes)
    )


def _decode(raw: bytes, file: str) -> tuple[str, str]:
    """Return the text with plain line ends, and the encoding's name."""
    for start, what in _BINARY:
        if raw.startswith(start):
            raise DataError(f"{file} is {what}, not a text table.", _SAVE)
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if marked is None and b"\0" in raw:
        raise DataError(f"{file} is a binary file, not a text table.", _SAVE)
    problem = (0, "")
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            problem = (line, f"0x{raw[error.start]:02x}")
        else:
            return _plain(text, file), encoding
    raise DataError(
        f"{file} has a byte in line {problem[0]} that is not text ({problem[1]}).", _SAVE
    )


def _plain(text: str, file: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise DataError(
            f"{file} has a control character in line {line}; it is not a text table.", _SAVE
        )
    return text


def _find_delimiter(text: str) -> str:
    """Return the delimiter whose field counts agree best over the first rows."""
    sample = text.lstrip("\n")[:_SAMPLE]
    if len(sample) == _SAMPLE and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    best, best_score = "", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = [len(row) for row in islice(_rows(sample, delimiter), 100)]
        if not counts or counts[0] < 2:
            continue
        agreeing = sum(count == counts[0] for count in counts) / len(counts)
        if (agreeing, counts[0]) > best_score:
            best, best_score = delimiter, (agreeing, counts[0])
    if not best:
        raise DataError(
            "Only one column was found.",
            "Separate the columns with commas, semicolons, tabs or vertical bars (|).",
        )
    _check_width(best_score[1])
    return best


def _check_width(columns: int) -> None:
    if columns > MAX_UPLOAD_COLUMNS:
        raise LimitError(
            f"The table has more than {MAX_UPLOAD_COLUMNS} columns.",
            "Keep only the columns you need.",
        )


def _rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter)
    try:
        yield from (row for row in reader if row)
    except csv.Error:  # the reading proper says where
        return


def _split(text: str, delimiter: str, file: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Return header, rows, and the line on which each row starts."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        for row in reader:
            start, line = line, reader.line_num + 1
            if not row or (len(row) == 1 and not row[0].strip()):
                continue
            if not header:
                _check_width(len(row))  # the sample may have ended inside the header
                header = [field.strip() for field in row]
                continue
            if len(row) != len(header):
                raise _ragged(start, row, header, delimiter)
            if len(rows) == MAX_ROWS:
                raise LimitError(
                    f"{file} has more than {MAX_ROWS:,} rows.", "Keep only the rows you need."
                )
            if len(rows) * len(header) > MAX_CELLS:
                raise LimitError(
                    f"{file} has more than {MAX_CELLS:,} values.",
                    "Keep only the rows and columns you need.",
                )
            rows.append(list(map(str.strip, row)))
            lines.append(start)
    except csv.Error as error:
        raise _quote_problem(error, line) from None
    if not rows:
        raise DataError(
            f"{file} has a header but no rows.", "Add the data below the names of the columns."
        )
    return header, rows, lines


def _ragged(line: int, row: list[str], header: list[str], delimiter: str) -> DataError:
    if len(row) < len(header):
        hint = "Add the missing ones; an empty field is a missing value."
    elif len(row) == len(header) + 1:
        hint = (
            "Take one away, put quotes around a value that holds a delimiter, or name the column "
            "of row names."
        )
    else:
        hint = "Take some away, or put quotes around a value that holds a delimiter."
    fields = "field" if len(row) == 1 else "fields"
    return DataError(
        f"Line {line} has {len(row)} {fields}, but the header has {len(header)} "
        f"(separated by {DELIMITERS[delimiter]}).",
        hint,
    )


def _quote_problem(error: csv.Error, line: int) -> DataError:
    if "field larger" in str(error):
        return DataError(
            f"A value in the row that starts in line {line} is far too long.",
            "Is a quotation mark there that is never closed?",
        )
    if "expected after" in str(error):
        return DataError(
            f"In the row that starts in line {line}, text follows a closing quotation mark.",
            'Write a quotation mark inside a value twice: "".',
        )
    return DataError(
        f"A quotation mark in the row that starts in line {line} is never closed.",
        'Close it, or write a quotation mark inside a value twice: "".',
    )


def _without_empty_tail(
    names: list[str], cells: tuple[Sequence[str], ...]
) -> tuple[list[str], tuple[Sequence[str], ...], list[str]]:
    """Leave out nameless empty columns at the end, which spreadsheets like to add."""
    keep = len(names)
    while keep > 1 and not names[keep - 1] and not any(cells[keep - 1]):
        keep -= 1
    dropped = len(names) - keep
    notes = [f"{dropped} empty column{'s' * (dropped > 1)} at the end left out."] * bool(dropped)
    return names[:keep], cells[:keep], notes
