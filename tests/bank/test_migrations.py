"""Upgrades from every version there has been, with rows in every table of that time."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text

from quizzes.store import StoreError, check_store, open_store
from quizzes.store.connect import newest_revision, unchanged_store
from quizzes.store.schema import metadata
from tests.bank.databases import open_at_once
from tests.bank.old_stores import ROWS, make_old_store, revisions, rows_of

ROOT = Path(__file__).resolve().parents[2]


def test_there_is_one_line_of_revisions() -> None:
    assert revisions()[0] == "learners_and_turns"
    assert revisions()[-1] == newest_revision()
    assert len(set(revisions())) == len(revisions())


@pytest.mark.parametrize("revision", revisions())
def test_an_upgrade_keeps_every_row(address: str, revision: str) -> None:
    before = make_old_store(address, revision)
    assert before and all(len(rows) == ROWS for rows in before.values())
    store = open_store(address)
    check_store(store)
    with store.reading() as connection:
        after = rows_of(connection)
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    store.close()
    for name, rows in before.items():
        assert len(after[name]) == len(rows)
        for old, new in zip(rows, after[name], strict=True):
            shared = old.keys() & new.keys()
            assert shared
            assert {key: new[key] for key in shared} == {key: old[key] for key in shared}


@pytest.mark.parametrize("revision", revisions()[:-1])
def test_processes_that_start_at_once_upgrade_an_old_store_once(
    address: str, revision: str
) -> None:
    before = make_old_store(address, revision)
    open_at_once(address, 2)
    store = open_store(address)
    with store.reading() as connection:
        for name, rows in before.items():
            query = select(func.count()).select_from(metadata.tables[name])
            assert connection.execute(query).scalar_one() == len(rows)
    store.close()


def test_a_process_whose_tables_were_upgraded_under_it_is_not_ready(address: str) -> None:
    store = open_store(address)
    check_store(store)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    with pytest.raises(StoreError, match="the tables of another version of this program"):
        check_store(store)
    store.close()


def test_opening_without_a_change_makes_no_tables(address: str) -> None:
    store = unchanged_store(address)
    with store.reading() as connection:
        assert rows_of(connection) == {}
    store.close()
