"""What goes with every page, and its files: in memory, with names that follow their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pages._server.packing import packed

HERE = Path(__file__).parent
FILES = {
    "css": (HERE / "static" / "phone.css", "text/css"),
    "js": (HERE / "static" / "phone.js", "text/javascript"),
    "svg": (HERE.parents[1] / "_ui" / "icon.svg", "image/svg+xml"),
}
# With every page: nothing in it may load, lead or be framed anywhere else, or be kept.
SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
FOR_GOOD = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    name: str
    media_type: str
    plain: bytes
    small: bytes


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Asset]:
    """All files, by their kinds."""
    made = {}
    for kind, (path, media_type) in FILES.items():
        content = path.read_bytes()
        name = f"phone-{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
        made[kind] = Asset(name, media_type, content, gzip.compress(content, 9, mtime=0))
    return made


async def asset(request: Request) -> Response:
    """Send a file of ours; there are no others."""
    name = request.path_params["name"]
    for one in assets().values():
        if one.name == name:
            return packed(request, one.plain, one.small, one.media_type, FOR_GOOD)
    return PlainTextResponse("There is no such file.", 404)
