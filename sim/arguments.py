"""What many functions are given, looked at before they begin: counts, shares, randomness."""

import numpy as np

from sim.errors import DataError, LimitError, shown


def check_rng(rng: object) -> None:
    """Refuse what cannot draw numbers.

    Raises
    ------
    DataError : not a generator of NumPy.
    """
    if not isinstance(rng, np.random.Generator):
        raise DataError(
            "The source of randomness is not a generator of NumPy.",
            "Give np.random.default_rng(1), or another seed.",
        )


def check_count(n: object, what: str, most: int) -> None:
    """Refuse what is no count, or too large a one.

    Parameters
    ----------
    what : is counted, in the plural: "replicates".

    Raises
    ------
    LimitError : not a whole number from 1 to `most`.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or not 1 <= n <= most:
        raise LimitError(
            f"The number of {what} is {shown(n)}.", f"Choose a whole number from 1 to {most:,}."
        )


def check_alpha(alpha: object) -> None:
    """Refuse an error rate that is none.

    Raises
    ------
    DataError : alpha is not between 0 and 1.
    """
    if not _is_share(alpha):
        text = f"{alpha:g}" if isinstance(alpha, float) else shown(alpha)
        raise DataError(f"alpha = {text} is not between 0 and 1.", "A usual choice is 0.05.")


def check_level(level: object) -> None:
    """Refuse a confidence level that is none.

    Raises
    ------
    DataError : the level is not between 0 and 1.
    """
    if not _is_share(level):
        raise DataError(
            f"The level is {shown(level)}.", "Choose a number between 0 and 1, such as 0.95."
        )


def _is_share(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and bool(0 < value < 1)
