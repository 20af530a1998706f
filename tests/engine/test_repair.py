"""A formula that cannot be read is repaired at the place of its error, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import FormulaError, LimitError
from sim.lmm.formula import parse_formula
from sim.lmm.frame import unknown_column
from sim.syntax.repair import repair

COLUMNS = ("reaction", "days", "subject", "school", "teacher", "first name", "2days")


def error_of(text: str, columns: tuple[str, ...] = COLUMNS) -> FormulaError:
    """What is wrong with a formula."""
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        return error
    for name in formula.names():
        if columns and name.name not in columns:
            return unknown_column(name, text, columns)
    raise AssertionError(f"nothing is wrong with {text}")


REPAIRS = [
    ("reaction ~ dayz + (1 | subject)", "reaction ~ days + (1 | subject)"),
    ("Reaction ~ Days + (1 | Subject)", "reaction ~ days + (1 | subject)"),
    ("reaction ~ frist name", "reaction ~ `first name`"),
    ("reaction ~ days + 1 | subject", "reaction ~ days + (1 | subject)"),
    ("reaction ~ 1 + days | subject", "reaction ~ (1 + days | subject)"),
    ("reaction ~ days + 0 + days | subject", "reaction ~ days + (0 + days | subject)"),
    ("reaction ~ days + 1 | subject + school", "reaction ~ days + (1 | subject) + school"),
    ("raection ~ day + 1 | subject", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days + (1 | subject", "reaction ~ days + (1 | subject)"),
    ("reaction ~ (1 + days | subject + school", "reaction ~ (1 + days | subject) + school"),
    ("reaction ~ days + (1 | subject))", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days (1 | subject)", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days school", "reaction ~ days + school"),
    ("reaction ~ first name + (1 | subject)", "reaction ~ `first name` + (1 | subject)"),
    ("reaction = days + (1 | subject)", "reaction ~ days + (1 | subject)"),
    ("reaction <- days", "reaction ~ days"),
    ("reaction ~ days + [1 | subject]", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days + (1 \u2223 subject)", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days \u2212 1", "reaction ~ days - 1"),
    ("reaction ~ days\u00a0+ school", "reaction ~ days + school"),
    ("reaction ~ days\u200b + school", "reaction ~ days + school"),
    ("reaction ~ days + ( | subject)", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days + ", "reaction ~ days"),
    ("reaction ~ * days", "reaction ~ days"),
    ("reaction ~ (1 | school + teacher)", "reaction ~ (1 | school) + (1 | teacher)"),
    (
        "reaction ~ (1 | school*teacher)",
        "reaction ~ (1 | school) + (1 | teacher) + (1 | school:teacher)",
    ),
    ("reaction ~ days + (1 | subject) + (1 | subject)", "reaction ~ days + (1 | subject)"),
    ("reaction ~ days + reaction", "reaction ~ days"),
    ("reaction ~ lgo(days)", "reaction ~ log(days)"),
    ("'reaction' ~ days", "reaction ~ days"),
    ("reaction ~ days # my model", "reaction ~ days"),
    ("reaction ~ 2days", "reaction ~ `2days`"),
    ("reaction ~ 3days", None),
    ("reaction ~ days + (1 | )", None),
    ("reaction ~ .", None),
    ("reaction", None),
    ("", None),
]


@pytest.mark.parametrize(("wrong", "right"), REPAIRS, ids=[wrong for wrong, _ in REPAIRS])
def test_repairs(wrong: str, right: str | None) -> None:
    assert repair(error_of(wrong), COLUMNS) == right


def test_a_name_nobody_knows_is_left_to_the_next_error() -> None:
    mended = repair(error_of("reaction ~ days + (1 | qqq"), COLUMNS)
    assert mended == "reaction ~ days + (1 | qqq)"
    assert repair(error_of(mended), COLUMNS) is None


def test_without_data_any_name_will_do() -> None:
    assert repair(error_of("a ~ b + 1 | c", ())) == "a ~ b + (1 | c)"
    assert repair(error_of("a ~ TRUE + (1 | c)", ())) == "a ~ `TRUE` + (1 | c)"


pieces = st.sampled_from(
    ["y", "x", "g", "~", "|", "||", "(", ")", "+", "-", "*", "/", ":", "^", "1", "0", " ", "[", "'",
     "#", "`", "log(", "=", "\u2223", "2x", ",", ".", "\u200b", "TRUE"]
)  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_whatever_is_offered_can_be_read(text: str) -> None:
    try:
        parse_formula(text)
    except FormulaError as error:
        mended = repair(error, ("y", "x", "g"))
    except LimitError:
        return
    else:
        return
    if mended is not None:
        assert mended != text
        parse_formula(mended)
