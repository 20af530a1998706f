"""Any number of choices may be right."""

from dataclasses import dataclass

from quizzes.kinds.choices import Choice


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """Choices of which one or more are right.

    Parameters
    ----------
    choices : two to eight; the feedback of a choice is shown to who decided it wrongly.
    scoring : "all" gives 1 or 0; "each" gives the share of choices decided rightly above what
        ticking nothing or everything earns, never below 0.
    keep_order : as in `SingleChoice`.
    """

    choices: tuple[Choice, ...]
    scoring: str = "all"
    keep_order: bool = False
