"""Matrices for new rows, and random designs taken there and back."""

# One sentence a line, however long: that is how a user sees it.
# ruff: noqa: E501

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError, FormulaError, SimError
from sim.lmm.design import build_design, new_matrices
from tests.engine.small_data import N, small_data


@pytest.fixture
def data() -> pd.DataFrame:
    return small_data()


def test_new_rows_know_old_levels_and_mark_new_ones(data: pd.DataFrame) -> None:
    design = build_design("y ~ x * cond + (1 + x | g) + (1 | h:g)", data)
    new = pd.DataFrame(
        {
            "x": [0.5, 1.0, 2.0, 3.0],
            "cond": ["a", "b", "b", "a"],
            "g": pd.array([7, 99, None, 0], dtype="Int64"),
            "h": ["u", "u", "v", "w"],
        }
    )
    found = new_matrices(design, new)
    np.testing.assert_array_equal(
        found.X, [[1, 0.5, 0, 0], [1, 1, 1, 1], [1, 2, 1, 2], [1, 3, 0, 0]]
    )
    codes = dict(zip([block.group for block in design.blocks], found.codes, strict=True))
    levels = {block.group: block.levels for block in design.blocks}
    assert codes["g"].tolist() == [7, -1, -1, 0]
    assert codes["h:g"].tolist() == [levels["h:g"].index("u:7"), -1, -1, -1]
    only_x = new_matrices(design, new[["x", "cond"]], random=False)
    np.testing.assert_array_equal(only_x.X, found.X)
    assert only_x.columns == only_x.codes == ()


NEW_ERRORS = [
    ({"x": [1.0], "cond": ["q"]}, DataError, "cond is 'q' in row 1 of the new data, and the model knows only a, b. Use one of these."),
    ({"x": [1.0, np.nan], "cond": ["a", "a"]}, DataError, "Column 'x' has no value in row 2. Fill it in, or leave the row out."),
    ({"x": [1.0, 2.0], "cond": ["a", None]}, DataError, "cond has no value in row 2 of the new data. Fill it in, or leave the row out."),
    ({"x": ["a"], "cond": ["a"]}, DataError, "x was a number in the data of the fit, and holds groups now. Give numbers."),
    ({"cond": ["a"]}, FormulaError, "Column 'x' (character 5 of the formula) is not in the data, which has cond. Write one of these."),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "kind", "sentence"), NEW_ERRORS)
def test_new_rows_that_cannot_be_used(
    columns: dict[str, Any], kind: type[SimError], sentence: str, data: pd.DataFrame
) -> None:
    design = build_design("y ~ x + cond", data)
    with pytest.raises(kind) as caught:
        new_matrices(design, pd.DataFrame(columns))
    assert str(caught.value) == sentence


PIECES = [
    "x", "z", "cond", "h", "one", "x:cond", "cond*h", "log(z)", "log(x)", "poly(x, 2)", "scale(z)",
    "factor(g)", "I(x^2)", "x - 1", "h/x", "(x + cond + h)^2", "I(1/x)", "yes:x", "row", "0",
]  # fmt: skip
GROUPS = ["g", "h", "g/h", "g:cond", "row", "one", "x", "yes", "h/g/cond"]


def test_every_combination_is_a_full_rank_design_or_a_refusal(data: pd.DataFrame) -> None:
    rng = random.Random(3)
    data["yes"] = np.arange(N) % 3 == 0
    data.loc[[1, 5], "z"] = np.nan
    built = 0
    for _ in range(1_500):
        terms = rng.choices(PIECES, k=rng.randint(1, 3))
        for _ in range(rng.randint(0, 2)):
            left = " + ".join(rng.choices(["1", *PIECES], k=rng.randint(1, 2)))
            terms.append(f"({left} {rng.choice(['|', '||'])} {rng.choice(GROUPS)})")
        try:
            design = build_design(
                " + ".join(["y ~ 1", *terms]), data, rng.choice(["treatment", "sum"])
            )
        except SimError as error:
            assert error.problem and error.hint
            continue
        built += 1
        n = len(design.y)
        assert design.X.shape == (n, len(design.x_names))
        assert np.linalg.matrix_rank(design.X) == len(design.x_names)
        for block in design.blocks:
            assert block.columns.shape == (n, len(block.names))
            assert sorted(set(block.codes.tolist())) == list(range(len(block.levels)))
        new = new_matrices(design, data.iloc[design.rows])
        np.testing.assert_allclose(new.X, design.X, rtol=1e-9, atol=1e-10)
        for block, columns, codes in zip(design.blocks, new.columns, new.codes, strict=True):
            np.testing.assert_allclose(columns, block.columns, rtol=1e-9, atol=1e-10)
            np.testing.assert_array_equal(codes, block.codes)
    assert built > 300
