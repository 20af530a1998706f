"""The tables. `migrations` makes them; a test holds the two equal."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite has no time zones, so it keeps and returns the naive time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse moments without a time zone: they would mean another hour elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

# A learner is nothing but what devices and a code have in common.
learners = Table(
    "learners",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("made_at", Instant, nullable=False),
)

# A device that has only been shown questions belongs to nobody yet.
devices = Table(
    "devices",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("learner_id", String(32), ForeignKey("learners.id", ondelete="CASCADE"), index=True),
    Column("seen_at", Instant, nullable=False, index=True),
)

codes = Table(
    "codes",
    metadata,
    Column(
        "learner_id", String(32), ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
)

# Turns belong to devices, so that two records are merged by moving devices.
turns = Table(
    "turns",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "device",
        String(64),
        ForeignKey("devices.secret_hash", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("item_id", String(200), nullable=False),
    Column("seed", BigInteger),
    Column("topic", String(40), nullable=False),
    Column("level", Integer, nullable=False),
    Column("shown_at", Instant, nullable=False),
    # Text, because PostgreSQL's own JSON refuses characters that JSON allows.
    Column("response", Text),
    Column("score", Float),
    Column("misconception", String(80), nullable=False, default=""),
    Column("sure", Boolean),
    Column("answered_at", Instant),
    Column("day", Date),
    Index("turns_of_a_device", "device", "shown_at"),
)

# How often an address did something lately.
attempts = Table(
    "attempts",
    metadata,
    Column("deed", String(40), primary_key=True),
    Column("address_hash", String(64), primary_key=True),
    Column("since", Instant, nullable=False, index=True),
    Column("n", Integer, nullable=False),
)

# A class that plays. Times inside `questions` are seconds since 1970, as in the room itself.
rooms = Table(
    "rooms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host_hash", String(64), nullable=False, unique=True),
    Column("code", String(10), nullable=False),
    Column("title", String(100), nullable=False),
    Column("questions", Text, nullable=False),
    Column("own_items", Text, nullable=False),
    Column("notes", Text, nullable=False, server_default="[]"),
    Column("stage", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("names_hidden", Boolean, nullable=False),
    Column("leaderboard", Boolean, nullable=False),
    Column("speed", Boolean, nullable=False),
    Column("seconds", Integer),
    Column("made_at", Instant, nullable=False),
    Column("clicked_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
    # Phones keep a room's number in memory: a new room must not get that of a deleted one.
    sqlite_autoincrement=True,
)
Index(
    "codes_of_open_rooms",
    rooms.c.code,
    unique=True,
    sqlite_where=rooms.c.ended_at.is_(None),
    postgresql_where=rooms.c.ended_at.is_(None),
)

players = Table(
    "players",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room_id", Integer, ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(40), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("joined_at", Instant, nullable=False),
    Column("removed_at", Instant),
    UniqueConstraint("room_id", "number", name="numbers_in_a_room"),
    sqlite_autoincrement=True,
)

# One row a player, question and round: the last answer before closing.
votes = Table(
    "votes",
    metadata,
    Column("player_id", Integer, ForeignKey("players.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("room_id", Integer, ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
    # Both as JSON in ASCII: a typed text may hold characters that PostgreSQL refuses.
    Column("response", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("score", Float),
    Column("misconception", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index("votes_of_a_room", "room_id", "position", "round"),
)
