"""Who is behind a token, and what they have answered: asked of the store for many at once."""

from collections import OrderedDict
from collections.abc import Sequence

from pages._ui.links import number_in
from pages.classroom.phone.batches import Batches
from pages.classroom.phone.hall import DELETED, Hall
from quizzes.store import (
    Kept,
    OwnVote,
    Player,
    Store,
    StoreError,
    ballots_of_players,
    players_of_tokens,
)

MAX_PLAYERS_KEPT = 20_000


def is_behind(kept: Kept, version: str) -> bool:
    """Whether a room is older than what a phone has been told."""
    told = number_in(version.partition("-")[0], 9)
    return version == DELETED or (told is not None and told > kept.room.version)


class Players:
    """The players that this process knows.

    Parameters
    ----------
    store, hall : of the process.
    """

    def __init__(self, store: Store, hall: Hall) -> None:
        self._store = store
        self._hall = hall
        self._known: OrderedDict[str, tuple[Player, int]] = OrderedDict()
        self._tokens: Batches[str, tuple[Player, int] | None] = Batches(self._find)
        self._ballots: Batches[int, tuple[OwnVote, ...]] = Batches(self._read)

    def _find(self, tokens: Sequence[str]) -> Sequence[tuple[Player, int] | None]:
        found = players_of_tokens(self._store, tokens)
        return [found.get(token) for token in tokens]

    def _read(self, ids: Sequence[int]) -> Sequence[tuple[OwnVote, ...]]:
        found = ballots_of_players(self._store, set(ids))
        return [found[id] for id in ids]

    def remember(self, token: str, player: Player, room_id: int) -> None:
        """Keep who has just joined: the next thing a phone asks is who it is."""
        self._known[token] = (player, room_id)
        self._known.move_to_end(token)
        while len(self._known) > MAX_PLAYERS_KEPT:
            self._known.popitem(last=False)

    async def here(self, token: str, version: str = "") -> tuple[Player, Kept]:
        """Return the player of a token as the host's last click left it, and its room.

        Parameters
        ----------
        version : of the room that a phone has heard of, perhaps from another process that
            knew before this one.

        Raises
        ------
        StoreError : it belongs to nobody, or the room is not there any more.
        Busy : too many ask.
        """
        found = self._known.get(token)
        if found is None:
            found = await self._tokens.do(token)
            if found is None:
                raise StoreError(
                    "This link belongs to no player.", "Join with the code on the screen."
                )
            self.remember(token, *found)
        player, room_id = found
        kept = await self._hall.kept(room_id)
        if version and is_behind(kept, version):
            kept = await self._hall.fresh(room_id)
        return (await self._hall.roster(kept)).get(player.id, player), kept

    async def ballots(self, player: Player) -> tuple[OwnVote, ...]:
        """Return everything a player has answered.

        Raises
        ------
        StoreError : the store cannot say.
        Busy : too many ask.
        """
        return await self._ballots.do(player.id)
