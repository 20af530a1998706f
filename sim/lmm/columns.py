"""Columns of a data frame as numbers or as factors, the two kinds a model knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import DataError, short
from sim.limits import MAX_LABEL_LENGTH
from sim.lmm.expressions import number_text

_CELLS = (str, bytes, bool, int, float, np.generic, Decimal)
_NUMBER_OBJECTS = ("integer", "floating", "mixed-integer-float", "decimal")

# Beyond it, float64 cannot tell neighbours apart: such numbers are labels of people or things.
_LARGEST_WHOLE = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numeric values, shape (n,), or (n, k) for a polynomial; NaN where missing.

    `whole` says that they come as integers, which R prints without an exponent.
    """

    values: NDArray[np.float64]
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """Levels, and for each row the position of its level, shape (n,); -1 where missing.

    `logical` says that the column holds TRUE and FALSE, which arithmetic may use as 1 and 0.
    """

    codes: NDArray[np.intp]
    levels: tuple[str, ...]
    logical: bool = False


Column = Numbers | Factor


def read_column(series: "pd.Series[Any]") -> Column:
    """Read one column: numbers stay numbers, all else becomes a factor.

    Levels of text are sorted without regard to case (as R sorts in most languages), those of a
    Categorical keep their order.

    Raises
    ------
    DataError : dates or other values that are neither numbers nor groups.
    """
    dtype = series.dtype
    kind = dtype.kind if isinstance(dtype, np.dtype) else ""
    if kind == "f":
        return Numbers(series.to_numpy(np.float64))
    if kind and kind in "iu":
        return _whole(series.to_numpy())
    if kind == "b":
        return _logical(series.astype("float64").to_numpy(np.float64))
    if isinstance(dtype, pd.CategoricalDtype):
        codes = series.cat.codes.to_numpy().astype(np.intp)
        return _merged(codes, _labels(series.cat.categories))
    if pd.api.types.is_bool_dtype(dtype):
        return _logical(series.astype("Float64").to_numpy(np.float64, na_value=np.nan))
    if pd.api.types.is_numeric_dtype(dtype) and kind != "c":
        whole = pd.api.types.is_integer_dtype(dtype)
        return Numbers(series.to_numpy(np.float64, na_value=np.nan), whole)
    if kind == "O":
        if not all(isinstance(value, _CELLS) or pd.isna(value) is True for value in series):
            raise DataError(
                f"Column '{short(series.name)}' holds cells that are neither numbers nor text.",
                "Turn it into numbers or into text in the data.",
            )
        inferred = pd.api.types.infer_dtype(series, skipna=True)
        if inferred == "boolean":
            return _logical(
                series.astype("boolean").astype("Float64").to_numpy(np.float64, na_value=np.nan)
            )
        if inferred in _NUMBER_OBJECTS:
            try:
                numbers = pd.to_numeric(series).to_numpy(np.float64)
            except (OverflowError, ValueError):
                raise DataError(
                    f"Column '{short(series.name)}' holds numbers too large to compute with.",
                    "Divide them by a large number first.",
                ) from None
            return Numbers(numbers, inferred == "integer")
        return _sorted_factor(series)
    if pd.api.types.is_string_dtype(dtype):
        return _sorted_factor(series)
    raise DataError(
        f"Column '{series.name}' holds values of type {dtype}, neither numbers nor groups.",
        "Turn it into a number or into text in the data.",
    )


def _whole(values: NDArray[Any]) -> Column:
    if len(values) and max(abs(int(values.max())), abs(int(values.min()))) > _LARGEST_WHOLE:
        uniques, codes = np.unique(values, return_inverse=True)
        return Factor(codes.astype(np.intp), tuple(str(value) for value in uniques.tolist()))
    return Numbers(values.astype(np.float64), whole=True)


def _logical(values: NDArray[Any]) -> Factor:
    codes = np.where(np.isnan(values), -1.0, values).astype(np.intp)
    return Factor(codes, ("FALSE", "TRUE"), logical=True)


def _sorted_factor(series: "pd.Series[Any]") -> Factor:
    codes, uniques = pd.factorize(series.array)
    labels = _labels(np.asarray(uniques, dtype=object).tolist())
    longest = max(map(len, labels), default=0)
    if longest > MAX_LABEL_LENGTH:
        raise DataError(
            f"Column '{short(series.name)}' holds a text of {longest:,} characters.",
            "Give groups short names.",
        )
    levels = tuple(sorted(set(labels), key=lambda label: (label.casefold(), label.swapcase())))
    return Factor(match_levels(Factor(codes, tuple(labels)), levels), levels)


def _labels(values: Iterable[object]) -> list[str]:
    return [_label(value) for value in values]


def _label(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | np.floating):
        return number_text(float(value))
    return str(value)


def as_factor(column: Column) -> Factor:
    """Turn numbers into a factor with levels in numeric order, written as R writes them."""
    if isinstance(column, Factor):
        return column
    values = column.values
    present = ~np.isnan(values)
    codes = np.full(len(values), -1, np.intp)
    uniques, codes[present] = np.unique(values[present], return_inverse=True)
    if column.whole or (np.all(uniques == np.round(uniques)) and np.all(np.abs(uniques) < 1e15)):
        # The same person is the same whether ids come as 100000 or as 100000.0.
        return Factor(codes, tuple(str(int(value)) for value in uniques.tolist()))
    # R keeps 15 digits: 0.3 and 0.1 + 0.2 are one level.
    return _merged(codes, [number_text(value) for value in uniques.tolist()])


def _merged(codes: NDArray[np.intp], labels: list[str]) -> Factor:
    """Make a factor, levels with the same label taken together."""
    levels = tuple(dict.fromkeys(labels))
    factor = Factor(codes, tuple(labels))
    return factor if len(levels) == len(labels) else Factor(match_levels(factor, levels), levels)


def is_missing(column: Column) -> NDArray[np.bool_] | None:
    """Rows without a value, shape (n,), or None if every row has one."""
    missing = column.codes < 0 if isinstance(column, Factor) else np.isnan(column.values)
    return missing if missing.any() else None


def take_rows(column: Column, rows: NDArray[np.intp] | None) -> Column:
    """Keep `rows` (all if None), and of a factor only the levels that are left."""
    if isinstance(column, Numbers):
        return column if rows is None else Numbers(column.values[rows], column.whole)
    codes = column.codes if rows is None else column.codes[rows]
    return _used_levels(Factor(codes, column.levels, column.logical))


def _used_levels(factor: Factor) -> Factor:
    used = np.bincount(factor.codes, minlength=len(factor.levels)) > 0
    if used.all():
        return factor
    new_code = np.cumsum(used) - 1
    levels = tuple(level for level, kept in zip(factor.levels, used, strict=True) if kept)
    return Factor(new_code[factor.codes].astype(np.intp), levels, factor.logical)


def cross_factors(factors: Sequence[Factor]) -> Factor:
    """Combine factors as R's `a:b` does: levels "a1:b1", the first varying slowest, none empty.

    Raises
    ------
    DataError : two different groups would have one name.
    """
    crossed = factors[0]
    for factor in factors[1:]:
        width = len(factor.levels)
        used, codes = np.unique(crossed.codes * width + factor.codes, return_inverse=True)
        pairs = (divmod(code, width) for code in used.tolist())
        levels = tuple(f"{crossed.levels[i]}:{factor.levels[j]}" for i, j in pairs)
        if len(set(levels)) < len(levels):
            twice = next(level for level in levels if levels.count(level) > 1)
            raise DataError(
                f"Two different groups would both be called '{short(twice)}'.",
                "Take the colons out of the names of the groups.",
            )
        crossed = Factor(codes.astype(np.intp), levels)
    return crossed


def match_levels(factor: Factor, levels: Sequence[str]) -> NDArray[np.intp]:
    """Give each row the position of its level in `levels`, -1 if it is not among them."""
    known = {level: code for code, level in enumerate(levels)}
    # One place more, so that the code -1 of a missing value stays -1.
    new_code = np.array([*(known.get(level, -1) for level in factor.levels), -1], np.intp)
    return new_code[factor.codes]
