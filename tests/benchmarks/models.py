"""The models measured: each a formula and a generator of its data."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.data import read_data

Generator = Callable[[np.random.Generator], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Model:
    formula: str
    generate: Generator

    def write(self, path: Path) -> None:
        """Write the data where every worker reads them."""
        self.generate(np.random.default_rng(20)).to_csv(path, index=False)


def sleepstudy(rng: np.random.Generator) -> pd.DataFrame:
    return read_data("sleepstudy")


def crossed(rng: np.random.Generator, share: float = 1.0) -> pd.DataFrame:
    """30 participants by 30 items, of whose combinations a share is seen."""
    subject, item = np.divmod(np.arange(900), 30)
    x = (item % 2) - 0.5
    y = 10 + 2 * x + rng.normal(0, 1.0, 30)[subject] + rng.normal(0, 0.7, 30)[item]
    data = _named(y + rng.normal(0, 1.5, 900), x, subject=subject, item=item)
    return data[rng.permutation(900) < 900 * share]


def crossed_with_gaps(rng: np.random.Generator) -> pd.DataFrame:
    return crossed(rng, share=0.9)


def nested(rng: np.random.Generator) -> pd.DataFrame:
    """6 schools of 4 classes of 50 pupils; the classes are called 1 to 4 in every school."""
    school, pupil = np.divmod(np.arange(1200), 200)
    group = pupil // 50
    x = rng.normal(0, 1, 1200)
    y = 50 + 3 * x + rng.normal(0, 4, 6)[school] + rng.normal(0, 3, 24)[school * 4 + group]
    data = _named(y + rng.normal(0, 8, 1200), x, school=school)
    data["class"] = [f"c{number + 1}" for number in group]
    return data


def large(rng: np.random.Generator) -> pd.DataFrame:
    """73,000 ratings of 1,100 lecturers by 3,000 students, the size of lme4's InstEval."""
    n = 73_000
    student = np.concatenate([np.arange(3_000), rng.integers(0, 3_000, n - 3_000)])
    lecturer = np.concatenate([np.arange(1_100), rng.integers(0, 1_100, n - 1_100)])
    x = rng.integers(0, 2, n).astype(np.float64)
    y = 3 - 0.1 * x + rng.normal(0, 0.32, 3_000)[student] + rng.normal(0, 0.52, 1_100)[lecturer]
    return _named(y + rng.normal(0, 1.18, n), x, student=student, lecturer=lecturer)


def _named(y: np.ndarray, x: np.ndarray, **groups: np.ndarray) -> pd.DataFrame:
    labels = {name: [f"{name[0]}{code + 1}" for code in codes] for name, codes in groups.items()}
    return pd.DataFrame({"y": y, "x": x, **labels})


MODELS = {
    "sleepstudy": Model("reaction ~ 1 + days + (1 + days | subject)", sleepstudy),
    "crossed": Model("y ~ x + (1 | subject) + (1 | item)", crossed),
    "nested": Model("y ~ x + (1 | school/class)", nested),
    "gaps": Model("y ~ x + (1 | subject) + (1 | item)", crossed_with_gaps),
    "large": Model("y ~ x + (1 | student) + (1 | lecturer)", large),
}
