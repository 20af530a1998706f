"""The reference fits by lme4, the data they belong to, read as R read them, and our fits."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sim import Fit, lmer

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "lme4").glob("[!_]*.json"))


@cache
def reference(name: str) -> dict[str, Any]:
    """Return lme4's numbers for `<case>__<REML|ML>`."""
    return json.loads((HERE / "lme4" / f"{name}.json").read_text(encoding="utf-8"))


def printed_summary(name: str) -> str:
    """Return what `print(summary(lmer(...)))` writes, without the empty lines at its end."""
    text = (HERE / "lme4" / f"{name}.summary.txt").read_text(encoding="utf-8")
    plain, _ = text.split("### lmerTest (Satterthwaite), same fit\n")
    return plain.removeprefix("### lme4::lmer default fit\n").rstrip("\n")


@cache
def read_data(data: str, factors: tuple[str, ...]) -> pd.DataFrame:
    """Return a data set with its factors; whole numbers used as factors keep their numeric order.

    Factors made of strings stay strings, so that the engine finds their levels itself.
    """
    frame = pd.read_csv(HERE / "data" / f"{data}.csv")
    for column in factors:
        values = frame[column].dropna()
        if pd.api.types.is_numeric_dtype(values) and (values % 1 == 0).all():
            numbers = frame[column].astype("Int64")
            levels = [str(level) for level in sorted(numbers.dropna().unique())]
            frame[column] = pd.Categorical(numbers.astype("string"), categories=levels)
    return frame


def case_data(name: str) -> pd.DataFrame:
    """Return the data of one reference fit."""
    case = reference(name)
    return read_data(case["data"], tuple(case["factors"]))


@cache
def fit_of(name: str) -> Fit:
    """Return our fit of one reference case."""
    case = reference(name)
    reml = case["method"] == "REML"
    return lmer(case["formula"], case_data(name), reml=reml, contrasts=case["contrasts"])
