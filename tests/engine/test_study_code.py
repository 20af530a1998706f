"""A repeated study as a script: the R code runs, and draws the same kind of data."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.inference.plan import plan_study
from sim.scenarios import SCENARIOS, Value
from sim.study import repeat_study
from sim.study_code import python_study_code, r_study_code
from tests.engine.scripts import need_r, run_r

DRAWN = [name for name, scenario in SCENARIOS.items() if scenario.parameters]
PARAMETERS: dict[str, dict[str, Value]] = {
    "schools": {"labels": "unique"},
    "unequal_variance": {"observations": 2, "share": 0.3},
    "singular": {"tests": 3},
}


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def scripts() -> dict[str, str]:
    found = {}
    for name in DRAWN:
        scenario = SCENARIOS[name]
        methods = ("lmer", "rows", scenario.roles.participant)
        plan = plan_study(
            name, scenario.models[0].formula, rng(),
            parameters=PARAMETERS.get(name), methods=methods,
        )  # fmt: skip
        found[name] = r_study_code(plan, 4)
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """What each script prints, and the mean, SD and rows of many responses it draws."""
    need_r()
    folder = tmp_path_factory.mktemp("scripts")
    run = []
    for name, script in scripts().items():
        (folder / f"{name}.R").write_text(script, encoding="utf-8")
        response = SCENARIOS[name].roles.response
        run += [
            f'cat("\\n@{name}\\n")',
            f'source("{name}.R")',
            f"y <- replicate(400, draw(truth)${response})",
            'cat("moments", mean(y), mean(apply(y, 2, sd)), nrow(y), "\\n")',
        ]
    parts = run_r("\n".join(run), folder).stdout.split("@")[1:]
    return {part.split()[0]: _lines(part) for part in parts}


def _lines(text: str) -> dict[str, list[str]]:
    rows = [line.rsplit("  ", 1) if "(" in line else [line] for line in text.splitlines()[1:]]
    return {row[0].split("  ")[0].split(" ")[0]: row[0].split() for row in rows if row[0]}


@pytest.mark.parametrize("name", DRAWN)
def test_the_r_code_runs_and_draws_the_same_kind_of_data(
    printed: dict[str, dict[str, list[str]]], name: str
) -> None:
    said = printed[name]
    assert {"significant,", "interval", "bias", "singular", "failed"} <= set(said)
    assert said["failed"][1] == "0.000"
    source, scenario = rng(2), SCENARIOS[name]
    draws = [scenario.generate(source, **PARAMETERS.get(name, {})) for _ in range(400)]
    y = np.stack([draw[scenario.roles.response] for draw in draws])
    mean, sd, rows = (float(value) for value in said["moments"][1:])
    assert rows == y.shape[1]
    error = y.mean(axis=1).std() / 20  # of a mean over 400 data sets
    assert mean == pytest.approx(y.mean(), abs=6 * error)
    error = y.std(axis=1, ddof=1).std() / 20
    assert sd == pytest.approx(y.std(axis=1, ddof=1).mean(), abs=6 * error)


def test_the_python_code_counts_the_same() -> None:
    parameters: dict[str, Value] = {"participants": 12, "condition_effect": 0.4}
    formula = "value ~ condition + (1 | participant)"
    plan = plan_study("outlier", formula, np.random.default_rng([3, 7]), parameters=parameters)
    script = python_study_code(plan, 200, [3, 7])
    space: dict = {}
    exec(compile(script.split("print(")[0], "script", "exec"), space)
    ours = repeat_study(
        "outlier", formula, 200, np.random.default_rng([3, 7]), parameters=parameters
    )
    assert space["study"].of().rejected == ours.of().rejected


def test_texts_from_outside_stand_in_quotes() -> None:
    plan = plan_study("random_slopes", "score ~ week + (1 | participant)", rng())
    script = r_study_code(plan, 10)
    assert 'coefficients["week", ]' in script
    assert "set.seed(1)" in script and "n <- 10" in script
    sneaky = "score ~ `week` + (1 | participant)  "
    assert "system(" not in r_study_code(plan_study("random_slopes", sneaky, rng()), 10)


def test_a_scenario_of_ones_own_has_no_r_code() -> None:
    mine = replace(SCENARIOS["outlier"], name="mine", r_draw="")
    plan = plan_study(mine, "value ~ condition + (1 | participant)", rng())
    with pytest.raises(ScenarioError, match="The scenario 'mine' has no R code"):
        r_study_code(plan, 10)


def test_scripts_are_text_without_tabs_or_long_lines() -> None:
    for name, script in scripts().items():
        assert Path(name).suffix == ""
        assert max(len(line) for line in script.splitlines()) <= 100
        assert "\t" not in script
