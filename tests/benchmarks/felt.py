"""How long the app lets a visitor wait, in real Chromium: start, first page, sliders.

`python tests/benchmarks/felt.py` prints medians and 95th percentiles beside their goals. Times
are of this machine with its load; the browser shares the processor with the server.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.running_app import launch, start_app, wait_until_calm
from tests.ports import free_port

# The slider that is moved; p-values have none.
SLIDERS = {
    "playground": "Distance between the groups",
    "tails": "True difference",
    "pooling": "Pooling: 0",
    "syntax": "SD of the",
    "nesting": "Pupils per class",
    "bootstrap": "Resamples",
    "convergence": "Evaluations shown",
    "study": "Average gain",
    "pvalues": None,
}
SKIP = re.compile("^Just show me")
START_GOAL, PAGE_GOAL, SLIDER_GOAL = 3.0, 1.5, 0.3  # seconds
STARTS, VISITS, MOVES = 3, 3, 20
QUIET = 0.35  # seconds without a stroke of a picture: it is the last one
SIZE = {"width": 1440, "height": 900}

# Vega draws SVG: a picture is new when its marks change. Only changes inside charts count.
WATCH = """
window.lastStroke = 0;
new MutationObserver(changes => {
    const drawn = change => {
        const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
        return at && at.closest('[data-testid="stVegaLiteChart"]');
    };
    if (changes.some(drawn)) { window.lastStroke = performance.now(); }
}).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
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


def visits(browser: Browser, address: str) -> tuple[list[float], list[float]]:
    """Seconds until all of a page is drawn: for new visitors, and when they come again."""
    first, again = [], []
    for _ in range(VISITS):
        with visitor(browser) as page:
            for waits in (first, again):
                begun = time.perf_counter()
                page.goto(address)
                wait_until_calm(page)
                waits.append(time.perf_counter() - begun)
    return first, again


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


def slider_waits(browser: Browser, address: str, name: str) -> list[float]:
    """Seconds from a slider's move to the last change of the last new picture."""
    with visitor(browser) as page:
        page.goto(address)
        wait_until_calm(page)
        for guess in page.get_by_text(SKIP).all():
            guess.click()
            wait_until_calm(page)
        slider = page.get_by_role("slider", name=re.compile(f"^{name}")).first
        slider.focus()
        waits = []
        for _ in range(MOVES):
            if slider.input_value() == slider.get_attribute("max"):
                break  # what was shown before would come from a cache
            page.evaluate("window.moved = performance.now()")
            slider.press("ArrowRight")
            page.wait_for_function(SETTLED, arg=QUIET, timeout=30_000)
            waits.append(page.evaluate("window.lastStroke - window.moved") / 1000)
        return waits


def say(what: str, waits: Sequence[float], goal: float | None) -> None:
    """Print a line; the goal is for the median, None where there is none."""
    middle, tail = float(np.median(waits)), float(np.quantile(waits, 0.95))
    line = f"  {what:34}{middle:>8.2f} s{tail:>8.2f} s"
    if goal is not None:
        line += f"   goal {goal:g} s: {'met' if middle <= goal else 'NOT MET'}"
    print(line, flush=True)


def main() -> None:
    """Print everything; about three minutes."""
    print(f"Load before: {os.getloadavg()[0]:.1f}. Columns: median, 95th percentile.")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), launch(playwright)
        say("start to first page", cold_starts(browser, folder), START_GOAL)
        port = free_port()
        server = start_app(folder / "warm.log", port)
        try:
            address = f"http://localhost:{port}"
            for page in SLIDERS:
                first, again = visits(browser, f"{address}/{page}")
                say(f"{page}: new visitor", first, None)
                say(f"{page}: files in the browser", again, PAGE_GOAL)
            for page, slider in SLIDERS.items():
                if slider is not None:
                    waits = slider_waits(browser, f"{address}/{page}", slider)
                    say(f"{page}: slider to picture", waits, SLIDER_GOAL)
        finally:
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
