"""The walk through the page on the bootstrap in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import wait_until_calm
from tests.browser.screen import chart, download, download_rows, open_page, sticking_out

pytestmark = pytest.mark.browser

SHOWN = "guess.sleep=Rows"
STUDIES = "guess.coverage=Just+show+me&studies=200"
PANELS = ("lm: rows", "lmer: rows", "lmer: participants", "lmer: the model")


def test_predict_do_see_why(page: Page, address: str) -> None:
    open_page(page, address, "/bootstrap")
    chart(page, "Actual data")
    expect(page.get_by_text("Why do they differ?")).to_have_count(0)
    page.get_by_role("radio", name="Rows", exact=True).click()
    expect(page.get_by_text("You expected rows. The widest:")).to_be_visible()
    for title in PANELS:
        chart(page, f"{title}: histogram of the effect of a day in 1,000 resamples")
    expect(page.get_by_text("That is too narrow.")).to_be_visible()
    page.get_by_role("radio", name="Two conditions").click()
    wait_until_calm(page)
    page.get_by_role("radio", name="Rows", exact=True).click()
    expect(page.get_by_text("As you said: rows")).to_be_visible()
    expect(page.get_by_text("That is too wide")).to_be_visible()
    assert "data=Two+conditions" in page.url


def test_a_thousand_refits_follow_the_slider(page: Page, address: str) -> None:
    open_page(page, address, "/bootstrap?data=Slopes+that+differ&guess.slopes=Just+show+me")
    slider = page.get_by_role("slider", name=re.compile("Average gain a week"))
    slider.focus()
    slider.press("End")
    expect(page.get_by_text("the truth is 5.00")).to_be_visible()
    wait_until_calm(page)
    model = page.get_by_label(re.compile("^lmer: the model: histogram")).first
    before = model.get_attribute("aria-label")
    assert before is not None
    assert before.endswith("The truth is 5.00.")
    page.get_by_role("button", name="Resample again").click()
    expect(page.get_by_role("spinbutton", name=re.compile("Draw number"))).to_have_value("2")
    expect(model).not_to_have_attribute("aria-label", before)


def test_studies_come_in_and_can_be_stopped(page: Page, address: str) -> None:
    open_page(page, address, f"/bootstrap?{STUDIES}&level=0.90&draw=77")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(re.compile(r"^\d+ studies of 200$"))).to_be_visible()
    chart(page, r"Rows: intervals of [1-9]\d* studies")
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_until_calm(page)
    stopped = page.get_by_text(re.compile(r"^\d+ studies of 200$")).inner_text()
    assert int(stopped.split()[0]) < 200
    page.wait_for_timeout(1_500)
    assert page.get_by_text(re.compile(r"^\d+ studies of 200$")).inner_text() == stopped
    expect(page.get_by_text("Intervals from resampled rows").first).to_be_visible()


def test_another_visitor_is_served_while_studies_run(page: Page, address: str) -> None:
    open_page(page, address, f"/bootstrap?{STUDIES}&level=0.80&draw=78")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(re.compile(r"^\d+ studies of 200$"))).to_be_visible()
    other = page.context.new_page()
    open_page(other, address, "/bootstrap?data=Two+conditions")
    expect(other.get_by_role("heading", level=1)).to_have_text("Bootstrap")
    assert "200 studies of 200" not in page.content()
    other.close()
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_until_calm(page)


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, f"/bootstrap?{SHOWN}&b=50")
    assert len(download(page, "Data (CSV)", tmp_path).decode().splitlines()) == 184
    rows = download_rows(page, "Resamples (CSV)", tmp_path)
    assert len(rows) == 200
    assert {row["scheme"] for row in rows} == set(PANELS)
    svg = download(page, "Picture (SVG)", tmp_path).decode()
    assert svg.startswith("<svg")
    assert "lmer: participants" in svg
    assert download(page, "Picture (PNG)", tmp_path).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, address, f"/bootstrap?{SHOWN}&guess.more=Wider")
    assert sticking_out(page) == []
