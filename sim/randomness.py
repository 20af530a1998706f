"""The source of randomness, which every function that draws takes as an argument."""

import numpy as np

from sim.errors import DataError


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
