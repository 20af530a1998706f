"""The designs to choose from: which data, which model, and the effect of interest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pages._ui.controls import Control
from sim.scenarios import SCENARIOS, Value


@dataclass(frozen=True, slots=True)
class Setting:
    """A design and the effect one wants an interval for.

    Parameters
    ----------
    name, title : in links, and in the chooser.
    story : key of `SCENARIOS`.
    formula, linear : for lmer and for lm.
    effect, what, unit : name of the coefficient, and what it is in words.
    within : varies inside a participant.
    slopes : the model lets it differ between participants.
    tell : two sentences about the data.
    controls : sliders; none for real data.
    fixed : parameters of the story that differ from its defaults.
    """

    name: str
    title: str
    story: str
    formula: str
    linear: str
    effect: str
    what: str
    unit: str
    within: bool
    slopes: bool
    tell: str
    controls: tuple[Control, ...] = ()
    fixed: Mapping[str, Value] = field(default_factory=dict, hash=False)

    @property
    def participant(self) -> str:
        """The column that says who it was."""
        return SCENARIOS[self.story].roles.participant

    @property
    def axis(self) -> str:
        """The effect with its unit."""
        return f"{self.what} ({self.unit})"


SETTINGS = (
    Setting(
        "sleep",
        "Sleep study",
        "sleepstudy20",
        "reaction ~ 1 + days + (1 + days | subject)",
        "reaction ~ 1 + days",
        "days",
        "effect of a day",
        "ms",
        within=True,
        slopes=True,
        tell="The lecture's 20 people who slept too little. How many milliseconds does a day cost "
        "on average? These are real data: nobody knows the truth.",
    ),
    Setting(
        "slopes",
        "Slopes that differ",
        "random_slopes",
        "score ~ 1 + week + (1 + week | participant)",
        "score ~ 1 + week",
        "week",
        "gain a week",
        "points",
        within=True,
        slopes=True,
        tell="People practise reading; some learn faster than others, and the model knows it. How "
        "much do they gain a week on average?",
        controls=(
            Control("participants", 6, 60, 20),
            Control("weeks", 3, 12, 6),
            Control("slope", -5.0, 5.0, 3.0),
            Control("slope_sd", 0.0, 5.0, 2.0),
        ),
    ),
    Setting(
        "conditions",
        "Two conditions",
        "mixture",
        "value ~ 1 + condition + (1 | participant)",
        "value ~ 1 + condition",
        "condition1",
        "effect of condition",
        "points",
        within=True,
        slopes=False,
        tell="Everybody is measured in both conditions, and condition 1 adds the same for "
        "everybody: the model has random intercepts only. How much does it add?",
        controls=(
            Control("participants", 6, 60, 20),
            Control("observations", 1, 8, 1),
            Control("condition_effect", -5.0, 5.0, 2.0),
            Control("participant_sd", 0.0, 6.0, 3.0),
        ),
        fixed={"separation": 0.0, "residual_sd": 1.5},
    ),
    Setting(
        "groups",
        "Two groups of people",
        "mixture",
        "value ~ 1 + group + condition + (1 | participant)",
        "value ~ 1 + group + condition",
        "group",
        "difference of the groups",
        "points",
        within=False,
        slopes=False,
        tell="Every participant belongs to one of two groups and is measured many times. How far "
        "apart are the groups?",
        controls=(
            Control("participants", 6, 60, 20),
            Control("observations", 1, 8, 4),
            Control("separation", -5.0, 5.0, 2.0),
            Control("participant_sd", 0.0, 6.0, 2.0),
        ),
        fixed={"residual_sd": 1.5},
    ),
)
