"""The questions of a learn page in a real browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from pages._ui.check_yourself import draw_questions
from quizzes import Item
from tests.browser.running_app import wait_until_calm
from tests.browser.screen import open_page
from tests.browser.traffic import Traffic, secrets_of

pytestmark = pytest.mark.browser

ANSWER = "Answer: not so sure"
IDEA = b"How do I tell whether"  # from the head of the page


def draw_of_choices(page: str) -> int:
    """A draw whose first question is a single choice, its first choice in plain words."""

    def is_plain(item: Item) -> bool:
        if item.kind != "single_choice" or item.see is None or not item.see.settings:
            return False
        return not set(item.body.choices[0].text) & set("*$`_")

    return next(n for n in range(1, 99) if is_plain(draw_questions(page, n)[0]))


def test_an_answer_draws_only_its_own_part_anew(page: Page, address: str) -> None:
    draw = draw_of_choices("tails")
    items = draw_questions("tails", draw)
    traffic = Traffic(page)
    open_page(page, address, f"/tails?check={draw}")
    expect(page.get_by_role("heading", name="Check yourself")).to_be_visible()
    sent = traffic.all()
    assert IDEA in sent
    assert [text for item in items for text in secrets_of(item) if text in sent] == []
    before = len(traffic.frames)
    page.get_by_text(items[0].body.choices[0].text).click()
    page.get_by_role("button", name=ANSWER).first.click()
    expect(page.get_by_role("button", name=ANSWER)).to_have_count(2)
    expect(page.get_by_text("What about the other answers?")).to_be_visible()
    wait_until_calm(page)
    answered = b"".join(traffic.frames[before:])
    assert items[0].explanation.strip()[:60].encode() in answered
    assert IDEA not in answered
    assert items[0].see is not None
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="See it on this page").click()
    shown = opened.value
    wait_until_calm(shown)
    assert urlsplit(shown.url).path == "/tails"
    wanted = {name: [value] for name, value in items[0].see.settings.items()}
    assert wanted.items() <= parse_qs(urlsplit(shown.url).query).items()
    shown.close()
    rest = [text for item in items[1:] for text in secrets_of(item)]
    assert [text for text in rest if text in traffic.all()] == []


def test_other_questions_are_in_the_link(page: Page, address: str) -> None:
    open_page(page, address, "/tails")
    page.get_by_role("button", name="Other questions").click()
    page.wait_for_url("**check=2**")
    wait_until_calm(page)
    start = draw_questions("tails", 2)[0].stem.split("$")[0].split("*")[0].strip()[:40]
    expect(page.get_by_text(start).first).to_be_visible()
    page.reload()
    wait_until_calm(page)
    expect(page.get_by_text(start).first).to_be_visible()
