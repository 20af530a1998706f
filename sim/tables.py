"""A visitor's own CSV: what was found, which columns are numbers, which are factors."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.delimited import Records, read_records
from sim.errors import DataError, did_you_mean
from sim.lmm.tokens import is_plain_name
from sim.scenarios.scenario import Roles

Kind = Literal["number", "factor"]

MISSING = frozenset({"", "NA", "NaN", "nan", ".", "null", "NULL", "N/A", "n/a"})
MAX_NAME_LENGTH = 100  # characters
EXACT_DIGITS = 15  # longer whole numbers are codes: a float would merge neighbours

# No two parts that may both take the same digits: a cell of a million digits is read once.
_POINT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?([0-9]+(,[0-9]*)?|,[0-9]+)([eE][+-]?[0-9]{1,3})?")
_FRACTION = re.compile("[.,eE]")
_PARTICIPANT = re.compile(
    r"participant|subject|person|respondent|student|pupil|child|patient|animal|worker"
    r"|^(subj?|ss|pp|ppt|id|vp|user)$|[_. ]id$",
    re.IGNORECASE,
)
_RESPONSE = re.compile(
    r"^(value|score|response|reaction|reaction.?time|rt|y|outcome|rating|dv|accuracy|weight)$",
    re.IGNORECASE,
)
_BOOKKEEPING = re.compile(r"^(row|index|obs|observation|nr|no|item|trial|id)$", re.IGNORECASE)
MOST_GROUPS = 6  # more kinds of participants than this cannot be told apart by colour


@dataclass(frozen=True, slots=True)
class Column:
    """What is known about one column.

    Parameters
    ----------
    name : as it is used in formulas (there in back quotes where needed, see `quoted`).
    kind : "number" or "factor".
    n_missing, n_distinct : of its values; missing ones are not a distinct value.
    """

    name: str
    kind: Kind
    n_missing: int
    n_distinct: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table read from text.

    Parameters
    ----------
    frame : numbers as int64 or float64; factors as text, or categories in the order of their
        numbers. A model treats them as R treats a data frame.
    columns : in the order of the file.
    delimiter, encoding : as detected.
    notes : what a person should know, in plain words.
    lines : shape (n,), the line of the file on which each row starts; the header is on line 1.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    delimiter: str
    encoding: str
    notes: tuple[str, ...]
    lines: NDArray[np.intp]

    def column(self, name: str) -> Column:
        """Return what is known about one column.

        Raises
        ------
        DataError : no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        names = [column.name for column in self.columns]
        raise DataError(
            f"Column '{name}' is not in the data.",
            f"The data have {', '.join(names)}.{did_you_mean(name, names)}",
        )

    def with_kind(self, name: str, kind: Kind) -> "Table":
        """Return the table with one column read as a number or as a factor.

        A number made a factor has the labels R would print (1, not 1.0), in numeric order.

        Raises
        ------
        DataError : no such column, no such kind, or a value that is not a number.
        """
        old = self.column(name)
        if kind not in ("number", "factor"):
            raise DataError(f"'{kind}' is not a kind of column.", "Choose 'number' or 'factor'.")
        if old.kind == kind:
            return self
        values = self.frame[name]
        new = _as_factor(values) if kind == "factor" else _as_number(values, self.lines)
        changed = Column(name, kind, int(new.isna().sum()), int(new.nunique()))
        columns = tuple(changed if c is old else c for c in self.columns)
        return replace(self, frame=self.frame.assign(**{name: new}), columns=columns)


def quoted(name: str) -> str:
    """Return a column's name as it must be typed in a formula."""
    return name if is_plain_name(name) and name != "." else f"`{name}`"


def read_table(raw: bytes, filename: str = "") -> Table:
    """Read a text table with a header: commas, semicolons, tabs or bars between its columns.

    Parameters
    ----------
    raw : the file.
    filename : only for messages.

    Raises
    ------
    LimitError : too many bytes, rows or columns.
    DataError : not a text table, with the line or column where it stops being one.
    """
    records = read_records(raw, filename)
    names, notes = _clean_names(records.names)
    columns: list[Column] = []
    series: dict[str, pd.Series] = {}
    for name, cells in zip(names, records.cells, strict=True):
        values, remarks = _read_column(name, cells, records)
        n_missing = int(values.isna().sum())
        kind: Kind = "number" if pd.api.types.is_numeric_dtype(values) else "factor"
        columns.append(Column(name, kind, n_missing, int(values.nunique())))
        series[name] = values
        notes.extend(remarks)
    notes = [*records.notes, *_missing_note(columns), *notes]
    return Table(
        pd.DataFrame(series),
        tuple(columns),
        records.delimiter,
        records.encoding,
        tuple(notes),
        records.lines,
    )


def _clean_names(raw: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return usable, distinct names and notes on those that were changed."""
    names: list[str] = []
    notes: list[str] = []
    seen: dict[str, int] = {}
    if all(_POINT.fullmatch(name) for name in raw):
        raise DataError(
            "The first line has only numbers; it must hold the names of the columns.",
            "Add a first line such as participant,condition,value.",
        )
    for position, original in enumerate(raw, start=1):
        # A formula takes any printable character in back quotes except these two.
        name = "".join(c if c.isprintable() and c not in "`\\" else " " for c in original)
        name = " ".join(name.split())
        if not name and position == 1 and not original:
            name = "row"
        if not name:
            raise DataError(
                f"Column {position} has no name.", "Write a name for it in the first line."
            )
        if len(name) > MAX_NAME_LENGTH:
            raise DataError(
                f"The name of column {position} has {len(name)} characters.",
                f"Give it a name of at most {MAX_NAME_LENGTH}. Is the first line a header?",
            )
        if name in seen:
            raise DataError(
                f"Two columns are called '{name}': columns {seen[name]} and {position}.",
                "Give each column a name of its own.",
            )
        if name != original.strip():
            notes.append(f"Column {position} is called '{name}' here.")
        seen[name] = position
        names.append(name)
    return names, notes


def _read_column(name: str, cells: Sequence[str], records: Records) -> tuple[pd.Series, list[str]]:
    """Decide between number and factor by content."""
    present = [cell for cell in cells if cell not in MISSING]
    if not present:
        return pd.Series(np.full(len(cells), np.nan)), [f"Column '{name}' has no values."]
    odd = _first_odd(present, _POINT)
    comma = odd is not None and records.delimiter != "," and _first_odd(present, _COMMA) is None
    if odd is None or comma:
        values = _numbers(cells, comma)
        if np.isinf(values).any() or _any_code(present):
            note = f"Column '{name}' is a factor: its numbers are too long to count with."
            return _text(cells), [note]
        notes = [f"Column '{name}' has decimal commas; they are read as decimal points."]
        return values, (notes if comma else []) + _zero_one(name, values)
    if _mostly_numbers(present):
        line = records.lines[cells.index(odd)]
        note = f"Column '{name}' is a factor because of '{_short(odd)}' in line {line}."
        return _text(cells), [f"{note} Its other values look like numbers."]
    return _text(cells), []


def _first_odd(cells: Iterable[str], number: re.Pattern[str]) -> str | None:
    return next((cell for cell in cells if number.fullmatch(cell) is None), None)


def _any_code(cells: Sequence[str]) -> bool:
    longest = max(map(len, cells))
    if longest <= EXACT_DIGITS:
        return False
    return any(len(cell) > EXACT_DIGITS and cell.lstrip("+-").isdigit() for cell in cells)


def _mostly_numbers(cells: Sequence[str]) -> bool:
    numbers = sum(_POINT.fullmatch(cell) is not None for cell in cells)
    return numbers >= 0.8 * len(cells)


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"


def _text(cells: Sequence[str]) -> pd.Series:
    return pd.Series([None if cell in MISSING else cell for cell in cells], dtype="str")


def _numbers(cells: Sequence[str], comma: bool) -> pd.Series:
    points = [cell.replace(",", ".") for cell in cells] if comma else cells
    values = np.array([np.nan if cell in MISSING else float(cell) for cell in points])
    # A missing value makes the comparison false: there is no missing int64.
    if np.all(np.abs(values) < 2**53) and _FRACTION.search("".join(cells)) is None:
        return pd.Series(values.astype(np.int64))
    return pd.Series(values)


def _zero_one(name: str, values: pd.Series) -> list[str]:
    present = values.dropna().to_numpy()
    if not np.all((present == 0) | (present == 1)) or np.ptp(present) == 0:
        return []
    return [
        f"Column '{name}' has only 0 and 1 and stays a number. Make it a factor to see the "
        f"coefficient '{name}1', as R names it."
    ]


def _missing_note(columns: Sequence[Column]) -> list[str]:
    some = [column for column in columns if column.n_missing]
    if not some:
        return []
    total = sum(column.n_missing for column in some)
    where = ", ".join(f"{column.n_missing} in '{column.name}'" for column in some[:5])
    more = f" and {len(some) - 5} more columns" if len(some) > 5 else ""
    return [
        f"{total} {'value is' if total == 1 else 'values are'} missing: {where}{more}. A model "
        "leaves out the rows in which one of its own columns is missing."
    ]


def _as_factor(values: pd.Series) -> pd.Series:
    levels = np.sort(values.dropna().unique())
    names = [f"{level:.15g}" for level in levels]
    codes = pd.Categorical(values, categories=levels).codes
    return pd.Series(pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(names)))


def _as_number(values: pd.Series, lines: NDArray[np.intp]) -> pd.Series:
    cells = [
        "" if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)
    ]
    odd = _first_odd((cell for cell in cells if cell), _POINT)
    comma = odd is not None and _first_odd((cell for cell in cells if cell), _COMMA) is None
    if odd is not None and not comma:
        raise DataError(
            f"Column '{values.name}' cannot be a number: line {lines[cells.index(odd)]} has "
            f"'{_short(odd)}'.",
            "Correct the value in the file, or keep the column as a factor.",
        )
    numbers = _numbers(cells, comma)
    if np.isinf(numbers).any():
        line = lines[int(np.flatnonzero(np.isinf(numbers))[0])]
        raise DataError(
            f"Column '{values.name}' cannot be a number: the value in line {line} is too large.",
            "Correct the value in the file, or keep the column as a factor.",
        )
    return numbers


def suggest_roles(table: Table) -> Roles | None:
    """Guess response, predictor, participant and group for the pictures.

    Returns
    -------
    None if there is no column for one of the first three; a guess is there to be changed.
    """
    participant = _guess_participant(table)
    if participant is None:
        return None
    response = _guess_response(table, {participant})
    if response is None:
        return None
    rest = [
        column.name
        for column in table.columns
        if column.name not in (participant, response) and column.n_distinct >= 2
    ]
    sizes = {name: _levels_inside(table.frame, participant, name) for name in rest}
    within = [name for name in rest if sizes[name] > 1 and not _BOOKKEEPING.search(name)]
    if not within:
        return None
    few = [name for name in within if table.column(name).n_distinct < len(table.frame) / 2]
    group = next(
        (n for n in rest if sizes[n] <= 1 and table.column(n).n_distinct <= MOST_GROUPS), None
    )
    return Roles(response, (few or within)[0], participant, group)


def _guess_participant(table: Table) -> str | None:
    rows = len(table.frame)
    repeated = [c for c in table.columns if 2 <= c.n_distinct < rows - c.n_missing]
    whole = [c for c in repeated if c.kind == "factor" or table.frame[c.name].dtype == np.int64]
    named = [c.name for c in whole if _PARTICIPANT.search(c.name)]
    if named:
        return named[0]
    factors = [c for c in whole if c.kind == "factor" and c.n_distinct > 2]
    return max(factors, key=lambda c: c.n_distinct).name if factors else None


def _guess_response(table: Table, taken: set[str]) -> str | None:
    numbers = [
        c
        for c in table.columns
        if c.kind == "number" and c.n_distinct > 1 and c.name not in taken
        if not _BOOKKEEPING.search(c.name)
    ]
    named = [c.name for c in numbers if _RESPONSE.search(c.name)]
    if named or not numbers:
        return named[0] if named else None
    return max(reversed(numbers), key=lambda c: c.n_distinct).name


def _levels_inside(frame: pd.DataFrame, participant: str, name: str) -> int:
    """Return the most values that the column takes within one participant."""
    return int(frame.groupby(participant, observed=True)[name].nunique().max())
