"""How often an address may try something in a stretch of time."""

import hashlib
import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizzes.store.connect import Store
from quizzes.store.errors import TooManyGuesses
from quizzes.store.schema import attempts

# What may be done so often only, and what is said to whoever did it too often.
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "code": "codes were tried",
        "room code": "codes were tried",
        "room": "rooms were opened",
        "host password": "passwords were tried",
    }
)


def count_attempt(
    store: Store, deed: str, address: str, now: datetime, most: int, window: timedelta
) -> None:
    """Count one attempt, before it is made.

    Parameters
    ----------
    deed : what is counted; a key of `DEEDS`.
    address : of the client, as text; kept as a hash until the window is over.
    most : attempts allowed within `window` of the first.

    Raises
    ------
    TooManyGuesses : the address has used them up.
    """
    key = {"deed": deed, "address_hash": _hash_of_address(address)}
    with store.writing() as connection:
        connection.execute(
            delete(attempts).where(attempts.c.deed == deed, attempts.c.since <= now - window)
        )
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            insert(attempts)
            .values(**key, since=now, n=1)
            .on_conflict_do_update(
                index_elements=["deed", "address_hash"], set_={"n": attempts.c.n + 1}
            )
        )
        row = connection.execute(
            select(attempts.c.n, attempts.c.since).where(
                attempts.c.deed == key["deed"], attempts.c.address_hash == key["address_hash"]
            )
        ).one()
    if row.n > most:
        raise _refusal(deed, row.since + window - now)


def check_attempts(
    store: Store, deed: str, address: str, now: datetime, most: int, window: timedelta
) -> None:
    """Refuse an address that has used its attempts up; counts nothing, writes nothing.

    Raises
    ------
    TooManyGuesses : it has.
    """
    query = select(attempts.c.n, attempts.c.since).where(
        attempts.c.deed == deed, attempts.c.address_hash == _hash_of_address(address)
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is not None and row.n >= most and row.since > now - window:
        raise _refusal(deed, row.since + window - now)


def forgive_attempt(store: Store, deed: str, address: str) -> None:
    """Take one attempt back: it was right, and a class shares one address."""
    with store.writing() as connection:
        connection.execute(
            update(attempts)
            .where(
                attempts.c.deed == deed,
                attempts.c.address_hash == _hash_of_address(address),
                attempts.c.n > 0,
            )
            .values(n=attempts.c.n - 1)
        )


def _refusal(deed: str, wait: timedelta) -> TooManyGuesses:
    return TooManyGuesses(max(1, round(wait.total_seconds())), DEEDS[deed])


def _hash_of_address(address: str) -> str:
    """Hash an address; of IPv6 the network, because one household has them by the billion."""
    text = str(address)[:200].strip()
    try:
        ip = ipaddress.ip_address(text)
        if ip.version == 6:
            text = str(ipaddress.ip_network((ip, 64), strict=False))
    except ValueError:
        pass
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
