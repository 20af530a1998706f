"""Which database is opened, how it is prepared, and whether its tables are the ones meant."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, text

from quizzes.store import (
    Store,
    StoreError,
    answer_turn,
    answered_turns,
    new_secret,
    open_store,
    open_turn,
)
from quizzes.store import address as place
from quizzes.store.schema import metadata
from tests.bank.databases import NOW, RIGHT, Server, item


def test_the_migrations_make_the_schema(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_opening_again_changes_nothing(address: str) -> None:
    for _ in range(2):
        store = open_store(address)
        with store.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM learners")).scalar_one() == 0
        store.close()


def test_a_table_can_be_made_anew_without_losing_what_refers_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{tmp_path / 'quiz.sqlite3'}"
    store = open_store(address)
    secret = new_secret()
    turn = open_turn(store, secret, item(), NOW)
    answer_turn(store, secret, turn.id, 17, RIGHT, NOW)
    store.close()

    def upgrade(config: Config, _: str) -> None:
        context = MigrationContext.configure(config.attributes["connection"])
        with Operations(context).batch_alter_table("learners", recreate="always") as table:
            table.add_column(Column("class_name", String(10)))

    monkeypatch.setattr(command, "upgrade", upgrade)
    store = open_store(address)
    assert len(answered_turns(store, secret)) == 1
    store.close()


def test_the_default_is_a_file_made_at_the_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a folder with 100% spaces" / "quizzes.sqlite3"
    monkeypatch.setattr(place, "DEFAULT_FILE", file)
    open_store("").close()
    assert file.exists()
    open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}").close()
    assert (tmp_path / "other.sqlite3").exists()


def test_the_default_folder_is_ignored_by_git() -> None:
    root = Path(__file__).resolve().parents[2]
    assert place.DEFAULT_FILE.parent == root / "var"
    assert "var/" in (root / ".gitignore").read_text(encoding="utf-8").split()


def test_sqlite_waits_for_the_disk_and_for_others(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'quiz.sqlite3'}")
    told = {}
    with store.reading() as connection:
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            told[pragma] = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
    store.close()


def test_postgresql_waits_for_the_disk(postgresql: Server) -> None:
    postgresql.run("CREATE DATABASE hurried")
    postgresql.run("ALTER DATABASE hurried SET synchronous_commit TO off")
    store = open_store(postgresql.address("hurried"))
    with store.reading() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    store.close()


def test_what_fails_midway_leaves_nothing(store: Store) -> None:
    insert = text("INSERT INTO learners (id, made_at) VALUES ('a', '2026-11-22 12:00:00')")
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        connection.execute(insert)
        raise ZeroDivisionError
    with pytest.raises(StoreError, match="The database refused"), store.writing() as connection:
        connection.execute(insert)
        connection.execute(insert)
    with store.reading() as connection:
        connection.execute(insert)
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM learners")).scalar_one() == 0


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_way_to_name_postgresql(postgresql: Server, scheme: str) -> None:
    name = f"named_{scheme.replace('+', '_')}"
    postgresql.run(f"CREATE DATABASE {name}")
    store = open_store(postgresql.address(name).replace("postgresql:", f"{scheme}:"))
    assert store.engine.dialect.driver == "psycopg"
    store.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("quiz", "The address of the database cannot be read"),
        ("postgresql://user:hunter2@host:port/x", "The address of the database cannot be read"),
        ("mysql://user:hunter2@host/x", "Databases of the kind 'mysql' are not supported"),
        ("sqlite://", "in memory would forget every answer"),
        ("sqlite:///:memory:", "in memory would forget every answer"),
        ("sqlite:////proc/nothing/quiz.sqlite3", "cannot be made"),
        ("postgresql://user:hunter2@127.0.0.1:1/x", "The database does not answer"),
    ],
)
def test_addresses_that_do_not_work(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        open_store(url)
    assert caught.value.hint
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "quiz.sqlite3"
    file.write_text("lecture notes, not a database\n" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="The database file is damaged or is none"):
        open_store(f"sqlite:///{file}")
    assert file.read_text(encoding="utf-8").startswith("lecture notes")


def test_a_database_of_a_later_version_is_left_alone(address: str) -> None:
    store = open_store(address)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    store.close()
    with pytest.raises(StoreError) as caught:
        open_store(address)
    assert str(caught.value) == (
        "The database was made by a newer version of this program, which this one cannot read. "
        "Update the program, or set DATABASE_URL to another database."
    )
