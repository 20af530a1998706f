"""Building designs: column kinds, missing rows, refusals in words a student can use."""

# One sentence a line, however long: that is how a user sees it.
# ruff: noqa: E501

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError, DesignError, FormulaError, LimitError, SimError
from sim.lmm.design import Design, build_design
from sim.lmm.formula import parse_formula
from tests.engine.small_data import N, small_data


@pytest.fixture
def data() -> pd.DataFrame:
    return small_data()


def refusal(kind: type[SimError], formula: str, data: pd.DataFrame, **options: Any) -> SimError:
    with pytest.raises(kind) as caught:
        build_design(formula, data, **options)
    assert type(caught.value) is kind
    return caught.value


def test_a_linear_model_has_no_blocks(data: pd.DataFrame) -> None:
    design = build_design("y ~ x + cond", data)
    assert design.blocks == ()
    assert design.x_names == ("(Intercept)", "x", "condb")
    assert design.messages == ()


def test_arrays_are_read_only_and_the_data_stay_writeable(data: pd.DataFrame) -> None:
    design = build_design("y ~ x + (1 + x | g)", data)
    block = design.blocks[0]
    for array in (design.y, design.X, design.rows, block.codes, block.columns):
        assert not array.flags.writeable
    data.loc[0, "y"] = 0.0
    assert data["y"].iloc[0] == 0.0


KINDS = {
    "text": (["b", "a", "b", "C"], ("a", "b", "C")),
    "objects": (pd.array(["b", "a", "b", "C"], dtype=object), ("a", "b", "C")),
    "categories": (
        pd.Categorical(["b", "a", "b", "C"], ["C", "b", "unused", "a"]),
        ("C", "b", "a"),
    ),
    "numbers in categories": (pd.Categorical([3.0, 1.5, 3.0, 10.0]), ("1.5", "3", "10")),
    "logical": ([True, False, True, True], ("FALSE", "TRUE")),
    "logical, nullable": (pd.array([True, False, True, True], dtype="boolean"), ("FALSE", "TRUE")),
    "logical objects": (pd.array([True, False, True, True], dtype=object), ("FALSE", "TRUE")),
}


@pytest.mark.parametrize(("values", "levels"), KINDS.values(), ids=KINDS)
def test_factors_take_their_levels_from_the_column(values: Any, levels: tuple[str, ...]) -> None:
    frame = pd.DataFrame({"y": np.arange(16.0), "f": np.tile(values, 4)})
    if isinstance(values, pd.Categorical):
        frame["f"] = pd.Categorical(frame["f"], values.categories)
    design = build_design("y ~ 0 + f", frame)
    assert design.x_names == tuple("f" + level for level in levels)
    np.testing.assert_array_equal(design.X.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint16", "int64", "float32", "Int64", "Float64", "object"]
)
def test_numbers_stay_numbers_and_label_groups_plainly(dtype: str, data: pd.DataFrame) -> None:
    data["g"] = data["g"].astype(dtype)
    design = build_design("y ~ g + (1 | g)", data)
    assert design.x_names == ("(Intercept)", "g")
    assert design.blocks[0].levels == ("0", "1", "2", "3", "4", "5", "6", "7")


def test_numeric_levels_are_sorted_as_numbers_and_written_as_in_r(data: pd.DataFrame) -> None:
    data["g"] = np.tile([100.0, 20.0, 3.5, 1e5], 10)
    assert build_design("y ~ (1 | g)", data).blocks[0].levels == ("3.5", "20", "100", "1e+05")
    data["g"] = np.tile([100_000, 20, 3, 7], 10)
    assert build_design("y ~ (1 | g)", data).blocks[0].levels == ("3", "7", "20", "100000")
    data["g"] = np.tile([0.3, 0.1 + 0.2], 20)
    assert refusal(DesignError, "y ~ (1 | g)", data).problem.endswith("'g' has only the level 0.3.")


def test_long_id_numbers_stay_different_groups(data: pd.DataFrame) -> None:
    data["g"] = 9_007_199_254_740_992 + np.repeat([0, 1], 20)
    levels = build_design("y ~ (1 | g)", data).blocks[0].levels
    assert levels == ("9007199254740992", "9007199254740993")


def test_crossed_groups_keep_only_combinations_that_occur(data: pd.DataFrame) -> None:
    data = data[(data["g"] < 4) & ~((data["g"] == 2) & (data["h"] == "u"))]
    design = build_design("y ~ (1 | g/h)", data)
    assert [block.group for block in design.blocks] == ["h:g", "g"]
    assert design.blocks[0].levels == ("u:0", "u:1", "u:3", "v:0", "v:1", "v:2", "v:3")
    codes = design.blocks[0].codes
    found = [design.blocks[0].levels[code] for code in codes]
    assert found == [f"{h}:{g}" for h, g in zip(data["h"], data["g"], strict=True)]


def test_blocks_stand_in_the_order_of_lme4(data: pd.DataFrame) -> None:
    design = build_design("y ~ (1 | h) + (1 | g) + (0 + x | g)", data)
    assert [block.text for block in design.blocks] == ["(0 + x | g)", "(1 | g)", "(1 | h)"]
    design = build_design("y ~ (1 | g) + (0 + x | g) + (1 | h)", data)
    assert [block.text for block in design.blocks] == ["(1 | g)", "(0 + x | g)", "(1 | h)"]


def test_double_bars_leave_a_factor_whole_and_say_so(data: pd.DataFrame) -> None:
    design = build_design("y ~ cond + (cond || g)", data)
    assert [block.names for block in design.blocks] == [("(Intercept)",), ("conda", "condb")]
    assert design.messages == (
        "(0 + cond | g): || does not separate the levels of a factor, so those of cond stay correlated with each other, as in lme4.",
    )
    assert build_design("y ~ cond + (x || g) + (0 + cond | h)", data).messages == ()


def test_rows_with_gaps_are_left_out_and_counted(data: pd.DataFrame) -> None:
    data.loc[[3, 4], "x"] = np.nan
    data.loc[[4, 9], "cond"] = None
    data.loc[12, "z"] = np.nan
    design = build_design("y ~ x + cond + (1 | g)", data)
    assert design.n_missing == 3
    assert design.messages == ("3 rows with missing values in cond, x were left out (of 40).",)
    np.testing.assert_array_equal(design.rows, np.delete(np.arange(N), [3, 4, 9]))
    np.testing.assert_array_equal(design.y, data["y"].to_numpy()[design.rows])
    assert build_design("y ~ z + (1 | g)", data).messages == (
        "1 row with missing values in z was left out (of 40).",
    )


def test_levels_that_only_missing_rows_had_are_gone(data: pd.DataFrame) -> None:
    data.loc[data["g"] == 3, "x"] = np.nan
    design = build_design("y ~ x + (1 | g)", data)
    assert design.blocks[0].levels == ("0", "1", "2", "4", "5", "6", "7")
    assert design.blocks[0].codes.max() == 6


def test_dropped_columns_are_named(data: pd.DataFrame) -> None:
    data["twice"], data["five"] = 2 * data["x"], 5
    design = build_design("y ~ x + twice + z + five + (1 | g)", data)
    assert design.x_names == ("(Intercept)", "x", "z")
    assert design.x_dropped == ("twice", "five")
    assert design.messages == (
        "fixed-effect model matrix is rank deficient so dropping 2 columns / coefficients: twice, five",
    )
    one = build_design("y ~ x + twice + (1 | g)", data)
    assert one.messages[0].endswith("dropping 1 column / coefficient: twice")


def test_very_different_scales_are_said_in_the_words_of_lme4(data: pd.DataFrame) -> None:
    data["micro"] = data["x"] * 1e-5
    said = ("Some predictor variables are on very different scales: consider rescaling",)
    assert build_design("y ~ micro + (1 | g)", data).messages == said
    assert build_design("y ~ x + cond + (1 | g)", data).messages == ()


def test_unknown_columns_are_placed_and_the_nearest_is_offered(data: pd.DataFrame) -> None:
    sleep = pd.DataFrame({"reaction": [1.0], "days": [0], "subject": [1]})
    error = refusal(FormulaError, "reaction ~ dayz + (1 | subject)", sleep)
    assert str(error) == (
        "Column 'dayz' (character 12 of the formula) is not in the data, which has days, reaction, subject. Did you mean 'days'?"
    )
    assert isinstance(error, FormulaError)
    assert (error.position, error.length) == (11, 4)
    assert error.marked() == "reaction ~ dayz + (1 | subject)\n           ^^^^"
    error = refusal(FormulaError, "reaction ~ days + (1 | Subject)", sleep)
    assert error.hint == "Did you mean 'subject'?"
    assert error.position == 23
    error = refusal(FormulaError, "reaction ~ log(qqq)", sleep)
    assert error.hint == "Write one of these."
    assert error.position == 15
    wide = pd.DataFrame({f"c{i:02}": [1.0] for i in range(30)})
    assert "c19 and 10 more." in refusal(FormulaError, "c00 ~ what", wide).problem


def test_odd_column_names_are_reached_through_back_quotes(data: pd.DataFrame) -> None:
    data = data.rename(columns={"x": "a b", "z": "1x", "cond": "if", "g": "😀"})
    design = build_design("y ~ `a b` + log(`1x`) * `if` + (`a b` | `😀`)", data)
    assert design.x_names == (
        "(Intercept)", "`a b`", "log(`1x`)", "`if`b", "log(`1x`):`if`b",
    )  # fmt: skip
    assert design.blocks[0].group == "😀"
    assert design.blocks[0].names == ("(Intercept)", "`a b`")


DATA_ERRORS = [
    ("cond ~ x + (1 | g)", "The response 'cond' must be numeric; it holds a, b. Choose a column of numbers in front of '~'."),
    ("one ~ x", "The response 'one' must be numeric; it holds only. Choose a column of numbers in front of '~'."),
    ("five ~ x + (1 | g)", "Every value of 'five' is 5: there is nothing to explain. Choose a response that varies."),
    ("y ~ log(x) + (1 | g)", "log(x) is not a finite number in 4 rows, first in row 2, where x is -1. Leave such rows out of the data, or use another transformation."),
    ("y ~ sqrt(x) + (1 | g)", "sqrt(x) is not a finite number in 3 rows, first in row 2, where x is -1. Leave such rows out of the data, or use another transformation."),
    ("log(x) ~ 1", "log(x) is not a finite number in 4 rows, first in row 2, where x is -1. Leave such rows out of the data, or use another transformation."),
    ("y ~ I(1/(x - 2)) + (1 | g)", "I(1/(x - 2)) is not a finite number in row 1, where x is 2. Leave such rows out of the data, or use another transformation."),
    ("y ~ scale(five)", "scale(five) cannot be computed: every value is 5. Use a column that varies."),
    ("y ~ poly(cond01, 2)", "poly(cond01, 2) needs more than 2 different values; there are 2. Write a degree below 2."),
    ("y ~ empty + (1 | g)", "Column 'empty' has no values: all 40 rows are missing. Leave it out of the formula, or choose other data."),
    ("y ~ early + late", "Every one of the 40 rows has a missing value in early, late. Leave the column with most gaps out of the formula."),
    ("y ~ endless", "Column 'endless' is infinite in row 6. Correct or empty this value."),
    ("y ~ when", "Column 'when' holds values of type datetime64[us], neither numbers nor groups. Turn it into a number or into text in the data."),
    ("y ~ twin", "Several columns are called 'twin'. Give each its own name."),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "sentence"), DATA_ERRORS)
def test_data_that_cannot_be_used(formula: str, sentence: str, data: pd.DataFrame) -> None:
    data["x"] = np.r_[2.0, -1.0, -2.0, 0.0, -1.0, np.linspace(3, 4, N - 5)]
    data["five"], data["empty"] = 5, np.nan
    data["cond01"] = np.tile([0, 1], N // 2)
    data["early"] = np.where(np.arange(N) < 20, np.nan, 1.0)
    data["late"] = np.where(np.arange(N) >= 20, np.nan, 1.0)
    data["endless"] = np.where(np.arange(N) == 5, np.inf, 1.0)
    data["when"] = pd.Timestamp("2026-01-01").as_unit("us")
    data.insert(0, "twin", 1.0)
    data.insert(0, "twin", 2.0, allow_duplicates=True)
    assert str(refusal(DataError, formula, data)) == sentence


def test_no_rows(data: pd.DataFrame) -> None:
    assert str(refusal(DataError, "y ~ x", data[:0])) == (
        "The data have no rows. Choose data with at least a few rows."
    )


DESIGN_ERRORS = [
    ("y ~ x + (1 | one)", "grouping factors must have > 1 sampled level: 'one' has only the level only. Leave (1 | one) out, or choose a column with more groups."),
    ("y ~ x + (1 | row)", "number of levels of each grouping factor must be < number of observations (problems: row). With one observation in each group of row, its differences cannot be told from the residual: leave this bracket out."),
    ("y ~ x + (1 + x + z + cond + h | g)", "number of observations (=40) <= number of random effects (=40) for term (1 + x + z + cond + h | g); the random-effects parameters and the residual variance (or scale parameter) are probably unidentifiable. Each g would need more observations than random effects: take a term out of (1 + x + z + cond + h | g)."),
    ("y ~ one + (1 | g)", "The factor one has only one level, only: contrasts can be applied only to factors with 2 or more levels. Leave one out of the formula."),
    ("y ~ factor(row)", "number of observations (=40) <= number of fixed effects (=40): nothing is left to estimate the residual from. Use more data or fewer predictors."),
    ("y ~ 0 + (1 | g)", "The model has no fixed effects. Write 1 for the intercept, as in y ~ 1 + (1 | g)."),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "sentence"), DESIGN_ERRORS)
def test_models_that_the_data_cannot_support(
    formula: str, sentence: str, data: pd.DataFrame
) -> None:
    assert str(refusal(DesignError, formula, data)) == sentence


def test_arithmetic_on_groups_is_placed(data: pd.DataFrame) -> None:
    error = refusal(FormulaError, "y ~ x + log(cond)", data)
    assert str(error) == (
        "Column 'cond' (character 13 of the formula) holds groups (a, b), and arithmetic needs numbers. Write the column alone, or make it a number in the data."
    )
    assert isinstance(error, FormulaError)
    assert (error.position, error.length) == (12, 4)


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch, data: pd.DataFrame) -> None:
    monkeypatch.setattr("sim.lmm.frame.MAX_ROWS", 39)
    assert str(refusal(LimitError, "y ~ x", data)) == (
        "The data have 40 rows; this server takes up to 39. Use a part of them."
    )
    monkeypatch.undo()
    monkeypatch.setattr("sim.lmm.design.MAX_FIXED_COLUMNS", 20)
    assert str(refusal(LimitError, "y ~ x + factor(row)", data)) == (
        "The term factor(row) needs 39 columns, 41 with those before; this server takes up to 20. Leave it out, or make a factor with many levels a grouping factor: (1 | g)."
    )
    monkeypatch.setattr("sim.lmm.sufficiency.MAX_RANDOM_COLUMNS", 2)
    assert str(refusal(LimitError, "y ~ x + (x | g) + (0 + z | g)", data)) == (
        "'g' has 3 random effects for each level; this server takes up to 2. Take terms out of its brackets."
    )
    monkeypatch.setattr("sim.lmm.sufficiency.MAX_RANDOM_EFFECTS", 9)
    assert str(refusal(LimitError, "y ~ x + (x | g)", data)) == (
        "The model has 16 random effects; this server takes up to 9. Use fewer groups or simpler brackets."
    )
    monkeypatch.setattr("sim.lmm.sufficiency.MAX_RANDOM_EFFECTS", 99)
    monkeypatch.setattr("sim.lmm.sufficiency.MAX_TRAILING_COLUMNS", 1)
    assert str(refusal(LimitError, "y ~ x + (x | g) + (1 | h)", data)) == (
        "The model has 2 random effects beside those of its largest grouping factor; this server takes up to 1. Use fewer groups or simpler brackets."
    )


def test_contrasts_must_exist(data: pd.DataFrame) -> None:
    assert str(refusal(DesignError, "y ~ x", data, contrasts="helmert")) == (
        "There are no 'helmert' contrasts. Choose treatment or sum."
    )


def test_the_order_of_rows_changes_nothing(data: pd.DataFrame) -> None:
    formula = "y ~ x * cond + poly(z, 2) + (x | g) + (1 | h)"
    straight = build_design(formula, data)
    shuffle = np.random.default_rng(1).permutation(N)
    mixed = build_design(formula, data.iloc[shuffle])
    np.testing.assert_allclose(mixed.X, straight.X[shuffle], rtol=1e-12, atol=1e-13)
    for one, other in zip(mixed.blocks, straight.blocks, strict=True):
        assert one.levels == other.levels
        np.testing.assert_array_equal(one.codes, other.codes[shuffle])


def best_of(formula: str, data: pd.DataFrame, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        assert isinstance(build_design(formula, data), Design)
        times.append(time.perf_counter() - start)
    return min(times)


def test_it_is_fast_enough_for_a_slider() -> None:
    rng = np.random.default_rng(2)
    small = pd.DataFrame(
        {"reaction": rng.normal(size=180), "days": np.tile(np.arange(10), 18),
         "subject": np.repeat(np.arange(18), 10).astype(str)}
    )  # fmt: skip
    formula = "reaction ~ 1 + days + (1 + days | subject)"
    assert best_of(formula, small, 50) < 1.5e-3
    n = 73_000
    large = pd.DataFrame({"y": rng.normal(size=n), "x": rng.normal(size=n)})
    large["student"] = rng.integers(0, 3_000, n).astype(str)
    assert best_of("y ~ x + (1 + x | student)", large, 5) < 0.1


def test_a_parsed_formula_is_taken_too(data: pd.DataFrame) -> None:
    formula = parse_formula("y ~ x + (1 | g)")
    assert build_design(formula, data).formula is formula
