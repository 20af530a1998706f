"""Columns of any name, and labels that are no names."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Fit, FormulaError, lmer
from tests.engine.nonsense import FORMULA, N, plain, refused, sound

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def fit() -> Fit:
    return lmer(FORMULA, plain())


@pytest.mark.parametrize("name", ["a b", "1x", "if", "😀", "x|y", "x+y", "(Intercept)",
                                  "Residual", "__class__", "x.y", "naïve", "TRUE"])  # fmt: skip
@pytest.mark.parametrize("role", ["x", "y", "g"])
def test_a_column_of_any_name_can_be_used_in_back_quotes(name: str, role: str, fit: Fit) -> None:
    data = plain().rename(columns={role: name})
    formula = {
        "x": f"y ~ `{name}` + (1 | g)",
        "y": f"`{name}` ~ x + (1 | g)",
        "g": f"y ~ x + (1 | `{name}`)",
    }
    other = sound(lmer(formula[role], data))
    assert other.criterion == pytest.approx(fit.criterion, abs=1e-9)


@pytest.mark.parametrize("name", ["", " ", "`", "a`b", "\n"])
def test_a_name_that_back_quotes_cannot_hold_is_refused(name: str) -> None:
    data = plain().rename(columns={"x": name})
    assert isinstance(refused(lambda: lmer(f"y ~ `{name}` + (1 | g)", data)), FormulaError)


def labelled(labels: Any) -> pd.DataFrame:
    frame = plain()
    frame.columns = labels
    return frame


LABELS = {
    "numbers": pd.RangeIndex(4),
    "dates": pd.date_range("2020", periods=4),
    "intervals": pd.interval_range(0, 4),
    "two storeys": pd.MultiIndex.from_product([["a"], ["y", "x", "g", "f"]]),
    "two storeys, one empty": pd.MultiIndex.from_tuples([(k, "") for k in "yxgf"]),
    "y twice": ["y", "y", "g", "x"],
    "all the same": ["y"] * 4,
    "nothing": [None, None, None, None],
}


@pytest.mark.parametrize("name", LABELS)
def test_odd_column_labels_are_refused(name: str) -> None:
    refused(lambda: lmer(FORMULA, labelled(LABELS[name])))


@pytest.mark.parametrize("label", [0, 1.5, None, np.nan, ("a", "b"), True, b"x"])
def test_odd_labels_of_columns_that_are_not_used_do_no_harm(label: Any, fit: Fit) -> None:
    data = plain()
    data.insert(0, label, 1.0)
    assert lmer(FORMULA, data).criterion == fit.criterion
    error = refused(lambda: lmer("y ~ xx + (1 | g)", data))
    assert error.hint == "Did you mean 'x'?"


def test_doubled_columns_that_are_not_used_do_no_harm(fit: Fit) -> None:
    data = pd.concat([plain(), plain()[["f"]]], axis=1)
    assert lmer(FORMULA, data).criterion == fit.criterion
    error = refused(lambda: lmer("y ~ f + (1 | g)", data))
    assert str(error) == "Several columns are called 'f'. Give each its own name."


@pytest.mark.parametrize(
    "index", [["a"] * N, np.arange(N) * 0.5, pd.MultiIndex.from_product([["a"], range(N)])]
)
def test_the_index_of_the_data_plays_no_part(index: Any, fit: Fit) -> None:
    data = plain()
    data.index = index
    assert lmer(FORMULA, data).criterion == fit.criterion
