"""One choice is right."""

from dataclasses import dataclass

from quizzes.kinds.choices import Choice


@dataclass(frozen=True, slots=True)
class SingleChoice:
    """Choices of which exactly one is right.

    Parameters
    ----------
    choices : two to six.
    keep_order : do not shuffle, because the choices have an order of their own.
    """

    choices: tuple[Choice, ...]
    keep_order: bool = False
