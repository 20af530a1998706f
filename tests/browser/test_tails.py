"""The walk through the page on tails in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages._ui.words import number
from pages.learn._tails.settings import Settings
from pages.learn._tails.study import study_of
from sim.inference.groups import Groups
from tests.browser.running_app import wait_until_calm
from tests.browser.screen import chart, download, download_rows, open_page, sticking_out

pytestmark = pytest.mark.browser

SHOWN = "guess.t.better=B"


def test_predict_do_see_why(page: Page, address: str) -> None:
    open_page(page, address, "/tails")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tails")
    chart(page, "Picture C: a t distribution with both tails shaded")
    expect(page.get_by_text("Your prediction first")).to_be_visible()
    expect(page.get_by_text("Rejection region:")).to_have_count(0)
    page.get_by_role("radio", name="different from").click()
    expect(page).to_have_url(re.compile("hypothesis=different"))
    wait_until_calm(page)
    page.get_by_role("radio", name="B", exact=True).click()
    expect(page.get_by_text("You said B. It is C.")).to_be_visible()
    chart(page, r"Distribution of t\(38\)")
    slider = page.get_by_role("slider", name=re.compile("True difference"))
    slider.focus()
    slider.press("Home")
    study = study_of(Settings("t", "different", 0.05, Groups(difference=-20.0), 1))
    expect(page.get_by_text(f"Observed: t = {number(study.result.statistic)}")).to_be_visible()
    page.get_by_role("radio", name="F (ANOVA)").click()
    expect(page.get_by_text("You say: the groups differ")).to_be_visible()
    assert "hypothesis=different" in page.url


def test_dragging_t_moves_both_pictures(page: Page, address: str) -> None:
    open_page(page, address, f"/tails?{SHOWN}")
    chart(page, "t distribution with 38 df. Observed t = 2.10")
    slider = page.get_by_role("slider", name=re.compile("Observed t"))
    slider.scroll_into_view_if_needed()
    # The input itself is hidden; what a person drags is the thumb around it.
    x, y = slider.evaluate(
        """input => {
            const thumb = input.closest('[style*="left"]').getBoundingClientRect();
            return [thumb.x + thumb.width / 2, thumb.y + thumb.height / 2];
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 300, y, steps=10)
    page.mouse.up()
    expect(page.get_by_label(re.compile("Observed t = 2.10"))).to_have_count(0)
    wait_until_calm(page)
    t = float(slider.input_value())
    assert t < 1
    chart(page, rf"t distribution with 38 df\. Observed t = {re.escape(number(t))}\.")
    chart(page, rf"F distribution with 1 and 38 df\. F = {re.escape(number(t * t))},")
    page.get_by_role("button", name="Turn the sign").click()
    expect(slider).to_have_value(f"{-t:g}")


def test_five_percent_become_ten(page: Page, address: str) -> None:
    open_page(page, address, "/tails")
    page.get_by_role("radio", name="5%", exact=True).click()
    expect(page.get_by_text("In the long run it is 10%: you said 5%.")).to_be_visible()
    page.get_by_role("button", name="Run 5,000 studies").click()
    counter = page.get_by_text(re.compile("Side after looking: [0-9,]+ of [0-9,]+ rejected"))
    expect(counter).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    wait_until_calm(page)
    stopped = int(re.search(r"of ([\d,]+) rejected", counter.inner_text())[1].replace(",", ""))
    assert 0 < stopped < 5_000
    page.get_by_role("button", name="Run 5,000 studies").click()
    counted = page.get_by_text(f"of {stopped + 5_000:,} rejected").first
    expect(counted).to_be_visible(timeout=45_000)
    link = page.get_by_text(re.compile(rf"looked={stopped + 5_000}"))
    expect(link).to_be_visible()
    rates = counter.inner_text()
    page.goto(re.sub(r"\s", "", link.inner_text()))
    wait_until_calm(page)
    expect(counter).to_have_text(rates)


def test_the_path_to_a_decision(page: Page, address: str) -> None:
    open_page(page, address, "/tails")
    page.get_by_text("Yes, I wrote it down").click()
    page.get_by_text("No, it would be the same as no effect").click()
    page.get_by_text("Several groups or several coefficients at once").click()
    expect(page.get_by_text("Plan one difference")).to_be_visible()


def test_from_the_playground_and_back(page: Page, address: str) -> None:
    """Both pages have a seed and an n of their own."""
    open_page(page, address, "/playground?seed=77&n=3")
    page.get_by_role("link", name="Tails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tails")
    wait_until_calm(page)
    expect(page.get_by_role("slider", name=re.compile("Participants in each"))).to_have_value("20")
    expect(page.get_by_role("spinbutton", name=re.compile("^Seed"))).to_have_value("1")
    page.get_by_role("link", name="Playground").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Playground")
    wait_until_calm(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address, f"/tails?{SHOWN}")
    rows = download_rows(page, "Data (CSV)", tmp_path)
    assert len(rows) == 40
    assert list(rows[0]) == ["participant", "group", "score"]
    svg = download(page, "Picture (SVG)", tmp_path).decode()
    assert svg.startswith("<svg")
    assert "The test" in svg
    assert download(page, "Picture (PNG)", tmp_path).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, address, f"/tails?{SHOWN}&looking.0.05=10%25&looked=500")
    assert sticking_out(page) == []
