"""Wrong answers that were foreseen, without those that could be taken for something else."""

from collections.abc import Sequence
from dataclasses import replace

from quizzes.kinds.choices import Near


def apart(key: float, tolerance: float, near: Sequence[Near]) -> tuple[Near, ...]:
    """Leave out wrong numbers too near to the key or to one that stands before them.

    Parameters
    ----------
    tolerance : of the item; numbers closer than twice as much could be meant by one answer.
    """
    taken = [key]
    kept = []
    for entry in near:
        answer = round(float(str(entry.answer)), 6)
        if all(abs(answer - other) > 2 * tolerance + 1e-9 for other in taken):
            taken.append(answer)
            kept.append(replace(entry, answer=int(answer) if answer.is_integer() else answer))
    return tuple(kept)
