"""How often an address may try something in a stretch of time."""

import hashlib
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizzes.store.connect import Store
from quizzes.store.errors import TooManyGuesses
from quizzes.store.schema import attempts


def count_attempt(
    store: Store, deed: str, address: str, now: datetime, most: int, window: timedelta
) -> None:
    """Count one attempt, before it is made.

    Parameters
    ----------
    deed : what is counted, such as "code".
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
        raise TooManyGuesses(max(1, round((row.since + window - now).total_seconds())))


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
