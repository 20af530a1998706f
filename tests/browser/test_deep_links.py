"""Every page opens at its own address, also on a server that nobody has visited before."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from quizzes.learn_pages import LEARN_PAGES
from tests.browser.running_app import running_app
from tests.browser.screen import open_page

pytestmark = pytest.mark.browser


# Each path of the navigation with its heading.
PAGES = {
    **{f"/{page.name}": page.title for page in LEARN_PAGES.values()},
    "/study": "The study, repeated",
    "/quiz": "Quiz",
    "/line_up": "Line-up",
    "/progress": "Progress",
    "/host": "Host a room",
    "/results": "Results",
    "/join": "Join a room",
    "/items": "Item bank",
}


def open_at(page: Page, address: str, path: str) -> None:
    open_page(page, address, path)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(PAGES.get(path, "Playground"))


# The start, and a page of each section: what a server does at its first visit is the same for all.
@pytest.mark.parametrize("path", ["/", "/tails", "/line_up", "/host"])
def test_the_first_visitor_ever_reaches_the_page(page: Page, tmp_path: Path, path: str) -> None:
    log = tmp_path / "server.log"
    with running_app(log) as address:
        open_at(page, address, path)
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_an_address_of_its_own(page: Page, address: str, path: str) -> None:
    open_at(page, address, path)


def test_these_are_all_pages_of_the_navigation(page: Page, address: str) -> None:
    open_page(page, address)
    # A long list is folded.
    page.get_by_test_id("stSidebarNavViewButton").click()
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links).to_have_count(len(PAGES))
    found = links.evaluate_all("nodes => nodes.map(node => node.href)")
    assert set(found) == {address + path for path in PAGES}


def test_an_unknown_address_leads_to_the_playground(page: Page, address: str) -> None:
    open_page(page, address, "/no-such-page")
    expect(page.get_by_role("heading", level=1)).to_have_text("Playground")
