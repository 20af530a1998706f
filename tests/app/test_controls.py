"""Controls that several pages have: the next seed or draw, and predictions."""

import pytest

from pages._ui.controls import MAX_SEED
from tests.app.screen import open_page, press, text


@pytest.mark.parametrize(
    ("page", "key", "button"),
    [
        ("learn/playground", "draw", "Simulate again"),
        ("learn/playground", "seed", "New data"),
        ("learn/bootstrap", "draw", "Resample again"),
        ("learn/nesting", "seed", "New scores"),
        ("learn/syntax", "draw", "Twelve others"),
        ("learn/tails", "seed", "New data"),
    ],
)
def test_after_the_last_number_comes_the_first(page: str, key: str, button: str) -> None:
    app = open_page(page, {key: str(MAX_SEED - 1), "guess": "Just show me, always"})
    field = app.number_input(key=key)
    assert (field.value, field.max) == (MAX_SEED - 1, MAX_SEED)
    for expected in (MAX_SEED, field.min, field.min + 1):
        press(app, button)
        assert app.number_input(key=key).value == expected
        assert not app.exception


def test_a_prediction_is_held_against_nothing_but_what_it_was_about() -> None:
    app = open_page("learn/playground", {"mixture.guess": "Below most of them"})
    assert "You expected: *below most of them*." in text(app)
    first = app.text_input(key="mixture.model").value
    app.text_input(key="mixture.model").set_value("value ~ condition + group + (1 | participant)")
    app.run()
    assert "You expected" not in text(app)
    assert "The actual data lie **in the middle**." in text(app)
    # A click beside what was typed is about that.
    app.text_input(key="mixture.model").set_value("value ~ condition + (1 | participant) ")
    app.get_by_key("mixture.guess").set_value("Above most of them").run()
    assert "It lies: **above most of them**, as you said." in text(app)
    app.text_input(key="mixture.model").set_value(first).run()
    app.slider(key="mixture.separation").set_value(2.0).run()
    assert "You expected" not in text(app)
    assert not app.exception


def test_predictions_of_study_and_nesting_stay_with_their_question() -> None:
    app = open_page("learn/nesting", {"guess": "One for each school and label", "unique": "true"})
    assert "As you said." in text(app)
    app.toggle(key="unique").set_value(False).run()
    assert "As you said." not in text(app) and "it is, but not from the table" not in text(app)
    query = {"random_slopes.guess": "More often", "repetitions": "200"}
    app = open_page("learn/study", query | {"story": "Random slopes"})
    assert "You expected" in text(app)
    app.text_input(key="random_slopes.model").set_value("score ~ week + (week | participant)")
    app.run()
    assert not app.exception
    assert "You expected" not in text(app)
