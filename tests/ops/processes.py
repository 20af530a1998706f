"""Both processes as they are hosted, for tests that watch and stop them."""

import http.client
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.phone.classroom import ROOT, START_SECONDS, Server


class App(Server):
    """The app's process, phones included."""

    def start(self) -> None:
        """Start it and wait until it serves."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        command += ["--server.fileWatcherType", "none"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        end = time.monotonic() + START_SECONDS
        while get(self.port, "/healthz")[0] != 200:
            alive = self.process.poll() is None and time.monotonic() < end
            assert alive, self.log.read_text()
            time.sleep(0.1)


@contextmanager
def serving(kind: type[Server], address: str, folder: Path, **more: str) -> Iterator[Server]:
    """A process on a free port."""
    server = kind(address, folder, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of a page; 0 where nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        line.close()


def number(port: int, name: str) -> float:
    """A number of /metrics; adds up what has several labels."""
    _, text = get(port, "/metrics")
    found = re.findall(rf"^{re.escape(name)}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is not in\n{text}"
    return sum(float(value) for value in found)
