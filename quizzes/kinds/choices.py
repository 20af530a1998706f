"""What several kinds of item are made of: choices, and near answers with their feedback."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice.

    Parameters
    ----------
    text : Markdown, one idea.
    feedback : what a student reads who chose it (or, with several right ones, overlooked it).
    right : whether it belongs to the key.
    misconception : what a student who chose it wrongly may believe; "" for a right choice.
    """

    text: str
    feedback: str
    right: bool = False
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A wrong answer that was foreseen.

    Parameters
    ----------
    answer : in the form of the kind's key: a number, a formula, an order, a region.
    feedback, misconception : as in `Choice`.
    """

    answer: object
    feedback: str
    misconception: str = ""
