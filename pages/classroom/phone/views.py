"""What a phone shows, as HTML: by the room's phase, and never the key before the reveal."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pages.classroom.phone.pictures import SCHEMES, has_picture, picture_alt
from quizzes import Item, arrange, ask, find_item, grade, read_items_json, shown
from quizzes.classroom.exit import EXIT_ITEMS
from quizzes.classroom.room import Asked, Room, on_time
from quizzes.kinds import KINDS
from quizzes.markdown import line, paragraphs
from quizzes.store.rooms import Kept
from quizzes.store.votes import OwnVote
from quizzes.words import LETTERS

HERE = Path(__file__).parent
PARTS = {"left": "the left tail", "middle": "the middle", "right": "the right tail"}
# Stands for a player's token in what all phones get; each puts its own in its place.
TOKEN = "TOKEN"

_PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache(maxsize=1)
def assets() -> Mapping[str, str]:
    """What names the versions of the stylesheet and the script."""
    return {
        kind: hashlib.sha256((HERE / "static" / f"phone.{kind}").read_bytes()).hexdigest()[:12]
        for kind in ("css", "js")
    }


def page(template: str, root: str, /, **values: object) -> str:
    """A whole page."""
    values = {"root": root, "assets": assets(), "script": False, **values}
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
    """The item of a question: the room's own, or the bank's.

    Raises
    ------
    ItemError : it has left the bank.
    """
    if kept.own_items:
        own = _own_items(kept.own_items)
        if asked.item_id in own:
            return arrange(own[asked.item_id], asked.seed)
    return _bank_item(asked.item_id, asked.seed)


@lru_cache(maxsize=64)
def _own_items(text: str) -> Mapping[str, Item]:
    return read_items_json(text)


@lru_cache(maxsize=1000)
def _bank_item(id: str, seed: int) -> Item:
    return find_item(id, seed)


def phase_of(room: Room) -> str:
    """The name of what a phone shows."""
    if room.stage != "question" or room.asked is None:
        return room.stage
    return room.asked.phase


def shared_view(kept: Kept, now: float, root: str) -> str | None:
    """What all phones show at once: a vote that has just opened; None where they differ."""
    room = on_time(kept.room, now)
    if phase_of(room) != "open":
        return None
    return view(kept, now, root, Mine())


def view(kept: Kept, now: float, root: str, mine: Mine, problem: str = "") -> str:
    """The part of a phone's page that changes, as HTML."""
    room = on_time(kept.room, now)
    kind = phase_of(room)
    values: dict[str, Any] = {"kind": kind, "root": root, "token": mine.token, "problem": problem}
    if kind in ("open", "closed", "revealed"):
        assert room.asked is not None
        item = item_of(kept, room.asked)
        values |= {"number": room.position + 1, "total": len(room.questions)}
        values |= {"yours": _words(item, mine.response)}
        if kind == "open":
            values |= _question(kept, room, room.asked, item, root, now)
        if kind == "revealed":
            values |= _reveal(item, mine)
    elif kind == "exit":
        values |= _exit(mine)
    elif kind == "ended":
        values |= {"right": _short(mine.points), "of": len(room.questions)}
    return _PAGES.get_template("view.html").render(**values)


def _words(item: Item, response: object) -> Markup:
    return Markup(line(shown(item, response)) if response is not None else "")


def _short(points: float | None) -> str | None:
    return None if points is None else f"{points:.3g}"


def _question(
    kept: Kept, room: Room, asked: Asked, item: Item, root: str, now: float
) -> dict[str, Any]:
    question = ask(item)
    about = question.ask
    options = about.get("choices") or about.get("options") or about.get("entries") or []
    left = None if asked.closes_at is None else max(0, round(asked.closes_at - now))
    pictures = []
    if has_picture(item):
        base = f"{root}/picture/{room.code}/{room.position}"
        addresses = {scheme: f"{base}/{scheme}.svg" for scheme in SCHEMES}
        pictures = [addresses | {"alt": picture_alt(item)}]
    return {
        "position": room.position,
        "round": asked.round,
        "left": left,
        "item_kind": question.kind,
        "stem": Markup(paragraphs(question.stem)),
        "options": [Markup(line(text)) for text in options],
        "letters": LETTERS,
        "unit": about.get("unit", ""),
        "columns": about.get("columns", []),
        "parts": [{"value": part, "name": PARTS[part]} for part in about.get("parts", ())],
        "panels": list(range(1, about.get("panels", 0) + 1)),
        "most": about.get("most", 0),
        "pictures": pictures,
    }


def _reveal(item: Item, mine: Mine) -> dict[str, Any]:
    response = mine.response if mine.response is not None else mine.earlier
    mark = None if response is None else grade(item, response)
    right = KINDS[item.kind].examples(item.body).right
    has_key = item.kind != "poll" and bool(right)
    if mark is None:
        result = "none"
    elif mark.score is None:
        result = "thanks"
    else:
        result = "right" if mark.is_right else "partly" if mark.score > 0 else "wrong"
    key = _words(item, right[0]) if has_key and result != "right" else Markup("")
    return {
        "yours": _words(item, response),
        "result": result,
        "feedback": Markup(paragraphs(mark.feedback)) if mark is not None else "",
        "key": key,
        "explanation": Markup(paragraphs(item.explanation)),
        "points": _short(mine.points),
    }


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
    return _PAGES.get_template("view.html").render(kind="removed", root=root)


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


def read_response(item: Item, fields: Mapping[str, list[str]]) -> object:
    """What a form says, in the form the item's kind reads.

    Parameters
    ----------
    fields : values of the form by name, in their order.
    """
    values = fields.get("answer", [])
    if item.kind in ("multiple_choice", "region"):
        return values
    if item.kind == "order":
        places = fields.get("place", [])
        # Two entries in one place are no order; the kind says so.
        numbers = [
            int(place) if place.isascii() and place.isdigit() else 0 for place in places[:20]
        ]
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            return None
        return sorted(range(len(numbers)), key=numbers.__getitem__)
    return values[0] if values else None
