"""Explanations of formulas, checked by hand and against lme4 (tests/reference/make_pooling.R)."""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import FormulaError, LimitError
from sim.lmm.formula import parse_formula
from sim.syntax.equivalent import equivalent
from sim.syntax.explain import Explanation, explain
from sim.syntax.latex import text
from sim.syntax.matrix import MAX_CELLS
from tests.reference.cases import HERE


@cache
def answers() -> dict[str, Any]:
    return json.loads((HERE / "syntax.json").read_text(encoding="utf-8"))


@cache
def data() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "syntax.csv")


@cache
def explained(formula: str) -> Explanation:
    return explain(formula, data())


def kinds(formula: str) -> tuple[int, int, int]:
    """How many fixed effects, SDs and correlations are estimated."""
    found = [quantity.kind for quantity in explained(formula).quantities]
    assert found.count("residual") == 1
    return found.count("fixed"), found.count("sd"), found.count("correlation")


# Formula; fixed effects, SDs, correlations; may the lines of the first group differ in level,
# and in the slope (or difference) of what. The first seven are the lecture's rows.
BY_HAND: list[tuple[str, tuple[int, int, int], bool, tuple[str, ...]]] = [
    ("y ~ 1 + x + (1 | g)", (2, 1, 0), True, ()),
    ("y ~ 1 + x + (1 + x | g)", (2, 2, 1), True, ("x",)),
    ("y ~ 1 + x + (x | g)", (2, 2, 1), True, ("x",)),
    ("y ~ 1 + x + (0 + x | g)", (2, 1, 0), False, ("x",)),
    ("y ~ 1 + x + (1 | g) + (0 + x | g)", (2, 2, 0), True, ("x",)),
    ("y ~ 1 + x + (1 | g) + (1 | h)", (2, 2, 0), True, ()),
    ("y ~ 1 + x + (1 | a/u)", (2, 2, 0), True, ()),
    ("y ~ x + (x || g)", (2, 2, 0), True, ("x",)),
    ("y ~ 1 + (1 | g)", (1, 1, 0), True, ()),
    ("y ~ 0 + x + (1 | g)", (1, 1, 0), True, ()),
    ("y ~ x - 1 + (x - 1 | g)", (1, 1, 0), False, ("x",)),
    ("y ~ x*z + (1 | g)", (4, 1, 0), True, ()),
    ("y ~ x*z + (x*z | g)", (4, 4, 6), True, ("x", "z", "x:z")),
    ("y ~ x:z + (1 | g)", (2, 1, 0), True, ()),
    ("y ~ (x + z)^2 + (x + z || g)", (4, 3, 0), True, ("x", "z")),
    ("y ~ cond + (1 | g)", (2, 1, 0), True, ()),
    ("y ~ cond + (cond | g)", (2, 2, 1), True, ("cond",)),
    ("y ~ cond + (0 + cond | g)", (2, 2, 1), True, ("cond",)),
    ("y ~ cond + (cond || g)", (2, 3, 1), True, ("cond",)),
    ("y ~ 0 + f + (f | g)", (3, 3, 3), True, ("f",)),
    ("y ~ f*x + (x | g)", (6, 2, 1), True, ("x",)),
    ("y ~ cond*f + (1 | g) + (1 | h)", (6, 2, 0), True, ()),
    ("y ~ x + (1 | a/b)", (2, 2, 0), True, ()),
    ("y ~ x + (1 | a:b)", (2, 1, 0), True, ()),
    ("y ~ x + (1 | a) + (1 | a:b)", (2, 2, 0), True, ()),
    ("y ~ x + (x | a/u)", (2, 4, 2), True, ("x",)),
    ("y ~ x + (x || a/u)", (2, 4, 0), True, ("x",)),
    ("y ~ x + (1 | a/b/g)", (2, 3, 0), True, ()),
    ("y ~ x + (x | g) + (x | h)", (2, 4, 2), True, ("x",)),
    ("y ~ x + z + (1 | g) + (0 + x | g) + (0 + z | g)", (3, 3, 0), True, ("x", "z")),
    ("y ~ x + (1 + z | g)", (2, 2, 1), True, ("z",)),
    ("y ~ I(x^2) + x + (1 | g)", (3, 1, 0), True, ()),
    ("y ~ poly(x, 2) + (1 | g)", (3, 1, 0), True, ()),
    ("log(y) ~ log(z) + (1 | g)", (2, 1, 0), True, ()),
    ("y ~ cond:x + (0 + cond:x | g)", (3, 2, 1), False, ("cond:x",)),
    ("y ~ cond/x + (1 | g)", (4, 1, 0), True, ()),
    ("y ~ factor(k) + (1 | g)", (3, 1, 0), True, ()),
    ("y ~ x + x2 + (1 | g)", (2, 1, 0), True, ()),
    ("y ~ scale(x)*cond + (scale(x) | g) + (1 | h)", (4, 3, 1), True, ("scale(x)",)),
    ("y ~ x + (0 + f | h)", (2, 3, 3), True, ("f",)),
    ("y ~ x + (1 | g) + (1 + x | h)", (2, 3, 1), True, ()),
    ("y ~ x + (1 | a) + (1 | b)", (2, 2, 0), True, ()),
    ("y ~ cond*x + (cond*x | g) + (1 | h)", (4, 5, 6), True, ("cond", "x", "cond:x")),
]
FORMULAS = [row[0] for row in BY_HAND]


def test_the_list_is_lme4_s() -> None:
    assert [row["formula"] for row in answers()["fitted"]] == FORMULAS


@pytest.mark.parametrize(("formula", "count", "level", "slopes"), BY_HAND, ids=FORMULAS)
def test_by_hand(
    formula: str, count: tuple[int, int, int], level: bool, slopes: tuple[str, ...]
) -> None:
    assert kinds(formula) == count
    assert explained(formula).n_parameters == sum(count) + 1
    first = explained(formula).varying[0]
    assert (first.level, first.slopes) == (level, slopes)


@pytest.mark.parametrize("row", range(len(BY_HAND)), ids=FORMULAS)
def test_quantities_are_lme4_s(row: int) -> None:
    expected = answers()["fitted"][row]
    found = explained(expected["formula"])
    assert not found.problem
    assert found.n_parameters == expected["n_parameters"]
    quantities = found.quantities
    assert [q.name for q in quantities if q.kind == "fixed"] == expected["fixef"]
    names = []
    # Of several brackets lme4 writes u.a and u.a.1 where it otherwise writes u:a.
    for entry in expected["varcorr"][:-1]:
        group = entry["grp"].rpartition(".")
        name = group[0] if group[2].isdigit() else entry["grp"]
        one, two = entry["var1"], entry["var2"]
        names.append(f"cor_{two}.{one}|{name}" if two else f"sd_{one}|{name}")
    ours = [q.name for q in quantities if q.kind in ("sd", "correlation")]
    assert [name.replace("u:a", "u.a") for name in ours] == [n.replace("u:a", "u.a") for n in names]
    assert quantities[-1].name == "sigma"
    assert found.z is not None
    assert list(found.z.values.shape) == expected["Z"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_equation_has_every_symbol_and_is_balanced(formula: str) -> None:
    found = explained(formula)
    equation = found.equation
    assert equation.count("{") == equation.count("}")
    assert equation.count(r"\left") == equation.count(r"\right")
    assert equation.count(r"\begin") == equation.count(r"\end")
    symbols = [q.symbol for q in found.quantities]
    assert len(set(symbols)) == len(symbols)
    for quantity in found.quantities:
        wide = quantity.kind in ("sd", "correlation") and r"\Sigma" in equation
        assert quantity.symbol in equation or wide
    assert all(("&=" in line) or (r"&\sim" in line) for line in equation.splitlines()[1:-1])


def test_an_equation_by_hand() -> None:
    found = explain("reaction ~ 1 + days + (1 + days | subject)")
    assert found.equation == "\n".join(
        [
            r"\begin{aligned}",
            r"\text{reaction}_i &= \alpha_{0,i} + \alpha_{1,i}\,\text{days}_i + \varepsilon_i \\",
            r"\alpha_{0,i} &= \beta_{0} + b_{0,\,\text{subject}[i]} \\",
            r"\alpha_{1,i} &= \beta_{1} + b_{1,\,\text{subject}[i]} \\",
            r"\begin{pmatrix}b_{0,\,j} \\ b_{1,\,j}\end{pmatrix} &\sim \mathcal{N}\left(0,\ "
            r"\begin{pmatrix}{\tau_{0}}^2 & \rho_{01}\,\tau_{0}\,\tau_{1} \\ "
            r"\rho_{01}\,\tau_{0}\,\tau_{1} & {\tau_{1}}^2\end{pmatrix}\right)"
            r"\quad \text{for each } \text{subject}\ j \\",
            r"\varepsilon_i &\sim \mathcal{N}(0,\ \sigma^2)",
            r"\end{aligned}",
        ]
    )


def test_an_equation_of_nested_groups_by_hand() -> None:
    lines = explained("y ~ 1 + x + (1 | a/u)").equation.splitlines()
    assert lines[2] == (
        r"\alpha_{0,i} &= \beta_{0} + b^{(1)}_{0,\,\text{u:a}[i]} + b^{(2)}_{0,\,\text{a}[i]} \\"
    )
    assert lines[3].startswith(r"b^{(1)}_{0,\,j} &\sim \mathcal{N}(0,\ {\tau^{(1)}_{0}}^2)")


def test_conditions_stand_in_the_equation_as_they_are_coded() -> None:
    first = explained("y ~ cond/x + (1 | g)").equation.splitlines()[1]
    assert r"\beta_{1}\,[\text{cond}_i = \text{b}]" in first
    assert r"\beta_{3}\,[\text{cond}_i = \text{b}]\,\text{x}_i" in first


@pytest.mark.parametrize("name", ["a_b", "50%", "a&b", "{x}", r"\input{a}", "x^2", "~", "#1", "$"])
def test_names_cannot_break_out_of_the_equation(name: str) -> None:
    written = text(name)
    inside = written.removeprefix(r"\text{").removesuffix("}")
    for known in (r"\textbackslash{}", r"\textasciitilde{}", r"\textasciicircum{}"):
        inside = inside.replace(known, "")
    for character in r"{}$&#_%":
        inside = inside.replace(f"\\{character}", "")
    assert not set(inside) & set(r"\{}$&#_%~^")
    if "\\" not in name:  # which formulas refuse
        assert written in explain(f"y ~ 1 + `{name}` + (1 | g)").equation


STEPS = [
    ("y ~ 1 + x + (1 + x | g)", []),
    ("y ~ 1 + x + (x | g)", [("1", "(x | g)", "(1 + x | g)")]),
    ("y ~ 1 + (x || g)", [("||", "(x || g)", "(1 | g) + (0 + x | g)")]),
    ("y ~ 1 + (1 | a/b)", [("/", "(1 | a/b)", "(1 | a) + (1 | b:a)")]),
    ("y ~ 1 + (1 | a/b/g)", [("/", "(1 | a/b/g)", "(1 | a) + (1 | b:a) + (1 | g:b:a)")]),
    ("y ~ 0 + x*z + (1 | g)", [("*", "x * z", "x + z + x:z")]),
    ("y ~ 0 + (x + z)^2 + (1 | g)", [("^", "(x + z)^2", "x + z + x:z")]),
    ("y ~ 1 + a/b + (1 | g)", [("/", "a/b", "a + a:b")]),
    ("y ~ 1 + x:z + (1 | g)", [(":", "x:z", "x:z")]),
    ("y ~ 1 + (1 | a:b)", [(":", "(1 | a:b)", "(1 | a:b)")]),
    ("y ~ x - 1 + (1 | g)", [("-", "x - 1", "0 + x")]),
    ("y ~ (1 | g)", [("1", "(1 | g)", "1 + (1 | g)")]),
    ("y ~ 0 + x + 1 + (1 | g)", [("1", "0 + x + 1", "1 + x")]),
    ("y ~ 1 + (1 + x + 0 | g)", [("1", "(1 + x + 0 | g)", "(0 + x | g)")]),
    ("y ~ 1 + (x - 1 | g)", [("-", "(x - 1 | g)", "(0 + x | g)")]),
    (
        "y ~ 1 + (x || a/b)",
        [
            ("||", "(x || a/b)", "(1 | a/b) + (0 + x | a/b)"),
            ("/", "(1 | a/b)", "(1 | a) + (1 | b:a)"),
            ("/", "(0 + x | a/b)", "(0 + x | a) + (0 + x | b:a)"),
        ],
    ),
]


@pytest.mark.parametrize(("formula", "steps"), STEPS, ids=[row[0] for row in STEPS])
def test_steps(formula: str, steps: list[tuple[str, str, str]]) -> None:
    found = explain(formula).steps
    assert [(step.operator, step.before, step.after) for step in found] == steps


@pytest.mark.parametrize(
    "formula",
    [
        *FORMULAS,
        "y ~ x*z - x:z + (x*z - 1 || a/b)",
        "y ~ (a + b)/z - a:b:z + (0 + x | g)",
        "y ~ -1 + x + (x || g)",
        "y ~ 0 + x + 1 + (0 + x + 1 | g)",
        "y ~ 1 + x + 0 - z + (1 - x + z | g)",
        "y ~ x + (1 | g) - x",
        "y ~ x:(z + w) + (x:(z + w) | g)",
        "y ~ x + (-1 + x*z | g)",
        "y ~ (x*z) + ((x + z)^2 | g)",
    ],
)
def test_every_step_is_the_same_model_and_the_last_is_written_out(formula: str) -> None:
    steps = explain(formula).steps
    for step in steps:
        assert equivalent(step.formula, formula).always
    last = steps[-1].formula if steps else formula
    again = [step for step in explain(last).steps if step.operator != ":"]
    assert again == []
    assert not {"||", "*", "/"} & set(last.replace("I(x^2)", "").split())


names = st.sampled_from(["x", "z", "w"])
products = st.recursive(
    names,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" * ", ":", "/"]), inner).map("".join),
        st.tuples(inner, st.sampled_from([" + ", " - "]), inner).map(lambda t: f"({''.join(t)})"),
        inner.map(lambda t: f"({t})^2"),
    ),
    max_leaves=4,
)
lefts = st.one_of(products, products.map(lambda t: f"0 + {t}"), products.map(lambda t: f"{t} - 1"))
bars = st.tuples(lefts, st.sampled_from(["|", "||"]), st.sampled_from(["g", "a/b", "a:b"]))


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(left=lefts, bar=bars)
def test_steps_of_any_formula_keep_the_model(left: str, bar: tuple[str, str, str]) -> None:
    formula = f"y ~ {left} + ({' '.join(bar)})"
    try:
        parse_formula(formula)
    except (FormulaError, LimitError):
        return
    for step in explain(formula).steps:
        assert equivalent(step.formula, formula).always, step


def test_z_is_lme4_s() -> None:
    few = pd.DataFrame(answers()["few"])
    for case in answers()["shown"]:
        found = explain(case["formula"], pd.concat([few, few], ignore_index=True))
        assert found.z is not None
        np.testing.assert_allclose(found.z.values[:12], np.array(case["Z"], dtype=float))
        assert [level for _, level, _ in found.z.columns] == case["columns"]
        assert found.z.rows[:3] == ("1", "2", "3")


def test_z_names_what_varies() -> None:
    z = explained("y ~ x + (x | g) + (x | h)").z
    assert z is not None
    assert z.columns[:3] == (
        ("g", "g01", "(Intercept)"),
        ("g", "g01", "x"),
        ("g", "g02", "(Intercept)"),
    )
    assert not z.values.flags.writeable


def test_a_z_too_large_to_show_is_left_out() -> None:
    n = MAX_CELLS // 1_000 + 1
    large = pd.DataFrame({"y": np.arange(n) % 7, "g": np.arange(n) % 1_000})
    found = explain("y ~ 1 + (1 | g)", large)
    assert found.z is None
    assert not found.problem


@pytest.mark.parametrize("row", range(3))
def test_what_cannot_be_fitted_says_so_as_lme4_does(row: int) -> None:
    case = answers()["refused"][row]
    few = pd.DataFrame(answers()["few"])
    few = few.assign(pair=np.repeat(np.arange(6), 2), row=np.arange(12), one="only")
    found = explain(case["formula"], few)
    assert found.problem.startswith(case["message"])
    assert found.hint
    assert found.z is None
    assert found.n_parameters == {0: 6, 1: 4, 2: 4}[row]
    assert found.words and found.equation and found.varying


def test_other_reasons_why_it_cannot_be_fitted() -> None:
    assert "must be numeric" in explain("cond ~ x + (1 | g)", data()).problem
    assert "no fixed effects" in explain("y ~ 0 + (1 | g)", data()).problem
    constant = data().assign(one="only")
    found = explain("y ~ one + (1 | g)", constant)
    assert "The factor one has only one level, only" in found.problem
    assert found.n_parameters == 4


def test_unknown_columns_are_marked_in_the_formula() -> None:
    with pytest.raises(FormulaError, match="Column 'w'") as caught:
        explain("y ~ w + (1 | g)", data())
    assert caught.value.position == 4


def test_without_data_every_predictor_is_a_number_and_it_is_said() -> None:
    found = explain("y ~ f + (f | g)")
    assert found.n_parameters == 6
    assert found.z is None
    assert any(said.startswith("Without data every predictor counts") for said in found.words)
    assert not any(said.startswith("Without data") for said in explain("y ~ 1 + (1 | g)").words)
