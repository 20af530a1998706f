"""What visitors leave behind in the server's memory: they come, move sliders and go.

`python tests/benchmarks/visitors.py [MINUTES]` has thirty at a time, each for twenty moves on one
of the learn pages, without a pause, so that ten minutes have the reruns of an hour in which they
look at every picture for some seconds. It prints the memory as it goes, and its growth.
"""

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.load.servers import app_server
from tests.load.sliders import Person
from tests.ports import free_port

# The pages with plain sliders from the start.
PAGES = ("playground", "tails", "nesting")
VISITORS, MOVES = 30, 20
STAY = 60.0  # seconds, at most
LIMIT, GROWTH = 700.0, 10.0  # MB in all, and an hour once all caches are full
LOOK = 3.0  # seconds that somebody looks at a picture


def held(server: subprocess.Popen[bytes]) -> float:
    """Memory of a process now, in MB."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Visitor(Person):
    """Somebody who leaves after some moves."""

    def move(self) -> str:
        if len(self.waits) >= MOVES:
            raise EOFError
        return super().move()


async def come_and_go(port: int, numbers: "itertools.count[int]", end: float) -> int:
    """One visitor after the other; returns how many moves they made."""
    moves = 0
    while time.monotonic() < end:
        number = next(numbers)
        visitor = Visitor(port, number, PAGES[number % len(PAGES)], every=0.0)
        with suppress(EOFError):
            await visitor.live(asyncio.Semaphore(0), STAY)
        moves += len(visitor.waits)
        if visitor.problems:
            raise RuntimeError(visitor.problems[0])
    return moves


async def hour(port: int, server: subprocess.Popen[bytes], minutes: float) -> None:
    """Let visitors come, look at the memory twenty times, and print what was seen."""
    begun = time.monotonic()
    end = begun + 60 * minutes
    numbers = itertools.count()
    crowd = asyncio.gather(*(come_and_go(port, numbers, end) for _ in range(VISITORS)))
    seen: list[tuple[float, float]] = []
    for _ in range(20):
        await asyncio.sleep(60 * minutes / 20)
        seen.append((time.monotonic() - begun, held(server)))
        print(f"  {seen[-1][0] / 60:5.1f} min  {seen[-1][1]:6.0f} MB", flush=True)
        if crowd.done():
            break
    moves = sum(await crowd)
    hours = moves * LOOK / VISITORS / 3600
    half = np.array(seen[len(seen) // 2 :])
    slope = float(np.polyfit(half[:, 0], half[:, 1], 1)[0]) * (half[-1, 0] / hours)
    most = max(memory for _, memory in seen)
    print(f"  {next(numbers)} visitors, {moves} moves: {hours:.2f} h of {VISITORS} people")
    print(f"  most {most:.0f} MB   goal {LIMIT:g} MB: {'met' if most <= LIMIT else 'NOT MET'}")
    verdict = "met" if slope <= GROWTH else "NOT MET"
    print(f"  growth in the second half {slope:.1f} MB/h   goal {GROWTH:g} MB/h: {verdict}")


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    print(f"Load before: {os.getloadavg()[0]:.1f}. Memory of the server, {VISITORS} visitors.")
    with tempfile.TemporaryDirectory() as name:
        port, folder = free_port(), Path(name)
        with app_server(port, f"sqlite:///{folder}/store.sqlite3", folder) as server:
            asyncio.run(hour(port, server, minutes))


if __name__ == "__main__":
    main()
