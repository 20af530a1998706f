"""Who was measured when, and the averages, lines and spreads that follow from it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sim.errors import DataError
from sim.scenarios.scenario import Roles

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class StatisticUnavailable(DataError):
    """A statistic that these data or these roles do not allow."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Who was measured when: the part of the data that simulation leaves as it is.

    Parameters
    ----------
    participant : shape (n,), codes from 0; -1 where missing.
    n_participants : number of levels.
    x : shape (n,), the predictor as a number (two levels become 0 and 1), or None.
    cell : shape (n,), codes of the predictor's levels if it is a factor, else None.
    group : shape (n,), codes from 0, -1 where missing; or None.
    n_groups : number of levels, 0 without groups.
    """

    participant: Codes
    n_participants: int
    x: Floats | None
    cell: Codes | None
    group: Codes | None
    n_groups: int


def _codes(column: pd.Series) -> tuple[Codes, int]:
    codes, levels = pd.factorize(column, sort=False)
    return codes.astype(np.intp), len(levels)


def _predictor(column: pd.Series) -> tuple[Floats | None, Codes | None]:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), None
    if isinstance(column.dtype, pd.CategoricalDtype):
        factor = column.cat.remove_unused_categories().cat
        codes, n_levels = factor.codes.to_numpy(), len(factor.categories)
    else:
        codes, levels = pd.factorize(column, sort=True)
        n_levels = len(levels)
    x = np.where(codes < 0, np.nan, codes) if n_levels == 2 else None
    return x, codes.astype(np.intp)


def read_layout(frame: pd.DataFrame, roles: Roles) -> Layout:
    """Read participant, predictor and group from the columns that the roles name.

    Raises
    ------
    StatisticUnavailable : a role names a column that is not in the data.
    """
    for column in (roles.participant, roles.predictor, roles.group):
        if column is not None and column not in frame:
            raise StatisticUnavailable(
                f"Column '{column}' is not in the data.",
                f"The data have {', '.join(map(str, frame.columns))}.",
            )
    participant, n_participants = _codes(frame[roles.participant])
    x, cell = _predictor(frame[roles.predictor])
    group, n_groups = (None, 0) if roles.group is None else _codes(frame[roles.group])
    return Layout(participant, n_participants, x, cell, group, n_groups)


def _sums(codes: Codes, n: int, weights: Floats) -> sparse.csr_array:
    """Return the (n, rows) matrix that sums weighted rows by code; code -1 is left out."""
    rows = np.flatnonzero(codes >= 0)
    return sparse.csr_array((weights[rows], (codes[rows], rows)), shape=(n, codes.size))


def averages(codes: Codes, n: int) -> sparse.csr_array:
    """Return the (n, rows) matrix that averages rows by code; code -1 is left out."""
    counts = np.bincount(codes[codes >= 0], minlength=n)
    return _sums(codes, n, 1 / np.maximum(counts, 1)[codes])


def participant_lines(values: Floats, layout: Layout) -> tuple[Floats, Floats]:
    """Return each participant's own least squares intercept and slope, shapes (participants, B).

    Participants with one value of the predictor have no slope and are left out.
    """
    assert layout.x is not None  # `_lacks_slopes` comes first
    codes, n = np.where(np.isfinite(layout.x), layout.participant, -1), layout.n_participants
    x = np.where(codes >= 0, layout.x, 0.0)
    average = averages(codes, n)
    x_mean = average @ x
    centred = np.where(codes >= 0, x - x_mean[codes], 0.0)
    squares = _sums(codes, n, centred) @ centred
    has_slope = _varies(squares, x)
    slopes = (_sums(codes, n, centred) @ values)[has_slope] / squares[has_slope, None]
    intercepts = (average @ values)[has_slope] - slopes * x_mean[has_slope, None]
    return intercepts, slopes


def _varies(squares: Floats, x: Floats) -> NDArray[np.bool_]:
    scale = np.abs(x).max(initial=0.0)
    return squares > (1e-10 * scale) ** 2


def _cells(layout: Layout) -> tuple[Codes, int]:
    """Return which averages to take out: group, or group by the predictor's level."""
    assert layout.group is not None  # `_lacks_groups` comes first
    if layout.cell is None:
        return layout.group, layout.n_groups
    levels = int(layout.cell.max(initial=0)) + 1
    crossed = layout.group * levels + layout.cell
    crossed = np.where((layout.group < 0) | (layout.cell < 0), -1, crossed)
    found, codes = np.unique(crossed[crossed >= 0], return_inverse=True)
    crossed[crossed >= 0] = codes
    return crossed, max(found.size, 1)  # one unused cell where everything is missing


def group_spread(values: Floats, layout: Layout) -> tuple[Floats, NDArray[np.intp]]:
    """Return each group's sum of squares around its own averages or line, and its df.

    A factor's averages are taken out level by level, a number's effect as a straight line.
    """
    assert layout.group is not None
    cells, n_cells = _cells(layout)
    group = np.where(cells >= 0, layout.group, -1)
    x = layout.x if layout.cell is None else None
    if x is not None:
        cells, group = (np.where(np.isfinite(x), codes, -1) for codes in (cells, group))
    average = averages(cells, n_cells)
    inside = (cells >= 0)[:, None]
    residual = np.where(inside, values - (average @ values)[cells], 0.0)
    total = _sums(group, layout.n_groups, np.ones(group.size))
    squares = total @ residual**2
    used = group[group >= 0]
    # One average for each of the group's cells.
    pairs = np.unique(np.column_stack([used, cells[group >= 0]]), axis=0)
    df = np.bincount(used, minlength=layout.n_groups)
    df = df - np.bincount(pairs[:, 0], minlength=layout.n_groups)
    if x is not None:
        finite = np.where(group >= 0, x, 0.0)
        centred = np.where(group >= 0, finite - (average @ finite)[cells], 0.0)
        along = _sums(group, layout.n_groups, centred)
        spread = along @ centred
        sloped = _varies(spread, finite)
        explained = (along @ residual)[sloped] ** 2 / spread[sloped, None]
        squares[sloped] = np.maximum(squares[sloped] - explained, 0)
        df = df - sloped
    return squares, df.astype(np.intp)
