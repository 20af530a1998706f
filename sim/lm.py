"""Ordinary linear models, fitted by statsmodels, with the formulas and names of `lmer`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import DesignError
from sim.lmm.design import Design, build_design, new_matrices
from sim.lmm.formula import Formula
from sim.lmm.small import Array


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """A fitted linear model.

    Attributes
    ----------
    design : the model matrix and where it came from.
    results : what statsmodels says (`OLS(...).fit()`), for everything not named here.
    """

    design: Design
    results: Any

    @property
    def fixef(self) -> pd.Series:
        """Estimates, named as R names them."""
        return self._named(self.results.params)

    @property
    def std_error(self) -> pd.Series:
        """Standard errors of the estimates."""
        return self._named(self.results.bse)

    @property
    def p_value(self) -> pd.Series:
        """Two-sided p-values of the t-tests."""
        return self._named(self.results.pvalues)

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the estimates."""
        names = list(self.design.x_names)
        return pd.DataFrame(self.results.cov_params(), index=names, columns=names)

    @property
    def sigma(self) -> float:
        """Residual SD, unit of the response."""
        return float(np.sqrt(self.results.scale))

    @property
    def df_residual(self) -> int:
        """Return the rows less the coefficients."""
        return int(self.results.df_resid)

    @property
    def r_squared(self) -> float:
        """Return the share of the variance that the model explains."""
        return float(self.results.rsquared)

    @property
    def loglik(self) -> float:
        """Return the log likelihood at the ML estimates, as R's logLik."""
        return float(self.results.llf)

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return len(self.design.y)

    @property
    def fitted(self) -> Array:
        """Predictions for the rows used, shape (n,)."""
        return np.asarray(self.results.fittedvalues)

    @property
    def resid(self) -> Array:
        """Response less fitted, shape (n,)."""
        return np.asarray(self.results.resid)

    def predict(self, newdata: pd.DataFrame | None = None) -> Array:
        """Predict the response for new rows, or for the rows used, shape (rows,)."""
        if newdata is None:
            return self.fitted
        prediction: Array = new_matrices(self.design, newdata).X @ np.asarray(self.results.params)
        return prediction

    def _named(self, values: Any) -> pd.Series:
        return pd.Series(np.asarray(values), index=list(self.design.x_names))


def lm(formula: str | Formula, data: pd.DataFrame, contrasts: Any = "treatment") -> LinearFit:
    """Fit a linear model by least squares.

    Parameters
    ----------
    formula : a formula without brackets, such as "reaction ~ days".
    contrasts : "treatment" or "sum", for factors.

    Raises
    ------
    DesignError : the formula has random effects.
    FormulaError, DataError, LimitError : as in `lmer`.

    Source
    ------
    statsmodels' OLS, by QR, as R's `lm`; the columns of X are those of R.
    """
    design = build_design(formula, data, contrasts)
    if design.blocks:
        raise DesignError(
            f"The formula has random effects, in ({design.blocks[0].group}).",
            "Use lmer for it, or take the bracket away.",
        )
    # Imported here: statsmodels takes a second to load, and lmer does without it.
    from statsmodels.regression.linear_model import OLS

    return LinearFit(design, OLS(design.y, design.X).fit(method="qr"))
