"""Limits of a profile interval: where the root of the deviance difference is what it may be."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.lmm.problem import IntArray
from sim.lmm.small import Array

_TOLERANCE = 1e-6  # in units of the signed root deviance, whose 95% limits are ±1.96
_MOST_STEPS = 60

# A parameter's deviance at some values, and what the next call may start from.
Profile = Callable[[Array, Array | None, Array], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the model with its profile.

    Attributes
    ----------
    name : as lme4's confint(oldNames = FALSE) has it.
    estimate : by ML; nan for a correlation that is not defined.
    low, high : ends of its range; infinite where there is none.
    step : first guess of half an interval's width.
    profile : the deviance, minimised over all other parameters.
    """

    name: str
    estimate: float
    low: float
    high: float
    step: float
    profile: Profile


@dataclass(slots=True)
class _Ends:
    """Both ends of an interval while they are searched; arrays of shape (2,)."""

    near: Array  # the farthest value known to be inside
    near_zeta: Array
    far: Array  # the nearest value known to be outside, or the end of the range
    far_zeta: Array

    def update(self, which: IntArray, values: Array, zeta: Array, z: float) -> None:
        """Learn the signed root deviance at one value each of some ends."""
        for e, value, root in zip(which, values, zeta, strict=True):
            if root < z:
                self.near[e], self.near_zeta[e] = value, root
            else:
                self.far[e], self.far_zeta[e] = value, root


def limits(parameter: Parameter, lowest_deviance: float, z: float) -> tuple[float, float]:
    """Find where the signed root deviance is -z and z, or the ends of the parameter's range.

    Parameters
    ----------
    lowest_deviance : at the estimate.
    z : root of the deviance difference at the limits, 1.96 for 95%.
    """
    middle = 0.0 if np.isnan(parameter.estimate) else parameter.estimate
    side = np.array([-1.0, 1.0])
    result = np.full(2, np.nan)
    ends = _Ends(np.full(2, middle), np.zeros(2), np.array([parameter.low, parameter.high]),
                 np.full(2, np.inf))  # fmt: skip

    def root(values: Array, state: Array | None, before: Array) -> tuple[Array, Array]:
        deviance, at = parameter.profile(values, state, before)
        zeta = np.sqrt(np.maximum(deviance - lowest_deviance, 0.0))
        return np.where(np.isnan(zeta), np.inf, zeta), at

    _look_at_range(parameter, ends, result, root, z)
    value = _inside(middle + side * parameter.step * z / 2.0, ends)
    active, state, before = np.flatnonzero(np.isnan(result)), None, value
    for step in range(_MOST_STEPS):
        if not len(active):
            break
        zeta, state = root(value[active], state, before[active])
        before = value.copy()
        ends.update(active, value[active], zeta, z)
        done = np.abs(zeta - z) < _TOLERANCE
        open_ends = active[~done]
        for e in open_ends:
            value[e] = _next(ends, int(e), middle, z, step)
        value[open_ends] = _inside(value, ends)[open_ends]
        done |= np.abs(value[active] - before[active]) <= 1e-12 * np.abs(value[active])
        result[active[done]] = value[active[done]]
        active, state = active[~done], state[:, ~done]
    result = np.where(np.isnan(result), value, result)
    return float(result[0]), float(result[1])


def _look_at_range(
    parameter: Parameter, ends: _Ends, result: Array, root: Profile, z: float
) -> None:
    """Settle ends that lie at the end of the range; the others then have both sides."""
    for e, bound in enumerate((parameter.low, parameter.high)):
        if not np.isfinite(bound) or (parameter.name == "sigma"):
            continue
        zeta, _ = root(np.array([bound]), None, np.array([bound]))
        if zeta[0] <= z:
            result[e] = bound
        ends.far_zeta[e] = zeta[0]


def _inside(values: Array, ends: _Ends) -> Array:
    """Keep values from passing the end of the range: half of the way there instead."""
    half = 0.5 * (ends.near + ends.far)
    beyond = (values - ends.far) * np.array([-1.0, 1.0]) >= 0.0
    return np.where(np.isfinite(ends.far) & beyond, half, values)


def _next(ends: _Ends, e: int, middle: float, z: float, step: int) -> float:
    """Interpolate where both sides are known, else go on outwards; sometimes halve."""
    near, far, zeta = float(ends.near[e]), float(ends.far[e]), float(ends.near_zeta[e])
    if np.isfinite(ends.far_zeta[e]):
        share = (z - zeta) / (float(ends.far_zeta[e]) - zeta)
        lopsided = step % 3 == 2 and not 0.01 < share < 0.99
        return near + (0.5 if lopsided else share) * (far - near)
    if zeta > 0.0:
        return middle + min(3.0, 1.01 * z / zeta) * (near - middle)
    return 0.5 * (near + far) if np.isfinite(far) else 2.0 * near - middle
