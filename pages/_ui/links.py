"""What a link may say: anybody can write one."""

import math


def number_in(text: str | None, digits: int) -> int | None:
    """Read a whole number out of a link.

    Parameters
    ----------
    text : a setting of the link; None where it has none.
    digits : how many the number may have.

    Returns
    -------
    The number; None for anything else, such as a sign, ² or thousands of digits.
    """
    if text is None or not text.isascii() or not text.isdigit() or len(text) > digits:
        return None
    return int(text)


def is_infinite(text: str) -> bool:
    """Whether a link's number is larger than any, such as 1e999 or -inf."""
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
