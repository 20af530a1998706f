"""What phones send: forms, read without trust."""

import asyncio
import re
from urllib.parse import parse_qs

from starlette.requests import Request

MAX_BODY = 20_000
MAX_FIELDS = 100
PATIENCE = 20.0  # seconds, for a form to arrive
NONE = -99
Fields = dict[str, list[str]]


def number(fields: Fields, name: str) -> int:
    """Return a small whole number of a form; `NONE` for what is none."""
    text = fields.get(name, [""])[0]
    return int(text) if re.fullmatch(r"-?[0-9]{1,5}", text) else NONE


async def read_form(request: Request) -> Fields:
    """Return the fields of a form; none where it is too large, or too slow, to be from here."""
    body = b""
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY:
                    return {}
    except TimeoutError:
        return {}
    try:
        return parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS
        )
    except ValueError:  # more fields than any form of ours has
        return {}


def address(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else ""
