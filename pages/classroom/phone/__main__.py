"""Serve the phone application by itself: python -m pages.classroom.phone --port 8502."""

import argparse
import resource

import uvicorn

from pages.classroom.phone.app import create_app
from quizzes.store import open_store


def many_connections() -> None:
    """Allow as many open connections as the system lets us: each phone keeps one or two."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    """Read the options and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m pages.classroom.phone")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8502)
    options = parser.parse_args()
    many_connections()
    uvicorn.run(
        create_app(open_store),
        host=options.host,
        port=options.port,
        access_log=False,
        backlog=4096,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
