"""Complete, no and partial pooling beside R's answers (tests/reference/make_pooling.R)."""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import DataError, DesignError, FormulaError
from sim.pooling import (
    METHODS,
    Pooling,
    bandwidth,
    complete_line,
    densities,
    density,
    measurements,
    own_lines,
    pool,
    pooling_path,
)
from tests.reference.cases import HERE, read_data

SLEEP = ("sleepstudy183", "sleepstudy180")
VARYING = ("intercepts", "slopes", "both")


@cache
def answers(name: str) -> dict[str, Any]:
    return json.loads((HERE / "pooling.json").read_text(encoding="utf-8"))[name]


@cache
def pooled(name: str = "sleepstudy183", varying: Any = "both") -> Pooling:
    return pool(read_data(name, ("subject",)), "reaction", "days", "subject", varying)


def numbers(table: list[list[float | None]]) -> np.ndarray:
    return np.array(table, dtype=np.float64)


@pytest.mark.parametrize("name", SLEEP)
def test_lines_of_their_own(name: str) -> None:
    expected = answers(name)["own"]
    own = pooled(name).own
    assert list(own.index) == expected["rows"]
    assert list(own.columns) == expected["names"]
    np.testing.assert_allclose(own, numbers(expected["values"]), rtol=1e-10)


def test_the_table_of_twenty_participants_to_the_printed_digits() -> None:
    expected = [line.split() for line in answers("sleepstudy183")["own_printed"]]
    own = pooled().own
    ours = [
        [name, f"{row.iloc[0]:.4f}", "NA" if np.isnan(row.iloc[1]) else f"{row.iloc[1]:.6f}"]
        for name, row in own.iterrows()
    ]
    assert [["(Intercept)", "days"], *ours] == expected


def test_one_observation_has_an_intercept_and_no_line() -> None:
    fit = pooled()
    assert fit.own.loc["373", "(Intercept)"] == 245.0
    assert np.isnan(fit.own.loc["373", "days"])
    drawn = fit.predict("no", np.arange(10.0)).set_index("participant")
    assert drawn.loc["373", "y"].isna().all()
    assert drawn.drop(index="373")["y"].notna().all()
    assert fit.predict("partial", np.arange(10.0))["y"].notna().all()


@pytest.mark.parametrize("name", SLEEP)
def test_one_line_for_all(name: str) -> None:
    expected = answers(name)["complete"]
    ours = pooled(name).complete
    np.testing.assert_allclose(ours, list(expected.values()), rtol=1e-11)


@pytest.mark.parametrize("varying", VARYING)
@pytest.mark.parametrize("name", SLEEP)
def test_partial_pooling_is_coef_of_lmer(name: str, varying: str) -> None:
    expected = answers(name)["coef"][varying]
    ours = pooled(name, varying).partial
    assert list(ours.index) == expected["rows"]
    assert sorted(ours.columns) == sorted(expected["names"])
    np.testing.assert_allclose(ours[expected["names"]], numbers(expected["values"]), rtol=1e-5)


@pytest.mark.parametrize("varying", VARYING)
def test_three_coef_tables_to_the_printed_digits(varying: str) -> None:
    table = pooled(varying=varying).fit.group_coef["subject"]
    header, *lines = answers("sleepstudy183")["printed"][varying]
    assert header.split() == list(table.columns)
    for (name, row), line in zip(table.iterrows(), lines, strict=True):
        label, *cells = line.split()
        assert label == name
        for value, cell in zip(row, cells, strict=True):
            half = 0.5 * 10.0 ** -len(cell.partition(".")[2])
            # Slopes show seven decimals, and lme4's optimum lies up to 3e-7 from ours.
            assert abs(value - float(cell)) <= half + 3e-7


@pytest.mark.parametrize("varying", VARYING)
def test_three_coef_tables_of_plain_lmer(varying: str) -> None:
    expected = answers("sleepstudy183")["default"][varying]
    ours = pooled(varying=varying).partial[expected["names"]]
    # Plain lmer() stops a little before the optimum, which the fifth digit can show.
    np.testing.assert_allclose(ours, numbers(expected["values"]), rtol=4e-5, atol=1e-4)


@pytest.mark.parametrize("name", SLEEP)
def test_spread_of_estimates(name: str) -> None:
    expected = answers(name)["sd"]
    spread = pooled(name).spread
    np.testing.assert_allclose(spread.loc["no"], list(expected["own"].values()), rtol=1e-10)
    partial = expected["partial"]["both"]
    np.testing.assert_allclose(spread.loc["partial", list(partial)], list(partial.values()), 1e-5)
    assert spread.loc["complete"].tolist() == [0.0, 0.0]


def test_what_the_model_does_not_let_vary_has_no_spread() -> None:
    assert pooled(varying="intercepts").spread.loc["partial", "days"] == 0.0
    assert pooled(varying="slopes").spread.loc["partial", "(Intercept)"] == 0.0


def test_the_lecture_s_spreads_are_those_of_its_eighteen_participants() -> None:
    spread = pooled("sleepstudy180").spread
    assert [f"{value:.2f}" for value in spread.loc["no"]] == ["28.95", "6.56"]
    # The lecture cuts 21.596 to 21.59.
    assert [f"{value:.3f}" for value in spread.loc["partial"]] == ["21.596", "5.455"]


@pytest.mark.parametrize("varying", VARYING)
def test_predictions_of_who_was_hardly_measured(varying: str) -> None:
    expected = answers("sleepstudy183")
    rows = pooled(varying=varying).predict("partial", np.arange(10.0)).set_index("participant")
    ours = rows.loc[["373", "374"]]
    assert ours["x"].tolist() == expected["predict_days"]
    assert list(ours.index) == expected["predict_subject"]
    np.testing.assert_allclose(ours["y"], expected["predict"][varying], rtol=1e-5)


@pytest.mark.parametrize("method", ["own", "partial"])
def test_densities_are_r_s(method: str) -> None:
    table = pooled().own if method == "own" else pooled().partial
    for term, expected in answers("sleepstudy183")["density"][method].items():
        values = table[term].dropna().to_numpy()
        assert bandwidth(values) == pytest.approx(expected["bw"], rel=1e-5)
        at, height = density(values)
        some = [0, 127, 255, 383, 511]
        np.testing.assert_allclose(at[some], expected["at"], rtol=1e-5)
        np.testing.assert_allclose(height[some], expected["height"], atol=2e-3 * height.max())
        assert np.trapezoid(height, at) == pytest.approx(1.0, abs=0.01)


def test_densities_skip_what_does_not_vary() -> None:
    frame = densities(pooled(varying="intercepts"))
    found = set(map(tuple, frame[["method", "term"]].drop_duplicates().to_numpy()))
    assert found == {("no", "(Intercept)"), ("no", "days"), ("partial", "(Intercept)")}


@pytest.mark.parametrize("varying", VARYING)
def test_weights_turn_own_lines_into_partial_ones(varying: str) -> None:
    fit = pooled(varying=varying)
    fixef = fit.fit.fixef[["(Intercept)", "days"]].to_numpy()
    own = fit.own.fillna(1e3).to_numpy()
    partial = fixef + np.einsum("gij,gj->gi", fit.weights, own - fixef)
    np.testing.assert_allclose(partial[:-2], fit.partial[:-2], rtol=1e-9)
    np.testing.assert_allclose(partial, fit.partial, rtol=1e-9)


def test_the_weight_of_a_mean_is_the_textbook_s() -> None:
    data = pd.DataFrame(
        {"y": [1, 2, 3, 7, 8, 9, 4, 6.5, 5], "x": [-1.0, 0, 1] * 3, "g": list("aaabbbccc")}
    )
    fit = pool(data, "y", "x", "g", "intercepts")
    variance, noise = fit.covariance[0, 0], fit.fit.sigma**2
    expected = variance / (variance + noise / 3)
    np.testing.assert_allclose(fit.weights[:, 0, 0], expected, rtol=1e-9)
    np.testing.assert_allclose(fit.own_weight, expected / 2, rtol=1e-9)


def test_more_data_weigh_more() -> None:
    weight = pooled().own_weight
    assert weight["373"] < weight["374"] < weight["308"] < 1.0
    assert weight["373"] <= 0.5


@pytest.mark.parametrize("name", SLEEP)
def test_path_at_given_ratios_is_lme4_s(name: str) -> None:
    expected = answers(name)["path"]
    path = pooling_path(pooled(name), [step["share"] for step in expected])
    for i, step in enumerate(expected):
        np.testing.assert_allclose(path.fixef[i], step["fixef"], rtol=1e-6)
        np.testing.assert_allclose(path.coefficients[i], numbers(step["values"]), rtol=1e-4)


@pytest.mark.parametrize("name", SLEEP)
def test_path_is_exact_at_both_ends_and_at_the_fit(name: str) -> None:
    fit = pooled(name)
    path = pooling_path(fit, [0.0, 0.5, 1.0])
    lines = path.coefficients
    np.testing.assert_allclose(lines[0], fit.coefficients("complete"), rtol=1e-12)
    np.testing.assert_allclose(path.fixef[0], fit.complete, rtol=1e-12)
    np.testing.assert_allclose(lines[1], fit.partial, rtol=1e-9)
    np.testing.assert_allclose(path.weights[1], fit.weights, rtol=1e-7, atol=1e-9)
    np.testing.assert_array_equal(lines[2], fit.own)
    np.testing.assert_allclose(path.own_weight[0], 0.0, atol=1e-12)
    whole = np.where(fit.own.isna().any(axis=1), 0.5, 1.0)
    np.testing.assert_allclose(path.own_weight[2], whole, rtol=1e-9)
    assert path.ratio.tolist() == [0.0, 1.0, np.inf]


def test_path_has_no_jumps() -> None:
    fit = pooled()
    path = pooling_path(fit, np.linspace(0, 1, 201))
    own_line = fit.own.notna().all(axis=1).to_numpy()
    steps = np.abs(np.diff(path.coefficients[:, own_line], axis=0)).max(axis=(1, 2))
    assert steps.max() < 5.0  # ms
    nearly = pooling_path(fit, [1 - 1e-9]).coefficients[0]
    np.testing.assert_allclose(nearly[own_line], fit.own[own_line], rtol=1e-5)
    # 373 keeps a slope until there is no pooling at all, and passes through the one value.
    assert nearly[-2, 0] == pytest.approx(245.0, abs=1e-4)
    assert np.isfinite(nearly[-2, 1])
    assert np.diff(path.own_weight, axis=0).min() > -1e-9


def test_path_of_a_singular_fit_still_reaches_separate_lines() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"x": np.tile(np.arange(6.0), 8), "g": np.repeat(np.arange(8), 6)})
    data["y"] = 3 + data["x"] + rng.normal(0, 2, 48)
    fit = pool(data, "y", "x", "g")
    assert fit.fit.is_singular
    path = pooling_path(fit, [0, 0.5, 1 - 1e-9, 1])
    np.testing.assert_allclose(path.coefficients[0], fit.coefficients("complete"), rtol=1e-10)
    np.testing.assert_allclose(path.coefficients[1], fit.partial, rtol=1e-6)
    np.testing.assert_allclose(path.coefficients[2], fit.own, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(path.coefficients[3], fit.own)


def test_a_distant_predictor_costs_no_digits() -> None:
    data = read_data("sleepstudy183", ("subject",))
    far = pool(data.assign(days=data["days"] + 2000), "reaction", "days", "subject")
    shifted, plain = pooling_path(far, [0.0, 0.2, 0.9]), pooling_path(pooled(), [0.0, 0.2, 0.9])
    np.testing.assert_allclose(
        shifted.coefficients[..., 1], plain.coefficients[..., 1], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(far.own_weight, pooled().own_weight, rtol=1e-6)
    at_2004 = np.array([1.0, 2004.0])
    fixef = far.fit.fixef.to_numpy()
    turned = fixef + np.einsum("gij,gj->gi", far.weights, far.own.fillna(0.0) - fixef)
    np.testing.assert_allclose(turned @ at_2004, far.partial.to_numpy() @ at_2004, rtol=1e-9)


seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(seed=seeds)
def test_what_holds_for_any_study(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 9, 9)
    g = np.repeat(np.arange(9), rows)
    x = np.round(rng.normal(rng.normal(0, 50), 3, len(g)), rng.integers(0, 3))
    y = rng.normal(5, 2, 9)[g] + rng.normal(1, 1, 9)[g] * x + rng.normal(0, 1, len(g))
    data = pd.DataFrame({"y": y, "x": x, "g": [f"s{k}" for k in g]})
    try:
        fit = pool(data, "y", "x", "g")
    except DesignError:
        return
    for name, part in data.groupby("g"):
        if part["x"].nunique() > 1:
            slope, intercept = np.polyfit(part["x"] - 7, part["y"], 1)
            assert fit.own.loc[name, "x"] == pytest.approx(slope, rel=1e-7, abs=1e-7)
            here = fit.own.loc[name] @ np.array([1.0, 7.0])
            assert here == pytest.approx(intercept, rel=1e-7, abs=1e-6)
        else:
            assert np.isnan(fit.own.loc[name, "x"])
            assert fit.own.loc[name, "(Intercept)"] == pytest.approx(part["y"].mean())
    path = pooling_path(fit, [0.0, 0.5, 1.0])
    np.testing.assert_allclose(path.coefficients[0], fit.coefficients("complete"), rtol=1e-8)
    middle = np.array([1.0, x.mean()])
    np.testing.assert_allclose(path.coefficients[1] @ middle, fit.partial @ middle, rtol=1e-6)
    np.testing.assert_array_equal(path.coefficients[2], fit.own)
    assert (fit.own_weight >= -1e-9).all() and (fit.own_weight <= 1 + 1e-9).all()


@pytest.mark.parametrize("shares", [[-0.1], [1.1], [np.nan], [], np.zeros(2000), "half", None])
def test_impossible_shares_are_refused(shares: Any) -> None:
    with pytest.raises(DataError, match=r"Shares are numbers from 0 to 1|must be finite numbers"):
        pooling_path(pooled(), shares)


def test_parallel_lines_have_no_path_to_separate_ones() -> None:
    with pytest.raises(DesignError, match="Parallel lines never become separate regressions"):
        pooling_path(pooled(varying="intercepts"), [0.5])


def test_rows_with_gaps_are_left_out_everywhere() -> None:
    data = read_data("sleepstudy183", ("subject",)).copy()
    data.loc[[3, 40], "days"] = np.nan
    fit = pool(data, "reaction", "days", "subject")
    assert fit.measured.n_missing == 2
    assert fit.fit.nobs == len(fit.measured.y) == 181


def test_any_names_and_kinds_of_columns_will_do() -> None:
    plain = read_data("sleepstudy183", ("subject",))
    data = plain.rename(
        columns={"reaction": "reaction time", "days": "days of 3 h", "subject": "1"}
    )
    data["1"] = data["1"].astype(int)
    fit = pool(data, "reaction time", "days of 3 h", "1")
    assert list(fit.partial.columns) == ["(Intercept)", "`days of 3 h`"]
    np.testing.assert_allclose(fit.partial, pooled().partial, rtol=1e-8)


def test_every_method_has_every_participant() -> None:
    for method in METHODS:
        assert pooled().coefficients(method).shape == (20, 2)
    with pytest.raises(DataError, match="There is no 'half' pooling"):
        pooled().coefficients("half")  # type: ignore[arg-type]


def test_shrinkage_draws_towards_the_average_line() -> None:
    fit = pooled("sleepstudy180")
    inverse = np.linalg.inv(fit.covariance)
    before, after = (
        np.einsum("gi,ij,gj->g", away, inverse, away)
        for away in (t.to_numpy() - fit.fit.fixef.to_numpy() for t in (fit.own, fit.partial))
    )
    assert (after < before).all()


def test_what_cannot_be_read_is_refused() -> None:
    data = pd.DataFrame({"y": [1.0, 2, 3, 4], "x": list("abab"), "c": 1.0, "g": list("uuvv")})
    with pytest.raises(DataError, match="'x' holds groups, and a line needs numbers"):
        measurements(data, "y", "x", "g")
    with pytest.raises(DataError, match="Every value of 'c' is the same"):
        measurements(data, "y", "c", "g")
    with pytest.raises(FormulaError, match="Column 'q'"):
        measurements(data, "y", "q", "g")
    with pytest.raises(DataError, match="'all' cannot vary"):
        pool(data, "y", "c", "g", "all")  # type: ignore[arg-type]


def test_lines_do_not_need_a_mixed_model() -> None:
    data = pd.DataFrame({"y": [1.0, 3, 3, 8], "x": [0.0, 1, 0, 1], "g": list("uuvv")})
    measured = measurements(data, "y", "x", "g")
    np.testing.assert_allclose(own_lines(measured), [[1, 2], [3, 5]])
    np.testing.assert_allclose(complete_line(measured), [2, 3.5])
    with pytest.raises(DesignError, match="number of observations"):
        pool(data, "y", "x", "g")
