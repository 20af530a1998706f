"""A class in a live room, for tests of its pages: players who vote without a phone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from quizzes.classroom.asking import item_asked, read_own_items
from quizzes.classroom.decks import load_decks, questions_of
from quizzes.grading import grade, shown
from quizzes.item import Item
from quizzes.kinds import KINDS
from quizzes.store import (
    Ballot,
    Kept,
    Seat,
    Store,
    click,
    create_room,
    host_room,
    join_all,
    save_votes,
)
from tests.app.screen import open_page
from tests.bank.one_by_one import player_of


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Class:
    """A room with players, moved by its host and answered in directly."""

    store: Store
    id: int
    secret: str
    seats: list[Seat]

    def now(self) -> Kept:
        return host_room(self.store, self.secret)

    def click(self, command: str, value: object = None) -> None:
        click(self.store, self.secret, command, value, self.now().room.version, now())

    def item(self) -> Item:
        found = self.now()
        assert found.room.asked is not None
        return item_asked(found.room.asked, read_own_items(found.own_items))

    def vote(self, *rights: bool, mixed: bool = False) -> None:
        """Let the first players answer, right or wrong; `mixed` in different ways."""
        room, item = self.now().room, self.item()
        examples = KINDS[item.kind].examples(item.body)
        ballots = []
        for place, (seat, is_right) in enumerate(zip(self.seats, rights, strict=False)):
            others = examples.wrong[place % len(examples.wrong) :] if mixed else examples.wrong
            # A warm-up has no wrong panel.
            response = examples.right[0] if is_right else others[0].response
            mark = grade(item, response)
            player, _ = player_of(self.store, seat.token)
            assert room.asked is not None
            ballots.append(
                Ballot(
                    self.id,
                    player.id,
                    room.position,
                    room.asked.round,
                    response,
                    mark.score,
                    mark.misconception,
                    shown(item, response),
                )
            )
        assert set(save_votes(self.store, ballots, now())) == {"saved"}


def open_class(store: Store, deck: str = "tails", names: tuple[str, ...] = ("Ada", "Bob")) -> Class:
    chosen = load_decks()[deck]
    address = f"test {now().timestamp()}"
    opened = create_room(store, chosen.title, questions_of(chosen, 3), now(), address)
    seats = join_all(store, [(opened.id, name) for name in names], now())
    return Class(store, opened.id, opened.host_secret, [s for s in seats if isinstance(s, Seat)])


def open_host(secret: str = "") -> AppTest:
    return open_page("classroom/host", {"room": secret} if secret else None)


def labels(app: AppTest) -> set[str]:
    """Buttons that do something."""
    return {button.label for button in app.button if not button.disabled}
