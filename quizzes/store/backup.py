"""A copy of the whole store in one file, and the way back: from and to either kind of database.

The file is JSON lines: what it is, then each row as a table's name and its values, then a hash of
all that. It is written from one moment of the database, while servers go on, and read back into the
tables of its own time, which are then brought up to date like any old database.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from quizzes.store.address import read_address
from quizzes.store.connect import Store, changing_tables, in_words, unchanged_store, upgrade
from quizzes.store.errors import StoreError
from quizzes.store.schema import metadata

FORMAT = "mixed models lab, backup 1"
VERSIONS = "alembic_version"
BATCH = 500
DAMAGED = "The file '{}' is no backup, or it is cut off or changed."


@dataclass(frozen=True, slots=True)
class Copied:
    """What went into a file or came out of it: its moment, and rows by table."""

    made_at: datetime
    rows: dict[str, int]


def back_up(url: str, file: Path, now: datetime) -> Copied:
    """Write everything in a store to a new file, as it is at one moment.

    Parameters
    ----------
    url : as for `open_store`.
    file : packed if its name ends with ".gz"; only its owner may read it.

    Raises
    ------
    StoreError : the file exists or cannot be written, or there is no store of ours.
    """
    if file.exists():
        raise StoreError(f"The file '{file}' exists already.", "Choose another name.")
    _must_exist(url)
    with closing(unchanged_store(url)) as store, _snapshot(store) as connection:
        revision = _revision(connection)
        if revision is None:
            raise StoreError("There is nothing to back up: the database has no tables of ours.")
        tables = _tables(connection)
        head = {
            "format": FORMAT,
            "revision": revision,
            "made_at": now.isoformat(),
            "numbers": {
                t.name: n for t in tables if (n := _last_number(connection, t)) is not None
            },
        }
        with _new_file(file) as out:
            return Copied(now, _write(connection, tables, head, out))


def restore(url: str, file: Path, *, replace: bool = False) -> Copied:
    """Fill a store from a file and bring its tables up to date, in one transaction.

    Parameters
    ----------
    url : as for `open_store`.
    replace : whether what the store holds now may be lost.

    Raises
    ------
    StoreError : the file is damaged or from a newer version, or the store is not empty.
    """
    head, rows = _checked(file)
    with closing(unchanged_store(url)) as store, changing_tables(store) as connection:
        _refuse_others(connection)
        if not replace and (held := _held(connection)):
            raise StoreError(
                f"The store is not empty: it holds {held} rows.",
                "To lose them, say --replace; to keep them, make a backup first.",
            )
        _drop_all(connection)
        upgrade(connection, head["revision"])
        tables = {table.name: table for table in _tables(connection)}
        for name, values in _batches(file):
            if name not in tables:
                raise _damaged(file)
            _insert(connection, tables[name], values)
        for name, number in head["numbers"].items():
            _set_number(connection, tables[name], number)
        upgrade(connection)
    return Copied(datetime.fromisoformat(head["made_at"]), rows)


# --- the database ---------------------------------------------------------------------------


def _must_exist(url: str) -> None:
    """SQLite would make an empty file of a wrong name."""
    there = read_address(url)
    if there.get_backend_name() == "sqlite" and not Path(str(there.database)).exists():
        raise StoreError(f"There is no database '{there.database}'.", "Look at DATABASE_URL.")


@contextmanager
def _snapshot(store: Store) -> Iterator[Connection]:
    with in_words("copied"), store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        elif (found := connection.execute(text("PRAGMA integrity_check")).scalar()) != "ok":
            raise StoreError(f"The database is damaged: {found}.", "Restore an earlier backup.")
        yield connection


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSIONS):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar()


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, whatever its version; each after those it needs."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _held(connection: Connection) -> int:
    tables = _tables(connection)
    counts = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]
    return sum(counts)


def _refuse_others(connection: Connection) -> None:
    """Nobody else's tables are dropped."""
    ours = {VERSIONS, *metadata.tables}
    others = sorted(set(inspect(connection).get_table_names()) - ours)
    if others:
        raise StoreError(
            f"The database has the table '{others[0]}', which is not of this program.",
            "Set DATABASE_URL to a database of its own.",
        )


def _drop_all(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def _last_number(connection: Connection, table: Table) -> int | None:
    """The last number given to a row, perhaps to one deleted since: none is given twice."""
    if connection.dialect.name == "postgresql":
        sequence = _sequence(connection, table)
        if sequence is None:
            return None
        query = text(f"SELECT last_value, is_called FROM {sequence}")
        last, is_called = connection.execute(query).one()
        return int(last) if is_called else 0
    if not inspect(connection).has_table("sqlite_sequence"):
        return None
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return connection.execute(query, {"name": table.name}).scalar()


def _set_number(connection: Connection, table: Table, number: int) -> None:
    if connection.dialect.name == "postgresql":
        if (sequence := _sequence(connection, table)) is not None and number:
            connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": number})
        return
    values = {"name": table.name, "number": number}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
    connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :number)"), values)


def _sequence(connection: Connection, table: Table) -> str | None:
    if "id" not in table.c:
        return None
    query = text("SELECT pg_get_serial_sequence(:name, 'id')")
    return connection.execute(query, {"name": table.name}).scalar()


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    naive = connection.dialect.name == "sqlite"
    readers: dict[str, Callable[[str], date]] = {}
    for column in table.c:
        if isinstance(column.type, DateTime):
            readers[column.name] = _naive if naive else datetime.fromisoformat
        elif isinstance(column.type, Date):
            readers[column.name] = date.fromisoformat
    for row in rows:
        for name, reader in readers.items():
            if row.get(name) is not None:
                row[name] = reader(row[name])
    connection.execute(insert(table), rows)


def _naive(text_of_moment: str) -> datetime:
    """SQLite keeps moments in UTC without saying so."""
    return datetime.fromisoformat(text_of_moment).astimezone(UTC).replace(tzinfo=None)


# --- the file -------------------------------------------------------------------------------


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """A file that is there when it is whole, and on disk."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(half, flags, 0o600), "wb") as raw:
            if file.suffix == ".gz":
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        half.rename(file)
    except OSError as error:
        raise StoreError(f"The file '{file}' cannot be written: {error.strerror}.") from error
    finally:
        half.unlink(missing_ok=True)


def _write(
    connection: Connection, tables: list[Table], head: dict[str, Any], out: IO[bytes]
) -> dict[str, int]:
    digest = hashlib.sha256()

    def put(value: object) -> None:
        line = json.dumps(value).encode("ascii") + b"\n"
        digest.update(line)
        out.write(line)

    put(head)
    rows = dict.fromkeys((table.name for table in tables), 0)
    for table in tables:
        query = select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=BATCH).execute(query).mappings():
            put([table.name, {name: _plain(value) for name, value in row.items()}])
            rows[table.name] += 1
    out.write(json.dumps({"rows": rows, "sha256": digest.hexdigest()}).encode("ascii") + b"\n")
    return rows


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat()
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def _lines(file: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
            yield lines  # type: ignore[misc]
    except EOFError as error:
        raise _damaged(file) from error
    except gzip.BadGzipFile as error:
        raise _damaged(file) from error
    except OSError as error:
        raise StoreError(f"The file '{file}' cannot be read: {error.strerror}.") from error


def _checked(file: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Read a file to its end before anything is touched."""
    digest, last = hashlib.sha256(), b""
    try:
        with _lines(file) as lines:
            first = lines.readline()
            head = json.loads(first)
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise _damaged(file)
            last = first
            for line in lines:
                digest.update(last)
                last = line
        end = json.loads(last)
        if end["sha256"] != digest.hexdigest():
            raise _damaged(file)
        return head, end["rows"]
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, StoreError):
            raise
        raise _damaged(file) from error


def _batches(file: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rows of a checked file, some at a time, in the order of writing."""
    name, rows = "", list[dict[str, Any]]()
    with _lines(file) as lines:
        lines.readline()
        for line in lines:
            read = json.loads(line)
            if isinstance(read, dict):
                break
            if rows and (read[0] != name or len(rows) == BATCH):
                yield name, rows
                rows = []
            name = read[0]
            rows.append(read[1])
    if rows:
        yield name, rows


def _damaged(file: Path) -> StoreError:
    return StoreError(DAMAGED.format(file), "Use another backup.")
