"""Where there is one process, one port and a file of secrets, as on Streamlit's own hosting."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from quizzes.classroom.room import Asked
from quizzes.store import host_room, open_store
from tests.deploy.recipe import DEPLOY, ROOT, copy_image
from tests.deploy.visitor import Visitor, get
from tests.phone.classroom import Ear, Host, Phone
from tests.ports import free_port

START_SECONDS = 180


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The app's own files."""
    copy_image(tmp_path / "app")
    return tmp_path / "app"


def start(folder: Path, port: int, secrets: str) -> subprocess.Popen[str]:
    """Start the app with nothing in the environment but what every program has."""
    (folder / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    return subprocess.Popen(
        [*command, "--server.port", str(port), "--server.address", "127.0.0.1"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def lab(folder: Path) -> Iterator[tuple[int, str]]:
    """The port of a running app and the database that its secrets name."""
    address, port = f"sqlite:///{folder.parent}/kept/lab.sqlite3", free_port()
    app = start(folder, port, f'DATABASE_URL = "{address}"\n')
    try:
        end = time.monotonic() + START_SECONDS
        while app.poll() is None and time.monotonic() < end:
            try:
                if get(port, "/readyz").body == b"ready":
                    break
            except OSError:
                time.sleep(0.2)
        yield port, address
    finally:
        app.terminate()
        app.communicate(timeout=30)


def test_pages_and_phones_share_a_port_and_keep_answers_where_the_secrets_say(
    lab: tuple[int, str], folder: Path
) -> None:
    port, address = lab
    assert "You know the truth here" in Visitor(port).load("/tails").look("tails")
    store = open_store(address)
    host = Host(store, (Asked("tails/what-p-counts", 1),))
    phone = Phone(port).join(host.room.room.code)
    ear = Ear(phone)
    ear.wait_for("hello")
    host.click("start")
    ear.wait_for("show")
    assert phone.answer("1")["saved"]
    ear.close()
    store.close()
    assert not (folder / "var").exists()


def test_the_nightly_copy_can_be_restored(tmp_path: Path) -> None:
    unit = (DEPLOY / "systemd" / "lme-lab-backup.service").read_text(encoding="utf-8")
    line = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert line is not None
    # systemd's own signs, and the places on the machine that it is for.
    text = line[1].replace("%%", "%").replace("$$", "$")
    text = text.replace("/var/lib/lme-lab", str(tmp_path))
    command = shlex.split(text.replace("/opt/lme-lab/.venv/bin/python", sys.executable))
    (tmp_path / "backups").mkdir()
    for name in ("old", "new"):
        open_store(f"sqlite:///{tmp_path}/{name}.sqlite3").close()
    store = open_store(f"sqlite:///{tmp_path}/old.sqlite3")
    host = Host(store, (Asked("tails/what-p-counts", 1),))
    store.close()
    here = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/old.sqlite3"}
    subprocess.run(command, cwd=ROOT, env=here, check=True, capture_output=True, timeout=60)
    (copy,) = (tmp_path / "backups").iterdir()
    assert fnmatch(copy.name, "lab-????-??-??-??????.jsonl.gz")
    there = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    back = [sys.executable, "-m", "quizzes.store", "restore", "--replace", str(copy)]
    subprocess.run(back, cwd=ROOT, env=there, check=True, capture_output=True, timeout=60)
    store = open_store(there["DATABASE_URL"])
    assert host_room(store, host.room.host_secret).room.code == host.room.room.code
    store.close()


def test_nonsense_in_the_secrets_stops_the_start(folder: Path) -> None:
    app = start(folder, free_port(), 'ROOM_DAYS = "soon"\n')
    said, _ = app.communicate(timeout=START_SECONDS)
    assert app.returncode == 2
    assert "Not started: ROOM_DAYS is 'soon', not a whole number from 1 to 3650." in said
