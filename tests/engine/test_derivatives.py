"""Gradient and Hessian against finite differences of the criterion's definition."""

import numpy as np
import pandas as pd
import pytest

from sim.lmm.blocked import make_blocked
from sim.lmm.criterion import Kernel, orthogonal
from sim.lmm.design import Design, build_design
from sim.lmm.newton import minimise
from sim.lmm.problem import make_problem
from sim.lmm.strata import by_group, by_stratum
from tests.engine.dense import dense_criterion

ONE_FACTOR = (
    "y ~ x + (1 | g)",
    "y ~ x + (1 + x | g)",
    "y ~ x + (1 + x + z | g)",
    "y ~ x + (1 | g) + (0 + x | g)",
    "y ~ f * x + (0 + f | g)",
)
BALANCED = ("y ~ x + (1 | a) + (1 | b)", "y ~ 1 + (1 | a / c)", "y ~ x + (0 + s | a) + (1 | b)")
GENERAL = (
    "y ~ x + (1 | g) + (1 | h)",
    "y ~ x + (1 + x | g) + (1 + z | h)",
    "y ~ f + (1 | g) + (0 + x | g) + (1 | h) + (1 | a)",
)


def data() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 72
    a, b = np.arange(n) % 6, np.arange(n) // 6
    frame = pd.DataFrame({
        "x": rng.normal(size=n), "z": rng.normal(1, 2, n), "s": np.where(b % 2, 1.0, -1.0),
        "f": rng.choice(["p", "q", "r"], n), "g": rng.integers(0, 7, n).astype(str),
        "h": rng.integers(0, 5, n).astype(str), "a": a.astype(str), "b": b.astype(str),
        "c": (b % 4).astype(str),
    })  # fmt: skip
    effect = rng.normal(size=7)[frame["g"].astype(int)]
    return frame.assign(y=3 + effect + frame["x"] * rng.normal(size=6)[a] + rng.normal(size=n))


def kernels(formula: str, design: Design, reml: bool) -> list[Kernel]:
    problem = make_problem(design.X, design.blocks, reml, whiten=False)
    found: list[Kernel] = [make_blocked(problem)]
    if formula in ONE_FACTOR:
        found.append(by_group(problem))
    if formula in BALANCED:
        strata = by_stratum(problem)
        assert strata is not None, formula
        found.append(strata)
    return found


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("formula", ONE_FACTOR + BALANCED + GENERAL)
def test_derivatives_agree_with_differences_of_the_definition(formula: str, reml: bool) -> None:
    design = build_design(formula, data())
    for kernel in kernels(formula, design, reml):
        problem = kernel.problem
        responses = kernel.project(orthogonal(problem, design.y[:, None]))
        theta = np.linspace(0.4, 0.9, problem.n_theta)
        at = kernel.evaluate(theta[:, None], responses)
        assert at.criterion[0] == pytest.approx(dense_criterion(design, theta, reml), rel=1e-10)
        step = 1e-4
        for k, unit in enumerate(np.eye(problem.n_theta)):
            ahead = kernel.evaluate((theta + step * unit)[:, None], responses, 1)
            behind = kernel.evaluate((theta - step * unit)[:, None], responses, 1)
            slope = (
                dense_criterion(design, theta + step * unit, reml)
                - dense_criterion(design, theta - step * unit, reml)
            ) / (2 * step)
            assert at.gradient[k, 0] == pytest.approx(slope, abs=1e-5, rel=1e-5)
            bend = (ahead.gradient[:, 0] - behind.gradient[:, 0]) / (2 * step)
            np.testing.assert_allclose(at.hessian[:, k, 0], bend, atol=2e-4, rtol=1e-5)


def test_unbalanced_crossed_designs_have_no_common_strata() -> None:
    design = build_design("y ~ x + (1 | g) + (1 | h)", data())
    assert by_stratum(make_problem(design.X, design.blocks, True)) is None


def test_average_information_leads_to_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    design = build_design("y ~ x + (1 + x | g) + (1 | h)", data())
    problem = make_problem(design.X, design.blocks, True)
    kernel = make_blocked(problem)
    responses = kernel.project(orthogonal(problem, design.y[:, None]))
    start = problem.starts(1.0)[:, None]
    exact = minimise(kernel, responses, start)
    monkeypatch.setattr("sim.lmm.slopes._EXACT_HESSIAN_COLUMNS", 0)
    average = minimise(kernel, responses, start)
    assert average.converged[0]
    assert average.criterion[0] == pytest.approx(exact.criterion[0], abs=1e-8)
    np.testing.assert_allclose(average.gradient, 0.0, atol=1e-3)


def test_slabs_of_classes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    design = build_design("y ~ x + (1 + x + z | g)", data())
    kernel = by_group(make_problem(design.X, design.blocks, True))
    responses = kernel.project(orthogonal(kernel.problem, design.y[:, None]))
    theta = kernel.problem.starts(0.7)[:, None]
    whole = kernel.evaluate(theta, responses)
    monkeypatch.setattr("sim.lmm.diagonal._PAIRS", 80)
    np.testing.assert_allclose(kernel.evaluate(theta, responses).hessian, whole.hessian, rtol=1e-12)
