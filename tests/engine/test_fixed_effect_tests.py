"""Satterthwaite and Kenward-Roger against lmerTest and pbkrtest, on every reference case."""

import numpy as np
import pandas as pd
import pytest

from sim import lmer, refit, simulate
from sim.errors import DesignError, LimitError
from sim.inference import kenward_roger as kr
from sim.inference.joint import joint, term_table
from sim.inference.kenward_roger import kenward_roger
from sim.inference.satterthwaite import satterthwaite, satterthwaite_many
from tests.reference.cases import NAMES, case_data, fit_of, reference

METHODS = {"satterthwaite": satterthwaite, "kenward_roger": kenward_roger}
COEFFICIENTS = [
    (name, method)
    for name in NAMES
    for method in METHODS
    if "df" in (reference(name).get(method) or {})
]
TERMS = [
    (name, method)
    for name in NAMES
    for method in METHODS
    if isinstance(reference(name).get(f"anova3_{method}"), list) and "rank_deficient" not in name
]


@pytest.mark.parametrize(("name", "method"), COEFFICIENTS)
def test_coefficients(name: str, method: str) -> None:
    ours = METHODS[method](fit_of(name))
    theirs = pd.DataFrame(reference(name)[method])
    assert list(ours.index) == list(theirs.index)
    np.testing.assert_allclose(ours["df"], theirs["df"], rtol=1e-5)
    np.testing.assert_allclose(ours["std_error"], theirs["se"], rtol=1e-6)
    np.testing.assert_allclose(ours["statistic"], theirs["t"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours["p_value"], theirs["p"], rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize(("name", "method"), TERMS)
def test_terms(name: str, method: str) -> None:
    ours = term_table(fit_of(name), method)
    theirs = pd.DataFrame(reference(name)[f"anova3_{method}"]).set_index("term")
    assert list(ours.index) == list(theirs.index)
    np.testing.assert_array_equal(ours["df1"], theirs["NumDF"])
    np.testing.assert_allclose(ours["df2"], theirs["DenDF"], rtol=1e-5)
    np.testing.assert_allclose(ours["statistic"], theirs["F"], rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(ours["p_value"], theirs["p"], rtol=1e-3, atol=1e-9)


def test_the_lectures_degrees_of_freedom() -> None:
    fit = fit_of("sleep_corr__REML")
    np.testing.assert_allclose(satterthwaite(fit)["df"], [19.2953, 17.1629], atol=1e-4)
    np.testing.assert_allclose(kenward_roger(fit)["df"], [18.8532, 17.0820], atol=1e-4)


@pytest.mark.parametrize("name", ["sleep_corr__REML", "crossed_balanced__ML", "ties_three__REML"])
def test_many_at_once_equal_one_at_a_time(name: str) -> None:
    case, fit = reference(name), fit_of(name)
    Y = simulate(fit, 6, np.random.default_rng(3))
    many = satterthwaite_many(fit, Y, refit(fit, Y))
    for b in range(6):
        data = case_data(name).assign(**{fit.design.formula.response_text: Y[:, b]})
        single = lmer(case["formula"], data, reml=fit.reml, contrasts=case["contrasts"])
        if single.is_singular:  # the Hessian's zero eigenvalue may fall on either side of 1e-8
            continue
        one = satterthwaite(single)
        np.testing.assert_allclose(many.df[b], one["df"], rtol=1e-4)
        np.testing.assert_allclose(many.p_value[b], one["p_value"], rtol=1e-3, atol=1e-12)


def test_joint_takes_terms_coefficients_and_contrasts() -> None:
    fit = fit_of("factor_slopes__REML")
    names = [name for name in fit.fixef.index if name.startswith("f")]
    by_term, by_names = joint(fit, "f"), joint(fit, names)
    L = np.zeros((3, len(fit.beta)))
    for row, name in enumerate(names):
        L[row, list(fit.fixef.index).index(name)] = 1.0
    L[2] = L[0] + L[1]  # says nothing new
    assert by_term == by_names
    for method in ("satterthwaite", "kenward_roger"):
        redundant, plain = joint(fit, L, method), joint(fit, "f", method)
        assert redundant.df1 == plain.df1 == 2
        assert redundant.statistic == pytest.approx(plain.statistic)


def test_one_degree_of_freedom_is_the_square_of_t() -> None:
    fit = fit_of("sleep_corr__REML")
    for method, table in METHODS.items():
        row = table(fit).loc["days"]
        test = joint(fit, "days", method)
        assert test.statistic == pytest.approx(row["statistic"] ** 2)
        assert test.df2 == pytest.approx(row["df"])
        assert test.p_value == pytest.approx(row["p_value"])


def test_what_cannot_be_tested_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fit_of("sleep_corr__REML")
    with pytest.raises(DesignError, match=r"no coefficient 'dayz'\. The fit has \(Intercept\)"):
        joint(fit, "dayz")
    with pytest.raises(DesignError, match="No coefficient is named"):
        joint(fit, [])
    with pytest.raises(DesignError, match=r"has shape \(2, 3\)"):
        joint(fit, np.ones((2, 3)))
    with pytest.raises(DesignError, match="no method 'wald'"):
        joint(fit, "days", "wald")  # type: ignore[arg-type]
    for method in METHODS:
        with pytest.raises(DesignError, match="The contrast is zero"):
            joint(fit, np.zeros((1, 2)), method)  # type: ignore[arg-type]
    with pytest.raises(DesignError, match="for REML fits only"):
        kenward_roger(fit_of("sleep_corr__ML"))
    with pytest.raises(DesignError, match="was dropped"):
        term_table(fit_of("rank_deficient__REML"))
    monkeypatch.setattr(kr, "MAX_COLUMNS", 10)
    with pytest.raises(LimitError, match="40 random effects"):
        kenward_roger(fit)


def test_one_row_a_cell_divides_by_zero_as_r_does() -> None:
    """Five pairs whose rounding makes a denominator exactly zero; R: pbkrtest 0.5-2."""
    y = [-4.396492364126038, -3.569096066642115, 8.144843124226485, 6.456295238099015,
         2.658480726341351, 3.0793228261253756, -11.381483725293332, -10.26075127977497,
         -9.040104723331655, -8.25260701601304]  # fmt: skip
    data = pd.DataFrame({"g": np.repeat(list("cdbea"), 2), "x": [0.0, 1.0] * 5, "y": y})
    table = kenward_roger(lmer("y ~ x + (1 | g)", data))
    np.testing.assert_allclose(table["df"], [4.044091, 4.0], atol=1e-5)
    np.testing.assert_allclose(table["statistic"], [-0.8172508, 0.5780984], atol=1e-5)
