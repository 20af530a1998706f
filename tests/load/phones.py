"""Many phones in one process: python -m tests.load.phones PORT CODE N SECONDS.

Each phone loads what a browser loads, joins, listens, answers every question it is shown within
SECONDS, and stops when the room has ended. Prints one line "in" when all have joined, and at the
end one line of JSON.
"""

import asyncio
import html
import json
import random
import re
import resource
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

JOINING = 60  # s, for all to get in
LONGEST = 240  # s, for everything
PATIENCE = 30  # s, for one request
PLACEHOLDER = "TOKEN-OF-THIS-PLAYER"


@dataclass
class Diary:
    """What one phone lived through; times in seconds, moments since 1970."""

    token: str = ""
    joined: float = 0.0
    shown: dict[str, float] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    views: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: Any = None
        self.writer: Any = None

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, limit=2**20
        )

    async def request(
        self, method: str, path: str, body: str = "", more: str = ""
    ) -> tuple[int, dict[str, str], str]:
        """Send a request and read its answer."""
        if self.writer is None or self.writer.is_closing():
            await self.open()
        form = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{more}{form}"
            f"Accept-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(f"{head}{body}".encode())
        async with asyncio.timeout(PATIENCE):
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value
                for name, _, value in (line.partition(": ") for line in lines[1:] if line)
            }
            content = await self.reader.readexactly(int(headers.get("content-length", 0)))
        text = "" if "content-encoding" in headers else content.decode()
        return int(lines[0].split()[1]), headers, text


class Phone:
    """One phone and whoever holds it."""

    def __init__(self, port: int, code: str, seconds: float, number: int) -> None:
        self.port, self.code, self.seconds = port, code, seconds
        self.dice = random.Random(number)
        self.diary = Diary()
        self.line = Connection(port)
        self.busy: set[asyncio.Task[None]] = set()
        self.is_over = asyncio.Event()
        self.is_in = asyncio.Event()
        self.version = ""

    async def live(self) -> None:
        """Join, take part, leave when the room ends."""
        begun = time.perf_counter()
        try:
            _, _, page = await self.line.request("GET", f"/p/{self.code}")
            await self.line.request("GET", _found(r'href="([^"]*\.css)"', page))
            name = html.unescape(_found(r'name="name" value="([^"]*)"', page)).replace(" ", "+")
            _, headers, _ = await self.line.request("POST", f"/p/{self.code}", f"name={name}")
            me = headers["location"]
            self.diary.token = me.rpartition("/")[2]
            _, _, page = await self.line.request("GET", me)
            self.version = _found(r'data-version="([^"]*)"', page)
            await self.line.request("GET", _found(r'src="([^"]*\.js)"', page))
            self.line.writer.close()
            listening = asyncio.create_task(self.listen(me))
            await self.is_in.wait()
            self.diary.joined = time.perf_counter() - begun
            await self.is_over.wait()
            listening.cancel()
        except Exception as problem:
            self.diary.failures.append(f"joining: {problem!r}")
            self.is_in.set()

    async def listen(self, me: str) -> None:
        """Follow the room's events, and come back when they break off."""
        while True:
            try:
                await self.follow(me)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as problem:
                self.diary.failures.append(f"events: {problem!r}")
            await asyncio.sleep(1)

    async def follow(self, me: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        writer.write(f"GET {me}/events HTTP/1.0\r\nHost: localhost:{self.port}\r\n\r\n".encode())
        name = ""
        while line := (await reader.readline()).decode():
            if line.startswith("event: "):
                name = line[7:].strip()
            elif line.startswith("data: "):
                self.hear(me, name, json.loads(line[6:]))
        writer.close()

    def hear(self, me: str, name: str, data: Any) -> None:
        """React to one event as the script of the page does."""
        if name == "hello":
            self.is_in.set()
            if data != self.version:
                self.version = data
                self.start(self.look(me, 0))
        elif name == "show":
            self.version = data["version"]
            self.diary.shown.setdefault(data["version"], time.time())
            self.start(self.play(me, data["html"].replace(PLACEHOLDER, self.diary.token)))
        elif name == "fetch" and data["version"] != self.version:
            self.version = data["version"]
            self.start(self.look(me, self.dice.random() * data["spread"] / 1000))

    def start(self, job: Any) -> None:
        task = asyncio.create_task(self.safely(job))
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)

    async def safely(self, job: Any) -> None:
        try:
            await job
        except Exception as problem:
            self.diary.failures.append(repr(problem))

    async def look(self, me: str, wait: float) -> None:
        await asyncio.sleep(wait)
        begun = time.perf_counter()
        own = Connection(self.port)
        _, _, page = await own.request("GET", f"{me}/view?at={self.version}")
        own.writer.close()
        self.diary.views.append(time.perf_counter() - begun)
        if "That was it" in page:
            self.is_over.set()
        elif 'name="position"' in page:
            await self.play(me, page)

    async def play(self, me: str, page: str) -> None:
        """Look at the picture, think, answer; some change their mind, some send it twice."""
        own = Connection(self.port)
        picture = re.search(r'<img src="([^"]*)"', page)
        if picture:
            await own.request("GET", picture[1])
        place = _found(r'name="position" value="([^"]*)"', page)
        round = _found(r'name="round" value="([^"]*)"', page)
        choices = sorted(set(re.findall(r'type="radio" name="answer" value="([^"]*)"', page)))
        for _ in range(2 if self.dice.random() < 0.1 else 1):
            await asyncio.sleep(self.dice.random() * self.seconds / 2)
            answer = self.dice.choice(choices) if choices else str(self.dice.randint(1, 999))
            body = f"position={place}&round={round}&answer={answer}"
            for _ in range(2 if self.dice.random() < 0.05 else 1):
                begun = time.perf_counter()
                _, _, text = await own.request("POST", f"{me}/answer", body, "X-Phone: 1\r\n")
                self.diary.acknowledged.append(time.perf_counter() - begun)
                said = json.loads(text)
                if said["saved"]:
                    self.diary.kept[f"{place}/{round}"] = answer
                else:
                    self.diary.failures.append(said["words"])
        own.writer.close()


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise ValueError(f"no {pattern} in {page[:300]}")
    return found[1]


async def crowd(port: int, code: str, n: int, seconds: float) -> None:
    """Let them all in at once, and wait until the room has ended."""
    phones = [Phone(port, code, seconds, number) for number in range(n)]
    lives = [asyncio.create_task(phone.live()) for phone in phones]
    waiting = [asyncio.create_task(phone.is_in.wait()) for phone in phones]
    _, outside = await asyncio.wait(waiting, timeout=JOINING)
    if outside:
        problems = {problem for phone in phones for problem in phone.diary.failures}
        sys.exit(f"{len(outside)} of {n} phones did not get in: {sorted(problems)[:5]}")
    print("in", flush=True)
    await asyncio.wait(lives, timeout=LONGEST)
    print(json.dumps([asdict(phone.diary) for phone in phones]), flush=True)


def main() -> None:
    """Read the command line; open as many connections as that takes."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    port, code, n, seconds = sys.argv[1:]
    uvloop.run(crowd(int(port), code, int(n), float(seconds)))


if __name__ == "__main__":
    main()
