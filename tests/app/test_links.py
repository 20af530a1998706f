"""What is read out of a link, whoever wrote it."""

import pytest

from pages._ui.links import number_in
from quizzes.learn_pages import LEARN_PAGES
from tests.app.screen import open_page


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("0042", 42),
        ("123456", 123456),
        (None, None),
        ("", None),
        ("1234567", None),
        ("9" * 5_000, None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        ("1e3", None),
        ("1_0", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
        ("\x00", None),
    ],
)
def test_numbers_of_up_to_six_digits(text: str | None, number: int | None) -> None:
    assert number_in(text, 6) == number


@pytest.mark.parametrize("page", [*(f"learn/{name}" for name in LEARN_PAGES), "practice/line_up"])
@pytest.mark.parametrize("number", ["1e999", "-inf", "nan"])
def test_a_number_that_none_can_hold_leaves_the_default(page: str, number: str) -> None:
    app = open_page(page, dict.fromkeys(("seed", "draw", "sd"), number))
    assert not app.exception
    assert not {field.key for field in app.number_input} & {*app.query_params}
