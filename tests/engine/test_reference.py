"""Our fits against lme4's, on every reference case."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import lmer
from sim.errors import SimError
from sim.lmm.criterion import criterion
from sim.lmm.design import Design, build_design
from sim.lmm.summary import format_summary
from tests.reference.cases import HERE, NAMES, case_data, fit_of, read_data, reference
from tests.reference.printed import printed_fit

CLOSE = 1e-5
# lme4 calls a fit singular below this theta. On the boundary lme4 stops at zero and we do too, but
# either may stop beside it, where the criterion is flat: SDs are compared in units of sigma there.
BOUNDARY = 1e-4
# These two say more than lme4 does: rows dropped, and what `||` does to a factor.
MORE_WORDS = ("missing_rows", "double_bar_factor")
# We reach the optimum, so what lme4 says of its own search is not repeated.
SEARCHING = re.compile("failed to converge|unable to evaluate")
IDENTIFIED = [name for name in NAMES if reference(name)["identified"]]


@cache
def design_of(name: str) -> Design:
    case = reference(name)
    return build_design(case["formula"], case_data(name), case["contrasts"])


def tight(name: str) -> dict[str, Any]:
    return reference(name)["tight"]


def assert_near(ours: Any, theirs: Any, scale: Any, close: float = CLOSE) -> None:
    """Compare within `close` times a scale, which each caller justifies."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape
    worst = float(np.max(np.abs(ours - theirs) / scale, initial=0.0))
    assert worst <= close, f"off by {worst:.2e} of the scale"


@pytest.mark.parametrize("name", NAMES)
def test_criterion_at_given_thetas(name: str) -> None:
    case = reference(name)
    for at in case["criterion_at"]:
        ours = criterion(design_of(name), np.array(at["theta"]), case["method"] == "REML")
        assert ours == pytest.approx(at["value"], rel=1e-10, abs=0)


@pytest.mark.parametrize("name", NAMES)
def test_optimum_is_no_worse_than_lme4s(name: str) -> None:
    assert fit_of(name).criterion <= tight(name)["criterion"] + 1e-6
    assert fit_of(name).converged


@pytest.mark.parametrize("name", NAMES)
def test_fixed_effects(name: str) -> None:
    fit, theirs = fit_of(name), tight(name)
    assert list(fit.fixef.index) == list(theirs["fixef"])
    beta, error = np.array(list(theirs["fixef"].values())), np.array(list(theirs["se"].values()))
    # A coefficient near zero is only as sharp as its standard error.
    assert_near(fit.fixef, beta, np.maximum(np.abs(beta), error))
    assert_near(fit.std_error, error, error)
    assert_near(fit.vcov, theirs["vcov"], np.outer(error, error))
    assert_near(fit.correlation, fit.vcov / np.outer(error, error), 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_sigma_and_information(name: str) -> None:
    fit, theirs = fit_of(name), tight(name)
    assert_near(fit.sigma, theirs["sigma"], theirs["sigma"])
    assert fit.loglik == pytest.approx(theirs["logLik"], abs=1e-6)
    assert fit.aic == pytest.approx(theirs["AIC"], abs=1e-6)
    assert fit.bic == pytest.approx(theirs["BIC"], abs=1e-6)
    assert fit.n_parameters == theirs["df_logLik"]
    assert fit.nobs == theirs["nobs"]
    assert list(fit.ngroups.items()) == list(theirs["ngrps"].items())


@pytest.mark.parametrize("name", NAMES)
def test_random_effects_rows_are_lme4s(name: str) -> None:
    rows = pd.DataFrame(tight(name)["varcorr"], columns=["grp", "var1", "var2"])
    ours = fit_of(name).varcorr
    assert list(ours.columns) == ["grp", "var1", "var2", "vcov", "sdcor"]
    assert list(ours["grp"]) == list(rows["grp"])
    for column in ("var1", "var2"):
        assert ours[column].fillna("").tolist() == rows[column].fillna("").tolist()


@pytest.mark.parametrize("name", IDENTIFIED)
def test_standard_deviations_and_correlations(name: str) -> None:
    ours, rows = fit_of(name).varcorr, tight(name)["varcorr"]
    sigma = tight(name)["sigma"]
    deviations = {(r["grp"], r.get("var1")): r["sdcor"] for r in rows if r.get("var2") is None}
    for mine, row in zip(ours.itertuples(), rows, strict=True):
        if row.get("var2") is None:
            near_zero = row["sdcor"] < BOUNDARY * sigma
            assert_near(mine.sdcor, row["sdcor"], sigma if near_zero else row["sdcor"])
            continue
        first, second = (deviations[row["grp"], row[var]] for var in ("var1", "var2"))
        assert_near(mine.vcov, row["vcov"], max(first * second, (BOUNDARY * sigma) ** 2))
        # With one SD zero there is no correlation: lme4 prints NaN or an accident of rounding.
        if min(first, second) > BOUNDARY * sigma:
            assert_near(mine.sdcor, row["sdcor"], 1.0)


@pytest.mark.parametrize("name", IDENTIFIED)
def test_theta_is_in_lme4s_order(name: str) -> None:
    fit, theirs = fit_of(name), np.array(list(tight(name)["theta"].values()))
    if tight(name)["singular"]:
        # On the boundary columns of Lambda can turn without a change of its product, so theta
        # itself has no unique value; the covariances, compared above, have.
        assert fit.theta.shape == theirs.shape
        return
    # Each theta adds to the effects of its bracket: the largest sets the scale.
    assert_near(fit.theta, theirs, np.abs(theirs).max())


def frames(name: str, what: str) -> Iterator[tuple[str, pd.DataFrame]]:
    for group, rows in tight(name)[what].items():
        yield group, pd.DataFrame(rows).set_index("level")


@pytest.mark.parametrize("name", IDENTIFIED)
def test_conditional_modes(name: str) -> None:
    fit = fit_of(name)
    assert list(fit.ranef) == list(tight(name)["ranef"])
    for group, theirs in frames(name, "ranef"):
        ours = fit.ranef[group]
        assert list(ours.columns) == list(theirs.columns)
        assert sorted(ours.index) == sorted(theirs.index)
        # A mode near zero is a difference of large numbers: the column's largest sets the scale,
        # and where a variance is zero, so that every mode is, sigma does.
        largest = theirs.abs().max().to_numpy()
        scale = np.where(largest < BOUNDARY * fit.sigma, fit.sigma, largest)
        assert_near(ours.loc[theirs.index], theirs, scale)


@pytest.mark.parametrize("name", IDENTIFIED)
def test_conditional_standard_deviations(name: str) -> None:
    fit = fit_of(name)
    rows = pd.DataFrame(tight(name)["ranef_condsd"])
    for (group, term), part in rows.groupby(["grpvar", "term"]):
        ours = fit.ranef_std_error[group].loc[part["level"], term]
        theirs = part["condsd"].to_numpy()
        assert_near(ours, theirs, np.where(theirs < BOUNDARY * fit.sigma, fit.sigma, theirs))


@pytest.mark.parametrize("name", IDENTIFIED)
def test_group_coefficients(name: str) -> None:
    fit, errors = fit_of(name), tight(name)["se"]
    assert list(fit.group_coef) == list(tight(name)["coef"])
    for group, theirs in frames(name, "coef"):
        ours = fit.group_coef[group]
        assert list(ours.columns) == list(theirs.columns)
        # As for the fixed effects: a coefficient is only as sharp as its standard error.
        floor = np.array([errors.get(column, 0.0) for column in theirs.columns])
        assert_near(
            ours.loc[theirs.index], theirs, np.maximum(theirs.abs().max().to_numpy(), floor)
        )


@pytest.mark.parametrize("name", NAMES)
def test_fitted_values_and_residuals(name: str) -> None:
    fit, theirs = fit_of(name), tight(name)
    head = np.array(theirs["fitted"])
    assert_near(fit.fitted[: len(head)], head, np.abs(head).max())
    quantiles = np.quantile(fit.resid / fit.sigma, [0, 0.25, 0.5, 0.75, 1])
    # Scaled residuals have unit 1.
    assert_near(quantiles, theirs["resid_scaled_quantiles"], 1.0)
    assert_near(fit.fitted + fit.resid, design_of(name).y, np.abs(design_of(name).y).max(), 1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_lme4s(name: str) -> None:
    fit, case = fit_of(name), reference(name)
    said = [*case["messages"], *case["warnings"]]
    expected = [text for text in said if not SEARCHING.search(text)]
    if case["identified"]:
        assert fit.is_singular == tight(name)["singular"]
    if case["case"] not in MORE_WORDS:
        assert len(fit.messages) == len(expected)
    for text in expected:
        # After lme4's words a message may name what they concern.
        assert any(message.startswith(text) for message in fit.messages)


NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]\d+)?")


def words(line: str) -> str:
    """Return a line with one mark for every number and one blank for every gap."""
    return re.sub(r"[ -]+", " ", NUMBER.sub("#", line)).strip()


@pytest.mark.parametrize("name", IDENTIFIED)
def test_summary_shows_lme4s_lines(name: str) -> None:
    """The text from lme4's optimum, which `test_summary` ties to lme4's own print."""
    ours = fit_of(name).summary().splitlines()
    theirs = format_summary(printed_fit(name, "tight"), optimizer="Newton").splitlines()
    theirs = [line for line in theirs if not SEARCHING.search(line)]
    if theirs[-1].startswith("optimizer (") and not tight(name)["singular"]:
        theirs.pop()  # it introduced the message just left out
    assert len(ours) == len(theirs)
    for mine, line in zip(ours, theirs, strict=True):
        if line.startswith("   Data:"):
            continue
        assert words(mine) == words(line)
        for number, known in zip(NUMBER.findall(mine), NUMBER.findall(line), strict=True):
            # A digit that lies between two roundings may fall either way; variances beside a
            # small one are printed with more digits than any optimum has.
            last_digit = 10.0 ** -len(known.partition(".")[2])
            allowed = max(1.01 * last_digit, 1e-6 * abs(float(known)))
            assert abs(float(number) - float(known)) <= allowed, (mine, line)


REFUSED = json.loads((HERE / "lme4" / "_refused.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFUSED, ids=[case["formula"] for case in REFUSED])
def test_what_lme4_refuses_is_refused(case: dict[str, Any]) -> None:
    data = read_data(case["data"], tuple(case["factors"])).assign(one="a")
    with pytest.raises(SimError):
        lmer(case["formula"], data)


def test_more_random_effects_than_observations_in_lme4s_words() -> None:
    case = REFUSED[0]
    words, _, _ = case["message"].partition(";")
    with pytest.raises(SimError, match=re.escape(words)):
        lmer(case["formula"], read_data(case["data"], tuple(case["factors"])))
