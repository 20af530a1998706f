"""Loads models and times another Python package on them; see `lme4_worker.R` for the tasks.

Run as `python package_worker.py PACKAGE`, by the interpreter that has the package. For a bootstrap
the responses are simulated beforehand, and only refitting them is timed.
"""

import importlib
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

Frame = pd.DataFrame
Task = Callable[[], object]
Refit = Callable[[Any], object]


def statsmodels(formula: str, data: Frame) -> object:
    from statsmodels.regression.mixed_linear_model import MixedLM

    assert formula == "reaction ~ 1 + days + (1 + days | subject)"
    model = MixedLM.from_formula(
        "reaction ~ 1 + days", data, re_formula="1 + days", groups="subject"
    )
    return model.fit()


def glmm(formula: str, data: Frame) -> object:
    return importlib.import_module("glmm").fit(data, formula, reml=True)


def lme_python(formula: str, data: Frame) -> object:
    return importlib.import_module("lme_python").lmer(formula, data=polars(data), reml=True)


def mixedlm(formula: str, data: Frame) -> Any:
    return importlib.import_module("mixedlm").lmer(formula, data)


def interlace(formula: str, data: Frame) -> object:
    fixed, bracket = formula.split(" + (")
    return importlib.import_module("interlace").fit(fixed, data, random=["(" + bracket])


def kamino(formula: str, data: Frame) -> object:
    return importlib.import_module("kamino").lmer(formula, data)


def bossanova(formula: str, data: Frame) -> object:
    return importlib.import_module("bossanova").model(formula, data=polars(data)).fit()


def polars(data: Frame) -> Any:
    return importlib.import_module("polars").from_pandas(data)


FITS: dict[str, Callable[[str, Frame], object]] = {
    "statsmodels": statsmodels,
    "glmm": glmm,
    "lme-python": lme_python,
    "mixedlm": mixedlm,
    "interlace-lme": interlace,
    "kamino-lme": kamino,
    "bossanova": bossanova,
}


def refitter(package: str, formula: str, data: Frame) -> Refit:
    """Return the quickest way the package offers to fit the model to another response."""
    if package == "lme-python":
        prepared = importlib.import_module("lme_python").prepare_lmer(formula, polars(data))
        return lambda y: prepared.fit(y=y.tolist(), reml=True)
    if package == "mixedlm":
        return mixedlm(formula, data).refit
    response = formula.split(" ~ ")[0]
    return lambda y: FITS[package](formula, data.assign(**{response: y}))


def seconds(task: Task) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def fit_seconds(package: str, formula: str, data: Frame, times: int) -> float:
    return median(seconds(lambda: FITS[package](formula, data)) for _ in range(times))


def refit_seconds(package: str, formula: str, data: Frame, Y: Any, times: int) -> float:
    refit = refitter(package, formula, data)
    return seconds(lambda: [refit(Y[:, b % Y.shape[1]]) for b in range(times)])


def main() -> None:
    warnings.simplefilter("ignore")
    package = sys.argv[1]
    models: dict[str, tuple[str, Frame]] = {}
    responses: dict[str, Any] = {}
    for line in sys.stdin:
        task, name, *rest = line.rstrip("\n").split("\t")
        answer = 0.0
        if task == "load":
            models[name] = (rest[1], pd.read_csv(rest[0], dtype={"subject": str}))
            responses[name] = np.load(Path(rest[0]).with_suffix(".npy"))
        elif task == "fit":
            answer = fit_seconds(package, *models[name], int(rest[0]))
        else:
            answer = refit_seconds(package, *models[name], responses[name], int(rest[0]))
        print(answer, flush=True)


if __name__ == "__main__":
    main()
