"""Persistent workers, and measurements of several of them in turn."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "bench"
OURS, LME4 = "sim", "lme4"


class Worker:
    """A process that does one task a line and answers with a number."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        if name not in (OURS, "statsmodels"):
            del environment["PYTHONPATH"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment,
        )  # fmt: skip

    def ask(self, *task: object) -> float:
        """Send one task; nan if the worker cannot do it."""
        assert self.process.stdin and self.process.stdout
        try:
            print(*task, sep="\t", file=self.process.stdin, flush=True)
        except BrokenPipeError:
            return float("nan")
        answer = self.process.stdout.readline()
        return float(answer) if answer else float("nan")

    def load(self, model: str, formula: str) -> bool:
        """Read one model's data; whether that worked."""
        return self.ask("load", model, BUILD / f"{model}.csv", formula) == 0.0

    def close(self) -> None:
        self.process.communicate()


def our_worker() -> Worker:
    return Worker(OURS, [sys.executable, str(HERE / "our_worker.py")])


def lme4_worker() -> Worker | None:
    """Return lme4's worker, or None where R or lme4 is missing."""
    if shutil.which("Rscript") is None:
        return None
    found = subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True, check=False)
    command = ["Rscript", "--vanilla", str(HERE / "lme4_worker.R")]
    return Worker(LME4, command) if found.returncode == 0 else None


def package_worker(package: str) -> Worker:
    own = BUILD / "packages" / "bin" / "python"
    python = sys.executable if package == "statsmodels" else str(own)
    return Worker(package, [python, str(HERE / "package_worker.py"), package])


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one task in each round, and how often it was done a round."""

    seconds: tuple[float, ...]
    times: int

    @property
    def median(self) -> float:
        return median(self.seconds)


def in_turn(
    tasks: dict[Worker, tuple[object, ...]], rounds: int, scale: int = 1
) -> dict[str, Times]:
    """Give every worker its task, round after round, so that noise strikes all alike.

    Parameters
    ----------
    tasks : of each worker; the last word is how often to do it.
    scale : for bootstraps, the number of replicates to which seconds are scaled.
    """
    taken: dict[str, list[float]] = {worker.name: [] for worker in tasks}
    for _ in range(rounds):
        for worker, task in tasks.items():
            share = scale / int(str(task[-1])) if task[0] == "bootstrap" else 1.0
            taken[worker.name].append(share * worker.ask(*task))
    return {w.name: Times(tuple(taken[w.name]), int(str(task[-1]))) for w, task in tasks.items()}
