"""A page of the app without a browser."""

import os
from collections.abc import Iterator

import pytest

from quizzes.store import Store, open_store


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store for these tests: nothing of theirs may get into the one of `make run`."""
    with pytest.MonkeyPatch.context() as patch:
        file = tmp_path_factory.mktemp("store") / "quizzes.sqlite3"
        patch.setenv("DATABASE_URL", f"sqlite:///{file}")
        yield


@pytest.fixture
def kept() -> Iterator[Store]:
    """The store of these tests, to look into."""
    opened = open_store(os.environ["DATABASE_URL"])
    yield opened
    opened.close()


@pytest.fixture
def without_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learn page without its quiz items, whose pictures and words are not the page's own."""
    monkeypatch.setattr("pages._ui.check_yourself.check_yourself", lambda *_: None)
