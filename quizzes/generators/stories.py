"""Studies of two groups for the questions about tails."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """Two groups and what is measured.

    Parameters
    ----------
    treated, control : the groups, as subjects of a sentence.
    short_treated, short_control : one word for each, as in a table.
    higher, lower : what a group has more or less of, as a predicate: "recall more words".
    outcome : what is measured.
    unit : of the outcome, in words; its numbers have one digit after the point.
    low, high : means of the control group to draw from.
    wants_higher : whether the treated group is hoped to have the higher values.
    """

    treated: str
    control: str
    short_treated: str
    short_control: str
    higher: str
    lower: str
    outcome: str
    unit: str
    low: float
    high: float
    wants_higher: bool

    @property
    def claim(self) -> str:
        """What is hoped for, as a sentence without a full stop."""
        return self.sentence(self.wants_higher)

    def sentence(self, higher: bool) -> str:
        """Say that the treated group has the higher or the lower values."""
        return f"{self.treated} {self.higher if higher else self.lower} than {self.control}"


STORIES = (
    Story(
        "people who drank coffee", "people who drank water", "coffee", "water",
        "have longer reaction times", "have shorter reaction times",
        "reaction time", "ms", 280, 340, False,
    ),
    Story(
        "people who ate chocolate", "people who ate carrots", "chocolate", "carrots",
        "are in a better mood", "are in a worse mood",
        "mood", "points", 50, 65, True,
    ),
    Story(
        "students who took a nap", "students who stayed awake", "nap", "awake",
        "recall more words", "recall fewer words",
        "number of recalled words", "words", 20, 28, True,
    ),
    Story(
        "drivers who listened to music", "drivers who drove in silence", "music", "silence",
        "make more errors", "make fewer errors",
        "number of errors", "errors", 10, 16, False,
    ),
    Story(
        "students who tested themselves", "students who read the text again", "tests", "rereading",
        "score higher in the exam", "score lower in the exam",
        "exam score", "points", 55, 70, True,
    ),
    Story(
        "patients in therapy", "patients on the waiting list", "therapy", "waiting",
        "have more symptoms", "have fewer symptoms",
        "number of symptoms", "symptoms", 14, 20, False,
    ),
)  # fmt: skip
