"""What a phone shows, as HTML: by the room's phase, and never the key before the reveal."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pages.classroom.phone.files import assets
from pages.classroom.phone.forms import Fields, number
from pages.classroom.phone.pictures import SCHEMES, AskedItem, picture_alt
from quizzes import Item, ask, grade, shown
from quizzes.classroom.asking import item_asked, read_own_items
from quizzes.classroom.exit import EXIT_ITEMS
from quizzes.classroom.room import Asked, Room, on_time
from quizzes.errors import ItemError
from quizzes.kinds import KINDS
from quizzes.markdown import line, paragraphs
from quizzes.pictures import has_picture
from quizzes.store.rooms import Kept
from quizzes.store.votes import OwnVote
from quizzes.words import LETTERS

HERE = Path(__file__).parent
PARTS = {"left": "the left tail", "middle": "the middle", "right": "the right tail"}
# Stands for a player's token in what all phones get; each puts its own in its place.
TOKEN = "TOKEN-OF-THIS-PLAYER"

MAX_ITEMS = 1_000
_ITEMS: OrderedDict[tuple[str, str, int], Item] = OrderedDict()
_DRAWING = Lock()

_PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, root: str, /, **values: object) -> str:
    """A whole page."""
    names = {kind: one.name for kind, one in assets().items()}
    values = {"root": root, "assets": names, "script": False, **values}
    return _PAGES.get_template(template).render(**values)


@dataclass(frozen=True, slots=True)
class Mine:
    """What one player has to do with the current question.

    Parameters
    ----------
    token : in the player's addresses.
    response : the last one saved for this vote; None before.
    earlier : the last one saved for this question in any vote.
    points : so far.
    """

    token: str = TOKEN
    response: Any = None
    earlier: Any = None
    points: float | None = None


def item_of(kept: Kept, asked: Asked) -> Item:
    """The item of a question: the room's own, or the bank's; drawing one may take a second.

    Raises
    ------
    ItemError : it has left the bank.
    """
    found = known_item(kept, asked)
    if found is not None:
        return found
    # One at a time: a whole class asks for the same item, and drawing it twice helps nobody.
    with _DRAWING:
        found = known_item(kept, asked)
        if found is not None:
            return found
        item = item_asked(asked, _own_items(kept.own_items))
        _ITEMS[kept.own_items, asked.item_id, asked.seed] = item
        while len(_ITEMS) > MAX_ITEMS:
            _ITEMS.popitem(last=False)
    return item


def known_item(kept: Kept, asked: Asked) -> Item | None:
    """The item of a question if it has been drawn before."""
    return _ITEMS.get((kept.own_items, asked.item_id, asked.seed))


def is_slow(room: Room, kept: Kept) -> bool:
    """Whether to make a view in a thread: the item must be drawn, or a formula be marked."""
    if room.stage == "ended":
        return any(asked.round and known_item(kept, asked) is None for asked in room.questions)
    if room.asked is None or room.asked.phase == "waiting":
        return False
    item = known_item(kept, room.asked)
    return item is None or (item.kind == "formula" and room.asked.phase == "revealed")


@lru_cache(maxsize=64)
def _own_items(text: str) -> Mapping[str, Item]:
    return read_own_items(text)


def waits(room: Room) -> bool:
    """Whether a page without the script looks again by itself: not where something is typed."""
    return phase_of(room) not in ("open", "exit", "ended")


def phase_of(room: Room) -> str:
    """The name of what a phone shows."""
    if room.stage != "question" or room.asked is None:
        return room.stage
    return room.asked.phase


def shared_view(kept: Kept, now: float, root: str) -> str | None:
    """What all phones show at once: a vote that has just opened; None where they differ."""
    room = on_time(kept.room, now)
    if phase_of(room) != "open" or (room.asked is not None and room.asked.goes_on):
        return None
    return view(kept, now, root, Mine())


def view(kept: Kept, now: float, root: str, mine: Mine, problem: str = "") -> str:
    """The part of a phone's page that changes, as HTML.

    Parameters
    ----------
    problem : why an answer was not taken, as Markdown.
    """
    room = on_time(kept.room, now)
    kind = phase_of(room)
    values: dict[str, Any] = {"kind": kind, "root": root, "token": mine.token, "speed": room.speed}
    values["problem"] = Markup(paragraphs(problem)) if problem else ""
    if kind in ("open", "closed", "revealed"):
        assert room.asked is not None
        try:
            item = item_of(kept, room.asked)
        except ItemError:
            return _PAGES.get_template("view.html").render(values | {"kind": "gone"})
        values |= {"number": room.position + 1, "total": len(room.questions)}
        values |= {"yours": _words(item, mine.response)}
        if kind == "open":
            values |= _question(room, room.asked, item, f"{root}/me/{mine.token}", now)
            values |= _given(item, mine.response)
        if kind == "revealed":
            values |= _reveal(item, mine)
    elif kind == "exit":
        values |= _exit(mine)
    elif kind == "ended":
        values |= {"right": _short(mine.points or 0.0), "of": _possible(kept, room)}
    return _PAGES.get_template("view.html").render(**values)


def _possible(kept: Kept, room: Room) -> int:
    """How many points a room had to give: one for each vote that had a right answer."""
    n = 0
    for asked in room.questions:
        if asked.round:
            with suppress(ItemError):
                n += _key(AskedItem(item_of(kept, asked))) is not None
    return n


def _words(item: Item, response: object) -> Markup:
    return Markup(line(shown(item, response)) if response is not None else "")


def _short(points: float | None) -> str | None:
    return None if points is None else f"{points:.3g}"


def _question(room: Room, asked: Asked, item: Item, me: str, now: float) -> dict[str, Any]:
    left = None if asked.closes_at is None else max(0, round(asked.closes_at - now))
    place = f"{me}/picture/{room.position}"
    pictures = []
    if has_picture(item):
        addresses = {scheme: f"{place}/{scheme}.svg" for scheme in SCHEMES}
        pictures = [addresses | {"alt": picture_alt(item)}]
    times = {"position": room.position, "round": asked.round, "left": left}
    return {**_asked(AskedItem(item)), **times, "pictures": pictures}


@lru_cache(maxsize=MAX_ITEMS)
def _asked(key: AskedItem) -> Mapping[str, Any]:
    """What is the same for all who are asked an item."""
    question = ask(key.item)
    about = question.ask
    options = about.get("choices") or about.get("options") or about.get("entries") or []
    return {
        "item_kind": question.kind,
        "stem": Markup(paragraphs(question.stem)),
        "options": [Markup(line(text)) for text in options],
        "letters": LETTERS,
        "unit": about.get("unit", ""),
        "columns": about.get("columns", []),
        "parts": [{"value": part, "name": PARTS[part]} for part in about.get("parts", ())],
        "panels": list(range(1, about.get("panels", 0) + 1)),
        "most": about.get("most", 0),
    }


def _given(item: Item, response: object) -> dict[str, Any]:
    """A saved answer as the form shows it: what is ticked, typed, and in which order."""
    several = response if isinstance(response, list) else [] if response is None else [response]
    order = list(range(len(getattr(item.body, "entries", ()))))
    if item.kind == "order" and sorted(several) == order:
        order = several
    typed = response if isinstance(response, str) else ""
    return {"ticked": {str(one) for one in several}, "typed": typed, "order": order}


def _reveal(item: Item, mine: Mine) -> dict[str, Any]:
    response = mine.response if mine.response is not None else mine.earlier
    mark = None if response is None else grade(item, response)
    right = _key(AskedItem(item))
    if mark is None:
        result = "none"
    elif mark.score is None:
        result = "thanks"
    else:
        result = "right" if mark.is_right else "partly" if mark.score > 0 else "wrong"
    key = _words(item, right) if right is not None and result != "right" else Markup("")
    return {
        "yours": _words(item, response),
        "result": result,
        "feedback": Markup(paragraphs(mark.feedback)) if mark is not None else "",
        "key": key,
        "explanation": Markup(paragraphs(item.explanation)),
        "points": _short(mine.points) if right is not None else None,
    }


@lru_cache(maxsize=MAX_ITEMS)
def _key(asked: AskedItem) -> Any:
    """A right answer, None where there is none: in a poll, and where all panels are simulated."""
    right = KINDS[asked.item.kind].examples(asked.item.body).right
    return right[0] if right and grade(asked.item, right[0]).score is not None else None


def _exit(mine: Mine) -> dict[str, Any]:
    given = mine.response if isinstance(mine.response, dict) else {}
    tickets = []
    for place, item in enumerate(EXIT_ITEMS):
        about = ask(item).ask
        tickets.append(
            {
                "stem": item.stem,
                "options": list(about["options"]),
                "most": about["most"],
                "yours": given.get(place),
            }
        )
    return {"tickets": tickets, "yours": bool(given)}


def removed(root: str) -> str:
    """What a phone shows whose player the host has taken out."""
    return _PAGES.get_template("view.html").render(kind="removed", root=root, problem="")


def mine(token: str, room: Room, ballots: Sequence[OwnVote]) -> Mine:
    """What a player has to do with what the room shows now.

    Parameters
    ----------
    ballots : all of the player's.
    """
    own = {(ballot.position, ballot.round): ballot for ballot in ballots}
    if room.stage == "exit":
        given = {-1 - b.position: b.response for b in ballots if b.position < 0}
        return Mine(token, given)
    latest: dict[int, OwnVote] = {}
    for ballot in sorted(ballots, key=lambda ballot: ballot.round):
        latest[ballot.position] = ballot
    told = [
        latest[place].score or 0.0
        for place, asked in enumerate(room.questions)
        if place in latest and (asked.phase == "revealed" or room.stage == "ended")
    ]
    asked = room.asked
    if asked is None:
        return Mine(token, points=sum(told))
    now = own.get((room.position, asked.round))
    before = latest.get(room.position)
    return Mine(
        token,
        None if now is None else now.response,
        None if before is None else before.response,
        sum(told),
    )


def read_response(item: Item, fields: Fields) -> object:
    """What a form says, in the form the item's kind reads.

    Parameters
    ----------
    fields : values of the form by name, in their order.
    """
    values = fields.get("answer", [])
    if item.kind in ("multiple_choice", "region"):
        return values
    if item.kind == "order":
        n = len(item.body.entries)
        # The place of each entry; two entries in one place are no order, and the kind says so.
        places = [number(fields, f"place-{entry}") for entry in range(n)]
        if sorted(places) != list(range(1, n + 1)):
            return None
        return sorted(range(n), key=places.__getitem__)
    return values[0] if values else None
