"""A walk through the page on convergence in a real browser."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from sim.inference.optimisers import OPTIMISERS
from sim.inference.troubles import TROUBLES
from tests.browser.running_app import wait_until_calm
from tests.browser.screen import download, download_rows, open_page, sticking_out

pytestmark = pytest.mark.browser

CHART = '[data-testid="stVegaLiteChart"]'
N = len(OPTIMISERS)


def path_of(name: str, **query: str) -> str:
    settings = {"trouble": TROUBLES[name].title, f"guess.{name}": "Just show me"} | query
    return f"/convergence?{urlencode(settings)}"


def panel(page: Page, label: str):
    return page.get_by_label(re.compile(f"^Path of {label}")).first


def test_predict_watch_cure(page: Page, address: str) -> None:
    open_page(page, address, "/convergence")
    expect(page.get_by_role("heading", name="Convergence", exact=True)).to_be_visible()
    expect(page.locator(CHART)).to_have_count(0)
    page.get_by_role("radio", name="All of them").or_(
        page.get_by_role("button", name="All of them")
    ).first.click()
    expect(page.get_by_text(re.compile(rf"\d of {N} found the lowest point"))).to_be_visible()
    expect(page.get_by_text("You said: all of them")).to_be_visible()
    wait_until_calm(page)
    expect(page.locator(CHART)).to_have_count(4)
    expect(panel(page, "Nelder–Mead")).to_have_attribute("aria-label", re.compile("too high"))
    page.get_by_role("radio", name="Centre and scale", exact=True).click()
    expect(
        page.get_by_text(re.compile(rf"Before: \d of {N} found the lowest point. Now: {N} of {N}"))
    ).to_be_visible()
    wait_until_calm(page)
    expect(panel(page, "Nelder–Mead")).to_have_attribute("aria-label", re.compile("found it"))
    page.wait_for_url(re.compile(r"cure\.seconds=Centre"))
    page.get_by_text("Powell", exact=True).first.click()
    wait_until_calm(page)
    expect(page.locator(CHART)).to_have_count(5)


def test_the_paths_are_walked_and_stopped(page: Page, address: str) -> None:
    open_page(page, address, path_of("none"))
    slider = page.get_by_role("slider", name=re.compile("Evaluations shown"))
    page.get_by_role("button", name="Walk").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(slider).to_have_value(re.compile("^([5-9]|[1-9][0-9]+)$"))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Walk")).to_be_visible()
    wait_until_calm(page)
    stopped = slider.input_value()
    page.wait_for_timeout(1_500)
    assert slider.input_value() == stopped
    slider.focus()
    slider.press("Home")
    expect(panel(page, "Newton")).to_have_attribute("aria-label", re.compile("found it in 12"))


def test_a_deep_link_shows_the_boundary(page: Page, address: str) -> None:
    open_page(page, address, path_of("singular"))
    expect(page.get_by_text("hit the boundary: it is")).to_be_visible()
    expect(page.get_by_text("A singular fit is not a wrong fit.")).to_be_visible()
    alt = page.get_by_label(re.compile("^Criterion over theta 1 and the steps of Newton"))
    expect(alt.first).to_be_visible()


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, path_of("correlation"))
    data = download_rows(page, "Data (CSV)", tmp_path)
    assert len(data) == 32
    table = download_rows(page, "Optimisers (CSV)", tmp_path)
    assert len(table) == N
    paths = download_rows(page, "Paths (CSV)", tmp_path)
    assert {row["optimiser"] for row in paths} == {row["optimiser"] for row in table}
    svg = download(page, "Picture (SVG)", tmp_path).decode()
    assert svg.startswith("<svg")
    assert "Nelder–Mead" in svg
    assert download(page, "Picture (PNG)", tmp_path).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, address, path_of("year"))
    assert sticking_out(page) == []
