"""The code that the page on formulas gives away, run."""

import re
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
from tests.engine.scripts import need_r, run_python, run_r


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
    done = run_python(python_script(compared.first, compared), tmp_path)
    assert f"{compared.first.n} numbers are estimated" in done.stdout
    assert f"always={compared.found.always}" in done.stdout
    assert compared.first.explanation.words[0] in done.stdout


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_r_code_runs_and_counts_as_many(name: str, tmp_path: Path) -> None:
    need_r("lme4")
    compared = compared_in(name)
    in_folder(compared, tmp_path)
    done = run_r(r_script(compared.first, compared), tmp_path)
    if name == "refused":
        problem = compared.first.explanation.problem.rstrip(".")
        assert problem in " ".join(done.stderr.split())
    elif name != "none":
        assert f"[1] {compared.first.n}" in done.stdout.splitlines()
    if name == "example":
        values = re.search(r"first\s+second\s*\n\s*([\d.]+)\s+([\d.]+)", done.stdout)
        assert values is not None
        assert values[1] == values[2]
