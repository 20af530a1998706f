"""Which columns of a data frame a formula uses, and which rows can be used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import DataError, FormulaError, LimitError, short
from sim.limits import MAX_ROWS
from sim.lmm.columns import Column, Factor, Numbers, is_missing, read_column, take_rows
from sim.lmm.expressions import Expression, Name, deparse, names_in, number_text
from sim.lmm.formula import Formula

_MOST_NAMES = 20
_LARGEST = 1e70


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of the data that are used.

    Parameters
    ----------
    positions : shape (n,), where they stand in the data.
    n_data : rows of the data.
    messages : said to the user.
    """

    positions: NDArray[np.intp]
    n_data: int
    messages: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many rows are used."""
        return len(self.positions)

    @property
    def n_missing(self) -> int:
        """How many rows are left out."""
        return self.n_data - self.n

    def take(self, column: Column) -> Column:
        """Keep the used rows of a column, and of a factor the levels that are left."""
        return take_rows(column, self.positions if self.n_missing else None)


def read_columns(
    formula: Formula, data: pd.DataFrame, names: Iterable[Name] | None = None
) -> dict[str, Column]:
    """Read the columns that a formula uses (or only those in `names`).

    Raises
    ------
    FormulaError : a column that is not in the data, with its place and the nearest name.
    DataError : no rows, a name that two columns share, infinite values, dates.
    LimitError : too many rows.
    """
    if not isinstance(data, pd.DataFrame):
        raise DataError("The data are not a data frame.", "Give a data frame of pandas.")
    if len(data) == 0:
        raise DataError("The data have no rows.", "Choose data with at least a few rows.")
    if len(data) > MAX_ROWS:
        raise LimitError(
            f"The data have {len(data):,} rows; this server takes up to {MAX_ROWS:,}.",
            "Use a part of them.",
        )
    columns: dict[str, Column] = {}
    for name in formula.names() if names is None else names:
        if name.name not in columns:
            columns[name.name] = _read(name, formula.text, data)
    return columns


def _read(name: Name, text: str, data: pd.DataFrame) -> Column:
    try:
        place = data.columns.get_loc(name.name)
    except KeyError:
        raise unknown_column(name, text, data.columns) from None
    if not isinstance(place, int):
        raise DataError(f"Several columns are called '{name.name}'.", "Give each its own name.")
    column = read_column(data[name.name])
    if isinstance(column, Numbers):
        _check_size(name.name, column.values)
    return column


def _check_size(name: str, values: NDArray[np.float64]) -> None:
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        raise DataError(f"Column '{name}' is infinite in row {row + 1}.",
                        "Correct or empty this value.")  # fmt: skip
    largest = np.nanmax(np.abs(values), initial=0.0)
    # Squares of such numbers leave the range of floating point.
    if largest > _LARGEST or 0.0 < largest < 1.0 / _LARGEST:
        raise DataError(
            f"The largest value of column '{name}' is {largest:.0e} in size.",
            "Use another unit, so that values lie nearer to one.",
        )


def unknown_column(name: Name, text: str, columns: Iterable[object]) -> FormulaError:
    """Make the error for a name in the formula that is no column, with the nearest one."""
    known = sorted(short(column) for column in columns)
    shown = ", ".join(known[:_MOST_NAMES])
    if len(known) > _MOST_NAMES:
        shown += f" and {len(known) - _MOST_NAMES} more"
    by_lower = {column.lower(): column for column in reversed(known)}
    close = get_close_matches(name.name.lower(), by_lower, n=1)
    return FormulaError(
        f"Column '{name.name}' (character {name.span.position + 1} of the formula) is not in the "
        f"data, which has {shown or 'no columns'}.",
        f"Did you mean '{by_lower[close[0]]}'?" if close else "Write one of these.",
        formula=text, position=name.span.position, length=name.span.length,
    )  # fmt: skip


def usable_rows(columns: Mapping[str, Column], n: int) -> Rows:
    """Find the rows that have a value in every column.

    Raises
    ------
    DataError : there are none.
    """
    gaps = {
        name: gap for name, column in columns.items() if (gap := is_missing(column)) is not None
    }
    if not gaps:
        return Rows(np.arange(n), n, ())
    missing = np.any(list(gaps.values()), axis=0)
    n_missing = int(missing.sum())
    names = ", ".join(sorted(gaps))
    empty = [name for name, gap in gaps.items() if gap.all()]
    if empty:
        raise DataError(
            f"Column '{empty[0]}' has no values: all {n} rows are missing.",
            "Leave it out of the formula, or choose other data.",
        )
    if n_missing == n:
        raise DataError(
            f"Every one of the {n} rows has a missing value in {names}.",
            "Leave the column with most gaps out of the formula.",
        )
    rows, were = ("row", "was") if n_missing == 1 else ("rows", "were")
    message = f"{n_missing} {rows} with missing values in {names} {were} left out (of {n})."
    return Rows(np.flatnonzero(~missing), n, (message,))


def finite_rows(
    expression: Expression, column: Column, rows: Rows, columns: Mapping[str, Column]
) -> Column:
    """Keep the used rows of a computed column.

    Raises
    ------
    DataError : a value that is not a finite number, as log(0), with its row.
    """
    kept = rows.take(column)
    if isinstance(kept, Factor):
        bad = kept.codes < 0
    else:
        bad = ~np.isfinite(kept.values.sum(axis=1) if kept.values.ndim == 2 else kept.values)
    if not bad.any():
        return kept
    count = int(bad.sum())
    row = int(rows.positions[np.flatnonzero(bad)[0]])
    where = "row" if count == 1 else f"{count} rows, first in row"
    if isinstance(expression, Name):
        raise DataError(
            f"Column '{expression.name}' has no value in {where} {row + 1}.",
            "Fill it in, or leave the row out.",
        )
    raise DataError(
        f"{deparse(expression)} is not a finite number in {where} {row + 1}"
        f"{_values_there(expression, row, columns)}.",
        "Leave such rows out of the data, or use another transformation.",
    )


def _values_there(expression: Expression, row: int, columns: Mapping[str, Column]) -> str:
    parts = []
    for name in dict.fromkeys(name.name for name in names_in(expression)):
        column = columns[name]
        if isinstance(column, Numbers):
            value = float(column.values[row])
            parts.append(f"{name} is {'missing' if np.isnan(value) else number_text(value)}")
    return f", where {', '.join(parts)}" if parts else ""
