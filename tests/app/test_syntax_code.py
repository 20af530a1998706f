"""The code that the page on formulas gives away, run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pages.learn._syntax.compare import Comparison
from pages.learn._syntax.dataset import EXAMPLE, LECTURE, NOTHING, Source
from pages.learn._syntax.example import example_data
from pages.learn._syntax.reading import read
from pages.learn._syntax.scripts import python_script, r_script
from sim import equivalent
from sim.data import read_data
from sim.rcode import Story

ROOT = Path(__file__).resolve().parents[2]


def source_of(name: str, frame: pd.DataFrame | None, story: Story | None = None) -> Source:
    return Source(name, f"code {name}", frame, LECTURE, LECTURE[0].formula, story)


EXAMPLE_SOURCE = source_of(EXAMPLE, example_data())
SLEEP = source_of("sleepstudy20", read_data("sleepstudy20"), Story("sleepstudy20", 0))
SCRIPTS = {
    "example": (EXAMPLE_SOURCE, "dv ~ x1 + (x1 || g)", "dv ~ x1 + (1 | g) + (0 + x1 | g)"),
    "story": (SLEEP, "reaction ~ days + (days | subject)", "reaction ~ days + (1 | subject)"),
    "refused": (
        source_of("lecture_outlier", read_data("lecture_outlier")),
        "value ~ condition + (condition | participant)",
        "value ~ condition + (1 | participant)",
    ),
    "lm": (EXAMPLE_SOURCE, "dv ~ x1", "dv ~ 1 + x1"),
    "none": (source_of(NOTHING, None), "a ~ b + (b || c/d)", "a ~ b"),
}


def compared_in(name: str) -> Comparison:
    source, first, second = SCRIPTS[name]
    readings = [read(source, formula) for formula in (first, second)]
    return Comparison(*readings, equivalent(first, second, source.frame))


def in_folder(compared: Comparison, folder: Path) -> None:
    source = compared.first.source
    if source.frame is not None:
        (folder / source.file).write_text(source.frame.to_csv(index=False), encoding="utf-8")


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_python_code_says_what_the_page_says(name: str, tmp_path: Path) -> None:
    compared = compared_in(name)
    in_folder(compared, tmp_path)
    (tmp_path / "analysis.py").write_text(python_script(compared.first, compared), "utf-8")
    done = subprocess.run(
        [sys.executable, "analysis.py"], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert f"{compared.first.n} numbers are estimated" in done.stdout
    assert f"always={compared.found.always}" in done.stdout
    assert compared.first.explanation.words[0] in done.stdout


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_r_code_runs_and_counts_as_many(name: str, tmp_path: Path) -> None:
    needed = "library(lme4)"
    if subprocess.run(["Rscript", "-e", needed], capture_output=True, check=False).returncode:
        pytest.skip("R has no lme4")
    compared = compared_in(name)
    in_folder(compared, tmp_path)
    (tmp_path / "analysis.R").write_text(r_script(compared.first, compared), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "analysis.R"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if name == "refused":
        problem = compared.first.explanation.problem.rstrip(".")
        assert problem in " ".join(done.stderr.split())
    elif name != "none":
        assert f"[1] {compared.first.n}" in done.stdout.splitlines()
    if name == "example":
        values = re.search(r"first\s+second\s*\n\s*([\d.]+)\s+([\d.]+)", done.stdout)
        assert values is not None
        assert values[1] == values[2]
