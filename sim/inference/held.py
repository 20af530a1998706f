"""The ML deviance with one parameter held at a value and minimised over all the others.

The criterion of the engine is profiled over sigma, so holding an SD needs its two parts, log|V|
and r², one by one. A row is added to the data whose X and Z are zero: a response that is zero
everywhere else has r² = 1 at every theta, so its criterion is log|V| and a constant, derivatives
included.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.lmm.criterion import Kernel, make_kernel, orthogonal
from sim.lmm.design import Design, RandomBlock
from sim.lmm.diagonal import Evaluation
from sim.lmm.newton import minimise
from sim.lmm.problem import IntArray, Problem, make_problem
from sim.lmm.small import Array, BoolArray, product

Stop = Callable[[], bool] | None

_INSIDE = 0.05  # a zero on the diagonal of Lambda would hold a search there: it starts inside


@dataclass(frozen=True, slots=True)
class Held:
    """The values a parameter is held at, shape (B,): what `minimise` takes for responses."""

    values: Array

    @property
    def count(self) -> int:
        return len(self.values)

    def take(self, chosen: IntArray) -> "Held":
        return Held(self.values[chosen])


@dataclass(frozen=True, slots=True)
class _Parts:
    """log|V| and r² at theta with their derivatives, as in `Evaluation`; and all of the latter."""

    log_det: Array
    log_det_gradient: Array
    log_det_hessian: Array
    r2: Array
    r2_gradient: Array
    r2_hessian: Array
    whole: Evaluation


@dataclass(frozen=True, slots=True)
class Deviance:
    """-2 log likelihood of one response as a function of theta and sigma.

    Attributes
    ----------
    kernel : the criterion of the data with the added row.
    both : the response and the added row's own, reduced.
    n : rows of the data.
    """

    kernel: Kernel
    both: Any
    n: int

    @property
    def problem(self) -> Problem:
        return self.kernel.problem

    def parts(self, theta: Array, order: int) -> _Parts:
        """Return both parts at theta (n_theta, B)."""
        count, m = theta.shape[1], self.n + 1
        responses = self.both.take(np.repeat([0, 1], count))
        whole = self.kernel.evaluate(np.tile(theta, 2), responses, order)
        y, own = whole.take(np.arange(2 * count) < count), whole.take(np.arange(2 * count) >= count)
        # Both differ by m log r² alone, in value and derivatives.
        slope = (y.gradient - own.gradient) * y.r2 / m
        bend = (y.hessian - own.hessian) * y.r2 / m
        if order == 2:
            bend = bend + slope[:, None] * slope / y.r2
        constant = m * (1.0 + np.log(2.0 * np.pi / m))
        return _Parts(own.criterion - constant, own.gradient, own.hessian, y.r2, slope, bend, y)


def deviance_of(design: Design, blocks: tuple[RandomBlock, ...]) -> Deviance:
    """Prepare the deviance of a design with its brackets as given."""
    n = len(design.y)
    X = np.vstack([design.X, np.zeros((1, design.X.shape[1]))])
    longer = tuple(
        replace(
            block,
            codes=np.append(block.codes, block.codes[-1:]),
            columns=np.vstack([block.columns, np.zeros((1, block.columns.shape[1]))]),
        )
        for block in blocks
    )
    problem = make_problem(X, longer, reml=False, whiten=False)
    Y = np.zeros((n + 1, 2))
    Y[:n, 0] = design.y
    Y[n, 1] = 1.0
    kernel = make_kernel(problem)
    return Deviance(kernel, kernel.project(orthogonal(problem, Y)), n)


@dataclass(frozen=True, slots=True)
class SigmaHeld:
    """The deviance of theta with sigma held."""

    deviance: Deviance

    @property
    def problem(self) -> Problem:
        return self.deviance.problem

    def evaluate(self, theta: Array, held: Held, order: int = 2) -> Evaluation:
        """-2 log L = log|V| + n log(2 pi sigma²) + r²/sigma²."""
        parts = self.deviance.parts(theta, order)
        variance = held.values**2
        value = parts.log_det + parts.r2 / variance
        value = value + self.deviance.n * np.log(2.0 * np.pi * variance)
        return replace(
            parts.whole,
            criterion=value,
            gradient=parts.log_det_gradient + parts.r2_gradient / variance,
            hessian=parts.log_det_hessian + parts.r2_hessian / variance,
        )

    def start(self, theta: Array, values: Array, sigma: float) -> Array:
        """Return where to begin for each value: the same covariances, relative to it."""
        return np.asarray(theta[:, None] * (sigma / values))

    def follow(self, theta: Array, before: Array, values: Array) -> Array:
        """Return where to begin at the next values from the optima at those before."""
        return lifted(self.problem, theta * before / values)

    def allowed(self, theta: Array) -> BoolArray:
        """Whether each theta, free in sign, belongs to the model; shape (B,)."""
        return np.ones(theta.shape[1], dtype=bool)


@dataclass(frozen=True, slots=True)
class SpreadHeld:
    """The deviance of theta with the SD of one random effect held.

    The effect stands first in its bracket, so its SD is sigma times theta[place], and sigma
    follows from theta.
    """

    deviance: Deviance
    place: int

    @property
    def problem(self) -> Problem:
        return self.deviance.problem

    def evaluate(self, theta: Array, held: Held, order: int = 2) -> Evaluation:
        """As `SigmaHeld` with sigma = SD / theta[place]."""
        parts = self.deviance.parts(theta, order)
        n, at, own = self.deviance.n, self.place, theta[self.place]
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = own**2 / held.values**2
            turn = 2.0 * own / held.values**2
            value = parts.log_det + parts.r2 * weight - n * np.log(weight / (2.0 * np.pi))
            if order == 0:
                return replace(parts.whole, criterion=value)
            gradient = parts.log_det_gradient + weight * parts.r2_gradient
            gradient[at] += turn * parts.r2 - 2.0 * n / own
            hessian = parts.log_det_hessian + weight * parts.r2_hessian
            hessian[at] += turn * parts.r2_gradient
            hessian[:, at] += turn * parts.r2_gradient
            hessian[at, at] += 2.0 * parts.r2 / held.values**2 + 2.0 * n / own**2
        return replace(parts.whole, criterion=value, gradient=gradient, hessian=hessian)

    def start(self, theta: Array, values: Array, sigma: float) -> Array:
        """As `SigmaHeld.start`, with the same sigma for each value."""
        result = np.repeat(theta[:, None], len(values), axis=1)
        result[self.place] = values / sigma
        return result

    def follow(self, theta: Array, before: Array, values: Array) -> Array:
        """As `SigmaHeld.follow`."""
        result = lifted(self.problem, theta)
        result[self.place] = np.abs(theta[self.place]) * values / before
        return result

    def allowed(self, theta: Array) -> BoolArray:
        """As `SigmaHeld.allowed`."""
        return np.ones(theta.shape[1], dtype=bool)


@dataclass(frozen=True, slots=True)
class LineHeld:
    """The deviance where theta = (fixed + v across + sqrt(1 - v²) along) phi, v held.

    A correlation v of the first two effects of a bracket is of this form, and so is a variance of
    zero, with `across` and `along` zero.

    Attributes
    ----------
    diagonal : phi that are diagonal entries of Lambda.
    pair : phi of the two effects that correlate: with opposite signs their correlation is -v.
    """

    deviance: Deviance
    fixed: Array
    across: Array
    along: Array
    diagonal: IntArray
    pair: tuple[int, ...]

    @property
    def problem(self) -> Problem:
        return replace(self.deviance.problem, diagonal=self.diagonal)

    def map(self, values: Array) -> Array:
        """Return dtheta / dphi for each value, shape (n_theta, n_phi, B)."""
        rest = np.sqrt(np.maximum(1.0 - values**2, 0.0))
        whole: Array = self.fixed[..., None] + self.across[..., None] * values
        return whole + self.along[..., None] * rest

    def evaluate(self, phi: Array, held: Held, order: int = 2) -> Evaluation:
        """Profiled over sigma: log|V| + n (1 + log(2 pi r²/n))."""
        way = self.map(held.values)
        parts = self.deviance.parts(product("tfb,fb->tb", way, phi), order)
        n = self.deviance.n
        value = parts.log_det + n * (1.0 + np.log(2.0 * np.pi * parts.r2 / n))
        if order == 0:
            return replace(parts.whole, criterion=value)
        share = parts.r2_gradient / parts.r2
        gradient = parts.log_det_gradient + n * share
        hessian = parts.log_det_hessian + n * parts.r2_hessian / parts.r2
        hessian = hessian - n * share[:, None] * share
        gradient = product("tfb,tb->fb", way, gradient)
        hessian = product("tfb,tub,ugb->fgb", way, hessian, way)
        return replace(parts.whole, criterion=value, gradient=gradient, hessian=hessian)

    def start(self, theta: Array, values: Array, sigma: float) -> Array:
        """Return the phi nearest to theta for each value."""
        way = self.map(values)
        columns = [np.linalg.lstsq(way[..., b], theta, rcond=None)[0] for b in range(len(values))]
        return np.stack(columns, axis=1)

    def follow(self, phi: Array, before: Array, values: Array) -> Array:
        """As `SigmaHeld.follow`: phi stays."""
        return lifted(self.problem, phi)

    def allowed(self, phi: Array) -> BoolArray:
        """As `SigmaHeld.allowed`."""
        return np.asarray(np.prod(phi[list(self.pair)], axis=0) >= 0.0)


def correlation_held(deviance: Deviance, start: int, size: int) -> LineHeld:
    """Hold the correlation of the first two effects of the bracket whose theta begin at `start`."""
    count = deviance.problem.n_theta
    first, second = start + 1, start + size  # entries (2, 1) and (2, 2), column by column
    kept = np.delete(np.arange(count), second)
    fixed, across, along = np.zeros((3, count, count - 1))
    column = int(np.flatnonzero(kept == first)[0])
    others = np.delete(np.arange(count - 1), column)
    fixed[kept[others], others] = 1.0
    across[first, column] = 1.0
    along[second, column] = 1.0
    pair = (int(np.flatnonzero(kept == start)[0]), column)
    diagonal = np.flatnonzero(np.isin(kept, deviance.problem.diagonal))
    return LineHeld(deviance, fixed, across, along, np.append(diagonal, column), pair)


def zero_held(deviance: Deviance, start: int, size: int) -> LineHeld:
    """Hold the SD of the first effect of a bracket at zero; it then correlates with nothing."""
    count = deviance.problem.n_theta
    kept = np.delete(np.arange(count), np.arange(start, start + size))
    fixed, across, along = np.zeros((3, count, len(kept)))
    fixed[kept, np.arange(len(kept))] = 1.0
    diagonal = np.flatnonzero(np.isin(kept, deviance.problem.diagonal))
    return LineHeld(deviance, fixed, across, along, diagonal, ())


def lifted(problem: Problem, theta: Array, least: float = _INSIDE) -> Array:
    """Return theta with small entries of the diagonal of Lambda made as large as `least`."""
    result = theta.copy()
    values = result[problem.diagonal]
    result[problem.diagonal] = np.where(np.abs(values) < least, least, values)
    return result


Surface = SigmaHeld | SpreadHeld | LineHeld


def lowest(
    surface: Surface, values: Array, start: Array, inside: Array, stop: Stop = None
) -> tuple[Array, Array]:
    """Minimise over everything that is not held.

    Parameters
    ----------
    values : what the parameter is held at, shape (B,).
    start : where to begin, shape (n_phi, B).
    inside : where to begin again if a search fails, shape (n_phi, B).

    Returns
    -------
    The deviance, shape (B,), infinite where no minimum was found, and where it is so low.
    """
    held = Held(values)
    if not len(start):
        return surface.evaluate(start, held, 0).criterion, start
    found = minimise(surface, held, start, stop)
    good = found.converged & surface.allowed(found.theta)
    theta, value = found.theta.copy(), np.where(good, found.criterion, np.inf)
    failed = np.flatnonzero(~good)
    if len(failed):
        again = minimise(surface, held.take(failed), inside[:, failed], stop)
        good = surface.allowed(again.theta) & np.isfinite(again.criterion)
        theta[:, failed] = np.where(good, again.theta, inside[:, failed])
        value[failed] = np.where(good, again.criterion, np.inf)
    return value, theta
