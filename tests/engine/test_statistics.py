"""Statistics against plain loops and known numbers, and their simulation p-values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.checks.statistics import (
    STATISTICS,
    StatisticUnavailable,
    available,
    check_statistic,
    reasons,
)
from sim.scenarios import SCENARIOS, Roles, generate

ROLES = Roles("y", "x", "who", "kind")


def frame_of(seed: int = 1, participants: int = 7) -> pd.DataFrame:
    """An unbalanced frame: some participants have one observation only."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(participants), rng.integers(1, 6, participants))
    who = rng.permutation(np.append(who, [0, 0, 1, 1, 2, 2, 3, 3]))
    return pd.DataFrame(
        {
            "who": [f"p{i}" for i in who],
            "kind": np.where(who % 2, "odd", "even"),
            "x": rng.normal(5, 2, who.size),
            "y": rng.normal(10, 3, who.size),
        }
    )


def columns(frame: pd.DataFrame, n: int = 5) -> np.ndarray:
    return np.random.default_rng(9).normal(100, 3, (len(frame), n))


def by_participant(frame: pd.DataFrame, y: np.ndarray) -> np.ndarray:
    return frame.assign(y=y).groupby("who")["y"].mean().to_numpy()


def own_lines(frame: pd.DataFrame, y: np.ndarray) -> np.ndarray:
    """Intercept and slope of every participant with two or more values of x, shape (k, 2)."""
    parts = frame.assign(y=y).groupby("who")
    return np.array([np.polyfit(p["x"], p["y"], 1)[::-1] for _, p in parts if len(p) > 1])


def sarle(means: np.ndarray) -> float:
    n = len(means)
    skew = stats.skew(means, bias=False)
    excess = stats.kurtosis(means, bias=False)
    return (skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def group_ratio(frame: pd.DataFrame, y: np.ndarray) -> float:
    sds = []
    for _, part in frame.assign(y=y).groupby("kind"):
        left = part["y"] - np.polyval(np.polyfit(part["x"], part["y"], 1), part["x"])
        sds.append(np.sqrt((left**2).sum() / (len(part) - 2)))
    return max(sds) / min(sds)


PLAIN = {
    "participant_sd": lambda f, y: by_participant(f, y).std(ddof=1),
    "largest_participant": lambda f, y: np.abs(
        by_participant(f, y) - by_participant(f, y).mean()
    ).max(),
    "skewness": lambda f, y: stats.skew(by_participant(f, y)),
    "bimodality": lambda f, y: sarle(by_participant(f, y)),
    "group_sd_ratio": group_ratio,
    "slope_correlation": lambda f, y: np.corrcoef(own_lines(f, y).T)[0, 1],
    "slope_sd": lambda f, y: own_lines(f, y)[:, 1].std(ddof=1),
}


@pytest.mark.parametrize("key", STATISTICS)
@pytest.mark.parametrize("seed", range(3))
def test_every_statistic_agrees_with_a_plain_loop(key: str, seed: int) -> None:
    frame = frame_of(seed)
    values = columns(frame)
    got = STATISTICS[key].compute(values, frame, ROLES)
    expected = [PLAIN[key](frame, values[:, b]) for b in range(values.shape[1])]
    assert got == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("key", STATISTICS)
def test_rows_with_missing_roles_are_left_out(key: str) -> None:
    frame = frame_of()
    longer = pd.concat([frame, frame.iloc[:3]], ignore_index=True)
    longer.loc[len(frame) :, ["who", "kind", "x"]] = np.nan
    values = columns(longer)
    short = STATISTICS[key].compute(values[: len(frame)], frame, ROLES)
    assert STATISTICS[key].compute(values, longer, ROLES) == pytest.approx(short, rel=1e-9)


@given(seed=st.integers(0, 10_000), shift=st.floats(-50, 50), scale=st.floats(0.01, 50))
@settings(max_examples=40, deadline=None)
def test_units_and_row_order(seed: int, shift: float, scale: float) -> None:
    frame = frame_of(seed % 5)
    values = np.random.default_rng(seed).normal(0, 1, (len(frame), 3))
    order = np.random.default_rng(seed).permutation(len(frame))
    for key, statistic in STATISTICS.items():
        base = statistic.compute(values, frame, ROLES)
        moved = statistic.compute(values[order], frame.iloc[order], ROLES)
        assert moved == pytest.approx(base, rel=1e-6, abs=1e-9), key
        if key == "slope_correlation":
            continue  # it scales too, but is -1 to 1 already
        factor = 1.0 if statistic.unit_of == "none" else scale
        scaled = statistic.compute(values * scale + shift, frame, ROLES)
        assert scaled == pytest.approx(base * factor, rel=1e-5, abs=1e-7), key


def test_known_numbers() -> None:
    sleep = generate("sleepstudy", np.random.default_rng(1))
    roles = SCENARIOS["sleepstudy"].roles
    y = sleep[["reaction"]].to_numpy()
    # The lecture's SD of the slopes without pooling.
    assert STATISTICS["slope_sd"].compute(y, sleep, roles)[0] == pytest.approx(6.56, abs=0.005)
    two = pd.DataFrame({"who": [f"p{i}" for i in range(40)], "x": 0, "y": np.arange(40) % 2})
    roles = Roles("y", "x", "who")
    value = STATISTICS["bimodality"].compute(two[["y"]].to_numpy(float), two, roles)[0]
    assert value == pytest.approx(sarle(two["y"].to_numpy()))
    assert 0.8 < value < 1


def test_two_level_factor_slopes_are_differences() -> None:
    frame = generate("lecture_outlier", np.random.default_rng(1))
    roles = SCENARIOS["lecture_outlier"].roles
    wide = frame.pivot(index="participant", columns="condition", values="value")
    y = frame[["value"]].to_numpy()
    expected = (wide["1"] - wide["0"]).std()
    assert STATISTICS["slope_sd"].compute(y, frame, roles)[0] == pytest.approx(expected)


def test_factor_predictor_is_taken_out_level_by_level() -> None:
    frame = generate("lecture_unequal_variance", np.random.default_rng(1))
    roles = SCENARIOS["lecture_unequal_variance"].roles
    cells = frame.groupby(["group", "condition"])["value"]
    squares = ((frame["value"] - cells.transform("mean")) ** 2).groupby(frame["group"]).sum()
    sds = np.sqrt(squares / (frame.groupby("group").size() - 2))
    y = frame[["value"]].to_numpy()
    got = STATISTICS["group_sd_ratio"].compute(y, frame, roles)[0]
    assert got == pytest.approx(sds.max() / sds.min())
    assert got > 5


def test_what_is_not_available_says_why() -> None:
    frame = pd.DataFrame({"who": ["a", "a", "b"], "x": [0, 0, 1], "y": [1.0, 2.0, 3.0]})
    roles = Roles("y", "x", "who")
    assert available(frame, roles) == ("participant_sd", "largest_participant")
    assert reasons(frame, roles) == {
        "skewness": "It needs at least 3 participants; the data have 2.",
        "bimodality": "It needs at least 4 participants; the data have 2.",
        "group_sd_ratio": "Choose the column that says which group a participant belongs to.",
        "slope_correlation": "It needs at least 3 participants measured at two or more values of "
        "the predictor; the data have 0.",
        "slope_sd": "It needs at least 2 participants measured at two or more values of the "
        "predictor; the data have 0.",
    }
    with pytest.raises(StatisticUnavailable) as caught:
        check_statistic("slope_sd", frame["y"].to_numpy(), np.zeros((3, 2)), frame, roles)
    assert str(caught.value) == (
        "'SD of slopes' cannot be computed here. It needs at least 2 participants measured at two "
        "or more values of the predictor; the data have 0."
    )


@pytest.mark.parametrize("missing", ["who", "x", "kind"])
def test_a_role_without_values_or_column_is_refused_not_crashed(missing: str) -> None:
    empty = frame_of().assign(**{missing: np.nan})
    for key in STATISTICS:
        if key in available(empty, ROLES):
            STATISTICS[key].compute(columns(empty), empty, ROLES)
    assert reasons(empty, ROLES)
    with pytest.raises(StatisticUnavailable, match=f"Column '{missing}' is not in the data"):
        available(frame_of().drop(columns=missing), ROLES)


def test_groups_of_one_row_are_refused() -> None:
    frame = frame_of()
    frame["kind"] = [f"k{i}" for i in range(len(frame))]
    assert reasons(frame, ROLES) == {"group_sd_ratio": "It needs more observations in every group."}


def test_unknown_statistic() -> None:
    frame = frame_of()
    with pytest.raises(StatisticUnavailable) as caught:
        check_statistic("skewnes", frame["y"].to_numpy(), columns(frame), frame, ROLES)
    assert str(caught.value).startswith("There is no statistic 'skewnes'. There are participant_sd")
    assert str(caught.value).endswith("Did you mean 'skewness'?")


def simple(actual: float, draws: list[float]) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Two participants whose means differ by the given amounts, so participant_sd is known."""
    frame = pd.DataFrame({"who": ["a", "b"], "x": [0, 1]})
    return np.array([0, actual]), np.array([np.zeros(len(draws)), draws]), frame


@pytest.mark.parametrize(
    ("actual", "draws", "lower", "upper", "two_sided", "usable"),
    [
        (5.0, [1.0, 2.0, 3.0, 4.0], 5 / 5, 1 / 5, 2 / 5, 4),
        (2.0, [1.0, 2.0, 3.0, 4.0], 3 / 5, 4 / 5, 1.0, 4),  # a tie counts on both sides
        (0.5, [1.0, 2.0, 3.0, 4.0], 1 / 5, 5 / 5, 2 / 5, 4),
        (5.0, [1.0, np.nan, 3.0, np.nan], 3 / 3, 1 / 3, 2 / 3, 2),
        (5.0, [np.nan], 1.0, 1.0, 1.0, 0),
    ],
)
def test_p_values(
    actual: float,
    draws: list[float],
    lower: float,
    upper: float,
    two_sided: float,
    usable: int,
) -> None:
    y, simulated, frame = simple(actual, draws)
    check = check_statistic("participant_sd", y, simulated, frame, Roles("y", "x", "who"))
    assert check.actual == pytest.approx(actual / np.sqrt(2))
    assert (check.p_lower, check.p_upper) == pytest.approx((lower, upper))
    assert check.p_two_sided == pytest.approx(two_sided)
    assert check.n_usable == usable
    assert not check.simulated.flags.writeable


def test_undefined_actual_is_refused() -> None:
    y, simulated, frame = simple(np.nan, [1.0])
    with pytest.raises(StatisticUnavailable) as caught:
        check_statistic("participant_sd", y, simulated, frame, Roles("y", "x", "who"))
    assert str(caught.value) == (
        "'SD of participant means' is not defined for the actual data. "
        "There is no variation to measure it on."
    )


def test_equal_participants_have_no_shape() -> None:
    frame = frame_of()
    flat = np.full((len(frame), 1), 0.1)
    for key in ("skewness", "bimodality", "slope_correlation", "group_sd_ratio"):
        assert np.isnan(STATISTICS[key].compute(flat, frame, ROLES)[0]), key


def test_p_values_are_uniform_when_the_model_is_right() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"who": np.repeat(np.arange(10), 3).astype(str), "x": np.tile([0, 1, 2], 10)}
    )
    roles = Roles("y", "x", "who")
    upper = []
    for _ in range(200):
        values = rng.normal(size=(30, 100))
        check = check_statistic("slope_sd", values[:, 0], values[:, 1:], frame, roles)
        upper.append(check.p_upper)
    assert stats.kstest(upper, "uniform").pvalue > 0.001


def test_participants_are_called_what_their_column_says() -> None:
    schools = Roles("y", "x", "school")
    statistic = STATISTICS["participant_sd"]
    assert statistic.named(schools).label == "SD of school means"
    assert statistic.named(Roles("y", "x", "subject")).label == "SD of participant means"
    frame = pd.DataFrame({"y": [1.0, 2.0], "x": [0, 1], "school": ["a", "a"]})
    assert reasons(frame, schools)["participant_sd"] == (
        "It needs at least 2 schools; the data have 1."
    )
