"""What a browser is sent, and what of an item must not be in it before the answer."""

from playwright.sync_api import Page, Response, WebSocket

from quizzes import Item


class Traffic:
    """Everything a page receives."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes] = []
        self.responses: list[Response] = []
        page.on("websocket", self._listen)
        page.on("response", lambda response: self.responses.append(response))

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self.frames.append(_bytes(data)))

    def all(self) -> bytes:
        bodies = [r.body() for r in self.responses if r.status == 200]
        return b"\n".join([*self.frames, *bodies])


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def secrets_of(item: Item) -> list[bytes]:
    """What must stay on the server: explanation, feedback and reasons."""
    body = item.body
    parts = [item.explanation, getattr(body, "right", ""), getattr(body, "wrong", "")]
    parts += [near.feedback for near in getattr(body, "near", ())]
    parts += [choice.feedback for choice in getattr(body, "choices", ())]
    return [part.strip()[:60].encode() for part in parts if part and part is not True]
