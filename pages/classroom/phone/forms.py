"""What phones send: forms, read without trust."""

from urllib.parse import parse_qs

from starlette.requests import Request

from quizzes import grade, shown
from quizzes.classroom.exit import EXIT_ITEMS
from quizzes.store.players import Player
from quizzes.store.rooms import Kept
from quizzes.store.votes import Ballot

MAX_BODY = 20_000
MAX_FIELDS = 100
Fields = dict[str, list[str]]


def number(fields: Fields, name: str) -> int:
    """Return a small whole number of a form; -99 for what is none."""
    text = fields.get(name, [""])[0]
    isnumber = text.lstrip("-").isdigit() and text.isascii() and len(text) < 6
    return int(text) if isnumber else -99


def exit_ballots(player: Player, kept: Kept, fields: Fields) -> tuple[list[Ballot], str]:
    """Return the ballots of an exit ticket, and what is wrong with it or ""."""
    ballots = []
    for place, item in enumerate(EXIT_ITEMS):
        given = fields.get(f"ticket-{place}", [""])[0].strip()
        if not given:
            continue
        mark = grade(item, given)
        if mark.malformed:
            return [], f"{item.stem} {mark.feedback}"
        response = int(given) if item.body.options else given
        words = shown(item, given)
        ballots.append(Ballot(kept.id, player.id, -1 - place, 1, response, None, "", words))
    return ballots, "" if ballots else "Nothing is filled in yet."


async def read_form(request: Request) -> Fields:
    """Return the fields of a form; none where it is too large to be from here."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
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
