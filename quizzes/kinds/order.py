"""Entries to be put in order."""

from dataclasses import dataclass

from quizzes.kinds.choices import Near


@dataclass(frozen=True, slots=True)
class Order:
    """Entries to be put in order.

    Parameters
    ----------
    entries : three to six texts, as shown.
    key : positions in `entries`, the first to come first.
    right, wrong : feedback.
    scoring : "all" gives 1 or 0; "pairs" gives the share of pairs in the right order above
        chance, never below 0.
    near : foreseen wrong orders, each a tuple of positions in `entries`.
    """

    entries: tuple[str, ...]
    key: tuple[int, ...]
    right: str
    wrong: str
    scoring: str = "all"
    near: tuple[Near, ...] = ()
