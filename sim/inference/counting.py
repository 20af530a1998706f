"""What a repeated study counts: rejections, coverage, bias, each with its Monte-Carlo interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy import special

from sim.inference.error_rates import Rate
from sim.lmm.small import Array, BoolArray, read_only


@dataclass(frozen=True, slots=True)
class Average:
    """A mean over repetitions, with its Monte-Carlo interval.

    Parameters
    ----------
    estimate : the mean; not a number without repetitions.
    sd : of one repetition.
    n : how many repetitions.
    """

    estimate: float
    sd: float
    n: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where the long-run mean lies, by Student's t."""
        if self.n < 2:
            return (-math.inf, math.inf)
        half = float(special.stdtrit(self.n - 1, (1 + level) / 2)) * self.sd / math.sqrt(self.n)
        return (self.estimate - half, self.estimate + half)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What one method said of one coefficient in n repetitions, not a number where it failed.

    Attributes
    ----------
    estimate, std_error, df, p_value : shape (n,); the p-value is two-sided.
    is_singular, converged : of mixed models, shape (n,).
    """

    estimate: Array
    std_error: Array
    df: Array
    p_value: Array
    is_singular: BoolArray
    converged: BoolArray

    def __post_init__(self) -> None:
        read_only(*(getattr(self, field.name) for field in fields(self)))

    @classmethod
    def blank(cls, n: int) -> "Outcomes":
        """Return n failures, to be filled in."""
        nan, no = np.full(n, np.nan), np.zeros(n, dtype=bool)
        return cls(nan, nan.copy(), nan.copy(), nan.copy(), no, no.copy())

    @classmethod
    def joined(cls, parts: Sequence["Outcomes"]) -> "Outcomes":
        """Return one after the other."""
        if not parts:
            return cls.blank(0)
        return cls(
            *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls))
        )

    @property
    def n(self) -> int:
        """Repetitions, failed ones among them."""
        return len(self.estimate)

    @property
    def usable(self) -> BoolArray:
        """Which repetitions have a test, shape (n,)."""
        return np.isfinite(self.p_value)


@dataclass(frozen=True, slots=True)
class Counts:
    """The outcomes of one method held against the truth.

    Parameters
    ----------
    outcomes : of the method.
    truth : true value of the coefficient; None where it has none.
    alpha : a p-value up to this rejects; the intervals are those of level 1 - alpha.
    """

    outcomes: Outcomes
    truth: float | None
    alpha: float

    def _rate(self, hits: BoolArray, among: BoolArray) -> Rate:
        return Rate(int(np.count_nonzero(hits & among)), int(np.count_nonzero(among)))

    @property
    def rejected(self) -> Rate:
        """Share with p <= alpha: the type I error rate if the truth is 0, else the power."""
        return self._rate(self.outcomes.p_value <= self.alpha, self.outcomes.usable)

    @property
    def failed(self) -> Rate:
        """Share of repetitions without a test; all other shares leave them out."""
        return Rate(self.outcomes.n - int(self.outcomes.usable.sum()), self.outcomes.n)

    @property
    def singular(self) -> Rate:
        """Share of singular fits."""
        return self._rate(self.outcomes.is_singular, self.outcomes.usable)

    @property
    def not_converged(self) -> Rate:
        """Share of fits that did not converge."""
        return self._rate(~self.outcomes.converged, self.outcomes.usable)

    def intervals(self) -> tuple[Array, Array]:
        """Return both ends of the t-interval of every repetition, shapes (n,)."""
        found = self.outcomes
        half = special.stdtrit(found.df, 1 - self.alpha / 2) * found.std_error
        return found.estimate - half, found.estimate + half

    @property
    def covered(self) -> Rate | None:
        """Share of intervals that hold the truth."""
        if self.truth is None:
            return None
        low, high = self.intervals()
        return self._rate((low <= self.truth) & (self.truth <= high), self.outcomes.usable)

    @property
    def bias(self) -> Average | None:
        """Mean of estimate less truth."""
        if self.truth is None:
            return None
        return _average(self.outcomes.estimate[self.outcomes.usable] - self.truth)

    @property
    def wrong_sign(self) -> Rate | None:
        """Share of the rejections whose estimate has the wrong sign."""
        if not self.truth:
            return None
        found = self.outcomes
        among = found.usable & (found.p_value <= self.alpha)
        return self._rate(found.estimate * self.truth < 0, among)

    @property
    def exaggeration(self) -> Average | None:
        """Mean of estimate / truth among the rejections: above 1 they exaggerate."""
        if not self.truth:
            return None
        found = self.outcomes
        among = found.usable & (found.p_value <= self.alpha)
        return _average(np.abs(found.estimate[among] / self.truth))


def _average(values: Array) -> Average:
    n = len(values)
    mean = float(values.mean()) if n else math.nan
    return Average(mean, float(values.std(ddof=1)) if n > 1 else math.nan, n)


@dataclass(frozen=True, slots=True)
class Study:
    """A study repeated `done` times of `asked`.

    Parameters
    ----------
    scenario, formula, term : what was repeated, and the coefficient that was tested.
    truth : true value of the coefficient; None where it has none.
    alpha : of the tests; intervals have level 1 - alpha.
    asked : repetitions asked for.
    outcomes : method -> what it said; all have the same length.
    failures : what went wrong -> how often, of all methods.
    """

    scenario: str
    formula: str
    term: str
    truth: float | None
    alpha: float
    asked: int
    outcomes: Mapping[str, Outcomes]
    failures: Mapping[str, int]

    @property
    def done(self) -> int:
        """Repetitions made."""
        return next(iter(self.outcomes.values())).n

    @property
    def is_null(self) -> bool:
        """Whether nothing is there to be found, so that every rejection is an error."""
        return self.truth is not None and abs(self.truth) < 1e-12

    def of(self, method: str = "lmer") -> Counts:
        """Return what one method gives to count."""
        return Counts(self.outcomes[method], self.truth, self.alpha)

    def table(self) -> pd.DataFrame:
        """Return every share and mean with its 95% Monte-Carlo interval.

        Returns
        -------
        Columns method, measure, estimate, conf_low, conf_high, n.
        """
        rows = []
        for method in self.outcomes:
            for measure, value in self._measures(method).items():
                if value is not None:
                    rows.append((method, measure, value.estimate, *value.interval(), value.n))
        columns = ["method", "measure", "estimate", "conf_low", "conf_high", "n"]
        return pd.DataFrame(rows, columns=columns)

    def _measures(self, method: str) -> dict[str, Rate | Average | None]:
        counts = self.of(method)
        found: dict[str, Rate | Average | None] = {
            "type I error" if self.is_null else "power": counts.rejected,
            "coverage": counts.covered,
            "bias": counts.bias,
            "exaggeration": counts.exaggeration,
            "wrong sign": counts.wrong_sign,
        }
        if method == "lmer":
            found |= {"singular": counts.singular, "not converged": counts.not_converged}
        return found | {"failed": counts.failed}

    def repetitions(self) -> pd.DataFrame:
        """Return one row for each repetition and method."""
        parts = []
        for method, found in self.outcomes.items():
            columns = {f.name: getattr(found, f.name) for f in fields(found)}
            part = pd.DataFrame({"repetition": np.arange(1, found.n + 1), **columns})
            part.insert(1, "method", method)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)
