"""Whether a process is alive and ready, and what it counts."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from quizzes.classroom.room import Asked
from quizzes.store import Store
from tests.bank.databases import Server as Postgres
from tests.ops.processes import App, get, number, serving
from tests.phone.classroom import Ear, Host, Phone, Server, eventually

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))


@pytest.mark.parametrize("kind", [Server, App])
def test_a_lesson_in_numbers(
    kind: type[Server], store: Store, address: str, tmp_path: Path
) -> None:
    with serving(kind, address, tmp_path, MAX_JOINS_PER_MINUTE="10") as server:
        assert get(server.port, "/healthz") == (200, "ok")
        eventually(lambda: get(server.port, "/readyz") == (200, "ready"), 30)
        host = Host(store, QUESTIONS)
        code = host.room.room.code
        phones = [Phone(server.port).join(code, f"Nick{n}") for n in range(3)]
        ears = [Ear(phone) for phone in phones]
        for ear in ears:
            ear.wait_for("hello")
        host.click("start")
        assert all(phone.answer("1")["saved"] for phone in phones)
        host.click("close")
        assert not phones[0].answer("2")["saved"]
        assert number(server.port, "lab_phones_connected") == 3
        assert number(server.port, "lab_rooms_open") == 1
        assert number(server.port, 'lab_answers_total{outcome="saved"}') == 3
        assert number(server.port, 'lab_answers_total{outcome="closed"}') == 1
        assert number(server.port, "lab_answer_acknowledged_seconds_count") == 4
        assert number(server.port, 'lab_joins_total{outcome="joined"}') == 3
        assert number(server.port, "lab_database_errors_total") == 0
        assert number(server.port, "process_resident_memory_bytes") > 1e7
        assert number(server.port, "process_cpu_seconds_total") > 0
        assert number(server.port, "lab_build_info") == 1
        for ear in ears:
            ear.close()
        eventually(lambda: number(server.port, "lab_phones_connected") == 0, 40)
        _, text = get(server.port, "/metrics")
        names = {family.name for family in text_string_to_metric_families(text)}
        assert ("lab_sessions_open" in names) is (kind is App)
        for secret in (code, "Nick", "127.0.0.1", *(phone.token for phone in phones)):
            assert secret not in text


def test_joins_are_limited_by_address(store: Store, address: str, tmp_path: Path) -> None:
    with serving(Server, address, tmp_path, MAX_JOINS_PER_MINUTE="10") as server:
        code = Host(store, QUESTIONS).room.room.code
        for _ in range(10):
            Phone(server.port).join(code)
        refused = Phone(server.port).post(f"/p/{code}", {"name": ""})
        assert refused.status == 429 and 0 < int(refused.header("retry-after")) <= 60
        assert "Too many players joined from this network." in refused.text
        # The page before it, and who is in already, are not kept out.
        assert Phone(server.port).get(f"/p/{code}").status == 200
        elsewhere = {"X-Forwarded-For": "198.51.100.7"}
        assert Phone(server.port).send("POST", f"/p/{code}", b"name=", elsewhere).status == 303
        assert number(server.port, 'lab_joins_total{outcome="too many"}') == 1


@pytest.mark.parametrize("kind", [Server, App])
def test_a_process_without_its_database_is_alive_and_not_ready(
    kind: type[Server], postgresql: Postgres, tmp_path: Path
) -> None:
    postgresql.run("CREATE DATABASE lab")
    postgresql.stop()
    with serving(kind, postgresql.address("lab"), tmp_path) as server:
        assert get(server.port, "/readyz") == (
            503,
            "Nothing was changed. The database does not answer.",
        )
        assert get(server.port, "/healthz") == (200, "ok")
        postgresql.start()
        eventually(lambda: get(server.port, "/readyz") == (200, "ready"), 30)
        postgresql.stop()
        eventually(lambda: get(server.port, "/readyz")[0] == 503, 30)
        assert get(server.port, "/healthz") == (200, "ok")
        assert get(server.port, "/metrics")[0] == 200
        assert number(server.port, "lab_database_errors_total") >= 1
        postgresql.start()
        eventually(lambda: get(server.port, "/readyz") == (200, "ready"), 30)


def test_who_may_say_where_a_request_comes_from(store: Store, address: str, tmp_path: Path) -> None:
    """Without a trusted proxy the header is not believed: wrong codes count for one address."""
    told = {"FORWARDED_ALLOW_IPS": "192.0.2.1", "MAX_WRONG_CODES": "5"}
    with serving(Server, address, tmp_path, **told) as server:
        seen = [
            Phone(server.port).send("GET", f"/p/AAAAA{n}", b"", {"X-Forwarded-For": f"10.0.0.{n}"})
            for n in "CDEFGH"
        ]
        assert [reply.status for reply in seen] == [404] * 5 + [429]
