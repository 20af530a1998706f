"""Serve the phone application by itself: python -m pages.classroom.phone --port 8502."""

import argparse
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from pages._server.logs import start_logging
from pages._server.requests import Count
from pages._server.service import Service
from pages.classroom.phone.app import Phone
from quizzes.settings import Settings, settings_or_exit
from quizzes.store import Store, open_store

ROOT = "/p"


def many_connections() -> None:
    """Allow as many open connections as the system lets us: each phone keeps one or two."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def create_app(settings: Settings) -> Starlette:
    """The whole application, with the addresses by which it is watched."""

    def store() -> Store:
        return open_store(settings.database_url, settings.limits)

    phone = Phone(store, ROOT, settings.max_joins_per_minute)
    service = Service(phone.opening)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        async with service.running():
            yield

    routes = [*service.routes(), Mount(ROOT, routes=phone.routes())]
    return Starlette(routes=routes, lifespan=running, middleware=[Middleware(Count)])


def main() -> None:
    """Read the options and serve until stopped."""
    settings = settings_or_exit()
    parser = argparse.ArgumentParser(prog="python -m pages.classroom.phone")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.phone_port)
    options = parser.parse_args()
    many_connections()
    start_logging(settings)
    uvicorn.run(
        create_app(settings),
        host=options.host,
        port=options.port,
        log_config=None,
        access_log=False,
        backlog=4096,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=4,
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
    )


if __name__ == "__main__":
    main()
