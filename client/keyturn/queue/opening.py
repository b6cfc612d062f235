"""Find the tables behind an address."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from keyturn.extras import load_extra
from keyturn.queue.sqlite import SqliteTables
from keyturn.queue.tables import Tables

SQLITE = ("sqlite:///", "sqlite+pysqlite:///")
POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")


def open_tables(
    url: str,
    agent: str,
    clock: Callable[[], float],
    sleep: Callable[[float], object],
) -> Tables:
    """Open the tables at `sqlite:///PATH` or `postgresql://USER@HOST/NAME`."""
    for prefix in SQLITE:
        if url.startswith(prefix) and len(url) > len(prefix):
            return SqliteTables(Path(url.removeprefix(prefix)), agent, clock, sleep)
    for prefix in POSTGRESQL:
        if url.startswith(prefix):
            return _load_postgresql(f"postgresql://{url.removeprefix(prefix)}", agent)
    raise ValueError(
        f"there is no queue at {url.partition('://')[0]}://…: "
        "use sqlite:///PATH or postgresql://USER@HOST/NAME"
    )


def _load_postgresql(url: str, agent: str) -> Tables:
    module = load_extra(
        "keyturn.queue.postgresql",
        needs="psycopg",
        extra="postgresql",
        purpose="a queue in PostgreSQL",
    )
    return cast("Tables", module.PostgresqlTables(url, agent))
