"""Forty invented rows with a column of every kind, for tests of designs."""

import numpy as np
import pandas as pd

N = 40


def small_data() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "y": rng.normal(300, 40, N),
            "x": rng.normal(0, 1, N),
            "z": rng.uniform(1, 9, N),
            "cond": np.tile(["b", "a"], N // 2),
            "g": np.repeat(np.arange(8), 5),
            "h": np.tile(np.repeat(["u", "v"], 2), 10),
            "row": np.arange(N),
            "one": "only",
        }
    )
