"""Lines of equal height through a grid, by marching squares."""

import numpy as np
import pandas as pd

Array = np.ndarray


def contour_lines(x: Array, y: Array, z: Array, levels: tuple[float, ...]) -> pd.DataFrame:
    """Return the pieces of the lines where z equals a level.

    Parameters
    ----------
    x, y : places of the grid's columns and rows, shapes (m,) and (n,).
    z : heights, shape (n, m); cells with a corner that is not a number have no line.

    Returns
    -------
    Columns x, y, x2, y2, level: one row for each piece.
    """
    pieces = [_pieces(x, y, z, level) for level in levels]
    rows = np.concatenate([np.column_stack([p, np.full(len(p), v)]) for p, v in pieces])
    return pd.DataFrame(rows, columns=["x", "y", "x2", "y2", "level"])


def _pieces(x: Array, y: Array, z: Array, level: float) -> tuple[Array, float]:
    """Line pieces of one level, shape (pieces, 4)."""
    corners = [z[:-1, :-1], z[:-1, 1:], z[1:, 1:], z[1:, :-1]]
    left, right = (np.broadcast_to(v, corners[0].shape) for v in (x[:-1], x[1:]))
    low, high = (np.broadcast_to(v[:, None], corners[0].shape) for v in (y[:-1], y[1:]))
    places = [(left, low), (right, low), (right, high), (left, high)]
    usable = np.isfinite(z[:-1, :-1] + z[:-1, 1:] + z[1:, 1:] + z[1:, :-1])
    crossed, points = [], []
    for k in range(4):
        one, two = corners[k], corners[(k + 1) % 4]
        crossed.append(((one > level) != (two > level)) & usable)
        (x1, y1), (x2, y2) = places[k], places[(k + 1) % 4]
        with np.errstate(all="ignore"):  # edges that no line crosses are not looked at
            share = (level - one) / (two - one)
            points.append(np.stack([x1 + share * (x2 - x1), y1 + share * (y2 - y1)], axis=-1))
    edges, at = np.stack(crossed), np.stack(points)
    found = []
    for first in range(4):
        for second in range(first + 1, 4):
            both = edges[first] & edges[second]
            saddle = edges.sum(axis=0) == 4
            # At a saddle two lines pass: any of the two ways to draw them will do.
            both &= ~saddle | ((first, second) in ((0, 1), (2, 3)))
            found.append(np.concatenate([at[first][both], at[second][both]], axis=1))
    return np.concatenate(found), level
