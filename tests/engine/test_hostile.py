"""Nonsense given to every public function: an error of sim's own, or a right answer.

Never a bare exception of Python, NumPy or pandas, never a warning, never nan in silence.
"""

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import (
    DataError,
    Fit,
    FormulaError,
    LimitError,
    ScenarioError,
    SimError,
    criterion,
    generate,
    lm,
    lmer,
    parametric_bootstrap,
    parse_formula,
    refit,
    simulate,
)
from tests.engine.nonsense import FORMULA, G, N, plain, refused, refused_or_sound, rng, sound

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def fit() -> Fit:
    return lmer(FORMULA, plain())


TEXTS = [
    "", " ", "~", "y ~", "~ x", "y ~ x +", "y ~ x + (1 | g", "y ~ x + 1 | g)", "y ~ (1 | )",
    "y ~ ( | g)", "y ~ x + (1 || )", "y = x + (1 | g)", "y ~~ x", "y ~ x ~ x", "y ~ .",
    "y ~ x + (1 | g)\x00", "y ~ ``", "y ~ `x", "y ~ x + (1 | g | f)", "y ~ ((1 | g) | f)",
    "y ~ x + (1 | 1)", "y ~ x + (1 | g + f)", "y ~ x + (1 | log(x))", "y ~ poly(x)",
    "y ~ poly(x, 0)", "y ~ poly(x, 99)", "y ~ log(x, 2)", "y ~ (x + f)^0", "y ~ (x + f)^999999999",
    "y ~ 1e999", "y ~ x[0]", "y ~ x.__class__", "y ~ open('a')", "y ~ lambda: 0", "y ~ 2 * x",
    "y ~ y", "y ~ x + (1 + y | g)", "1 ~ x", "y:x ~ f", "y ~ I(1/0)", "y ~ " + "x + " * 4000 + "x",
    "y ~ " + "(" * 400 + "x" + ")" * 400, "y ~ " + "x:" * 30 + "x:zz",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:30]))
def test_a_broken_formula_is_refused_by_every_function_that_takes_one(text: str) -> None:
    for call in (lambda: lmer(text, plain()), lambda: lm(text, plain())):
        error = refused(call)
        assert error.hint
        if isinstance(error, FormulaError) and error.formula:
            assert 0 <= error.position <= len(error.formula)
            assert "^" in error.marked()


@pytest.mark.parametrize("text", [None, 5, 3.2, b"y ~ x", True, object])
def test_a_formula_that_is_not_text_is_refused(text: Any) -> None:
    assert str(refused(lambda: parse_formula(text))).startswith("A formula is text.")


FRAMES = [
    pd.DataFrame(),
    pd.DataFrame(index=range(5)),
    plain().iloc[:0],
    plain().iloc[:1],
    plain().iloc[:2],
    plain().iloc[:3],
    plain()[["y"]],
    plain()[["y", "x"]],
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: "x".join(map(str, frame.shape)))
def test_data_too_small_for_a_model_are_refused(frame: pd.DataFrame) -> None:
    refused(lambda: lmer(FORMULA, frame))


BAD_COLUMNS = {
    "y all missing": {"y": np.nan},
    "y None": {"y": None},
    "y infinite": {"y": np.inf},
    "y minus infinite": {"y": -np.inf},
    "y constant": {"y": 0.1},
    "y nearly constant": {"y": 1 + 1e-16 * plain()["x"]},
    "y bool": {"y": plain()["y"] > 0},
    "y text": {"y": plain()["y"].astype(str)},
    "y category": {"y": plain()["f"].astype("category")},
    "y complex": {"y": plain()["y"] + 1j},
    "y datetime": {"y": pd.date_range("2020", periods=N)},
    "y is 2 x + 1": {"y": 2 * plain()["x"] + 1},
    "y huge and constant": {"y": plain()["y"] + 1e20},
    "x all missing": {"x": np.nan},
    "x None": {"x": None},
    "x infinite": {"x": np.inf},
    "x complex": {"x": plain()["x"] + 1j},
    "x datetime": {"x": pd.date_range("2020", periods=N)},
    "x timedelta": {"x": pd.to_timedelta(np.arange(N), unit="D")},
    "x one level": {"x": "a"},
    "x as many levels as rows": {"x": [f"v{k}" for k in range(N)]},
    "g all missing": {"g": None},
    "g one level": {"g": "a"},
    "g every row its own": {"g": np.arange(N)},
    "g period": {"g": pd.period_range("2020", periods=12)[G]},
    "g empty category": {"g": pd.Categorical([None] * N, categories=["a", "b"])},
    "never all there": {
        "x": plain()["x"].where(np.arange(N) % 2 == 0),
        "y": plain()["y"].where(np.arange(N) % 2 == 1),
    },
    "one row left": {"x": plain()["x"].where(np.arange(N) == 3)},
}


@pytest.mark.parametrize("name", BAD_COLUMNS)
def test_columns_that_cannot_be_used_are_refused(name: str) -> None:
    error = refused(lambda: lmer(FORMULA, plain(**BAD_COLUMNS[name])))
    assert error.hint


ODD_COLUMNS = {
    "one value missing": {"y": plain()["y"].where(np.arange(N) > 0)},
    "y int8": {"y": (plain()["y"] * 10).astype("int8")},
    "y Int64 with holes": {"y": (plain()["y"] * 10).round().astype("Int64").where(G > 0)},
    "y and x float16": {"y": plain()["y"].astype("float16"), "x": plain()["x"].astype("float16")},
    "x constant": {"x": 7.0},
    "x zero": {"x": 0.0},
    "x decimal": {"x": [decimal.Decimal(f"{v:.3f}") for v in plain()["x"]]},
    "x dates as objects": {"x": [datetime.date(2020, 1, 1 + k % 5) for k in range(N)]},
    "x of every kind": {"x": pd.Series([1, "a", None, 2.5, True, (1, 2)] * 10, dtype=object)},
    "x sparse": {"x": pd.arrays.SparseArray(plain()["x"].to_numpy())},
    "x bool": {"x": plain()["x"] > 0},
    "x nullable bool": {"x": (plain()["x"] > 0).astype("boolean").where(G > 0)},
    "x beyond 2^53": {"x": pd.Series([10**30 + k % 7 for k in range(N)], dtype=object)},
    "g numbers and text": {"g": pd.Series([1, "a", 2.5] * 20, dtype=object)},
    "g bytes": {"g": pd.Series([b"a", b"b", b"c"] * 20, dtype=object)},
    "g tuples": {"g": pd.Series([(1, 2), (2, 3)] * 30, dtype=object)},
    "g interval": {"g": pd.cut(G, 4)},
    "g float": {"g": G * 0.1},
    "g float with holes": {"g": np.where(G == 0, np.nan, G)},
    "g bool": {"g": G > 5},
    "g unused levels": {"g": pd.Categorical(plain()["g"], ["never", *sorted(set(plain()["g"]))])},
    "g long names": {"g": ["a" * 10_000 + str(k) for k in G]},
    "g empty text": {"g": ["" if k == 0 else str(k) for k in G]},
    "g line breaks": {"g": [f"a\n{k}\t" for k in G]},
    "g emoji": {"g": [chr(0x1F600 + k) for k in G]},
    "g almost every row its own": {"g": np.r_[0, np.arange(N - 1)]},
    "almost perfect x": {"y": 2 * plain()["x"] + 1e-9 * plain()["y"]},
    "far from zero": {"y": plain()["y"] + 1e9},
    "y 1e100": {"y": plain()["y"] * 1e100},
    "y 1e-60": {"y": plain()["y"] * 1e-60},
    "x 1e100": {"x": plain()["x"] * 1e100},
    "x 1e-100": {"x": plain()["x"] * 1e-100},
    "x 1e-300": {"x": plain()["x"] * 1e-300},
    "x + 1e6": {"x": plain()["x"] + 1e6},
    "x + 1e12": {"x": plain()["x"] + 1e12},
    "x is g": {"x": G},
    "x is not quite two columns": {"x": np.r_[np.zeros(N - 1), 1.0]},
}


@pytest.mark.parametrize("name", ODD_COLUMNS)
def test_odd_columns_are_fitted_or_refused(name: str) -> None:
    data = plain(**ODD_COLUMNS[name])
    refused_or_sound(lambda: lmer(FORMULA, data))
    refused_or_sound(lambda: lmer(FORMULA, data, reml=False))


def test_odd_columns_that_are_the_same_data_give_the_same_fit(fit: Fit) -> None:
    for changes in (
        {"g": ["a" * 9_000 + str(k) for k in G]},
        {"g": G * 0.1},
        {"g": [chr(0x1F600 + k) for k in G]},
        {"x": pd.arrays.SparseArray(plain()["x"].to_numpy())},
        {"y": plain()["y"].astype(object)},
        {"y": plain()["y"].astype("Float64")},
        {"x": plain()["x"].astype(np.longdouble)},
    ):
        other = sound(lmer(FORMULA, plain(**changes)))
        assert other.criterion == pytest.approx(fit.criterion, abs=1e-8)
        np.testing.assert_allclose(other.fixef, fit.fixef, rtol=1e-7)


def test_a_response_in_tiny_or_huge_units_gives_the_same_theta(fit: Fit) -> None:
    for size in (1e-65, 1e-30, 1e30, 1e65):
        other = lmer(FORMULA, plain(y=plain()["y"] * size))
        np.testing.assert_allclose(other.theta, fit.theta, rtol=1e-7)
        assert other.sigma == pytest.approx(size * fit.sigma, rel=1e-7)


TERMS = [
    "x + I(x^2) + I(2 * x)", "scale(x)", "poly(x, 3)", "poly(x, 20)", "center(x) + x", "x:x",
    "x - x", "-x", "x * f * g", "factor(x)", "log(x)", "sqrt(x)", "exp(x * 1000)", "I(x / 0)",
    "I(x^200)", "scale(scale(x))", "log(f)", "poly(f, 2)", "I(f)", "g", "f:g", "0", "0 + f",
    "I(x * 1e308)", "(x + f + g)^4",
]  # fmt: skip


@pytest.mark.parametrize("term", TERMS)
def test_odd_terms_are_fitted_or_refused(term: str) -> None:
    refused_or_sound(lambda: lmer(f"y ~ {term} + (1 | g)", plain()))


@pytest.mark.parametrize("term", TERMS)
def test_odd_slopes_are_fitted_or_refused(term: str) -> None:
    refused_or_sound(lambda: lmer(f"y ~ 1 + ({term} | g)", plain()))


BRACKETS = [
    "(1 | g) + (1 | g)", "(1 | g) + (1 | same)", "(1 | g:f)", "(1 | g/f)", "(0 + x + copy | g)",
    "(1 + one | g)", "(x + near || g)", "(0 + x + near | g)", "(1 | g) + (0 + zero | g)",
    "(zero || g)", "(1 + zero | g)", "(g | g)", "(1 | x)", "(1 | y)", "(0 | g)", "(f || g)",
]  # fmt: skip


@pytest.mark.parametrize("brackets", BRACKETS)
def test_odd_brackets_are_fitted_or_refused(brackets: str) -> None:
    data = plain(same=G, copy=plain()["x"], one=1.0, zero=0.0)
    data["near"] = data["x"] + 1e-8 * rng().normal(size=N)
    refused_or_sound(lambda: lmer(f"y ~ 1 + {brackets}", data))


@pytest.mark.parametrize("value", [None, 1, "helmert", [], {}])
def test_unknown_contrasts_are_refused(value: Any) -> None:
    error = refused(lambda: lmer(FORMULA, plain(), contrasts=value))
    assert error.hint == "Choose treatment or sum."


@pytest.mark.parametrize(
    "values", [None, np.zeros(5), np.zeros((N, 2, 2)), np.full(N, np.nan), np.full((N, 1), np.inf),
               np.zeros((N, 0)), [[1.0]]]
)  # fmt: skip
def test_responses_that_do_not_belong_to_the_fit_are_refused(values: Any, fit: Fit) -> None:
    refused(lambda: refit(fit, values))


@pytest.mark.parametrize("n", [None, "a", 0, -1, 1.5, True, np.nan, 10**9, [2]])
def test_a_number_of_replicates_that_is_none_is_refused(n: Any, fit: Fit) -> None:
    for call in (lambda: simulate(fit, n, rng()), lambda: parametric_bootstrap(fit, n, rng())):
        assert isinstance(refused(call), LimitError)


@pytest.mark.parametrize("participants", [None, 1, [], "both", "New"])
def test_participants_neither_new_nor_same_are_refused(participants: Any, fit: Fit) -> None:
    refused(lambda: simulate(fit, 2, rng(), participants))
    refused(lambda: parametric_bootstrap(fit, 2, rng(), participants))


@pytest.mark.parametrize("name", [None, 1, "x", "", "Mixture"])
def test_an_unknown_scenario_is_refused(name: Any) -> None:
    assert isinstance(refused(lambda: generate(name, rng())), ScenarioError)


@pytest.mark.parametrize("value", [None, "many", np.nan, np.inf, -1, 10**12, [5], True, 2.5])
def test_an_impossible_parameter_is_refused(value: Any) -> None:
    error = refused(lambda: generate("mixture", rng(), participants=value))
    assert isinstance(error, ScenarioError) and error.hint
    refused(lambda: generate("mixture", rng(), nonsense=value))


@pytest.mark.parametrize("theta", [None, 1.0, [1, 2], [[1.0]], []])
def test_theta_of_another_length_is_refused(theta: Any, fit: Fit) -> None:
    refused(lambda: criterion(fit.design, theta))


def test_theta_of_any_sign_and_size_has_a_criterion(fit: Fit) -> None:
    at = criterion(fit.design, fit.theta)
    assert criterion(fit.design, -fit.theta) == pytest.approx(at)
    for size in (0.0, 1e-300, 1e-8, 1e3, 1e6):
        assert criterion(fit.design, fit.theta * size) >= at


NEW_ROWS = {
    "no rows": plain().iloc[:0],
    "nothing": pd.DataFrame(),
    "no g": plain()[["x"]],
    "unknown g": plain(g="nobody"),
    "missing g": plain(g=None),
    "missing x": plain(x=np.nan),
    "infinite x": plain(x=np.inf),
    "x as text": plain(x="a"),
    "x twice": pd.concat([plain(), plain()[["x"]]], axis=1),
}


@pytest.mark.parametrize("name", NEW_ROWS)
def test_new_rows_that_cannot_be_predicted_are_refused(name: str, fit: Fit) -> None:
    assert refused(lambda: fit.predict(NEW_ROWS[name])).hint


def test_a_new_level_of_a_predictor_is_refused_by_name() -> None:
    fit = lmer("y ~ f + (1 | g)", plain())
    error = refused(lambda: fit.predict(plain(f="z"), new_levels=True))
    assert str(error) == (
        "f is 'z' in row 1 of the new data, and the model knows only a, b, c. Use one of these."
    )


@pytest.mark.parametrize("rows", [3, 4, 5])
def test_a_handful_of_rows_is_fitted_or_refused(rows: int) -> None:
    for values in ([1.0, 2.0, 4.0, 4.0, 7.0], [1.0, 1.0, 1.0, 1.0, 2.0], [0.0, 5.0, 1.0, 5.0, 0.0]):
        data = pd.DataFrame({"y": values[:rows], "g": list("ababa")[:rows]})
        refused_or_sound(lambda data=data: lmer("y ~ 1 + (1 | g)", data))


def test_a_linear_model_of_nonsense_is_refused() -> None:
    for formula, data in (
        ("y ~ x", plain().iloc[:2]),
        ("y ~ x", pd.DataFrame()),
        ("y ~ 0", plain()),
        ("y ~ zz", plain()),
        ("f ~ x", plain()),
        ("y ~ x", plain(x=np.nan)),
        ("y ~ x", plain(x=np.inf)),
        ("y ~ x", plain(x=plain()["x"] + 1j)),
    ):
        refused(lambda formula=formula, data=data: lm(formula, data))


def test_too_many_rows_or_columns_are_refused_at_once() -> None:
    wide = pd.concat([plain(), pd.DataFrame(np.zeros((N, 5_000)))], axis=1)
    assert len(str(refused(lambda: lmer("y ~ zz + (1 | g)", wide)))) < 600
    tall = pd.DataFrame({"y": np.zeros(200_001), "x": 0.0, "g": 0})
    assert isinstance(refused(lambda: lmer(FORMULA, tall)), LimitError)
    crowd = pd.DataFrame({"y": np.arange(50_000.0), "g": np.arange(50_000) // 2})
    assert isinstance(refused(lambda: lmer("y ~ 1 + (1 | g)", crowd)), LimitError)
    many = plain(y=np.arange(N), x=[f"v{k}" for k in range(N)])
    assert isinstance(refused(lambda: lmer("y ~ 1 + (1 + x | g)", many)), SimError)


def test_an_error_of_data_is_also_a_value_error() -> None:
    error = refused(lambda: lmer(FORMULA, plain(y=np.inf)))
    assert isinstance(error, DataError) and isinstance(error, ValueError)
