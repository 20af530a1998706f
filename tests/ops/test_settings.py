"""What whoever runs the server may set, and what both processes refuse to start with."""

import os
import re
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from quizzes.settings import VARIABLES, Settings, SettingsError, as_markdown, read_settings

ROOT = Path(__file__).resolve().parents[2]
PHONES = ["-m", "pages.classroom.phone"]
APP = ["-m", "streamlit", "run", "app.py", "--server.port", "0"]
SOURCES = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "quizzes").rglob("*.py")]


def test_without_variables_everything_has_a_value() -> None:
    found = read_settings({})
    assert (found.host, found.port, found.phone_port) == ("localhost", 8501, 8502)
    assert found.forwarded_allow_ips == ("127.0.0.1",)
    assert found.limits.rooms_per_hour == 20 and found.limits.room_days == 30
    assert read_settings({variable.name: "" for variable in VARIABLES}) == found


def test_the_table_has_every_variable_and_every_value() -> None:
    assert [one.name.lower() for one in VARIABLES] == [one.name for one in fields(Settings)]
    table = as_markdown()
    for variable in VARIABLES:
        assert table.count(f"| `{variable.name}` |") == 1
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
    }
    assert readers == {"quizzes/settings.py"}


def test_what_is_set_is_read() -> None:
    told = {
        "DATABASE_URL": "postgresql://lab:secret@db.example.org:5432/lab",
        "HOST": "0.0.0.0",
        "PORT": "80",
        "PHONE_URL": "https://lab.example.org/p/",
        "FORWARDED_ALLOW_IPS": "10.0.0.0/8, ::1",
        "HOST_PASSWORD": "four words and an é",
        "ROOM_DAYS": "365",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
    }
    found = read_settings(told)
    assert (found.port, found.phone_port) == (80, 81)
    assert found.phone_url == "https://lab.example.org/p"
    assert found.forwarded_allow_ips == ("10.0.0.0/8", "::1")
    assert found.host_password == "four words and an é"
    assert (found.limits.room_days, found.log_level, found.log_format) == (365, "debug", "json")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "80a", "PORT is '80a', not a whole number from 1 to 65535."),
        ("PORT", "0", "PORT is '0', not a whole number from 1 to 65535."),
        ("PHONE_PORT", "65536", "PHONE_PORT is '65536', not a whole number from 1 to 65535."),
        ("PHONE_PORT", "8501", "PORT and PHONE_PORT are the same."),
        ("HOST", "a b", "HOST is 'a b', not an address or a name of this computer."),
        ("PHONE_URL", "lab.example.org", "PHONE_URL is not an address such as https://lab."),
        ("PHONE_URL", "ftp://lab.example.org", "PHONE_URL is not an address such as"),
        ("PHONE_URL", "https://lab.example.org:x/p", "PHONE_URL is not the address of a page."),
        ("PHONE_URL", "https://lab.example.org/p?x=1", "PHONE_URL is not an address such as"),
        ("FORWARDED_ALLOW_IPS", "proxy", "FORWARDED_ALLOW_IPS has 'proxy', which is neither"),
        ("HOST_PASSWORD", "abc", "HOST_PASSWORD is shorter than 4 characters."),
        ("ROOM_DAYS", "-1", "ROOM_DAYS is '-1', not a whole number from 1 to 3650."),
        ("MAX_SESSIONS", "many", "MAX_SESSIONS is 'many', not a whole number"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud', not one of debug, info, warning, error."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml', not one of auto, json, text."),
        ("DATABASE_URL", "mysql://a:hunter2@b/c", "Databases of the kind 'mysql' are not"),
        ("DATABASE_URL", "postgresql://a:hunter2@b:99999/c", "The port of the database is not"),
        ("DATABASE_URL", "here", "The address of the database cannot be read."),
        ("DATABASE_URL", "sqlite:////dev/null/lab.sqlite3", "the database cannot be made"),
        ("DATABASE_URL", "sqlite:////usr", "The database '/usr' is a folder."),
        ("DATABASE_ULR", "sqlite:///x", "DATABASE_ULR is not known; did you mean DATABASE_URL?"),
        ("HOST_PASWORD", "secret", "HOST_PASWORD is not known; did you mean HOST_PASSWORD?"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    assert words in caught.value.problem
    assert caught.value.hint == "The table of variables: python -m quizzes.settings"
    assert "hunter2" not in str(caught.value) and "secret" not in str(caught.value)


def test_a_folder_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so the system's answer is replaced.
    monkeypatch.setattr("quizzes.store.address._writable", lambda place: place != tmp_path)
    with pytest.raises(SettingsError, match=f"The server may not write to '{tmp_path}'"):
        read_settings({"DATABASE_URL": f"sqlite:///{tmp_path / 'lab.sqlite3'}"})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_taken_port_is_told(host: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, *PHONES, "--host", host, "--port", str(port)],
            cwd=ROOT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        f"Not started: port {port} at {host} is taken. Stop what uses it, or set PHONE_PORT.\n"
    )


@pytest.mark.parametrize("process", [PHONES, APP], ids=["phones", "app"])
def test_both_processes_say_all_that_is_wrong_and_end(process: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *process],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": "mysql://a:hunter2@b/c", "LOG_LEVEL": "loud"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("Not started: DATABASE_URL does not work: Databases of the kind 'mysql'")
    assert "LOG_LEVEL is 'loud'" in line
    assert "hunter2" not in done.stderr + done.stdout
