"""Every way a file can fail to be a table, in its own words."""

import codecs

import pytest

from sim import delimited
from sim.errors import DataError, LimitError
from sim.tables import Table, read_table

PLAIN = "who,day,value\na,0,1.5\na,1,2.5\nb,0,3\nb,1,4\n"


def table(text: str) -> Table:
    return read_table(text.encode())


SAVE = "Save the table as CSV (UTF-8) and choose that file."


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "'f.csv' is empty. Choose a file with a header and rows of data."),
        (b" \n\n", "'f.csv' is empty. Choose a file with a header and rows of data."),
        (
            b"a,b\n\n",
            "'f.csv' has a header but no rows. Add the data below the names of the columns.",
        ),
        (
            b"PK\x03\x04rest",
            f"'f.csv' is an Excel workbook or another zip file, not a text table. {SAVE}",
        ),
        (b"\x89PNG\r\n\x1a\n", f"'f.csv' is a picture, not a text table. {SAVE}"),
        (b"a,b\n1,\x00\n", f"'f.csv' is a binary file, not a text table. {SAVE}"),
        (
            b"a,b\n1,\x07\n",
            f"'f.csv' has a control character in line 2; it is not a text table. {SAVE}",
        ),
        (
            b"a,b\n1,2\n1,\x81\n",
            f"'f.csv' has a byte in line 3 that is not text (0x81). {SAVE}",
        ),
        (
            codecs.BOM_UTF16_LE + b"a\x00,",
            f"'f.csv' has a byte in line 1 that is not text (0x2c). {SAVE}",
        ),
        (
            b"value\n1\n2\n",
            "Only one column was found. Separate the columns with commas, semicolons, tabs or "
            "vertical bars (|).",
        ),
        (
            b"a,b\n1,2\n\n1,2,3,4\n",
            "Line 4 has 4 fields, but the header has 2 (separated by commas). Take some away, or "
            "put quotes around a value that holds a delimiter.",
        ),
        (
            b"a;b;c\n1;2;3\n1\n",
            "Line 3 has 1 field, but the header has 3 (separated by semicolons). Add the missing "
            "ones; an empty field is a missing value.",
        ),
        (
            b"a,b\n1,1,2\n2,3,4\n",
            "Line 2 has 3 fields, but the header has 2 (separated by commas). Take one away, put "
            "quotes around a value that holds a delimiter, or name the column of row names.",
        ),
        (
            b'a,b\n1,2\n3,"4\n5,6\n',
            "A quotation mark in the row that starts in line 3 is never closed. Close it, or "
            'write a quotation mark inside a value twice: "".',
        ),
        (
            b'a,b\n1,"2"x\n',
            "In the row that starts in line 2, text follows a closing quotation mark. Write a "
            'quotation mark inside a value twice: "".',
        ),
        (
            b'a,b\n1,"' + b"x" * 200_000,
            "A value in the row that starts in line 2 is far too long. Is a quotation mark there "
            "that is never closed?",
        ),
        (
            b"value,b, value\n1,2,3\n",
            "Two columns are called 'value': columns 1 and 3. Give each column a name of its own.",
        ),
        (b"a,,b\n1,2,3\n", "Column 2 has no name. Write a name for it in the first line."),
        (
            b"1,2\n3,4\n",
            "The first line has only numbers; it must hold the names of the columns. Add a first "
            "line such as participant,condition,value.",
        ),
        (
            b"a," + b"n" * 101 + b"\n1,2\n",
            "The name of column 2 has 101 characters. Give it a name of at most 100. Is the first "
            "line a header?",
        ),
    ],
)
def test_every_problem_has_its_own_words(raw: bytes, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_table(raw, "f.csv")
    assert str(caught.value) == message


def test_without_a_name_it_is_the_file() -> None:
    with pytest.raises(DataError, match=r"^The file is empty\."):
        read_table(b"")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_ROWS", 3)
    with pytest.raises(LimitError) as caught:
        read_table(PLAIN.encode(), "f.csv")
    assert str(caught.value) == "'f.csv' has more than 3 rows. Keep only the rows you need."
    monkeypatch.setattr(delimited, "MAX_ROWS", 4)
    monkeypatch.setattr(delimited, "MAX_CELLS", 8)
    with pytest.raises(LimitError) as caught:
        read_table(PLAIN.encode(), "f.csv")
    assert str(caught.value) == (
        "'f.csv' has more than 8 values. Keep only the rows and columns you need."
    )
    monkeypatch.setattr(delimited, "MAX_CELLS", 9)
    assert len(table(PLAIN).frame) == 4
    with pytest.raises(LimitError) as caught:
        table(",".join(f"c{i}" for i in range(501)) + "\n")
    assert str(caught.value) == (
        "The table has more than 500 columns. Keep only the columns you need."
    )
    with pytest.raises(LimitError) as caught:
        table(",".join(f"{'c' * 150}{i}" for i in range(501)) + "\n")
    assert str(caught.value) == (
        "The table has more than 500 columns. Keep only the columns you need."
    )
    with pytest.raises(LimitError) as caught:
        read_table(b"a,b\n" * 5_000_001, "f.csv")
    assert str(caught.value) == (
        "'f.csv' has 20.1 MB; the limit is 20 MB. Keep only the rows and columns you need."
    )
