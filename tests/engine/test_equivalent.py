"""Whether two formulas are one model, on sixty pairs and on random ones, judged by fitting both."""

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from sim.errors import FormulaError
from sim.lmm.fit import lmer
from sim.syntax.equivalent import equivalent
from tests.reference.cases import HERE

ALWAYS, HERE_ONLY, NEVER = (True, True), (False, True), (False, False)


@cache
def data() -> pd.DataFrame:
    """Pupils (g) in classes (u; b is the label, used again in every school) in schools (a)."""
    frame = pd.read_csv(HERE / "data" / "syntax.csv")
    codes = pd.factorize(frame["g"])[0]
    signs = np.where(codes % 2 == 0, 1.0, -1.0)
    return frame.assign(side=signs, g2="p" + frame["g"], half=frame["x"] / 2 + 3)


PAIRS = [
    # spacing, order, brackets
    ("y ~ x + (1 | g)", "y~x+(1|g)", ALWAYS),
    ("y ~ x + z + (1 | g)", "y ~ z + x + (1 | g)", ALWAYS),
    ("y ~ (1 | g) + x", "y ~ x + (1 | g)", ALWAYS),
    ("y ~ x + (1 | h) + (1 | g)", "y ~ x + (1 | g) + (1 | h)", ALWAYS),
    ("y ~ (x + z) + (1 | g)", "y ~ x + z + (1 | g)", ALWAYS),
    ("y ~ x + x + (1 | g)", "y ~ x + (1 | g)", ALWAYS),
    ("`y` ~ `x` + (1 | `g`)", "y ~ x + (1 | g)", ALWAYS),
    # the intercept
    ("y ~ 1 + x + (1 | g)", "y ~ x + (1 | g)", ALWAYS),
    ("y ~ x - 1 + (1 | g)", "y ~ 0 + x + (1 | g)", ALWAYS),
    ("y ~ -1 + x + (1 | g)", "y ~ x + 0 + (1 | g)", ALWAYS),
    ("y ~ x + (x - 1 | g)", "y ~ x + (0 + x | g)", ALWAYS),
    ("y ~ x + (x | g)", "y ~ x + (1 + x | g)", ALWAYS),
    ("y ~ 0 + x + (1 | g)", "y ~ 1 + x + (1 | g)", NEVER),
    ("y ~ x + (0 + x | g)", "y ~ x + (x | g)", NEVER),
    # * : ^ / among fixed effects
    ("y ~ x*z + (1 | g)", "y ~ x + z + x:z + (1 | g)", ALWAYS),
    ("y ~ x*z + (1 | g)", "y ~ z*x + (1 | g)", ALWAYS),
    ("y ~ (x + z)^2 + (1 | g)", "y ~ x*z + (1 | g)", ALWAYS),
    ("y ~ x*z - x:z + (1 | g)", "y ~ x + z + (1 | g)", ALWAYS),
    ("y ~ cond/x + (1 | g)", "y ~ cond + cond:x + (1 | g)", ALWAYS),
    ("y ~ x:z + (1 | g)", "y ~ x*z + (1 | g)", NEVER),
    ("y ~ x + z + (1 | g)", "y ~ x*z + (1 | g)", NEVER),
    ("y ~ cond/x + (1 | g)", "y ~ cond*x + (1 | g)", HERE_ONLY),
    ("y ~ x/cond + (1 | g)", "y ~ x*cond + (1 | g)", NEVER),
    # || and correlations
    ("y ~ x + (x || g)", "y ~ x + (1 | g) + (0 + x | g)", ALWAYS),
    ("y ~ x + (x || g)", "y ~ x + (0 + x | g) + (1 | g)", ALWAYS),
    ("y ~ x + (x || g)", "y ~ x + (x | g)", NEVER),
    ("y ~ x + z + (x + z || g)", "y ~ x + z + (1 | g) + (0 + x | g) + (0 + z | g)", ALWAYS),
    ("y ~ x + z + (x | g) + (0 + z | g)", "y ~ x + z + (x + z || g)", NEVER),
    ("y ~ x + z + (x | g) + (0 + z | g)", "y ~ x + z + (z | g) + (0 + x | g)", NEVER),
    ("y ~ x + (x*z || g)", "y ~ x + (1 | g) + (0 + x | g) + (0 + z | g) + (0 + x:z | g)", ALWAYS),
    # a bracket that is part of another
    ("y ~ x + (1 | g) + (x | g)", "y ~ x + (x | g)", ALWAYS),
    ("y ~ x + (0 + x | g) + (x | g)", "y ~ x + (x | g)", ALWAYS),
    ("y ~ x + (1 | g) + (0 + x | g)", "y ~ x + (0 + x | g)", NEVER),
    # factors: levels or differences, || keeps levels together
    ("y ~ f + (1 | g)", "y ~ 0 + f + (1 | g)", HERE_ONLY),
    ("y ~ f + (f | g)", "y ~ f + (0 + f | g)", HERE_ONLY),
    ("y ~ f + (f || g)", "y ~ f + (f | g)", HERE_ONLY),
    ("y ~ f + (f || g)", "y ~ f + (1 | g) + (0 + f | g)", ALWAYS),
    ("y ~ f + (0 + f || g)", "y ~ f + (0 + f | g)", ALWAYS),
    ("y ~ f + (f | g)", "y ~ f + (1 | g) + (1 | g:f)", NEVER),
    ("y ~ factor(k) + (1 | g)", "y ~ k + (1 | g)", NEVER),
    ("y ~ factor(k) + (1 | g)", "y ~ k + I(k^2) + (1 | g)", HERE_ONLY),
    # nested, crossed, labels
    ("y ~ x + (1 | a/b)", "y ~ x + (1 | a) + (1 | a:b)", ALWAYS),
    ("y ~ x + (1 | a/b)", "y ~ x + (1 | b:a) + (1 | a)", ALWAYS),
    ("y ~ x + (1 | a:b)", "y ~ x + (1 | b:a)", ALWAYS),
    ("y ~ x + (x | a/b)", "y ~ x + (x | a) + (x | a:b)", ALWAYS),
    ("y ~ x + (1 | a/b/g)", "y ~ x + (1 | a) + (1 | a:b) + (1 | a:b:g)", ALWAYS),
    ("y ~ x + (1 | a/u)", "y ~ x + (1 | a) + (1 | u)", HERE_ONLY),
    ("y ~ x + (1 | a:b)", "y ~ x + (1 | u)", HERE_ONLY),
    ("y ~ x + (1 | a/b)", "y ~ x + (1 | a/u)", HERE_ONLY),
    ("y ~ x + (1 | a/b/g)", "y ~ x + (1 | a) + (1 | u) + (1 | g)", HERE_ONLY),
    ("y ~ x + (1 | a/b)", "y ~ x + (1 | a) + (1 | b)", NEVER),
    ("y ~ x + (1 | a/b)", "y ~ x + (1 | b/a)", NEVER),
    ("y ~ x + (1 | a/u)", "y ~ x + (1 | a:u)", NEVER),
    ("y ~ x + (1 | u) + (1 | a:b)", "y ~ x + (1 | u)", HERE_ONLY),
    ("y ~ x + (1 | g)", "y ~ x + (1 | g2)", HERE_ONLY),
    ("y ~ x + (1 | g)", "y ~ x + (1 | h)", NEVER),
    # columns that say the same, or do not
    ("y ~ x + x2 + (1 | g)", "y ~ x + (1 | g)", HERE_ONLY),
    ("y ~ x2 + (x2 | g)", "y ~ x + (x | g)", HERE_ONLY),
    ("y ~ half + (half | g)", "y ~ x + (x | g)", HERE_ONLY),
    ("y ~ half + (half || g)", "y ~ x + (x || g)", NEVER),
    ("y ~ scale(x) + (scale(x) | g)", "y ~ x + (x | g)", HERE_ONLY),
    ("y ~ poly(x, 2) + (1 | g)", "y ~ x + I(x^2) + (1 | g)", HERE_ONLY),
    ("y ~ x + (x + x2 | g)", "y ~ x + (x | g)", HERE_ONLY),
    ("y ~ x + (0 + side | g)", "y ~ x + (1 | g)", HERE_ONLY),
    ("y ~ x + (1 | g)", "y ~ z + (1 | g)", NEVER),
    ("log(y) ~ x + (1 | g)", "y ~ x + (1 | g)", NEVER),
    ("I(y) ~ x + (1 | g)", "y ~ x + (1 | g)", HERE_ONLY),
]


@cache
def deviance(formula: str) -> float:
    """-2 log likelihood at its minimum."""
    return lmer(formula, data(), reml=False).criterion


def test_there_are_sixty_pairs_and_all_three_answers() -> None:
    assert len(PAIRS) >= 60
    assert len({(a, b) for a, b, _ in PAIRS}) == len(PAIRS)
    assert {answer for _, _, answer in PAIRS} == {ALWAYS, HERE_ONLY, NEVER}


@pytest.mark.parametrize(("a", "b", "answer"), PAIRS, ids=[f"{a} = {b}" for a, b, _ in PAIRS])
def test_sixty_pairs(a: str, b: str, answer: tuple[bool, bool]) -> None:
    found = equivalent(a, b, data())
    assert (found.always, found.on_data) == answer
    assert found.reason.endswith(".")
    turned = equivalent(b, a, data())
    assert (turned.always, turned.on_data) == answer
    alone = equivalent(a, b)
    assert (alone.always, alone.on_data) == (answer[0], None)


@pytest.mark.parametrize(("a", "b", "answer"), PAIRS, ids=[f"{a} = {b}" for a, b, _ in PAIRS])
def test_the_same_model_fits_the_same(a: str, b: str, answer: tuple[bool, bool]) -> None:
    difference = abs(deviance(a) - deviance(b))
    assert difference < 1e-8 if answer[1] else difference > 1e-3


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("y ~ x + (1 | g)", "y~x+(1|g)", "Written out, they are the same."),
        ("y ~ x*z + (1 | g)", "y ~ z + x + z:x + (1 | g)", "They expand to the same terms."),
        (
            "y ~ x + (1 | g) + (x | g)",
            "y ~ x + (x | g)",
            "They expand to the same terms, and (1 | g) adds nothing to (x | g).",
        ),
        ("log(y) ~ x + (1 | g)", "y ~ x + (1 | g)", "The responses differ: log(y) and y."),
        (
            "y ~ x*z + (1 | g)",
            "y ~ x + z + (1 | g)",
            "The first has the fixed effect x:z, the other has not.",
        ),
        (
            "y ~ 0 + x + (1 | g)",
            "y ~ x + (1 | g)",
            "The second has an intercept among its fixed effects, the other has not.",
        ),
        (
            "y ~ x + (1 | g)",
            "y ~ x + (1 | g) + (1 | h)",
            "The second has random effects by h, the other has not.",
        ),
        (
            "y ~ x + (x | g)",
            "y ~ x + (1 | g)",
            "The first has a random effect of x by g, the other has not.",
        ),
        (
            "y ~ x + (x || g)",
            "y ~ x + (x | g)",
            "The second lets a random intercept and a random effect of x by g be correlated, the "
            "other takes them as unrelated.",
        ),
        (
            "y ~ x + z + (x | g) + (0 + z | g)",
            "y ~ x + z + (z | g) + (0 + x | g)",
            "The first lets a random intercept and a random effect of x by g be correlated, the "
            "other takes them as unrelated.",
        ),
        (
            "y ~ x + (1 | a/u)",
            "y ~ x + (1 | a) + (1 | u)",
            "The same on these data, because every label of u stands for one group, so that u and "
            "u:a divide the rows in the same way.",
        ),
        (
            "y ~ f + (f || g)",
            "y ~ f + (f | g)",
            "The same on these data, because the columns of (0 + f | g) and (f | g) can be "
            "computed from each other, and (1 | g) adds nothing to (0 + f | g).",
        ),
        (
            "y ~ x + (0 + side | g)",
            "y ~ x + (1 | g)",
            "The same on these data, because (0 + side | g) and (1 | g) differ in nothing but the "
            "sign within some groups.",
        ),
        (
            "y ~ x + (1 | a/b)",
            "y ~ x + (1 | a) + (1 | b)",
            "The first has random effects by b:a, the other has not.",
        ),
    ],
)
def test_reasons(a: str, b: str, reason: str) -> None:
    assert equivalent(a, b, data()).reason == reason


def test_what_data_cannot_say() -> None:
    few = pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [0.0, 1, 0, 1], "g": list("aabb")})
    found = equivalent("y ~ x + (1 | g)", "y ~ x + (x | g)", few)
    assert (found.always, found.on_data) == (False, None)
    assert "On these data: number of observations (=4) <= number of random effects" in found.reason
    same = equivalent("y ~ x + (x | g)", "y ~ x + (1 + x | g)", few)
    assert (same.always, same.on_data) == (True, None)
    assert "On these data: number of observations" in same.reason


def test_columns_must_be_in_the_data_even_if_nothing_differs() -> None:
    with pytest.raises(FormulaError, match="Column 'w'"):
        equivalent("y ~ w + (1 | g)", "y ~ w + (1 | g)", data())


def test_gaps_in_different_columns_make_different_rows() -> None:
    gaps = data().copy()
    gaps.loc[0, "x2"] = np.nan
    found = equivalent("y ~ x2 + (1 | g)", "y ~ x + (1 | g)", gaps)
    assert found.on_data is False
    assert found.reason == (
        "They use different rows, because of missing values in different columns."
    )


def test_units_do_not_matter() -> None:
    tiny = data().assign(x=data()["x"] * 1e-7, z=data()["z"] * 1e6, y=data()["y"] * 1e-9)
    assert equivalent("y ~ cond/x + (1 | g)", "y ~ cond*x + (1 | g)", tiny).on_data
    assert equivalent("y ~ x + (1 | g)", "y ~ z + (1 | g)", tiny).on_data is False
    assert equivalent("y ~ x + (1 | g)", "I(y + 1e-15) ~ x + (1 | g)", tiny).on_data is False


POOL = [
    "y ~ x + (1 | g)",
    "y ~ x + (x | g)",
    "y ~ x + (x || g)",
    "y ~ x + (0 + x | g)",
    "y ~ x + (1 | g) + (1 + x | g)",
    "y ~ x + (1 | c:g)",
    "y ~ x + (1 | c/g)",
    "y ~ x + (1 | c) + (1 | g)",
    "y ~ x + (1 | c) + (1 | label)",
    "y ~ x + (1 | c/label)",
    "y ~ x*f + (1 | g)",
    "y ~ f/x + (1 | g)",
    "y ~ 0 + f + f:x + (1 | g)",
    "y ~ x + f + (f | g)",
    "y ~ x + f + (0 + f | g)",
    "y ~ x + f + (f || g)",
    "y ~ x + f + (1 | g) + (1 | f:g)",
]


def telling(seed: int) -> pd.DataFrame:
    """Data in which everything that any formula of the pool describes is there to be seen."""
    rng = np.random.default_rng(seed)
    c = np.repeat(np.arange(5), 48)
    label = np.tile(np.repeat(np.arange(4), 12), 5)
    g = c * 4 + label
    n = len(g)
    x, f = rng.normal(size=n), rng.integers(0, 3, n)
    # Evenly spread effects, so that no variance is estimated as zero by chance.
    even = np.linspace(-1.6, 1.6, 60)
    y = 3 + x + 2.0 * f * x + 3 * rng.permutation(even[::12])[c] + 3 * rng.permutation(4)[label]
    y = y + 2 * rng.permutation(even[::3])[g] + 2 * rng.permutation(even[::3])[g] * x
    y = y + 2 * rng.permutation(even).reshape(20, 3)[g, f] + rng.normal(0, 1, n)
    names = {"c": c, "label": label, "g": g, "f": f}
    return pd.DataFrame(
        {"y": y, "x": x, **{name: [f"{name}{k}" for k in v] for name, v in names.items()}}
    )


@pytest.mark.parametrize("seed", range(4))
def test_equivalent_formulas_and_only_they_fit_alike(seed: int) -> None:
    frame = telling(seed)
    fitted = {formula: lmer(formula, frame, reml=False).criterion for formula in POOL}
    alike = 0
    for a, b in combinations(POOL, 2):
        same = equivalent(a, b, frame).on_data
        difference = abs(fitted[a] - fitted[b])
        assert difference < 1e-8 if same else difference > 1e-6, (a, b)
        alike += bool(same)
    assert alike >= 8


def anything(seed: int) -> pd.DataFrame:
    """Noise, with groups that know nothing of each other."""
    rng = np.random.default_rng(seed)
    sizes = {"a": 3, "b": 4, "u": 5, "g": 6, "h": 5}
    groups = {name: [f"{name}{k}" for k in rng.integers(0, m, 400)] for name, m in sizes.items()}
    factors = {"cond": rng.choice(list("ab"), 400), "f": rng.choice(list("pqr"), 400)}
    numbers = {name: rng.normal(size=400) for name in ("y", "x", "z")}
    return pd.DataFrame({**numbers, **factors, **groups})


@pytest.mark.parametrize("seed", range(3))
def test_always_means_on_any_data(seed: int) -> None:
    frame = anything(seed)
    for a, b, answer in PAIRS:
        if answer == ALWAYS:
            first, second = (lmer(formula, frame, reml=False).criterion for formula in (a, b))
            assert first == pytest.approx(second, abs=1e-8), (a, b)
