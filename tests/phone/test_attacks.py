"""What strangers and players try: guess codes, send too much, host with a player's link, peep."""

import contextlib
import gzip
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from quizzes import Item, arrange, grade, load_bank
from quizzes.classroom.room import Asked
from quizzes.codes import draw_code
from quizzes.kinds import KINDS
from quizzes.markdown import paragraphs
from quizzes.store import (
    Limits,
    Store,
    StoreError,
    TooManyGuesses,
    click,
    create_room,
    host_room,
    open_store,
    players_of,
    remove_player,
    room_csv,
    room_json,
)
from tests.phone.classroom import Ear, Host, Phone, Server, eventually, now, serving

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Store]]:
    """One process for the tests that do not harm it."""
    folder = tmp_path_factory.mktemp("attacks")
    address = f"sqlite:///{folder / 'room.sqlite3'}"
    store = open_store(address)
    with serving(address, folder) as server:
        yield server, store
    store.close()


def phone_at(server: Server, ip: str) -> Phone:
    """A phone with an address of its own: behind the proxy that this machine is trusted to be."""
    phone = Phone(server.port)
    send = phone.send

    def from_there(method: str, path: str, body: bytes = b"", headers: Any = None) -> Any:
        return send(method, path, body, {"X-Forwarded-For": ip, **(headers or {})})

    phone.send = from_there  # type: ignore[method-assign]
    return phone


def test_guessing_codes_is_limited_but_keeps_no_class_out_of_its_room(
    served: tuple[Server, Store],
) -> None:
    server, store = served
    host, unknown = Host(store, QUESTIONS), Host(store, QUESTIONS)
    first, guesser = (phone_at(server, "198.51.100.7") for _ in range(2))
    first.join(host.room.room.code)
    seen = [guesser.get(f"/p/{draw_code(6)}").status for _ in range(Limits().wrong_codes + 5)]
    assert seen[0] == 404 and seen[-1] == 429 and set(seen) == {404, 429}
    refused = guesser.get(f"/p/{draw_code(6)}")
    assert int(refused.header("retry-after")) > 0 and "Wait" in refused.text
    # A code nobody there has used is refused, right or wrong ...
    assert guesser.get(f"/p/{unknown.room.room.code}").status == 429
    # ... the class in its room goes on, and its late comers get in.
    phone_at(server, "198.51.100.7").join(host.room.room.code)
    assert first.get(first.me).status == 200
    assert phone_at(server, "198.51.100.8").get(f"/p/{unknown.room.room.code}").status == 200


def test_a_class_of_300_at_one_address_joins_at_once_whatever_somebody_there_guesses(
    served: tuple[Server, Store],
) -> None:
    server, store = served
    host = Host(store, QUESTIONS)
    first, guesser = (phone_at(server, "198.51.100.40") for _ in range(2))
    first.join(host.room.room.code)
    while guesser.get(f"/p/{draw_code(6)}").status != 429:
        pass

    def come(_: int) -> str:
        phone = phone_at(server, "198.51.100.40")
        assert phone.get(f"/p/{host.room.room.code}").status == 200
        return phone.join(host.room.room.code).me

    begun = time.monotonic()
    with ThreadPoolExecutor(30) as crowd:
        seats = set(crowd.map(come, range(299)))
    # About a second on a machine that does nothing else; `make load` holds it to five.
    assert time.monotonic() - begun < 15
    assert len(seats) == 299 and len(players_of(store, host.room.id)) == 300


def test_wrong_codes_tell_nothing_about_other_rooms(served: tuple[Server, Store]) -> None:
    server, store = served
    host = Host(store, QUESTIONS)
    host.click("start", "end")
    phone = phone_at(server, "198.51.100.9")
    wrong = draw_code(6)
    ended, strange = (phone.get(f"/p/{code}") for code in (host.room.room.code, wrong))
    assert ended.status == strange.status == 404
    assert ended.text.replace(host.room.room.code, wrong) == strange.text


def test_opening_rooms_is_limited_by_address(store: Store) -> None:
    for _ in range(Limits().rooms_per_hour):
        create_room(store, "A deck", QUESTIONS, now(), "203.0.113.77")
    with pytest.raises(TooManyGuesses):
        create_room(store, "A deck", QUESTIONS, now(), "203.0.113.77")
    create_room(store, "A deck", QUESTIONS, now(), "203.0.113.78")


@pytest.mark.parametrize(
    "name",
    [
        "<b>Bo</b>",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}{% raw %}",
        "\u202eevil\u2066",
        "a\u200bb\u200d\ufeffc",
        "x" * 10_000,
        "\x00\x07\n\r\t",
        "Z\u0300" * 500,
        "%00%0d%0aSet-Cookie: x=1",
        "'; DROP TABLE players; --",
    ],
)
def test_names_are_text(served: tuple[Server, Store], name: str) -> None:
    server, store = served
    host = Host(store, QUESTIONS)
    phone = Phone(server.port).join(host.room.room.code, name)
    (player,) = players_of(store, host.room.id)
    assert 0 < len(player.name) <= 40 and player.name.isprintable()
    page = phone.get(phone.me).text
    shown = re.search(r'<span class="who">(.*?)</span>', page)
    assert shown is not None and unescape(shown[1]) == player.name
    assert "<b>" not in page and "<img" not in page and "alert(1)</script" not in page
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", player.name)
    assert phone.get(f"/p/{host.room.room.code}").text.count("<script") == 0


def test_a_players_link_hosts_nothing(served: tuple[Server, Store]) -> None:
    server, store = served
    host = Host(store, QUESTIONS)
    phone = Phone(server.port).join(host.room.room.code)
    for attempt in (host_room, room_json, room_csv):
        with pytest.raises(StoreError):
            attempt(store, phone.token)
    with pytest.raises(StoreError):
        click(store, phone.token, "start", None, 0, now())
    with pytest.raises(StoreError):
        remove_player(store, phone.token, 1, now())
    for secret in (host.room.host_secret, "x" * 43, "../../etc/passwd", "a", "%00" * 30):
        assert Phone(server.port).get(f"/p/me/{secret}").status == 404
        assert Phone(server.port).get(f"/p/me/{secret}/events").status == 404
    assert host.store is store and host_room(store, host.room.host_secret).room.version == 0


@pytest.mark.parametrize(
    "path",
    [
        "/p/static/../app.py",
        "/p/static/..%2fapp.py",
        "/p/static/%2e%2e/%2e%2e/app.py",
        "/p/static/phone.css",
        "/p/static//etc/passwd",
        "/p/me/{token}/picture/0/..%2f..%2fapp.py.svg",
        "/p/me/{token}/picture/0/light.svg",
        "/p/me/{token}/picture/99999999999999999999/light.svg",
        "/p/me/{token}/picture/-1/light.svg",
        "/p/me/{token}/picture/1/red.svg",
        "/p/../app.py",
        "/app.py",
        "/",
    ],
)
def test_no_path_leads_to_other_files(served: tuple[Server, Store], path: str) -> None:
    server, store = served
    phone = Phone(server.port).join(Host(store, QUESTIONS).room.room.code)
    reply = phone.get(path.replace("{token}", phone.token))
    assert reply.status == 404 and "import" not in reply.text


def test_huge_bodies_and_headers_are_refused(served: tuple[Server, Store]) -> None:
    server, store = served
    host = Host(store, QUESTIONS)
    phone = Phone(server.port).join(host.room.room.code)
    host.click("start")
    eventually(lambda: 'name="position"' in phone.see())
    form = {"position": 0, "round": 1, "answer": "0" * 3_000_000}
    with contextlib.suppress(OSError):  # it may be cut off in the middle
        said = phone.post(f"{phone.me}/answer", form, script=True)
        assert said.said["saved"] is False
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(b"GET /p/ HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(100) == b""
    assert phone.answer("0")["saved"]


def test_an_endless_head_is_cut_off(served: tuple[Server, Store]) -> None:
    server, _ = served
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        # A whole request first: each head of a line is counted by itself.
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40_000 + b"\r\n\r\n")
        assert line.recv(10_000).startswith(b"HTTP/1.1 200")
        with contextlib.suppress(OSError):
            line.sendall(b"GET /p/ HTTP/1.1\r\nHost: x\r\nX: ")
            while sent < 50_000_000:
                line.sendall(b"y" * 100_000)
                sent += 100_000
    assert sent < 50_000_000
    assert Phone(server.port).get("/p/").status == 200


def test_who_hangs_up_in_a_form_is_no_error(served: tuple[Server, Store]) -> None:
    server, store = served
    phone = Phone(server.port).join(Host(store, QUESTIONS).room.room.code)
    head = f"POST {phone.me}/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nanswer="
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head.encode())
        time.sleep(0.3)
    said = 'lab_requests_total{route="/p/me/{token}/answer",status="400"}'
    eventually(lambda: said in phone.get("/metrics").text)
    assert 'status="500"' not in phone.get("/metrics").text
    assert "ClientDisconnect" not in server.log.read_text()


def test_forms_of_other_sites_are_refused(served: tuple[Server, Store]) -> None:
    server, store = served
    code = Host(store, QUESTIONS).room.room.code
    phone = Phone(server.port)
    for where, status in (("cross-site", 403), ("same-origin", 303), ("none", 303)):
        headers = {"Sec-Fetch-Site": where, "Content-Type": "application/x-www-form-urlencoded"}
        reply = phone.send("POST", f"/p/{code}", b"name=", headers)
        assert reply.status == status
        assert bool(reply.header("set-cookie")) is (status == 303)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(served: tuple[Server, Store], method: str) -> None:
    server, store = served
    phone = Phone(server.port).join(Host(store, QUESTIONS).room.room.code)
    for path in ("/p/", phone.me, f"{phone.me}/answer", f"{phone.me}/events"):
        assert phone.send(method, path).status in (404, 405)


def test_pages_allow_nothing_but_their_own_files(served: tuple[Server, Store]) -> None:
    server, store = served
    host = Host(store, QUESTIONS)
    phone = Phone(server.port).join(host.room.room.code)
    for path in ("/p/", f"/p/{host.room.room.code}", phone.me, f"{phone.me}/view"):
        reply = phone.get(path)
        policy = reply.header("content-security-policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.header("cache-control") == "no-store"
        assert reply.header("referrer-policy") == "no-referrer"
        assert reply.header("x-content-type-options") == "nosniff"
        assert " style=" not in reply.text and "onclick" not in reply.text
        for address in re.findall(r'(?:src|href)="([^"]*)"', reply.text):
            assert address.startswith("/p")
    joined = phone.post(f"/p/{host.room.room.code}", {"name": ""})
    cookie = joined.header("set-cookie").lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/p" in cookie


def test_files_of_the_page_are_kept_for_good(served: tuple[Server, Store]) -> None:
    phone = Phone(served[0].port)
    for address in re.findall(r'href="(/p/static/[^"]*)"', phone.get("/p/").text):
        reply = phone.get(address)
        assert reply.status == 200 and "immutable" in reply.header("cache-control")
        packed = phone.get(address, **{"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.body) == reply.body


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def secrets(item: Item) -> set[str]:
    """Beginnings of the feedback and the explanation, as typed and as shown."""
    examples = KINDS[item.kind].examples(item.body)
    said = [item.explanation, *(wrong.feedback for wrong in examples.wrong)]
    said += [grade(item, right).feedback for right in examples.right]
    both = [text for one in said if len(one) > 15 for text in (one, words(paragraphs(one)))]
    return {text[:40] for text in both}


def test_a_whole_room_gets_no_key_before_the_reveal_and_never_another_players_answer(
    tmp_path: Path,
) -> None:
    bank = load_bank()
    kinds = sorted({item.kind for item in bank.values()} - {"poll"})
    ids = [next(id for id, item in bank.items() if item.kind == kind) for kind in kinds]
    ids += [id for id, item in bank.items() if item.picture is not None][:3]
    questions = [Asked(id, 5) for id in ids]
    address = f"sqlite:///{tmp_path / 'room.sqlite3'}"
    store = open_store(address)
    with serving(address, tmp_path) as server:
        host = Host(store, questions)
        watcher, other = (Phone(server.port).join(host.room.room.code) for _ in range(2))
        ear = Ear(watcher)
        ear.wait_for("hello")
        told: list[str] = []
        for place, asked in enumerate(questions):
            item = arrange(bank[asked.item_id], asked.seed)
            told += secrets(item)
            after = len(ear.events)
            host.click("next" if place else "start")
            show = ear.wait_for("show", 30, after)
            pages = show["html"].replace("TOKEN-OF-THIS-PLAYER", watcher.token)
            pages += watcher.get(watcher.me).text
            for picture in set(re.findall(r'(?:src|srcset)="([^"]*\.svg)"', pages)):
                if "/picture/" in picture:
                    reply = watcher.get(picture)
                    assert reply.status == 200 and reply.text.startswith("<svg")
            right = KINDS[item.kind].examples(item.body).right[0]
            answer: Any = right if isinstance(right, list | str) else str(right)
            if item.kind == "order":
                answer = {f"place-{entry}": at + 1 for at, entry in enumerate(right)}
            assert other.answer(answer, place)["saved"], (item.id, right)
            # Somebody answers wrongly, malformed, late, and to what is not asked yet.
            watcher.answer("nonsense", place)
            watcher.answer("0", place + 1)
            host.click("close")
            eventually(lambda: "<h1>Closed</h1>" in watcher.see())
            watcher.answer("0", place)
            watcher.post(f"{watcher.me}/answer", {"position": place, "round": 1, "answer": "0"})
            heard = b"\n".join([*watcher.heard, bytes(ear.raw)]).decode("utf-8", "replace")
            plain = words(heard) + heard + words(heard.replace("\\n", " ").replace('\\"', '"'))
            mine = secrets(item)
            assert mine and not [secret for secret in mine if secret in plain], item.id
            for answers in (other.token, asked.item_id):
                assert answers not in heard
            # What the reveal of this question says is not a secret of the next one.
            host.click("reveal")
            eventually(lambda: 'class="count"' in watcher.see())
            watcher.heard.clear()
            ear.raw.clear()
        assert told
        ear.close()
    store.close()


def test_the_log_holds_no_secrets(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'room.sqlite3'}"
    store = open_store(address)
    with serving(address, tmp_path) as server:
        host = Host(store, QUESTIONS)
        phone = Phone(server.port).join(host.room.room.code, "Rumpelstiltskin")
        host.click("start")
        ear = Ear(phone)
        ear.wait_for("hello")
        eventually(lambda: phone.answer("1")["saved"])
        with store.writing() as connection:
            connection.exec_driver_sql("DROP TABLE votes")
        said = phone.answer("2")
        assert said["saved"] is False and "Nothing was" in said["words"]
        assert "votes" not in said["words"] and "SELECT" not in said["words"]
        phone.get(phone.me)
        ear.close()
        server.stop()
        log = server.log.read_text()
    for secret in (phone.token, host.room.host_secret, "Rumpelstiltskin", host.room.room.code):
        assert secret not in log
    assert "Traceback" not in log
    store.close()
