"""Rooms in which a class plays, their players and what they voted."""

import sqlalchemy as sa
from alembic import op

revision = "rooms_players_votes"
down_revision = "learners_and_turns"

MOMENT = sa.DateTime(timezone=True)
ROOM = "rooms.id"
PLAYER = "players.id"


def upgrade() -> None:
    """Make the tables of live rooms."""
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("host_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("questions", sa.Text, nullable=False),
        sa.Column("own_items", sa.Text, nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("locked", sa.Boolean, nullable=False),
        sa.Column("names_hidden", sa.Boolean, nullable=False),
        sa.Column("leaderboard", sa.Boolean, nullable=False),
        sa.Column("speed", sa.Boolean, nullable=False),
        sa.Column("seconds", sa.Integer),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("clicked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rooms_clicked_at", "rooms", ["clicked_at"])
    op.create_index(
        "codes_of_open_rooms",
        "rooms",
        ["code"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "players",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.Integer, sa.ForeignKey(ROOM, ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.UniqueConstraint("room_id", "number", name="numbers_in_a_room"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "votes",
        sa.Column(
            "player_id", sa.Integer, sa.ForeignKey(PLAYER, ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("room_id", sa.Integer, sa.ForeignKey(ROOM, ondelete="CASCADE"), nullable=False),
        sa.Column("response", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("misconception", sa.String(80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("votes_of_a_room", "votes", ["room_id", "position", "round"])
