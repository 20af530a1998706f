"""Random effects of one grouping factor: how they are written, and what they say."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Topic:
    """Columns that go together.

    Parameters
    ----------
    response : its column.
    numbers : columns of numbers that change within every group.
    groups : columns of groups, the first one being who was measured.
    plurals : of the groups.
    """

    response: str
    numbers: tuple[str, str]
    groups: tuple[str, str]
    plurals: tuple[str, str]


TOPICS = (
    Topic("reaction", ("days", "caffeine"), ("subject", "word"), ("subjects", "words")),
    Topic("score", ("week", "hours"), ("pupil", "task"), ("pupils", "tasks")),
    Topic("errors", ("speed", "noise"), ("driver", "route"), ("drivers", "routes")),
    Topic("mood", ("sleep", "steps"), ("person", "city"), ("people", "cities")),
    Topic("pain", ("dose", "month"), ("patient", "ward"), ("patients", "wards")),
    Topic("grade", ("length", "practice"), ("rater", "essay"), ("raters", "essays")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Random effects of one grouping factor.

    Parameters
    ----------
    numbers : whose slopes vary, up to two columns.
    intercept : whether intercepts vary.
    correlated : whether the random effects are correlated.
    group : a column.
    explicit : whether the intercept is written where it need not be.
    """

    numbers: tuple[str, ...]
    intercept: bool
    correlated: bool
    group: str
    explicit: bool = False

    @property
    def text(self) -> str:
        """The bracket as a student would type it."""
        bar = "|" if self.correlated else "||"
        first = ["1"] if self.intercept and (self.explicit or not self.numbers) else []
        if not self.intercept:
            first = ["0"]
        return f"({' + '.join([*first, *self.numbers])} {bar} {self.group})"

    @property
    def n_effects(self) -> int:
        """Random effects of each group."""
        return len(self.numbers) + self.intercept


def draw_topic(rng: np.random.Generator) -> Topic:
    """Draw columns, the two of numbers in any order."""
    topic = TOPICS[int(rng.integers(len(TOPICS)))]
    if rng.integers(2):
        return Topic(topic.response, topic.numbers[::-1], topic.groups, topic.plurals)
    return topic


def model(response: str, numbers: tuple[str, ...], *parts: Part) -> str:
    """Write a formula with these fixed slopes and random effects."""
    fixed = " + ".join(numbers) or "1"
    return " + ".join([f"{response} ~ {fixed}", *(part.text for part in parts)])
