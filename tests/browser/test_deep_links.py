"""Every page opens at its own address, on a server that nobody has visited before."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import running_app, wait_until_calm

pytestmark = pytest.mark.browser


def expect_a_page(page: Page) -> str:
    """The heading of the page that is open, which must be a page and no error."""
    wait_until_calm(page)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_count(1)
    return heading.inner_text()


FIRST = {"/": "Playground", "/playground": "Playground", "/study": "The study, repeated"}


@pytest.mark.parametrize("path", FIRST)
def test_the_first_visitor_ever_reaches_the_page(page: Page, tmp_path: Path, path: str) -> None:
    with running_app(tmp_path / "server.log") as address:
        page.goto(address + path)
        assert expect_a_page(page) == FIRST[path]


def test_every_page_of_the_navigation_opens_at_its_own_address(page: Page, address: str) -> None:
    page.goto(address)
    wait_until_calm(page)
    links = page.get_by_test_id("stSidebarNavLink").evaluate_all("nodes => nodes.map(n => n.href)")
    assert f"{address}/playground" in links
    headings = []
    for link in links:
        page.goto(link)
        headings.append(expect_a_page(page))
    assert len(set(headings)) == len(links)


def test_an_unknown_address_leads_to_the_playground(page: Page, address: str) -> None:
    page.goto(f"{address}/no-such-page")
    wait_until_calm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Playground")
