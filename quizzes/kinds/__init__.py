"""Kinds of items: one file each, one registry.

A new kind is a new file here that defines `KIND`, and its line in `_ALL`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from quizzes.kinds import (
    formula,
    line_up,
    multiple_choice,
    numeric,
    order,
    poll,
    region,
    single_choice,
)
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong

_ALL: tuple[Kind[Any, Any], ...] = (
    single_choice.KIND,
    multiple_choice.KIND,
    numeric.KIND,
    formula.KIND,
    order.KIND,
    line_up.KIND,
    region.KIND,
    poll.KIND,
)

KINDS: Mapping[str, Kind[Any, Any]] = MappingProxyType({kind.name: kind for kind in _ALL})

__all__ = ["KINDS", "Examples", "Kind", "Unreadable", "Wrong"]
