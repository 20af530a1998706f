"""A server of a live room that is killed while votes come in.

Run as: dying_room.py DATABASE_URL ROOM PLAYERS MOMENT, where PLAYERS are ids with commas between.
It saves batches of five votes, in which players change their minds again and again, and prints
player and response of each vote once it is acknowledged. At the moment "commit" it is killed
inside the third commit.
"""

import os
import signal
import sys
from itertools import count

from sqlalchemy import event

from quizzes.store import Ballot, open_store, save_votes
from tests.bank.databases import NOW


def main(address: str, room: str, players: str, moment: str) -> None:
    store = open_store(address)
    ids = [int(player) for player in players.split(",")]
    commits = count(1)

    def die(*_: object) -> None:
        if next(commits) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    if moment == "commit":
        event.listen(store.engine, "commit", die)
    for start in count(0, 5):
        batch = [
            Ballot(int(room), ids[n % len(ids)], 0, 1, n, 0.0, "", str(n))
            for n in range(start, start + 5)
        ]
        assert save_votes(store, batch, NOW) == ["saved"] * 5
        for ballot in batch:
            print(ballot.player_id, ballot.response, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
