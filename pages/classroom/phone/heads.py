"""Hang up on who sends a longer head than any browser: the parser would keep all of it."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024  # bytes; browsers send one or two thousand


class ShortHeads(HttpToolsProtocol):
    """uvicorn's parser of requests, with an end to their heads."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Bytes of a head that has begun and is not complete.
        self._head = 0
        self._in_head = False

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head, self._in_head = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """What comes now is a body, which is counted where it is read."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Some of a request has come."""
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > MAX_HEAD:
                cast(asyncio.Transport, self.transport).abort()
