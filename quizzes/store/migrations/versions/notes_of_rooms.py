"""What a teacher asks between the votes: a room keeps the notes of its own deck."""

import sqlalchemy as sa
from alembic import op

revision = "notes_of_rooms"
down_revision = "rooms_players_votes"


def upgrade() -> None:
    """Add the column; rooms there were have no notes of their own."""
    op.add_column("rooms", sa.Column("notes", sa.Text, nullable=False, server_default="[]"))
