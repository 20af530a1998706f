"""The walk through the page on nesting in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.learn._nesting.own import example
from tests.browser.running_app import wait_until_calm
from tests.browser.screen import chart, download, open_page, sticking_out

pytestmark = pytest.mark.browser

SHOWN = "guess=Just+show+me"


def test_predict_do_see_why(page: Page, address: str) -> None:
    open_page(page, address, "/nesting")
    chart(page, "Table of counts: 4 rows for class, 6 columns for school, all of them filled")
    expect(page.get_by_text("Who belongs to whom?")).to_have_count(0)
    page.get_by_role("radio", name="One for each label").click()
    expect(page.get_by_text("You expected one for each label")).to_be_visible()
    chart(page, r"\(1 \| school/class\). Graph: 6 groups of school on the left, 24 groups")
    chart(page, r"\(1 \| school\) \+ \(1 \| class\). Graph: 6 groups of school on the left, 4")
    chart(page, "SD of classes: reused: school/class 4.37; reused: school [+] class 2.20")
    expect(page.get_by_text("the residual SD is 6.53 in place of 5.66")).to_be_visible()
    first = page.get_by_test_id("stTable").first
    expect(first).to_contain_text("1564.9")
    expect(first).to_contain_text("1603.7")
    assert "guess=One+for+each+label" in page.url


def test_the_toggle_gives_every_class_a_name(page: Page, address: str) -> None:
    open_page(page, address, f"/nesting?{SHOWN}")
    switch = page.get_by_role("switch", name=re.compile("name of its own"))
    switch.focus()
    switch.press("Space")
    chart(page, "Table of counts: 24 rows for class, 6 columns for school, 24 of 144 filled")
    chart(page, r"\(1 \| school\) \+ \(1 \| class\). Graph: 6 groups of school on the left, 24")
    wait_until_calm(page)
    first = page.get_by_test_id("stTable").first
    expect(first).not_to_contain_text("1603.7")
    expect(first).to_contain_text("same")
    assert "unique=true" in page.url
    expect(page.get_by_text("On these data the same model as").first).to_be_visible()


def test_sizes_and_truth_from_a_slider_and_a_link(page: Page, address: str) -> None:
    open_page(page, address, f"/nesting?{SHOWN}&schools=3&class_sd=0&seed=3")
    chart(page, "Table of counts: 4 rows for class, 3 columns for school")
    expect(page.get_by_text("boundary (singular) fit").first).to_be_visible()
    slider = page.get_by_role("slider", name=re.compile("^Schools"))
    slider.focus()
    slider.press("ArrowRight")
    chart(page, "Table of counts: 4 rows for class, 4 columns for school")
    wait_until_calm(page)
    assert "schools=4" in page.url
    page.get_by_role("button", name="New scores").click()
    expect(page.get_by_role("spinbutton", name=re.compile("Seed"))).to_have_value("4")


def test_pointing_at_a_group_leaves_its_own_lines(page: Page, address: str) -> None:
    open_page(page, address, f"/nesting?{SHOWN}")
    graph = page.get_by_label(re.compile(r"^\(1 \| school\) \+ \(1 \| class\). Graph")).first
    graph.scroll_into_view_if_needed()
    box = graph.bounding_box()
    assert box is not None
    faint = graph.locator('line[opacity="0.06"]')
    expect(faint).to_have_count(0)
    for step in range(30):
        # Down the column of classes, until the pointer meets the first.
        page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * step / 60)
        page.wait_for_timeout(30)
        if faint.count():
            break
    # Class a belongs to six schools; the lines of b, c and d fade.
    expect(faint).to_have_count(18)
    expect(graph.locator('line[opacity="0.55"]')).to_have_count(6)


def test_own_data(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_bytes(example("items"))
    open_page(page, address, "/nesting")
    page.locator('input[type="file"]').set_input_files(str(file))
    expect(page.get_by_text("words.csv: 320 rows, 4 columns.")).to_be_visible()
    expect(page.get_by_test_id("stTable").first).to_contain_text("word nested in kind")
    expect(page.get_by_text("Labels used again?")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, f"/nesting?{SHOWN}")
    rows = download(page, "Data (CSV)", tmp_path).decode().splitlines()
    assert rows[0].startswith("school,class,class_name,")
    assert len(rows) == 241
    svg = download(page, "Pictures (SVG)", tmp_path).decode()
    assert svg.startswith("<svg")
    assert "class:school (24)" in svg
    assert download(page, "Pictures (PNG)", tmp_path).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, address, f"/nesting?{SHOWN}&schools=9&classes=5&unique=true")
    assert sticking_out(page) == []
