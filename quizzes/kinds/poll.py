"""A question without a key, such as those of an exit ticket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Poll:
    """An opinion.

    Parameters
    ----------
    options : to choose one from; empty for a text to be typed.
    thanks : what is said after the answer.
    most : longest text, in characters.
    """

    options: tuple[str, ...]
    thanks: str
    most: int = 500
