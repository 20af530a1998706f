"""What can be asked for review."""

from types import MappingProxyType

from quizzes.entries import entries_of
from quizzes.generators.generator import Generator
from quizzes.grading import misconceptions
from quizzes.item import Item
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.line_up import LineUpAnswer
from quizzes.kinds.numeric import Numeric
from quizzes.kinds.poll import Poll
from quizzes.kinds.single_choice import SingleChoice
from quizzes.review import Entry

CHOICES = SingleChoice(
    (
        Choice("Both.", "Right.", right=True),
        Choice("The right one.", "No.", misconception="f-one-tail-directional"),
        Choice("None.", "No."),
    )
)
NUMBER = Numeric(17, 0, "Right.", "No.", near=(Near(178, "No.", "df-is-rows"),))
WARM_UP = LineUpAnswer(
    "sleepstudy", "reaction ~ days + (1 | subject)", "lines", "Yes.", "", null=True
)
POLL = Poll(("yes", "no"), "Thanks.")


def an_item(id: str, kind: str, body: object) -> Item:
    return Item(id, kind, "tails", 2, "?", body, "So.")


def test_items_and_generators_can_be_asked_what_has_no_key_cannot() -> None:
    bank = {
        item.id: item
        for item in (
            an_item("tails/a", "single_choice", CHOICES),
            an_item("tails/b", "numeric", NUMBER),
            an_item("tails/c", "poll", POLL),
            an_item("tails/d", "line_up", WARM_UP),
        )
    }
    made = Generator(
        "t-and-f", "tails", "tails", (1, 3), ("halve-f-p",), (), "t and F", lambda *_: bank["x"]
    )
    assert entries_of(MappingProxyType(bank), {"t-and-f": made}) == (
        Entry("tails/a", "tails", (2,), frozenset({"f-one-tail-directional"})),
        Entry("tails/b", "tails", (2,), frozenset({"df-is-rows"})),
        Entry("t-and-f", "tails", (1, 3), frozenset({"halve-f-p"})),
    )


def test_a_body_without_foreseen_answers_tempts_with_nothing() -> None:
    assert misconceptions(an_item("tails/c", "poll", POLL)) == frozenset()
