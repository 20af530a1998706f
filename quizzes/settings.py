"""What whoever runs the server may set, by environment variables: one table for all of them.

`python -m quizzes.settings` prints the table as Markdown and what is wrong with the variables.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from quizzes.store import Limits
from quizzes.store.address import read_address
from sim.errors import SimError

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("auto", "json", "text")
HOST_NAME = re.compile(r"[A-Za-z0-9._:-]+")


class SettingsError(SimError):
    """Variables that cannot be meant, all of them at once."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment.

    Parameters
    ----------
    default : as it would be written; "" for none.
    allowed : what may be written, in words.
    read : makes the value of the text; raises ValueError with what is wrong.
    """

    name: str
    default: str
    meaning: str
    allowed: str
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """The values, under the names of the variables in small letters."""

    database_url: str
    host: str
    port: int
    phone_port: int
    phone_url: str
    forwarded_allow_ips: tuple[str, ...]
    host_password: str
    room_days: int
    max_rooms_per_hour: int
    max_wrong_codes: int
    max_joins_per_minute: int
    max_sessions: int
    log_level: str
    log_format: str

    @property
    def limits(self) -> Limits:
        """What the store is to refuse."""
        return Limits(self.max_rooms_per_hour, self.max_wrong_codes, self.room_days)


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"is '{text}', not a whole number from {low} to {high}")
        return int(text)

    return read


def _one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in names:
            raise ValueError(f"is '{text}', not one of {', '.join(names)}")
        return text.lower()

    return read


def _database(text: str) -> str:
    try:
        read_address(text)
    except SimError as error:
        raise ValueError(f"does not work: {error}") from None
    return text


def _host(text: str) -> str:
    if not HOST_NAME.fullmatch(text):
        raise ValueError(f"is '{text}', not an address or a name of this computer")
    return text


def _page(text: str) -> str:
    try:
        there = urlsplit(text)
        there.port  # noqa: B018 - raises where it is none
    except ValueError:
        raise ValueError("is not the address of a page") from None
    known = there.scheme in ("http", "https") and there.hostname
    if text and (not known or there.username or there.query or there.fragment):
        raise ValueError("is not an address such as https://lab.example.org/p")
    return text.rstrip("/")


def _proxies(text: str) -> tuple[str, ...]:
    names = tuple(name for name in re.split(r"[,\s]+", text) if name)
    for name in names:
        if name != "*":
            try:
                ip_network(name)
            except ValueError:
                raise ValueError(f"has '{name}', which is neither an IP address nor *") from None
    return names


def _password(text: str) -> str:
    if text and len(text) < 4:
        raise ValueError("is shorter than 4 characters")
    if len(text) > 200:
        raise ValueError("is longer than 200 characters")
    return text


PORT = _number(1, 65_535)
VARIABLES = (
    Variable(
        "DATABASE_URL",
        "",
        "Where answers and rooms are kept. Without it, in the file `var/quizzes.sqlite3`. "
        "Processes that serve one site share it; on several machines it must be PostgreSQL.",
        "`sqlite:////srv/quiz.sqlite3` or `postgresql://user:password@host/name`",
        _database,
    ),
    Variable(
        "HOST",
        "localhost",
        "The address at which both processes listen when `make run` starts them.",
        "an address of this computer; `0.0.0.0` for all",
        _host,
    ),
    Variable(
        "PORT", "8501", "Where the app listens when `make run` starts it.", "1 to 65535", PORT
    ),
    Variable(
        "PHONE_PORT",
        "",
        "Where the phones' process listens. Without it, one above `PORT`.",
        "1 to 65535",
        lambda text: PORT(text) if text else 0,
    ),
    Variable(
        "PHONE_URL",
        "",
        "Where phones join, as the projector says. Without it, `/p` at the app's own address.",
        "`https://lab.example.org/p`",
        _page,
    ),
    Variable(
        "FORWARDED_ALLOW_IPS",
        "127.0.0.1",
        "Proxies whose word is taken for who is asking and by which scheme "
        "(`X-Forwarded-For`, `X-Forwarded-Proto`).",
        "addresses and networks with commas between; `*` for everybody, where only the proxy can "
        "reach the processes",
        _proxies,
    ),
    Variable(
        "HOST_PASSWORD",
        "",
        "Whoever opens a live room is asked for it. Joining needs none.",
        "4 to 200 characters; empty: everybody may open rooms",
        _password,
    ),
    Variable(
        "ROOM_DAYS",
        "30",
        "A room and its answers are deleted so many days after its end.",
        "1 to 3650",
        _number(1, 3650),
    ),
    Variable(
        "MAX_ROOMS_PER_HOUR",
        "20",
        "Rooms opened from one address. A school has one address.",
        "1 to 100000",
        _number(1, 100_000),
    ),
    Variable(
        "MAX_WRONG_CODES",
        "100",
        "Wrong room codes from one address in a quarter of an hour. Addresses that have had the "
        "right one get in all the same.",
        "5 to 100000",
        _number(5, 100_000),
    ),
    Variable(
        "MAX_JOINS_PER_MINUTE",
        "2000",
        "Players who join from one address, in each process. A lecture hall has one address and "
        "joins at once.",
        "10 to 1000000",
        _number(10, 1_000_000),
    ),
    Variable(
        "MAX_SESSIONS",
        "300",
        "Open pages in one process of the app, each with its own memory; whoever comes later is "
        "told to wait. Phones do not count.",
        "1 to 100000",
        _number(1, 100_000),
    ),
    Variable(
        "LOG_LEVEL",
        "info",
        "What is logged; `debug` adds a line for every request.",
        ", ".join(f"`{name}`" for name in LEVELS),
        _one_of(LEVELS),
    ),
    Variable(
        "LOG_FORMAT",
        "auto",
        "One JSON object a line, or text to read; `auto` is text in a terminal, else JSON.",
        ", ".join(f"`{name}`" for name in FORMATS),
        _one_of(FORMATS),
    ),
)
NAMES = tuple(variable.name for variable in VARIABLES)
# Too short to tell a slip from a variable of another program.
SHORTEST = 7


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read all variables.

    Raises
    ------
    SettingsError : with everything that is wrong, in one sentence each.
    """
    values: dict[str, Any] = {}
    problems = []
    for variable in VARIABLES:
        text = environment.get(variable.name, "").strip() or variable.default
        try:
            values[variable.name.lower()] = variable.read(text)
        except ValueError as error:
            problems.append(f"{variable.name} {error}.")
    problems += _slips(environment)
    if "port" in values and "phone_port" in values:
        values["phone_port"] = values["phone_port"] or values["port"] % 65_535 + 1
        if values["port"] == values["phone_port"]:
            problems.append("PORT and PHONE_PORT are the same.")
    if problems:
        numbered = " ".join(problems).replace("..", ".")
        raise SettingsError(numbered, "The table of variables: python -m quizzes.settings")
    return Settings(**values)


def _slips(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like one of ours and are none."""
    return [
        f"{name} is not known; did you mean {close[0]}?"
        for name in sorted(environment)
        if len(name) >= SHORTEST and name not in NAMES
        if (close := get_close_matches(name.upper(), NAMES, n=1, cutoff=0.88))
        and close[0] not in environment
    ]


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises
    ------
    SettingsError : they cannot be meant.
    """
    return read_settings(MappingProxyType(os.environ))


def settings_or_exit() -> Settings:
    """The settings; a process that cannot have them ends with code 2 and one line that says why."""
    try:
        return settings()
    except SettingsError as error:
        _refuse(error)


def _refuse(error: SettingsError) -> NoReturn:
    print(f"Not started: {error}", file=sys.stderr)
    raise SystemExit(2)


def as_markdown() -> str:
    """The table of all variables."""
    lines = ["| variable | default | what it does | allowed |", "| --- | --- | --- | --- |"]
    for one in VARIABLES:
        default = f"`{one.default}`" if one.default else "–"
        lines.append(f"| `{one.name}` | {default} | {one.meaning} | {one.allowed} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
    settings_or_exit()
