"""What is not kept for ever: rooms some days after their end, visitors who never answered."""

from datetime import datetime

from quizzes.store.connect import Store
from quizzes.store.learners import forget_visitors
from quizzes.store.rooms import forget_rooms


def forget(store: Store, now: datetime) -> None:
    """Delete what has been kept as long as promised; may be done at any time, by any process.

    Raises
    ------
    StoreError : the database does not answer.
    """
    forget_visitors(store, now)
    forget_rooms(store, now)
