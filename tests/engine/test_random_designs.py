"""Five hundred small designs made at random, each held against a general optimiser."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from sim import lmer
from sim.errors import SimError
from sim.lmm.design import RandomBlock
from tests.engine.dense import dense_criterion

FORMULAS = (
    "y ~ 1 + (1 | g)",
    "y ~ x + (1 | g)",
    "y ~ x + (1 + x | g)",
    "y ~ x + (x || g)",
    "y ~ x + (0 + x | g)",
    "y ~ f + (1 | g)",
    "y ~ f * x + (1 | g)",
    "y ~ f + (0 + f | g)",
    "y ~ x + (1 | g) + (1 | h)",
    "y ~ x + (1 + x | g) + (1 | h)",
    "y ~ x + (1 | g / h)",
    "y ~ 0 + f + (1 | g)",
)


def random_case(seed: int) -> tuple[str, pd.DataFrame, bool]:
    rng = np.random.default_rng(seed)
    formula = FORMULAS[seed % len(FORMULAS)]
    groups = int(rng.integers(3, 9))
    rows = int(rng.integers(3 * groups, 8 * groups))
    g = rng.integers(0, groups, rows)
    h = rng.integers(0, int(rng.integers(3, 6)), rows)
    x = rng.normal(rng.normal(0, 3), rng.choice([0.1, 1.0, 20.0]), rows)
    sizes = rng.choice([0.0, 0.3, 1.0, 5.0], 3)
    y = (
        sizes[0] * rng.normal(size=groups)[g]
        + sizes[1] * rng.normal(size=groups)[g] * (x - x.mean()) / x.std()
        + sizes[2] * rng.normal(size=10)[h]
        + rng.normal(size=rows) * rng.choice([0.2, 1.0, 30.0])
        + rng.choice([0.0, 1000.0])
    )
    f = rng.choice(["a", "b"], rows)
    frame = pd.DataFrame({"y": y, "x": x, "f": f, "g": g.astype(str), "h": h.astype(str)})
    return formula, frame, bool(rng.integers(2))


def _units(blocks: tuple[RandomBlock, ...]) -> list[float]:
    """What each theta is divided by, so that a general optimiser meets numbers around one."""
    result = []
    for block in blocks:
        size = np.sqrt(np.mean(block.columns**2, axis=0))
        result += [1 / size[i] for j in range(len(size)) for i in range(j, len(size))]
    return result


@pytest.mark.parametrize("block", range(10))
def test_no_random_design_crashes_or_stops_above_three_restarts_of_lbfgsb(block: int) -> None:
    fitted = 0
    for seed in range(block * 50, block * 50 + 50):
        formula, frame, reml = random_case(seed)
        try:
            fit = lmer(formula, frame, reml=reml)
        except SimError:
            continue
        fitted += 1
        at = fit.problem.starts(1.0) > 0
        unit = np.array(_units(fit.design.blocks))

        def value(theta: np.ndarray, fit=fit, reml=reml, unit=unit) -> float:
            return dense_criterion(fit.design, theta * unit, reml)

        bounds = [(0, None) if diagonal else (None, None) for diagonal in at]
        best = min(
            minimize(value, np.where(at, start, 0.0), method="L-BFGS-B", bounds=bounds).fun
            for start in (0.2, 1.0, 3.0)
        )
        own = value(fit.theta / unit)
        assert own == pytest.approx(fit.criterion, abs=1e-6 * max(1, abs(own))), (seed, formula)
        assert fit.criterion <= best + 1e-4, (seed, formula, fit.criterion - best)
        assert fit.converged, (seed, formula)
    assert fitted >= 40
