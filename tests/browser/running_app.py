"""The app on a free port, and a Chromium that reaches nothing but this machine."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def start_app(log: Path, port: int) -> subprocess.Popen[bytes]:
    """Start `streamlit run app.py` on a port and wait until it serves.

    Parameters
    ----------
    log : what the server prints is added to it; its store stands beside it.
    """
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(port), "--server.address", "localhost"]
    command += ["--server.fileWatcherType", "none"]
    # A store of its own, beside the log.
    own = {"DATABASE_URL": f"sqlite:///{log.with_suffix('.sqlite3')}"}
    with log.open("ab") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdout=output, stderr=subprocess.STDOUT
        )
    end = time.monotonic() + START_SECONDS
    while not is_ready(f"http://localhost:{port}"):
        if server.poll() is not None or time.monotonic() > end:
            server.kill()
            raise RuntimeError(f"The app did not start:\n{log.read_text()}")
        time.sleep(0.1)
    return server


@contextmanager
def running_app(log: Path) -> Iterator[str]:
    """Start the app on a free port and yield its address; stop it afterwards.

    Parameters
    ----------
    log : as in `start_app`.
    """
    port = free_port()
    server = start_app(log, port)
    try:
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def find_chromium() -> str | None:
    """The path of a Chromium, or None for the one Playwright brings."""
    if path := os.environ.get("CHROMIUM"):
        return path
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(
        executable_path=find_chromium(), headless=True, args=CHROMIUM_ARGUMENTS
    )


def wait_until_calm(page: Page, timeout: int = 30_000) -> None:
    """Wait until the app has run to its end and all charts are drawn."""
    page.wait_for_selector('[data-testid="stApp"]', timeout=timeout)
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            const idle = app && app.getAttribute('data-test-script-state') === 'notRunning';
            const title = document.querySelector('h1');
            const stale = document.querySelector('[data-stale="true"]');
            const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
            const loading = document.querySelector('[data-testid="stSkeleton"]');
            return idle && title && !stale && !loading
                && charts.every(chart => chart.querySelector('svg, canvas'));
        }""",
        timeout=timeout,
    )
