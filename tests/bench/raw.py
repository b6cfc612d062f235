"""The raw peer: the very rows that one proposal leaves behind, written with sqlite3 alone.

Same schema with its indexes and triggers, same durability; no policy, no JSON, no hashing, no HTTP.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

from store.sql import migrate
from tests.bench.scale import GROUP
from tests.bench.seeding import sqlite_url

_SUBJECTS = {
    "checkpoints": "id",
    "audit": "proposal",
    "timers": "subject",
    "cards": "proposal",
    "outbox": "proposal",
    "deliveries": "proposal",
}
_SERIAL = {"cards", "outbox"}
_ADVANCE = "UPDATE audit_head SET seq = seq + 1"
_TAKE = "DELETE FROM inbox WHERE id = ?"

Value = str | int | bytes | None


@dataclass(frozen=True, slots=True)
class Insert:
    """One row to be written: which statement, and which values."""

    statement: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one proposal."""

    proposal: str
    inserts: tuple[Insert, ...]


def rows_of_newest(file: Path) -> Rows:
    """Read what the newest proposal left behind, while its card still waits to be posted."""
    with closing(sqlite3.connect(file)) as database:
        (newest,) = database.execute(
            "SELECT p.id FROM checkpoints p JOIN outbox o ON o.proposal = p.id"
            " ORDER BY p.created_at DESC LIMIT 1"
        ).fetchone()
        inserts = [
            Insert(_statement(table, columns), row)
            for table, subject in _SUBJECTS.items()
            for columns, row in _found(database, table, subject, newest)
        ]
    return Rows(newest, tuple(inserts))


def _found(
    database: sqlite3.Connection, table: str, subject: str, proposal: str
) -> Iterator[tuple[list[str], tuple[Value, ...]]]:
    rows = database.execute(f"SELECT * FROM {table} WHERE {subject} = ?", (proposal,))
    names = [each[0] for each in rows.description]
    for row in rows:
        kept = [
            (name, value)
            for name, value in zip(names, row, strict=True)
            if not (table in _SERIAL and name == "id")
        ]
        yield [name for name, _ in kept], tuple(value for _, value in kept)


def _statement(table: str, columns: Sequence[str]) -> str:
    marks = ",".join("?" * len(columns))
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})"


def copies(model: Rows, count: int) -> list[Rows]:
    """Write the same rows under other names."""
    return [_renamed(model, number) for number in range(count)]


def _renamed(model: Rows, number: int) -> Rows:
    proposal = f"p_{uuid4().hex[:26]}"
    inserts = []
    for insert in model.inserts:
        values = [
            each.replace(model.proposal, proposal) if isinstance(each, str) else each
            for each in insert.values
        ]
        columns = insert.statement.partition("(")[2].partition(")")[0].split(",")
        own: dict[str, Value] = {"seq": number + 1, "nonce": uuid4().hex[:16]}
        own["idempotency_key"] = proposal
        values = [own.get(name, value) for name, value in zip(columns, values, strict=True)]
        inserts.append(Insert(insert.statement, tuple(values)))
    return Rows(proposal, tuple(inserts))


def rate(folder: Path, model: Rows, count: int, *, together: int, inbox: str = "") -> float:
    """Write proposals, so many to a commit, and say how many a second; `inbox` is a message."""
    file = folder / f"raw-{uuid4().hex[:8]}.db"
    migrate(sqlite_url(file))
    waiting = copies(model, count)
    with durable(file) as database:
        if inbox:
            fill_inbox(database, [(rows.proposal, inbox) for rows in waiting])
        began = time.perf_counter()
        _write(database, waiting, together, take=bool(inbox))
        return count / (time.perf_counter() - began)


def _write(database: sqlite3.Connection, all_rows: list[Rows], together: int, take: bool) -> None:
    following = iter(all_rows)
    while group := list(islice(following, together)):
        database.execute("BEGIN IMMEDIATE")
        for rows in group:
            for insert in rows.inserts:
                database.execute(insert.statement, insert.values)
            if take:
                database.execute(_TAKE, (rows.proposal,))
        database.execute(_ADVANCE)
        database.execute("COMMIT")


@contextmanager
def durable(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a database as the store does."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA wal_autocheckpoint = 4000")
        database.execute("PRAGMA cache_size = -16000")
        yield database


LATER = 2**62
"""When a message that is held back may be taken."""


def fill_inbox(
    database: sqlite3.Connection, messages: Sequence[tuple[str, str]], *, held: bool = False
) -> None:
    """Enqueue as an agent does, in one go; held messages are seen by nobody yet."""
    database.execute("BEGIN IMMEDIATE")
    database.executemany(
        "INSERT INTO inbox (id, agent, body, available_at) VALUES (?, 'bench-agent', ?, ?)",
        [(name, body, LATER if held else 0) for name, body in messages],
    )
    database.execute("COMMIT")


__all__ = ["GROUP", "Rows", "copies", "durable", "fill_inbox", "rate", "rows_of_newest"]
