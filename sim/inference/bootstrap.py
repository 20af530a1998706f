"""Bootstrap a linear model or a linear mixed model: rows, participants, residuals, or the model."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.arguments import check_count, check_rng
from sim.errors import DataError, shown
from sim.inference.profile import parameter_names
from sim.inference.resamples import KINDS, Kind, Stop, refit_left_out, refit_resamples
from sim.limits import MAX_REPLICATES
from sim.lm import LinearFit
from sim.lmm.fit import SINGULAR, Fit
from sim.lmm.problem import lower_positions
from sim.lmm.refit import Refits
from sim.lmm.small import Array, BoolArray, read_only


@dataclass(frozen=True, slots=True)
class Draws:
    """What B resamples give.

    Attributes
    ----------
    kind : how they were drawn.
    names : of the parameters, as lme4's confint(oldNames = FALSE) has them: SDs and correlations,
        sigma, then fixed effects.
    n_fixed : number of fixed effects, p, the last of `names`.
    estimate : of the actual data, shape (q,).
    values : of every resample, shape (B, q); nan where it could not be fitted, and a correlation
        is nan where an SD is zero.
    is_singular, converged : shape (B,); a resample that could not be fitted is neither.
    influence : jackknife influence of each unit, shape (units, q); no rows where there is none.
    """

    kind: Kind
    names: tuple[str, ...]
    n_fixed: int
    estimate: Array
    values: Array
    is_singular: BoolArray
    converged: BoolArray
    influence: Array

    def __post_init__(self) -> None:
        read_only(self.estimate, self.values, self.is_singular, self.converged, self.influence)

    @property
    def n(self) -> int:
        """Number of resamples, B."""
        return len(self.values)

    @property
    def fixef(self) -> Array:
        """Fixed effects of every resample, shape (B, p)."""
        return self.values[:, len(self.names) - self.n_fixed :]

    @property
    def n_failed(self) -> int:
        """How many resamples could not be fitted."""
        return int(np.count_nonzero(~np.isfinite(self.fixef).all(axis=1)))

    @property
    def n_singular(self) -> int:
        """How many resamples gave a singular fit."""
        return int(np.count_nonzero(self.is_singular))

    @property
    def n_not_converged(self) -> int:
        """How many resamples were fitted, but without reaching an optimum."""
        return self.n - self.n_failed - int(np.count_nonzero(self.converged))

    @property
    def messages(self) -> tuple[str, ...]:
        """What lme4 prints under a bootMer; empty if all went well."""
        said = []
        if self.n_singular:
            said.append(f"{self.n_singular} message(s): {SINGULAR}")
        if self.n_not_converged:
            said.append(f"{self.n_not_converged} warning(s): Model failed to converge")
        if self.n_failed:
            said.append(f"some bootstrap runs failed ({self.n_failed}/{self.n})")
        return tuple(said)

    def place(self, name: str) -> int:
        """Return the column of a parameter.

        Raises
        ------
        DataError : no such parameter.
        """
        if name not in self.names:
            raise DataError(
                f"There is no parameter {name!r}.", f"There are {', '.join(self.names)}."
            )
        return self.names.index(name)

    def first(self, n: int) -> "Draws":
        """Return the first n resamples: what a bootstrap of n would have given."""
        return replace(
            self,
            values=self.values[:n],
            is_singular=self.is_singular[:n],
            converged=self.converged[:n],
        )

    def table(self) -> pd.DataFrame:
        """Return a row for each resample: its parameters, `is_singular` and `converged`."""
        frame = pd.DataFrame(self.values, columns=list(self.names))
        return frame.assign(is_singular=self.is_singular, converged=self.converged)


def bootstrap(
    fit: Fit | LinearFit,
    kind: Kind,
    n: int,
    rng: np.random.Generator,
    stop: Stop = None,
    influence: bool = True,
) -> Draws:
    """Resample n times and fit the same model to every resample.

    Parameters
    ----------
    fit : by `lmer` or `lm`.
    kind :
        "rows" draws rows with replacement, whoever they belong to;
        "cases" draws participants (levels of the one grouping factor) with all their rows;
        "residual" keeps X: for `lm` it draws centred residuals divided by sqrt(1 - leverage), for
        `lmer` conditional modes and residuals, both centred and reflated to the estimated
        variances, as Carpenter, Goldstein & Rasbash do;
        "parametric" simulates from the fit, with new participants (lme4's bootMer).
    n : number of resamples, B.
    stop : asked now and then; true ends the task.
    influence : also leave out each unit once, as BCa intervals want.

    Returns
    -------
    With the influence of every unit on every parameter, (units - 1) (estimate - estimate without
    the unit), as R's boot::empinf(type = "jack"). A unit is a row for `lm` and for "rows", a
    participant for the other kinds. With several grouping factors, or more than 2,000 units, there
    is none.

    Raises
    ------
    DataError : unknown kind, `rng` is not a generator, or participants of a model without them or
        with several factors.
    LimitError : n is not between 1 and the limit.
    CancelledError : `stop` said so.

    Source
    ------
    Davison & Hinkley (1997), Bootstrap Methods and their Application, algorithms 6.1 to 6.3.
    Carpenter, Goldstein & Rasbash (2003), Appl. Stat. 52, 431-443.
    """
    if kind not in KINDS:
        raise DataError(
            f"There is no bootstrap of kind {shown(kind)}.", f"Choose {', '.join(KINDS)}."
        )
    check_count(n, "resamples", MAX_REPLICATES)
    check_rng(rng)
    refits = refit_resamples(fit, kind, int(n), rng, stop)
    estimate = _estimates(fit)
    without = refit_left_out(fit, kind, stop) if influence else None
    values = np.zeros((0, len(estimate)))
    if without is not None:
        left = parameters_of(fit, without)
        values = (len(left) - 1) * (estimate - left)
    return Draws(
        kind=kind,
        names=bootstrap_names(fit),
        n_fixed=len(fit.fixef),
        estimate=estimate,
        values=parameters_of(fit, refits),
        is_singular=refits.is_singular,
        converged=refits.converged,
        influence=values,
    )


def bootstrap_names(fit: Fit | LinearFit) -> tuple[str, ...]:
    """Names of all parameters, as in `Draws`."""
    return ("sigma", *fit.design.x_names) if isinstance(fit, LinearFit) else parameter_names(fit)


def parameters_of(fit: Fit | LinearFit, refits: Refits) -> Array:
    """Return SDs, correlations, sigma and fixed effects of every refit, shape (B, q)."""
    columns = []
    for bracket in () if isinstance(fit, LinearFit) else fit.problem.brackets:
        rows, cols = lower_positions(bracket.size)
        root = np.zeros((len(refits.sigma), bracket.size, bracket.size))
        root[:, rows, cols] = refits.theta[:, bracket.start : bracket.stop]
        covariance = root @ root.transpose(0, 2, 1)
        sd = np.sqrt(np.einsum("bkk->bk", covariance))
        for i, j in zip(rows, cols, strict=True):
            if i == j:
                columns.append(refits.sigma * sd[:, i])
                continue
            scale = sd[:, i] * sd[:, j]
            safe = np.where(scale > 0.0, scale, np.nan)
            columns.append(covariance[:, i, j] / safe)
    columns += [refits.sigma, *refits.fixef.T]
    return np.stack(columns, axis=1)


def _estimates(fit: Fit | LinearFit) -> Array:
    fixef = fit.fixef.to_numpy(dtype=np.float64)[None]
    yes = np.ones(1, dtype=bool)
    theta = np.zeros((1, 0)) if isinstance(fit, LinearFit) else fit.theta[None]
    sigma = np.array([fit.sigma])
    return parameters_of(fit, Refits(fixef, theta.copy(), sigma, sigma, ~yes, yes))[0]
