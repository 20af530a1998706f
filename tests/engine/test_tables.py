"""A visitor's table: what is detected, what is changeable, and every error in its own words."""

import codecs

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.errors import DataError, SimError
from sim.lmm.formula import parse_formula
from sim.scenarios import Roles, generate
from sim.tables import MISSING, Table, quoted, read_table, suggest_roles

PLAIN = "who,day,value\na,0,1.5\na,1,2.5\nb,0,3\nb,1,4\n"


def table(text: str) -> Table:
    return read_table(text.encode())


def kinds(found: Table) -> dict[str, str]:
    return {column.name: column.kind for column in found.columns}


def test_plain_table() -> None:
    found = table(PLAIN)
    assert kinds(found) == {"who": "factor", "day": "number", "value": "number"}
    assert found.frame["value"].tolist() == [1.5, 2.5, 3.0, 4.0]
    assert found.frame["day"].dtype == np.int64
    assert found.lines.tolist() == [2, 3, 4, 5]
    assert (found.delimiter, found.encoding) == (",", "utf-8")
    assert found.notes[0] == "Columns are separated by commas."
    who = found.column("who")
    assert (who.n_missing, who.n_distinct) == (0, 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends(
    delimiter: str, encoding: str, named: str, end: str
) -> None:
    text = f"näme,größe{end}é,1{end}ü,2{end}{end}".replace(",", delimiter)
    found = read_table(text.encode(encoding))
    assert found.frame.to_dict("list") == {"näme": ["é", "ü"], "größe": [1, 2]}
    assert (found.delimiter, found.encoding) == (delimiter, named)
    assert any("cp1252" in note for note in found.notes) == (encoding == "cp1252")


def test_big_endian_utf16() -> None:
    raw = codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be")
    pd.testing.assert_frame_equal(read_table(raw).frame, table(PLAIN).frame)


def test_commas_inside_a_tab_table_do_not_confuse() -> None:
    found = table("who\tvalue\nMiller, Ann\t1\nMiller, Bob\t2\n")
    assert found.delimiter == "\t"
    assert found.frame["who"].tolist() == ["Miller, Ann", "Miller, Bob"]


def test_decimal_commas_between_semicolons() -> None:
    found = table("who;value\na;1,5\nb;-2\nc;NA\n")
    assert found.frame["value"].tolist()[:2] == [1.5, -2.0]
    assert found.column("value").n_missing == 1
    assert "Column 'value' has decimal commas; they are read as decimal points." in found.notes


def test_a_comma_is_no_decimal_comma_where_it_separates_columns() -> None:
    assert kinds(table('who,value\na,"1,5"\nb,"2,5"\n'))["value"] == "factor"


def test_quotes_hold_line_ends_and_delimiters() -> None:
    found = table('who,value\n"a\nb",1\n"c, ""d""",2\n\n,3\n')
    assert found.frame["who"].tolist()[:2] == ["a\nb", 'c, "d"']
    assert found.lines.tolist() == [2, 4, 6]


@pytest.mark.parametrize("marker", sorted(MISSING))
def test_missing_markers(marker: str) -> None:
    found = table(f"who,value\na,{marker}\n{marker},2.5\n")
    assert found.frame["value"].isna().tolist() == [True, False]
    assert found.frame["who"].isna().tolist() == [False, True]
    assert found.notes[1] == (
        "2 values are missing: 1 in 'who', 1 in 'value'. A model leaves out the rows in which one "
        "of its own columns is missing."
    )


@pytest.mark.parametrize(
    "cell", ["inf", "1_000", "١٢", "0x10", "1e", "--1", "1.2.3", "True", "1 2"]
)
def test_what_r_would_not_read_as_a_number_is_a_factor(cell: str) -> None:
    assert kinds(table(f"a,b\n{cell},1\n{cell},2\n"))["a"] == "factor"


@pytest.mark.parametrize(
    ("cell", "value"), [("1e3", 1000), ("-.5", -0.5), ("+2.", 2), ("1E-2", 0.01), ("007", 7)]
)
def test_what_r_reads_as_a_number_is_one(cell: str, value: float) -> None:
    assert table(f"a,b\n{cell},1\n").frame["a"].tolist() == [value]


def test_one_bad_value_is_named() -> None:
    found = table("a,b\n1,1\n2,2\n3,3\n4,4\nabc,5\n")
    assert kinds(found)["a"] == "factor"
    assert found.notes[-1] == (
        "Column 'a' is a factor because of 'abc' in line 6. Its other values look like numbers."
    )


@pytest.mark.parametrize("code", ["12345678901234567890", "1e999"])
def test_numbers_too_long_to_count_with_are_factors(code: str) -> None:
    found = table(f"a,b\n{code},1\n{code},2\n")
    assert found.frame["a"].tolist() == [code, code]
    assert found.notes[-1] == "Column 'a' is a factor: its numbers are too long to count with."


def test_zero_one_stays_a_number_and_says_so() -> None:
    found = table("a,condition\n1,0\n2,1\n")
    assert kinds(found)["condition"] == "number"
    assert found.notes[-1] == (
        "Column 'condition' has only 0 and 1 and stays a number. Make it a factor to see the "
        "coefficient 'condition1', as R names it."
    )


def test_numbers_made_a_factor_have_rs_labels_in_numeric_order() -> None:
    found = table("a,b\n10,1\n2,2\n2.5,3\nNA,4\n-1,5\n").with_kind("a", "factor")
    assert list(found.frame["a"].cat.categories) == ["-1", "2", "2.5", "10"]
    assert found.frame["a"].isna().tolist() == [False, False, False, True, False]
    assert found.column("a").kind == "factor"
    assert (found.column("a").n_missing, found.column("a").n_distinct) == (1, 4)


def test_a_kind_can_be_changed_there_and_back() -> None:
    found = table("a,b\n10,1\n2,2\n,3\n")
    again = found.with_kind("a", "factor").with_kind("a", "number")
    pd.testing.assert_frame_equal(again.frame, found.frame)
    assert again.columns == found.columns
    assert found.with_kind("a", "number") is found


def test_a_factor_that_is_no_number_is_refused_with_its_line() -> None:
    found = table('a,b\n"x\ny",1\n3,2\nzz,3\n')
    with pytest.raises(DataError) as caught:
        found.with_kind("a", "number")
    assert str(caught.value) == (
        "Column 'a' cannot be a number: line 2 has 'x\ny'. "
        "Correct the value in the file, or keep the column as a factor."
    )
    with pytest.raises(DataError, match="Column 'a' cannot be a number: the value in line 3 is"):
        table("a,b\n1,1\n1e999,2\n").with_kind("a", "number")


def test_unknown_column_and_kind() -> None:
    with pytest.raises(DataError) as caught:
        table(PLAIN).with_kind("valu", "factor")
    assert str(caught.value) == (
        "Column 'valu' is not in the data. The data have who, day, value. Did you mean 'value'?"
    )
    with pytest.raises(DataError, match=r"'date' is not a kind of column. Choose 'number' or"):
        table(PLAIN).with_kind("value", "date")  # type: ignore[arg-type]


def test_odd_names_can_be_used_in_formulas() -> None:
    names = ["a b", "1x", "if", "😀", ".", "_v", "größe", "a.b", "log", "x-y", "条件"]
    found = table(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n")
    assert list(found.frame) == names
    for name in names:
        parse_formula(f"{quoted(name)} ~ 1 + x + (1 | g)")
        parse_formula(f"y ~ 1 + {quoted(name)} + (1 | {quoted(name)})")
    assert [quoted(name) for name in names[:3]] == ["`a b`", "`1x`", "`if`"]
    assert [quoted(name) for name in ("größe", "a.b")] == ["größe", "a.b"]


def test_names_that_no_formula_can_hold_are_changed_and_said() -> None:
    found = table('a`b,c\\d,"e\nf",👨\u200d👩\n1,2,3,4\n')
    assert list(found.frame) == ["a b", "c d", "e f", "👨 👩"]
    assert "Column 1 is called 'a b' here." in found.notes
    assert "Column 3 is called 'e f' here." in found.notes


def test_row_names_as_r_writes_them() -> None:
    found = table('"","who","value"\n"1","a",2.5\n"2","b",3.5\n')
    assert list(found.frame) == ["row", "who", "value"]


def test_empty_columns_at_the_end_are_left_out() -> None:
    found = table("a,b,,\n1,2,,\n3,4,,\n")
    assert list(found.frame) == ["a", "b"]
    assert found.notes[1] == "2 empty columns at the end left out."


def test_a_column_without_values_is_said() -> None:
    found = table("a,b\n1,NA\n2,\n")
    assert found.column("b").n_missing == 2
    assert "Column 'b' has no values." in found.notes


@pytest.mark.parametrize("name", ["sleepstudy20", "mixture", "random_slopes", "schools"])
def test_what_the_app_writes_it_reads_again(name: str) -> None:
    frame = generate(name, np.random.default_rng(1))
    found = read_table(frame.to_csv(index=False).encode())
    assert list(found.frame) == list(frame)
    for column in frame:
        again = found.with_kind(column, "factor")
        if isinstance(frame[column].dtype, pd.CategoricalDtype):
            assert again.frame[column].tolist() == frame[column].tolist()
        elif pd.api.types.is_numeric_dtype(frame[column]):
            assert found.frame[column].tolist() == frame[column].tolist()


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (PLAIN.replace("who", "subject"), Roles("value", "day", "subject")),
        (PLAIN, Roles("value", "day", "participant")),
        (
            "reaction,days,subject\n249.5,0,308\n258,1,308\n222,0,309\n205,1,309\n",
            Roles("reaction", "days", "subject"),
        ),
        (
            "Subject ID;group;cond;ms\n1;a;x;300,5\n1;a;y;310\n2;b;x;290\n2;b;y;295\n",
            Roles("ms", "cond", "Subject ID", "group"),
        ),
        (
            "row,city,x,z\n1,a,0.3,10.5\n2,a,0.6,11\n3,b,0.3,12\n4,b,0.6,13\n5,c,0.3,1\n",
            Roles("z", "x", "city"),
        ),
    ],
)
def test_roles_are_guessed(text: str, roles: Roles) -> None:
    found = suggest_roles(table(text.replace("who", "participant")))
    assert found == roles


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1.5,2.5\n2.5,3.5\n",  # nobody is measured twice
        "subject,kind\na,x\na,y\nb,x\n",  # nothing to measure
        "subject,y\na,1\na,2\nb,3\n",  # nothing to put on the x axis
        "subject,y\nNA,1\nNA,2\n",
    ],
)
def test_no_roles_are_guessed_where_a_column_is_lacking(text: str) -> None:
    assert suggest_roles(table(text)) is None


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda s: s.encode("utf-16"))))
@example(b'"')
@example(b"a,b\n\xff")
@example(b"a,b\r\r\n1,2")
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_table_or_an_error_in_words(raw: bytes) -> None:
    try:
        found = read_table(raw)
    except SimError as error:
        assert error.problem and error.hint
    else:
        assert len(found.frame) == len(found.lines) > 0


CELL = st.one_of(
    st.sampled_from(["", "NA", "a", "b", "1", "2.5", "1,5", "1e999", "9" * 30, '"x\ny"', "é"]),
    st.integers(-9, 9).map(str),
    st.text(alphabet="ab1.,;\t|\"'` \n", max_size=4),
)


@given(
    st.sampled_from(",;\t|"),
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
@settings(max_examples=200, deadline=None)
def test_tables_of_odd_cells_never_crash(
    delimiter: str, rows: list[list[str]], encoding: str
) -> None:
    lines = [delimiter.join(row) for row in (["subject", "x", "y"], *rows)]
    try:
        found = read_table("\n".join(lines).encode(encoding))
        suggest_roles(found)
        for column in found.columns:
            other = "factor" if column.kind == "number" else "number"
            found = found.with_kind(column.name, other)  # type: ignore[arg-type]
        suggest_roles(found)
    except SimError as error:
        assert error.problem and error.hint


@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False, min_value=-1e90, max_value=1e90),
            st.integers(-(10**12), 10**12),
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(",;\t|"),
)
@settings(max_examples=100, deadline=None)
def test_numbers_are_read_exactly(rows: list[tuple[float, int]], delimiter: str) -> None:
    text = "\n".join([f"a{delimiter}b", *(f"{a!r}{delimiter}{b}" for a, b in rows)])
    found = table(text)
    assert list(zip(found.frame["a"], found.frame["b"], strict=True)) == rows
