"""Stores as earlier versions left them: the tables of any revision, with rows of every kind."""

from datetime import date, timedelta
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, DateTime, MetaData, Table, insert, select

from quizzes.store.connect import changing_tables, migration_settings, unchanged_store, upgrade
from tests.bank.databases import NOW

ROWS = 3
Rows = dict[str, list[dict[str, Any]]]


def revisions() -> list[str]:
    """All revisions there have been, the first one first."""
    scripts = ScriptDirectory.from_config(migration_settings()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def tables_of(connection: Connection) -> list[Table]:
    """The tables as the database has them, each after those it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def make_old_store(address: str, revision: str) -> Rows:
    """Make the tables of a revision, fill each, and return what is in them."""
    store = unchanged_store(address)
    with changing_tables(store) as connection:
        upgrade(connection, revision)
        for table in tables_of(connection):
            parents = {
                column.name: connection.execute(select(key.column)).scalars().all()
                for column in table.c
                for key in column.foreign_keys
            }
            for place in range(ROWS):
                row = {c.name: _value(c, place) for c in table.c if not _counts(table, c)}
                row |= {name: keys[place] for name, keys in parents.items()}
                connection.execute(insert(table).values(row))
        held = rows_of(connection)
    store.close()
    return held


def rows_of(connection: Connection) -> Rows:
    """Everything in the database, in the order of its keys."""
    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(table).order_by(*table.primary_key.columns)
            ).mappings()
        ]
        for table in tables_of(connection)
    }


def _counts(table: Table, column: Column[Any]) -> bool:
    """Whether the database numbers the rows by this column."""
    return column.name == "id" and column.type.python_type is int


def _value(column: Column[Any], place: int) -> Any:
    # Every second optional value is missing.
    if column.nullable and place % 2:
        return None
    if isinstance(column.type, DateTime):
        moment = NOW + timedelta(days=place, microseconds=123_456)
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    kind = column.type.python_type
    if kind is str:
        size = getattr(column.type, "length", None) or 1_000
        return f"é\\n'{place}"[:size]
    if kind is date:
        return NOW.date()
    if kind is bool:
        return place % 2 == 0
    return kind(1 / 3) if kind is float else 2**40 + place if "seed" in column.name else place
