"""Engines: how each kind of database is opened so that what is committed stays."""

from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

BUSY_FOR_MS = 1_000
IDLE_IN_TRANSACTION_MS = 30_000
SOON_NOTICED: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How psycopg notices a server that went away without a word."""


class BadDatabaseUrl(ValueError):
    """The address names no database that can be used."""


def database_url(url: str) -> URL:
    """Read an address: `sqlite:///PATH` or `postgresql://USER@HOST/NAME`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadDatabaseUrl(f"{_hidden(url)} is no database address. {_USE}") from error
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise BadDatabaseUrl(f"{parsed.drivername} is not supported. {_USE}")
    if parsed.database in {None, "", ":memory:"} or "mode=memory" in str(parsed.query):
        raise BadDatabaseUrl(f"A database in memory forgets everything. {_USE}")
    return parsed.set(drivername="sqlite+pysqlite")


_USE = "Use sqlite:///PATH or postgresql://USER@HOST/NAME."


def writing_engine(url: URL) -> Engine:
    """Make the engine for the one writer, and for migrations."""
    engine = _engine(url)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _durable)
        # A plain BEGIN that reads and then writes fails with "database is locked"; this one waits.
        event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: URL) -> Engine:
    """Make the engine for readers: each transaction is one consistent look, and changes nothing."""
    if url.get_backend_name() == "sqlite":
        engine = _engine(url)
        event.listen(engine, "connect", _durable)
        event.listen(engine, "connect", _query_only)
        return engine
    return _engine(url).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        arguments: dict[str, Any] = {"check_same_thread": False}
    else:
        options = {
            "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
            "lock_timeout": BUSY_FOR_MS,
            "jit": "off",
            # Plans made while tables were empty would read them whole for as long as they are kept.
            "enable_seqscan": "off",
            "enable_bitmapscan": "off",
        }
        arguments = {
            **SOON_NOTICED,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "keyturn",
        }
    return create_engine(url, poolclass=NullPool, connect_args=arguments)


def _durable(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_FOR_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Hot index pages are written to the database once per 16 MB of log instead of once per 4.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("PRAGMA cache_size = -16000")


def _query_only(connection: SqliteConnection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _hidden(url: str) -> str:
    """Keep a password out of an error message."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if "@" in rest else repr(url)
