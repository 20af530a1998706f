"""Every link of an item opens a page that takes each of its settings."""

import pytest
from streamlit.testing.v1 import AppTest

from quizzes import GENERATORS, Item, generate_item, load_bank
from tests.app.screen import PATIENCE_SECONDS, path_of, taken

ITEMS = [
    *load_bank().values(),
    *(
        generate_item(name, 1, level)
        for name, generator in GENERATORS.items()
        for level in generator.levels
    ),
]


def links(items: list[Item]) -> dict[tuple[str, tuple[tuple[str, str], ...]], str]:
    """Each different link with one item that has it; none that is part of another one."""
    found = {
        (item.see.page, tuple(item.see.settings.items())): item.id
        for item in items
        if item.see is not None
    }
    return {
        (page, settings): id
        for (page, settings), id in found.items()
        if not any(page == other and {*settings} < {*more} for other, more in found)
    }


@pytest.mark.usefixtures("without_questions")  # they link to a page that runs in the app only
@pytest.mark.parametrize(
    "link", links(ITEMS), ids=[f"{id}-{link[0]}" for link, id in links(ITEMS).items()]
)
def test_a_page_takes_every_setting_of_a_link(
    link: tuple[str, tuple[tuple[str, str], ...]],
) -> None:
    page, settings = link
    app = AppTest.from_file(path_of(f"learn/{page}"), default_timeout=PATIENCE_SECONDS)
    for name, value in settings:
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert [name for name, value in settings if not taken(app, name, value)] == []
