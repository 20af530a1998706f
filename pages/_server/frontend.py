"""Streamlit's own files, some 140 for a visitor's first page, kept in memory and packed.

Streamlit reads each anew from the disk for each visitor and sends it plain: a class that opens a
page at once would wait several times as long for them, and its network carry four times as much.
"""

import asyncio
import gzip
import mimetypes
from functools import partial
from pathlib import Path
from typing import Any

import streamlit
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from pages._server.packing import packed

FOLDER = Path(streamlit.__file__).parent / "static" / "static"
WHERE = "/static"
# The names follow the content, as Streamlit's own server says too.
HEADERS = {"Cache-Control": "public, immutable, max-age=31536000"}
# What is not packed yet may be kept by its reader, not by a proxy (nginx) that serves others.
NOT_YET = HEADERS | {"Vary": "Accept-Encoding", "X-Accel-Expires": "0"}
# For whoever counts requests.
ROUTE = Mount(WHERE, routes=[])
# Packed already.
LEAVE = frozenset({".woff2", ".png", ".gif"})
LEVEL = 6
# Packing takes half a second of a core: time in which the first visitor's page is drawn instead.
PATIENCE = 5.0


class Frontend:
    """Answers for the files of Streamlit's frontend; everything else goes on to the application.

    Parameters
    ----------
    folder : where the files are.
    patience : seconds from a file's first use to its packing.
    """

    def __init__(self, app: Any, folder: Path = FOLDER, patience: float = PATIENCE) -> None:
        self._app = app
        # Only what is there now has an address: no path of a request is looked up on the disk.
        self._paths = {
            f"{WHERE}/{path.relative_to(folder).as_posix()}": path
            for path in folder.rglob("*")
            if path.is_file()
        }
        self._plain: dict[str, bytes] = {}
        self._small: dict[str, bytes] = {}
        self._patience = patience
        self._packing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request."""
        name = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or name not in self._paths:
            await self._app(scope, receive, send)
            return
        scope["route"] = ROUTE
        response = await self._answer(name, Request(scope))
        await response(scope, receive, send)

    async def _answer(self, name: str, request: Request) -> Response:
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if name in self._small:
            return packed(request, None, self._small[name], media_type, HEADERS)
        if name not in self._plain:
            self._plain[name] = await to_thread.run_sync(self._paths[name].read_bytes)
            if self._packing is None or self._packing.done():
                self._packing = asyncio.create_task(self._pack_later())
        headers = HEADERS if self._is_packed(name) else NOT_YET
        return Response(self._plain[name], media_type=media_type, headers=headers)

    def _is_packed(self, name: str) -> bool:
        """Whether a file is as small as it gets."""
        return name in self._small or Path(name).suffix in LEAVE

    async def _pack_later(self) -> None:
        await asyncio.sleep(self._patience)
        while name := next((n for n in self._plain if not self._is_packed(n)), ""):
            plain = self._plain[name]
            # The same bytes in each process: a proxy may ask one for what another has told of.
            pack = partial(gzip.compress, plain, LEVEL, mtime=0)
            self._small[name] = await to_thread.run_sync(pack)
            del self._plain[name]
