"""Summaries against the text that lme4 1.1-31 prints, and R's layout rules one by one."""

import math
from dataclasses import replace

import pytest

from sim.lmm.rformat import (
    abbreviate,
    break_formula,
    fill,
    format_numbers,
    named_vector,
    round_number,
    string_matrix,
    zap_small,
)
from sim.lmm.summary import format_summary
from tests.reference.cases import NAMES, printed_summary
from tests.reference.printed import printed_fit


@pytest.mark.parametrize("name", NAMES)
def test_summary_of_lme4s_numbers_is_lme4s_text(name: str) -> None:
    text = format_summary(printed_fit(name, "default"), optimizer="nloptwrap")
    assert text.splitlines() == printed_summary(name).splitlines()


def test_no_data_name_leaves_the_line_out() -> None:
    fit = replace(printed_fit("small__REML", "default"), data_name="")
    assert "Data:" not in format_summary(fit)


def test_dropped_columns_are_not_named_in_the_summary() -> None:
    """We name them in the message; lme4's summary does not."""
    fit = printed_fit("rank_deficient__REML", "default")
    named = replace(fit, messages=(f"{fit.messages[0]}: twice",))
    assert format_summary(named) == format_summary(fit)


def test_groups_that_do_not_fit_a_line_go_to_the_next() -> None:
    fit = replace(printed_fit("small__REML", "default"), ngroups={"a" * 40: 12, "b" * 20: 3})
    lines = format_summary(fit).splitlines()
    assert lines[lines.index("Number of obs: 9, groups:  ") + 1] == f"{'a' * 40}, 12; {'b' * 20}, 3"


# Every expectation below is what R 4.2.2 prints.


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (0.15, 1, 0.1),
        (0.25, 1, 0.2),
        (0.35, 1, 0.3),
        (0.45, 1, 0.4),
        (2.675, 2, 2.67),
        (1771.45, 1, 1771.4),
        (-2.5, 0, -2.0),
        (1e300, 2, 1e300),
        (0.0, 3, 0.0),
    ],
)
def test_round_number(value: float, digits: int, rounded: float) -> None:
    assert round_number(value, digits) == rounded


def test_round_number_leaves_what_is_not_finite() -> None:
    assert math.isnan(round_number(math.nan, 2))
    assert round_number(-math.inf, 2) == -math.inf


@pytest.mark.parametrize(
    ("values", "digits", "texts"),
    [
        ([1.5, 2.25], 7, ["1.50", "2.25"]),
        ([123456, 0.001], 4, ["1.235e+05", "1.000e-03"]),
        ([100000.0], 7, ["1e+05"]),
        ([1234567.8], 7, ["1234568"]),
        ([9.99996, 0.5], 4, ["10.0", " 0.5"]),
        ([99999.95, 3], 5, ["1e+05", "3e+00"]),
        ([-1, 2.333333], 4, ["-1.000", " 2.333"]),
        ([542.2345], 4, ["542.2"]),
        ([17.6049, 26.7195], 4, ["17.60", "26.72"]),
        ([-0.0, 0.0], 4, ["0", "0"]),
        ([math.nan, 1.5], 4, ["NaN", "1.5"]),
        ([math.inf, -math.inf, 1], 4, [" Inf", "-Inf", "   1"]),
        ([1e100, 1], 7, ["1e+100", " 1e+00"]),
    ],
)
def test_format_numbers(values: list[float], digits: int, texts: list[str]) -> None:
    assert format_numbers(values, digits) == texts


def test_format_numbers_keeps_the_least_decimals() -> None:
    assert format_numbers([1, -0.5], nsmall=3) == [" 1.000", "-0.500"]


def test_zap_small_removes_dust() -> None:
    assert zap_small([1e-12, 1.23456789, -3.0], 5) == [0.0, 1.23457, -3.0]
    assert zap_small([0.0, 0.0], 5) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("name", "length", "short"),
    [
        ("(Intercept)", 6, "(Intr)"),
        ("condition1", 6, "cndtn1"),
        ("conditionrelated:groupyoung", 6, "cndtn:"),
        ("poly(x, 2)1", 6, "p(,2)1"),
        ("flow:condcontrol", 6, "flw:cn"),
        ("scale(log(Days), scale = FALSE)", 6, "s((s=F"),
        ("scale(log(Days), scale = FALSE)", 11, "s((D),s=FAL"),
        ("aaaa bbbb", 6, "aabbbb"),
        ("aaaa bbbb", 11, "aaaa bbbb"),
        ("`reaction time of x`:`my   z`", 6, "`tox`z"),
    ],
)
def test_abbreviate(name: str, length: int, short: str) -> None:
    assert abbreviate([name], length) == [short]


def test_abbreviate_keeps_names_apart() -> None:
    names = ["fhigh:condcontrol", "fhigh:condtreated"]
    assert abbreviate(names, 6) == ["fhgh:cndc", "fhgh:cndt"]
    assert abbreviate(["x", "x"], 6) == ["x", "x"]


def test_formula_breaks_where_r_breaks_it() -> None:
    text = (
        "reaction_time ~ condition_one * group_name_two + (1 + condition_one | participant_id) + "
        "(1 + condition_one | item_identifier) + (0 + x | very_long_name_of_factor)"
    )
    lines = [
        "reaction_time ~ condition_one * group_name_two + (1 + condition_one | ",
        "    participant_id) + (1 + condition_one | item_identifier) + ",
        "    (0 + x | very_long_name_of_factor)",
    ]
    assert break_formula(text) == lines
    assert fill(["Formula:", *lines])[0] == f"Formula: {lines[0]} "


def test_formula_with_operators_inside_back_quotes_is_not_broken_there() -> None:
    name = "`" + "a + " * 20 + "b`"
    assert break_formula(f"y ~ {name} + x + (1 | g)") == [f"y ~ {name} + ", "    x + (1 | g)"]


def test_matrix_wraps_its_columns_at_80_characters() -> None:
    names = [letter * 30 for letter in "abc"]
    lines = string_matrix(["r"], names, [["1", "2", "3"]], right=True)
    assert [line.split() for line in lines] == [names[:2], ["r", "1", "2"], names[2:], ["r", "3"]]


def test_named_vector_wraps_at_80_characters() -> None:
    names = [f"name_{i:02d}" for i in range(12)]
    lines = named_vector(names, ["1"] * 12)
    assert [len(line.split()) for line in lines] == [10, 10, 2, 2]
