"""Learners, their devices and codes, the questions they met, and limits by address."""

import sqlalchemy as sa
from alembic import op

revision = "learners_and_turns"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "learners",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "devices",
        sa.Column("secret_hash", sa.String(64), primary_key=True),
        sa.Column("learner_id", sa.String(32), sa.ForeignKey("learners.id", ondelete="CASCADE")),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_index("ix_devices_learner_id", "devices", ["learner_id"])
    op.create_index("ix_devices_seen_at", "devices", ["seen_at"])
    op.create_table(
        "codes",
        sa.Column(
            "learner_id",
            sa.String(32),
            sa.ForeignKey("learners.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "device",
            sa.String(64),
            sa.ForeignKey("devices.secret_hash", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("item_id", sa.String(200), nullable=False),
        sa.Column("seed", sa.BigInteger),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.Column("response", sa.Text),
        sa.Column("score", sa.Float),
        sa.Column("misconception", sa.String(80), nullable=False),
        sa.Column("sure", sa.Boolean),
        sa.Column("answered_at", MOMENT),
        sa.Column("day", sa.Date),
    )
    op.create_index("turns_of_a_device", "turns", ["device", "shown_at"])
    op.create_table(
        "attempts",
        sa.Column("deed", sa.String(40), primary_key=True),
        sa.Column("address_hash", sa.String(64), primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
    )
    op.create_index("ix_attempts_since", "attempts", ["since"])
