"""Lines by least squares: one for everybody, and one for each participant."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.lmm.columns import Factor, as_factor
from sim.lmm.expressions import name_text
from sim.lmm.formula import parse_formula
from sim.lmm.frame import finite_rows, read_columns, usable_rows
from sim.lmm.model_matrix import INTERCEPT
from sim.lmm.problem import IntArray
from sim.lmm.small import Array, read_only
from sim.lmm.sufficiency import check_response

# R's lm takes a column for a copy of earlier ones below this share of its length.
_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Measurements:
    """A response over one predictor, measured on participants; rows with gaps left out.

    Attributes
    ----------
    response, predictor, participant : names of the columns.
    x, y : predictor and response, shape (n,).
    codes : position of each row's participant in `participants`, shape (n,).
    participants : their names, g of them, in the order lmer uses.
    n_missing : rows left out because a value is missing.
    """

    response: str
    predictor: str
    participant: str
    x: Array
    y: Array
    codes: IntArray
    participants: tuple[str, ...]
    n_missing: int

    def __post_init__(self) -> None:
        read_only(self.x, self.y, self.codes)

    @property
    def terms(self) -> tuple[str, str]:
        """Names of the two coefficients of a line, as lm writes them."""
        return INTERCEPT, name_text(self.predictor)

    @property
    def counts(self) -> Array:
        """Rows of each participant, shape (g,)."""
        return self.sums(np.ones(len(self.y)))

    def sums(self, values: Array) -> Array:
        """Add values (n,) up for each participant, shape (g,)."""
        total: Array = np.bincount(self.codes, values, len(self.participants)).astype(np.float64)
        return total

    @property
    def means(self) -> tuple[Array, Array]:
        """Mean predictor and mean response of each participant, shapes (g,)."""
        return self.sums(self.x) / self.counts, self.sums(self.y) / self.counts

    @property
    def spreads(self) -> Array:
        """Sum of squared distances of x from the participant's mean, shape (g,).

        Exactly zero where one value, or several equal ones, cannot hold a slope.
        """
        away = self.x - self.means[0][self.codes]
        squares = self.sums(away**2)
        flat = squares <= _TOLERANCE**2 * self.sums(self.x**2)
        return np.where(flat | (self.counts < 2), 0.0, squares)


def measurements(
    data: pd.DataFrame, response: str, predictor: str, participant: str
) -> Measurements:
    """Read the three columns of a study with one predictor.

    Raises
    ------
    FormulaError : a column is not in the data.
    DataError : the response or the predictor is not numeric, or has no spread.
    LimitError : too many rows.
    """
    for name in (response, predictor, participant):
        if not isinstance(name, str):
            raise DataError("A column is named by text.", "Choose a column of the data.")
    text = f"{name_text(response)} ~ {name_text(predictor)} + (1 | {name_text(participant)})"
    formula = parse_formula(text)
    columns = read_columns(formula, data)
    rows = usable_rows(columns, len(data))
    y = check_response(formula, columns[response], rows, columns)
    column = finite_rows(formula.fixed.terms[0][0], columns[predictor], rows, columns)
    if isinstance(column, Factor):
        raise DataError(
            f"The predictor '{predictor}' holds groups, and a line needs numbers.",
            "Choose a column of numbers.",
        )
    if np.ptp(column.values) == 0:
        raise DataError(
            f"Every value of '{predictor}' is the same, so no line has a slope.",
            "Choose a predictor that varies.",
        )
    people = as_factor(rows.take(columns[participant]))
    return Measurements(
        response, predictor, participant,
        column.values.copy(), y.copy(), people.codes.copy(), people.levels, rows.n_missing,
    )  # fmt: skip


def complete_line(measured: Measurements) -> "pd.Series[float]":
    """Complete pooling: one line for all rows, whoever they come from."""
    x, y = measured.x, measured.y
    away = x - x.mean()
    slope = float(away @ y / (away @ away))
    return pd.Series([float(y.mean()) - slope * float(x.mean()), slope], list(measured.terms))


def own_lines(measured: Measurements) -> pd.DataFrame:
    """No pooling: a line for each participant from their own rows alone.

    Returns
    -------
    One row for each participant, columns as `Measurements.terms`. Whoever was measured at one
    value of the predictor only has no slope (nan) and the mean response for an intercept, which
    is what R's lm answers; it is no statement about where the predictor is zero.
    """
    mean_x, mean_y = measured.means
    away = measured.x - mean_x[measured.codes]
    products = measured.sums(away * (measured.y - mean_y[measured.codes]))
    spreads = measured.spreads
    flat = spreads == 0.0
    slope = np.where(flat, np.nan, products / np.where(flat, 1.0, spreads))
    intercept = np.where(flat, mean_y, mean_y - slope * mean_x)
    names = list(measured.terms)
    return pd.DataFrame(dict(zip(names, (intercept, slope), strict=True)),
                        index=list(measured.participants))  # fmt: skip


def finite_numbers(values: object, what: str) -> Array:
    """Read numbers that a caller gives, shape (m,).

    Raises
    ------
    DataError : none, or not all of them finite numbers.
    """
    try:
        array = np.array(values, dtype=np.float64, ndmin=1)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim != 1 or not len(array) or not np.isfinite(array).all():
        raise DataError(f"The {what} must be finite numbers.", "Give one or more of them.")
    return array
