"""The part of a distribution that counts against the null hypothesis."""

from dataclasses import dataclass

from quizzes.kinds.choices import Near

PARTS = ("left", "middle", "right")


@dataclass(frozen=True, slots=True)
class Region:
    """Parts of a distribution to be shaded.

    Parameters
    ----------
    family : "t", "F", "normal" or "chi2".
    key : the parts to shade, out of `PARTS`.
    right, wrong : feedback.
    df : degrees of freedom; for F the two in order.
    statistic : the observed one, drawn as a line; None leaves it out.
    near : foreseen wrong regions, each a tuple of parts.
    """

    family: str
    key: tuple[str, ...]
    right: str
    wrong: str
    df: tuple[float, ...] = ()
    statistic: float | None = None
    near: tuple[Near, ...] = ()
