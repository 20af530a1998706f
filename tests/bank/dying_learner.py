"""A process that answers a question and is killed at a stated moment.

Run as: dying_learner.py DATABASE_URL SECRET MOMENT. Prints the id of each turn it opens, or, at the
moment "many", of each turn whose answer was acknowledged.
"""

import os
import signal
import sys

from sqlalchemy import event

from quizzes.store import answer_turn, open_store, open_turn
from tests.bank.databases import NOW, RIGHT, item


def die(*_: object) -> None:
    """Leave as a power cut would: no handler, no flush, no goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(address: str, secret: str, moment: str) -> None:
    store = open_store(address)
    if moment == "many":
        while True:
            turn = open_turn(store, secret, item(), NOW)
            answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
            print(turn.id, flush=True)
    turn = open_turn(store, secret, item(), NOW)
    print(turn.id, flush=True)
    if moment == "before the commit":
        event.listen(store.engine, "commit", die)
    answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
    if moment == "after the commit":
        die()


if __name__ == "__main__":
    main(*sys.argv[1:])
