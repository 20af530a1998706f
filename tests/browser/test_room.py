"""A live room in real browsers: a host and three phones through a whole short deck."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quizzes.classroom.decks import Deck, Entry, deck_json
from tests.bank.sample_items import item_of
from tests.browser.conftest import PATIENCE
from tests.browser.running_app import wait_until_calm
from tests.browser.screen import open_page

pytestmark = pytest.mark.browser

NAME = "Zoë <b>**bold**"
WRITTEN = "the **pictures**"
LINE_UP = "simulation/find-the-loner"
WIDTHS = (320, 320, 390)


def short_deck() -> str:
    choice = replace(item_of("single_choice"), id="own/choice", stem="Which one is it?")
    number = replace(item_of("numeric"), id="own/number", stem="How large is alpha?")
    entries = (Entry("own/choice", "Ask for the twin."), Entry(LINE_UP), Entry("own/number"))
    deck = Deck("short", "A short lesson", 10, "For a test.", entries, (choice, number))
    return deck_json(deck)


@pytest.fixture
def phones(browser: Browser) -> Iterator[list[Page]]:
    """Three phones, each a browser of its own that asks nobody but this machine."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    foreign: list[str] = []
    broken: list[str] = []
    for width in WIDTHS:
        context = browser.new_context(
            viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True, locale="en-GB"
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on(
            "request",
            lambda r: None if r.url.startswith("http://localhost:") else foreign.append(r.url),
        )
        page.on("pageerror", lambda error: broken.append(str(error)))
        contexts.append(context)
        pages.append(page)
    yield pages
    for context in contexts:
        context.close()
    assert foreign == []
    assert broken == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def open_room(page: Page, address: str, folder: Path) -> str:
    """Open a room with the short deck and return its code."""
    file = folder / "deck.json"
    file.write_text(short_deck(), encoding="utf-8")
    open_page(page, address, "/host")
    page.get_by_text("From a file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("For a test.")).to_be_visible()
    press(page, "Open a room")
    card = page.get_by_role("img", name="scan the QR code")
    expect(card).to_be_visible()
    assert "room=" in page.url
    found = re.search(r"type ((?:\w ){5}\w)", card.get_attribute("alt") or "")
    assert found is not None
    return found[1].replace(" ", "")


def join(phones: list[Page], address: str, code: str) -> None:
    """By the QR code's address, by typing the code, and through the app's own door."""
    first, second, third = phones
    first.goto(f"{address}/p/{code}")
    first.get_by_role("button", name="Join").click()
    second.goto(f"{address}/p")
    second.get_by_label("Code on the screen").fill(f"{code[:3].lower()} {code[3:].lower()}")
    second.get_by_role("button", name="Go on").click()
    second.get_by_label("Your name in this room").fill(NAME)
    second.get_by_role("button", name="Join").click()
    third.goto(f"{address}/join?code={code}")
    link = third.get_by_role("link", name="Enter room")
    third.goto(link.get_attribute("href") or "")
    third.get_by_role("button", name="Join").click()
    for phone in phones:
        expect(phone.get_by_role("heading", name="You are in")).to_be_visible()


def vote(phone: Page, name: str) -> None:
    phone.locator("label", has_text=name).click()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def go_on(page: Page, name: str) -> None:
    """Press N once the coloured button is what is expected."""
    expect(page.get_by_role("button", name=name)).to_be_enabled()
    wait_until_calm(page)
    page.locator("body").press("n")


def choice_votes(page: Page, phones: list[Page]) -> None:
    """A question with two votes, and a talk in between."""
    for phone in phones:
        expect(phone.get_by_text("Which one is it?")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for phone, name in zip(phones, ("the right one", "the twin", "the twin"), strict=True):
        vote(phone, name)
    expect(page.get_by_text("3 of 3 answers in")).to_be_visible()
    # Nothing is said of what they answered before the vote is closed and the host asks.
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)
    go_on(page, "Close the vote")
    expect(phones[0].get_by_role("heading", name="Closed")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)
    press(page, "Show votes")
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(1)
    expect(page.get_by_text("Why it is so.")).to_have_count(0)
    press(page, "Vote again")
    expect(page.get_by_text("0 of 3 answers in")).to_be_visible()
    for phone, name in zip(phones, ("the right one", "the right one", "the third"), strict=True):
        expect(phone.get_by_text("vote 2")).to_be_visible()
        vote(phone, name)
    go_on(page, "Close the vote")
    expect(page.get_by_role("button", name="Show votes")).to_be_enabled()
    go_on(page, "Reveal")
    expect(page.get_by_text("Why it is so.")).to_be_visible()
    expect(page.get_by_text("1 moved to the right answer")).to_be_visible()
    expect(page.get_by_text("First vote: 33% right. Second vote: 67% right.")).to_be_visible()
    expect(phones[0].get_by_role("heading", name="Right")).to_be_visible()
    expect(phones[2].get_by_role("heading", name="Not yet")).to_be_visible()
    expect(phones[2].get_by_text("Not the third.")).to_be_visible()


def line_up_votes(page: Page, phones: list[Page]) -> None:
    """A line-up, a phone that reloads in the middle, and a page to look at on the way."""
    go_on(page, "Next question")
    for number, phone in enumerate(phones, 4):
        expect(phone.get_by_text("Your panel")).to_be_visible()
        phone.get_by_role("radio", name=str(number), exact=True).check(force=True)
        phone.get_by_role("button", name="Send").click()
        expect(phone.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    phones[1].reload()
    expect(phones[1].get_by_role("radio", name="5", exact=True)).to_be_checked()
    expect(phones[1].get_by_text(NAME)).to_be_visible()
    expect(page.get_by_text("3 of 3 answers in")).to_be_visible()
    press(page, "Reveal")
    expect(
        page.get_by_text(re.compile(r"found it in the first vote.*p = |first vote nobody found"))
    ).to_be_visible()
    page.get_by_role("link", name="See it on the page").click()
    back = page.get_by_role("button", name="Back to the room")
    expect(back).to_be_visible()
    wait_until_calm(page)
    back.click()
    expect(page.get_by_text("Question 2 of 3")).to_be_visible()


def number_and_ticket(page: Page, phones: list[Page]) -> None:
    """A typed number, then the exit ticket."""
    go_on(page, "Next question")
    for phone, typed in zip(phones, ("0,05", "0.1", "0.05"), strict=True):
        phone.get_by_label("Your number").fill(typed)
        phone.get_by_role("button", name="Send").click()
        expect(phone.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    # The host's page is as it was after a reload, too.
    page.reload()
    expect(page.get_by_text("3 of 3 answers in")).to_be_visible()
    press(page, "Reveal")
    expect(phones[1].get_by_text("Both tails.")).to_be_visible()
    go_on(page, "Exit ticket")
    for phone in phones:
        expect(phone.get_by_role("heading", name="Before you go")).to_be_visible()
        phone.get_by_label("a little fast").check()
        phone.get_by_label("What helped you most today?").fill(WRITTEN)
        phone.get_by_role("button", name="Send").click()
        expect(phone.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(page.get_by_text("3 of 3 exit tickets in")).to_be_visible()
    page.get_by_text("What they wrote (3)").click()
    expect(page.get_by_text(WRITTEN, exact=True).first).to_be_visible()
    # The key that goes on does not end a room.
    wait_until_calm(page)
    page.locator("body").press("n")
    expect(phones[0].get_by_role("heading", name="Before you go")).to_be_visible()
    press(page, "End the room")
    for phone in phones:
        expect(phone.get_by_role("heading", name="That was it")).to_be_visible()


def results(page: Page) -> None:
    """The results, read from the page."""
    go_on(page, "Results")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results: A short lesson")
    expect(page.get_by_text("3 players · 3 of 3 questions")).to_be_visible()
    expect(page.get_by_text("1 moved to the right answer")).to_be_visible()
    wait_until_calm(page)
    page.get_by_text("What came up").click()
    expect(page.get_by_text("What came up last time")).to_be_visible()
    page.get_by_text("Exit ticket").first.click()
    expect(page.get_by_text(WRITTEN, exact=True).first).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Votes as CSV").click()
    rows = Path(taken.value.path()).read_text(encoding="utf-8").splitlines()
    # Three votes on the line-up and the number, six on the first question, six tickets.
    assert len(rows) == 1 + 6 + 3 + 3 + 6
    assert "Zo" not in "".join(rows)


def test_a_whole_lesson(page: Page, phones: list[Page], address: str, tmp_path: Path) -> None:
    code = open_room(page, address, tmp_path)
    join(phones, address, code)
    expect(page.get_by_text("3 players here")).to_be_visible()
    expect(page.get_by_text(NAME)).to_be_visible()
    go_on(page, "Start the questions")
    choice_votes(page, phones)
    line_up_votes(page, phones)
    number_and_ticket(page, phones)
    results(page)


def test_a_remote_control_moves_the_projector(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    open_room(page, address, tmp_path)
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
    remote = context.new_page()
    remote.goto(page.url)
    expect(remote.get_by_role("button", name="Start the questions")).to_be_visible()
    wait_until_calm(remote)
    assert remote.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    press(remote, "Start the questions")
    # Without a click on the projector.
    expect(page.get_by_text("Question 1 of 3")).to_be_visible()
    press(remote, "Close the vote")
    expect(page.get_by_role("button", name="Show votes")).to_be_enabled()
    press(remote, "Show votes")
    expect(page.get_by_text("Nobody has voted.")).to_be_visible()
    context.close()
