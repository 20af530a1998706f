"""Every kind: its own right, wrong and malformed answers, and what each kind promises beyond."""

import dataclasses
import json

import pytest

from quizzes import arrange, ask, grade, items_json, misconceptions, read_items_json, shown
from quizzes.check import contradiction
from quizzes.item import Item, Mark
from quizzes.kinds import KINDS
from quizzes.kinds.line_up import draw_panels
from tests.bank.sample_items import BODIES, TEXT_POLL, WARM_UP, item_of

SAMPLES = [
    *(item_of(kind) for kind in BODIES),
    item_of("poll", TEXT_POLL),
    item_of("line_up", WARM_UP),
]
IDS = [f"{item.kind}{i}" for i, item in enumerate(SAMPLES)]


def test_every_kind_has_a_sample() -> None:
    assert set(KINDS) == set(BODIES)
    assert all(name == kind.name for name, kind in KINDS.items())


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_own_answers_are_marked_as_they_should(item: Item) -> None:
    assert contradiction(item) == ""
    examples = KINDS[item.kind].examples(item.body)
    assert examples.right and examples.malformed
    assert bool(examples.wrong) == (item.kind != "poll" and not getattr(item.body, "null", False))


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_json_round_trip_is_exact(item: Item) -> None:
    drawn = arrange(item, 11)
    assert read_items_json(items_json([item, drawn])) == (item, drawn)


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_arranging_is_repeatable_and_keeps_what_belongs_together(item: Item) -> None:
    assert arrange(item, 4) == arrange(item, 4)
    assert arrange(item, 4).seed == 4
    assert misconceptions(arrange(item, 4)) == misconceptions(item)


ASKED = {
    "single_choice": {"choices"},
    "multiple_choice": {"choices", "scoring"},
    "numeric": {"unit"},
    "formula": {"columns"},
    "order": {"entries", "scoring"},
    "line_up": {"panels", "plot", "null"},
    "region": {"family", "df", "statistic", "parts"},
    "poll": {"options", "most"},
}


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_a_question_holds_no_key_and_no_feedback(item: Item) -> None:
    question = ask(item)
    assert set(question.ask) == ASKED[item.kind]
    sent = json.dumps(dataclasses.asdict(question))
    assert item.explanation not in sent
    for text in feedback_of(item):
        assert text not in sent


def feedback_of(item: Item) -> list[str]:
    """Every feedback of a body."""
    answers = (*getattr(item.body, "choices", ()), *getattr(item.body, "near", ()))
    own = [getattr(item.body, name, "") for name in ("right", "wrong", "thanks")]
    return [text for text in (*own, *(answer.feedback for answer in answers)) if text]


def test_choices_are_asked_without_their_marks() -> None:
    texts = ["the right one", "the twin", "the third"]
    assert ask(item_of("single_choice")).ask == {"choices": texts}
    columns = [{"name": "reaction", "unit": "ms"}, {"name": "days", "unit": "days"}]
    assert ask(item_of("formula")).ask == {"columns": [*columns, {"name": "subject", "unit": ""}]}


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "order"])
def test_the_key_stands_at_every_place(kind: str) -> None:
    item = item_of(kind)
    places = set()
    for seed in range(60):
        right = KINDS[kind].examples(arrange(item, seed).body).right[0]
        places.add(right if isinstance(right, int) else right[0])
    entries = getattr(item.body, "choices", None) or item.body.entries
    expected = set(range(len(entries)))
    if kind == "multiple_choice":
        expected.remove(len(entries) - 1)  # the first of two right ones is never the last
    assert places == expected


def test_kept_order_is_kept() -> None:
    item = item_of("single_choice", BODIES["single_choice"] + "keep_order: true\n")
    assert all(arrange(item, seed).body == item.body for seed in range(10))


def test_single_choice_says_what_was_chosen() -> None:
    item = item_of("single_choice")
    assert grade(item, 0) == Mark(1.0, "Well seen.")
    assert grade(item, " 1 ") == Mark(0.0, "Not the twin.", "double-bar-splits")
    assert grade(item, 3).feedback == ("Choose an answer, from A to C.")
    assert shown(item, 2) == "C: the third"
    assert shown(item, 9) == ""


@pytest.mark.parametrize(
    ("answer", "score"),
    [([0, 1], 1), ([0], 0.5), ([0, 1, 2], 0.5), ([2], 0), ([0, 2], 0), ([0, 1, 2, 3, 4], 0)],
)
def test_multiple_choice_scores_what_is_above_guessing(answer: list[int], score: float) -> None:
    assert grade(item_of("multiple_choice"), answer).score == score
    whole = item_of("multiple_choice", BODIES["multiple_choice"].replace("each", "all"))
    assert grade(whole, answer).score == (1 if score == 1 else 0)


def test_multiple_choice_tells_every_choice_decided_wrongly() -> None:
    mark = grade(item_of("multiple_choice"), [0, 2])
    assert mark.feedback == (
        "You decided 3 of 5 statements rightly.\n\n"
        "**B** (not ticked): Two holds.\n\n"
        "**C** (ticked): Three does not hold."
    )
    assert mark.misconception == "double-bar-splits"
    assert grade(item_of("multiple_choice"), []).malformed


@pytest.mark.parametrize(
    "text",
    ["0.05", "0,05", ".05", "1/20", "5 %", "5%", "+0.05", "5e-2", "p = .05", "0.05 ", "0.0509"],
)
def test_numbers_as_people_type_them(text: str) -> None:
    assert grade(item_of("numeric"), text).is_right


@pytest.mark.parametrize(
    ("text", "feedback"),
    [
        ("1.000,5", "`1.000,5` has more than one point or comma, and I cannot tell which one is "
         "the decimal point. Write 1000.5, without a sign between the thousands."),
        ("1,000", "`1,000` may mean 1.000 or 1000. Write one of these two."),
        ("1/0", "`1/0` divides by 0. Write one number, such as 12, 0.5, 1/20 or 5 %."),
        ("10 000", "I could not read `10 000` as a number. Write it without spaces inside."),
        ("< .05", "I could not read `< .05` as a number. Leave `<` out: one number is wanted."),
        ("nan", "I could not read `nan` as a number. Write one number, such as 12, 0.5, 1/20 or "
         "5 %."),
        ("1e999", "`1e999` is too large for a number. Write one number, such as 12, 0.5, 1/20 or "
         "5 %."),
        ("", "Write one number, such as 12, 0.5, 1/20 or 5 %."),
        ("a`b", "I could not read ``a`b`` as a number. Write one number, such as 12, 0.5, 1/20 or "
         "5 %."),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_read(text: str, feedback: str) -> None:
    assert grade(item_of("numeric"), text) == Mark(None, feedback, malformed=True)


def test_units() -> None:
    body = "key: -12\ntolerance: 0\nunit: ms\nright: Yes.\nwrong: No.\n"
    item = item_of("numeric", body)
    assert all(grade(item, text).is_right for text in (-12, "−12", "-12 ms", "–12ms", "-12 MS"))
    assert grade(item, "-12 s").feedback == (
        "I could not read `-12 s` as a number. The answer is wanted in ms."
    )
    assert grade(item, "12 %").feedback == "`12 %` is in percent. Write the number in ms."
    percent = item_of("numeric", 'key: 5\nunit: "%"\nright: Yes.\nwrong: No.\n')
    assert grade(percent, "5 %").is_right and grade(percent, "5").is_right
    assert grade(percent, "0.05").score == 0


def test_the_nearest_foreseen_number_wins() -> None:
    body = (
        "key: 1\ntolerance: 1\nright: Yes.\nwrong: No.\n"
        "near: [{answer: 4, feedback: Four.}, {answer: 5, feedback: Five.}]\n"
    )
    item = item_of("numeric", body)
    said = [grade(item, value).feedback for value in (2, 2.5, 3.9, 4.4, 4.6, 6, 7)]
    assert said == ["Yes.", "No.", "Four.", "Four.", "Five.", "Five.", "No."]


def test_order_scores_pairs() -> None:
    item = item_of("order")
    assert grade(item, [0, 1, 3, 2]) == Mark(pytest.approx(2 / 3), "Think of the start.")
    assert grade(item, [3, 2, 1, 0]) == Mark(0.0, "The other way round.", "equal-shrinkage")
    assert shown(item, [0, 1, 3, 2]) == "first → second → fourth → third"
    drawn = arrange(item, 3)
    backwards = [drawn.body.entries.index(t) for t in ("fourth", "third", "second", "first")]
    assert grade(drawn, backwards).feedback == "The other way round."


def test_line_up_knows_its_actual_panel() -> None:
    item = arrange(item_of("line_up"), 2)
    actual = draw_panels(item.body).actual
    assert actual is not None
    marks = [grade(item, panel) for panel in range(1, 7)]
    assert [mark.is_right for mark in marks] == [panel == actual for panel in range(1, 7)]
    assert marks[actual % 6].feedback == (
        f"The actual data are in panel {actual}. Look at the slopes."
    )
    places = {draw_panels(arrange(item, seed).body).actual for seed in range(40)}
    assert places == {1, 2, 3, 4, 5, 6}


def test_a_warm_up_has_no_score() -> None:
    item = item_of("line_up", WARM_UP)
    assert grade(item, 3) == Mark(None, "Found.")
    assert draw_panels(item.body).actual is None


def test_region_takes_parts_in_any_order() -> None:
    item = item_of("region")
    assert grade(item, ["right", "left"]).is_right
    assert grade(item, ["right", "right"]).misconception == "two-sided-is-default-truth"
    assert grade(item, []).feedback == (
        "I could not read what you shaded. Shade one part or more: left, middle and right."
    )
    assert shown(item, ["right", "left"]) == "left and right"


def test_poll_has_no_score() -> None:
    assert grade(item_of("poll"), "1") == Mark(None, "Thank you.")
    text = item_of("poll", TEXT_POLL)
    assert grade(text, "More pictures!") == Mark(None, "Thank you.")
    assert shown(text, "a `quote` ![x](y)") == "``a `quote` ![x](y)``"
    assert grade(text, "x" * 41).feedback == "Write a text of at most 40 characters."
