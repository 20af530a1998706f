"""The summary of a fit, line for line as lme4 1.1-31 prints it in R."""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from sim.lmm.design import Design
from sim.lmm.rformat import (
    abbreviate,
    break_formula,
    coefficient_matrix,
    fill,
    format_numbers,
    named_vector,
    round_number,
    string_matrix,
    zap_small,
)
from sim.lmm.small import Array

_DIGITS = 4
# lme4's option "lme4.summary.cor.max": with more coefficients it leaves their correlations out.
_MOST_CORRELATIONS = 12
_ABOUT_THE_DESIGN = re.compile(
    "fixed-effect model matrix is rank deficient.*coefficients?"
    "|Some predictor variables are on very different scales.*"
)
_OPTIMIZER_MESSAGES = ("boundary (singular)", "Model failed", "Model is nearly", "unable to")


class Printed(Protocol):
    """What a summary says of a fit; `sim.lmm.fit.Fit` has all of it."""

    @property
    def design(self) -> Design: ...
    @property
    def reml(self) -> bool: ...
    @property
    def data_name(self) -> str: ...
    @property
    def criterion(self) -> float: ...
    @property
    def aic(self) -> float: ...
    @property
    def bic(self) -> float: ...
    @property
    def loglik(self) -> float: ...
    @property
    def nobs(self) -> int: ...
    @property
    def n_parameters(self) -> int: ...
    @property
    def ngroups(self) -> dict[str, int]: ...
    @property
    def resid(self) -> Array: ...
    @property
    def sigma(self) -> float: ...
    @property
    def varcorr(self) -> pd.DataFrame: ...
    @property
    def fixef(self) -> pd.Series: ...
    @property
    def std_error(self) -> pd.Series: ...
    @property
    def correlation(self) -> pd.DataFrame: ...
    @property
    def messages(self) -> tuple[str, ...]: ...


def format_summary(fit: Printed, optimizer: str = "Newton") -> str:
    """Write a fit as lme4 prints `summary(fit)`.

    Parameters
    ----------
    optimizer : name in the line that introduces messages of the optimiser.

    Returns
    -------
    Lines without a newline at the end; numbers are rounded by R's rules.

    Source
    ------
    lme4 1.1-31, `print.summary.merMod` and `formatVC`.
    """
    lines = [
        *_header(fit),
        "",
        *_criterion(fit),
        "",
        *_scaled_residuals(fit),
        "",
        "Random effects:",
        *_random_effects(fit.varcorr),
        *fill([f"Number of obs: {fit.nobs}, groups: ", _groups(fit.ngroups)]),
        *_fixed_effects(fit),
        *_messages(fit.messages, optimizer),
    ]
    return "\n".join(lines)


def _header(fit: Printed) -> list[str]:
    method = "REML" if fit.reml else "maximum likelihood "
    lines = [
        f"Linear mixed model fit by {method} ['lmerMod']",
        *fill(["Formula:", *break_formula(fit.design.formula.r_text)]),
    ]
    return [*lines, f"   Data: {fit.data_name}"] if fit.data_name else lines


def _criterion(fit: Printed) -> list[str]:
    if fit.reml:
        (value,) = format_numbers([round_number(fit.criterion, 1)])
        return [f"REML criterion at convergence: {value}"]
    table = {
        "AIC": fit.aic,
        "BIC": fit.bic,
        "logLik": fit.loglik,
        "deviance": fit.criterion,
        "df.resid": fit.nobs - fit.n_parameters,
    }
    texts = format_numbers([round_number(float(v), 1) for v in table.values()])
    texts[-1] = str(table["df.resid"])
    return named_vector(list(table), texts)


def _scaled_residuals(fit: Printed) -> list[str]:
    quantiles = np.quantile(np.asarray(fit.resid) / fit.sigma, [0, 0.25, 0.5, 0.75, 1])
    texts = format_numbers(zap_small(quantiles.tolist(), _DIGITS + 1), _DIGITS)
    return ["Scaled residuals: ", *named_vector(["Min", "1Q", "Median", "3Q", "Max"], texts)]


def _random_effects(varcorr: pd.DataFrame) -> list[str]:
    single = varcorr[varcorr["var2"].isna()]
    deviations = [float(v) for v in single["sdcor"]]
    correlations = _correlation_cells(varcorr)
    extra = max(len(row) for row in correlations)
    names = ["Groups", "Name", "Variance", "Std.Dev.", *(["Corr"] + [""] * extra)[:extra]]
    groups = [str(g) for g in single["grp"]]
    cells = []
    for i, (group, term, variance, deviation) in enumerate(
        zip(
            groups,
            single["var1"],
            format_numbers([v**2 for v in deviations], _DIGITS),
            format_numbers(deviations, _DIGITS),
            strict=True,
        )
    ):
        label = "" if i and groups[i - 1] == group else group
        term = "" if pd.isna(term) else str(term)
        row = correlations[i]
        cells.append([label, term, variance, deviation, *row, *[""] * (extra - len(row))])
    return string_matrix([""] * len(cells), names, cells)


def _correlation_cells(varcorr: pd.DataFrame) -> list[list[str]]:
    """Return, for each row of standard deviations, its correlations with the terms above it."""
    cells: list[list[str]] = []
    for _, block in varcorr.groupby("grp", sort=False, dropna=False):
        terms = list(block.loc[block["var2"].isna(), "var1"])
        place = {term: i for i, term in enumerate(terms)}
        matrix = np.eye(len(terms))
        pairs = block[block["var2"].notna()]
        for first, second, value in zip(pairs["var1"], pairs["var2"], pairs["sdcor"], strict=True):
            i, j = place[first], place[second]
            matrix[i, j] = matrix[j, i] = float(value)
        cells += _lower_triangle(matrix, 2)
    return cells


def _lower_triangle(matrix: np.ndarray, decimals: int) -> list[list[str]]:
    """Format a correlation matrix with common decimals and keep what is below its diagonal."""
    size = len(matrix)
    rounded = [round_number(float(v), decimals) for v in matrix.ravel()]
    texts = np.array(format_numbers(rounded, nsmall=decimals)).reshape(size, size)
    return [[str(text) for text in texts[i, :i]] for i in range(size)]


def _groups(ngroups: dict[str, int]) -> str:
    return "; ".join(f"{name}, {count}" for name, count in ngroups.items())


def _fixed_effects(fit: Printed) -> list[str]:
    names = [str(name) for name in fit.fixef.index]
    if not names:
        return []
    estimates, errors = fit.fixef.to_numpy(dtype=float), fit.std_error.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = np.column_stack([estimates, errors, estimates / errors])
    titles = ["Estimate", "Std. Error", "t value"]
    cells = coefficient_matrix(columns, _DIGITS)
    return [
        "",
        "Fixed effects:",
        *string_matrix(names, titles, cells, right=True),
        *_fixed_correlation(names, fit.correlation),
    ]


def _fixed_correlation(names: Sequence[str], correlation: pd.DataFrame) -> list[str]:
    p = len(names)
    if p > _MOST_CORRELATIONS:
        return [
            "",
            f"Correlation matrix not shown by default, as p = {p} > {_MOST_CORRELATIONS}.",
            "Use print(x, correlation=TRUE)  or",
            "    vcov(x)        if you need it",
            "",
        ]
    if p == 1:
        return []
    below = _lower_triangle(correlation.to_numpy(dtype=float), 3)
    cells = [[*row, *[""] * (p - 1 - len(row))] for row in below[1:]]
    table = string_matrix(abbreviate(names, 11)[1:], abbreviate(names, 6)[:-1], cells)
    return ["", "Correlation of Fixed Effects:", *table]


def _messages(messages: Sequence[str], optimizer: str) -> list[str]:
    design = [found.group() for text in messages if (found := _ABOUT_THE_DESIGN.match(text))]
    convergence = [text for text in messages if text.startswith(_OPTIMIZER_MESSAGES)]
    lines = ["fit warnings:", *design] if design else []
    if convergence:
        lines += [f"optimizer ({optimizer}) convergence code: 0 (OK)", *convergence]
    return lines
