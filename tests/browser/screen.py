"""What the browser tests do on every page: open it, find pictures, download, look for overflow."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.running_app import wait_until_calm

# Equations, tables and code scroll sideways in boxes of their own, and the boxes must fit.
# What is left out is never seen: the input within a slider's thumb, formulas for screen readers.
STICKING_OUT = """() => {
    const fits = node => node.getBoundingClientRect().right <= window.innerWidth + 1;
    const scrolls = node => node.dataset.testid !== 'stMain'
        && ['auto', 'scroll'].includes(getComputedStyle(node).overflowX);
    const isInABox = node => {
        for (let up = node.parentElement; up; up = up.parentElement)
            if (scrolls(up) && fits(up)) return true;
        return false;
    };
    return [...document.querySelectorAll('[data-testid="stMain"] *')]
        .filter(node => !fits(node) && node.type !== 'range' && !node.closest('.katex-mathml'))
        .filter(node => !isInABox(node))
        .map(node => node.tagName + '.' + node.className).slice(0, 5);
}"""


def open_page(page: Page, address: str, path: str = "/", timeout: int = 120_000) -> None:
    """Open a page of the app and wait until it has run and all its charts are drawn.

    Parameters
    ----------
    path : where on the server, with the query string, such as `/tails?n=20`.
    timeout : milliseconds.
    """
    page.goto(address + path)
    wait_until_calm(page, timeout)


def chart(page: Page, alt: str, timeout: int | None = None) -> Locator:
    """The picture whose description begins like this; it must come."""
    found = page.get_by_label(re.compile(f"^{alt}")).first
    expect(found).to_be_visible(timeout=timeout)
    return found


def download(page: Page, label: str, folder: Path) -> bytes:
    """Press a button that gives a file away, and read the file."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target.read_bytes()


def download_rows(page: Page, label: str, folder: Path) -> list[dict[str, str]]:
    """The same with a CSV file, by the names of its columns."""
    return list(csv.DictReader(download(page, label, folder).decode().splitlines()))


def sticking_out(page: Page) -> list[str]:
    """What reaches beyond the right edge of the window."""
    found: list[str] = page.evaluate(STICKING_OUT)
    return found
