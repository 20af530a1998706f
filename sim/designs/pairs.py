"""Two columns of groups: which combinations occur, and which columns may hold groups at all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DataError, LimitError, short
from sim.limits import MAX_ROWS
from sim.lmm.columns import Factor, Numbers, as_factor, is_missing, read_column, take_rows
from sim.lmm.problem import IntArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """The combinations of two columns that occur: codes of both, and their rows."""

    first: Factor
    second: Factor
    a: IntArray
    b: IntArray
    rows: IntArray

    def sums(self, codes: IntArray) -> IntArray:
        """Return the rows of each code, counted."""
        return np.bincount(codes, self.rows).astype(np.intp)

    @classmethod
    def of(cls, data: pd.DataFrame, a: str, b: str) -> "Pairs":
        """Count the pairs of two columns; rows with a missing value stay out.

        Raises
        ------
        DataError : a column is missing, named twice or groups nothing; or there are no rows.
        LimitError : too many rows.
        """
        check_frame(data)
        if a == b:
            raise DataError(f"'{a}' is named twice.", "Choose two different columns.")
        columns = [_column(data, a), _column(data, b)]
        missing = np.zeros(len(data), dtype=bool)
        for column in columns:
            gap = is_missing(column)
            missing |= False if gap is None else gap
        if missing.all():
            raise DataError(f"No row has both '{a}' and '{b}'.", "Choose other columns.")
        kept = np.flatnonzero(~missing) if missing.any() else None
        first, second = (as_factor(take_rows(column, kept)) for column in columns)
        width = len(second.levels)
        used, rows = np.unique(first.codes * width + second.codes, return_counts=True)
        return cls(first, second, used // width, used % width, rows.astype(np.intp))


def _column(data: pd.DataFrame, name: str) -> Factor:
    count = list(data.columns).count(name)
    if count > 1:
        raise DataError(f"Several columns are called '{name}'.", "Give each its own name.")
    if not count:
        known = ", ".join(sorted(short(column) for column in data.columns)[:20])
        raise DataError(
            f"Column '{short(name)}' is not in the data, which has {known or 'no columns'}.",
            "Choose one of these.",
        )
    return as_factor(read_column(data[name]))


def check_frame(data: pd.DataFrame) -> None:
    """Refuse what is no table of a size that can be looked at.

    Raises
    ------
    DataError : no frame, or one without rows.
    LimitError : too many rows.
    """
    if not isinstance(data, pd.DataFrame) or len(data) == 0:
        raise DataError("The data have no rows.", "Choose data with at least a few rows.")
    if len(data) > MAX_ROWS:
        raise LimitError(
            f"The data have {len(data):,} rows; this server takes up to {MAX_ROWS:,}.",
            "Use a part of them.",
        )


def candidate_factors(data: pd.DataFrame) -> tuple[str, ...]:
    """Name the columns that may hold groups.

    Text, categories and TRUE/FALSE with two groups or more and some group met twice; whole
    numbers if there are at least two rows for each value on average.
    """
    check_frame(data)
    found = []
    for position, name in enumerate(data.columns):
        if not isinstance(name, str) or list(data.columns).count(name) > 1:
            continue
        try:
            column = read_column(data.iloc[:, position])
        except DataError:
            continue
        if isinstance(column, Numbers) and not _whole(column):
            continue
        factor = as_factor(column)
        levels = len(np.unique(factor.codes[factor.codes >= 0]))
        most = len(data) / 2 if isinstance(column, Numbers) else len(data) - 1
        if 2 <= levels <= most:
            found.append(name)
    return tuple(found)


def _whole(column: Numbers) -> bool:
    values = column.values[~np.isnan(column.values)]
    return column.whole or (len(values) > 0 and bool((values == np.round(values)).all()))
