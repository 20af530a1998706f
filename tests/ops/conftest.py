"""A store for these tests, and the PostgreSQL server that some of them stop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from quizzes.store import Store, open_store
from tests.bank.databases import Server, running_server


@pytest.fixture
def address(tmp_path: Path) -> str:
    """The DATABASE_URL of an empty database."""
    return f"sqlite:///{tmp_path / 'lab.sqlite3'}"


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An open, empty store."""
    store = open_store(address)
    yield store
    store.close()


@pytest.fixture
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of the test's own."""
    with running_server() as server:
        yield server
