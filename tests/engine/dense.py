"""The criterion written once more, slowly and from its definition, to hold the engine against."""

import numpy as np
from numpy.typing import NDArray

from sim.lmm.design import Design

Array = NDArray[np.float64]


def dense_lambda_z(design: Design, theta: Array) -> Array:
    """Z Lambda with every zero written out, shape (n, q)."""
    n = len(design.y)
    parts = []
    start = 0
    for block in design.blocks:
        k = len(block.names)
        root = np.zeros((k, k))
        for col in range(k):
            for row in range(col, k):
                root[row, col] = theta[start]
                start += 1
        z = np.zeros((n, len(block.levels), k))
        z[np.arange(n), block.codes] = block.columns
        parts.append((z @ root).reshape(n, -1))
    return np.concatenate(parts, axis=1)


def dense_criterion(design: Design, theta: Array, reml: bool) -> float:
    """-2 (restricted) log likelihood with sigma profiled out, from the n × n matrix V."""
    X, y = design.X, design.y
    n, p = X.shape
    lz = dense_lambda_z(design, theta)
    V = np.eye(n) + lz @ lz.T
    inverse = np.linalg.inv(V)
    C = X.T @ inverse @ X
    beta = np.linalg.solve(C, X.T @ inverse @ y)
    rest = y - X @ beta
    r2 = float(rest @ inverse @ rest)
    m = n - p if reml else n
    value = np.linalg.slogdet(V)[1] + m * (1 + np.log(2 * np.pi * r2 / m))
    return float(value + (np.linalg.slogdet(C)[1] if reml else 0.0))
