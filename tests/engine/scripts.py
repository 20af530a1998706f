"""Generated scripts, run as a reader runs them: from a file, in a process of its own."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 240


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8",
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-5_000:]
    return done


def run_python(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python script in a folder that has its data; it must end without an error."""
    (folder / "analysis.py").write_text(script, encoding="utf-8")
    return _run([sys.executable, "analysis.py"], folder)


def run_r(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run an R script in a folder that has its data; it must end without an error."""
    (folder / "analysis.R").write_text(script, encoding="utf-8")
    return _run(["Rscript", "--vanilla", "analysis.R"], folder)


@cache
def _has_r(packages: tuple[str, ...]) -> bool:
    if shutil.which("Rscript") is None:
        return False
    names = ", ".join(f"'{name}'" for name in packages)
    probe = f"quit(status = !all(sapply(c({names}), requireNamespace, quietly = TRUE)))"
    return not subprocess.run(["Rscript", "-e", probe], capture_output=True, check=False).returncode


def need_r(*packages: str) -> None:
    """Skip the test where R or one of these packages is not installed."""
    if not _has_r(packages):
        pytest.skip(f"R or one of {packages} is not installed")
