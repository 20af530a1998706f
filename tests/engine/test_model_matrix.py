"""Model matrices, terms and printed formulas against R 4.2.2 and lme4 1.1-31.

The numbers come from tests/reference/make_model_matrix.R.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.lmm.design import Design, RandomBlock, build_design, new_matrices
from sim.lmm.expressions import term_text
from sim.lmm.formula import parse_formula

R = json.loads((Path(__file__).parents[1] / "reference" / "model_matrix.json").read_text())


def frame(name: str) -> pd.DataFrame:
    data = pd.DataFrame(R[name])
    data["g"] = data["g"].astype(int)
    return data


DATA = frame("data")


def ids(cases: list[dict[str, Any]]) -> list[str]:
    return [f"{case['formula']} {case.get('contrasts', '')}".strip() for case in cases]


def as_matrix(values: list[Any], n_columns: int) -> np.ndarray:
    return np.array(values, dtype=float).reshape(len(values), n_columns)


def dense_z(block: RandomBlock) -> np.ndarray:
    """Columns of Z in lme4's order: all terms of the first level, then of the next."""
    n, k = block.columns.shape
    z = np.zeros((n, len(block.levels), k))
    z[np.arange(n), block.codes] = block.columns
    return z.reshape(n, -1)


@pytest.mark.parametrize("case", R["fixed"], ids=ids(R["fixed"]))
def test_fixed_effects_have_r_names_and_values(case: dict[str, Any]) -> None:
    design = build_design(case["formula"], DATA, case["contrasts"])
    expected = as_matrix(case["values"], len(case["names"]))
    assert design.recipe.fixed.names == tuple(case["names"])
    positions = [design.recipe.fixed.names.index(name) for name in design.x_names]
    np.testing.assert_allclose(design.X, expected[:, positions], rtol=1e-11, atol=1e-13)


# R itself forgets what scale() learned when it stands inside I(); ours is kept.
PREDICTABLE = [case for case in R["fixed"] if "I(scale(x)" not in case["formula"]]


@pytest.mark.parametrize("case", PREDICTABLE, ids=ids(PREDICTABLE))
def test_new_rows_are_transformed_as_by_predict(case: dict[str, Any]) -> None:
    design = build_design(case["formula"], DATA, case["contrasts"])
    expected = as_matrix(case["new"], len(case["names"]))[:, design.recipe.kept]
    found = new_matrices(design, frame("newdata"))
    np.testing.assert_allclose(found.X, expected, rtol=1e-9, atol=1e-11)
    assert found.columns == found.codes == ()


@pytest.mark.parametrize("case", R["algebra"], ids=ids(R["algebra"]))
def test_terms_are_those_of_r(case: dict[str, Any]) -> None:
    fixed = parse_formula(case["formula"]).fixed
    assert fixed.intercept == case["intercept"]
    assert [term_text(term) for term in fixed.terms] == case["labels"]


@pytest.mark.parametrize("case", R["random"], ids=ids(R["random"]))
def test_brackets_become_the_blocks_of_lme4(case: dict[str, Any], relaxed: None) -> None:
    design = build_design(case["formula"], DATA, case["contrasts"])
    assert design.x_names == tuple(case["x_names"])
    assert [block.text for block in design.blocks] == [f"({term})" for term in case["terms"]]
    for block, expected in zip(design.blocks, case["blocks"], strict=True):
        assert block.group == expected["group"]
        assert block.names == tuple(expected["names"])
        assert block.levels == tuple(expected["levels"])
        np.testing.assert_allclose(dense_z(block), expected["z"], rtol=1e-11, atol=1e-13)
    assert design.formula.r_text == case["printed"]


@pytest.fixture
def relaxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let brackets with too many levels through, as lme4's control does for the reference."""
    monkeypatch.setattr("sim.lmm.design.check_groups", lambda *_: None)


@pytest.mark.parametrize("case", R["ranked"], ids=ids(R["ranked"]))
def test_columns_dropped_are_those_lme4_drops(case: dict[str, Any]) -> None:
    data = DATA.assign(x2=2 * DATA["x"], one=1, fx=(DATA["f"] == "b").astype(int), zero=0)
    design = build_design(case["formula"], data)
    assert design.x_names == tuple(case["names"])
    assert design.x_dropped == tuple(case["dropped"])


@pytest.mark.parametrize("case", R["missing"], ids=ids(R["missing"]))
def test_missing_rows_are_left_out_as_in_r(case: dict[str, Any]) -> None:
    design = build_design(case["formula"], frame("gaps"))
    assert (design.rows + 1).tolist() == case["rows"]
    assert design.x_names == tuple(case["names"])
    expected = as_matrix(case["values"], len(case["names"]))
    np.testing.assert_allclose(design.X, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("case", R["deparsed"], ids=ids(R["deparsed"]))
def test_formulas_are_printed_as_r_prints_them(case: dict[str, Any]) -> None:
    assert parse_formula(case["formula"]).r_text == case["printed"]


def test_blocks_of_new_rows_follow_known_levels() -> None:
    design = build_design("y ~ x + (1 + x | s) + (1 | h:f)", DATA)
    again = new_matrices(design, DATA)
    assert isinstance(design, Design)
    for block, columns, codes in zip(design.blocks, again.columns, again.codes, strict=True):
        np.testing.assert_array_equal(columns, block.columns)
        np.testing.assert_array_equal(codes, block.codes)
