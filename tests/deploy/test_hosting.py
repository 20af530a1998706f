"""The whole site of deploy/: PostgreSQL, four processes with the image's files, and nginx."""

import gzip
import http.client
import json
import re
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from pages._server.frontend import LEVEL
from quizzes.classroom.room import Asked
from quizzes.store import Store, open_store
from tests.bank.one_by_one import ballots_of_player, player_of
from tests.browser.running_app import launch, wait_until_calm
from tests.deploy.site import Site, running_site
from tests.deploy.visitor import Visitor, ask, get
from tests.phone.classroom import Ear, Host, Phone, eventually

QUESTIONS = (Asked("tails/what-p-counts", 1), Asked("syntax/two-bars", 3))
APPS, PHONES = ("app1", "app2"), ("phone1", "phone2")
NEWS = ("show", "fetch")
# As many wrong codes as the site's MAX_WRONG_CODES.
REFUSED_AFTER_TEN = [404] * 10 + [429] * 2


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all tests of this file; who stops something starts it again."""
    with running_site() as site:
        yield site


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """The site's store, for a host's clicks."""
    store = open_store(site.address)
    yield store
    store.close()


def handled(site: Site, path: str) -> list[str]:
    """The services that nginx asked for a path, in order, once each request is over."""
    names = {f"127.0.0.1:{port}": name for name, port in site.ports.items()}
    lines = [json.loads(line) for line in site.requests()]
    return [names[line["upstream"].split(", ")[-1]] for line in lines if line["path"] == path]


def seat(site: Site, visitor: Visitor) -> str:
    """The process that a visitor's websocket reaches."""
    before = len(handled(site, "/_stcore/stream"))
    with visitor.connect():
        pass
    eventually(lambda: len(handled(site, "/_stcore/stream")) > before)
    return handled(site, "/_stcore/stream")[-1]


def test_a_page_comes_through_nginx_by_websocket(site: Site) -> None:
    visitor = Visitor(site.port).load("/tails")
    assert "You know the truth here" in visitor.look("tails")


def test_a_browser_draws_the_page_under_nginx_headers(site: Site) -> None:
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.goto(f"http://localhost:{site.port}/tails")
        wait_until_calm(page, 60_000)
        assert page.locator('[data-testid="stVegaLiteChart"] svg').count() > 0
        browser.close()
    assert [line for line in said if "Content Security" in line or "frame" in line] == []


def test_visitors_of_one_address_spread_and_each_stays(site: Site) -> None:
    visitors = [Visitor(site.port).load() for _ in range(12)]
    seats = [seat(site, visitor) for visitor in visitors]
    assert set(seats) == set(APPS)
    assert [seat(site, visitor) for visitor in visitors] == seats


def test_nginx_keeps_files_packed_and_plain_but_no_page(site: Site) -> None:
    page = Visitor(site.port).load().page
    found = re.search(r'src="\.?(/static/js/[^"]+)"', page)
    assert found is not None
    path = found[1] + "?kept"
    # A process packs a file some seconds after its first use; from then on nginx keeps it.
    eventually(lambda: get(site.port, path, Accept_Encoding="br, gzip").headers["X-Cache"] == "HIT")
    kept = [get(site.port, path, Accept_Encoding=words) for words in ("gzip, br", "gzip", "", "")]
    assert [one.headers["X-Cache"] for one in kept][1::2] == ["HIT", "HIT"]
    assert [one.headers["Content-Encoding"] for one in kept] == ["gzip", "gzip", None, None]
    assert kept[0].body == kept[1].body and kept[2].body == kept[3].body
    # As the process packed it: nginx packs in haste.
    assert kept[0].body == gzip.compress(kept[2].body, LEVEL, mtime=0)
    pages = [get(site.port, "/"), get(site.port, "/static/js/none.js"), get(site.port, "/p/")]
    pages.append(get(site.port, "/static/js/none.js"))
    assert all(one.headers["X-Cache"] != "HIT" for one in pages)
    style = re.search(r'href="(/p/static/[^"]+css)"', pages[2].body.decode())
    assert style is not None
    assert [get(site.port, style[1]).headers["X-Cache"] for _ in range(2)][1] == "HIT"


def test_news_reach_a_phone_at_once(site: Site, store: Store) -> None:
    host = Host(store, QUESTIONS)
    ears = [Ear(Phone(site.port).join(host.room.room.code)) for _ in range(6)]
    for ear in ears:
        ear.wait_for("hello", 5)
    host.click("start")
    for ear in ears:
        # A click is looked for four times a second; a buffer would keep it until the next beat.
        assert "form" in ear.wait_for("show", 5)["html"]
        ear.close()


def test_metrics_are_for_the_host_only(site: Site) -> None:
    for path in ("/metrics", "/metrics/", "/p/metrics", "/_stcore/metrics", "/%6detrics"):
        assert get(site.port, path).status == 403, path
    for port in site.ports.values():
        assert b"# TYPE lab_" in get(port, "/metrics").body
    assert get(site.port, "/healthz").body == b"ok"
    assert get(site.port, "/readyz").body == b"ready"


def codes(store: Store) -> tuple[str, str]:
    """The code of a new room, and one that is nobody's."""
    code = Host(store, QUESTIONS).room.room.code
    return code, code[1:] + code[0] if len(set(code)) > 1 else f"{code[:-1]}B"


def guess(port: int, code: str, source: str, **more: str) -> int:
    """Ask for a room's page from an address of this machine."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    line.request("GET", f"/p/{code}", headers={n.replace("_", "-"): v for n, v in more.items()})
    status = line.getresponse().status
    line.close()
    return status


def test_limits_see_the_visitors_own_address(site: Site, store: Store) -> None:
    code, wrong = codes(store)
    statuses = [guess(site.port, wrong, "127.0.0.7") for _ in range(12)]
    assert statuses == REFUSED_AFTER_TEN
    # Nobody gets rid of the limit by naming another address, and nobody else is under it.
    assert guess(site.port, wrong, "127.0.0.7", X_Forwarded_For="198.51.100.9") == 429
    assert guess(site.port, wrong, "127.0.0.8") == 404
    assert guess(site.port, code, "127.0.0.8") == 200


@pytest.mark.parametrize("service", [APPS[0], PHONES[0]])
def test_processes_believe_nginx_and_nobody_else(site: Site, store: Store, service: str) -> None:
    _, wrong = codes(store)
    port, number = site.ports[service], site.ports[service] % 250
    told = [
        guess(port, wrong, "127.0.0.1", X_Forwarded_For=f"198.51.100.{number}") for _ in range(12)
    ]
    assert told == REFUSED_AFTER_TEN
    assert guess(port, wrong, "127.0.0.1", X_Forwarded_For="198.51.100.251") == 404
    # From an address that is not nginx's, the same word counts for nothing.
    source = f"127.0.1.{number}"
    told = [guess(port, wrong, source, X_Forwarded_For=f"203.0.113.{i}") for i in range(12)]
    assert told == REFUSED_AFTER_TEN


def test_with_encryption_cookies_are_secure_and_plain_requests_sent_over(site: Site) -> None:
    page = ask(site.tls_port, "/", secure=True)
    assert "; Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    sent = get(site.redirect_port, "/tails?side=one", Host="lab.example.org")
    assert sent.status == 301
    assert sent.headers["Location"] == "https://lab.example.org/tails?side=one"
    plain = get(site.port, "/")
    assert "Secure" not in plain.headers["Set-Cookie"]
    assert plain.headers["Strict-Transport-Security"] is None
    # Where another proxy does the encryption.
    outside = get(site.port, "/", X_Forwarded_Proto="https")
    assert "; Secure" in outside.headers["Set-Cookie"]


def test_a_certificate_can_be_asked_for_before_and_after_there_is_one(site: Site) -> None:
    for name, port in (("nginx", site.port), ("tls", site.redirect_port)):
        place = site.folder / name / "var/www/lab/.well-known/acme-challenge"
        place.mkdir(parents=True)
        (place / "token").write_text("proof")
        assert get(port, "/.well-known/acme-challenge/token").body == b"proof"


def test_headers_are_said_once(site: Site) -> None:
    for path in ("/", "/p/"):
        headers = get(site.port, path).headers
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
            assert len(headers.get_all(name, [])) == 1, (path, name)


def test_uploads_are_limited(site: Site) -> None:
    for path, size in (("/_stcore/upload_file/a/b", 22_100_000), ("/p/ABCDEF", 70_000)):
        line = http.client.HTTPConnection("localhost", site.port, timeout=30)
        line.putrequest("POST", path)
        line.putheader("Content-Length", str(size))
        line.endheaders()
        assert line.getresponse().status == 413
        line.close()


def test_a_phone_process_stops_in_an_open_question(site: Site, store: Store) -> None:
    host = Host(store, QUESTIONS)
    phones = [Phone(site.port).join(host.room.room.code) for _ in range(16)]
    host.click("start")
    ears = [Ear(phone) for phone in phones]
    for ear in ears:
        ear.wait_for("hello", 10)
    over = threading.Event()
    last: dict[int, str] = {}
    trouble: list[object] = []

    def send(place: int) -> None:
        number = 0
        while not over.is_set():
            answer, number = str((number + place) % 3), number + 1
            try:
                said = phones[place].answer(answer)
            except (OSError, http.client.HTTPException, json.JSONDecodeError) as problem:
                said = {"saved": False, "problem": repr(problem)}
            if not said["saved"]:
                trouble.append(said)
            last[place] = answer
            time.sleep(0.05)

    senders = [threading.Thread(target=send, args=(place,)) for place in range(len(phones))]
    for sender in senders:
        sender.start()
    eventually(lambda: len(last) == len(phones), 30)
    assert site.stop("phone1") < 15
    lost = eventually(lambda: [i for i, ear in enumerate(ears) if not ear.thread.is_alive()])
    assert 0 < len(lost) < len(ears)
    for place in lost:
        ears[place] = Ear(phones[place])
        ears[place].wait_for("hello", 10)
    time.sleep(0.5)
    over.set()
    for sender in senders:
        sender.join(60)
    # No phone had to send anything again: nginx did.
    assert trouble == []
    heard = [len(ear.events) for ear in ears]
    host.click("close")
    for place, ear in enumerate(ears):
        eventually(lambda ear=ear, n=heard[place]: {name for name, _ in ear.events[n:]} & {*NEWS})
        ear.close()
        player, _ = player_of(store, phones[place].token)
        (own,) = ballots_of_player(store, player.id)
        assert str(own.response) == last[place]
    site.start("phone1")
    site.wait("phone1")
    eventually(lambda: get(site.port, "/p/").status and handled(site, "/p/")[-1] == "phone1", 20)


def test_an_app_process_stops_and_all_do(site: Site) -> None:
    visitors = [Visitor(site.port).load() for _ in range(12)]
    theirs = next(visitor for visitor in visitors if seat(site, visitor) == "app1")
    assert site.stop("app1") < 15
    assert "You know the truth here" in theirs.look("tails")
    assert seat(site, theirs) == "app2"
    assert site.stop("app2") < 15
    away = get(site.port, "/tails")
    assert away.status == 503
    assert b"One moment" in away.body
    assert get(site.port, "/p/").status == 200
    for name in APPS:
        site.start(name)
    for name in APPS:
        site.wait(name)
    eventually(lambda: get(site.port, "/").status == 200, 20)
    assert seat(site, theirs) == "app1"


def test_logs_have_nobody_in_them(site: Site, store: Store) -> None:
    host = Host(store, QUESTIONS)
    phone = Phone(site.port).join(host.room.room.code)
    phone.see()
    get(site.port, f"/host?room={host.room.host_secret}")
    visitor = Visitor(site.port).load()
    secrets = [phone.token, host.room.room.code, host.room.host_secret, visitor.cookie[8:]]
    files = sorted(site.folder.rglob("*.log"))
    assert len(files) > 8
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        assert [secret for secret in [*secrets, "127.0.0.7"] if secret in text] == [], file.name
        assert "Traceback" not in text, text
