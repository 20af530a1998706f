"""Serve the phone application by itself: python -m pages.classroom.phone --port 8502."""

import argparse
import errno
import resource
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from pages._server.logs import start_logging
from pages._server.requests import Count
from pages._server.service import Service
from pages.classroom.phone.app import Phone
from pages.classroom.phone.heads import ShortHeads
from quizzes.settings import Settings, settings_or_exit
from quizzes.store import Store, open_store

ROOT = "/p"


def many_connections() -> None:
    """Allow as many open connections as the system lets us: each phone keeps one or two."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def listen(host: str, port: int) -> list[socket.socket]:
    """Take the port at all addresses of a host; who cannot have it ends, and one line says why."""
    taken = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, where in dict.fromkeys(found):
            one = socket.socket(family, kind, protocol)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                one.bind(where)
            except OSError as problem:
                # A computer may know the name of an address that it does not have.
                if problem.errno == errno.EADDRNOTAVAIL and len(found) > 1:
                    continue
                raise
            taken.append(one)
    except OSError as problem:
        why = "is taken" if problem.errno == errno.EADDRINUSE else f"cannot be had ({problem})"
        print(
            f"Not started: port {port} at {host} {why}. Stop what uses it, or set PHONE_PORT.",
            file=sys.stderr,
        )
        raise SystemExit(2) from None
    return taken


def create_app(settings: Settings) -> Starlette:
    """The whole application, with the addresses by which it is watched."""

    def store() -> Store:
        return open_store(settings.database_url, settings.limits)

    phone = Phone(store, ROOT, settings.max_joins_per_minute)
    service = Service(phone.opening)
    routes = [*service.routes(), Mount(ROOT, routes=phone.routes())]
    return Starlette(
        routes=routes, lifespan=lambda _: service.running(), middleware=[Middleware(Count)]
    )


def main() -> None:
    """Read the options and serve until stopped."""
    settings = settings_or_exit()
    parser = argparse.ArgumentParser(prog="python -m pages.classroom.phone")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.phone_port)
    options = parser.parse_args()
    sockets = listen(options.host, options.port)
    many_connections()
    start_logging(settings)
    config = uvicorn.Config(
        create_app(settings),
        http=ShortHeads,
        log_config=None,
        access_log=False,
        backlog=4096,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=4,
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
    )
    uvicorn.Server(config).run(sockets)


if __name__ == "__main__":
    main()
