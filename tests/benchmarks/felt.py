"""How long the app lets a visitor wait, in real Chromium: start, first page, sliders.

`python tests/benchmarks/felt.py` prints medians and 95th percentiles beside their goals. Times
are of this machine with its load; the browser shares the processor with the server.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.running_app import free_port, launch, start_app, wait_until_calm

PAGES = (
    "playground", "tails", "pooling", "syntax", "nesting", "bootstrap", "pvalues", "convergence",
    "study",
)  # fmt: skip
# What must be opened before a page has its slider.
SETTINGS = {"pooling": "?path.guess=Just+show+me"}
START_GOAL, PAGE_GOAL, SLIDER_GOAL = 3.0, 1.5, 0.3  # seconds
STARTS, VISITS, MOVES = 5, 5, 20
QUIET = 0.35  # seconds without a stroke of a picture: it is the last one
SIZE = {"width": 1440, "height": 900}

# Vega draws on canvases, which tell nobody; so every stroke notes its time.
WATCH = """
window.lastStroke = 0;
const note = () => { window.lastStroke = performance.now(); };
for (const name of ['clearRect', 'fillRect', 'stroke', 'fill', 'fillText']) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...all) {
        note();
        return draw.apply(this, all);
    };
}
for (const name of ['pointerup', 'keydown']) {
    window.addEventListener(name, () => { window.moved = performance.now(); }, true);
}
"""
SETTLED = """quiet => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-stale="true"]')
        && window.lastStroke > window.moved
        && performance.now() - Math.max(window.lastStroke, window.moved) > 1000 * quiet;
}"""


@contextmanager
def visitor(browser: Browser) -> Iterator[Page]:
    """A new visitor with an empty cache."""
    context = browser.new_context(viewport=SIZE)
    context.add_init_script(WATCH)
    try:
        yield context.new_page()
    finally:
        context.close()


def first_page(browser: Browser, address: str, since: float) -> float:
    """Seconds from a moment until a new visitor's page is drawn."""
    with visitor(browser) as page:
        page.goto(address)
        wait_until_calm(page)
        return time.perf_counter() - since


def cold_starts(browser: Browser, folder: Path) -> list[float]:
    """Seconds from the command to the first visitor's first page."""
    waits = []
    for i in range(STARTS):
        port, begun = free_port(), time.perf_counter()
        server = start_app(folder / f"cold{i}.log", port)
        try:
            waits.append(first_page(browser, f"http://localhost:{port}/playground", begun))
        finally:
            server.terminate()
            server.wait(timeout=20)
    return waits


def _slider(page: Page) -> Locator | None:
    """The slider whose number of steps is largest; None on a page without one."""
    sliders = page.get_by_role("slider").all()
    steps = [
        float(s.get_attribute("max") or 0) - float(s.get_attribute("min") or 0) for s in sliders
    ]
    return sliders[int(np.argmax(steps))] if sliders else None


def slider_waits(browser: Browser, address: str) -> list[float]:
    """Seconds from a slider's move to the last stroke of the last new picture."""
    with visitor(browser) as page:
        page.goto(address)
        wait_until_calm(page)
        slider = _slider(page)
        if slider is None:
            return []
        slider.focus()
        waits = []
        for i in range(MOVES):
            page.evaluate("window.moved = performance.now()")
            slider.press("ArrowRight" if i % 4 < 2 else "ArrowLeft")
            page.wait_for_function(SETTLED, arg=QUIET, timeout=30_000)
            waits.append(page.evaluate("window.lastStroke - window.moved") / 1000)
        return waits


def say(what: str, waits: Sequence[float], goal: float) -> None:
    """Print a line; the goal is for the median."""
    middle, tail = float(np.median(waits)), float(np.quantile(waits, 0.95))
    verdict = "met" if middle <= goal else "NOT MET"
    print(f"  {what:34}{middle:>8.2f} s{tail:>8.2f} s   goal {goal:g} s: {verdict}", flush=True)


def main() -> None:
    """Print everything; about four minutes."""
    print(f"Load before: {os.getloadavg()[0]:.1f}. Columns: median, 95th percentile.")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), launch(playwright)
        say("start to first page", cold_starts(browser, folder), START_GOAL)
        port = free_port()
        server = start_app(folder / "warm.log", port)
        try:
            address = f"http://localhost:{port}"
            for page in PAGES:
                first_page(browser, f"{address}/{page}", 0.0)
                visits = [
                    first_page(browser, f"{address}/{page}", time.perf_counter())
                    for _ in range(VISITS)
                ]
                say(f"{page}: first page", visits, PAGE_GOAL)
            for page in PAGES:
                waits = slider_waits(browser, f"{address}/{page}{SETTINGS.get(page, '')}")
                if waits:
                    say(f"{page}: slider to picture", waits, SLIDER_GOAL)
                else:
                    print(f"  {page}: no slider")
        finally:
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
