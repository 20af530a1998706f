"""Who is here, without an account: a secret that the visitor's browser keeps in a cookie."""

from datetime import UTC, date, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any

import streamlit as st

from quizzes.settings import settings
from quizzes.store import Store, is_secret, new_secret, open_store
from quizzes.turn import local_day

COOKIE = "learner"
TWO_YEARS = 2 * 365 * 24 * 3600
SESSION = "visitor.secret"
NOT_MODIFIED = 304


class Remember:
    """Gives each browser its secret with the first page it loads; scripts cannot read it.

    Streamlit hands the cookie back with the session's websocket, so a record survives closing
    the tab. The store keeps a hash of it, and that only after the first answer.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, adding the cookie to an HTML page for who has none."""
        if scope["type"] != "http" or scope["method"] != "GET" or _has_cookie(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Any) -> None:
            if message["type"] == "http.response.start" and _is_page(scope, message):
                headers = [(n, v) for n, v in message["headers"] if n.lower() != b"cache-control"]
                # What is one visitor's must not be kept for the next one.
                headers.append((b"cache-control", b"private, no-cache"))
                headers.append((b"set-cookie", _cookie(scope)))
                message = message | {"headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _is_page(scope: Any, message: Any) -> bool:
    """Whether an answer is a page, or says that the page in the browser's cache is still right."""
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    if message["status"] == NOT_MODIFIED:
        return "text/html" in _headers(scope, b"accept")
    return bool(kinds) and kinds[0].startswith(b"text/html")


def _headers(scope: Any, wanted: bytes) -> str:
    values = [value for name, value in scope["headers"] if name.lower() == wanted]
    return b"; ".join(values).decode("latin-1")


def _has_cookie(scope: Any) -> bool:
    try:
        kept = SimpleCookie(_headers(scope, b"cookie")).get(COOKIE)
    except CookieError:
        return False
    return kept is not None and is_secret(kept.value)


def _cookie(scope: Any) -> bytes:
    # Behind several proxies the first one's word stands first.
    outside = _headers(scope, b"x-forwarded-proto").partition(",")[0].strip().lower()
    is_safe = scope.get("scheme") == "https" or outside == "https"
    parts = [f"{COOKIE}={new_secret()}", "Path=/", f"Max-Age={TWO_YEARS}", "HttpOnly"]
    parts += ["SameSite=Lax", *(["Secure"] if is_safe else [])]
    return "; ".join(parts).encode()


def secret() -> str:
    """The visitor's secret; one for this session only where the browser keeps no cookies."""
    kept = str(st.context.cookies.get(COOKIE, ""))
    if is_secret(kept):
        return kept
    return str(st.session_state.setdefault(SESSION, new_secret()))


def is_remembered() -> bool:
    """Whether the browser keeps the secret when the tab is closed."""
    return is_secret(str(st.context.cookies.get(COOKIE, "")))


def address() -> str:
    """Where the visitor comes from, for counting attempts only; "" if unknown."""
    return st.context.ip_address or ""


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


def today() -> date:
    """The visitor's day."""
    return local_day(now(), st.context.timezone_offset)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The store of this process.

    Raises
    ------
    StoreError : it cannot be opened.
    """
    return open_store(settings().database_url, settings().limits)
