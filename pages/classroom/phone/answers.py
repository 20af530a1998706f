"""What a phone's form becomes: answers for the store, or words about what is wrong with them."""

import asyncio
from collections.abc import Collection, Sequence

from anyio import to_thread

from pages.classroom.phone import views
from pages.classroom.phone.forms import Fields, number
from pages.classroom.phone.hall import Hall
from pages.classroom.phone.players import Players
from quizzes import Item, grade, shown
from quizzes.classroom.exit import EXIT_ITEMS, EXIT_ROUND, TAKEN_BACK
from quizzes.classroom.room import is_open
from quizzes.errors import ItemError
from quizzes.item import Mark
from quizzes.store import Ballot, Kept, Player

LEFT = "You are no longer in this room."
LATE = "This vote is closed: the answer came too late."
GONE = "This question is not there any more. Look at the screen."
REFUSED = "This answer cannot be kept. Please change it and send it again."
# Kinds whose marking takes long enough to hold up others; and how long it takes depends on how far
# an answer is from the right one, so every one of them waits so long, in seconds.
SLOW = ("formula",)
ALIKE = 0.06


async def read_ballots(
    player: Player, kept: Kept, fields: Fields, now: float, hall: Hall, players: Players
) -> tuple[list[Ballot], str]:
    """Return the answers of a form, and what is wrong with it as Markdown, or "".

    Whether a vote is still open is for the store to say, in the transaction that saves: a retry of
    what is on disk already is not late, and another process may know of a click before this one.
    """
    place, round = number(fields, "position"), number(fields, "round")
    if place == -1:
        before = {own.position for own in await players.ballots(player)}
        return exit_ballots(player, kept, fields, before)
    if place >= len(kept.room.questions) or place < 0 or round < 1:
        return [], LATE
    if kept.room.questions[place].round < round:
        kept = await hall.fresh(kept.id)
    asked = kept.room.questions[place]
    if asked.round < round:
        return [], LATE
    try:
        item = views.known_item(kept, asked)
        item = item or await to_thread.run_sync(views.item_of, kept, asked)
    except ItemError:
        return [], GONE
    response = views.read_response(item, fields)
    if item.kind in SLOW:
        (mark, words), _ = await asyncio.gather(
            to_thread.run_sync(_marked, item, response), asyncio.sleep(ALIKE)
        )
    else:
        mark, words = _marked(item, response)
    if mark.malformed:
        current = place == kept.room.position and round == asked.round
        return [], mark.feedback if current and is_open(kept.room, now) else LATE
    ballot = Ballot(
        kept.id, player.id, place, round, response, mark.score, mark.misconception, words
    )
    return [ballot], ""


def _marked(item: Item, response: object) -> tuple[Mark, str]:
    return grade(item, response), shown(item, response)


def exit_ballots(
    player: Player, kept: Kept, fields: Fields, before: Collection[int]
) -> tuple[list[Ballot], str]:
    """Return the answers of an exit ticket, and what is wrong with it or "".

    Parameters
    ----------
    before : positions that the player has answered: what was written may be taken back.
    """
    ballots = []
    for place, item in enumerate(EXIT_ITEMS):
        given = fields.get(f"ticket-{place}", [""])[0].strip()
        if not given:
            is_emptied = f"ticket-{place}" in fields and not item.body.options
            if is_emptied and -1 - place in before:
                ballots.append(
                    Ballot(
                        kept.id, player.id, -1 - place, EXIT_ROUND, TAKEN_BACK, None, "", TAKEN_BACK
                    )
                )
            continue
        mark = grade(item, given)
        if mark.malformed:
            return [], f"{item.stem} {mark.feedback}"
        response = int(given) if item.body.options else given
        words = shown(item, given)
        ballots.append(
            Ballot(kept.id, player.id, -1 - place, EXIT_ROUND, response, None, "", words)
        )
    return ballots, "" if ballots else "Nothing is filled in yet."


def saved_words(ballots: Sequence[Ballot]) -> str:
    """Return what to tell a player whose answers are on disk."""
    until = "the room ends" if ballots[0].position < 0 else "the vote closes"
    return f"Saved. You can change it until {until}."


def words_of(outcomes: Sequence[str]) -> str:
    """Return what to tell a player whose answers the store took or did not, "" if all are saved."""
    for outcome, words in (("removed", LEFT), ("closed", LATE), ("refused", REFUSED)):
        if outcome in outcomes:
            return words
    return ""
