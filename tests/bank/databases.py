"""A PostgreSQL server of the tests' own, and the values the tests of the store are about."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from quizzes.item import Item, Mark

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RIGHT = Mark(1.0, "Right.")
WRONG = Mark(0.0, "Not so.", "df-is-rows")


def item(id: str = "pvalues/df", topic: str = "pvalues", seed: int | None = 7) -> Item:
    """An item as the store sees one."""
    return Item(id, "numeric", topic, 1, "How many?", None, "So many.", seed=seed)


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    told = [Path(os.environ["POSTGRES"])] if os.environ.get("POSTGRES") else []
    found = shutil.which("initdb")
    told += [Path(found).resolve().parent] if found else []
    told += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in told:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise AssertionError("These tests need PostgreSQL: sudo apt-get install postgresql")


def _somebody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: say whom to run it as."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise AssertionError("There is no user to run PostgreSQL as.")


class Server:
    """A PostgreSQL server that listens on a socket in its own folder only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._person = _somebody()
        if self._person:
            os.chown(folder, self._person["user"], self._person["group"])
        self._run("initdb", "--auth=trust", "--username=tests", "--encoding=UTF8", "--no-sync")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(programs() / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(
            command, check=True, capture_output=True, cwd=self.folder, timeout=120, **self._person
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(programs() / "postgres"), "-D", str(self.folder / "data")]
        command += ["-k", str(self.folder), "-c", "listen_addresses=", "-c", "max_connections=200"]
        # No test cuts the power, and a busy disk makes every new database slow.
        command += ["-c", "fsync=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, **self._person
            )
        for _ in range(600):
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start in 30 s.")

    def stop(self) -> None:
        """Stop it without waiting for who is connected."""
        self.process.send_signal(2)
        self.process.wait(timeout=30)

    def address(self, database: str) -> str:
        """A DATABASE_URL."""
        return f"postgresql://tests@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


@contextmanager
def running_server() -> Iterator[Server]:
    """A fresh server in a folder of its own; pytest's folders are closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="quiz-"))
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def open_at_once(address: str, n: int) -> None:
    """Let several processes open a store in the same moment; all of them must get in."""
    code = (
        "import sys; from quizzes.store import open_store; print('ready', flush=True); "
        "sys.stdin.readline(); open_store(sys.argv[1]).close()"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", code, address],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(n)
    ]
    for starter in starters:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "ready\n"
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()
    for starter in starters:
        _, complaint = starter.communicate(timeout=60)
        assert starter.returncode == 0, complaint
