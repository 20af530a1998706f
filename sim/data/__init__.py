"""Data sets that come with the app: sleepstudy and the lecture's own simulated data."""

from functools import cache
from pathlib import Path

import pandas as pd


@cache
def _stored(name: str) -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parent / f"{name}.csv")


def read_data(name: str) -> pd.DataFrame:
    """Read one of the CSV files in this folder, exactly; each call returns a fresh copy.

    Parameters
    ----------
    name : file name without `.csv`, such as "sleepstudy".

    Raises
    ------
    FileNotFoundError : no such file; names come from the code, never from a visitor.
    """
    return _stored(name).copy()
