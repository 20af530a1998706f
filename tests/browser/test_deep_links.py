"""Every page opens at its own address, on a server that nobody has visited before."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import running_app, wait_until_calm

pytestmark = pytest.mark.browser

PAGES = {"/": "Playground", "/playground": "Playground"}


@pytest.mark.parametrize("path", PAGES)
def test_the_first_visitor_ever_reaches_the_page(page: Page, tmp_path: Path, path: str) -> None:
    with running_app(tmp_path / "server.log") as address:
        page.goto(address + path)
        wait_until_calm(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path])
        expect(page.get_by_text("Page not found")).to_have_count(0)
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_an_unknown_address_leads_to_the_playground(page: Page, address: str) -> None:
    page.goto(f"{address}/no-such-page")
    wait_until_calm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Playground")
