"""The queue in a SQLite file, for agents on the gateway's own machine."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from keyturn.queue.tables import LATEST, REASON, Dead, Delivered, Message, QueueUnavailable

BUSY_FOR_MS = 5_000
LOOK_EVERY = 0.02
"""Seconds between looks at the file's change counter, which costs 1 % of a core."""


class SqliteTables:
    """Tables that whoever may write the file may write."""

    def __init__(
        self,
        path: Path,
        agent: str,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._path = path
        self._agent = agent
        self._clock = clock
        self._sleep = sleep
        self._one_at_a_time = threading.Lock()
        self._writer: sqlite3.Connection | None = None

    def enqueue(self, message: Message) -> None:
        """Write one message in a transaction of its own, on disk when this returns."""
        row = (message.id, message.agent, message.body)
        with self._one_at_a_time, _told():
            self._writer = self._writer or _connect(self._path)
            self._writer.execute(
                "INSERT INTO inbox (id, agent, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
                row,
            )

    @contextmanager
    def watch(self) -> Iterator["SqliteWatch"]:
        """Open a connection that looks and waits."""
        with _told():
            connection = _connect(self._path)
        with closing(connection):
            yield SqliteWatch(connection, self._agent, self._clock, self._sleep)

    def close(self) -> None:
        """Close the connection that enqueues."""
        with self._one_at_a_time:
            if self._writer is not None:
                self._writer.close()
            self._writer = None


class SqliteWatch:
    """Looks again when the file's change counter says that somebody has committed."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        agent: str,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._connection = connection
        self._agent = agent
        self._clock = clock
        self._sleep = sleep
        self._seen = -1

    def look(self, proposal: str) -> Delivered | Dead | None:
        """Read the newest decision, or why there will be none."""
        with _told():
            self._seen = self._changes()  # before reading, so that no change falls between
            latest = self._first(LATEST, proposal)
            reason = None if latest else self._first(REASON, proposal)
        if latest:
            return Delivered(latest)
        return Dead(reason) if reason else None

    def rest(self, seconds: float) -> None:
        """Wait for a commit of somebody else's."""
        until = self._clock() + seconds
        with _told():
            while self._changes() == self._seen and (left := until - self._clock()) > 0:
                self._sleep(min(LOOK_EVERY, left))

    def _changes(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _first(self, query: str, proposal: str) -> str | None:
        asked = query.format(value="?", agent="?")
        row = self._connection.execute(asked, (proposal, self._agent)).fetchone()
        return None if row is None else str(row[0])


def _connect(path: Path) -> sqlite3.Connection:
    # mode=rw: a mistyped path is an error, not an empty database that nobody reads.
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    try:
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False
        )
    except sqlite3.OperationalError as error:
        raise QueueUnavailable(
            f"there is no queue at {path}: start keyturn once, which makes its tables ({error})"
        ) from error
    connection.execute(f"PRAGMA busy_timeout = {BUSY_FOR_MS}")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise QueueUnavailable(f"the queue's database says: {error}") from error
