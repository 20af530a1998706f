"""A server and a browser for all tests of a process, and a page of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.running_app import launch, running_app

# For a machine that does other things too; a test that passes waits no longer than it must.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


class Log:
    """What a server prints, of which each part is read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = 0

    def news(self) -> str:
        with self.path.open("rb") as file:
            file.seek(self.read)
            new = file.read()
        self.read += len(new)
        return new.decode(errors="replace")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Log]]:
    """The address of a server, and what it prints."""
    path = tmp_path_factory.mktemp("server") / "server.log"
    with running_app(path) as address:
        log = Log(path)
        yield address, log
    assert "Traceback" not in (printed := log.news()), printed


@pytest.fixture
def address(server: tuple[str, Log]) -> Iterator[str]:
    """The address of a server that other tests visit too."""
    address, log = server
    yield address
    assert "Traceback" not in (printed := log.news()), printed


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all tests: a new one would load and compile the app's 77 files again."""
    window = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True
    )
    yield window
    window.close()


def forget(page: Page) -> None:
    """Delete what the visitors before have left: cookies and storage, not the cached files."""
    session = page.context.new_cdp_session(page)
    kinds = "cookies,local_storage,indexeddb,service_workers"
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": kinds})
    session.detach()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A new visitor's page; its test fails when the app logs an error or asks another machine."""
    page = window.new_page()
    page.set_default_timeout(PATIENCE)
    forget(page)
    foreign: list[str] = []
    broken: list[str] = []

    def check(url: str) -> None:
        if not url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:")):
            foreign.append(url)

    page.on("request", lambda request: check(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    for opened in window.pages:
        opened.close()
    assert foreign == []
    assert broken == []
