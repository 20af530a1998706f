"""Controls that several pages have: the button that takes the next seed or draw."""

import pytest

from pages._ui.controls import MAX_SEED
from tests.app.screen import open_page, press


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
