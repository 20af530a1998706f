"""The scripts to take away: R's gives lme4's numbers for the same model, Python's gives ours."""

import ast
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import Fit, generate, lmer, simulate
from sim.errors import DataError, DesignError, FormulaError, ScenarioError
from sim.rcode import Analysis, Story, python_code, r_code, string_constant
from tests.engine.scripts import need_r, run_python
from tests.reference.cases import read_data

HOSTILE = [
    "q\"); system('touch owned'); (\"",
    "x'y",
    "50%d {0}",
    "größe 🎲",
    "if",
    "1x",
    "a b",
    "NA",
]


def story_data(name: str, **parameters: float) -> pd.DataFrame:
    return generate(name, np.random.default_rng(5), **parameters)


def hostile_data() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    columns = {name: rng.normal(size=60).round(3) for name in HOSTILE}
    labels = ["NA", '"); stop("level"); ("', "01", "é", "x\ty"]
    frame = pd.DataFrame(columns).assign(**{"my; group": [labels[i % 5] for i in range(60)]})
    return frame.assign(y=rng.normal(size=60) + np.arange(60) % 5)


def mixed_kinds() -> pd.DataFrame:
    """Logical values, labels that look like numbers, a grouping number, gaps."""
    rng = np.random.default_rng(9)
    frame = pd.DataFrame(
        {
            "person": np.repeat(np.arange(1, 13), 6),
            "late": rng.random(72) < 0.5,
            "room": pd.Categorical(rng.choice(["10", "9", "01"], 72), ["9", "10", "01"]),
            "dose": rng.uniform(1, 5, 72).round(2),
        }
    )
    frame["value"] = 3 + frame["late"] + np.log(frame["dose"]) + rng.normal(size=72)
    frame["value"] += np.repeat(rng.normal(size=12), 6)
    frame.loc[[4, 30], "value"] = np.nan
    frame.loc[10, "room"] = np.nan
    return frame


ANALYSES = {
    "mixture": Analysis(
        "value ~ 1 + group + condition + (1 | participant)",
        story_data("mixture", participants=12),
        participants=("new", "same"),
        simulations=3,
    ),
    "sleepstudy": Analysis(
        "reaction ~ days + (days || subject)", read_data("sleepstudy183", ("subject",)), reml=False
    ),
    "crossed": Analysis(
        "rt ~ condition * x + (1 + x | participant) + (1 | item)",
        read_data("crossed", ()),
        file='it\'s "my" file\\1.csv',
        contrasts="sum",
    ),
    "nested": Analysis("score ~ ses + (1 | school/class)", read_data("schools", ())),
    "functions": Analysis(
        "log(y) ~ center(x) + poly(x, 2):k + scale(x) - 1 + (1 | g) + (0 + center(x) | g)",
        read_data("curve", ()).assign(k=lambda d: d["k"].str[1:].astype(int) % 2),
    ),
    "kinds": Analysis(
        "value ~ late + room + log(dose) + (1 | person)",
        mixed_kinds(),
        participants=("new", "same"),
    ),
    "hostile": Analysis(
        "y ~ " + " + ".join(f"`{name}`" for name in HOSTILE) + " + (1 | `my; group`)",
        hostile_data(),
        file="data'); q(); ('.csv",
    ),
}


def fit_of(analysis: Analysis) -> Fit:
    return lmer(analysis.formula, analysis.data, analysis.reml, analysis.contrasts)


def saved(analysis: Analysis, folder: Path) -> Path:
    folder.mkdir()
    analysis.data.to_csv(folder / analysis.file, index=False)
    return folder


R_DRIVER = """
pdf(NULL)
for (folder in commandArgs(TRUE)) {
  old <- setwd(folder)
  here <- new.env()
  text <- capture.output(suppressMessages(source("script.R", local = here, encoding = "UTF-8")))
  fit <- here$fit
  first <- if (exists("new_participants", here)) here$new_participants else here$same_participants
  crit <- if (lme4::isREML(fit)) lme4::REMLcrit(fit) else deviance(fit)
  cat(jsonlite::toJSON(list(criterion = crit, names = names(lme4::fixef(fit)),
    fixef = unname(lme4::fixef(fit)), simulated = dim(first), owned = file.exists("owned"),
    text = paste(text, collapse = "\\n")), digits = NA, auto_unbox = TRUE), "\\n", sep = "")
  setwd(old)
}
"""


@pytest.fixture(scope="module")
def r_results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Run all scripts in one R process, which needs two seconds to load lme4."""
    need_r("lme4", "jsonlite")
    top = tmp_path_factory.mktemp("r")
    driver = top / "driver.R"
    driver.write_text(R_DRIVER, encoding="utf-8")
    folders = []
    for name, analysis in ANALYSES.items():
        folders.append(saved(analysis, top / name))
        (folders[-1] / "script.R").write_text(r_code(analysis), encoding="utf-8")
    run = subprocess.run(
        ["Rscript", str(driver), *map(str, folders)],
        check=False, capture_output=True, encoding="utf-8", timeout=120,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return dict(zip(ANALYSES, map(json.loads, run.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", ANALYSES)
def test_r_script_gives_our_numbers(name: str, r_results: dict[str, dict]) -> None:
    fit, theirs = fit_of(ANALYSES[name]), r_results[name]
    assert theirs["names"] == list(fit.fixef.index)
    # lme4's default optimiser stops a little short of the optimum.
    assert theirs["criterion"] == pytest.approx(fit.criterion, abs=1e-4)
    close = 1e-4 * np.maximum(fit.fixef.abs(), fit.std_error)
    assert np.all(np.abs(fit.fixef.to_numpy() - theirs["fixef"]) <= close)
    assert theirs["simulated"] == [fit.nobs, ANALYSES[name].simulations]
    assert not theirs["owned"]
    line = next(line for line in fit.summary().splitlines() if line.startswith("Number of obs"))
    assert line in theirs["text"]


@pytest.mark.parametrize("name", ANALYSES)
def test_python_script_gives_our_numbers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis, fit = ANALYSES[name], fit_of(ANALYSES[name])
    monkeypatch.chdir(saved(analysis, tmp_path / "run"))
    space: dict[str, object] = {}
    exec(compile(python_code(analysis), "script.py", "exec"), space)
    again = space["fit"]
    assert isinstance(again, Fit)
    assert again.criterion == pytest.approx(fit.criterion, rel=1e-12)
    assert list(again.fixef.index) == list(fit.fixef.index)
    for who in analysis.participants:
        rng = np.random.default_rng(analysis.seed)
        expected = simulate(fit, analysis.simulations, rng, participants=who)
        np.testing.assert_allclose(space[f"{who}_participants"], expected, rtol=1e-6)
    assert not (tmp_path / "run" / "owned").exists()


def test_python_script_of_a_story_runs_as_it_stands(tmp_path: Path) -> None:
    story = Story("mixture", 5, {"participants": 12})
    data = story_data("mixture", participants=12)
    analysis = Analysis(
        "value ~ condition + (1 | participant)", data, story=story, seed=[3, 1], simulations=2
    )
    run = run_python(python_code(analysis), tmp_path)
    fit = fit_of(analysis)
    assert fit.summary() in run.stdout
    drawn = simulate(fit, 2, np.random.default_rng([3, 1]))
    assert str(drawn.mean(axis=0)) in run.stdout


def test_story_is_written_with_all_its_parameters() -> None:
    analysis = Analysis(
        "value ~ condition + (1 | participant)",
        story_data("mixture"),
        story=Story("mixture", 5, {"separation": 4.0}),
    )
    calls = [
        node for node in ast.walk(ast.parse(python_code(analysis))) if isinstance(node, ast.Call)
    ]
    call = next(node for node in calls if getattr(node.func, "id", "") == "generate")
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert given["separation"] == 4.0
    assert given["participants"] == 20


def test_r_reads_labels_as_text_and_keeps_their_order() -> None:
    script = r_code(ANALYSES["kinds"])
    assert 'colClasses = c("late" = "character", "room" = "character")' in script
    assert 'data[["room"]] <- factor(data[["room"]], levels = c("9", "10", "01"))' in script


def test_many_levels_are_listed_only_where_their_order_matters() -> None:
    labels = [f"p{i}" for i in range(100)] * 2
    data = pd.DataFrame({"g": labels, "h": labels, "y": np.arange(200.0)})
    script = r_code(Analysis("y ~ h + (1 | g)", data))
    assert 'data[["g"]] <- factor(data[["g"]])\n' in script
    assert 'data[["h"]] <- factor(data[["h"]], levels = c("p0",' in script
    assert max(map(len, script.splitlines())) <= 81


@pytest.mark.parametrize(
    "text",
    ["plain", 'a"b', "back\\slash", "new\nline", "tab\t", "\u202egnp.exe", "🎲", "\x7f", "\u00a0"],
)
def test_string_constant_reads_back(text: str) -> None:
    constant = string_constant(text)
    assert ast.literal_eval(constant) == text
    assert constant.isprintable()


def test_r_plots_a_predictor_that_differs_within_a_participant() -> None:
    script = r_code(ANALYSES["mixture"])  # its first predictor, group, does not
    assert 'x <- as.numeric(used[["condition"]])' in script


def test_model_without_predictors_is_plotted_by_row() -> None:
    script = r_code(Analysis("value ~ 1 + (1 | participant)", story_data("mixture")))
    assert "x <- as.numeric(seq_along(actual))" in script


def test_what_does_not_exist_is_named() -> None:
    data = story_data("mixture")
    with pytest.raises(DataError, match=r"^Column 'valu' is not in the data\. There are .*Did you"):
        r_code(Analysis("valu ~ 1 + (1 | participant)", data))
    with pytest.raises(FormulaError):
        python_code(Analysis("value ~ __import__('os') + (1 | participant)", data))
    with pytest.raises(DesignError, match="No random effects terms specified in formula"):
        r_code(Analysis("value ~ condition", data))
    formula = "value ~ 1 + (1 | participant)"
    with pytest.raises(DataError, match="participants = 'old' is unknown"):
        r_code(Analysis(formula, data, participants=("old",)))
    with pytest.raises(ScenarioError, match="There is no scenario 'mixtur'"):
        python_code(Analysis(formula, data, story=Story("mixtur", 1)))
    with pytest.raises(ScenarioError, match="has no parameter 'import os'"):
        python_code(Analysis(formula, data, story=Story("mixture", 1, {"import os": 1})))
