"""Answer the question on a page without a browser, as a student would."""

from collections.abc import Callable, Mapping
from typing import Any

from streamlit.testing.v1 import AppTest

from quizzes import Item
from tests.app.screen import open_as


def _choose(app: AppTest, item: Item, key: str, response: Any) -> None:
    app.radio(key=f"{key}-choice").set_value(response)


def _tick(app: AppTest, item: Item, key: str, response: Any) -> None:
    for i in range(len(item.body.choices)):
        app.checkbox(key=f"{key}-choice-{i}").set_value(i in response)


def _type_number(app: AppTest, item: Item, key: str, response: Any) -> None:
    app.text_input(key=f"{key}-number").set_value(str(response))


def _type_formula(app: AppTest, item: Item, key: str, response: Any) -> None:
    app.text_input(key=f"{key}-formula").set_value(response)


def _sort(app: AppTest, item: Item, key: str, response: Any) -> None:
    """Move each entry up to its place with the arrows."""
    for place, entry in enumerate(response):
        while (at := app.session_state[f"{key}-order"].index(entry)) > place:
            app.button(key=f"{key}-up-{at}").click().run()


def _shade(app: AppTest, item: Item, key: str, response: Any) -> None:
    app.button_group(key=f"{key}-region").set_value(list(response)).run()


def _find(app: AppTest, item: Item, key: str, response: Any) -> None:
    app.button_group(key=f"{key}-panel").set_value(int(response))


def _say(app: AppTest, item: Item, key: str, response: Any) -> None:
    if item.body.options:
        app.radio(key=f"{key}-option").set_value(response)
    else:
        app.text_area(key=f"{key}-text").set_value(response)


_FILL: Mapping[str, Callable[[AppTest, Item, str, Any], None]] = {
    "single_choice": _choose,
    "multiple_choice": _tick,
    "numeric": _type_number,
    "formula": _type_formula,
    "order": _sort,
    "region": _shade,
    "line_up": _find,
    "poll": _say,
}


def fill_in(app: AppTest, item: Item, key: str, response: Any) -> None:
    """Enter a response into the fields of an item, without handing it in."""
    _FILL[item.kind](app, item, key, response)


def hand_in(app: AppTest, key: str, *, sure: bool = True) -> AppTest:
    """Press one of the two buttons below the fields."""
    app.button(key=f"{key}-{'sure' if sure else 'unsure'}").click()
    return app.run()


def open_quiz(secret: str, query: dict[str, str] | None = None) -> AppTest:
    """Open the quiz in a new session of the same visitor."""
    return open_as(secret, "practice/quiz", query)
