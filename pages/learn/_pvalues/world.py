"""Studies like the one on the screen, of any size, in which the effect is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy

from sim.errors import DesignError, SimError
from sim.inference.kenward_roger import kenward_roger
from sim.inference.likelihood import by_ml, judge_draws, likelihood_ratios, without
from sim.inference.satterthwaite import satterthwaite_many
from sim.lmm.fit import Fit, lmer
from sim.lmm.refit import Refits, refit, simulate
from sim.lmm.small import Array

METHODS = ("Wald z", "Satterthwaite", "Kenward–Roger", "Likelihood ratio", "Parametric bootstrap")
BOOTSTRAP_DRAWS = 99  # of each bootstrap test in a count: its p-value can then be exactly .05
_TRIES = 20


@dataclass(frozen=True, slots=True)
class World:
    """A study of a certain size and the truth behind it.

    Attributes
    ----------
    truth : the design with the parameters that data are drawn from; the effect is zero.
    effect : name of the coefficient.
    participants : how many.
    """

    truth: Fit
    effect: str
    participants: int


def unit_of(fit: Fit, participant: str) -> str:
    """The column whose levels take part: people, or else what the first bracket groups by."""
    names = [name for bracket in fit.design.formula.brackets for name in bracket.group]
    return participant if participant in names else fit.design.formula.brackets[-1].group[-1]


def make_world(fit: Fit, frame: pd.DataFrame, unit: str, participants: int, effect: str) -> World:
    """Copy participants of the data, with their rows, until there are as many as asked.

    Parameters
    ----------
    fit : its spread and its other coefficients are the truth.
    frame : the data of the fit.
    unit : the column that names participants.

    Raises
    ------
    DesignError : so few participants cannot tell the effect.
    SimError : whatever `lmer` says about the data.
    """
    used = frame.iloc[np.asarray(fit.design.rows)]
    codes, names = pd.factorize(used[unit])
    rows_of = [np.flatnonzero(codes == i) for i in range(len(names))]
    groups = [name for bracket in fit.design.formula.brackets for name in bracket.group]
    inside = [name for name in dict.fromkeys(groups) if _is_nested(used, name, unit)]
    problem: SimError | None = None
    for attempt in range(_TRIES):
        order = np.random.default_rng([attempt, 8]).permutation(len(names))
        chosen = np.resize(order, participants)
        try:
            truth = _with_truth(fit, _copied(used, rows_of, chosen, inside), effect)
        except SimError as error:
            problem = error
            continue
        return World(truth, effect, participants)
    raise problem or DesignError("No study could be made.")


def _is_nested(frame: pd.DataFrame, name: str, unit: str) -> bool:
    """Whether every level of a grouping factor belongs to one participant."""
    return bool((frame.groupby(name, observed=True)[unit].nunique() <= 1).all())


def _copied(
    frame: pd.DataFrame, rows_of: Sequence[Array], chosen: Array, inside: Sequence[str]
) -> pd.DataFrame:
    rows = np.concatenate([rows_of[i] for i in chosen])
    copy = np.repeat(np.arange(len(chosen)), [len(rows_of[i]) for i in chosen])
    result = frame.iloc[rows].reset_index(drop=True)
    # A copy is another participant, and so are the classes inside a copied school.
    marks = pd.Series(copy, index=result.index).astype(str)
    renamed = {name: result[name].astype(str) + " " + marks for name in inside}
    return result.assign(**renamed)


def _with_truth(fit: Fit, frame: pd.DataFrame, effect: str) -> Fit:
    built = lmer(fit.design.formula, frame, contrasts=fit.design.contrasts)
    if built.design.x_names != fit.design.x_names:
        raise DesignError(
            "With so few participants some levels do not occur.", "Choose more participants."
        )
    theta = np.concatenate([_theta_of(fit, block.text) for block in built.design.blocks])
    beta = np.where(np.array(fit.design.x_names) == effect, 0.0, fit.beta)
    return replace(built, theta=theta, sigma=fit.sigma, beta=beta)


def _theta_of(fit: Fit, text: str) -> Array:
    """The part of theta that belongs to a bracket: brackets change their order with their size."""
    for block, bracket in zip(fit.design.blocks, fit.problem.brackets, strict=True):
        if block.text == text:
            return fit.theta[bracket.start : bracket.stop]
    raise DesignError(f"{text} is not in the model.")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many data sets each method tests in a round: the slow ones test some of them only.

    Attributes
    ----------
    size : simulated data sets.
    kenward_roger, bootstrap : how many of them these methods test.
    """

    size: int
    kenward_roger: int
    bootstrap: int


def p_values(world: World, plan: Plan, rng: np.random.Generator) -> Array:
    """Simulate data sets of nothing and test the effect in each, in five ways.

    Returns
    -------
    shape (5, size), methods in the order of `METHODS`; nan where a method did not test, or a fit
    did not converge.
    """
    reml = world.truth
    ml = by_ml(reml)
    small = without(reml, [world.effect])
    j = reml.design.x_names.index(world.effect)
    Y = simulate(reml, plan.size, rng)
    result = np.full((len(METHODS), plan.size), np.nan)
    refits = refit(reml, Y)
    tests = satterthwaite_many(reml, Y, refits)
    fine = refits.converged
    result[0] = np.where(fine, 2.0 * scipy.stats.norm.sf(np.abs(tests.statistic[:, j])), np.nan)
    result[1] = np.where(fine, tests.p_value[:, j], np.nan)
    ratios = likelihood_ratios(ml, small, Y)
    result[3] = scipy.stats.chi2.sf(ratios, 1)
    for b in range(plan.kenward_roger):
        result[2, b] = _kenward_roger(reml, refits, b, world.effect)
    k = plan.bootstrap
    if k:
        result[4, :k] = _bootstrap(ml, small, Y[:, :k], ratios[:k], rng)
    return result


def _with(fit: Fit, refits: Refits, b: int) -> Fit:
    """The fit with the estimates of one response; its modes and covariances stay."""
    return replace(
        fit,
        theta=refits.theta[b],
        beta=refits.fixef[b],
        sigma=float(refits.sigma[b]),
        criterion=float(refits.criterion[b]),
    )


def _kenward_roger(reml: Fit, refits: Refits, b: int, effect: str) -> float:
    if not refits.converged[b]:
        return float("nan")
    try:
        return float(kenward_roger(_with(reml, refits, b)).loc[effect, "p_value"])
    except SimError:
        return float("nan")


def _bootstrap(ml: Fit, small: Fit, Y: Array, ratios: Array, rng: np.random.Generator) -> Array:
    """Bootstrap p-values, each from draws of its own small model; all refits side by side."""
    nulls = refit(small, Y)
    usable = np.flatnonzero(nulls.converged & np.isfinite(ratios))
    result = np.full(Y.shape[1], np.nan)
    if not len(usable):
        return result
    drawn = [simulate(_with(small, nulls, b), BOOTSTRAP_DRAWS, rng) for b in usable]
    draws = likelihood_ratios(ml, small, np.concatenate(drawn, axis=1))
    for b, own in zip(usable, draws.reshape(len(usable), -1), strict=True):
        result[b] = judge_draws(float(ratios[b]), 1, own).p_value
    return result
