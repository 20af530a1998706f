"""120 answers students give to formula questions are graded by what they mean."""

import pytest

from quizzes import generate_item, grade
from sim import parse_formula
from tests.bank.formula_answers import FORESEEN, ITEMS, MALFORMED, RIGHT, RIGHT_HERE, WRONG


def rows(table: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(name, text, said) for name, part in table.items() for text, said in part.items()]


RIGHTS = [(name, text) for name, answers in RIGHT.items() for text in answers]


def test_there_are_120_answers() -> None:
    tables = (rows(RIGHT_HERE), rows(FORESEEN), rows(WRONG), rows(MALFORMED))
    assert len(RIGHTS) + sum(map(len, tables)) >= 120


@pytest.mark.parametrize(("name", "text"), RIGHTS)
def test_other_writings_of_the_key_are_right(name: str, text: str) -> None:
    mark = grade(ITEMS[name], text)
    assert mark.is_right
    assert mark.feedback.startswith("Well done.")
    assert "these data" not in mark.feedback


@pytest.mark.parametrize(("name", "text", "reason"), rows(RIGHT_HERE))
def test_the_same_on_these_data_is_right_and_says_why(name: str, text: str, reason: str) -> None:
    mark = grade(ITEMS[name], text)
    assert mark.is_right
    assert mark.feedback.startswith("Well done.\n\nThe same on these data, because ")
    assert reason in mark.feedback
    assert "On other data yours may be another model than `" in mark.feedback


@pytest.mark.parametrize(("name", "text", "tag"), rows(FORESEEN))
def test_foreseen_answers_are_known_by_their_meaning(name: str, text: str, tag: str) -> None:
    mark = grade(ITEMS[name], text)
    assert (mark.score, mark.misconception) == (0.0, tag)
    near = {n.misconception: n.feedback for n in ITEMS[name].body.near}
    assert mark.feedback == near[tag]


@pytest.mark.parametrize(("name", "text", "said"), rows(WRONG))
def test_other_answers_hear_what_differs(name: str, text: str, said: str) -> None:
    mark = grade(ITEMS[name], text)
    assert (mark.score, mark.misconception, mark.malformed) == (0.0, "", False)
    assert mark.feedback.startswith(said)
    assert mark.feedback.endswith("\n\nThink again.")


@pytest.mark.parametrize(("name", "text", "said"), rows(MALFORMED))
def test_what_cannot_be_read_is_not_wrong(name: str, text: str, said: str) -> None:
    mark = grade(ITEMS[name], text)
    assert mark.malformed and mark.score is None
    assert mark.feedback == said


@pytest.mark.parametrize("seed", range(3))
def test_a_slip_in_a_name_is_no_wrong_answer_where_there_are_no_data_either(seed: int) -> None:
    item = generate_item("formula-of-a-design", seed)
    for name in parse_formula(item.body.key).variables:
        mark = grade(item, item.body.key.replace(name, name[:-2] + name[-1]))
        assert mark.malformed
        assert mark.feedback.endswith(f"Did you mean `{name}`?")
    assert not grade(item, f"{item.body.key} + coffee").malformed
