"""Data sets that differ in their response only, so that one batch fits them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.lmm.expressions import Name
from sim.lmm.formula import Formula
from sim.lmm.small import Array


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The data set whose predictors the others have to share.

    Parameters
    ----------
    response : column of the response.
    columns : predictors and grouping factors as they stand.
    group : the only grouping factor, whose levels may change places; "" if there are several
        or the formula uses it in another place too.
    order : rows sorted by group and content, shape (n,); None where groups differ in size.
    """

    response: str
    columns: Mapping[str, Any]
    group: str
    order: NDArray[np.intp] | None

    def response_of(self, columns: Mapping[str, Any]) -> Array | None:
        """Return the response in the template's order of rows, shape (n,).

        Returns
        -------
        None if the predictors differ, up to the order of rows and the names of participants.
        """
        y = np.asarray(columns[self.response], dtype=np.float64)
        if all(_same(columns[name], own) for name, own in self.columns.items()):
            return y
        if self.order is None:
            return None
        order = _sorted(columns, self.group, list(self.columns))
        if order is None or not all(
            np.array_equal(np.asarray(columns[name])[order], np.asarray(own)[self.order])
            for name, own in self.columns.items()
            if name != self.group
        ):
            return None
        moved = np.empty_like(y)
        moved[self.order] = y[order]
        return moved


def make_template(formula: Formula, columns: Mapping[str, Any]) -> Template | None:
    """Return the template of a formula's data; None if its response is computed."""
    if not isinstance(formula.response, Name):
        return None
    response = formula.response.name
    uses = [name.name for name in formula.names()]
    groups = {name for bracket in formula.brackets for name in bracket.group}
    group = groups.pop() if len(groups) == 1 else ""
    if uses.count(group) != len(formula.brackets):
        group = ""
    own = {str(name): columns[name] for name in formula.variables if name != response}
    order = _sorted(own, group, list(own)) if group else None
    return Template(response, own, group, order)


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, pd.Categorical):
        same = first.dtype is second.dtype or first.dtype == second.dtype
        return same and np.array_equal(first.codes, second.codes)
    return np.array_equal(first, second)


def _sorted(
    columns: Mapping[str, Any], group: str, names: Sequence[str]
) -> NDArray[np.intp] | None:
    """Return rows ordered by the content of their group; None if groups differ in size."""
    codes = _codes(columns[group])
    levels = int(codes.max()) + 1
    size = len(codes) // levels
    if np.any(np.bincount(codes, minlength=levels) != size):
        return None
    parts = [_codes(columns[name]) for name in names if name != group]
    rows = np.lexsort((*parts[::-1], codes))
    if not parts:
        return rows
    whole = np.column_stack(parts)[rows].reshape(levels, -1)
    groups = np.lexsort(tuple(whole.T[::-1]))
    return rows.reshape(levels, size)[groups].ravel()


def _codes(column: Any) -> NDArray[np.intp]:
    """Return whole numbers in the order of the values."""
    if isinstance(column, pd.Categorical):
        return column.codes.astype(np.intp)
    codes: NDArray[np.intp] = np.unique(np.asarray(column), return_inverse=True)[1]
    return codes
