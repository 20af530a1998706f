"""Groups of participants whose true means are known: the data behind a t, an F, a PRE."""

import math
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.lmm.small import Array

MAX_GROUPS = 12
MAX_PER_GROUP = 10_000
_FIRST_MEAN = 50.0


@dataclass(frozen=True, slots=True)
class Groups:
    """The truth behind a study of independent groups of equal size.

    Parameters
    ----------
    n_groups : 2 to 12; named A, B, C, ...
    per_group : participants in each, 2 or more.
    difference : true mean of the last group less that of the first, in points; the groups between
        them have means at equal steps.
    sd : of the participants of a group around its mean, in points.

    Raises
    ------
    DataError : a number outside its range.
    """

    n_groups: int = 2
    per_group: int = 20
    difference: float = 5.0
    sd: float = 10.0

    def __post_init__(self) -> None:
        if not 2 <= self.n_groups <= MAX_GROUPS:
            raise DataError(
                f"{self.n_groups} groups cannot be compared.", f"There are 2 to {MAX_GROUPS}."
            )
        if not 2 <= self.per_group <= MAX_PER_GROUP:
            raise DataError(
                f"{self.per_group} participants in a group are too few or too many.",
                f"There are 2 to {MAX_PER_GROUP:,}.",
            )
        if not (math.isfinite(self.sd) and self.sd > 0 and math.isfinite(self.difference)):
            raise DataError(
                f"A difference of {self.difference:g} with SD {self.sd:g} cannot be drawn.",
                "Give finite numbers, and an SD above 0.",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """A, B, C, ..."""
        return tuple(ascii_uppercase[: self.n_groups])

    @property
    def means(self) -> Array:
        """True means, shape (n_groups,), points."""
        return _FIRST_MEAN + np.linspace(0, self.difference, self.n_groups)

    @property
    def df(self) -> tuple[float, float]:
        """(between, within) degrees of freedom of the ANOVA."""
        return float(self.n_groups - 1), float(self.n_groups * (self.per_group - 1))

    @property
    def t_noncentrality(self) -> float:
        """The true last-less-first difference divided by its true standard error."""
        return self.difference / (self.sd * math.sqrt(2 / self.per_group))

    @property
    def f_noncentrality(self) -> float:
        """The sum of squares between the true means, divided by the true variance."""
        off = self.means - self.means.mean()
        return float(self.per_group * (off @ off) / self.sd**2)

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        """One study: columns participant, group, score (points), one row per participant."""
        group = np.repeat(self.names, self.per_group)
        score = np.repeat(self.means, self.per_group) + self.sd * rng.standard_normal(group.size)
        return pd.DataFrame(
            {"participant": np.arange(1, group.size + 1), "group": group, "score": score.round(2)}
        )
