"""Every item of the bank marks its own answers as it should, and together they cover the topics."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from quizzes import arrange, ask, find_item, items_json, load_bank, misconceptions, read_items_json
from quizzes.check import contradiction
from quizzes.errors import ItemError
from quizzes.generators import GENERATORS
from quizzes.item import Item
from quizzes.kinds import KINDS
from quizzes.plain import json_ready
from quizzes.topics import MISCONCEPTIONS

BANK = load_bank()
ITEMS = list(BANK.values())
IDS = list(BANK)


@pytest.mark.parametrize("item", ITEMS, ids=IDS)
def test_own_answers_are_marked_as_they_should(item: Item) -> None:
    assert contradiction(item) == ""


@pytest.mark.parametrize("item", ITEMS, ids=IDS)
def test_every_wrong_choice_is_wrong_with_its_own_feedback(item: Item) -> None:
    answers = (*getattr(item.body, "choices", ()), *getattr(item.body, "near", ()))
    feedback = [answer.feedback for answer in answers]
    assert len(set(feedback)) == len(feedback)
    wrong = [answer.feedback for answer in answers if not getattr(answer, "right", False)]
    told = {wrong.feedback for wrong in KINDS[item.kind].examples(item.body).wrong}
    assert {*wrong} <= told
    assert min((len(text.split()) for text in feedback), default=9) >= 6, "feedback that teaches"


@pytest.mark.parametrize("item", ITEMS, ids=IDS)
def test_a_question_holds_no_key_and_no_feedback(item: Item) -> None:
    question = ask(arrange(item, 1))
    sent = "\n".join(texts_in(json_ready(dataclasses.replace(question, picture=None).ask)))
    sent += question.stem + (item.picture.alt if item.picture else "")
    body = KINDS[item.kind].write(item.body)
    for hidden in (item.explanation, *feedback_in(body)):
        assert hidden not in sent
    # What is asked is the same whichever choice is right.
    assert not {"key", "right", "feedback", "misconception", "near", "draw"} & set(question.ask)


def texts_in(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for entry in value.values() for text in texts_in(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in texts_in(entry)]
    return [str(value)]


def feedback_in(value: Any) -> list[str]:
    """Every feedback in the written fields of a body."""
    if isinstance(value, list):
        return [text for entry in value for text in feedback_in(entry)]
    if not isinstance(value, Mapping):
        return []
    own = [value[name] for name in ("feedback", "wrong", "thanks") if name in value]
    own += [value["right"]] if isinstance(value.get("right"), str) else []
    return own + [text for entry in value.values() for text in feedback_in(entry)]


@pytest.mark.parametrize("item", ITEMS, ids=IDS)
def test_misconceptions_are_known(item: Item) -> None:
    assert misconceptions(item) <= set(MISCONCEPTIONS)


def test_ids_do_not_meet_generators() -> None:
    assert not set(BANK) & set(GENERATORS)
    assert all("/" in id and id.split("/")[0] == item.topic for id, item in BANK.items())
    assert not any("/" in name for name in GENERATORS)


def test_stems_differ() -> None:
    # Line-ups differ in their panels.
    stems = Counter(item.stem for item in ITEMS if item.kind != "line_up")
    assert [stem for stem, n in stems.items() if n > 1] == []


def test_the_bank_survives_json() -> None:
    assert read_items_json(items_json(ITEMS)) == tuple(ITEMS)


@pytest.mark.parametrize("id", [IDS[0], IDS[-1]])
def test_an_item_is_found_again_by_id_and_seed(id: str) -> None:
    assert find_item(id, 7) == arrange(BANK[id], 7)
    with pytest.raises(ItemError) as caught:
        find_item(id + "s", 7)
    assert str(caught.value) == (
        f"There is no item '{id}s'. The bank has {len(BANK)} items. Did you mean '{id}'?"
    )
    with pytest.raises(ItemError) as caught:
        find_item(id, -1)
    assert str(caught.value) == (
        "The seed is -1. Give a whole number from 0 to 9223372036854775807."
    )


def test_the_key_leaks_through_no_place_and_no_length() -> None:
    """The right choice is neither always the longest nor at one place of the file's order."""
    singles = [item for item in ITEMS if item.kind == "single_choice"]
    longest = 0
    for item in singles:
        lengths = [len(choice.text) for choice in item.body.choices]
        right = next(i for i, choice in enumerate(item.body.choices) if choice.right)
        longest += lengths[right] == max(lengths) and lengths.count(max(lengths)) == 1
    assert longest < 0.5 * len(singles)
    places = Counter(
        KINDS["single_choice"].examples(arrange(item, seed).body).right[0]
        for item in singles
        for seed in range(20)
        if len(item.body.choices) == 4
    )
    n = sum(places.values())
    assert all(abs(places[place] / n - 0.25) < 0.05 for place in range(4))
