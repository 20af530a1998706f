"""What is read out of a link, whoever wrote it."""

import pytest

from pages._ui.links import number_in


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
