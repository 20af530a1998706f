"""The store and the PostgreSQL server of the phones' tests, for these too."""

from tests.phone.conftest import address, postgresql, store

__all__ = ["address", "postgresql", "store"]
