"""What is logged: one JSON object a line, and nothing about anybody."""

import io
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from pages._server.logs import AsText, event, start_logging
from quizzes.classroom.room import Asked
from quizzes.settings import read_settings
from quizzes.store import Store
from tests.ops.processes import App, get, serving
from tests.phone.classroom import Ear, Host, Phone, Server, eventually

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))
FROM = {"X-Forwarded-For": "198.51.100.77"}


@pytest.mark.parametrize("kind", [Server, App])
def test_a_whole_room_leaves_nothing_about_anybody(
    kind: type[Server], store: Store, address: str, tmp_path: Path
) -> None:
    with serving(kind, address, tmp_path, LOG_LEVEL="debug", HOST_PASSWORD="hunter22") as server:
        host = Host(store, QUESTIONS)
        code = host.room.room.code
        phones = [Phone(server.port).join(code, f"Rumpelstilz{n}") for n in range(3)]
        ears = [Ear(phone) for phone in phones]
        for ear in ears:
            ear.wait_for("hello")
        host.click("start")
        for phone in phones:
            assert phone.answer("1")["saved"]
            phone.see()
            phone.get(phone.me, **FROM)
        picture = phones[0].get(f"{phones[0].me}/picture/0/light.svg")
        assert picture.status in (200, 404)
        host.click("close", "reveal", "next", "end")
        for wrong in ("/p/ZZZZZZ", "/p/me/nobody-at-all-with-a-token", f"/p/{code}", "/x?room=abc"):
            get(server.port, wrong, **FROM)
        phones[0].post(f"/p/{code}", {"name": "Rumpelstilz9"})
        for ear in ears:
            ear.close()
        get(server.port, f"/host?room={host.room.host_secret}", **FROM)
        eventually(lambda: "/me/{token}/events" in server.log.read_text(), 40)
        server.stop()
    text = server.log.read_text()
    events = [json.loads(line) for line in text.splitlines()]
    assert {"time", "level", "logger", "event"} <= events[0].keys()
    names = [one["event"] for one in events]
    assert names[0] == "started" and "stopping" in names and names[-1] == "stopped"
    routes = {one["route"] for one in events if one["event"] == "request"}
    assert {"/p/me/{token}", "/p/me/{token}/answer", "/p/{code}", "/healthz"} <= routes
    secrets = [code, host.room.host_secret, *(phone.token for phone in phones)]
    secrets += ["Rumpelstilz", "198.51.100.77", "127.0.0.1", "ZZZZZZ", "nobody-at-all", "hunter22"]
    assert [secret for secret in secrets if secret in text] == []


def log_of(level: str = "info", style: str = "json") -> tuple[io.StringIO, logging.Logger]:
    out = io.StringIO()
    start_logging(replace(read_settings({}), log_level=level, log_format=style), out)
    return out, logging.getLogger("pages.tests")


@pytest.fixture(autouse=True)
def own_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests change of the loggers is theirs alone."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(root, "level", root.level)


def test_errors_are_told_by_kind_and_place() -> None:
    out, log = log_of()
    try:
        {}["a nickname"]
    except KeyError:
        log.exception("drawing")
    read = json.loads(out.getvalue())
    assert (read["event"], read["level"], read["error"]) == ("drawing", "error", "KeyError")
    assert read["where"][-1].endswith("test_errors_are_told_by_kind_and_place")
    assert "nickname" not in out.getvalue()


def test_what_libraries_say_is_told_without_values() -> None:
    out, _ = log_of()
    logging.getLogger("uvicorn.error").warning("%s - %s", "198.51.100.7", "/p/me/abc")
    logging.getLogger("some.library").error(f"cannot parse {'198.51.100.7'}")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["%s - %s", "a library's message"]
    assert all(line["at"].startswith("test_logs:") for line in lines)
    assert "198.51" not in out.getvalue()


def test_levels_and_text() -> None:
    out, log = log_of("warning", "text")
    event(log, logging.INFO, "started")
    event(log, logging.WARNING, "stopping", phones=3)
    (line,) = out.getvalue().splitlines()
    assert line.endswith("warning stopping  phones=3")
    assert isinstance(logging.getLogger().handlers[0].formatter, AsText)
