"""Repeat a study and its bootstrap: how often does the interval hold the truth?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.inference.bootstrap import bootstrap
from sim.inference.intervals import Interval, IntervalKind, interval
from sim.inference.resamples import KINDS, Kind, Stop
from sim.lm import LinearFit
from sim.lmm.fit import Fit


@dataclass(frozen=True, slots=True)
class Repeats:
    """What one repeated study does.

    Attributes
    ----------
    study : draws data from the truth and fits the model.
    name, truth : the parameter, and its true value.
    interval, level : of the intervals.
    resamples : of each bootstrap.
    seed : the same seed gives the same studies, whichever of them are asked for.
    """

    study: Callable[[np.random.Generator], Fit | LinearFit]
    name: str
    truth: float
    interval: IntervalKind
    level: float
    resamples: int
    seed: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """One study: its estimate, and its interval from every kind of bootstrap asked for."""

    estimate: float
    intervals: dict[Kind, Interval]

    def holds(self, kind: Kind, truth: float) -> bool:
        """Whether an interval holds the truth; one that does not exist does not."""
        found = self.intervals[kind]
        return found.low <= truth <= found.high


def repeat_bootstrap(
    repeats: Repeats, kinds: tuple[Kind, ...], studies: range, stop: Stop = None
) -> Iterator[Repeat]:
    """Yield one study after the other; all kinds of bootstrap get the same data.

    Raises
    ------
    SimError : what `study`, `bootstrap` and `interval` say.
    CancelledError : `stop` said so.
    """
    for number in studies:
        fit = repeats.study(np.random.default_rng([repeats.seed, number]))
        found = {}
        estimate = np.nan
        for kind in kinds:
            rng = np.random.default_rng([repeats.seed, number, 1 + KINDS.index(kind)])
            wants = repeats.interval == "bca"
            draws = bootstrap(fit, kind, repeats.resamples, rng, stop, influence=wants)
            place = draws.place(repeats.name)
            estimate = float(draws.estimate[place])
            found[kind] = interval(
                draws.values[:, place],
                estimate,
                repeats.interval,
                repeats.level,
                draws.influence[:, place],
            )
        yield Repeat(estimate, found)
