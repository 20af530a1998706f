"""Loads models and times `sim` on them, one task a line; see `lme4_worker.R` for the tasks.

Beside those, `gap NAME TIMES` answers how far the worst of TIMES replicates lies above the best of
three restarts, and `memory NAME TIMES` by how many bytes a bootstrap's peak lies above the start.
"""

import sys
import time
from itertools import cycle
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from sim import lmer, parametric_bootstrap, refit, simulate
from sim.lmm.criterion import orthogonal, search
from sim.lmm.fit import Fit

SPACES = cycle(range(1, 700))


def fit_seconds(formula: str, data: pd.DataFrame) -> float:
    # R too starts from text: each time another text, so that it is not remembered as read.
    text = formula + " " * next(SPACES)
    started = time.perf_counter()
    lmer(text, data)
    return time.perf_counter() - started


def bootstrap_seconds(fit: Fit, times: int, rng: np.random.Generator) -> float:
    """Median of as many bootstraps as take half a second: one is too short beside R's."""
    taken: list[float] = []
    while sum(taken) < 0.5:
        started = time.perf_counter()
        parametric_bootstrap(fit, times, rng)
        taken.append(time.perf_counter() - started)
    return median(taken)


def gap(fit: Fit, times: int, rng: np.random.Generator) -> float:
    Y = simulate(fit, times, rng)
    responses = fit.kernel.project(orthogonal(fit.problem, Y))
    starts = [fit.problem.starts(size) for size in (0.1, 0.7, 3.0)]
    best = search(fit.kernel, responses, starts).criterion
    return float(np.max(refit(fit, Y).criterion - best))


def growth(fit: Fit, times: int, rng: np.random.Generator) -> float:
    parametric_bootstrap(fit, 10, rng)
    Path("/proc/self/clear_refs").write_text("5")  # Linux: the peak counts from here
    before = _kilobytes("VmRSS")
    parametric_bootstrap(fit, times, rng)
    return 1024.0 * (_kilobytes("VmHWM") - before)


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    models: dict[str, tuple[str, pd.DataFrame]] = {}
    fits: dict[str, Fit] = {}
    rng = np.random.default_rng(1)
    for line in sys.stdin:
        task, name, *rest = line.rstrip("\n").split("\t")
        if task == "load":
            models[name] = (rest[1], pd.read_csv(rest[0]))
            answer = 0.0
        elif task == "fit":
            answer = median(fit_seconds(*models[name]) for _ in range(int(rest[0])))
        else:
            if name not in fits:
                fits[name] = lmer(*models[name])
            measure = {"bootstrap": bootstrap_seconds, "gap": gap, "memory": growth}[task]
            answer = measure(fits[name], int(rest[0]), rng)
        print(answer, flush=True)


if __name__ == "__main__":
    main()
