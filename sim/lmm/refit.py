"""Simulate responses from a fit, and fit many responses to one design at once."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from sim.arguments import check_count, check_rng
from sim.errors import DataError, shown
from sim.limits import MAX_REPLICATES
from sim.lmm.blocked import Blocked
from sim.lmm.criterion import orthogonal, research, search
from sim.lmm.fit import Fit
from sim.lmm.newton import FAR, Optimum
from sim.lmm.small import Array, BoolArray, read_only

_CHUNK_BYTES = 60_000_000  # working memory of one chunk of replicates

Participants = Literal["new", "same"]


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """One model fitted to B responses.

    Attributes
    ----------
    fixef : shape (B, p).
    theta : lme4's order, shape (B, n_theta).
    sigma, criterion, is_singular, converged : shape (B,). A response that cannot be fitted has
        nan and has not converged.
    """

    fixef: Array
    theta: Array
    sigma: Array
    criterion: Array
    is_singular: BoolArray
    converged: BoolArray

    def __post_init__(self) -> None:
        read_only(*(getattr(self, field.name) for field in fields(self)))

    @classmethod
    def marked(
        cls,
        fixef: Array,
        theta: Array,
        sigma: Array,
        criterion: Array,
        is_singular: BoolArray,
        converged: BoolArray,
        usable: BoolArray,
    ) -> "Refits":
        """Return refits with nan where they are not usable, shape (B,)."""
        blank = np.where(usable, 1.0, np.nan)
        return cls(
            fixef * blank[:, None],
            theta * blank[:, None],
            sigma * blank,
            criterion * blank,
            is_singular & usable,
            converged & usable,
        )

    @classmethod
    def failed(cls, p: int, n_theta: int) -> "Refits":
        """Return one refit that could not be made."""
        no = np.zeros(1, dtype=bool)
        nan = np.full(1, np.nan)
        return cls(np.full((1, p), np.nan), np.full((1, n_theta), np.nan), nan, nan, no, no)

    @classmethod
    def joined(cls, parts: "list[Refits]") -> "Refits":
        """Return one after the other."""
        return cls(
            *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls))
        )


def simulate(
    fit: Fit, n: int, rng: np.random.Generator, participants: Participants = "new"
) -> Array:
    """Draw responses from a fitted model.

    Parameters
    ----------
    n : number of simulated data sets.
    participants : "new" draws new random effects for every level (lme4's re.form = NA);
        "same" keeps the conditional modes of this fit (re.form = NULL).

    Returns
    -------
    shape (nobs, n), unit of the response. Replicate by replicate, so that the first of two
    replicates is also the only one of one.

    Raises
    ------
    DataError : `participants` is neither.
    LimitError : `n` is not between 1 and the limit.
    """
    if participants not in ("new", "same"):
        raise DataError(f"participants = {shown(participants)} is unknown.", "Use 'new' or 'same'.")
    check_count(n, "replicates", MAX_REPLICATES)
    check_rng(rng)
    rows = fit.nobs
    if participants == "same":
        return fit.fitted[:, None] + fit.sigma * rng.standard_normal((n, rows)).T
    sizes = [len(block.levels) * len(block.names) for block in fit.design.blocks]
    draws = rng.standard_normal((n, sum(sizes) + rows))
    result: Array = fit.linear_predictor[:, None] + fit.sigma * draws[:, sum(sizes) :].T
    start = 0
    for block, bracket, size in zip(fit.design.blocks, fit.problem.brackets, sizes, strict=True):
        spherical = draws[:, start : start + size].T.reshape(len(block.levels), -1, n)
        effects = np.einsum("ik,lkn->lin", fit.sigma * fit.relative_factor(bracket), spherical)
        for i in range(bracket.size):
            result += block.columns[:, i, None] * effects[block.codes, i]
        start += size
    return result


def refit(fit: Fit, Y: Array, stop: Callable[[], bool] | None = None) -> Refits:
    """Fit the model to other responses.

    Parameters
    ----------
    Y : responses for the rows used in the fit, shape (nobs, B) or (nobs,).
    stop : asked now and then; true ends the task.

    Raises
    ------
    DataError : another number of rows, or values that are not finite.
    LimitError : too many responses.
    CancelledError : `stop` said so.
    """
    responses = _numbers(Y)
    if responses.ndim == 1:
        responses = responses[:, None]
    if responses.ndim != 2 or responses.shape[0] != fit.nobs:
        raise DataError(f"The responses have shape {np.shape(Y)}.", f"The fit has {fit.nobs} rows.")
    check_count(responses.shape[1], "replicates", MAX_REPLICATES)
    if not (np.abs(responses) < 1e60).all():  # false for nan too
        raise DataError(
            "The responses have values that are missing, infinite or too large.",
            "Give finite numbers.",
        )
    step = _chunk(fit)
    parts = [
        _refit_chunk(fit, responses[:, at : at + step], stop)
        for at in range(0, responses.shape[1], step)
    ]
    return Refits.joined(parts)


def parametric_bootstrap(
    fit: Fit,
    n: int,
    rng: np.random.Generator,
    participants: Participants = "new",
    stop: Callable[[], bool] | None = None,
) -> Refits:
    """Simulate from the fit and refit, n times (lme4's bootMer).

    Parameters, errors and the order of draws are those of `simulate` and `refit`.
    """
    check_count(n, "replicates", MAX_REPLICATES)
    step = _chunk(fit)
    parts = []
    for at in range(0, n, step):
        Y = simulate(fit, min(step, n - at), rng, participants)
        parts.append(_refit_chunk(fit, Y, stop))
    return Refits.joined(parts)


def _numbers(values: object) -> Array:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise DataError("The responses are not numbers.", "Give an array of numbers.")
    return array.astype(np.float64)


def _chunk(fit: Fit) -> int:
    """How many replicates fit into the working memory of one chunk."""
    if isinstance(fit.kernel, Blocked):
        return max(1, min(1_000, _CHUNK_BYTES // (8 * 6 * fit.nobs)))
    rows, k, classes = fit.kernel.rotated_z.shape
    p = len(fit.beta)
    pairs = len(fit.theta) ** 2
    each = 6 * fit.nobs + classes * (12 * rows * k + 6 * k * k + 3 * rows * p + 10 * pairs)
    return max(1, min(1_000, _CHUNK_BYTES // (8 * each)))


def _refit_chunk(fit: Fit, Y: Array, stop: Callable[[], bool] | None) -> Refits:
    problem = fit.problem
    rest = orthogonal(problem, Y)
    size = np.sum(rest**2, axis=0)
    usable = size > 1e-24 * np.sum(Y**2, axis=0)
    if not usable.all():  # something that can be fitted, to be marked as nan afterwards
        rest[:, ~usable] = orthogonal(problem, fit.design.y[:, None])
    responses = fit.kernel.project(rest)
    start = problem.whitened(fit.theta)
    # A zero on the diagonal would hold the search there: start inside.
    inside = np.where((problem.starts(1.0) > 0.0) & (start < 0.3), 0.3, start)
    found = search(fit.kernel, responses, [inside], stop)
    others = [problem.starts(1.0), problem.starts(0.2)]
    found, theta = research(fit.kernel, responses, found, others, stop)
    return _refits(fit, found, theta, problem.basis.T @ Y, usable)


def _refits(fit: Fit, found: Optimum, theta: Array, along: Array, usable: BoolArray) -> Refits:
    problem = fit.problem
    beta = np.asarray(np.linalg.solve(problem.x_root, along + found.gamma), dtype=np.float64)
    usable = usable & np.isfinite(found.criterion) & (np.abs(found.theta).max(axis=0) <= FAR)
    return Refits.marked(
        beta.T,
        theta.T,
        np.sqrt(found.r2 / problem.degrees),
        found.criterion,
        problem.is_singular(theta),
        found.converged,
        usable,
    )
