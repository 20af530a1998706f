"""How long visitors who come at once wait for the files of the front end: Streamlit's way and ours.

`python tests/benchmarks/files.py` asks two servers in turn, which differ in nothing else, for what
the first page of a new visitor names in its head, as browsers do: six at a time.
"""

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import streamlit as st
import uvicorn
from starlette.middleware import Middleware

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pages._server.frontend import PATIENCE, Frontend
from tests.browser.running_app import ROOT, is_ready
from tests.load.phones import Connection
from tests.ports import free_port

CROWDS = (1, 30, 100)
ROUNDS = 3
AT_ONCE = 6
THEIRS, OURS = "Streamlit", "ours"


def serve(port: int, whose: str) -> None:
    """Serve an app that is never opened."""
    middleware = [Middleware(Frontend)] if whose == OURS else []
    app = st.App(ROOT / "pages" / "_ui" / "router.py", middleware=middleware)
    uvicorn.run(app, port=port, log_config=None, access_log=False)


async def visitor(port: int) -> int:
    """Load the files; returns how many bytes they had."""
    lines = [Connection(port) for _ in range(AT_ONCE)]
    _, _, page = await lines[0].request("GET", "/")
    wanted = [f"/{name}" for name in re.findall(r'"\./(static/[^"]+\.(?:js|css))"', page)]
    n_bytes = 0

    async def load(line: Connection) -> None:
        nonlocal n_bytes
        while wanted:
            status, headers, _ = await line.request("GET", wanted.pop())
            if status != 200:
                raise RuntimeError(f"A file came with status {status}.")
            n_bytes += int(headers["content-length"])

    await asyncio.gather(*(load(line) for line in lines))
    for line in lines:
        if line.writer is not None:
            line.writer.close()
    return n_bytes


async def crowd(port: int, n: int) -> tuple[float, int]:
    """Seconds until all have all, and the bytes of one."""
    begun = time.perf_counter()
    sizes = await asyncio.gather(*(visitor(port) for _ in range(n)))
    return time.perf_counter() - begun, sizes[0]


def main() -> None:
    """Print everything; about half a minute."""
    ports = {whose: free_port() for whose in (THEIRS, OURS)}
    servers = [
        subprocess.Popen(
            [sys.executable, __file__, str(port), whose],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for whose, port in ports.items()
    ]
    try:
        while not all(is_ready(f"http://localhost:{port}") for port in ports.values()):
            time.sleep(0.1)
        for port in ports.values():
            asyncio.run(crowd(port, 1))
        time.sleep(PATIENCE + 3)  # ours packs them meanwhile
        print("Files of a first page: medians; the ratio is that of the same run.")
        for n in CROWDS:
            seen: dict[str, list[tuple[float, int]]] = {THEIRS: [], OURS: []}
            for _ in range(ROUNDS):
                for whose, port in ports.items():
                    seen[whose].append(asyncio.run(crowd(port, n)))
            waits = {whose: median(wait for wait, _ in runs) for whose, runs in seen.items()}
            sizes = " / ".join(f"{runs[0][1] / 1e6:.2f}" for runs in seen.values())
            print(
                f"  {n:>4} at once  {waits[THEIRS]:>6.2f} s / {waits[OURS]:.2f} s"
                f"   ratio {waits[THEIRS] / waits[OURS]:>5.1f}   {sizes} MB each",
                flush=True,
            )
    finally:
        for server in servers:
            server.kill()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(int(sys.argv[1]), sys.argv[2])
    else:
        main()
