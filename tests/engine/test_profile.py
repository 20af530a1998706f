"""Profile intervals against lme4's confint(profile(fit), oldNames = FALSE)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import lmer
from sim.errors import CancelledError, DataError, LimitError
from sim.inference import profile
from sim.inference.profile import confint, parameter_names
from tests.reference.cases import case_data, read_data, reference

REFERENCE = Path(__file__).parents[1] / "reference"
NAMES = (
    "sleep_corr",
    "sleep_int",
    "sleep_diag",
    "zero_variance",
    "crossed_balanced",
    "crossed_slope_unbalanced",
    "nested",
)
SLEEP = "reaction ~ 1 + days + (1 + days | subject)"


def known(name: str) -> dict:
    file = REFERENCE / "inference" / f"profile_{name}.json"
    return json.loads(file.read_text(encoding="utf-8"))


def fitted(name: str, reml: bool = True):
    case = known(name)
    return lmer(case["formula"], read_data(case["data"], tuple(case["factors"])), reml=reml)


def misses(table: pd.DataFrame, limits: dict) -> np.ndarray:
    """Distances of both limits from lme4's, in widths of the interval."""
    both = np.array([limits["lower"], limits["upper"]], dtype=float).T
    ours = table[["conf_low", "conf_high"]].to_numpy()
    return np.abs(ours - both) / (ours[:, 1] - ours[:, 0])[:, None]


@pytest.mark.parametrize("name", NAMES)
def test_intervals_agree_with_lme4(name: str) -> None:
    case, table = known(name), confint(fitted(name))
    assert list(table.index) == case["default_95"]["par"]
    # lme4 interpolates its profile by splines; with steps eight times smaller it comes nearer.
    assert misses(table, case["fine_95"]).max() < 2e-6
    assert misses(table, case["default_95"]).max() < 1e-3


def test_three_correlated_effects_are_never_narrower_than_lme4() -> None:
    """lme4's profile is not monotonic here: it stops above the optimum, so its limits are near."""
    case, table = known("single_three"), confint(fitted("single_three"))
    width = (table["conf_high"] - table["conf_low"]).to_numpy()
    for limits in (case["default_95"], case["fine_95"]):
        assert list(table.index) == limits["par"]
    wider = np.array([table["conf_high"] - case["fine_95"]["upper"],
                      case["fine_95"]["lower"] - table["conf_low"]])  # fmt: skip
    assert (wider / width).min() > -1e-5
    assert np.median(np.abs(wider / width)) < 1e-6


def test_another_level() -> None:
    table = confint(fitted("sleep_corr"), level=0.90)
    assert misses(table, known("sleep_corr")["default_90"]).max() < 1e-4


def test_the_reference_made_with_the_other_fits() -> None:
    rows = json.loads((REFERENCE / "lme4" / "_profile_sleep_corr.json").read_text())["profile_ci"]
    table = confint(fitted("sleep_corr"))
    limits = {"lower": [r["2.5 %"] for r in rows], "upper": [r["97.5 %"] for r in rows]}
    assert list(table.index) == [row["par"] for row in rows]
    assert misses(table, limits).max() < 1e-4


def test_reml_and_ml_fits_have_the_same_profile() -> None:
    one, two = confint(fitted("sleep_int")), confint(fitted("sleep_int", reml=False))
    pd.testing.assert_frame_equal(one, two)


def test_a_variance_of_zero_reaches_down_to_zero() -> None:
    table = confint(fitted("zero_variance"))
    assert table.loc["sd_(Intercept)|g", "conf_low"] == 0.0
    assert table.loc["sd_(Intercept)|g", "estimate"] == 0.0
    assert table.loc["sd_(Intercept)|g", "conf_high"] > 0.2


def test_a_perfect_correlation_keeps_its_side() -> None:
    # lme4 1.1-31 has no interval here: its profile is not monotonic.
    table = confint(fitted("perfect_correlation"))
    low, high = table.loc["cor_x.(Intercept)|g", ["conf_low", "conf_high"]]
    assert high == 1.0
    assert 0.5 < low < 1.0


def test_limits_are_roots_of_the_deviance() -> None:
    """Where the SD stands at its limit, the best other model is 3.84 worse, by brute force."""
    from scipy.optimize import minimize

    from sim import criterion

    fit = fitted("sleep_int", reml=False)
    low = confint(fit, parameters=["sd_(Intercept)|subject"]).iloc[0]["conf_low"]
    n = fit.nobs

    def deviance(log_sigma: np.ndarray) -> float:
        sigma = float(np.exp(log_sigma[0]))
        theta = np.array([low / sigma])
        profiled = criterion(fit.design, theta, reml=False)
        # Back from the profiled criterion: r² at this theta, then sigma as given.
        X, y = fit.design.X, fit.design.y
        codes = fit.design.blocks[0].codes
        V = np.eye(n) + theta[0] ** 2 * (codes[:, None] == codes)
        whole = np.linalg.solve(V, np.column_stack([X, y]))
        beta = np.linalg.solve(X.T @ whole[:, :-1], X.T @ whole[:, -1])
        rest = y - X @ beta
        r2 = float(rest @ np.linalg.solve(V, rest))
        log_det = profiled - n * (1 + np.log(2 * np.pi * r2 / n))
        return log_det + n * np.log(2 * np.pi * sigma**2) + r2 / sigma**2

    best = minimize(deviance, [np.log(fit.sigma)], method="Nelder-Mead", tol=1e-10)
    assert best.fun - fit.criterion == pytest.approx(3.841459, abs=1e-4)


EVERYWHERE = (
    "crossed_labels",
    "curve_log",
    "double_bar_factor",
    "factor_slopes",
    "interaction_group",
    "missing_rows",
    "rank_deficient",
    "small",
    "ties_three",
    "weights_slope",
    "zero_variance_slope",
)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_intervals_hold_their_estimates_whatever_the_design(name: str) -> None:
    case = reference(f"{name}__ML")
    table = confint(lmer(case["formula"], case_data(f"{name}__ML"), contrasts=case["contrasts"]))
    estimate = table["estimate"].fillna(0.0)
    size = np.abs(table[["conf_low", "conf_high"]]).max(axis=1)
    assert (table["conf_low"] <= estimate + 1e-6 * size).all()
    assert (table["conf_high"] >= estimate - 1e-6 * size).all()
    spread = table.index.str.startswith(("sd_", "sigma"))
    assert (table.loc[spread, "conf_low"] >= 0.0).all()
    correlations = table[table.index.str.startswith("cor_")]
    assert (correlations[["conf_low", "conf_high"]].abs() <= 1.0).all(axis=None)


def test_scaling_the_predictor_scales_its_slopes_only() -> None:
    data = case_data("sleep_corr__REML")
    one = confint(lmer(SLEEP, data))
    two = confint(lmer(SLEEP, data.assign(days=data["days"] * 86_400_000.0)))
    factor = np.array([1, 1, 86_400_000.0, 1, 1, 86_400_000.0])
    np.testing.assert_allclose(two.to_numpy() * factor[:, None], one.to_numpy(), rtol=1e-5)


def test_some_parameters_only_in_the_order_asked() -> None:
    table = confint(fitted("sleep_corr"), parameters=["days", "sigma"])
    assert list(table.index) == ["days", "sigma"]


def test_wald_intervals_are_for_fixed_effects() -> None:
    fit = lmer(SLEEP, case_data("sleep_corr__REML"))
    table = confint(fit, method="Wald")
    case = reference("sleep_corr__REML")["tight"]
    assert table.loc["days", "conf_low"] == pytest.approx(
        case["fixef"]["days"] - 1.959964 * case["se"]["days"], abs=1e-4
    )
    assert table.loc["sigma", ["conf_low", "conf_high"]].isna().all()
    assert tuple(table.index) == parameter_names(fit)


@pytest.mark.parametrize(
    ("level", "problem"),
    [(0.0, "0.0"), (1.0, "1.0"), (95, "95"), (float("nan"), "nan"), (True, "True")],
)
def test_a_level_that_is_none(level: float, problem: str) -> None:
    with pytest.raises(DataError) as caught:
        confint(fitted("sleep_int"), level=level)
    assert str(caught.value) == (
        f"The level is {problem}. Choose a number between 0 and 1, such as 0.95."
    )


def test_an_unknown_method_or_parameter() -> None:
    fit = fitted("sleep_int")
    with pytest.raises(DataError, match=r"^There is no method 'boot' for intervals\. Choose profi"):
        confint(fit, method="boot")
    with pytest.raises(DataError, match=r"^There is no parameter 'day'\. There are sd_\(Interce"):
        confint(fit, parameters=["day"])


def test_it_can_be_stopped() -> None:
    with pytest.raises(CancelledError):
        confint(fitted("sleep_int"), stop=lambda: True)


def test_large_crossed_designs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "MOST_RANDOM_EFFECTS", 10)
    with pytest.raises(LimitError, match="this server computes profiles of crossed designs with"):
        confint(fitted("crossed_slope_unbalanced"))
