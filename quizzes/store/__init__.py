"""What is remembered: learners with their answers, and live rooms with their players' votes."""

from quizzes.store.connect import Store, check_store, open_store
from quizzes.store.errors import (
    Stale,
    StoreError,
    TooManyGuesses,
    Unavailable,
    UnknownDevice,
)
from quizzes.store.forgetting import forget
from quizzes.store.learners import (
    Joined,
    code_made_at,
    delete_record,
    forget_visitors,
    join,
    make_code,
)
from quizzes.store.limits import Limits
from quizzes.store.players import (
    Player,
    Seat,
    join_all,
    players_of,
    players_of_tokens,
    remove_player,
    rename_player,
)
from quizzes.store.records import record_csv, record_json, record_rows
from quizzes.store.room_records import room_csv, room_json
from quizzes.store.rooms import (
    Kept,
    Opened,
    click,
    count_open_rooms,
    create_room,
    delete_room,
    find_room,
    forget_rooms,
    host_room,
    room_by_id,
    versions,
)
from quizzes.store.tokens import is_secret, new_secret
from quizzes.store.turns import (
    answer_turn,
    answered_turns,
    keep_answer,
    latest_turn,
    open_turn,
)
from quizzes.store.votes import (
    Ballot,
    Counts,
    OwnVote,
    ballots_of_players,
    counts,
    exit_of,
    save_votes,
    votes_of,
)

__all__ = [
    "Ballot",
    "Counts",
    "Joined",
    "Kept",
    "Limits",
    "Opened",
    "OwnVote",
    "Player",
    "Seat",
    "Stale",
    "Store",
    "StoreError",
    "TooManyGuesses",
    "Unavailable",
    "UnknownDevice",
    "answer_turn",
    "answered_turns",
    "ballots_of_players",
    "check_store",
    "click",
    "code_made_at",
    "count_open_rooms",
    "counts",
    "create_room",
    "delete_record",
    "delete_room",
    "exit_of",
    "find_room",
    "forget",
    "forget_rooms",
    "forget_visitors",
    "host_room",
    "is_secret",
    "join",
    "join_all",
    "keep_answer",
    "latest_turn",
    "make_code",
    "new_secret",
    "open_store",
    "open_turn",
    "players_of",
    "players_of_tokens",
    "record_csv",
    "record_json",
    "record_rows",
    "remove_player",
    "rename_player",
    "room_by_id",
    "room_csv",
    "room_json",
    "save_votes",
    "versions",
    "votes_of",
]
