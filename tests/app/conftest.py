"""A page of the app without a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
ROUTER = ROOT / "pages" / "_ui" / "router.py"


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store for these tests: nothing of theirs may get into the one of `make run`."""
    with pytest.MonkeyPatch.context() as patch:
        file = tmp_path_factory.mktemp("store") / "quizzes.sqlite3"
        patch.setenv("DATABASE_URL", f"sqlite:///{file}")
        yield


OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_app() -> OpenApp:
    """Open the playground with a query string given as keywords or a mapping."""

    def start(query: dict[str, str] | None = None) -> AppTest:
        app = AppTest.from_file(str(ROUTER), default_timeout=60)
        for name, value in (query or {}).items():
            app.query_params[name] = value
        return app.run()

    return start


@pytest.fixture
def without_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learn page without its quiz items, whose pictures and words are not the page's own."""
    monkeypatch.setattr("pages._ui.check_yourself.check_yourself", lambda *_: None)
