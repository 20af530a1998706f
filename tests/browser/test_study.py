"""The walk through the page that repeats a study, in a real browser."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import wait_until_calm
from tests.browser.screen import chart, open_page

pytestmark = pytest.mark.browser

RIGHT = "score ~ 1 + week + (1 + week | participant)"
LONG = 120_000


def test_predict_repeat_see_why_and_repair(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, "/study")
    expect(page.get_by_role("heading", level=1)).to_have_text("The study, repeated")
    expect(page.get_by_text("Why?")).to_have_count(0)
    page.get_by_role("radio", name="In about 5% of the studies").click()
    chart(page, "Share of significant studies after 1,000 repetitions", LONG)
    expect(page.get_by_text("It is: more often")).to_be_visible()
    expect(page.get_by_text("That is more than the promised 5%")).to_be_visible()
    page.get_by_role("radio", name="Random intercepts and slopes, correlated").click()
    expect(page.get_by_text("That goes with the 5%")).to_be_visible(timeout=LONG)
    # The prediction was about the other model.
    expect(page.get_by_text("You expected")).to_have_count(0)
    wait_until_calm(page, LONG)
    with page.expect_download() as download:
        page.get_by_role("button", name="All repetitions (CSV)").click()
    file = tmp_path / "study.csv"
    download.value.save_as(file)
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 2 * 3 * 1_000  # worlds, methods, repetitions
    lmer = [row for row in rows if (row["world"], row["method"]) == ("no effect", "lmer")]
    share = sum(float(row["p_value"]) <= 0.05 for row in lmer) / len(lmer)
    assert 0.03 < share < 0.075
    assert "random_slopes.guess=In+about+5%25" in page.url


def test_the_power_curve_fills_in_and_can_be_stopped(page: Page, address: str) -> None:
    # Designs with speeds of their own are fitted one by one, slow enough for a click.
    open_page(page, address, "/study?story=Simpson%27s+paradox&repetitions=200&seed=3")
    page.get_by_role("radio", name="12 to 24").click()
    chart(page, "Power of lmer over participants", LONG)
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    stop.click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 600 repetitions"))).to_be_visible()
    wait_until_calm(page, LONG)
    chart(page, "Power of lmer over participants", LONG)
    expect(page.get_by_text("The points are still moving")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("radio", name="Just show me").last.click()


def test_another_visitor_is_not_held_up(page: Page, address: str) -> None:
    open_page(page, address, "/study?story=Simpson%27s+paradox&repetitions=5%2C000&seed=4")
    page.get_by_role("radio", name="More often").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    other = page.context.new_page()
    other.set_default_timeout(20_000)
    open_page(other, address, "/study?repetitions=200&random_slopes.guess=Just+show+me&seed=5")
    expect(other.get_by_label(re.compile("^Share of significant studies after 200"))).to_be_visible(
        timeout=20_000
    )
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("Stopped after"))).to_be_visible()


def test_a_link_brings_the_same_numbers(page: Page, address: str) -> None:
    query = (
        "story=Words+and+people&repetitions=200&seed=2&items.guess=Just+show+me"
        "&items.kind_effect=60&items.curve.20=Just+show+me"
    )
    open_page(page, address, f"/study?{query}")
    chart(page, "Power of lmer over participants", LONG)
    wait_until_calm(page, LONG)
    before = page.get_by_role("table").inner_text()
    link = page.get_by_test_id("stCode").last.inner_text().replace("\n", "")
    page.goto(link)
    wait_until_calm(page, LONG)
    assert page.get_by_role("table").inner_text() == before
    expect(page.get_by_text("averaging hides")).to_be_visible()


def test_a_wrong_formula_is_marked(page: Page, address: str) -> None:
    open_page(page, address, "/study?random_slopes.model=score+~+weak+%2B+(1+%7C+participant)")
    expect(page.get_by_text("Did you mean 'week'?")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    box = page.get_by_role("textbox", name=re.compile("Model, as you would type it"))
    box.fill(RIGHT)
    box.press("Enter")
    expect(page.get_by_text("Did you mean 'week'?")).to_have_count(0)
    expect(page.get_by_text("Predict", exact=True)).to_be_visible()
