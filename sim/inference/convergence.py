"""What lme4 would say of the point where an optimiser stopped."""

from dataclasses import dataclass

import numpy as np

from sim.lmm.fit import SINGULAR
from sim.lmm.problem import IntArray
from sim.lmm.small import Array

GRADIENT_TOLERANCE = 0.002
SINGULAR_TOLERANCE = 1e-4
HESSIAN_TOLERANCE = 1e-6
_RESCALE = "\n - Rescale variables?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """lme4's checks of one point.

    Attributes
    ----------
    gradient : the largest over k of min(|g_k|, |chol(H)⁻¹g|_k), which lme4 prints as max|grad|;
        nan where H is not positive definite.
    messages : in lme4's words; empty where lme4 says nothing.
    """

    gradient: float
    messages: tuple[str, ...]


def check_convergence(theta: Array, gradient: Array, hessian: Array, diagonal: IntArray) -> Verdict:
    """Judge a point as lme4 does, in the units of the data at hand.

    Parameters
    ----------
    theta, gradient : lme4's theta and the criterion's derivatives there, shape (n_theta,).
    hessian : second derivatives, shape (n_theta, n_theta).
    diagonal : which theta are diagonal entries of Lambda.

    Source
    ------
    lme4 1.1-31, checkConv and checkHess with the default lmerControl. lme4 takes numerical
    derivatives and always names component 1; these are exact, and the component is the worst.
    """
    size = scaled_gradient(gradient, hessian)
    if np.any(theta[diagonal] < SINGULAR_TOLERANCE):
        return Verdict(size, (SINGULAR,))
    messages = []
    if np.isnan(size):
        messages.append("unable to evaluate scaled gradient")
    elif size > GRADIENT_TOLERANCE:
        component = int(np.argmax(_smaller(gradient, hessian))) + 1
        messages.append(
            f"Model failed to converge with max|grad| = {size:.6g} "
            f"(tol = {GRADIENT_TOLERANCE:g}, component {component})"
        )
    return Verdict(size, (*messages, *_judge_hessian(hessian)))


def scaled_gradient(gradient: Array, hessian: Array) -> float:
    """Return the largest over k of min(|g_k|, |chol(H)⁻¹g|_k); nan where H has no root."""
    try:
        return float(_smaller(gradient, hessian).max())
    except np.linalg.LinAlgError:
        return float("nan")


def _smaller(gradient: Array, hessian: Array) -> Array:
    if not (np.isfinite(hessian).all() and np.isfinite(gradient).all()):
        raise np.linalg.LinAlgError("derivatives are not finite")
    # R's chol() is the upper factor, and lme4 solves with that one.
    upper = np.linalg.cholesky(hessian).T
    return np.minimum(np.abs(gradient), np.abs(np.linalg.solve(upper, gradient)))


def _judge_hessian(hessian: Array) -> list[str]:
    if not np.isfinite(hessian).all():
        return ["Problem with Hessian check (infinite or missing values?)"]
    values = np.linalg.eigvalsh(hessian)
    negative = int(np.sum(values < -HESSIAN_TOLERANCE))
    if negative:
        return [
            f"Model failed to converge: degenerate  Hessian with {negative} negative eigenvalues"
        ]
    if np.any(np.abs(values) < HESSIAN_TOLERANCE):
        return [" Hessian is numerically singular: parameters are not uniquely determined"]
    messages = []
    if values[-1] * HESSIAN_TOLERANCE > 1.0:
        messages.append(f"Model is nearly unidentifiable: very large eigenvalue{_RESCALE}")
    if values[0] / values[-1] < HESSIAN_TOLERANCE:
        messages.append(f"Model is nearly unidentifiable: large eigenvalue ratio{_RESCALE}")
    return messages
