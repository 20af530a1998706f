"""Measure how many phones a room bears and print a table: python -m tests.load [RUN ...].

Everything runs on this machine and stops by itself. The phones share its cores with the servers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quizzes import load_bank
from quizzes.classroom.room import Asked
from quizzes.store import (
    Opened,
    Store,
    ballots_of_players,
    click,
    create_room,
    host_room,
    open_store,
    players_of_tokens,
)
from tests.bank.databases import running_server
from tests.load.servers import ROOT, app_server, memory, phone_server, proxy
from tests.ports import free_port

PHONES_A_PROCESS = 500
SECONDS = 8.0  # everybody answers within this time of a new question
N_QUESTIONS = 4


@dataclass(frozen=True, slots=True)
class Run:
    """What is measured.

    Parameters
    ----------
    phones, people : at phones, and at the playground's sliders beside them.
    processes : of the phones' application; more than one stand behind nginx on PostgreSQL.
    """

    phones: int
    people: int = 0
    processes: int = 1


RUNS = {
    "300": Run(300),
    "1000": Run(1000),
    "300+15": Run(300, 15),
    "300+30": Run(300, 30),
    "1000+30": Run(1000, 30),
    "2000x2": Run(2000, 0, 2),
}
HEAD = (
    "| phones | beside them | processes | all in after | saved, p95 | new question on 99% after "
    "| lost or doubled | memory | of a core | slider waits, p95 | load before |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def now() -> datetime:
    return datetime.now(UTC)


def questions() -> list[Asked]:
    """Choices and numbers, with and without pictures, and a line-up."""
    bank = load_bank().values()
    wanted = [
        next(i for i in bank if i.kind == "single_choice" and i.picture is None),
        next(i for i in bank if i.kind == "single_choice" and i.picture is not None),
        next(i for i in bank if i.kind == "line_up"),
        next(i for i in bank if i.kind == "numeric" and i.picture is None),
    ]
    return [Asked(item.id, 3) for item in wanted[:N_QUESTIONS]]


def quantile(values: list[float], share: float) -> float:
    """The smallest value that so many do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def client(*arguments: object, module: str = "phones") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.load.{module}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> str:
    """The next line of a client."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("A client has stopped.")
    return line.strip()


class Host:
    """Clicks as the host's page does: one transaction each."""

    def __init__(self, store: Store, room: Opened) -> None:
        self.store, self.room = store, room
        self.clicked: dict[str, float] = {}

    def click(self, command: str) -> None:
        version = host_room(self.store, self.room.host_secret).room.version
        at = time.time()
        kept = click(self.store, self.room.host_secret, command, None, version, now())
        if command in ("start", "next"):
            self.clicked[str(kept.room.version)] = at


def measure(run: Run, folder: Path) -> tuple[str, int]:
    """One row of the table, and how many answers are not as they were acknowledged."""
    load_before = os.getloadavg()[0]
    with ExitStack() as stack:
        database = f"sqlite:///{folder / 'room.sqlite3'}"
        if run.processes > 1:
            server = stack.enter_context(running_server())
            server.run("CREATE DATABASE room")
            database = server.address("room")
        store = open_store(database)
        stack.callback(store.close)
        ports = [free_port() for _ in range(run.processes)]
        servers = [stack.enter_context(phone_server(port, database, folder)) for port in ports]
        front = ports[0]
        if run.processes > 1:
            front = free_port()
            stack.enter_context(proxy(front, ports, folder))
        people = None
        if run.people:
            app_port = free_port()
            stack.enter_context(app_server(app_port, database, folder))
            length = N_QUESTIONS * (SECONDS + 3) + 25
            people = client(app_port, run.people, length, module="sliders")
            stack.callback(people.kill)
            said(people)
        room = create_room(store, "Load", questions(), now(), "127.0.0.1")
        before = [memory(server)[1] for server in servers]
        begun = time.time()
        crowds = [
            client(front, room.room.code, min(PHONES_A_PROCESS, run.phones - first), SECONDS)
            for first in range(0, run.phones, PHONES_A_PROCESS)
        ]
        for crowd in crowds:
            stack.callback(crowd.kill)
        for crowd in crowds:
            said(crowd)
        host = play(Host(store, room))
        diaries = [diary for crowd in crowds for diary in json.loads(said(crowd))]
        elapsed = time.time() - begun
        used = [memory(server) for server in servers]
        share = sum(after[1] - start for after, start in zip(used, before, strict=True)) / elapsed
        slow = json.loads(said(people)) if people is not None else None
        wrong = check(store, diaries)
    megabytes = max(most for most, _ in used)
    return row(run, diaries, host, wrong, megabytes, share, slow, load_before), wrong


def play(host: Host) -> Host:
    """Go through all questions at a pace that no class bears."""
    time.sleep(3)
    for place in range(N_QUESTIONS):
        host.click("next" if place else "start")
        time.sleep(SECONDS + 1)
        host.click("close")
        host.click("reveal")
        time.sleep(2)
    host.click("end")
    return host


def check(store: Store, diaries: list[dict[str, Any]]) -> int:
    """Count answers that are not on disk as they were acknowledged, and any nobody gave."""
    wrong = 0
    tokens = [diary["token"] for diary in diaries]
    for first in range(0, len(tokens), 500):
        part = diaries[first : first + 500]
        players = players_of_tokens(store, [diary["token"] for diary in part])
        kept = ballots_of_players(store, [player.id for player, _ in players.values()])
        for diary in part:
            found = players.get(diary["token"])
            own = kept[found[0].id] if found else ()
            on_disk = {f"{b.position}/{b.round}": b.response for b in own}
            wrong += len(own) - len(on_disk)
            wrong += sum(
                diary["kept"].get(place) != on_disk.get(place)
                for place in {*diary["kept"], *on_disk}
            )
    return wrong


def row(
    run: Run,
    diaries: list[dict[str, Any]],
    host: Host,
    wrong: int,
    megabytes: float,
    share: float,
    slow: dict[str, Any] | None,
    load_before: float,
) -> str:
    """One line of the table; what failed goes to the screen below it."""
    acknowledged = [seconds for diary in diaries for seconds in diary["acknowledged"]]
    news = [
        diary["shown"].get(version, at + 60) - at
        for version, at in host.clicked.items()
        for diary in diaries
    ]
    failures = [failure for diary in diaries for failure in diary["failures"]]
    expected = len(diaries) * N_QUESTIONS
    kept = sum(len(diary["kept"]) for diary in diaries)
    for failure in sorted(set(failures))[:5]:
        print(f"{failures.count(failure)} times: {failure}", file=sys.stderr)
    views = [seconds for diary in diaries for seconds in diary["views"]]
    print(
        f"{kept} of {expected} answers; saved p50 {quantile(acknowledged, 0.5):.3f} s, "
        f"p99 {quantile(acknowledged, 0.99):.3f} s; new question p50 {quantile(news, 0.5):.3f} s; "
        f"reveal p95 {quantile(views, 0.95):.3f} s",
        file=sys.stderr,
    )
    waits = "–"
    if slow is not None:
        waits = f"{quantile(slow['waits'], 0.95):.2f} s of {len(slow['waits'])}"
        print(f"sliders {slow['sliders']}, problems {slow['problems']}", file=sys.stderr)
    beside = f"{run.people} people at sliders" if run.people else "–"
    joined = max(diary["joined"] for diary in diaries)
    return (
        f"| {run.phones:,} | {beside} | {run.processes} | {joined:.1f} s "
        f"| {1000 * quantile(acknowledged, 0.95):.0f} ms | {quantile(news, 0.99):.2f} s | {wrong} "
        f"| {megabytes:.0f} MB | {100 * share:.0f}% | {waits} | {load_before:.1f} |"
    )


def main() -> None:
    """Measure the runs named on the command line, or all.

    Ends with an error where an answer was lost or doubled.
    """
    names = sys.argv[1:] or list(RUNS)
    rows, wrong = [], 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="load-") as folder:
            found, lost = measure(RUNS[name], Path(folder))
        rows.append(found)
        wrong += lost
        print(found, file=sys.stderr, flush=True)
    print(HEAD, *rows, sep="\n")
    if wrong:
        sys.exit(f"{wrong} answers are not on disk as they were acknowledged.")


if __name__ == "__main__":
    main()
