"""An lmer formula, graded by what it means."""

from dataclasses import dataclass

from quizzes.kinds.choices import Near


@dataclass(frozen=True, slots=True)
class FormulaAnswer:
    """A formula to be typed.

    Parameters
    ----------
    key : one right formula; every formula that is the same model is right.
    right : feedback for a right answer.
    wrong : feedback for a wrong one that was not foreseen; the difference is added to it.
    scenario : story whose data decide whether another formula is the same model there; "" for
        none. Its columns are shown with the question.
    seed : of the story's data.
    near : foreseen wrong formulas, matched by meaning.
    """

    key: str
    right: str
    wrong: str
    scenario: str = ""
    seed: int = 1
    near: tuple[Near, ...] = ()
