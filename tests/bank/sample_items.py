"""One item of every kind, as a teacher would write it."""

from quizzes.item import Item
from quizzes.loader import read_item

HEAD = """\
kind: {kind}
topic: syntax
level: 1
skills: [an example]
stem: A question about $x$.
explanation: Why it is so.
"""

BODIES = {
    "single_choice": """\
choices:
  - text: the right one
    right: true
    feedback: Well seen.
  - text: the twin
    feedback: Not the twin.
    misconception: double-bar-splits
  - text: the third
    feedback: Not the third.
""",
    "multiple_choice": """\
scoring: each
choices:
  - {text: one, right: true, feedback: One holds.}
  - {text: two, right: true, feedback: Two holds.}
  - {text: three, feedback: Three does not hold., misconception: double-bar-splits}
  - {text: four, feedback: Four does not hold.}
  - {text: five, feedback: Five does not hold.}
""",
    "numeric": """\
key: 0.05
tolerance: 0.001
right: Yes.
wrong: Halve it.
near:
  - {answer: 0.1, feedback: Both tails., misconception: two-sided-is-default-truth}
  - {answer: 0.95, feedback: The other tail.}
""",
    "formula": """\
key: "reaction ~ days + (days | subject)"
scenario: sleepstudy
right: Yes.
wrong: Everyone has a level and a slope.
near:
  - answer: "reaction ~ (days | subject)"
    feedback: The mean slope would be zero.
    misconception: random-replaces-fixed
  - {answer: "reaction ~ days + (1 | subject)", feedback: The slopes are all equal.}
""",
    "order": """\
entries: [first, second, third, fourth]
scoring: pairs
right: Yes.
wrong: Think of the start.
near:
  - {answer: [3, 2, 1, 0], feedback: The other way round., misconception: equal-shrinkage}
""",
    "line_up": """\
scenario: sleepstudy
formula: "reaction ~ days + (1 | subject)"
plot: lines
panels: 6
right: Found.
wrong: Look at the slopes.
""",
    "region": """\
family: t
df: [17]
statistic: 2.1
key: [left, right]
right: Yes.
wrong: Both ends.
near:
  - {answer: [right], feedback: One tail only., misconception: two-sided-is-default-truth}
""",
    "poll": """\
options: [too slow, just right, too fast]
thanks: Thank you.
""",
}
TEXT_POLL = "thanks: Thank you.\nmost: 40\n"
WARM_UP = BODIES["line_up"] + "null: true\n"


def text_of(kind: str, body: str = "") -> str:
    """The file of one item."""
    return HEAD.format(kind=kind) + (body or BODIES[kind])


def item_of(kind: str, body: str = "") -> Item:
    return read_item(text_of(kind, body), f"sample/{kind.replace('_', '-')}")
