"""A fresh server and a page in a real browser for every test module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.running_app import launch, running_app

# For a machine that does other things too; a test that passes waits no longer than it must.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that nobody has visited before this module's first test."""
    log = tmp_path_factory.mktemp("server") / "server.log"
    with running_app(log) as address:
        yield address
    printed = log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in printed, printed


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test when the app logs an error or asks another machine."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    foreign: list[str] = []
    broken: list[str] = []

    def check(url: str) -> None:
        if not url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:")):
            foreign.append(url)

    page.on("request", lambda request: check(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert foreign == []
    assert broken == []
