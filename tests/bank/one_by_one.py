"""One player, one answer, one question at a time, as tests want them; the store takes many."""

from datetime import datetime

from quizzes.store import (
    OwnVote,
    Player,
    Seat,
    Store,
    StoreError,
    ballots_of_players,
    join_all,
    learners,
    players_of_tokens,
    turns,
)
from quizzes.store.tokens import hash_of_secret
from quizzes.turn import Turn


def join_room(store: Store, id: int, name: str, now: datetime) -> Seat:
    """Join a room.

    Raises
    ------
    StoreError : the room is locked, full, has ended or is not there.
    """
    (seat,) = join_all(store, [(id, name)], now)
    if isinstance(seat, StoreError):
        raise seat
    return seat


def player_of(store: Store, token: str) -> tuple[Player, int]:
    """Return the player a token belongs to, removed or not, and the id of the room."""
    return players_of_tokens(store, [token])[token]


def ballots_of_player(store: Store, player_id: int) -> tuple[OwnVote, ...]:
    """Return everything a player has answered, by question and round."""
    return ballots_of_players(store, [player_id])[player_id]


def ballot_of(store: Store, player_id: int, position: int, round: int) -> OwnVote | None:
    """Return a player's own answer to one question in one round; None without one."""
    found = {(own.position, own.round): own for own in ballots_of_player(store, player_id)}
    return found.get((position, round))


def has_record(store: Store, secret: str) -> bool:
    """Whether the device has ever answered, or was joined to a record."""
    with store.reading() as connection:
        return learners._learner(connection, hash_of_secret(secret)) is not None


def find_turn(store: Store, secret: str, turn_id: str) -> Turn:
    """Look a turn up, as answering it does.

    Raises
    ------
    StoreError : there is none, or it belongs to somebody else; the message is the same.
    """
    with store.reading() as connection:
        return turns._turn(turns._row(connection, hash_of_secret(secret), turn_id))
