"""Where the database is: an address read without trust, and its file's folder."""

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from quizzes.store.errors import StoreError

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "var" / "quizzes.sqlite3"
WANTED = "A DATABASE_URL is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."


def read_address(text: str) -> URL:
    """Read a database address and choose its driver.

    Parameters
    ----------
    text : "sqlite:///file" or "postgresql://user:password@host/name"; "" for a file in the
        project's folder `var`.

    Raises
    ------
    StoreError : it cannot be read, is of another kind, or its folder cannot be made. The words
        do not repeat it, because it may hold a password.
    """
    if not text.strip():
        return _of_file(DEFAULT_FILE)
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise StoreError("The address of the database cannot be read.", WANTED) from None
    backend = url.drivername.split("+")[0]
    if backend in ("postgres", "postgresql"):
        if url.port is not None and not 0 < url.port < 65_536:
            raise StoreError("The port of the database is not between 1 and 65535.", WANTED)
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(f"Databases of the kind '{backend}' are not supported.", WANTED)
    if not url.database or url.database == ":memory:":
        raise StoreError("A SQLite database in memory would forget every answer.", WANTED)
    return _of_file(Path(url.database))


def _of_file(path: Path) -> URL:
    hint = "Set DATABASE_URL to a file in a folder that can be written to."
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder '{path.parent}' for the database cannot be made: {error.strerror}.", hint
        ) from error
    if path.is_dir():
        raise StoreError(f"The database '{path}' is a folder.", hint)
    # SQLite writes its log beside the file, so the folder counts as well.
    closed = [place for place in (path.parent, path) if place.exists() and not _writable(place)]
    if closed:
        raise StoreError(f"The server may not write to '{closed[0]}'.", hint)
    return URL.create("sqlite+pysqlite", database=str(path))


def _writable(place: Path) -> bool:
    return os.access(place, os.W_OK)
