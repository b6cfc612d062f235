"""What a database's error means for us: try again, make room, or give up on one operation."""

import sqlite3
from enum import Enum

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

DRIVER_ERRORS = (sqlite3.Error, psycopg.Error, SQLAlchemyError)

_PASSING_STATES = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock
        "55P03",  # a lock was not to be had
        "25P03",  # our own limit on idle transactions
        "25006",  # a standby answers during failover
        "53300",  # too many connections
        "57P01",
        "57P02",
        "57P03",  # the server is going down or coming up
    }
)
_PASSING_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FATAL_CODES = frozenset(
    {
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
    }
)


class StoreUnavailable(Exception):
    """The database could not be used in time; nothing was kept, unless the words say so."""


class StoreFull(StoreUnavailable):
    """The disk under the database is full; nothing of the operation was kept."""


class StoreClosed(StoreUnavailable):
    """The store takes nothing more, because it is being closed."""


class ReadOnly(TypeError):
    """A query tried to change something; changes go through `Store.write`."""


class Trouble(Enum):
    """What to do about a failed transaction."""

    PASSING = "the same transaction may succeed a little later"
    FULL = "somebody must make room"
    FATAL = "the database itself cannot be used"
    OWN = "the operation itself is at fault"


def trouble_of(error: Exception) -> Trouble:
    """Tell what a driver's error asks for."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause)
    return Trouble.OWN


def _of_sqlite(error: sqlite3.Error) -> Trouble:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _PASSING_CODES:
        return Trouble.PASSING
    if code == sqlite3.SQLITE_FULL:
        return Trouble.FULL
    return Trouble.FATAL if code in _FATAL_CODES else Trouble.OWN


def _of_postgresql(error: psycopg.Error) -> Trouble:
    state = error.sqlstate
    if state == "53100":
        return Trouble.FULL
    if state is None:
        # Without a state nobody answered: the connection was lost, or could not be made.
        return Trouble.PASSING if isinstance(error, psycopg.OperationalError) else Trouble.OWN
    if state in _PASSING_STATES or state.startswith("08"):
        return Trouble.PASSING
    return Trouble.FATAL if state.startswith(("53", "58", "XX")) else Trouble.OWN


def wanted_to_change(error: Exception) -> bool:
    """Say whether the database refused because a query is only to look."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
    return isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)


def in_words(trouble: Trouble, error: Exception) -> StoreUnavailable:
    """Say to a person what is wrong with the database and what to do."""
    cause = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    if trouble is Trouble.FULL:
        return StoreFull(
            f"The disk under the database is full ({cause}). Nothing was decided; make room."
        )
    if trouble is Trouble.PASSING:
        return StoreUnavailable(f"The database did not answer in time ({cause}). Try again.")
    return StoreUnavailable(f"The database cannot be used ({cause}). Look at its disk and log.")
