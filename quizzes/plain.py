"""Values that nobody can change, the same values in JSON's types, and text in a cell."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from quizzes.item import Picture


def frozen(value: Any) -> Any:
    """Return lists and columns as tuples, dicts as read-only mappings, NumPy's numbers as Python's.

    What comes back can be compared, and written as JSON and read again without a loss.
    """
    match value:
        case np.ndarray() | pd.Series():
            return frozen(value.tolist())
        case np.generic():
            return value.item()
        case Picture():
            return replace(value, columns=frozen(value.columns), settings=frozen(value.settings))
        case Mapping():
            return MappingProxyType({str(key): frozen(entry) for key, entry in value.items()})
        case list() | tuple():
            return tuple(frozen(entry) for entry in value)
    return value


def json_ready(value: Any) -> Any:
    """Return tuples as lists and mappings as dicts: the way back from `frozen`."""
    match value:
        case np.ndarray():
            return json_ready(value.tolist())
        case np.generic():
            return value.item()
        case Mapping():
            return {str(key): json_ready(entry) for key, entry in value.items()}
        case list() | tuple():
            return [json_ready(entry) for entry in value]
    return value


def cell(text: str) -> str:
    """Return text for a spreadsheet's cell: never a formula, whatever somebody wrote.

    Numbers stay as they are; before anything else that begins like a formula stands an apostrophe,
    which spreadsheets do not show.
    """
    if not text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
