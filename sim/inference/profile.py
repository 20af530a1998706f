"""Intervals for every parameter of a fit from its likelihood profile, as lme4's confint."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy

from sim.arguments import check_level
from sim.errors import DataError, LimitError, shown
from sim.inference.held import (
    Deviance,
    SigmaHeld,
    SpreadHeld,
    Stop,
    Surface,
    correlation_held,
    deviance_of,
    lifted,
    lowest,
    zero_held,
)
from sim.inference.roots import Parameter, Profile, limits
from sim.lmm.blocked import Blocked
from sim.lmm.criterion import Kernel, make_kernel, orthogonal, search
from sim.lmm.design import Design, RandomBlock
from sim.lmm.fit import Fit, by_ml
from sim.lmm.problem import Problem, lower_positions, make_problem
from sim.lmm.small import Array, lower_triangular
from sim.stopping import check_stop

MOST_RANDOM_EFFECTS = 700  # of crossed designs: above, one interval takes minutes
_METHODS = ("profile", "Wald")


def confint(
    fit: Fit,
    level: float = 0.95,
    method: str = "profile",
    parameters: Sequence[str] | None = None,
    stop: Stop = None,
) -> pd.DataFrame:
    """Compute confidence intervals for SDs, correlations, sigma and fixed effects.

    Parameters
    ----------
    level : share of intervals that hold the true value, between 0 and 1.
    method : "profile" inverts the likelihood-ratio test, by ML whatever the fit was; "Wald" goes so
        many standard errors to both sides, for fixed effects only.
    parameters : names of those wanted; all if not given.
    stop : asked now and then; true ends the task.

    Returns
    -------
    A row for each parameter, named as by lme4's confint(fit, oldNames = FALSE), columns
    `estimate`, `conf_low`, `conf_high`. An SD may reach down to 0 and a correlation from -1 to 1.

    Raises
    ------
    DataError : level outside (0, 1), unknown method, unknown parameter.
    LimitError : a crossed design too large for profiles here.
    CancelledError : `stop` said so.

    Source
    ------
    Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), section 5.1. lme4 follows the
    profile in steps and interpolates by splines; here the two limits are roots of it.
    """
    check_level(level)
    if method not in _METHODS:
        raise DataError(
            f"There is no method {shown(method)} for intervals.", f"Choose {' or '.join(_METHODS)}."
        )
    names = parameter_names(fit)
    wanted = names if parameters is None else tuple(parameters)
    for name in wanted:
        if name not in names:
            raise DataError(f"There is no parameter {name!r}.", f"There are {', '.join(names)}.")
    z = float(scipy.stats.norm.ppf(0.5 + level / 2.0))
    rows = _wald(fit, wanted, z) if method == "Wald" else _profiled(fit, wanted, z, stop)
    return pd.DataFrame(
        rows, index=list(wanted), columns=["estimate", "conf_low", "conf_high"], dtype=float
    )


def parameter_names(fit: Fit) -> tuple[str, ...]:
    """Names of all parameters in lme4's order: random effects, sigma, fixed effects."""
    design = fit.design
    spread = [name for block in design.blocks for name, _, _ in _entries(block)]
    return (*spread, "sigma", *design.x_names)


def _entries(block: RandomBlock) -> list[tuple[str, int, int]]:
    """Name, row and column of every entry of a bracket's lower triangle, column by column."""
    rows, cols = lower_positions(len(block.names))
    entries = []
    for i, j in zip(rows.tolist(), cols.tolist(), strict=True):
        one, two = block.names[i], block.names[j]
        kind = f"sd_{one}" if i == j else f"cor_{one}.{two}"
        entries.append((f"{kind}|{block.group}", i, j))
    return entries


def _wald(fit: Fit, wanted: Sequence[str], z: float) -> Array:
    design, names = fit.design, parameter_names(fit)
    estimates = dict(zip(names, _estimates(fit), strict=True))
    errors = dict(zip(design.x_names, fit.std_error, strict=True))
    half = np.array([z * errors.get(name, np.nan) for name in wanted])
    middle = np.array([estimates[name] for name in wanted])
    return np.stack([middle, middle - half, middle + half], axis=1)


def _estimates(fit: Fit) -> list[float]:
    values: list[float] = []
    for block, covariance in zip(fit.design.blocks, fit.covariances, strict=True):
        sd = np.sqrt(np.diag(covariance))
        for _, i, j in _entries(block):
            scale = sd[i] * sd[j]
            if i == j:
                values.append(float(sd[i]))
            else:
                values.append(float(covariance[i, j] / scale) if scale > 0 else float("nan"))
    return [*values, fit.sigma, *fit.beta.tolist()]


def _profiled(fit: Fit, wanted: Sequence[str], z: float, stop: Stop) -> Array:
    columns = sum(len(block.levels) * len(block.names) for block in fit.design.blocks)
    if isinstance(fit.kernel, Blocked) and columns > MOST_RANDOM_EFFECTS:
        raise LimitError(
            f"The model has {columns:,} random effects; this server computes profiles of crossed "
            f"designs with up to {MOST_RANDOM_EFFECTS}.",
            "Ask for Wald or bootstrap intervals.",
        )
    ml = by_ml(fit)
    rows = []
    for parameter in _parameters(ml, wanted, stop):
        check_stop(stop)
        low, high = limits(parameter, ml.criterion, z)
        rows.append((parameter.estimate, low, high))
    return np.array(rows)


def _parameters(ml: Fit, wanted: Sequence[str], stop: Stop) -> list[Parameter]:
    estimates = dict(zip(parameter_names(ml), _estimates(ml), strict=True))
    places = {
        name: (b, i, j)
        for b, block in enumerate(ml.design.blocks)
        for name, i, j in _entries(block)
    }
    result = []
    for name in wanted:
        value = estimates[name]
        if name in places:
            b, i, j = places[name]
            if i == j:
                result.append(_spread(ml, name, value, b, i, stop))
            else:
                result.append(_correlation(ml, name, value, b, i, j, stop))
        elif name == "sigma":
            result.append(_sigma(ml, value, stop))
        else:
            result.append(_fixed(ml, name, value, stop))
    return result


@dataclass(frozen=True, slots=True)
class _Turned:
    """The design with the columns of one bracket in another order and all of size one.

    Attributes
    ----------
    theta : the ML estimate in these columns.
    start, size : of the bracket's theta.
    scale : root mean square of the first column of the bracket.
    """

    deviance: Deviance
    theta: Array
    start: int
    size: int
    scale: float


def _turned(ml: Fit, which: int, first: Sequence[int]) -> _Turned:
    blocks: list[RandomBlock] = []
    theta = np.empty_like(ml.theta)
    scale = 1.0
    for b, (block, bracket) in enumerate(zip(ml.design.blocks, ml.problem.brackets, strict=True)):
        k = len(block.names)
        order = [*first, *(i for i in range(k) if i not in first)] if b == which else list(range(k))
        sizes = np.sqrt(np.mean(block.columns[:, order] ** 2, axis=0))
        sizes[sizes == 0.0] = 1.0
        if b == which:
            scale = float(sizes[0])
        root = lower_triangular(sizes[:, None] * ml.relative_factor(bracket)[order])
        theta[bracket.start : bracket.stop] = root[lower_positions(k)]
        blocks.append(
            replace(
                block,
                columns=block.columns[:, order] / sizes,
                names=tuple(block.names[i] for i in order),
            )
        )
    chosen = ml.problem.brackets[which]
    deviance = deviance_of(ml.design, tuple(blocks))
    return _Turned(deviance, theta, chosen.start, chosen.size, scale)


def _follow(surface: Surface, theta: Array, sigma: float, scale: float, stop: Stop) -> Profile:
    """The profile along a surface; values are in the columns' own unit, `scale` turns them."""
    inside = lifted(surface.deviance.problem, theta, 0.3)

    def profile(values: Array, state: Array | None, before: Array) -> tuple[Array, Array]:
        scaled = values * scale
        other = surface.start(inside, scaled, sigma)
        if state is None:
            return lowest(surface, scaled, other, surface.start(theta, scaled, sigma), stop)
        return lowest(surface, scaled, surface.follow(state, before * scale, scaled), other, stop)

    return profile


def _spread(ml: Fit, name: str, value: float, b: int, i: int, stop: Stop) -> Parameter:
    turned = _turned(ml, b, [i])
    surface = SpreadHeld(turned.deviance, turned.start)
    along = _follow(surface, turned.theta, ml.sigma, turned.scale, stop)

    def profile(values: Array, state: Array | None, before: Array) -> tuple[Array, Array]:
        if np.all(values == 0.0):
            return np.array([_without(ml, b, i, stop)]), np.empty((0, 1))
        return along(values, state, before)

    step = 0.5 * value + 0.1 * ml.sigma / turned.scale
    return Parameter(name, value, 0.0, np.inf, step, profile)


def _correlation(ml: Fit, name: str, value: float, b: int, i: int, j: int, stop: Stop) -> Parameter:
    turned = _turned(ml, b, [j, i])
    surface = correlation_held(turned.deviance, turned.start, turned.size)
    inner = _follow(surface, turned.theta, ml.sigma, 1.0, stop)
    # Without variance there is no correlation: then every value of it is as good as any other.
    without = min(_without(ml, b, one, stop) for one in (i, j))

    def profile(values: Array, state: Array | None, before: Array) -> tuple[Array, Array]:
        deviance, at = inner(values, state, before)
        return np.minimum(deviance, without), at

    return Parameter(name, value, -1.0, 1.0, 0.4, profile)


def _without(ml: Fit, b: int, i: int, stop: Stop) -> float:
    """The deviance with one SD at zero."""
    turned = _turned(ml, b, [i])
    surface = zero_held(turned.deviance, turned.start, turned.size)
    profile = _follow(surface, turned.theta, ml.sigma, 1.0, stop)
    return float(profile(np.zeros(1), None, np.zeros(1))[0][0])


def _sigma(ml: Fit, value: float, stop: Stop) -> Parameter:
    turned = _turned(ml, 0, list(range(len(ml.design.blocks[0].names))))
    profile = _follow(SigmaHeld(turned.deviance), turned.theta, ml.sigma, 1.0, stop)
    return Parameter("sigma", value, 0.0, np.inf, value / np.sqrt(ml.nobs / 2.0), profile)


def _fixed(ml: Fit, name: str, value: float, stop: Stop) -> Parameter:
    design = ml.design
    j = design.x_names.index(name)
    problem, kernel = without_columns(design, [j], reml=False)
    starts = [problem.whitened(ml.theta), problem.starts(1.0)]

    def profile(values: Array, state: Array | None, before: Array) -> tuple[Array, Array]:
        Y = design.y[:, None] - design.X[:, j, None] * values
        found = search(kernel, kernel.project(orthogonal(problem, Y)), starts, stop)
        return found.criterion, found.theta

    step = 2.0 * float(ml.std_error.iloc[j])
    return Parameter(name, value, -np.inf, np.inf, step, profile)


def without_columns(design: Design, columns: Sequence[int], reml: bool) -> tuple[Problem, Kernel]:
    """Prepare the criterion of a design without some columns of X."""
    problem = make_problem(np.delete(design.X, list(columns), axis=1), design.blocks, reml)
    return problem, make_kernel(problem)
