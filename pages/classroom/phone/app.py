"""The phone's routes: join by a code, see what the room shows, answer, come back.

Everything works by plain pages and forms; the script saves reloading them.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from anyio import to_thread
from markupsafe import Markup
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from pages._server.packing import packed
from pages.classroom.phone import views
from pages.classroom.phone.answers import GONE, LATE, LEFT, read_ballots, saved_words, words_of
from pages.classroom.phone.batches import Busy
from pages.classroom.phone.files import SAFE, asset
from pages.classroom.phone.forms import address, read_form
from pages.classroom.phone.hall import moment, stamp
from pages.classroom.phone.parts import Opening, Parts
from pages.classroom.phone.pictures import SCHEMES, Drawer, NoPicture
from quizzes.classroom.errors import RoomError
from quizzes.classroom.names import alias, read_code, read_name
from quizzes.classroom.room import on_time
from quizzes.errors import ItemError
from quizzes.markdown import paragraphs
from quizzes.pictures import has_picture
from quizzes.store import (
    LOCKED,
    Kept,
    Player,
    Store,
    StoreError,
    TooManyGuesses,
    Unavailable,
    find_room,
)

COOKIE = "player"
MAX_KNOWN = 10_000
DAY = 86_400
BUSY = "Very many are sending just now. Please try again."
Handler = Callable[[Request], Awaitable[Response]]


class Phone:
    """The phone application of one process.

    Parameters
    ----------
    open_store : called at the first request, in a thread.
    root : where the application is mounted, "/p".
    most_joins : from one address in a minute.
    clock : seconds since 1970; the server's decides what is late.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        root: str,
        most_joins: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.root = root
        self.clock = clock
        self.opening = Opening(open_store, self._shared_view, self.draw_soon, clock, most_joins)
        self._drawer = Drawer()
        self._drawing: set[asyncio.Task[None]] = set()
        # Rooms by id, with the question whose pictures are drawn.
        self._drawn: OrderedDict[int, int] = OrderedDict()
        # Rooms whose code has been right from an address: no wrong ones shut them out again.
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def parts(self) -> Parts:
        """What the routes share.

        Raises
        ------
        StoreError : the store cannot be opened; the next request tries again.
        """
        return await self.opening.parts()

    def _shared_view(self, kept: Kept, now: float) -> str | None:
        return views.shared_view(kept, now, self.root)

    def draw_soon(self, kept: Kept) -> None:
        """Draw what a room shows now and next, before a whole class asks for it."""

        if self._drawn.get(kept.id) == kept.room.position:
            return
        self._drawn[kept.id] = kept.room.position
        while len(self._drawn) > MAX_KNOWN:
            self._drawn.popitem(last=False)

        async def draw() -> None:
            first = max(kept.room.position, 0)
            for asked in kept.room.questions[first : first + 2]:
                with suppress(ItemError, NoPicture):
                    item = await to_thread.run_sync(views.item_of, kept, asked)
                    for scheme in SCHEMES if has_picture(item) else ():
                        await self._drawer.svg(item, scheme)

        task = asyncio.create_task(draw())
        self._drawing.add(task)
        task.add_done_callback(self._drawing.discard)

    def page(self, template: str, /, status: int = 200, **values: object) -> HTMLResponse:
        """A page that is nobody else's."""
        return HTMLResponse(views.page(template, self.root, **values), status, headers=SAFE)

    # --- joining ---------------------------------------------------------------------------

    async def door(self, request: Request) -> Response:
        """Type a code; with a code in a form, go to that room."""
        if request.method != "POST":
            return self._door()
        typed = (await read_form(request)).get("code", [""])[0]
        try:
            code = read_code(typed)
        except RoomError as problem:
            return self._door(400, typed, problem)
        return RedirectResponse(f"{self.root}/{code}", 303, headers=SAFE)

    def _door(self, status: int = 200, typed: str = "", problem: object = "") -> Response:
        return self.page(
            "door.html", status, title="Join a room", code=typed[:40], problem=str(problem)
        )

    async def _find(self, request: Request, parts: Parts) -> Kept:
        """Return the room of a code.

        A right code is remembered for the address it came from: a class shares one address, and
        whoever guesses codes there must not keep the others out of their room.
        """
        code = read_code(request.path_params["code"])
        here = address(request)
        known = self._known.get((here, code))
        if known is not None:
            with suppress(StoreError):
                kept = await parts.hall.kept(known)
                if kept.room.code == code and kept.ended_at is None:
                    return kept
        now = moment(self.clock())
        kept = await to_thread.run_sync(find_room, parts.store, code, here, now)
        self._known[here, code] = kept.id
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return kept

    async def name(self, request: Request) -> Response:
        """Choose a name; a form joins the room."""
        parts = await self.parts()
        try:
            kept = await self._find(request, parts)
            if request.method == "POST":
                parts.joins.count(address(request))
        except TooManyGuesses as problem:
            response = self._door(429, "", problem)
            response.headers["Retry-After"] = str(problem.seconds)
            return response
        except RoomError as problem:
            return self._door(404, request.path_params["code"], problem)
        back, back_name = await self._been_here(request, parts, kept)
        values = {"title": kept.room.title, "room": kept.room, "back": back, "back_name": back_name}
        if kept.room.locked and request.method != "POST":
            return self.page("name.html", name="", problem=" ".join(LOCKED), **values)
        if request.method != "POST":
            return self.page("name.html", name=alias(()), problem="", **values)
        wanted = read_name((await read_form(request)).get("name", [""])[0])
        try:
            seat = await parts.joins.do((kept.id, wanted))
        except Busy:
            return self.page("name.html", 503, name=wanted, problem=BUSY, **values)
        if isinstance(seat, StoreError):
            return self.page("name.html", 409, name=wanted, problem=str(seat), **values)
        parts.players.remember(seat.token, seat.player, kept.id)
        response = RedirectResponse(f"{self.root}/me/{seat.token}", 303, headers=SAFE)
        is_secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, seat.token, DAY, path=self.root, secure=is_secure, httponly=True, samesite="lax"
        )
        return response

    async def _been_here(self, request: Request, parts: Parts, kept: Kept) -> tuple[str, str]:
        """The address and the name of the player this browser already is in this room."""
        token = request.cookies.get(COOKIE, "")
        if token:
            with suppress(StoreError):
                player, theirs = await parts.players.here(token)
                if theirs.id == kept.id and not player.removed:
                    return f"{self.root}/me/{token}", player.name
        return "", ""

    # --- playing ---------------------------------------------------------------------------

    async def _view(
        self, parts: Parts, token: str, player: Player, kept: Kept, problem: str = ""
    ) -> str:
        """What this player's phone shows now."""
        now = self.clock()
        if player.removed:
            return views.removed(self.root)
        room = on_time(kept.room, now)
        ballots = () if room.stage == "lobby" else await parts.players.ballots(player)
        mine = views.mine(token, room, ballots)
        if views.is_slow(room, kept):
            return await to_thread.run_sync(views.view, kept, now, self.root, mine, problem)
        return views.view(kept, now, self.root, mine, problem)

    async def me(self, request: Request) -> Response:
        """A player's whole page."""
        return await self._whole(request.path_params["token"])

    async def _whole(self, token: str, problem: str = "", status: int = 200) -> Response:
        parts = await self.parts()
        player, kept = await parts.players.here(token)
        if problem:  # what was refused may tell of a click that this process has not heard of
            kept = await parts.hall.fresh(kept.id)
        view = await self._view(parts, token, player, kept, problem)
        room = on_time(kept.room, self.clock())
        return self.page(
            "me.html",
            status,
            title=kept.room.title,
            script=True,
            token=token,
            player=player,
            version=stamp(kept.room, self.clock()),
            view=Markup(view),
            waits=not player.removed and views.waits(room),
        )

    async def view(self, request: Request) -> Response:
        """The part of the page that changes."""
        parts, token = await self.parts(), request.path_params["token"]
        player, kept = await parts.players.here(token, request.query_params.get("at", ""))
        version = stamp(kept.room, self.clock())
        view = await self._view(parts, token, player, kept)
        return HTMLResponse(view, headers=SAFE | {"X-Version": version})

    async def events(self, request: Request) -> Response:
        """News from the room, as server-sent events."""
        parts = await self.parts()
        player, kept = await parts.players.here(request.path_params["token"])
        if player.removed or request.method == "HEAD":
            return Response(status_code=204)  # tells the phone not to come back
        if parts.hall.is_leaving:
            return PlainTextResponse("Stopping.", 503, headers=SAFE)
        self.draw_soon(kept)
        # Proxies must not collect what is meant for now.
        headers = SAFE | {"X-Accel-Buffering": "no"}
        news = parts.hall.listen(kept.id)
        return StreamingResponse(news, media_type="text/event-stream", headers=headers)

    async def answer(self, request: Request) -> Response:
        """Take an answer: acknowledged when it is on disk, once however often it is sent."""
        token = request.path_params["token"]
        by_script = request.headers.get("x-phone") == "1"
        try:
            saved, words, reload = await self._take(request, token)
        except (Unavailable, Busy) as trouble:
            words = BUSY if isinstance(trouble, Busy) else str(trouble)
            if not by_script:
                return self._trouble(words)
            return self._said(503, saved=False, words=words, reload=False, again=True)
        if by_script:
            return self._said(200, saved=saved, words=words, reload=reload, again=False)
        if saved:
            return RedirectResponse(f"{self.root}/me/{token}", 303, headers=SAFE)
        return await self._whole(token, words, 409)

    def _said(self, status: int, *, words: str, **more: bool) -> Response:
        """What the script is told: the words as Markdown, and as the page shows them."""
        told = {**more, "words": words, "html": paragraphs(words)}
        return JSONResponse(told, status, headers=SAFE)

    async def _take(self, request: Request, token: str) -> tuple[bool, str, bool]:
        """Whether an answer is saved; what to tell; whether to look at the room again."""
        parts = await self.parts()
        player, kept = await parts.players.here(token)
        if player.removed:
            return False, LEFT, True
        fields = await read_form(request)
        ballots, problem = await read_ballots(
            player, kept, fields, self.clock(), parts.hall, parts.players
        )
        if problem:
            return False, problem, problem in (LATE, GONE)
        outcomes = await asyncio.gather(*(parts.answers.do(ballot) for ballot in ballots))
        problem = words_of(outcomes)
        return not problem, problem or saved_words(ballots), bool(problem)

    async def picture(self, request: Request) -> Response:
        """A picture of a question that the room has opened."""
        parts = await self.parts()
        _, kept = await parts.players.here(request.path_params["token"])
        scheme, place = request.path_params["scheme"], request.path_params["position"]
        questions = kept.room.questions
        try:
            if scheme not in SCHEMES or not (place < len(questions) and questions[place].round):
                raise NoPicture
            item = views.known_item(kept, questions[place])
            item = item or await to_thread.run_sync(views.item_of, kept, questions[place])
            if not has_picture(item):
                raise NoPicture
            made = await self._drawer.svg(item, scheme)
        except (NoPicture, ItemError):
            return PlainTextResponse("There is no such picture.", 404, headers=SAFE)
        headers = SAFE | {
            "Cache-Control": "private, max-age=3600",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        }
        return packed(request, None, made, "image/svg+xml", headers)

    # --- addresses -------------------------------------------------------------------------

    def _trouble(self, words: str) -> Response:
        response = self.page("trouble.html", 503, title="One moment", problem=words)
        response.headers["Retry-After"] = "2"
        return response

    def _told(self, handler: Handler, *, is_page: bool = True) -> Handler:
        """Say in words what a handler could not do, on a page or to the script."""

        async def told(request: Request) -> Response:
            if request.method == "POST" and request.headers.get("sec-fetch-site") == "cross-site":
                return PlainTextResponse("This form is not from here.", 403, headers=SAFE)
            try:
                return await handler(request)
            except ClientDisconnect:  # nobody is there to be told
                return Response(status_code=400)
            except (Unavailable, Busy) as trouble:
                words = BUSY if isinstance(trouble, Busy) else str(trouble)
                if is_page:
                    return self._trouble(words)
                return PlainTextResponse(words, 503, headers=SAFE)
            except StoreError as problem:
                if is_page:
                    return self._door(404, "", problem)
                return PlainTextResponse(str(problem), 404, headers=SAFE)

        return told

    def routes(self) -> list[Any]:
        """All addresses, below `root`."""
        script = {"is_page": False}
        return [
            Route("/", self._told(self.door), methods=["GET", "POST"]),
            Route("/static/{name}", asset),
            Route("/me/{token}", self._told(self.me)),
            Route("/me/{token}/view", self._told(self.view, **script)),
            Route("/me/{token}/events", self._told(self.events, **script)),
            Route("/me/{token}/answer", self._told(self.answer), methods=["POST"]),
            Route(
                "/me/{token}/picture/{position:int}/{scheme}.svg",
                self._told(self.picture, **script),
            ),
            Route("/{code}", self._told(self.name), methods=["GET", "POST"]),
        ]
