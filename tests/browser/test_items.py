"""The item bank in a real browser: find an item, look, take it along as files that open."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from quizzes import find_item
from quizzes.exports.format import ORDER_SEED
from tests.browser.running_app import wait_until_calm
from tests.browser.screen import open_page

pytestmark = pytest.mark.browser

ITEM = "syntax/average-and-variation"  # a formula with a picture


def open_bank(page: Page, address: str, form: str) -> None:
    open_page(page, address, f"/items?format={form}")
    page.get_by_label("Words in the question or its name").fill(ITEM)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 item of")).to_be_visible()
    wait_until_calm(page)


def take(page: Page, title: str, target: Path) -> Path:
    page.get_by_role("button", name="Choose", exact=True).click()
    wait_until_calm(page)
    page.get_by_role("button", name="Make the file").click()
    button = page.get_by_role("button", name=f"Download {title}: 1 of 1 item")
    with page.expect_download() as download:
        button.click()
    download.value.save_as(target)
    return target


def test_an_item_goes_to_a_package_with_its_picture(
    page: Page, address: str, tmp_path: Path
) -> None:
    open_bank(page, address, "QTI+2.1")
    file = take(page, "QTI 2.1", tmp_path / "items.zip")
    with zipfile.ZipFile(file) as archive:
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
        assert len(pictures) == 1
        assert archive.read(pictures[0]).startswith(b"\x89PNG")
        ElementTree.fromstring(archive.read("imsmanifest.xml"))
    expect(page.get_by_text("Different in this format: 1 item")).to_be_visible()


def test_the_printed_page_opens_by_itself_with_its_picture_drawn(
    page: Page, address: str, tmp_path: Path
) -> None:
    open_bank(page, address, "HTML+to+print")
    file = take(page, "HTML to print", tmp_path / "items.html")
    page.set_content(file.read_text(encoding="utf-8"))
    expect(page.get_by_role("heading", name="Key")).to_be_visible()
    width = page.get_by_role("img").evaluate("image => image.naturalWidth")
    assert width > 100
    assert find_item(ITEM, ORDER_SEED).body.key in page.locator(".key").inner_text()


def test_the_key_is_shown_after_a_click_only(page: Page, address: str) -> None:
    item = find_item(ITEM, ORDER_SEED)
    open_bank(page, address, "JSON")
    page.get_by_role("button", name="Look").click()
    wait_until_calm(page)
    expect(page.get_by_role("button", name="Answer: I am sure")).to_be_visible()
    assert item.body.key not in page.content()
    page.get_by_text("For teachers: the key and all feedback").click()
    expect(page.get_by_text(item.body.key, exact=True).first).to_be_visible()
