"""The leaderboard, for classes that want one."""

from collections.abc import Mapping

import streamlit as st

from pages._ui.visitor import store
from pages._ui.words import plain
from pages.classroom._host.desk import Desk
from quizzes.classroom.votes import points
from quizzes.store import players_of, votes_of

MOST = 5


@st.cache_resource(max_entries=50, ttl="1h", show_spinner=False)
def _points(id: int, speed: bool, revealed: frozenset[int], version: int) -> Mapping[int, float]:
    """Points by player: asked for after a reveal, so the same until the next click.

    Parameters
    ----------
    revealed : positions of the questions whose answers are known; others would be given away.
    """
    votes = [vote for vote in votes_of(store(), id) if vote.position in revealed]
    return points(votes, speed)


def show_ranking(desk: Desk) -> None:
    """The best few by name, or only their points where names are hidden."""
    questions = enumerate(desk.room.questions)
    revealed = frozenset(place for place, asked in questions if asked.phase == "revealed")
    earned = _points(desk.kept.id, desk.room.speed, revealed, desk.room.version)
    best = sorted(earned.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
    if not best:
        return
    names = {player.number: player.name for player in players_of(store(), desk.kept.id)}
    st.header("Leaderboard", anchor=False)
    with st.container(key="room_names"):
        for number, total in best:
            # Who has as many points has the same place.
            place = 1 + sum(other > total for other in earned.values())
            name = "a player" if desk.room.names_hidden else plain(names.get(number, "a player"))
            st.markdown(f"**{place}.** {name} · {total:.1f} points")
        n_equal = sum(total == best[-1][1] for total in earned.values())
        n_left = n_equal - sum(total == best[-1][1] for _, total in best)
        if n_left:
            st.markdown(f"and {n_left} more with as many as the last")
