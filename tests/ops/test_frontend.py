"""Streamlit's own files from memory: the same bytes, packed once, nothing else answered."""

import asyncio
import gzip
import http.client
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pages._server.frontend import FOLDER, Frontend
from tests.ops.processes import App, number, serving

ELSEWHERE = 418
SCRIPT = b"const packed = 'packed packed packed packed packed packed';\n" * 20


class Asked:
    """Frontend before an application that is told of everything it does not answer."""

    def __init__(self, folder: Path) -> None:
        self.passed: list[str] = []
        self.frontend = Frontend(self._elsewhere, folder, patience=0.0)

    async def _elsewhere(self, scope: Any, receive: Any, send: Any) -> None:
        self.passed.append(f"{scope.get('method', scope['type'])} {scope.get('path', '')}")
        await send({"type": "http.response.start", "status": ELSEWHERE, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def get(
        self, path: str, method: str = "GET", accepts: str = "gzip, br"
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = [(b"accept-encoding", accepts.encode())] if accepts else []
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request"}

        await self.frontend(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(part["body"] for part in sent[1:])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A frontend of three files, and one beside it that is nobody's business."""
    for name, content in {
        "static/js/index.AbCd1234.js": SCRIPT,
        "static/css/index.AbCd1234.css": b"p { color: red }",
        "static/media/font.AbCd1234.woff2": b"\x00\x01" * 400,
        "secrets.toml": b"password",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path / "static"


def test_a_file_is_packed_once_and_sent_to_each_as_it_can_be_read(folder: Path) -> None:
    async def look() -> None:
        asked = Asked(folder)
        path = "/static/js/index.AbCd1234.js"
        status, headers, body = await asked.get(path)
        assert (status, body) == (200, SCRIPT)
        assert headers["content-type"].startswith("text/javascript")
        assert headers["cache-control"] == "public, immutable, max-age=31536000"
        assert "content-encoding" not in headers
        # No proxy keeps it for others before it is packed.
        assert headers["x-accel-expires"] == "0" and headers["vary"] == "Accept-Encoding"
        # From memory from now on, whatever becomes of the disk.
        (folder / "js" / "index.AbCd1234.js").unlink()
        for _ in range(200):
            await asyncio.sleep(0.005)
            _, headers, body = await asked.get(path)
            if "content-encoding" in headers:
                break
        assert headers["content-encoding"] == "gzip" and headers["vary"] == "Accept-Encoding"
        assert "x-accel-expires" not in headers
        assert len(body) < len(SCRIPT) / 4 and gzip.decompress(body) == SCRIPT
        for words in ("", "br", "identity", "gzip;q=0, identity", "gzip; q=0.0", "*;q=0"):
            _, headers, body = await asked.get(path, accepts=words)
            assert "content-encoding" not in headers and body == SCRIPT
        for words in ("gzip", "GZIP", "br,gzip", "br, gzip;q=0.5", "deflate, gzip;q=1.0, *;q=0"):
            _, headers, _ = await asked.get(path, accepts=words)
            assert headers["content-encoding"] == "gzip"
        # What comes after a first packing is packed, too; what is packed already is not.
        await asked.get("/static/css/index.AbCd1234.css")
        await asked.get("/static/media/font.AbCd1234.woff2")
        await asyncio.sleep(0.2)
        _, headers, _ = await asked.get("/static/css/index.AbCd1234.css")
        assert headers["content-encoding"] == "gzip"
        _, headers, body = await asked.get("/static/media/font.AbCd1234.woff2")
        assert "content-encoding" not in headers and body == b"\x00\x01" * 400
        assert not asked.passed

    asyncio.run(look())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static",
        "/static/",
        "/static/js",
        "/static/js/",
        "/static/../secrets.toml",
        "/static/js/../../secrets.toml",
        "/static//js/index.AbCd1234.js",
        "/static/js/index.AbCd1234.js/",
        "/static/js/INDEX.ABCD1234.JS",
        "/static/js/none.js",
        "/secrets.toml",
        "\x00",
        "/static/" + "a" * 10_000,
    ],
)
def test_everything_else_goes_on_to_the_application(folder: Path, path: str) -> None:
    asked = Asked(folder)
    status, _, body = asyncio.run(asked.get(path))
    assert (status, body, asked.passed) == (ELSEWHERE, b"", [f"GET {path}"])


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_getting_is_answered(folder: Path, method: str) -> None:
    asked = Asked(folder)
    status, _, _ = asyncio.run(asked.get("/static/js/index.AbCd1234.js", method))
    assert status == ELSEWHERE


def test_the_app_says_of_its_files_what_streamlit_says(address: str, tmp_path: Path) -> None:
    """Every file as on the disk; Streamlit still answers HEAD, with the same headers."""
    with serving(App, address, tmp_path) as server:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        names = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*")]
        assert len(names) > 100
        for name in names:
            line.request("GET", f"/static/{name}")
            answer = line.getresponse()
            assert answer.read() == (FOLDER / name).read_bytes()
            ours = dict(answer.getheaders())
            line.request("HEAD", f"/static/{name}")
            theirs = line.getresponse()
            theirs.read()
            assert answer.status == theirs.status == 200
            for header in ("cache-control", "content-type", "content-length"):
                assert ours[header] == theirs.headers[header]
        line.close()
        assert number(server.port, 'lab_requests_total{route="/static",status="200"}') == len(names)
