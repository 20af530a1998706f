"""A repeated study beside an R loop of lmerTest::lmer and summary, and Satterthwaite alone.

`python study.py study N` and `python study.py satterthwaite N` answer seconds; both run in a
process of their own, with one thread as R.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

from sim import lmer
from sim.data import read_data
from sim.inference.plan import plan_study
from sim.inference.satterthwaite import satterthwaite
from sim.study import repeat_study
from sim.study_code import r_study_code

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "build" / "bench"
SCENARIO = "random_slopes"
FORMULA = "score ~ 1 + week + (1 + week | participant)"
REPETITIONS = 1_000
R_REPETITIONS = 100  # a round, scaled to the same number
ROUNDS = 5


def study_seconds(n: int) -> float:
    """Seconds of a study with lmer, Satterthwaite's p-values and intervals; data drawn, too."""
    repeat_study(SCENARIO, FORMULA, 200, np.random.default_rng(0))
    started = time.perf_counter()
    repeat_study(SCENARIO, FORMULA, n, np.random.default_rng(1))
    return time.perf_counter() - started


def satterthwaite_seconds(times: int) -> float:
    """Median seconds of the tests of all coefficients of sleepstudy."""
    fit = lmer("reaction ~ days + (days | subject)", read_data("sleepstudy"))
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        satterthwaite(fit)
        taken.append(time.perf_counter() - started)
    return median(taken)


def ask_ours(task: str, n: int) -> float:
    """Do a task in a fresh process; seconds."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, __file__, task, str(n)], capture_output=True, text=True, check=True,
        env={**os.environ, **threads, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return float(done.stdout)


def ask_r(n: int) -> float:
    """Run the page's own R code in a fresh R; seconds without the start of R."""
    plan = plan_study(SCENARIO, FORMULA, np.random.default_rng(1))
    BUILD.mkdir(parents=True, exist_ok=True)
    script = BUILD / "study.R"
    script.write_text(r_study_code(plan, n), encoding="utf-8")
    timed = (
        "suppressMessages(library(lmerTest)); sink(nullfile()); started <- Sys.time(); "
        f'source("{script.name}"); sink(); '
        'cat(as.numeric(difftime(Sys.time(), started, units = "secs")))'
    )
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", timed], cwd=BUILD, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def has_lmertest() -> bool:
    """Whether R can do the comparison."""
    if shutil.which("Rscript") is None:
        return False
    found = subprocess.run(["Rscript", "-e", "library(lmerTest)"], capture_output=True, check=False)
    return found.returncode == 0


def rounds() -> tuple[list[float], list[float]]:
    """Seconds for 1,000 repetitions, ours and R's in turn; R's are none without lmerTest."""
    ours, theirs, with_r = [], [], has_lmertest()
    for _ in range(ROUNDS):
        ours.append(ask_ours("study", REPETITIONS))
        if with_r:
            theirs.append(ask_r(R_REPETITIONS) * REPETITIONS / R_REPETITIONS)
    return ours, theirs


if __name__ == "__main__":
    tasks = {"study": study_seconds, "satterthwaite": satterthwaite_seconds}
    print(tasks[sys.argv[1]](int(sys.argv[2])))
