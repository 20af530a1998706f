"""Compare models by their likelihood: anova, likelihood ratio, its bootstrap; and Wald's z."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy

from sim.arguments import check_count, check_rng
from sim.errors import DataError, DesignError
from sim.inference.printed import anova_lines
from sim.limits import MAX_REPLICATES
from sim.lmm.design import RandomBlock
from sim.lmm.fit import Fit, by_ml, fit_design
from sim.lmm.refit import refit, simulate
from sim.lmm.small import Array
from sim.stopping import check_stop

REFITTING = "refitting model(s) with ML (instead of REML)"
_CHUNK = 200  # replicates between two looks at `stop`


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models compared, the one with the fewest parameters first.

    Attributes
    ----------
    table : rows models; columns npar AIC BIC logLik deviance Chisq Df Pr(>Chisq), nan where lme4
        leaves them empty.
    text : as lme4 prints it, without messages.
    messages : what lme4 says beside it, and what else should be known.
    """

    table: pd.DataFrame
    text: str
    messages: tuple[str, ...]


def anova(*fits: Fit, names: Sequence[str] | None = None) -> Comparison:
    """Compare fits of the same rows by likelihood, as lme4's anova(fit1, fit2, ...).

    Parameters
    ----------
    fits : two or more; REML fits are fitted again by ML.
    names : what the table calls them; fit1, fit2, ... if not given.

    Raises
    ------
    DataError : fewer than two fits, another number of names, fits of other data.

    Source
    ------
    lme4 1.1-31, `anova.merMod`.
    """
    labels = [f"fit{i}" for i in range(1, len(fits) + 1)] if names is None else list(names)
    if len(fits) < 2:
        raise DataError("There is one model to compare." if fits else "There is no model.",
                        "Give two or more fits of the same data.")  # fmt: skip
    if len(labels) != len(fits):
        raise DataError(f"There are {len(labels)} names for {len(fits)} fits.", "Name each fit.")
    for other in fits[1:]:
        _check_same_rows(fits[0], other)
    order = sorted(range(len(fits)), key=lambda i: fits[i].n_parameters)
    models = [by_ml(fits[i]) for i in order]
    labels = [labels[i] for i in order]
    table = _table(models, labels)
    messages = [REFITTING] if any(fit.reml for fit in fits) else []
    for i in range(1, len(models)):
        if not nested(models[i], models[i - 1]):
            messages.append(
                f"{labels[i - 1]} is not a special case of {labels[i]}, so the difference of their "
                "deviances has no chi-squared distribution: compare AIC or BIC instead."
            )
    formulas = [fit.design.formula.r_text for fit in models]
    text = anova_lines(table, models[0].data_name, formulas)
    return Comparison(table, "\n".join(text), tuple(messages))


def _table(models: Sequence[Fit], labels: Sequence[str]) -> pd.DataFrame:
    npar = np.array([fit.n_parameters for fit in models])
    loglik = np.array([fit.loglik for fit in models])
    chisq = np.append(np.nan, 2.0 * np.maximum(0.0, np.diff(loglik)))
    df = np.append(np.nan, np.diff(npar).astype(float))
    p = np.where(df > 0, scipy.stats.chi2.sf(chisq, np.where(df > 0, df, 1.0)), np.nan)
    return pd.DataFrame(
        {
            "npar": npar,
            "AIC": [fit.aic for fit in models],
            "BIC": [fit.bic for fit in models],
            "logLik": loglik,
            "deviance": -2.0 * loglik,
            "Chisq": chisq,
            "Df": df,
            "Pr(>Chisq)": p,
        },
        index=list(labels),
    )


def _check_same_rows(one: Fit, other: Fit) -> None:
    if one.nobs != other.nobs:
        raise DataError(
            "models were not all fitted to the same size of dataset: "
            f"one has {one.nobs} rows, another {other.nobs}.",
            "Leave out the rows with missing values from all of them first.",
        )
    same = np.array_equal(one.design.y, other.design.y)
    if not same or not np.array_equal(one.design.rows, other.design.rows):
        raise DataError(
            "all models must be fit to the same data object: the responses differ.",
            "Fit both models to the same response of the same data.",
        )


def nested(large: Fit, small: Fit) -> bool:
    """Whether the small model is a special case of the large one, on these data."""
    if not spanned(small.design.X, large.design.X):
        return False
    return all(
        any(_contains(wide, block) for wide in large.design.blocks) for block in small.design.blocks
    )


def _contains(wide: RandomBlock, block: RandomBlock) -> bool:
    pairs = np.unique(np.stack([wide.codes, block.codes]), axis=1).shape[1]
    same_groups = pairs == len(wide.levels) == len(block.levels)
    return same_groups and spanned(block.columns, wide.columns)


def spanned(inner: Array, outer: Array) -> bool:
    """Whether the columns of `inner` are combinations of those of `outer`."""
    if not inner.shape[1]:
        return True
    if not outer.shape[1]:
        return False
    basis = np.linalg.qr(outer / np.linalg.norm(outer, axis=0))[0]
    rest = inner - basis @ (basis.T @ inner)
    return bool(np.all(np.linalg.norm(rest, axis=0) <= 1e-7 * np.linalg.norm(inner, axis=0)))


def without(fit: Fit, coefficients: Sequence[str]) -> Fit:
    """Fit the model by ML without some fixed effects: their columns leave X.

    Parameters
    ----------
    coefficients : names of fixed effects. The formula of the result stays the one of `fit`.

    Raises
    ------
    DataError : no names, or a name that is not a fixed effect.
    """
    names = list(fit.design.x_names)
    if not coefficients:
        raise DataError("No fixed effect is named.", f"There are {', '.join(names)}.")
    for name in coefficients:
        if name not in names:
            raise DataError(f"There is no fixed effect {name!r}.", f"There are {', '.join(names)}.")
    kept = [j for j, name in enumerate(names) if name not in set(coefficients)]
    X = fit.design.X[:, kept]
    X.setflags(write=False)
    design = replace(fit.design, X=X, x_names=tuple(names[j] for j in kept))
    return fit_design(design, reml=False, data_name=fit.data_name)


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Twice the difference of two log likelihoods, against chi-squared.

    Attributes
    ----------
    statistic, df, p_value : of the test.
    large, small : the two ML fits.
    """

    statistic: float
    df: int
    p_value: float
    large: Fit
    small: Fit


def likelihood_ratio(fit: Fit, coefficients: Sequence[str] | str) -> LikelihoodRatio:
    """Test fixed effects by leaving them out, both models fitted by ML.

    Parameters
    ----------
    coefficients : one name, or several to be tested together.

    Returns
    -------
    The fall of -2 log likelihood, not negative, against chi-square with as many degrees of freedom
    as there are coefficients.

    Raises
    ------
    DataError : as `without`.

    Source
    ------
    lme4 1.1-31, `drop1.merMod(test = "Chisq")`; Bates et al. (2015), J. Stat. Softw. 67(1).
    """
    names = [coefficients] if isinstance(coefficients, str) else list(coefficients)
    large, small = by_ml(fit), without(fit, names)
    statistic = max(0.0, small.criterion - large.criterion)
    df = large.n_parameters - small.n_parameters
    return LikelihoodRatio(statistic, df, float(scipy.stats.chi2.sf(statistic, df)), large, small)


@dataclass(frozen=True, slots=True)
class BootstrapTest:
    """The likelihood ratio against its distribution in data simulated from the small model.

    Attributes
    ----------
    statistic, df : of the likelihood ratio.
    p_value : (1 + number of draws as large as the statistic) / (1 + number of draws used).
    p_chisq : the same statistic against chi-squared.
    draws : likelihood ratios of simulated data, shape (n_used,).
    n_failed : simulated data sets on which one of the models did not converge.
    """

    statistic: float
    df: int
    p_value: float
    p_chisq: float
    draws: Array
    n_failed: int

    @property
    def n_used(self) -> int:
        """Return how many simulated data sets could be fitted by both models."""
        return len(self.draws)


def bootstrap_lrt(
    large: Fit,
    small: Fit,
    n: int,
    rng: np.random.Generator,
    stop: Callable[[], bool] | None = None,
    progress: Callable[[int], None] | None = None,
) -> BootstrapTest:
    """Test the small model within the large one by a parametric bootstrap.

    Data are simulated from the small model, and both models fitted to each by ML.

    Parameters
    ----------
    n : simulated data sets.
    stop : asked now and then; true ends the task.
    progress : told now and then how many data sets are done.

    Raises
    ------
    DataError : fits of other data; the small model is no special case of the large one; `rng` is
        not a generator.
    DesignError : both have the same number of parameters.
    LimitError : too many replicates.
    CancelledError : `stop` said so.

    Source
    ------
    Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9), section 5.1. Their PBmodcomp leaves out
    likelihood ratios that are not positive, as lme4's optimiser may stop early; here a ratio of
    zero is what it is, a variance estimated as zero by both models, and counts.
    """
    _check_same_rows(large, small)
    df = large.n_parameters - small.n_parameters
    if df < 1:
        raise DesignError(
            f"The large model has {large.n_parameters} parameters, the small one "
            f"{small.n_parameters}.",
            "Give the larger model first.",
        )
    if not nested(large, small):
        raise DataError(
            "The small model is not a special case of the large one.",
            "Leave terms out of the large model to get the small one.",
        )
    check_count(n, "replicates", MAX_REPLICATES)
    check_rng(rng)
    big, little = by_ml(large), by_ml(small)
    statistic = max(0.0, little.criterion - big.criterion)
    parts = []
    for at in range(0, n, _CHUNK):
        check_stop(stop)
        Y = simulate(little, min(_CHUNK, n - at), rng)
        parts.append(likelihood_ratios(big, little, Y, stop))
        if progress is not None:
            progress(min(n, at + _CHUNK))
    return judge_draws(statistic, df, np.concatenate(parts))


def judge_draws(statistic: float, df: int, draws: Array) -> BootstrapTest:
    """Hold a likelihood ratio against those of simulated data.

    Parameters
    ----------
    draws : likelihood ratios of data simulated from the small model, shape (n,); nan where a
        model did not converge.
    """
    used = draws[np.isfinite(draws)]
    # Ratios that both models' optima give only up to rounding are ties.
    extreme = int(np.count_nonzero(used >= statistic - 1e-8))
    return BootstrapTest(
        statistic=statistic,
        df=df,
        p_value=(1 + extreme) / (1 + len(used)),
        p_chisq=float(scipy.stats.chi2.sf(statistic, df)),
        draws=used,
        n_failed=len(draws) - len(used),
    )


def likelihood_ratios(
    large: Fit, small: Fit, Y: Array, stop: Callable[[], bool] | None = None
) -> Array:
    """Return the likelihood ratio of two ML fits for each response.

    Parameters
    ----------
    Y : shape (nobs, B).

    Returns
    -------
    shape (B,), not negative; nan where a model did not converge.
    """
    one, two = refit(large, Y, stop), refit(small, Y, stop)
    ratio = np.maximum(0.0, two.criterion - one.criterion)
    return np.where(one.converged & two.converged, ratio, np.nan)


def wald(fit: Fit) -> pd.DataFrame:
    """Test every fixed effect by its z value, as if sigma and the variances were known.

    Returns
    -------
    A row for each fixed effect; columns estimate, std_error, df (infinite), statistic, p_value
    (two-sided).
    """
    z = fit.fixef / fit.std_error
    return pd.DataFrame(
        {
            "estimate": fit.fixef,
            "std_error": fit.std_error,
            "df": np.inf,
            "statistic": z,
            "p_value": 2.0 * scipy.stats.norm.sf(np.abs(z)),
        },
        index=list(fit.design.x_names),
    )
