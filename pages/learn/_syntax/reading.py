"""What the page knows about a formula: its explanation, its fit, the part of Z that is shown."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from pages._ui.cache import KEEP, LARGE_ROWS, fitted_model
from pages.learn._syntax.dataset import Source
from sim import Fit, explain
from sim.errors import SimError
from sim.syntax.explain import Explanation
from sim.syntax.matrix import RandomMatrix

MOST_COLUMNS = 120
MOST_CELLS = 8_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula read for some data.

    Parameters
    ----------
    text : as typed.
    source : the data.
    explanation : without its Z.
    z : the part of Z that a screen can show; None if there is none.
    z_shape : rows and columns of all of Z.
    """

    text: str
    source: Source
    explanation: Explanation
    z: RandomMatrix | None
    z_shape: tuple[int, int]

    def count(self, kind: str) -> int:
        """How many quantities of a kind are estimated."""
        return sum(quantity.kind == kind for quantity in self.explanation.quantities)

    @property
    def n(self) -> int:
        """How many numbers are estimated."""
        return self.explanation.n_parameters


def _part(z: RandomMatrix) -> RandomMatrix:
    """The upper left part of Z, no larger than a screen can show."""
    n, q = z.values.shape
    columns = min(q, MOST_COLUMNS)
    rows = min(n, MOST_CELLS // columns)
    values = np.ascontiguousarray(z.values[:rows, :columns])
    return RandomMatrix(values, z.rows[:rows], z.columns[:columns])


@st.cache_resource(max_entries=200, ttl=KEEP, show_spinner=False)
def _read(
    key: str, text: str, _source: Source
) -> tuple[Explanation, RandomMatrix | None, tuple[int, int]]:
    found = explain(text, _source.frame)
    if found.z is None:
        return found, None, (0, 0)
    n, q = found.z.values.shape
    return replace(found, z=None), _part(found.z), (n, q)


def read(source: Source, text: str) -> Reading:
    """Explain a formula for the data.

    Raises
    ------
    FormulaError, LimitError : it cannot be read, or names what is not there.
    """
    return Reading(text, source, *_read(source.key, text, source))


def fit_of(reading: Reading, reml: bool = True) -> Fit | None:
    """The fit of the formula to the data; None where there is none, or it would take long."""
    frame = reading.source.frame
    if frame is None or reading.explanation.problem or not reading.explanation.varying:
        return None
    if len(frame) > LARGE_ROWS:
        return None
    try:
        return fitted_model(reading.source.key, frame, reading.text, reml, "treatment")
    except SimError:
        return None


def estimates(reading: Reading) -> list[float] | None:
    """The value of each quantity, in their order; None where the model is not fitted."""
    fit = fit_of(reading)
    if fit is None:
        return None
    values = [*fit.fixef.tolist(), *fit.varcorr["sdcor"].tolist()]
    return values if len(values) == reading.n else None
