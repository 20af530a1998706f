"""Numbers that may tell actual data from simulated data, and how unusual the actual one is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from sim.checks.layout import (
    Floats,
    Layout,
    StatisticUnavailable,
    averages,
    group_spread,
    participant_lines,
    read_layout,
)
from sim.errors import did_you_mean
from sim.scenarios.scenario import Roles

# Columns that take the participants' place but are no people, with their plural.
_NO_PEOPLE = MappingProxyType(
    {"school": "schools", "class": "classes", "word": "words", "item": "items", "site": "sites"}
)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number computed from a response.

    Parameters
    ----------
    name : key of `STATISTICS`.
    label : for the screen.
    unit_of : "response", "slope" (response per unit of the predictor), or "none".
    explanation : one sentence.
    from_layout : values of shape (n, B) and their layout -> shape (B,); nan where undefined.
    lacks : layout -> why it cannot be computed; "" if it can.
    """

    name: str
    label: str
    unit_of: Literal["response", "slope", "none"]
    explanation: str
    from_layout: Callable[[Floats, Layout], Floats]
    lacks: Callable[[Layout], str]

    def named(self, roles: Roles) -> "Statistic":
        """Return the statistic with label and explanation in the words of the data.

        Participants may be schools: their column says what they are called.
        """
        return replace(
            self,
            label=_in_words_of(self.label, roles),
            explanation=_in_words_of(self.explanation, roles),
        )

    def compute(self, values: Floats, frame: pd.DataFrame, roles: Roles) -> Floats:
        """Return the statistic of every column of `values`.

        Parameters
        ----------
        values : shape (n, B), responses for the rows of `frame`.

        Returns
        -------
        Shape (B,); nan where it is undefined.

        Raises
        ------
        StatisticUnavailable : the data or the roles do not allow it.
        """
        layout = read_layout(frame, roles)
        if reason := self.lacks(layout):
            label = self.named(roles).label
            raise StatisticUnavailable(
                f"'{label}' cannot be computed here.", _in_words_of(reason, roles)
            )
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return self.from_layout(np.asarray(values, dtype=np.float64), layout)


@dataclass(frozen=True, slots=True)
class Check:
    """A statistic of the actual data among the same statistic of simulated data.

    Parameters
    ----------
    actual : the actual data's.
    simulated : shape (B,), read-only; nan where it was undefined.
    p_lower, p_upper : share of data sets at least as low, at least as high.
    p_two_sided : twice the smaller one, at most 1.
    n_usable : how many simulated values are not nan.
    """

    actual: float
    simulated: Floats
    p_two_sided: float
    p_lower: float
    p_upper: float
    n_usable: int


def _in_words_of(text: str, roles: Roles) -> str:
    noun = roles.participant.lower()
    if noun not in _NO_PEOPLE:
        return text
    return text.replace("participants", _NO_PEOPLE[noun]).replace("participant", noun)


def _participant_means(values: Floats, layout: Layout) -> Floats:
    return averages(layout.participant, layout.n_participants) @ values


def _participant_sd(values: Floats, layout: Layout) -> Floats:
    return _participant_means(values, layout).std(axis=0, ddof=1)


def _largest_participant(values: Floats, layout: Layout) -> Floats:
    means = _participant_means(values, layout)
    return np.abs(means - means.mean(axis=0)).max(axis=0)


def _standardised(means: Floats) -> Floats:
    """Return z scores by column, all nan where a column does not vary."""
    centred = means - means.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    # Equal means differ by rounding only; their shape would be noise.
    flat = spread <= 1e-12 * np.abs(means).max(axis=0)
    return centred / np.where(flat, np.nan, spread)


def _skewness(values: Floats, layout: Layout) -> Floats:
    return (_standardised(_participant_means(values, layout)) ** 3).mean(axis=0)


def _bimodality(values: Floats, layout: Layout) -> Floats:
    z = _standardised(_participant_means(values, layout))
    n = z.shape[0]
    skew = (z**3).mean(axis=0) * np.sqrt(n * (n - 1)) / (n - 2)
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * ((z**4).mean(axis=0) - 3) + 6)
    return (skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def _slope_sd(values: Floats, layout: Layout) -> Floats:
    return participant_lines(values, layout)[1].std(axis=0, ddof=1)


def _slope_correlation(values: Floats, layout: Layout) -> Floats:
    intercepts, slopes = (_standardised(part) for part in participant_lines(values, layout))
    return np.clip((intercepts * slopes).mean(axis=0), -1, 1)


def _group_sd_ratio(values: Floats, layout: Layout) -> Floats:
    squares, df = group_spread(values, layout)
    sds = np.sqrt(squares / df[:, None])
    smallest, largest = sds.min(axis=0), sds.max(axis=0)
    return np.where(smallest > 1e-12 * np.abs(values).max(axis=0), largest / smallest, np.nan)


def _lacks_participants(minimum: int) -> Callable[[Layout], str]:
    def lacks(layout: Layout) -> str:
        found = layout.n_participants
        if found >= minimum:
            return ""
        return f"It needs at least {minimum} participants; the data have {found}."

    return lacks


def _lacks_slopes(minimum: int) -> Callable[[Layout], str]:
    def lacks(layout: Layout) -> str:
        if layout.n_participants == 0:
            return "It needs participants; their column is empty."
        if layout.x is None:
            return "It needs a predictor that is a number or has exactly two levels."
        slopes = participant_lines(np.zeros((layout.x.size, 1)), layout)[1]
        if len(slopes) >= minimum:
            return ""
        return (
            f"It needs at least {minimum} participants measured at two or more values of the "
            f"predictor; the data have {len(slopes)}."
        )

    return lacks


def _lacks_groups(layout: Layout) -> str:
    if layout.group is None:
        return "Choose the column that says which group a participant belongs to."
    if layout.n_groups < 2:
        return f"It needs at least 2 groups; the data have {layout.n_groups}."
    if group_spread(np.zeros((layout.group.size, 1)), layout)[1].min() < 1:
        return "It needs more observations in every group."
    return ""


_LISTED = (
    Statistic(
        "participant_sd",
        "SD of participant means",
        "response",
        "How much the averages of the participants differ from each other.",
        _participant_sd,
        _lacks_participants(2),
    ),
    Statistic(
        "largest_participant",
        "Largest participant effect",
        "response",
        "How far the most unusual participant's average is from the average of all participants.",
        _largest_participant,
        _lacks_participants(2),
    ),
    Statistic(
        "skewness",
        "Skewness of participant means",
        "none",
        "Whether the averages of the participants have a longer tail to the right (above 0) or to "
        "the left (below 0).",
        _skewness,
        _lacks_participants(3),
    ),
    Statistic(
        "bimodality",
        "Bimodality of participant means",
        "none",
        "Sarle's coefficient of the participants' averages: 0.33 for one bell curve, 0.56 for an "
        "even spread, up to 1 for two separate clusters.",
        _bimodality,
        _lacks_participants(4),
    ),
    Statistic(
        "group_sd_ratio",
        "Ratio of group SDs",
        "none",
        "How many times more the values of the most varied group scatter around their averages "
        "than those of the least varied group; 1 if all vary equally.",
        _group_sd_ratio,
        _lacks_groups,
    ),
    Statistic(
        "slope_correlation",
        "Correlation of slopes and intercepts",
        "none",
        "Whether participants who start higher also have steeper lines, with a line of their own "
        "for each participant.",
        _slope_correlation,
        _lacks_slopes(3),
    ),
    Statistic(
        "slope_sd",
        "SD of slopes",
        "slope",
        "How much the participants' own lines differ in steepness; with two conditions, how much "
        "their differences differ.",
        _slope_sd,
        _lacks_slopes(2),
    ),
)

STATISTICS: Mapping[str, Statistic] = MappingProxyType({s.name: s for s in _LISTED})


def available(frame: pd.DataFrame, roles: Roles) -> tuple[str, ...]:
    """Return the keys of `STATISTICS` that these data and roles allow.

    Raises
    ------
    StatisticUnavailable : a role names a column that is not in the data.
    """
    layout = read_layout(frame, roles)
    return tuple(key for key, statistic in STATISTICS.items() if not statistic.lacks(layout))


def reasons(frame: pd.DataFrame, roles: Roles) -> dict[str, str]:
    """Return why each of the other statistics cannot be computed.

    Raises
    ------
    StatisticUnavailable : a role names a column that is not in the data.
    """
    layout = read_layout(frame, roles)
    found = {key: statistic.lacks(layout) for key, statistic in STATISTICS.items()}
    return {key: _in_words_of(reason, roles) for key, reason in found.items() if reason}


def check_statistic(
    key: str, actual: Floats, simulated: Floats, frame: pd.DataFrame, roles: Roles
) -> Check:
    """Hold a statistic of the actual data against the same statistic of simulated data.

    Parameters
    ----------
    key : of `STATISTICS`.
    actual : shape (n,), the response in the rows of `frame`.
    simulated : shape (n, B), responses simulated for the same rows.
    frame : the rows the model was fitted to.

    Returns
    -------
    The values and simulation p-values (1 + count) / (1 + usable): the actual data set is one of
    those that the model could have produced, so no p-value is zero.

    Raises
    ------
    StatisticUnavailable : no such statistic, or not for these data.

    Source
    ------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 4.2.
    """
    if key not in STATISTICS:
        raise StatisticUnavailable(
            f"There is no statistic '{key}'.",
            f"There are {', '.join(STATISTICS)}.{did_you_mean(key, STATISTICS)}",
        )
    statistic = STATISTICS[key]
    observed = float(statistic.compute(np.asarray(actual)[:, None], frame, roles)[0])
    if not np.isfinite(observed):
        raise StatisticUnavailable(
            f"'{statistic.named(roles).label}' is not defined for the actual data.",
            "There is no variation to measure it on.",
        )
    draws = statistic.compute(simulated, frame, roles)
    draws.flags.writeable = False
    usable = draws[np.isfinite(draws)]
    tie = 1e-12 * abs(observed)  # equal up to rounding counts as equal
    upper = float((1 + np.count_nonzero(usable >= observed - tie)) / (1 + usable.size))
    lower = float((1 + np.count_nonzero(usable <= observed + tie)) / (1 + usable.size))
    two_sided = min(1.0, 2 * min(lower, upper))
    return Check(observed, draws, two_sided, lower, upper, usable.size)
