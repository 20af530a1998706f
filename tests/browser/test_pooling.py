"""The walk through the page on pooling in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import wait_until_calm
from tests.browser.screen import chart, download, download_rows, open_page, sticking_out

pytestmark = pytest.mark.browser

SHOWN = "sleepstudy20.guess=Just+show+me"
POINTS = "g.mark-symbol.role-mark path"
# Three charts in place of twenty, for what stands further down.
BRIEF = f"{SHOWN}&view=All+in+one+picture"


def test_predict_do_see_why(page: Page, address: str) -> None:
    open_page(page, address, "/pooling")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pooling")
    chart(page, "Participant 374: 2 observations, lines of complete pooling and no pooling")
    expect(page.get_by_text("Why?", exact=True)).to_have_count(0)
    page.get_by_role("radio", name="335: smallest slope").click()
    expect(page.get_by_text("374 moves most: their line shifts by 36.8 ms")).to_be_visible()
    expect(page.get_by_text("You expected 335.")).to_be_visible()
    chart(page, "Participant 373: 1 observation, .* partial pooling; no line of its own")
    expect(page.get_by_role("cell", name="370.8")).to_be_visible()
    expect(page.get_by_role("cell", name="28.52")).to_be_visible()
    expect(page.get_by_role("cell", name="28.95")).to_be_visible()
    page.get_by_role("button", name="Complete pooling", exact=True).click()
    chart(page, "Participant 308: 10 observations, lines of no pooling and partial pooling")
    page.get_by_role("radio", name="All in one picture").click()
    chart(page, "Partial pooling, all participants in one picture: 20 lines")
    page.get_by_role("radio", name="slopes", exact=True).click()
    expect(page.get_by_text("only slopes may differ")).to_be_visible()
    page.get_by_role("tab", name="No pooling").click()
    expect(page.get_by_text("244.1927 21.764702")).to_be_visible()
    assert "varying=slopes" in page.url


def test_a_click_on_a_point_takes_it_away(page: Page, address: str) -> None:
    open_page(page, address, f"/pooling?{BRIEF}")
    points = chart(page, "Participant 335 with 10 of 10").locator(POINTS)
    expect(points).to_have_count(10)
    points.nth(9).click()
    chart(page, "Participant 335 with 9 of 10")
    wait_until_calm(page)
    chart(page, "Participant 335 with 9 of 10").locator(POINTS).nth(8).click()
    chart(page, "Participant 335 with 8 of 10")
    page.wait_for_url("**dropped=9-8**")
    wait_until_calm(page)
    # The same point again gives it back.
    chart(page, "Participant 335 with 8 of 10").locator(POINTS).nth(9).click()
    chart(page, "Participant 335 with 9 of 10")
    page.get_by_role("button", name="Reset").click()
    chart(page, "Participant 335 with 10 of 10")


def test_the_keyboard_takes_days_away_and_a_link_brings_them_back(page: Page, address: str) -> None:
    open_page(page, address, f"/pooling?{BRIEF}")
    day = page.get_by_role("button", name="9", exact=True)
    day.focus()
    day.press("Enter")
    chart(page, "Participant 335 with 9 of 10")
    for left in (8, 7):
        page.get_by_role("button", name="Take the last").press("Enter")
        chart(page, f"Participant 335 with {left} of 10")
    expect(page.get_by_text("nearer to it than with all data (49.7 ms)")).to_be_visible()
    wait_until_calm(page)
    link = page.get_by_test_id("stCode").last.inner_text()
    assert "dropped=9-8-7" in link
    page.goto(link)
    chart(page, "Participant 335 with 7 of 10")
    page.get_by_role("button", name="Undo").click()
    chart(page, "Participant 335 with 8 of 10")


def test_hovering_names_the_participant(page: Page, address: str) -> None:
    open_page(page, address, f"/pooling?{BRIEF}")
    plane = chart(page, "Intercepts and slopes of 20 participants")
    plane.scroll_into_view_if_needed()
    # After the mean come the points of the participants' own lines; 335 is the ninth.
    plane.locator("g.mark-symbol.role-mark").nth(1).locator("path").nth(8).hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("335")
    page.get_by_role("combobox", name=re.compile("Mark a participant")).click()
    page.get_by_role("option", name="373", exact=True).click()
    expect(page.get_by_text("373 has no blue point")).to_be_visible()
    chart(page, "Intercepts and slopes .* Marked: 373")


def test_the_slider_plays_to_one_line(page: Page, address: str) -> None:
    open_page(page, address, f"/pooling?{BRIEF}")
    chart(page, "20 lines at 50 percent pooling")
    page.get_by_role("button", name="Play to one line").click()
    chart(page, r"20 lines at (5[4-9]|[6-9]\d) percent pooling")
    chart(page, "20 lines at 100 percent pooling")
    expect(page.get_by_text("the same as lm gives")).to_be_visible()
    slider = page.get_by_role("slider", name=re.compile("^Pooling: 0 = separate"))
    slider.focus()
    slider.press("Home")
    chart(page, "19 lines at 0 percent pooling")
    expect(page.get_by_text("Each line obeys its own data.")).to_be_visible()
    wait_until_calm(page)
    assert "pooled.percent=0" in page.url
    assert "pooled.percent=0" in page.get_by_test_id("stCode").last.inner_text()


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, f"/pooling?{BRIEF}")
    assert len(download(page, "Data (CSV)", tmp_path).decode().splitlines()) == 184
    rows = download_rows(page, "Coefficients (CSV)", tmp_path)
    assert len(rows) == 60
    assert download(page, "Picture (SVG)", tmp_path).decode().startswith("<svg")
    assert download(page, "Arrows (SVG)", tmp_path).decode().startswith("<svg")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_panels_are_readable_and_nothing_sticks_out(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, address, f"/pooling?{SHOWN}")
    panel = chart(page, "Participant 308: 10").bounding_box()
    assert panel is not None
    assert panel["width"] >= 115
    assert sticking_out(page) == []
