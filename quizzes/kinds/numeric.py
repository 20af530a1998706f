"""A number, with a tolerance and a unit."""

from dataclasses import dataclass

from quizzes.kinds.choices import Near


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number to be typed.

    Parameters
    ----------
    key : in `unit`.
    tolerance : absolute, in `unit`; 0 for counts.
    right, wrong : feedback for a right answer, and for a wrong one that was not foreseen.
    unit : shown behind the field, such as "ms"; "%" means that the key is in percent.
    near : foreseen wrong numbers; each is matched within `tolerance`, the nearest one wins.
    """

    key: float
    tolerance: float
    right: str
    wrong: str
    unit: str = ""
    near: tuple[Near, ...] = ()
