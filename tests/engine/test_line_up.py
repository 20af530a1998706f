"""The actual data hidden among simulated ones: nothing but the data may tell which they are."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sim import SCENARIOS, DataError, LimitError, SimError, generate, lmer
from sim.checks.line_up import MAX_PANEL_ROWS, PLOTS, line_up, line_up_p_value
from sim.scenarios.scenario import Roles


def fitted(name: str):
    data = generate(name, np.random.default_rng(2))
    return lmer(SCENARIOS[name].models[0].formula, data), data, SCENARIOS[name].roles


@pytest.fixture(scope="module")
def sleep():
    return fitted("sleepstudy")


@pytest.mark.parametrize("plot", PLOTS)
def test_the_actual_panel_holds_the_actual_data(sleep, plot: str) -> None:
    fit, data, roles = sleep
    found = line_up(fit, data, roles, plot, np.random.default_rng(5))
    assert found.actual is not None
    panel = found.rows[found.rows["panel"] == found.actual]
    expected = {
        "lines": ("y", data["reaction"]),
        "means": ("x", data.groupby("subject")["reaction"].mean()),
        "residuals": ("y", fit.resid),
    }[plot]
    assert_allclose(np.sort(panel[expected[0]]), np.sort(expected[1]), rtol=1e-9, atol=1e-9)
    assert_allclose(found.responses[:, found.actual - 1], data["reaction"])
    others = found.rows[found.rows["panel"] != found.actual]
    for _, other in others.groupby("panel"):
        assert len(other) == len(panel)
        assert not np.allclose(np.sort(other[expected[0]]), np.sort(panel[expected[0]]))


def test_residuals_of_simulated_panels_are_those_of_their_own_fit(sleep) -> None:
    fit, data, roles = sleep
    found = line_up(fit, data, roles, "residuals", np.random.default_rng(5), panels=4)
    lines = line_up(fit, data, roles, "lines", np.random.default_rng(5), panels=4)
    number = 1 if found.actual != 1 else 2
    panel = lines.rows[lines.rows["panel"] == number].rename(
        columns={"participant": "subject", "x": "days", "y": "reaction"}
    )
    own = lmer(str(fit.design.formula), panel)
    assert_allclose(
        np.sort(found.rows.loc[found.rows["panel"] == number, "y"]), np.sort(own.resid), atol=1e-4
    )


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_story_has_its_line_ups(name: str) -> None:
    fit, data, roles = fitted(name)
    for plot in PLOTS:
        found = line_up(fit, data, roles, plot, np.random.default_rng(1), panels=3)
        assert list(found.rows.columns) == ["panel", "participant", "group", "x", "y"]
        assert set(found.rows["panel"]) == {1, 2, 3}
        assert found.rows["x"].notna().all()
        assert found.rows["y"].notna().all() == (plot != "means")


def test_groups_that_are_numbers_are_groups() -> None:
    fit, data, roles = fitted("mixture")
    found = line_up(fit, data, roles, "lines", np.random.default_rng(1), panels=2)
    assert found.groups == ("1", "2")
    assert set(found.rows["group"]) == {"1", "2"}


def test_order_of_rows_and_people_says_nothing(sleep) -> None:
    fit, data, roles = sleep
    found = line_up(fit, data, roles, "lines", np.random.default_rng(9))
    keys = [
        tuple(map(tuple, panel[["participant", "x"]].to_numpy()))
        for _, panel in found.rows.groupby("panel", sort=False)
    ]
    assert all(key == keys[0] for key in keys)
    first = [panel["y"].iloc[0] for _, panel in found.rows.groupby("panel")]
    assert data["reaction"].iloc[0] not in first  # participants are renumbered in each panel


def test_the_place_is_drawn_evenly(sleep) -> None:
    fit, data, roles = sleep
    places = [
        line_up(fit, data, roles, "lines", np.random.default_rng(seed), panels=4).actual
        for seed in range(400)
    ]
    counts = np.bincount(places, minlength=5)[1:]
    assert stats.chisquare(counts).pvalue > 1e-4


def test_a_warm_up_has_no_actual_panel(sleep) -> None:
    fit, data, roles = sleep
    found = line_up(fit, data, roles, "lines", np.random.default_rng(5), null=True)
    assert found.actual is None
    mine = np.sort(data["reaction"])
    for _, panel in found.rows.groupby("panel"):
        assert not np.allclose(np.sort(panel["y"]), mine)


def test_large_data_show_some_participants_and_say_so() -> None:
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(200), 10)
    data = pd.DataFrame({"person": person, "x": np.tile(np.arange(10.0), 200)})
    data["y"] = rng.normal(size=200)[person] + rng.normal(size=2000)
    found = line_up(
        lmer("y ~ x + (1 | person)", data), data, Roles("y", "x", "person"), "lines", rng, 3
    )
    assert (found.n_shown, found.n_participants) == (MAX_PANEL_ROWS // 10, 200)
    assert len(found.rows) == 3 * MAX_PANEL_ROWS


def test_missing_rows_are_left_out_of_all_panels() -> None:
    data = generate("sleepstudy", np.random.default_rng(1)).copy()
    data.loc[[3, 50], "reaction"] = np.nan
    fit = lmer("log(reaction) ~ days + (1 | subject)", data)
    found = line_up(
        fit, data, SCENARIOS["sleepstudy"].roles, "lines", np.random.default_rng(1), panels=2
    )
    assert len(found.rows) == 2 * 178
    assert found.y_name == "log(reaction)"


def test_one_viewer_who_is_right_has_one_in_twenty() -> None:
    for attraction in (0.1, 1.0, 7.0, float("inf")):
        assert line_up_p_value(1, 1, attraction=attraction) == pytest.approx(0.05)
    assert line_up_p_value(0, 30) == 1.0


@pytest.mark.parametrize("attraction", [0.3, 1.0, 3.0])
def test_p_value_is_that_of_viewers_who_share_their_panels(attraction: float) -> None:
    rng = np.random.default_rng(3)
    draws = rng.dirichlet(np.full(20, attraction), size=40_000)[:, 7]
    hits = rng.binomial(12, draws)
    for wanted in (1, 3, 6):
        share = np.mean(hits >= wanted)
        error = 4 * np.sqrt(share * (1 - share) / hits.size) + 1e-4
        assert abs(share - line_up_p_value(wanted, 12, attraction=attraction)) < error


def test_independent_votes_promise_more() -> None:
    assert line_up_p_value(4, 20, attraction=float("inf")) < line_up_p_value(4, 20)
    assert line_up_p_value(4, 20, attraction=1e6) == pytest.approx(
        line_up_p_value(4, 20, attraction=float("inf")), rel=1e-3
    )


@pytest.mark.parametrize(
    "arguments", [(2, 1), (-1, 3), (1, 3, 1), (1.0, 3), (True, 3), (1, 10**9), (1, 3, 20, 0.0)]
)
def test_votes_that_cannot_be(arguments) -> None:
    with pytest.raises(DataError):
        line_up_p_value(*arguments)


def test_nonsense_is_refused(sleep) -> None:
    fit, data, roles = sleep
    rng = np.random.default_rng(1)
    with pytest.raises(DataError, match=r"There is no plot 'line'\. .* Did you mean 'lines'\?"):
        line_up(fit, data, roles, "line", rng)
    with pytest.raises(LimitError):
        line_up(fit, data, roles, "lines", rng, panels=31)
    with pytest.raises(DataError, match="not those of the fit"):
        line_up(fit, data.head(10), roles, "lines", rng)
    with pytest.raises(SimError):
        line_up(fit, data, Roles("reaction", "weeks", "subject"), "lines", rng)
