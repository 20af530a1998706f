"""Every error a user can cause, each with what is wrong and one thing to do about it."""

from collections.abc import Collection
from difflib import get_close_matches

import numpy as np


def short(value: object, most: int = 60) -> str:
    """Write a value of the data into an error, cut off where it is long."""
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def shown(value: object) -> str:
    """Write what was given where something else was wanted, as Python would, cut off where long."""
    # Python refuses to write out integers of many thousand digits.
    if isinstance(value, int) and value.bit_length() > 128:
        return "a number of so many digits"
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def did_you_mean(name: object, known: Collection[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest known name, or nothing."""
    close = get_close_matches(shown(name) if isinstance(name, int) else str(name), known, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


class SimError(ValueError):
    """A problem a user can cause and repair.

    Parameters
    ----------
    problem : what is wrong, with its value and its place.
    hint : what exists instead, or the one thing to do; may be empty.
    """

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(f"{problem} {hint}".strip())
        self.problem = problem
        self.hint = hint


class FormulaError(SimError):
    """A formula that cannot be read, or that names what is not there.

    Parameters
    ----------
    problem, hint : as in `SimError`.
    formula : the text as typed.
    position, length : where the offending characters start (0 is the first) and how many.
    """

    def __init__(
        self, problem: str, hint: str = "", *, formula: str = "", position: int = 0, length: int = 1
    ) -> None:
        super().__init__(problem, hint)
        self.formula = formula
        self.position = position
        self.length = length

    def marked(self) -> str:
        """Return the formula with a caret line under the offending characters."""
        return f"{self.formula}\n{' ' * self.position}{'^' * max(1, self.length)}"


class DataError(SimError):
    """Data that cannot be read or cannot be used."""


class DesignError(SimError):
    """A model that cannot be fitted to these data."""


class LimitError(SimError):
    """A request larger than this server accepts."""


class ScenarioError(SimError):
    """A scenario or parameter that does not exist, or a value outside its range."""


class CancelledError(SimError):
    """A long task that was stopped before it ended."""
