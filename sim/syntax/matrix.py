"""Z, the matrix of the random effects, with a name for every row and column."""

from dataclasses import dataclass

import numpy as np

from sim.errors import LimitError
from sim.lmm.design import Design
from sim.lmm.small import Array, read_only

MAX_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class RandomMatrix:
    """Z as lme4 has it (`getME(fit, "Z")`).

    Attributes
    ----------
    values : shape (n, q): brackets side by side, in each the groups, in each what varies.
    rows : number of each row in the data, 1 for the first.
    columns : for each column: grouping factor, level, what varies.
    """

    values: Array
    rows: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]

    def __post_init__(self) -> None:
        read_only(self.values)


def random_matrix(design: Design) -> RandomMatrix:
    """Fill Z for a design.

    Raises
    ------
    LimitError : more than a million numbers.
    """
    n = len(design.y)
    q = sum(len(block.levels) * len(block.names) for block in design.blocks)
    if n * q > MAX_CELLS:
        raise LimitError(
            f"Z has {n:,} rows and {q:,} columns, too many to show.",
            "Look at it for a part of the data.",
        )
    values = np.zeros((n, q))
    columns: list[tuple[str, str, str]] = []
    start = 0
    for block in design.blocks:
        k = len(block.names)
        at = start + block.codes[:, None] * k + np.arange(k)
        values[np.arange(n)[:, None], at] = block.columns
        columns += [(block.group, level, name) for level in block.levels for name in block.names]
        start += len(block.levels) * k
    rows = tuple(str(row + 1) for row in design.rows.tolist())
    return RandomMatrix(values, rows, tuple(columns))
