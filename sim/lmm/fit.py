"""Fit a linear mixed model as lme4's lmer does, and everything one asks of the fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import DataError, DesignError
from sim.lmm.criterion import Kernel, make_kernel, minimum, orthogonal
from sim.lmm.design import Design, build_design, new_matrices
from sim.lmm.diagonal import Diagonal
from sim.lmm.formula import Formula
from sim.lmm.newton import FAR, Optimum
from sim.lmm.problem import Bracket, Problem, lower_positions, make_problem
from sim.lmm.small import Array, read_only
from sim.lmm.solve import reduce_design, solve
from sim.lmm.summary import format_summary
from sim.stopping import Stop

SINGULAR = "boundary (singular) fit: see help('isSingular')"


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted linear mixed model.

    Attributes
    ----------
    design : the model matrices and where they came from.
    reml : fitted by REML if true, else by ML.
    theta : entries of Lambda, bracket by bracket and column by column as in lme4, shape
        (n_theta,), relative to sigma.
    beta : fixed effects, shape (p,).
    sigma : residual SD, unit of the response.
    criterion : REML criterion, or -2 log likelihood.
    modes : conditional modes b of each bracket, shapes (levels, k).
    messages : what lme4 would say, and what was done to the data.
    converged, iterations : of the search, and how many evaluations of the criterion it took.
    data_name : what the summary calls the data.
    problem, kernel : the criterion, for refits and profiles.
    unscaled_vcov : covariance matrix of beta relative to sigma², shape (p, p).
    """

    design: Design
    reml: bool
    theta: Array
    beta: Array
    sigma: float
    criterion: float
    modes: tuple[Array, ...]
    messages: tuple[str, ...]
    converged: bool
    iterations: int
    data_name: str
    problem: Problem
    kernel: Kernel
    unscaled_vcov: Array

    def __post_init__(self) -> None:
        read_only(self.theta, self.beta, self.unscaled_vcov, *self.modes)

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return len(self.design.y)

    @property
    def ngroups(self) -> dict[str, int]:
        """Number of levels of each grouping factor."""
        return {block.group: len(block.levels) for block in self.design.blocks}

    @property
    def n_parameters(self) -> int:
        """Fixed effects, variances and correlations, residual variance."""
        return len(self.beta) + len(self.theta) + 1

    @property
    def fixef(self) -> pd.Series:
        """Estimates of the fixed effects, named as lme4 names them."""
        return pd.Series(self.beta, index=list(self.design.x_names))

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the fixed effects."""
        names = list(self.design.x_names)
        return pd.DataFrame(self.sigma**2 * self.unscaled_vcov, index=names, columns=names)

    @property
    def std_error(self) -> pd.Series:
        """Standard errors of the fixed effects."""
        values = self.sigma * np.sqrt(np.diag(self.unscaled_vcov))
        return pd.Series(values, index=list(self.design.x_names))

    @property
    def correlation(self) -> pd.DataFrame:
        """Correlations of the fixed effects' estimates."""
        scale = np.sqrt(np.diag(self.unscaled_vcov))
        names = list(self.design.x_names)
        return pd.DataFrame(self.unscaled_vcov / np.outer(scale, scale), index=names, columns=names)

    @property
    def loglik(self) -> float:
        """Log likelihood, or restricted log likelihood for REML."""
        return -0.5 * self.criterion

    @property
    def aic(self) -> float:
        """Return Akaike's criterion, as lme4's AIC: of the REML criterion for a REML fit."""
        return self.criterion + 2.0 * self.n_parameters

    @property
    def bic(self) -> float:
        """Return Schwarz's criterion, as lme4's BIC: of the REML criterion for a REML fit."""
        return self.criterion + float(np.log(self.nobs)) * self.n_parameters

    @property
    def is_singular(self) -> bool:
        """Whether some variance is zero or some correlation perfect."""
        return bool(self.problem.is_singular(self.theta))

    @property
    def covariances(self) -> tuple[Array, ...]:
        """Covariance matrix of each bracket's random effects, shapes (k, k)."""
        roots = [self.relative_factor(bracket) for bracket in self.problem.brackets]
        return tuple(self.sigma**2 * (root @ root.T) for root in roots)

    def relative_factor(self, bracket: Bracket) -> Array:
        """Return one bracket's Lambda, lower triangular, relative to sigma, shape (k, k)."""
        root = np.zeros((bracket.size, bracket.size))
        root[lower_positions(bracket.size)] = self.theta[bracket.start : bracket.stop]
        return root

    @property
    def varcorr(self) -> pd.DataFrame:
        """Variances, covariances, SDs and correlations, as as.data.frame(VarCorr(fit))."""
        rows: list[tuple[str, str | None, str | None, float, float]] = []
        for label, block, cov in zip(
            self._labels(), self.design.blocks, self.covariances, strict=True
        ):
            sd = np.sqrt(np.diag(cov))
            for i, name in enumerate(block.names):
                rows.append((label, name, None, float(cov[i, i]), float(sd[i])))
            for i in range(len(sd)):
                for j in range(i + 1, len(sd)):
                    scale = sd[i] * sd[j]
                    correlation = float(cov[i, j] / scale) if scale > 0.0 else float("nan")
                    rows.append(
                        (label, block.names[i], block.names[j], float(cov[i, j]), correlation)
                    )
        rows.append(("Residual", None, None, self.sigma**2, self.sigma))
        grp, var1, var2, vcov, sdcor = zip(*rows, strict=True)
        names = {"grp": grp, "var1": var1, "var2": var2}
        # Columns of objects, so that what is not there stays None.
        frame = {name: pd.Series(list(values), dtype=object) for name, values in names.items()}
        return pd.DataFrame(frame | {"vcov": list(vcov), "sdcor": list(sdcor)})

    def _labels(self) -> list[str]:
        """Name brackets as lme4 prints them: subject, subject.1, ..."""
        seen: dict[str, int] = {}
        labels = []
        for block in self.design.blocks:
            count = seen.get(block.group, 0)
            labels.append(f"{block.group}.{count}" if count else block.group)
            seen[block.group] = count + 1
        return labels

    @property
    def ranef(self) -> dict[str, pd.DataFrame]:
        """Conditional modes of the random effects, a frame for each grouping factor."""
        return self._by_factor(self.modes)

    @property
    def ranef_std_error(self) -> dict[str, pd.DataFrame]:
        """Conditional SDs of the random effects (lme4's condVar), laid out as `ranef`."""
        reduced = reduce_design(self.problem)
        rows = reduced.project(orthogonal(self.problem, self.design.y[:, None]))
        solution = solve(reduced, self.problem.whitened(self.theta), rows)
        spreads = []
        covariances = solution.conditional_covariances()
        for bracket in self.problem.brackets:
            part = slice(bracket.offset, bracket.offset + bracket.size)
            own = covariances[bracket.factor][:, part, part]
            turned = bracket.transform @ own @ bracket.transform.T
            variances = np.maximum(np.einsum("lii->li", turned), 0.0)
            spreads.append(self.sigma * np.sqrt(variances))
        return self._by_factor(tuple(spreads))

    def _by_factor(self, values: tuple[Array, ...]) -> dict[str, pd.DataFrame]:
        frames: dict[str, pd.DataFrame] = {}
        for block, part in zip(self.design.blocks, values, strict=True):
            frame = pd.DataFrame(part, index=list(block.levels), columns=list(block.names))
            known = frames.get(block.group)
            frames[block.group] = frame if known is None else pd.concat([known, frame], axis=1)
        return frames

    @property
    def group_coef(self) -> dict[str, pd.DataFrame]:
        """Fixed plus random effects of each level: what R calls coef() of a mixed model.

        A random effect without a fixed counterpart stands first, around zero, as in lme4.
        """
        result = {}
        fixed = self.fixef
        modes = self.ranef
        missing = dict.fromkeys(n for f in modes.values() for n in f if n not in fixed.index)
        start = pd.concat([pd.Series(0.0, index=list(missing)), fixed]) if missing else fixed
        for group, frame in modes.items():
            table = pd.DataFrame(
                np.tile(start.to_numpy(), (len(frame), 1)),
                index=frame.index,
                columns=list(start.index),
            )
            for name in dict.fromkeys(frame.columns):
                table[name] += frame.loc[:, [name]].sum(axis=1)
            result[group] = table
        return result

    @property
    def linear_predictor(self) -> Array:
        """Fixed part of the prediction for the rows used, unit of the response, shape (n,)."""
        return self.design.X @ self.beta

    @property
    def fitted(self) -> Array:
        """Predictions with random effects for the rows used, shape (n,)."""
        total = self.linear_predictor
        for block, part in zip(self.design.blocks, self.modes, strict=True):
            total = total + np.einsum("nk,nk->n", block.columns, part[block.codes])
        return total

    @property
    def resid(self) -> Array:
        """Response less fitted, shape (n,)."""
        return self.design.y - self.fitted

    def predict(
        self, newdata: pd.DataFrame | None = None, random: bool = True, new_levels: bool = False
    ) -> Array:
        """Predict the response.

        Parameters
        ----------
        newdata : rows to predict; the rows used in the fit if none are given.
        random : with the random effects of each row's levels (lme4's re.form = NULL), or from
            the fixed effects alone (re.form = NA).
        new_levels : take a level the fit has not seen as an average one.

        Returns
        -------
        shape (rows,), unit of the response; nan where a predictor is missing.

        Raises
        ------
        DataError : a level the fit has not seen, unless `new_levels`.
        """
        if newdata is None:
            return self.fitted if random else self.linear_predictor
        new = new_matrices(self.design, newdata, random=random)
        total: Array = new.X @ self.beta
        if not random:
            return total
        parts = zip(self.design.blocks, new.columns, new.codes, self.modes, strict=True)
        for block, columns, codes, modes in parts:
            unknown = codes < 0
            if np.any(unknown) and not new_levels:
                raise DataError(
                    f"Row {int(np.argmax(unknown)) + 1} of the new data has a level of "
                    f"'{block.group}' that the fit has not seen.",
                    "Predict without random effects, or allow new levels.",
                )
            total = total + np.where(unknown, 0.0, np.einsum("nk,nk->n", columns, modes[codes]))
        return total

    def summary(self) -> str:
        """Return what lme4 prints for summary(fit)."""
        return format_summary(self)


def lmer(
    formula: str | Formula,
    data: pd.DataFrame,
    reml: bool = True,
    contrasts: Any = "treatment",
    data_name: str = "data",
    stop: Stop | None = None,
) -> Fit:
    """Fit a linear mixed model.

    Parameters
    ----------
    formula : an lmer formula, such as "reaction ~ 1 + days + (1 + days | subject)".
    data : one row for each observation.
    reml : REML if true, else ML.
    contrasts : "treatment" or "sum", for factors.
    data_name : what the summary calls the data.
    stop : asked now and then; true ends the search.

    Raises
    ------
    FormulaError : the formula cannot be read, or names a column that is not there.
    DataError : the data cannot be used.
    DesignError : the model cannot be fitted to these data.
    LimitError : the model is larger than this server accepts.
    CancelledError : `stop` said so.

    Source
    ------
    Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1).
    """
    return fit_design(build_design(formula, data, contrasts), reml, data_name, stop)


def fit_design(
    design: Design, reml: bool = True, data_name: str = "data", stop: Stop | None = None
) -> Fit:
    """Fit a design that has been built; parameters and errors as in `lmer`."""
    problem = make_problem(design.X, design.blocks, reml)
    kernel = make_kernel(problem)
    y = design.y[:, None]
    rest = orthogonal(problem, y)
    total = float(np.sum(rest**2))
    if total <= 1e-24 * float(np.sum(y**2)):
        raise DesignError(
            "The fixed effects fit every value exactly, so there is no variance to divide.",
            "Check that the response is not computed from the predictors.",
        )
    found, lme4_theta = minimum(kernel, rest, stop)
    if np.abs(found.theta).max() > FAR:
        raise DesignError(
            "The random effects fit every value exactly: the residual variance is zero.",
            "Check for repeated measurements that are exact copies, or use a simpler bracket.",
        )
    theta = lme4_theta[:, 0]
    singular = bool(problem.is_singular(theta))
    reduced = reduce_design(problem) if isinstance(kernel, Diagonal) else kernel.reduced
    # At a boundary theta was rounded to zero.
    final = problem.whitened(theta) if singular else found.theta[:, 0]
    at = solve(reduced, final, reduced.project(rest))
    back = np.linalg.inv(problem.x_root)
    half: Array = np.linalg.solve(at.x_root, back.T)
    modes = at.modes()
    return Fit(
        design=design,
        reml=reml,
        theta=theta,
        beta=back @ (problem.basis.T @ y[:, 0] + at.gamma),
        sigma=float(np.sqrt(found.r2[0] / problem.degrees)),
        criterion=float(found.criterion[0]),
        modes=tuple(
            modes[b.factor][:, b.offset : b.offset + b.size] @ b.transform.T
            for b in problem.brackets
        ),
        messages=(*design.messages, *_remarks(found, singular)),
        converged=bool(found.converged[0]),
        iterations=int(found.iterations[0]),
        data_name=data_name,
        problem=problem,
        kernel=kernel,
        unscaled_vcov=half.T @ half,
    )


def by_ml(fit: Fit) -> Fit:
    """Return the same model fitted by ML."""
    return fit_design(fit.design, reml=False, data_name=fit.data_name) if fit.reml else fit


def _remarks(found: Optimum, singular: bool) -> list[str]:
    """What lme4 says of an optimum."""
    remarks = [SINGULAR] if singular else []
    sizes = np.abs(found.gradient[:, 0])
    if not found.converged[0]:
        remarks.append(
            f"Model failed to converge with max|grad| = {sizes.max():.6g} "
            f"(tol = 0.002, component {int(np.argmax(sizes)) + 1})"
        )
    return remarks
