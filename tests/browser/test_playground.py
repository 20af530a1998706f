"""The lecture's path and a visitor's own CSV, end to end in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import ROOT, wait_until_calm
from tests.browser.screen import chart, download, download_rows, open_page, sticking_out

pytestmark = pytest.mark.browser

SLEEPSTUDY = ROOT / "sim" / "data" / "sleepstudy.csv"


def choose_story(page: Page, title: str) -> None:
    box = page.get_by_role("combobox", name=re.compile("Story"))
    box.click()
    box.fill(title)
    page.get_by_role("option", name=title, exact=True).click()
    wait_until_calm(page)


def type_formula(page: Page, formula: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("Model, as you would type it"))
    box.fill(formula)
    box.press("Enter")


def test_the_lectures_path(page: Page, address: str) -> None:
    open_page(page, address, "/playground")
    for alt in ("Actual data", "Fitted lines", "Simulated: new participants"):
        chart(page, alt)
    choose_story(page, "The lecture's mixture")
    estimates = page.get_by_role("table")
    expect(estimates).to_contain_text("4.638")
    expect(
        page.get_by_text("Why are the fitted lines parallel, and the others not?")
    ).to_be_visible()
    page.get_by_role("button", name="Simulate again").click()
    expect(page.get_by_role("spinbutton", name=re.compile("Draw number"))).to_have_value("2")
    page.get_by_text("Above most of them", exact=True).click()
    expect(page.get_by_text("as you said")).to_be_visible()
    page.get_by_role("tab", name="Summary as in R").click()
    expect(page.get_by_text("REML criterion at convergence: 165.6")).to_be_visible()
    expect(page.get_by_text("Next model: random intercepts and group")).to_be_visible()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("REML criterion at convergence: 83.7")).to_be_visible()
    expect(page.get_by_text("falls from 4.64 to 0.34")).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Estimates")).click()
    expect(page.get_by_role("table")).to_contain_text("0.3387")
    assert "lecture_mixture.model=value" in page.url


def test_the_address_bar_restores_the_page(page: Page, address: str) -> None:
    open_page(page, address, "/playground?story=Random+slopes&n=4")
    type_formula(page, "score ~ week + (week || participant)")
    page.get_by_role("tab", name="Summary as in R").click()
    expect(page.get_by_text("Formula: score ~ week + ((1 | participant)")).to_be_visible()
    page.get_by_role("tab", name="Estimates").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_role("button", name="New data").click()
    expect(page.get_by_role("spinbutton", name=re.compile("^Seed"))).to_have_value("2")
    wait_until_calm(page)
    before = page.get_by_role("table").inner_text()
    page.goto(page.url)
    wait_until_calm(page)
    expect(page.get_by_role("table")).to_have_text(re.compile(re.escape(before.split()[-1])))
    assert page.get_by_role("table").inner_text() == before
    chart(page, "Simulated: new participants 4")


def test_a_slider_works_from_the_keyboard(page: Page, address: str) -> None:
    open_page(page, address, "/playground")
    slider = page.get_by_role("slider", name=re.compile("Distance between the groups"))
    slider.focus()
    slider.press("ArrowRight")
    expect(slider).to_have_value("9.5")
    page.wait_for_url(re.compile(r"mixture\.separation=9\.5"))


def test_a_wrong_formula_is_marked_and_the_pictures_stay(page: Page, address: str) -> None:
    open_page(page, address, "/playground")
    type_formula(page, "value ~ 1 + conditon + (1 | participant)")
    expect(page.get_by_text("Did you mean 'condition'?")).to_be_visible()
    expect(page.get_by_text("^^^^^^^^")).to_be_visible()
    chart(page, "Fitted lines")
    type_formula(page, "value ~ 1 + condition + (1 | participant)")
    expect(page.get_by_text("Did you mean 'condition'?")).to_have_count(0)


def test_an_own_csv(page: Page, address: str) -> None:
    open_page(page, address, "/playground?story=Your+own+data+(CSV)")
    expect(page.get_by_text("No data yet")).to_be_visible()
    page.locator('input[type="file"]').set_input_files(SLEEPSTUDY)
    expect(page.get_by_text("180 rows, 3 columns")).to_be_visible()
    chart(page, "Actual data")
    type_formula(page, "reaction ~ 1 + days + (1 + days | subject)")
    estimates = page.get_by_role("table")
    expect(estimates).to_contain_text("24.74")
    expect(estimates).to_contain_text("5.922")
    page.get_by_role("tab", name="Summary as in R").click()
    expect(page.get_by_text("REML criterion at convergence: 1743.6")).to_be_visible()


def test_a_broken_csv_names_the_line(page: Page, address: str) -> None:
    open_page(page, address, "/playground?story=Your+own+data+(CSV)")
    broken = {"name": "broken.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n3\n"}
    page.locator('input[type="file"]').set_input_files(broken)
    expect(page.get_by_text("Line 3 has 1 field")).to_be_visible()


def test_an_upload_that_is_too_large_is_refused(page: Page, address: str, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    open_page(page, address, "/playground?story=Your+own+data+(CSV)")
    page.locator('input[type="file"]').set_input_files(large)
    expect(page.get_by_text("File must be 20.0MB or smaller")).to_be_visible()
    expect(page.get_by_text("No data yet")).to_be_visible()


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, "/playground")
    rows = download_rows(page, "Data (CSV)", tmp_path)
    assert len(rows) == 40
    assert set(rows[0]) == {"participant", "group", "condition", "value"}
    simulated = download_rows(page, "Simulated data (CSV)", tmp_path)
    assert len(simulated) == 40
    assert simulated[0]["value"] != rows[0]["value"]
    svg = download(page, "Picture (SVG)", tmp_path).decode()
    assert svg.startswith("<svg")
    assert "Simulated, new" in svg
    assert download(page, "Picture (PNG)", tmp_path).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, address, "/playground?who=Both&n=20&story=Sleep+study%2C+18+participants")
    assert sticking_out(page) == []
