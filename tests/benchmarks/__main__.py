"""Measure `sim` beside lme4 and Python packages, and print one table: `make bench`."""

import json
import os
from dataclasses import dataclass, field
from math import isnan
from statistics import median

import numpy as np
from measure import (  # fmt: skip
    BUILD,
    HERE,
    LME4,
    OURS,
    ROOT,
    Times,
    Worker,
    in_turn,
    lme4_worker,
    our_worker,
    package_worker,
)
from models import MODELS
from study import ask_ours, rounds

from sim import lmer, simulate

REPLICATES = 1_000
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS")


@dataclass(slots=True)
class Report:
    """What was measured, printed line by line and kept for the JSON file."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def section(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def times(self, what: str, taken: dict[str, Times], goals: dict[str, float]) -> None:
        """Print the medians of one measurement, and how many times slower each one is than ours."""
        ours = taken[OURS]
        for name, times in taken.items():
            if any(isnan(second) for second in times.seconds):
                self.missing(what, name, "it failed on this model")
                continue
            each = [t / o for t, o in zip(times.seconds, ours.seconds, strict=True)]
            ratio = times.median / ours.median
            goal = goals.get(name)
            line = f"  {name:15}{_seconds(times.median):>10}{_seconds(min(times.seconds)):>10}"
            line += f"{_seconds(max(times.seconds)):>10}"
            if name != OURS:
                line += f"{ratio:>9.1f} x{min(each):>9.1f} x{max(each):>9.1f} x"
            print(line + _verdict(goal, ratio), flush=True)
            self.rows.append({
                "what": what, "name": name, "median": times.median, "seconds": times.seconds,
                "ratio": ratio, "ratios": each, "goal": goal,
            })  # fmt: skip

    def number(self, what: str, value: float, goal: float, unit: str) -> None:
        """Print a number that should stay below its goal."""
        line = f"  {what:58}{value:>12.3g} {unit}"
        print(f"{line}   goal at most {goal:g} {unit}: {'met' if value <= goal else 'NOT MET'}")
        self.rows.append({"what": what, "value": value, "goal": goal, "unit": unit})

    def missing(self, what: str, name: str, why: str) -> None:
        print(f"  {name:15}not measured: {why}", flush=True)
        self.rows.append({"what": what, "name": name, "missing": why})


def _verdict(goal: float | None, ratio: float) -> str:
    if goal is None:
        return ""
    return f"   goal {goal:g} x: {'met' if ratio >= goal else 'NOT MET'}"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1.0 else f"{1e3 * value:.2f} ms"


def one_fit(report: Report, ours: Worker, lme4: Worker | None) -> None:
    report.section("One fit of sleepstudy, from formula text and data frame")
    model = MODELS["sleepstudy"]
    statsmodels = package_worker("statsmodels")
    statsmodels.load("sleepstudy", model.formula)
    tasks: dict[Worker, tuple[object, ...]] = {ours: ("fit", "sleepstudy", 20)}
    if lme4:
        tasks[lme4] = ("fit", "sleepstudy", 8)
    tasks[statsmodels] = ("fit", "sleepstudy", 2)
    in_turn(tasks, 1)
    report.times("one fit", in_turn(tasks, 9), {LME4: 6.0, "statsmodels": 20.0})
    statsmodels.close()


def bootstrap(
    report: Report, ours: Worker, lme4: Worker | None, name: str, a_round: int, goal: float | None
) -> None:
    """Compare with bootMer, whose replicates are spread over five rounds."""
    scaled = "" if a_round * 5 == REPLICATES else f", lme4's scaled from {5 * a_round}"
    report.section(f"{REPLICATES:,} bootstrap replicates of {name}{scaled}: {MODELS[name].formula}")
    tasks: dict[Worker, tuple[object, ...]] = {ours: ("bootstrap", name, REPLICATES)}
    ours.ask("bootstrap", name, REPLICATES)
    if lme4:
        tasks[lme4] = ("bootstrap", name, a_round)
        lme4.ask("bootstrap", name, 2)
    goals = {} if goal is None else {LME4: goal}
    report.times(f"bootstrap {name}", in_turn(tasks, 5, REPLICATES), goals)
    if goal is not None:
        what = "worst replicate above the best of three restarts"
        report.number(what, ours.ask("gap", name, REPLICATES), 1e-8, "")


def packages(report: Report, ours: Worker) -> None:
    names = [line.split("==")[0] for line in (HERE / "packages.txt").read_text().split()]
    model = MODELS["sleepstudy"]
    report.section(f"{REPLICATES:,} replicates of sleepstudy, Python packages (scaled from fewer)")
    found: dict[str, Times] = {}
    all_ours: list[float] = []
    for name in names:
        worker = package_worker(name) if (BUILD / "packages").exists() else None
        if worker is None or not worker.load("sleepstudy", model.formula):
            report.missing("packages", name, "not installed")
            continue
        one = worker.ask("bootstrap", "sleepstudy", 3) / 3.0
        a_round = int(np.clip(0.8 / one, 3, REPLICATES)) if not isnan(one) else 3
        tasks: dict[Worker, tuple[object, ...]] = {
            ours: ("bootstrap", "sleepstudy", REPLICATES),
            worker: ("bootstrap", "sleepstudy", a_round),
        }
        taken = in_turn(tasks, 3, REPLICATES)
        report.times("packages", taken, {})
        found[name] = taken[name]
        all_ours += taken[OURS].seconds
        worker.close()
    measured = {name: t.median for name, t in found.items() if not isnan(t.median)}
    if measured:
        fastest = min(measured, key=measured.__getitem__)
        ratio = measured[fastest] / median(all_ours)
        print(f"  fastest: {fastest}, {ratio:.1f} x{_verdict(5.0, ratio)}")
        report.rows.append({"what": "fastest package", "name": fastest, "ratio": ratio, "goal": 5})


def memory(report: Report) -> None:
    report.section("Peak memory of 10,000 replicates above that of 10, each in a fresh process")
    for name in ("sleepstudy", "crossed", "nested"):
        worker = our_worker()
        worker.load(name, MODELS[name].formula)
        report.number(name, worker.ask("memory", name, 10_000) / 1e6, 200.0, "MB")
        worker.close()


def large(report: Report, ours: Worker, lme4: Worker | None) -> None:
    report.section(f"One fit of 73,000 rows, 3,000 x 1,100 levels: {MODELS['large'].formula}")
    tasks: dict[Worker, tuple[object, ...]] = {ours: ("fit", "large", 1)}
    if lme4:
        tasks[lme4] = ("fit", "large", 1)
    report.times("large", in_turn(tasks, 2), {LME4: 8.0})


def study(report: Report) -> None:
    """Compare a repeated study with R's loop over lmerTest::lmer and summary."""
    report.section(f"A study of {REPLICATES:,} repetitions with Satterthwaite's p-values")
    ours, theirs = rounds()
    taken = {OURS: Times(tuple(ours), REPLICATES)}
    if theirs:
        taken["lmerTest"] = Times(tuple(theirs), REPLICATES)
    else:
        report.missing("study", "lmerTest", "Rscript with lmerTest not found")
    report.times("study", taken, {"lmerTest": 50.0})
    seconds = ask_ours("satterthwaite", 200)
    report.number("Satterthwaite for all coefficients of sleepstudy", 1e3 * seconds, 5.0, "ms")


def main() -> None:
    # The same for every worker: one thread, so that algorithms are compared and not cores.
    os.environ.update(dict.fromkeys(THREADS, "1"))
    BUILD.mkdir(parents=True, exist_ok=True)
    print(f"Threads: one for each side ({', '.join(THREADS)} = 1). Columns: median, min, max;")
    print(f"how many times slower than {OURS}: ratio of medians, smallest and largest of a round.")
    print("Each side uses the BLAS it came with. Rounds alternate between the sides.")
    ours, lme4 = our_worker(), lme4_worker()
    report = Report()
    if lme4 is None:
        report.missing("everything", LME4, "Rscript with lme4 not found")
    for name, model in MODELS.items():
        model.write(BUILD / f"{name}.csv")
        for worker in filter(None, (ours, lme4)):
            worker.load(name, model.formula)
    sleepstudy = MODELS["sleepstudy"]
    fit = lmer(sleepstudy.formula, sleepstudy.generate(np.random.default_rng(0)))
    np.save(BUILD / "sleepstudy.npy", simulate(fit, 100, np.random.default_rng(2)))
    one_fit(report, ours, lme4)
    bootstrap(report, ours, lme4, "sleepstudy", 200, 200.0)
    packages(report, ours)
    bootstrap(report, ours, lme4, "crossed", 200, 100.0)
    bootstrap(report, ours, lme4, "nested", 200, 100.0)
    bootstrap(report, ours, lme4, "gaps", 20, None)
    memory(report)
    large(report, ours, lme4)
    study(report)
    for worker in filter(None, (ours, lme4)):
        worker.close()
    target = ROOT / "build" / "bench.json"
    target.write_text(json.dumps(report.rows, indent=1))
    print(f"\nAll numbers: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
