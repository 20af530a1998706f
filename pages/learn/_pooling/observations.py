"""One participant's observations, and what is estimated without some of them."""

from dataclasses import dataclass

import numpy as np

from pages._ui.cache import LARGE_ROWS
from pages.learn._pooling.settings import Study, lines_of
from sim.pooling import Pooling


@dataclass(frozen=True, slots=True)
class Person:
    """One participant's observations, in the order of the predictor.

    Parameters
    ----------
    rows : positions in the data frame, shape (n,).
    x, y : shape (n,).
    """

    name: str
    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray

    @property
    def labels(self) -> list[str]:
        """A name for each observation: its x, and which one where there are several."""
        seen: dict[str, int] = {}
        found = []
        for value in self.x:
            label = f"{value:.4g}"
            seen[label] = seen.get(label, 0) + 1
            found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
        return found


def person_of(study: Study, name: str) -> Person:
    """Find a participant's observations; rows with gaps are not among them."""
    measured, design = study.both.measured, study.both.fit.design
    mine = np.flatnonzero(measured.codes == study.people.index(name))
    mine = mine[np.argsort(measured.x[mine], kind="stable")]
    rows = np.asarray(design.rows)[mine]
    return Person(name, rows, measured.x[mine], measured.y[mine])


def furthest(study: Study) -> str:
    """Of those with all their data, the participant whose slope is furthest from the average."""
    slope = study.both.measured.terms[1]
    distance = (study.both.partial[slope] - study.both.fit.fixef[slope]).abs().to_numpy()
    whole = (study.counts == study.counts.max()).to_numpy()
    return study.people[int(np.argmax(np.where(whole, distance, -1.0)))]


@dataclass(frozen=True, slots=True)
class Step:
    """What is estimated after some observations are gone.

    Parameters
    ----------
    own, partial, average : intercept and slope each; own is nan where there is none.
    weight : of the own data.
    """

    own: np.ndarray
    partial: np.ndarray
    average: np.ndarray
    weight: float

    def distance(self, values: np.ndarray) -> float:
        """Mean distance of the line from the average line, over the values of the predictor."""
        away = self.partial - self.average
        return float(np.abs(away[0] + away[1] * values).mean())


def _step(pooling: Pooling, name: str) -> Step:
    average = pooling.fit.fixef[list(pooling.measured.terms)].to_numpy()
    if name not in pooling.own.index:
        return Step(np.full(2, np.nan), average, average, 0.0)
    own, partial = (frame.loc[name].to_numpy() for frame in (pooling.own, pooling.partial))
    return Step(own, partial, average, float(pooling.own_weight[name]))


def steps_of(study: Study, person: Person, dropped: list[int]) -> list[Step]:
    """Estimates with all the data, and after each observation that was taken away.

    Raises
    ------
    SimError : without these rows the model cannot be fitted.
    """
    sizes = range(len(dropped) + 1)
    if len(study.dataset.frame) > LARGE_ROWS:  # each step is a fit, and large ones take a while
        sizes = sorted({0, len(dropped)})  # type: ignore[assignment]
    found = []
    for size in sizes:
        out = tuple(sorted(int(person.rows[k]) for k in dropped[:size]))
        found.append(_step(lines_of(study.dataset, "both", out), person.name))
    return found
