"""Pictures in words: what they show now, and other words when a control is moved."""

import re

import pytest

from tests.app.screen import Query, alts, open_page

pytestmark = pytest.mark.usefixtures("without_questions")

MIXTURE = {"story": "The lecture's mixture", "lecture_mixture.guess": "Just show me"}
PAGES: dict[str, tuple[Query, Query]] = {
    "learn/playground": (MIXTURE, {"draw": "2"}),
    "learn/tails": (
        {"picture": "B", "looking": "10%"},
        {"test": "PRE", "hypothesis": "different from", "guess.PRE.different": "B"},
    ),
    "learn/pooling": ({"sleepstudy20.guess": "Just show me"}, {"varying": "intercepts"}),
    "learn/syntax": ({"guess": "6"}, {"example.formula": "dv ~ x1 + (1 | g)"}),
    "learn/nesting": ({"guess": "Just show me"}, {"unique": "true"}),
}


@pytest.mark.parametrize("page", PAGES)
def test_words_of_pictures_follow_the_controls(page: str) -> None:
    first, moved = PAGES[page]
    before, after = (alts(open_page(page, query)) for query in (first, {**first, **moved}))
    for said in (before, after):
        # A number from what is drawn; examples to choose from have letters.
        assert said and all(re.search(r"\d|Picture [A-C]:", alt) for alt in said), said
    assert set(before) != set(after)
