"""Five tests of one effect, and their false alarms counted, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import wait_until_calm
from tests.browser.screen import download, download_rows, open_page, sticking_out

pytestmark = pytest.mark.browser


def test_predict_see_and_count(page: Page, address: str) -> None:
    open_page(page, address, "/pvalues")
    expect(page.get_by_role("heading", level=1)).to_have_text("P-values")
    expect(page.get_by_text("Five answers to one question")).to_have_count(0)
    page.get_by_text("About 181: one for each row", exact=True).click()
    expect(page.get_by_text("Five answers to one question")).to_be_visible()
    table = page.get_by_role("table").first
    expect(table).to_contain_text("17.16")
    expect(table).to_contain_text("17.08")
    expect(page.get_by_label(re.compile("^Distributions of z and t")).first).to_be_visible()
    expect(page.get_by_label(re.compile("^Likelihood ratios of 1,000")).first).to_be_visible()
    wait_until_calm(page)
    page.get_by_text("All about 5%", exact=True).click()
    wait_until_calm(page)
    page.get_by_role("button", name="Run 1,000 studies of each size").click()
    picture = page.get_by_label(re.compile("^How often each method says significant")).first
    expect(picture).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Stop").click()
    wait_until_calm(page)
    counted = page.get_by_role("table").nth(1)
    expect(counted).to_contain_text("n = 50")
    expect(page.get_by_text(re.compile("With 5 participants"))).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "sleepstudy20.df=About" in page.url


def test_a_link_opens_the_page_as_it_was(page: Page, address: str) -> None:
    open_page(
        page,
        address,
        "/pvalues?story=Random+slopes&random_slopes.participants=8"
        "&random_slopes.df=Just+show+me&random_slopes.worst=Just+show+me&rounds=1",
    )
    expect(page.get_by_text("nearly all of them")).to_be_visible()
    expect(page.get_by_role("table").nth(1)).to_contain_text("100")
    expect(page.locator("code", has_text="rounds=1").first).to_be_visible()


def test_another_model_changes_the_words(page: Page, address: str) -> None:
    open_page(page, address, "/pvalues?sleepstudy20.df=Just+show+me")
    expect(page.get_by_text("how much 20 slopes differ")).to_be_visible()
    page.get_by_text("Random intercepts", exact=True).click()
    expect(page.get_by_text("these df are an illusion")).to_be_visible()


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, "/pvalues?sleepstudy20.df=Just+show+me")
    rows = download_rows(page, "Five tests (CSV)", tmp_path)
    assert len(rows) == 5
    assert rows[1]["df"].startswith("17.16")
    assert len(download_rows(page, "Data (CSV)", tmp_path)) == 183
    assert download(page, "Picture (SVG)", tmp_path).decode().startswith("<svg")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(
        page,
        address,
        "/pvalues?sleepstudy20.df=Just+show+me&sleepstudy20.worst=Just+show+me&rounds=1",
    )
    assert sticking_out(page) == []
