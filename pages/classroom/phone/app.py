"""The phone's routes: join by a code, see what the room shows, answer, come back.

Everything works by plain pages and forms; the script saves reloading them.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from anyio import to_thread
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pages.classroom.phone import views
from pages.classroom.phone.forms import Fields, address, exit_ballots, number, read_form
from pages.classroom.phone.hall import Hall, moment
from pages.classroom.phone.pictures import SCHEMES, has_picture, svg
from pages.classroom.phone.writer import Busy, Writer
from quizzes import grade, shown
from quizzes.classroom.errors import RoomError
from quizzes.classroom.names import alias, read_code, read_name
from quizzes.classroom.room import on_time
from quizzes.store import Store, StoreError, TooManyGuesses
from quizzes.store.players import Player, Seat, join_all, player_of
from quizzes.store.rooms import Kept, find_room
from quizzes.store.votes import Ballot, ballots_of_player, save_votes

COOKIE = "player"
MAX_PLAYERS_KEPT = 20_000
DAY = 86_400
ICON = views.HERE.parents[1] / "_ui" / "icon.svg"
BUSY = "Very many are sending just now. Please send it again."
SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Phone:
    """The phone application of one process.

    Parameters
    ----------
    open_store : called at the first request, in a thread.
    root : where the application is mounted, "/p".
    clock : seconds since 1970.
    """

    def __init__(
        self, open_store: Callable[[], Store], root: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.root = root
        self.clock = clock
        self._open_store = open_store
        self._store: Store | None = None
        self._hall: Hall | None = None
        self._answers: Writer[Ballot, str] = Writer(self._save)
        self._joins: Writer[tuple[int, str], Seat | StoreError] = Writer(self._join)
        self._players: OrderedDict[str, tuple[int, Player, int]] = OrderedDict()
        # Rooms that have sent a page from this process, by their code.
        self._rooms: dict[str, int] = {}

    @property
    def store(self) -> Store:
        """The store, opened at its first use."""
        if self._store is None:
            self._store = self._open_store()
        return self._store

    async def hall(self) -> Hall:
        """The rooms of this process."""
        if self._hall is None:
            store = await to_thread.run_sync(lambda: self.store)
            self._hall = Hall(store, self._shared_view, self.clock)
        return self._hall

    def _shared_view(self, kept: Kept, now: float) -> str | None:
        return views.shared_view(kept, now, self.root)

    def _save(self, ballots: Sequence[Ballot]) -> Sequence[str]:
        return save_votes(self.store, ballots, moment(self.clock()))

    def _join(self, wanted: Sequence[tuple[int, str]]) -> Sequence[Seat | StoreError]:
        return join_all(self.store, wanted, moment(self.clock()))

    def page(self, template: str, /, status: int = 200, **values: object) -> HTMLResponse:
        """A page that is nobody else's."""
        return HTMLResponse(views.page(template, self.root, **values), status, headers=SAFE)

    # --- joining ---------------------------------------------------------------------------

    async def door(self, request: Request) -> Response:
        """Type a code; with a code in a form, go to that room."""
        if request.method != "POST":
            return self.page("door.html", title="Join a room", code="", problem="")
        typed = (await read_form(request)).get("code", [""])[0]
        try:
            code = read_code(typed)
        except RoomError as problem:
            return self.page(
                "door.html", 400, title="Join a room", code=typed[:40], problem=str(problem)
            )
        return RedirectResponse(f"{self.root}/{code}", 303)

    async def name(self, request: Request) -> Response:
        """Choose a name; a form joins the room."""
        typed = request.path_params["code"]
        now = self.clock()
        try:
            code = read_code(typed)
            kept = await to_thread.run_sync(
                find_room, self.store, code, address(request), moment(now)
            )
        except TooManyGuesses as problem:
            return self.page("door.html", 429, title="Join a room", code="", problem=str(problem))
        except (RoomError, StoreError) as problem:
            return self.page(
                "door.html", 404, title="Join a room", code=typed[:40], problem=str(problem)
            )
        back, back_name = await self._been_here(request, kept)
        values = {"title": kept.room.title, "room": kept.room, "back": back, "back_name": back_name}
        if request.method != "POST":
            return self.page("name.html", name=alias(()), problem="", **values)
        wanted = read_name((await read_form(request)).get("name", [""])[0])
        try:
            joined = await self._joins.do((kept.id, wanted))
            if isinstance(joined, StoreError):
                raise joined
        except (RoomError, StoreError) as problem:
            return self.page("name.html", 409, name=wanted, problem=str(problem), **values)
        except Busy:
            return self.page("name.html", 503, name=wanted, problem=BUSY, **values)
        response = RedirectResponse(f"{self.root}/me/{joined.token}", 303)
        response.set_cookie(
            COOKIE, joined.token, DAY, path=self.root, httponly=True, samesite="lax"
        )
        return response

    async def _been_here(self, request: Request, kept: Kept) -> tuple[str, str]:
        token = request.cookies.get(COOKIE, "")
        if not token:
            return "", ""
        try:
            player, room_id = await self.player(token)
        except StoreError:
            return "", ""
        if room_id != kept.id or player.removed:
            return "", ""
        return f"{self.root}/me/{token}", player.name

    # --- playing ---------------------------------------------------------------------------

    async def player(self, token: str, version: int | None = None) -> tuple[Player, int]:
        """The player of a token, kept while the room stays as it is."""
        found = self._players.get(token)
        if found is None or version not in (None, found[2]):
            player, room_id = await to_thread.run_sync(player_of, self.store, token)
            found = (room_id, player, -1 if version is None else version)
            self._players[token] = found
            while len(self._players) > MAX_PLAYERS_KEPT:
                self._players.popitem(last=False)
        return found[1], found[0]

    async def _here(self, request: Request) -> tuple[str, Player, Kept]:
        token = request.path_params["token"]
        _, room_id = await self.player(token)
        kept = await (await self.hall()).kept(room_id)
        player, _ = await self.player(token, kept.room.version)
        self._rooms[kept.room.code] = kept.id
        return token, player, kept

    async def _view(self, token: str, player: Player, kept: Kept, problem: str = "") -> str:
        """What this player's phone shows now."""
        now = self.clock()
        if player.removed:
            return views.removed(self.root)
        ballots = await to_thread.run_sync(ballots_of_player, self.store, player.id)
        mine = views.mine(token, on_time(kept.room, now), ballots)
        return await to_thread.run_sync(views.view, kept, now, self.root, mine, problem)

    async def me(self, request: Request) -> Response:
        """A player's whole page."""
        try:
            token, player, kept = await self._here(request)
            view = await self._view(token, player, kept)
        except StoreError as problem:
            return self._lost(problem)
        return self._whole(token, player, kept, view)

    def _whole(
        self, token: str, player: Player, kept: Kept, view: str, status: int = 200
    ) -> Response:
        return self.page(
            "me.html",
            status,
            title=kept.room.title,
            script=True,
            token=token,
            player=player,
            version=kept.room.version,
            view=Markup(view),
        )

    def _lost(self, problem: StoreError) -> Response:
        return self.page("door.html", 404, title="Join a room", code="", problem=str(problem))

    async def view(self, request: Request) -> Response:
        """The part of the page that changes."""
        try:
            token, player, kept = await self._here(request)
            view = await self._view(token, player, kept)
        except StoreError as problem:
            return PlainTextResponse(str(problem), 404, headers=SAFE)
        return HTMLResponse(view, headers=SAFE | {"X-Version": str(kept.room.version)})

    async def events(self, request: Request) -> Response:
        """News from the room, as server-sent events."""
        try:
            _, player, kept = await self._here(request)
        except StoreError as problem:
            return PlainTextResponse(str(problem), 404, headers=SAFE)
        if player.removed:
            return Response(status_code=204)  # tells the phone not to come back
        hall = await self.hall()
        # Proxies must not collect what is meant for now.
        headers = SAFE | {"X-Accel-Buffering": "no"}
        return StreamingResponse(
            hall.listen(kept.id), media_type="text/event-stream", headers=headers
        )

    async def answer(self, request: Request) -> Response:
        """Take an answer: acknowledged when it is on disk, once however often it is sent."""
        by_script = request.headers.get("x-phone") == "1"
        try:
            token, player, kept = await self._here(request)
            fields = await read_form(request)
            problem, reload = await self._take(player, kept, fields)
        except StoreError as trouble:
            if by_script:
                return JSONResponse({"saved": False, "words": str(trouble), "reload": False}, 503)
            return self._lost(trouble)
        if by_script:
            words = problem or "Saved. You can change it until the vote closes."
            said = {"saved": not problem, "words": words, "reload": reload}
            return JSONResponse(said, headers=SAFE)
        if not problem:
            return RedirectResponse(f"{self.root}/me/{token}", 303)
        view = await self._view(token, player, kept, problem)
        return self._whole(token, player, kept, view, 409)

    async def _take(self, player: Player, kept: Kept, fields: Fields) -> tuple[str, bool]:
        """What is wrong with an answer, "" if it is saved; whether to look at the room again."""
        if player.removed:
            return "You are no longer in this room.", True
        room = on_time(kept.room, self.clock())
        place = (number(fields, "position"), number(fields, "round"))
        if place[0] == -1:
            ballots, problem = exit_ballots(player, kept, fields)
        else:
            asked = room.asked
            if asked is None or place != (room.position, asked.round) or asked.phase != "open":
                return "This vote is closed: the answer came too late.", True
            item = await to_thread.run_sync(views.item_of, kept, asked)
            response = views.read_response(item, fields)
            mark = await to_thread.run_sync(grade, item, response)
            problem = mark.feedback if mark.malformed else ""
            words = shown(item, response)
            ballots = [
                Ballot(
                    kept.id,
                    player.id,
                    *place,
                    response,
                    mark.score,
                    mark.misconception,
                    words,
                )
            ]
        if problem:
            return problem, False
        try:
            outcomes = [await self._answers.do(ballot) for ballot in ballots]
        except Busy:
            return BUSY, False
        if "removed" in outcomes:
            return "You are no longer in this room.", True
        if "closed" in outcomes:
            return "This vote is closed: the answer came too late.", True
        return "", False

    async def picture(self, request: Request) -> Response:
        """A picture of a question that the room has opened."""
        scheme = request.path_params["scheme"]
        room_id = self._rooms.get(request.path_params["code"])
        if room_id is None:
            return PlainTextResponse("There is no such picture.", 404)
        kept = await (await self.hall()).kept(room_id)
        place = request.path_params["position"]
        is_asked = place < len(kept.room.questions) and kept.room.questions[place].round > 0
        if scheme not in SCHEMES or not is_asked:
            return PlainTextResponse("There is no such picture.", 404)
        item = views.item_of(kept, kept.room.questions[place])
        if not has_picture(item):
            return PlainTextResponse("There is no such picture.", 404)
        made = await to_thread.run_sync(svg, item, scheme)
        headers = SAFE | {
            "Cache-Control": "private, max-age=3600",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        }
        return Response(made, media_type="image/svg+xml", headers=headers)

    def routes(self) -> list[Any]:
        """All addresses, below `root`."""
        files = StaticFiles(directory=views.HERE / "static")
        return [
            Route("/", self.door, methods=["GET", "POST"]),
            Route("/healthz", self.health),
            Mount("/static", files),
            Route("/icon.svg", self.icon),
            Route("/me/{token}", self.me),
            Route("/me/{token}/view", self.view),
            Route("/me/{token}/events", self.events),
            Route("/me/{token}/answer", self.answer, methods=["POST"]),
            Route("/picture/{code}/{position:int}/{scheme}.svg", self.picture),
            Route("/{code}", self.name, methods=["GET", "POST"]),
        ]

    async def icon(self, request: Request) -> Response:
        """The picture of the site in a browser's tab."""
        return FileResponse(ICON, headers={"Cache-Control": "max-age=86400"})

    async def health(self, request: Request) -> Response:
        """Whether the process answers."""
        return PlainTextResponse("ok")


def create_app(open_store: Callable[[], Store], root: str = "/p") -> Starlette:
    """The whole application, mounted at `root`.

    Parameters
    ----------
    open_store : called at the first request that needs it.
    """
    phone = Phone(open_store, root)
    return Starlette(routes=[Mount(root, routes=phone.routes())])
