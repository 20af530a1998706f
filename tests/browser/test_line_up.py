"""A line-up in a real browser: warm-up, vote by click and by keyboard, answer, nothing leaked."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import wait_until_calm

pytestmark = pytest.mark.browser

PANELS = 'img[alt^="Panel "]'
# Twenty charts would take seconds to draw.
MOST_SECONDS = 3.0


def open_page(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/line_up{query}")
    expect(page.locator(PANELS)).to_have_count(20)
    wait_until_calm(page)


def alts(page: Page) -> list[str]:
    return [image.get_attribute("alt") or "" for image in page.locator(PANELS).all()]


def count_seconds(page: Page) -> Callable[[], float]:
    """A watch on the page's own work: what other processes of a busy machine do does not count."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in found if m["name"] == "TaskDuration")

    start = spent()
    return lambda: spent() - start


def test_from_the_warm_up_to_the_answer(page: Page, address: str) -> None:
    open_page(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Line-up")
    page.get_by_role("button", name="4", exact=True).click()
    expect(page.get_by_text("this is what chance looks like")).to_be_visible()
    wait_until_calm(page)
    seconds = count_seconds(page)
    page.get_by_role("button", name="To the line-up").click()
    expect(page.get_by_text("One of these 20 panels is the actual data")).to_be_visible()
    wait_until_calm(page)
    assert seconds() < MOST_SECONDS
    assert "round=Line-up" in page.url
    before = page.url
    page.get_by_role("button", name="7", exact=True).click()
    expect(page.get_by_role("heading", name="See why")).to_be_visible()
    wait_until_calm(page)
    assert page.url == before
    assert sum("actual data" in alt for alt in alts(page)) == 1
    expect(page.get_by_text(re.compile("found, each with data"))).to_be_visible()
    expect(page.get_by_label(re.compile("^SD of slopes of each panel")).first).to_be_visible()
    page.get_by_role("button", name="Same data as means").click()
    expect(page.locator(f"{PANELS}[alt*='actual data']")).to_have_count(0)
    expect(page.locator(PANELS)).to_have_count(20)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_keyboard_alone(page: Page, address: str) -> None:
    open_page(page, address, "?round=Line-up&draw=3")
    page.get_by_label("Panel by number").focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="See why")).to_be_visible()
    wait_until_calm(page)
    page.get_by_role("button", name="Same data, other simulations").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="2", exact=True)
    expect(button).to_be_visible()
    wait_until_calm(page)
    button.focus()
    # An image has a button of its own, for the whole screen.
    after = page.get_by_role("button", name="3", exact=True)
    for _ in range(3):
        page.keyboard.press("Tab")
        if after.evaluate("button => button === document.activeElement"):
            break
    expect(after).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("on data you already knew")).to_be_visible()


def test_nothing_sent_to_the_browser_tells_where_the_actual_data_are(
    page: Page, address: str
) -> None:
    frames: list[bytes] = []

    def listen(socket: object) -> None:
        socket.on(  # type: ignore[attr-defined]
            "framereceived",
            lambda data: frames.append(data if isinstance(data, bytes) else data.encode()),
        )

    page.on("websocket", listen)
    open_page(page, address, "?round=Line-up&draw=5")
    sent = b"".join(frames)
    drawn = [
        base64.b64decode(found).decode()
        for found in re.findall(rb"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", sent)
    ]
    drawn = [svg for svg in drawn if 'class="m"' in svg]
    assert len(drawn) >= 20
    # Only coordinates differ between panels, and all have one decimal.
    shapes = {re.sub(r"\d+\.\d", "", re.sub(r'"\d[\d.]*"', "", svg)) for svg in drawn}
    assert len(shapes) == 1
    for svg in drawn:
        path = "".join(re.findall(r'd="([^"]*)"', svg))
        assert {len(decimals) for decimals in re.findall(r"\.(\d+)", path)} == {1}
    everything = sent.decode("latin-1")
    for said in ("actual data,", "simulated,", "SD of slopes is", "What to look at"):
        assert said not in everything
    assert re.search(r"\d\.\d{6}", re.sub(r"base64,[A-Za-z0-9+/=]+", "", everything)) is None


def test_a_link_opens_the_same_panels(page: Page, address: str) -> None:
    query = "?story=The+lecture%27s+outlier&round=Line-up&plot=Means&draw=2"
    open_page(page, address, query)
    first = [image.get_attribute("src") for image in page.locator(PANELS).all()]
    page.get_by_text("Share these panels").click()
    link = page.locator("code", has_text="draw=2").first.inner_text()
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_role("heading", name="See why")).to_be_visible()
    page.goto(re.sub(r"\s", "", link))
    expect(page.get_by_role("button", name="20", exact=True)).to_be_visible()
    wait_until_calm(page)
    assert [image.get_attribute("src") for image in page.locator(PANELS).all()] == first


def test_own_data(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/line_up?story=Your+own+data+(CSV)&round=Line-up")
    expect(page.get_by_text("above and choose a CSV file")).to_be_visible()
    page.get_by_role("button", name="Use the example").click()
    expect(page.locator(PANELS)).to_have_count(20)
    wait_until_calm(page)
    page.get_by_role("button", name="20", exact=True).click()
    expect(page.get_by_role("heading", name="Take it away")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Panels (PNG)").click()
    waiting.value.save_as(tmp_path / "line_up.png")
    assert (tmp_path / "line_up.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("width", "columns"), [(390, 2), (1440, 5), (1920, 7)])
def test_panels_side_by_side(page: Page, address: str, width: int, columns: int) -> None:
    page.set_viewport_size({"width": width, "height": 1080})
    open_page(page, address, "?round=Line-up")
    boxes = [image.bounding_box() for image in page.locator(PANELS).all()]
    tops = [box["y"] for box in boxes if box is not None]
    assert sum(abs(top - tops[0]) < 2 for top in tops) == columns
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1920:  # all of them at once on a projector
        last = page.get_by_role("button", name="20", exact=True).bounding_box()
        assert last is not None
        assert last["y"] + last["height"] <= 1080
