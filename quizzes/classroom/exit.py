"""The exit ticket: four questions without a key at the end of a lesson."""

from dataclasses import dataclass

from quizzes.item import Item
from quizzes.kinds.poll import Poll

_THANKS = "Thank you."


def _poll(id: str, stem: str, *options: str, most: int = 500) -> Item:
    return Item(id, "poll", "simulation", 1, stem, Poll(options, _THANKS, most), _THANKS)


# Their answers are kept as votes in round 1 at the positions -1, -2, -3, -4.
EXIT_ITEMS: tuple[Item, ...] = (
    _poll(
        "exit/pace",
        "How was the pace today?",
        "much too slow",
        "a little slow",
        "right",
        "a little fast",
        "much too fast",
    ),
    _poll(
        "exit/happiness",
        "How do you leave today?",
        "lost",
        "a bit lost",
        "in between",
        "fine",
        "very well",
    ),
    _poll("exit/liked", "What helped you most today? A few words are enough."),
    _poll("exit/improve", "What should be clearer or different next time?"),
)
EXIT_ROUND = 1
# In place of a text that its player has deleted.
TAKEN_BACK = ""


@dataclass(frozen=True, slots=True)
class ExitAnswer:
    """What a player left on the exit ticket.

    Parameters
    ----------
    player : its number in the room.
    position : -1 for the first of `EXIT_ITEMS`, -2 for the second, ...
    response : position of an option, or a text.
    at : when the server got it, in seconds since 1970.
    """

    player: int
    position: int
    response: int | str
    at: float


def exit_item(position: int) -> Item:
    """Return the question of the exit ticket at a position below 0."""
    return EXIT_ITEMS[-position - 1]
