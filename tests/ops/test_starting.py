"""What a start of the app waits for: every module it imports takes its time."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The first page that needs one of them imports it.
LATER = ("scipy.stats", "statsmodels", "segno")


def test_what_only_some_pages_need_is_imported_later() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import sys, app; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "streamlit" in found
    assert not [name for name in LATER if name in found]
