"""Bootstrap intervals against R's boot.ci (boot 1.3-28.1, R 4.2.2) on given draws."""

import json
import math

import numpy as np
import pytest

from sim.errors import DataError
from sim.inference.intervals import EXTREME, INTERVAL_KINDS, interval, normal_interpolation
from tests.reference.cases import HERE

BOOT = json.loads((HERE / "inference" / "boot.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in BOOT["cases"]}


def draws_of(case: dict) -> np.ndarray:
    return np.array([math.nan if t is None else t for t in case["t"]])


@pytest.mark.parametrize("name", CASES)
def test_all_kinds_and_levels_as_r(name: str) -> None:
    case = CASES[name]
    influence = np.array(case["influence"])
    assert len(case["intervals"]) == 16
    for found in case["intervals"]:
        ours = interval(draws_of(case), case["t0"], found["kind"], found["level"], influence)
        assert ours.low == pytest.approx(found["low"], rel=1e-6)
        assert ours.high == pytest.approx(found["high"], rel=1e-6)


def test_between_two_draws_the_scale_is_that_of_normal_quantiles() -> None:
    t = np.arange(1.0, 40.0)
    assert normal_interpolation(t, np.array([0.025, 0.5])).tolist() == [1.0, 20.0]
    middle = float(normal_interpolation(t, np.array([0.0375]))[0])
    assert 1.5 < middle < 1.6  # straight interpolation would give 1.5


def test_few_draws_give_the_extremes_and_say_so() -> None:
    found = interval(np.array([3.0, 1.0, 2.0]), 2.0, "percentile")
    assert (found.low, found.high, found.note) == (1.0, 3.0, EXTREME)
    assert interval(np.arange(100.0), 50.0, "percentile").note == ""


def test_without_influence_bca_only_corrects_the_bias() -> None:
    t = np.random.default_rng(3).normal(0.0, 1.0, 999)
    middle = float(np.median(t)) + 1e-9
    plain = interval(t, middle, "percentile")
    bca = interval(t, middle, "bca")
    assert bca.low == pytest.approx(plain.low, abs=0.02)
    assert bca.high == pytest.approx(plain.high, abs=0.02)
    assert interval(t, middle + 0.3, "bca").high > bca.high


@pytest.mark.parametrize("kind", INTERVAL_KINDS)
def test_no_interval_where_nothing_varies(kind: str) -> None:
    found = interval(np.full(50, 4.0), 4.0, kind)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert found.note == "All values of t are equal to 4."
    assert interval(np.zeros(50), 0.0, kind).note == "All values of t are equal to 0."
    assert interval(np.full(50, math.nan), 4.0, kind).note == "There are too few finite draws."
    assert math.isnan(interval(np.arange(9.0), math.nan, kind).low)


def test_bca_where_all_draws_are_on_one_side() -> None:
    found = interval(np.arange(1.0, 50.0), 0.0, "bca")
    assert math.isnan(found.low)
    assert found.note == "estimated adjustment 'w' is infinite"


def test_shifting_and_turning_the_draws() -> None:
    t = np.random.default_rng(4).gamma(2.0, size=500)
    L = np.random.default_rng(5).gamma(2.0, size=20) - 2.0
    for kind in INTERVAL_KINDS:
        one = interval(t, 1.8, kind, 0.9, L)
        moved = interval(t + 7.0, 8.8, kind, 0.9, L)
        turned = interval(-t, -1.8, kind, 0.9, -L)
        assert (moved.low, moved.high) == pytest.approx((one.low + 7.0, one.high + 7.0))
        assert (turned.low, turned.high) == pytest.approx((-one.high, -one.low))


def test_what_is_refused() -> None:
    with pytest.raises(DataError) as unknown:
        interval(np.arange(9.0), 4.0, "student")  # type: ignore[arg-type]
    assert str(unknown.value) == (
        "There is no interval of kind 'student'. Choose percentile, basic, normal, bca."
    )
    for level in (0.0, 1.0, 95, -0.1, math.nan, True):
        with pytest.raises(DataError, match=r"Choose a number between 0 and 1, such as 0\.95\."):
            interval(np.arange(9.0), 4.0, "basic", level)
