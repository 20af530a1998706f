"""What is remembered: learners, their devices, the questions they met and their answers."""

from quizzes.store.connect import Store, open_store
from quizzes.store.errors import StoreError, TooManyGuesses, UnknownDevice
from quizzes.store.learners import (
    Joined,
    code_made_at,
    delete_record,
    forget_visitors,
    has_record,
    join,
    make_code,
)
from quizzes.store.records import record_csv, record_json, record_rows
from quizzes.store.tokens import is_secret, new_secret
from quizzes.store.turns import answer_turn, answered_turns, find_turn, latest_turn, open_turn

__all__ = [
    "Joined",
    "Store",
    "StoreError",
    "TooManyGuesses",
    "UnknownDevice",
    "answer_turn",
    "answered_turns",
    "code_made_at",
    "delete_record",
    "find_turn",
    "forget_visitors",
    "has_record",
    "is_secret",
    "join",
    "latest_turn",
    "make_code",
    "new_secret",
    "open_store",
    "open_turn",
    "record_csv",
    "record_json",
    "record_rows",
]
