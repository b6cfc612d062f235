"""How the state is written down: SQLite or PostgreSQL behind the ports of `store.ports`."""

from store.sql.engine import BadDatabaseUrl
from store.sql.migrating import WrongSchema, migrate
from store.sql.store import SqlStore, open_store
from store.sql.troubles import StoreClosed, StoreFull, StoreUnavailable

__all__ = [
    "BadDatabaseUrl",
    "SqlStore",
    "StoreClosed",
    "StoreFull",
    "StoreUnavailable",
    "WrongSchema",
    "migrate",
    "open_store",
]
