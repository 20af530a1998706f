"""Open the database, bring its tables up to date, and hand out transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from quizzes.store.address import read_address
from quizzes.store.errors import StoreError, Unavailable
from quizzes.store.limits import Limits

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# Any fixed number: who migrates a PostgreSQL database holds the lock of this name.
MIGRATION_LOCK = 7_214_005
# A writer waits this long for another one before it gives up, in seconds.
PATIENCE = 10
# Alembic keeps what it is doing in module globals, so threads take turns.
_MIGRATING = Lock()


@dataclass(slots=True)
class Complaints:
    """How often the database has complained or has not answered since the start."""

    n: int = 0

    def count(self, _context: object) -> None:
        """Count one more."""
        self.n += 1


@dataclass(frozen=True, slots=True)
class Store:
    """An open database; may be shared by threads.

    Parameters
    ----------
    engine : of SQLAlchemy, for the modules of this package only.
    limits : what is refused when it becomes too much.
    complaints : of the database, for whoever watches the server.
    """

    engine: Engine
    limits: Limits = field(default_factory=Limits)
    complaints: Complaints = field(default_factory=Complaints)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hand out a transaction that reads; whatever it writes is thrown away."""
        with in_words("read"), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hand out a transaction; when the block ends without an error it is on disk."""
        with in_words("saved"), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def wipe(self) -> None:
        """Let what was deleted leave the disk: SQLite keeps it in the write-ahead log a while."""
        if self.engine.dialect.name == "sqlite":
            # If somebody reads just now, the log is emptied a little later by itself.
            with in_words("wiped"), self.engine.connect() as connection, suppress(sqlite3.Error):
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_store(url: str, limits: Limits | None = None) -> Store:
    """Open the store, making or migrating its tables where needed.

    Parameters
    ----------
    url : "sqlite:///file" or "postgresql://user:password@host/name"; "" is a file in the
        project's folder `var`.
    limits : None for those that suit a school.

    Raises
    ------
    StoreError : the address cannot be read, the database cannot be reached, is not ours, or was
        made by a newer version.
    """
    store = unchanged_store(url, limits)
    try:
        _migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def unchanged_store(url: str, limits: Limits | None = None) -> Store:
    """Open the store and leave its tables as they are.

    Raises
    ------
    StoreError : the address cannot be read.
    """
    store = Store(_engine(read_address(url)), limits or Limits())
    event.listen(store.engine, "handle_error", store.complaints.count)
    return store


def check_store(store: Store) -> None:
    """Ask the database whether it answers and has the tables of this version.

    Raises
    ------
    StoreError : it does not, or it has others.
    """
    with store.reading() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != newest_revision():
        raise StoreError(
            "The database has the tables of another version of this program.",
            "Start the server again.",
        )


@contextmanager
def in_words(verb: str) -> Iterator[None]:
    """Say what a database's complaint means. Nothing has been written when it complains."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _explain(error, verb) from error


def _explain(error: SQLAlchemyError, verb: str) -> Unavailable:
    """Name the usual reasons; the rest is for the log, where the cause is."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    told = str(cause).lower()
    state = getattr(cause, "sqlstate", None) or ""
    nothing = f"Nothing was {verb}."
    if "disk is full" in told or "no space left" in told or state == "53100":
        return Unavailable(f"{nothing} The disk of the server is full.", "Tell whoever runs it.")
    if "readonly" in told or "read-only" in told or "unable to open" in told:
        return Unavailable(
            f"{nothing} The server may not write to its database.", "Tell whoever runs it."
        )
    waited = isinstance(error, TimeoutError)
    if waited or "is locked" in told or state in ("40001", "40P01", "55P03"):
        return Unavailable(f"{nothing} The database is busy.", "Try again in a moment.")
    if "not a database" in told or "malformed" in told:
        return Unavailable(
            f"{nothing} The database file is damaged or is none.", "Tell whoever runs the server."
        )
    cut_off = isinstance(cause, psycopg.OperationalError) and not state
    if cut_off or state.startswith(("08", "57P")):
        return Unavailable(f"{nothing} The database does not answer.", "Try again in a moment.")
    return Unavailable(f"{nothing} The database refused.", "Tell whoever runs the server.")


def _engine(url: URL) -> Engine:
    """Make an engine; answers and hashes of secrets stay out of its complaints and of any log."""
    if url.get_backend_name() == "postgresql":
        # The ping finds connections that a restart of the database has cut.
        engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            connect_args={"connect_timeout": PATIENCE},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Answers are acknowledged only when they are on disk, whatever the server's default."""
    connection.autocommit = True
    connection.execute("SET synchronous_commit TO on")
    connection.execute("SET lock_timeout TO '10s'")
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python would begin transactions late and commit before changes to tables.
    connection.isolation_level = None
    _use_wal(connection)
    # In WAL the default leaves the last commits in memory; FULL waits for the disk.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Deleted records are overwritten, not only unlinked.
    connection.execute("PRAGMA secure_delete = ON")


def _use_wal(connection: Any) -> None:
    """Turn the file to WAL. While another process does so, SQLite refuses without waiting."""
    end = monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() > end:
                raise
            sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """Take the writer's place at once: a reader that turns writer midway cannot wait."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(store: Store) -> None:
    """Bring the tables up to date in one transaction that other processes wait for."""
    with changing_tables(store) as connection:
        upgrade(connection)


@contextmanager
def changing_tables(store: Store) -> Iterator[Connection]:
    """Hand out a transaction that may change tables, one at a time among all processes."""
    with _MIGRATING, in_words("changed"), store.engine.connect() as connection:
        connection.execution_options(writes=True)
        if connection.dialect.name == "postgresql":
            with connection.begin():
                # Whoever comes second waits as long as the first needs.
                connection.execute(text("SET LOCAL lock_timeout TO 0"))
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK}
                )
                yield connection
            return
        # SQLite changes a table by making it anew; dropping the old one would delete whatever
        # refers to it. The switch does nothing inside a transaction.
        connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            connection.connection.execute("PRAGMA foreign_keys = ON")


def migration_settings() -> Config:
    """Where Alembic finds the changes to the tables."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@cache
def newest_revision() -> str:
    """The name of the last change to the tables that this version knows."""
    return str(ScriptDirectory.from_config(migration_settings()).get_current_head())


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Change the tables until they are those of a revision.

    Raises
    ------
    StoreError : this version does not know the revision they have, or the one that is wanted.
    """
    config = migration_settings()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StoreError(
            "The database was made by a newer version of this program, which this one cannot read.",
            "Update the program, or set DATABASE_URL to another database.",
        ) from error
