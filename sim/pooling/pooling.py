"""Three ways to estimate the line of each participant, side by side."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.lmm.expressions import name_text
from sim.lmm.fit import Fit, lmer
from sim.lmm.small import Array
from sim.pooling.lines import Measurements, complete_line, finite_numbers, measurements, own_lines
from sim.pooling.units import Units, participant_roots
from sim.stopping import Stop

Method = Literal["complete", "no", "partial"]
METHODS: tuple[Method, ...] = ("complete", "no", "partial")
Varying = Literal["intercepts", "slopes", "both"]
_LEFT: dict[str, str] = {"intercepts": "1", "slopes": "0 + {x}", "both": "1 + {x}"}


@dataclass(frozen=True, slots=True, eq=False)
class Pooling:
    """The lines of g participants by complete, no and partial pooling.

    Attributes
    ----------
    measured : the data.
    varying : what the mixed model lets vary: "intercepts", "slopes" or "both".
    complete : the one line of complete pooling.
    own : each participant's separate line, see `own_lines`.
    fit : the mixed model, whose lines are those of partial pooling.
    """

    measured: Measurements
    varying: Varying
    complete: "pd.Series[float]"
    own: pd.DataFrame
    fit: Fit

    @property
    def partial(self) -> pd.DataFrame:
        """Partial pooling: what R's coef() says of the mixed model."""
        return self.fit.group_coef[self.measured.participant][list(self.measured.terms)]

    def coefficients(self, method: Method) -> pd.DataFrame:
        """Intercept and slope of each participant; nan where a method has none.

        Raises
        ------
        DataError : there is no such method.
        """
        if method == "no":
            return self.own
        if method == "partial":
            return self.partial
        if method != "complete":
            raise DataError(f"There is no '{method}' pooling.", f"Choose {', '.join(METHODS)}.")
        rows = np.tile(self.complete.to_numpy(), (len(self.own), 1))
        return pd.DataFrame(rows, index=self.own.index, columns=self.own.columns)

    def predict(self, method: Method, values: Array) -> pd.DataFrame:
        """Predict the response of every participant at values of the predictor, shape (m,).

        Returns
        -------
        g * m rows, columns participant, the predictor `x`, the prediction `y`; y is nan for a
        participant without a slope, who has no line.

        Raises
        ------
        DataError : values that are not numbers, or no such method.
        """
        x = finite_numbers(values, "values of the predictor")
        lines = self.coefficients(method).to_numpy()
        y = lines[:, :1] + lines[:, 1:] * x
        names = np.repeat(np.asarray(self.own.index), len(x))
        return pd.DataFrame({"participant": names, "x": np.tile(x, len(lines)), "y": y.ravel()})

    @property
    def spread(self) -> pd.DataFrame:
        """SD of the participants' coefficients by method, nan left out: rows are methods."""
        nothing = pd.Series(0.0, index=list(self.measured.terms))
        rows = {"complete": nothing, "no": _sd(self.own), "partial": _sd(self.partial)}
        return pd.DataFrame(rows).T

    @property
    def covariance(self) -> Array:
        """Estimated covariance of participants' intercepts and slopes, shape (2, 2).

        Zero where the model lets nothing vary.
        """
        part = self.fit.covariances[0]
        if self.varying == "both":
            return part
        whole = np.zeros((2, 2))
        at = 0 if self.varying == "intercepts" else 1
        whole[at, at] = part[0, 0]
        return whole

    @property
    def weights(self) -> Array:
        """Weight W of each participant's own data, shape (g, 2, 2).

        partial = fixef + W (own - fixef): the identity would be no pooling, zero complete
        pooling. Off the diagonal stands what an unusual slope adds to the intercept, and the
        other way round. With a missing slope any number stands in for it: W takes no notice.
        """
        units = Units.of(self.measured)
        return units.outward @ self._standard_weights(units) @ units.inward

    def _standard_weights(self, units: Units) -> Array:
        root, _ = participant_roots(self.measured, units)
        products = root.transpose(0, 2, 1) @ root / self.fit.sigma**2
        covariance = units.inward @ self.covariance @ units.inward.T
        weights: Array = covariance @ np.linalg.inv(np.eye(2) + products @ covariance) @ products
        return weights

    @property
    def own_weight(self) -> "pd.Series[float]":
        """Share of each participant's line that their own data decide, from 0 to 1.

        Half the trace of the weight: intercept and slope count one half each, in every unit of
        the predictor.
        """
        half = np.einsum("gii->g", self._standard_weights(Units.of(self.measured))) / 2.0
        return pd.Series(half, index=self.own.index)


def _sd(lines: pd.DataFrame) -> "pd.Series[float]":
    """SD of each coefficient; exactly zero where all of them differ by rounding only."""
    same = lines.max() - lines.min() <= 1e-12 * lines.abs().max()
    return lines.std().mask(same, 0.0)


def pool(
    data: pd.DataFrame,
    response: str,
    predictor: str,
    participant: str,
    varying: Varying = "both",
    reml: bool = True,
    stop: Stop | None = None,
) -> Pooling:
    """Estimate every participant's line in three ways.

    Parameters
    ----------
    response, predictor, participant : columns; the predictor must be numeric.
    varying : what partial pooling lets vary between participants.
    reml : fit the mixed model by REML, else by ML.
    stop : asked now and then; true ends the fit.

    Raises
    ------
    CancelledError : `stop` said so.
    DataError : a column is not numeric or has no spread; `varying` is unknown.
    DesignError : the mixed model cannot be fitted to these data.
    FormulaError : a column is not in the data.

    Source
    ------
    Separate lines as lme4 1.1-31 `lmList`, partial pooling as `lmer`: Bates et al. (2015),
    J. Stat. Softw. 67(1).
    """
    if varying not in _LEFT:
        raise DataError(f"'{varying}' cannot vary.", f"Choose {', '.join(_LEFT)}.")
    measured = measurements(data, response, predictor, participant)
    x = name_text(predictor)
    left = _LEFT[varying].format(x=x)
    formula = f"{name_text(response)} ~ 1 + {x} + ({left} | {name_text(participant)})"
    fit = lmer(formula, data, reml=reml, stop=stop)
    return Pooling(measured, varying, complete_line(measured), own_lines(measured), fit)
